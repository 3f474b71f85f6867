//! What the key frames of a clip stand for, of what is shown.
//!
//! A container says which pictures stand alone, and may say anything. A key frame stands for the pictures behind it, up
//! to the next one or up to a *cut*. These are coded by their differences from it. A cut is a picture that is not looked at. It
//! has so many bytes that it may show something else. Sizes are known without decoding anything. A picture that shows what the
//! one before it shows takes a fraction of a key frame's bytes.

use std::collections::BTreeSet;
use std::io::{self, Read, Seek};

use super::track::{Codec, Sample, Track};

/// Over how long a time the part is measured that key frames stand for.
const WINDOW_MS: i64 = 12_000;

/// How many pictures are looked into for whether they stand alone.
const PROBES_MAX: usize = 4096;

/// How many are looked into where those that are marked are no larger than those that are not.
const PROBES: usize = 64;

/// How many bytes of a picture are looked at for what it is.
const HEAD_BYTES: u32 = 256;

/// The pictures at which something else may begin, among those that are none of `known`. They are larger than the last of
/// these. Or they are half as large, and twice as large as four in five of their kind.
fn cuts(track: &Track, known: &BTreeSet<usize>) -> Vec<usize> {
    let Some(usual) = usual(track, known) else {
        return Vec::new();
    };
    let mut last = 0;
    let mut cuts = Vec::new();
    for (place, sample) in track.samples.iter().enumerate() {
        let size = sample.size;
        if known.contains(&place) {
            last = size;
        } else if size >= last || (size >= last / 2 && size > usual.saturating_mul(2)) {
            cuts.push(place);
        }
    }
    cuts
}

/// The size that four in five of the pictures which are none of these do not exceed.
fn usual(track: &Track, known: &BTreeSet<usize>) -> Option<u32> {
    let others = track.samples.iter().enumerate();
    let others = others.filter(|(place, _)| !known.contains(place));
    let mut sizes: Vec<u32> = others.map(|(_, sample)| sample.size).collect();
    let at = (sizes.len() * 4 / 5).min(sizes.len().checked_sub(1)?);
    let (_, &mut usual, _) = sizes.select_nth_unstable(at);
    Some(usual)
}

/// The places of the pictures that stand alone. These are the marked ones, and large ones without a mark that say so
/// themselves.
///
/// # Errors
/// Those of the reader.
pub(super) fn key_frames(
    track: &Track,
    reader: &mut (impl Read + Seek),
) -> io::Result<BTreeSet<usize>> {
    let marked = |(place, sample): (usize, &Sample)| sample.key.then_some(place);
    let mut keys: BTreeSet<usize> = track
        .samples
        .iter()
        .enumerate()
        .filter_map(marked)
        .collect();
    let mut probed = cuts(track, &keys);
    let largest = keys.iter().map(|&place| track.samples[place].size).max();
    // Where all are alike, a few tell what they are.
    if let Some(usual) = usual(track, &keys)
        && usual >= largest.unwrap_or(0) / 2
    {
        let others = (0..track.samples.len()).filter(|place| !keys.contains(place));
        let others: Vec<usize> = others.collect();
        for place in spread(&others, PROBES) {
            if stands_alone(track, place, reader)? {
                probed = others;
                break;
            }
        }
    }
    for place in spread(&probed, PROBES_MAX) {
        if stands_alone(track, place, reader)? {
            keys.insert(place);
        }
    }
    Ok(keys)
}

/// So many of them, as far apart as they can be.
fn spread(places: &[usize], most: usize) -> Vec<usize> {
    let count = places.len().min(most);
    (0..count)
        .map(|n| places[n * places.len() / count])
        .collect()
}

/// Whether a picture says that it can be decoded by itself, as far as its first bytes tell.
fn stands_alone(track: &Track, place: usize, reader: &mut (impl Read + Seek)) -> io::Result<bool> {
    let sample = &track.samples[place];
    let Some(description) = track.descriptions.get(usize::from(sample.description)) else {
        return Ok(false);
    };
    let head = match track.head(sample, HEAD_BYTES, reader) {
        Ok(head) => head,
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(false),
        Err(error) => return Err(error),
    };
    let private = &description.private;
    Ok(match description.codec {
        // A coded slice of an IDR picture; of another one (ITU-T H.264, table 7-1).
        Codec::H264 => is_key(&head, nal_size(private, 4), |byte| match byte & 31 {
            5 => Some(true),
            1..=4 => Some(false),
            _ => None,
        }),
        // Slices of the pictures at which decoding may begin; of others (ITU-T H.265, table 7-1).
        Codec::Hevc => is_key(&head, nal_size(private, 21), |byte| match byte >> 1 & 63 {
            16..=21 => Some(true),
            0..=9 => Some(false),
            _ => None,
        }),
        // RFC 6386, 9.1.
        Codec::Vp8 => head.first().is_some_and(|byte| byte & 1 == 0),
        _ => false,
    })
}

/// How many bytes the sizes of NAL units have, by a configuration that says it there. None where there are start codes.
fn nal_size(private: &[u8], at: usize) -> Option<usize> {
    let byte = private.get(at).filter(|_| private[0] == 1)?;
    Some(usize::from(byte & 3) + 1)
}

/// What the first unit says that says something of the picture. Where none of these bytes does, it may stand alone.
fn is_key(head: &[u8], size: Option<usize>, of_unit: impl Fn(u8) -> Option<bool>) -> bool {
    let mut rest = head;
    loop {
        let (unit, after) = match size {
            Some(size) => {
                let Some((bytes, unit)) = rest.split_at_checked(size) else {
                    return true;
                };
                let bytes = bytes
                    .iter()
                    .fold(0usize, |sum, &byte| sum << 8 | usize::from(byte));
                (unit, unit.get(bytes..).unwrap_or_default())
            }
            None => match memchr::memmem::find(rest, b"\0\0\x01") {
                Some(at) => (&rest[at + 3..], &rest[at + 3..]),
                None => return true,
            },
        };
        match unit.first().and_then(|&byte| of_unit(byte)) {
            Some(is_key) => return is_key,
            None if after.is_empty() => return true,
            None => rest = after,
        }
    }
}

/// The places of pictures that are shown at these times: of several, of those that are marked the last.
#[cfg(unix)]
pub(super) fn places_at(track: &Track, times: &[i64]) -> BTreeSet<usize> {
    let mut order: Vec<usize> = (0..track.samples.len()).collect();
    order.sort_unstable_by_key(|&place| (track.samples[place].ms, track.samples[place].key, place));
    let near = |&ms: &i64| {
        // Times are rounded once more on the way.
        let end = order.partition_point(|&place| track.samples[place].ms <= ms.saturating_add(1));
        let last = order[..end].last().copied()?;
        let same = |&&place: &&usize| track.samples[place].ms >= ms.saturating_sub(1);
        let close = || order[..end].iter().rev().take_while(same);
        close()
            .find(|&&place| track.samples[place].key)
            .copied()
            .or(Some(last))
    };
    times.iter().filter_map(near).collect()
}

/// How many percent of what is shown the pictures stand for that were looked at. It is counted over the twelve seconds
/// where that is least, in a shorter clip over all of it.
pub(super) fn least_percent(track: &Track, seen: &BTreeSet<usize>) -> u8 {
    let is_shown = |place: &usize| track.samples[*place].shown;
    let shown = || (0..track.samples.len()).filter(is_shown);
    let times = || shown().map(|place| track.samples[place].ms);
    let (Some(first), Some(last)) = (times().min(), times().max()) else {
        return 0;
    };
    // The last is shown for as long as the others are in the mean.
    let each = (last - first) / (shown().count() as i64 - 1).max(1);
    let end = last + each.max(1);
    let cuts = cuts(track, seen).into_iter().filter(is_shown);
    // What is not shown itself is what the next picture that is shown begins with.
    let mut shown_at = None;
    let mut begin_seen = Vec::new();
    for (place, sample) in track.samples.iter().enumerate().rev() {
        if sample.shown {
            shown_at = Some(sample.ms);
        }
        if seen.contains(&place) {
            begin_seen.extend(shown_at.map(|ms| (ms, place, true)));
            shown_at = None;
        }
    }
    // What begins when: something that is looked at, or something that is not. Before the first key frame nothing is known.
    let mut begins: Vec<(i64, usize, bool)> = cuts
        .map(|place| (track.samples[place].ms, place, false))
        .chain(begin_seen)
        .collect();
    begins.sort_unstable();
    let mut unseen: Vec<(i64, i64)> = Vec::new();
    let (mut from, mut is_seen) = (first, false);
    for (ms, _, begins_seen) in begins.into_iter().chain([(end, 0, true)]) {
        let ms = ms.clamp(first, end);
        if !is_seen && ms > from {
            unseen.push((from, ms));
        }
        (from, is_seen) = (ms, begins_seen);
    }
    let window = WINDOW_MS.min(end - first);
    100 - (most_within(&unseen, window) * 100 / window) as u8
}

/// How much of some parts lies within any window of such a length, at most. The parts are in order and apart.
fn most_within(parts: &[(i64, i64)], window: i64) -> i64 {
    // The sum up to each part; the most lies in a window that begins or ends where a part does.
    let mut sums = vec![0];
    for (start, end) in parts {
        sums.push(sums[sums.len() - 1] + end - start);
    }
    let up_to = |ms: i64| {
        let whole = parts.partition_point(|(_, end)| *end <= ms);
        let cut = parts.get(whole).map_or(0, |(start, _)| (ms - start).max(0));
        sums[whole] + cut
    };
    let within = |start: i64| up_to(start.saturating_add(window)) - up_to(start);
    let starts = parts.iter().flat_map(|&(start, end)| [start, end - window]);
    starts.map(within).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sample(ms: i64, size: u32, key: bool) -> Sample {
        Sample {
            offset: 0,
            ms,
            size,
            description: 0,
            key,
            shown: true,
        }
    }

    fn track(samples: impl IntoIterator<Item = (i64, u32, bool)>) -> Track {
        let samples = samples.into_iter();
        Track {
            samples: samples
                .map(|(ms, size, key)| sample(ms, size, key))
                .collect(),
            ..Track::default()
        }
    }

    fn percent(track: &Track) -> u8 {
        let keys = (0..track.samples.len()).filter(|&place| track.samples[place].key);
        least_percent(track, &keys.collect())
    }

    /// A key frame in two seconds, of 25 pictures each; the second of each group has this size.
    fn groups(second: u32) -> Track {
        let size = |n: i64| match n % 50 {
            0 => 10_000,
            1 => second,
            n => 800 + n as u32 * 20,
        };
        track((0..1_000).map(|n| (n * 40, size(n), n % 50 == 0)))
    }

    #[test]
    fn key_frames_stand_for_what_follows_unless_something_else_begins() {
        assert_eq!(percent(&groups(1_500)), 100);
        assert_eq!(percent(&groups(4_900)), 100, "no half of a key frame");
        assert_eq!(percent(&groups(6_000)), 2);
        // Pictures that are all large are the rule, and no cuts.
        assert_eq!(
            percent(&track((0..500).map(|n| (
                n * 40,
                if n % 50 == 0 { 10_000 } else { 7_000 },
                n % 50 == 0
            )))),
            100
        );
        // As large as the key frame, however common.
        let others = |size: u32| {
            (0..500).map(move |n| match n % 2 {
                0 => (n * 40, 9_000, true),
                _ => (n * 40, size, false),
            })
        };
        assert_eq!(percent(&track(others(8_000))), 100);
        assert_eq!(percent(&track(others(9_000))), 50);
    }

    #[test]
    fn a_moment_of_no_length_stands_for_nothing() {
        let film = |second: u32| {
            (0..300).map(move |n| match n % 50 {
                0 => (n * 40, 2_000, true),
                1 => ((n - 1) * 40, second, false),
                _ => (n * 40, 100, false),
            })
        };
        assert_eq!(percent(&track(film(3_000))), 0);
        assert_eq!(percent(&track(film(100))), 100);
    }

    #[test]
    fn what_is_not_shown_stands_for_what_follows_it_alone() {
        // Key frames before the start and behind the end; the last of the former is what the film begins with.
        let mut film = track((-100..200).map(|n| {
            (
                n * 40,
                if n % 10 == 0 { 5_000 } else { 300 },
                n % 10 == 0 && n < 0,
            )
        }));
        film.samples
            .iter_mut()
            .for_each(|sample| sample.shown = (0..100).contains(&(sample.ms / 40)));
        assert_eq!(percent(&film), 0);
        let mut film =
            track((-100..100).map(|n| (n * 40, if n == -10 { 5_000 } else { 300 }, n == -10)));
        film.samples
            .iter_mut()
            .for_each(|sample| sample.shown = sample.ms >= 0);
        assert_eq!(percent(&film), 100);
        film.samples
            .iter_mut()
            .for_each(|sample| sample.key = false);
        assert_eq!(percent(&film), 0);
    }

    /// Five seconds that are hidden in a minute count, however well the rest is seen.
    #[test]
    fn a_part_that_is_hidden_is_not_outweighed() {
        let size = |n: i64| match (n % 50, n) {
            (0, _) => 10_000,
            (1, 500..700) => 9_000,
            _ => 500,
        };
        let film = track((0..1_500).map(|n| (n * 40, size(n), n % 50 == 0)));
        assert!(percent(&film) < 50, "{}", percent(&film));
    }

    #[test]
    fn pictures_say_themselves_whether_they_stand_alone() {
        let h264 = |byte: u8| match byte & 31 {
            5 => Some(true),
            1..=4 => Some(false),
            _ => None,
        };
        for (head, size, expected) in [
            (&b"\0\0\0\x02\x09\xF0\0\0\0\x03\x65ab"[..], Some(4), true),
            (b"\0\0\0\x02\x09\xF0\0\0\0\x03\x41ab", Some(4), false),
            (b"\0\0\0\x01\x09\xF0\0\0\x01\x65ab", None, true),
            (b"\0\0\0\x01\x09\xF0\0\0\x01\x41ab", None, false),
            // What is said beside the picture goes on beyond what was read.
            (b"\0\0\x10\0\x06abc", Some(4), true),
            (b"", Some(4), true),
            (b"", None, true),
        ] {
            assert_eq!(is_key(head, size, h264), expected, "{head:?}");
        }
    }

    proptest! {
        #[test]
        fn the_window_is_the_fullest(
            gaps in prop::collection::vec((0i64..20, 1i64..20), 0..12),
            window in 1i64..60,
        ) {
            let mut at = 0;
            let parts: Vec<(i64, i64)> = gaps.into_iter().map(|(gap, length)| {
                let start = at + gap;
                at = start + length;
                (start, at)
            }).collect();
            let is_in = |ms: i64| parts.iter().any(|&(start, end)| (start..end).contains(&ms));
            let most = (-60..at).map(|start| (start..start + window).filter(|&ms| is_in(ms)).count()).max();
            prop_assert_eq!(most_within(&parts, window), most.unwrap_or(0) as i64);
        }
    }
}
