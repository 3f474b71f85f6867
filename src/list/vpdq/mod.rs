//! vPDQ: the PDQ hashes of a video's pictures with their qualities and times, as other programs exchange them.
//! What they call a match is [`VpdqRule`](crate::matcher::VpdqRule).
//!
//! Facts from `facebook/ThreatExchange`: `vpdq/cpp/vpdq/cpp/{io/vpdqio,hashing/matchTwoHash,hashing/filehasher}.cpp`,
//! `vpdq/python/vpdq.pyx`, `python-threatexchange/threatexchange/extensions/vpdq/`.
//!
//! | layout | one frame | who |
//! |---|---|---|
//! | [`Cpp`](Layout::Cpp) | `FRAME,QUALITY,HASH,SECONDS` on a line | `vpdq-hash-video`; older files lack the time |
//! | [`Py`](Layout::Py) | `HASH,QUALITY,SECONDS` on a line | `vpdq`, the command of the Python package |
//! | [`Json`](Layout::Json) | `"HASH,QUALITY,SECONDS"` in an array | `tx` and HMA: one array for a video |
//! | [`Old`](Layout::Old) | `"FRAME":{"quality":..,"hash":..,"timestamp":..}` in an object | `tx` of before 2022 |
//!
//! Which one a file is in is told by its content. In Python's layouts frames have no numbers: they are counted from 0.
//! A time is in seconds from the start of the video, below 10^9. It is written with three decimals, and with more where
//! the number needs them. All these programs read it so.
//!
//! `tx` writes times with three *significant digits*: 12.345 s as `12.3`, 1234.5 s as `1.23e+03`. Some arrays have only
//! times that are written so, and begin with 0. If each time is its place by one even spacing, rounded, the times are
//! taken to be those. Of the spacings that all times allow, the one with the fewest decimals is taken. Otherwise they
//! stay as they are written.

pub(super) mod entries;
mod json;
mod read;

mod times;
mod write;

pub(crate) use json::{array, object};
pub use read::read;
pub(crate) use read::{Lines, body, json_layout, lines_layout, records};
pub use write::write;

use crate::hash::{FrameHash, Hash, Pdq, View};
use crate::list::{ClipPrint, Spacing};

/// One picture of a video.
///
/// ```
/// use std::path::Path;
/// let text = "0,100,f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22,0.000\n";
/// let video = &basma::list::vpdq::read(Path::new("clip.txt"), text.as_bytes())?[0];
/// assert_eq!(video.layout, basma::list::vpdq::Layout::Cpp);
/// assert_eq!((video.frames[0].quality, video.frames[0].seconds), (100, Some(0.0)));
/// assert_eq!(basma::list::vpdq::write(video.layout, &video.frames)?, text);
/// # Ok::<(), basma::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Frame {
    /// Its place among the pictures of the video, from 0.
    pub number: u32,
    /// Its PDQ quality, 0 to 100.
    pub quality: u8,
    /// Its hash.
    pub hash: Pdq,
    /// When it is shown, in seconds, where that is said: 0 and more, below 10^9.
    pub seconds: Option<f64>,
}

impl Frame {
    /// A picture with its place, its quality, its hash and the time in seconds at which it is shown.
    pub fn new(number: u32, quality: u8, hash: Pdq, seconds: Option<f64>) -> Frame {
        Frame {
            number,
            quality,
            hash,
            seconds,
        }
    }
}

/// How frames are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Layout {
    /// Lines of number, quality, hash, time.
    Cpp,
    /// Lines of hash, quality, time.
    Py,
    /// A JSON array of strings.
    Json,
    /// A JSON object, by number.
    Old,
}

named!(Layout {
    Cpp = "cpp",
    Py = "py",
    Json = "json",
    Old = "old",
});

impl Layout {
    /// What lists call it.
    pub(crate) const fn format(self) -> &'static str {
        match self {
            Layout::Cpp => "vpdq",
            Layout::Py => "vpdq of python",
            Layout::Json => "vpdq of tx",
            Layout::Old => "vpdq of old tx",
        }
    }
}

/// The frames of a video, as they were written.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Video {
    /// How.
    pub layout: Layout,
    /// The frames, at least one, in the order in which they were written.
    pub frames: Vec<Frame>,
}

/// What a list makes of frames: pictures in the order of their numbers, and how far apart they are.
pub(crate) fn clip_prints(frames: &[Frame]) -> (Vec<ClipPrint>, Spacing) {
    let mut frames: Vec<&Frame> = frames.iter().collect();
    frames.sort_by_key(|frame| frame.number);
    let print = |frame: &&Frame| ClipPrint {
        hash: Hash::from(frame.hash),
        quality: frame.quality,
        index: frame.number,
        ms: frame.seconds.map(times::ms),
    };
    let prints: Vec<ClipPrint> = frames.iter().map(print).collect();
    let spacing = Spacing::Every(times::spacing(&prints));
    (prints, spacing)
}

/// A name for a video that has none: of its hashes and qualities, since its times may have been rounded.
pub(crate) fn name(frames: &[Frame]) -> String {
    let mut digest = blake3::Hasher::new();
    for frame in frames {
        digest.update(&frame.hash.0);
        digest.update(&[frame.quality]);
    }
    format!("vpdq-{}", &digest.finalize().to_hex()[..16])
}

/// The frames as a [`Hasher`](crate::hasher::Hasher) would have found them in the clip, to be
/// [looked up](crate::Matcher::find). Those without a time are taken for pictures of a clip that shows 30 a second.
pub fn prints(frames: &[Frame]) -> Vec<FrameHash> {
    let print = |frame: &Frame| FrameHash {
        hash: Hash::from(frame.hash),
        quality: frame.quality,
        frame: frame.number,
        ms: frame
            .seconds
            .map_or_else(|| times::guessed(frame.number.into()), times::ms),
        view: View::ORIGINAL,
    };
    frames.iter().map(print).collect()
}

/// What a [`Hasher`](crate::hasher::Hasher) found in a clip, as frames: its PDQ hashes of pictures as they are stored. It is
/// what the reference finds where the hasher [sampled](crate::hasher::Sampling::Vpdq) as that does.
pub fn frames(prints: &[FrameHash]) -> Vec<Frame> {
    let stored = prints.iter().filter(|print| print.view == View::ORIGINAL);
    let frame = |print: &FrameHash| {
        Some(Frame {
            number: print.frame,
            quality: print.quality,
            hash: print.hash.as_pdq()?,
            seconds: Some(print.ms as f64 / 1000.0),
        })
    };
    stored.filter_map(frame).collect()
}

#[cfg(all(test, unix, feature = "media"))]
mod tests {
    use std::fs::File;
    use std::io::Write as _;
    use std::path::Path;
    use std::time::Duration;

    use super::*;
    use crate::hash::HashType;
    use crate::hasher::{Hasher, Sampling};
    use crate::media::video::{Decoders, Ffmpeg};

    const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data");
    const FFMPEG: &str = "/usr/bin/ffmpeg";

    fn clip(name: &str) -> File {
        let path = format!("{SAMPLES}/videos/threatexchange/tmk/sample-videos/{name}.mp4");
        File::open(path).unwrap()
    }

    fn found(clip: &File, every: Duration) -> Vec<Frame> {
        let decoders = Decoders {
            ffmpeg: Some(Ffmpeg::new(FFMPEG)),
            ..Decoders::default()
        };
        let hasher = Hasher::new([HashType::Pdq]).with_decoders(decoders);
        let hasher = hasher.with_sampling(Sampling::Vpdq(every));
        let found = hasher.hash_file(clip).unwrap();
        assert!(found.error.is_none(), "{:?}", found.error);
        frames(&found.prints)
    }

    /// Against the hashes that the reference publishes, where they and ffmpeg are: said aloud where they are not. The
    /// bench `vpdq` asks all clips.
    #[test]
    fn the_hashes_of_the_reference_are_met() {
        if !Path::new(FFMPEG).exists() || !Path::new(SAMPLES).exists() {
            let text = b"SKIPPED: /usr/bin/ffmpeg or the sample videos are not there: vPDQ is not compared\n";
            std::io::stderr().write_all(text).unwrap();
            return;
        }
        for name in ["doorknob-hd-no-bar", "test-padded-dimensions"] {
            let hashes = format!("{SAMPLES}/vectors/threatexchange/vpdq/sample-hashes/{name}.txt");
            let text = std::fs::read(&hashes).unwrap();
            let theirs = &read(Path::new(&hashes), &text).unwrap()[0].frames;
            let clip = clip(name);
            let ours = found(&clip, Duration::ZERO);
            assert_eq!(ours.len(), theirs.len());
            let mut compared = 0;
            for (a, b) in ours.iter().zip(theirs) {
                assert_eq!((a.number, a.seconds), (b.number, b.seconds));
                if a.quality.min(b.quality) >= Pdq::QUALITY {
                    assert!(a.hash.distance(&b.hash) <= 10, "{name}, frame {}", a.number);
                    compared += 1;
                }
            }
            assert!(compared >= 40, "{compared}");
            let second: Vec<Frame> = ours.iter().step_by(30).copied().collect();
            assert_eq!(found(&clip, Duration::from_secs(1)), second);
        }
    }
}
