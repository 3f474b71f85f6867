//! Which pictures of a clip are hashed.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::Error;
use crate::error::Problem;

/// Which pictures of a clip are hashed.
///
/// Two samples of one clip at the same rate share no picture unless they begin at the same moment. In a film that
/// moves, neighbouring pictures are far apart. So of two copies one has to be sampled densely for them to be found
/// alike. So a list is made of `distinct` pictures, and then `keyframes` will do for what is looked up in it.
///
/// ```
/// use basma::hasher::Sampling;
/// use std::time::Duration;
/// assert_eq!("interval=0.5".parse::<Sampling>()?, Sampling::Interval(Duration::from_millis(500)));
/// assert!("interval=0".parse::<Sampling>().is_err());
/// # Ok::<(), basma::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Sampling {
    /// Those that can be decoded by themselves, at a tenth of the cost of all. Some clips have too few of them to be found by.
    /// That is fewer than four, than one in five seconds, or none for six. In others they stand for less than half of twelve
    /// seconds, or the length of the clip is not known. There one picture a second is hashed beside them, or two in a clip of
    /// up to half a minute. So is every picture at which something else begins.
    #[default]
    Keyframes,
    /// Those of quality 50 and more that differ from the last kept one. They differ by more than [`Sampling::DISTINCT_BITS`]
    /// bits of PDQ.
    Distinct,
    /// One for each such time, a millisecond at least.
    Interval(Duration),
    /// All, also those that are equal.
    All,
    /// What the reference of vPDQ hashes: one in so many pictures, as they are stored. Their colours are those that the
    /// reference sees. The number is that of such a time at the average rate, cut to a whole number. Of no time, every picture
    /// is hashed. Their times are their numbers by the average rate. Only ffmpeg decodes them.
    Vpdq(Duration),
}

impl Sampling {
    /// How many bits of PDQ pictures may differ in and be one to [`Sampling::Distinct`]. On 13 clips of people, hands and
    /// slides, keeping fewer left nothing that was not found.
    pub const DISTINCT_BITS: u32 = 15;

    /// For how long the keyframes of a clip may show nothing that can be trusted, in milliseconds. A part of ten
    /// seconds then has two of them.
    pub(super) const GAP_MS: u64 = 6_000;

    /// How much of any twelve seconds keyframes have to stand for, in percent. Of 14 clips of people, hands and things
    /// none has less than 69. Some clips show a key frame for a moment and then something else. Of these they stand for next to
    /// nothing.
    pub(super) const SEEN_PERCENT: u8 = 50;

    /// How often to look at a clip of which keyframes are too few.
    pub(super) fn dense(clip_ms: u64) -> Duration {
        Duration::from_millis(if clip_ms <= 30_000 { 500 } else { 1000 })
    }

    /// How many keyframes it takes to find a clip by.
    pub(super) fn keyframes_min(clip_ms: u64) -> u64 {
        clip_ms.div_ceil(5000).max(4)
    }
}

impl FromStr for Sampling {
    type Err = Error;

    /// `keyframes`, `distinct`, `all`, or `interval=` or `vpdq=` and seconds.
    fn from_str(text: &str) -> Result<Sampling, Error> {
        let wrong = || {
            let text = text.escape_default();
            Error::from(Problem::Sampling {
                text: text.to_string(),
            })
        };
        match text {
            "keyframes" => Ok(Sampling::Keyframes),
            "distinct" => Ok(Sampling::Distinct),
            "all" => Ok(Sampling::All),
            _ => {
                let (name, seconds) = text.split_once('=').ok_or_else(wrong)?;
                let seconds: f64 = seconds.parse().map_err(|_| wrong())?;
                match name {
                    "interval" if (0.001..=86_400.0).contains(&seconds) => {
                        let ms = (seconds * 1000.0).round() as u64;
                        Ok(Sampling::Interval(Duration::from_millis(ms)))
                    }
                    "vpdq" if (0.0..=86_400.0).contains(&seconds) => {
                        Ok(Sampling::Vpdq(Duration::from_secs_f64(seconds)))
                    }
                    _ => Err(wrong()),
                }
            }
        }
    }
}

impl fmt::Display for Sampling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Sampling::Keyframes => f.write_str("keyframes"),
            Sampling::Distinct => f.write_str("distinct"),
            Sampling::Interval(time) => write!(f, "interval={}", time.as_secs_f64()),
            Sampling::All => f.write_str("all"),
            Sampling::Vpdq(time) => write!(f, "vpdq={}", time.as_secs_f64()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for text in [
            "keyframes",
            "distinct",
            "all",
            "interval=0.5",
            "interval=86400",
            "vpdq=0",
            "vpdq=0.033",
            "vpdq=1",
        ] {
            assert_eq!(text.parse::<Sampling>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "All",
            "interval=",
            "interval=0",
            "interval=NaN",
            "interval=-1",
            "interval=1e9",
            "vpdq",
            "vpdq=-1",
            "vpdq=NaN",
        ] {
            assert!(text.parse::<Sampling>().is_err(), "{text}");
        }
    }

    #[test]
    fn short_clips_need_four_keyframes_and_long_ones_one_in_five_seconds() {
        assert_eq!(
            [0, 20_000, 20_001, 60_000].map(Sampling::keyframes_min),
            [4, 4, 5, 12]
        );
        assert_eq!(Sampling::dense(30_000).as_millis(), 500);
        assert_eq!(Sampling::dense(30_001).as_millis(), 1000);
    }
}
