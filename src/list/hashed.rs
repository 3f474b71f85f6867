//! What follows the hash on a line that `basma hash` prints: the quality, the place in the file, the file.
//!
//! ```text
//! pdq <hex> 100 picture.jpg
//! pdq <hex>  98 [frame=3 ms=4000 until_ms=8000 clip_ms=20000] clip.mp4
//! sha256 <hex>   - picture.jpg
//! ```
//!
//! In brackets stands what a table has columns for. Values of a whole picture as it is stored are left out.

use std::fmt::Write as _;

use super::Media;
use super::entry::{ClipFrame, Entry};

/// What is said of a hash that is not said.
const FRAME: &str = "0";
const VIEW: &str = "original";

/// The line of an entry of a hashed file, as [`parse`] reads it; the file is the entry's id.
pub(super) fn line(entry: &Entry) -> String {
    let hash_type = entry.hash.hash_type();
    let quality = entry.quality.map_or("-".to_owned(), |q| q.to_string());
    let mut line = format!("{hash_type} {} {quality:>3} ", entry.hash);
    let said = place(entry);
    if !said.is_empty() {
        let _ = write!(line, "[{said}] ");
    }
    line + &name(entry.id.as_deref().unwrap_or_default())
}

/// What stands in brackets.
fn place(entry: &Entry) -> String {
    let mut said = Vec::new();
    let mut say = |key: &str, text: String| said.push(format!("{key}={text}"));
    let of_meta = |key: &str| {
        let pair = entry.meta.iter().find(|(name, _)| name == key);
        pair.map(|(_, text)| text.clone())
    };
    if let Some(frame) = of_meta("frame").filter(|frame| frame != FRAME) {
        say("frame", frame);
    }
    if let Some(frame) = entry.frame.as_deref() {
        let times = [
            ("ms", frame.ms),
            ("until_ms", frame.until_ms),
            ("clip_ms", frame.clip_ms),
            ("every_ms", frame.every_ms.map(u64::from)),
        ];
        for (key, ms) in times {
            if let Some(ms) = ms {
                say(key, ms.to_string());
            }
        }
    }
    if let Some(view) = of_meta("view").filter(|view| view != VIEW) {
        say("view", view);
    }
    if let Some(flags) = of_meta("flags") {
        say("flags", flags.replace(' ', ","));
    }
    if let Some(track) = of_meta("track") {
        say("track", track);
    }
    said.join(" ")
}

/// A name that neither looks like what stands in brackets nor loses the blanks at its ends.
fn name(id: &str) -> String {
    let mut name = String::with_capacity(id.len());
    for (at, c) in id.char_indices() {
        let is_end = at == 0 || at + c.len_utf8() == id.len();
        if (is_end && c.is_whitespace()) || (at == 0 && c == '[') {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                let _ = write!(name, "\\x{byte:02x}");
            }
        } else {
            name.push(c);
        }
    }
    name
}

/// Adds to an entry what follows its hash, where that is as [`line`] writes it.
pub(super) fn parse(tail: &str, mut entry: Entry) -> Option<Entry> {
    let tail = tail.trim_matches([' ', '\t']);
    let (quality, rest) = tail.split_once([' ', '\t'])?;
    let is_perceptual = entry.hash.hash_type().is_perceptual();
    if is_perceptual {
        let is_number = quality.bytes().all(|byte| byte.is_ascii_digit());
        let quality = quality.parse().ok().filter(|q| is_number && *q <= 100)?;
        entry.quality = Some(quality);
    } else if quality != "-" {
        return None;
    }
    let rest = rest.trim_start_matches([' ', '\t']);
    let (said, name) = match rest.strip_prefix('[') {
        Some(rest) => rest.split_once("] ")?,
        None => ("", rest),
    };
    if name.is_empty() {
        return None;
    }
    entry.id = Some(name.to_owned());
    let mut frame: Option<ClipFrame> = None;
    let (mut index, mut view) = (FRAME, VIEW);
    let mut more = Vec::new();
    for pair in said.split_whitespace() {
        let (key, text) = pair.split_once('=')?;
        match key {
            "frame" => index = text,
            "view" => view = text,
            "flags" | "track" => more.push((key.to_owned(), text.replace(',', " "))),
            _ => {
                let ms: u64 = text.parse().ok()?;
                let frame = frame.get_or_insert_default();
                match key {
                    "ms" => frame.ms = Some(ms),
                    "until_ms" => frame.until_ms = Some(ms),
                    "clip_ms" => frame.clip_ms = Some(ms),
                    "every_ms" => frame.every_ms = Some(u32::try_from(ms).ok()?),
                    _ => return None,
                }
            }
        }
    }
    let number: u32 = index.parse().ok()?;
    if is_perceptual {
        entry.meta.push(("frame".to_owned(), index.to_owned()));
        if let Some(mut frame) = frame {
            frame.index = number;
            entry.frame = Some(Box::new(frame));
            entry.media.get_or_insert(Media::Video);
        }
    }
    entry.meta.push(("view".to_owned(), view.to_owned()));
    entry.meta.extend(more);
    Some(entry)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::sample::{PDQ, SHA256, faults, read_with};
    use super::super::{MaxReject, ReadOptions};
    use super::*;
    use crate::escape;
    use crate::hash::{Hash, HashType};

    prop_compose! {
        fn any_hashed()(
            is_digest: bool,
            name in "[\\PC\n=\\[]{1,12}",
            quality in 0..=100u8,
            frame in any::<Option<(u32, u64, Option<u64>, Option<u64>, Option<u32>)>>(),
            view in prop::sample::select(vec!["original", "over-white+rotate90"]),
            flags in prop::option::of(prop::sample::select(vec!["partial", "partial turned"])),
            track in prop::option::of(2..9u8),
        ) -> Entry {
            let (hash_type, text) = if is_digest { (HashType::Sha256, SHA256) } else { (HashType::Pdq, PDQ) };
            let mut entry = Entry::new(Hash::parse(hash_type, text).unwrap(), 1);
            entry.id = Some(escape::escape(name.as_bytes()).into_owned());
            if !is_digest {
                entry.quality = Some(quality);
                entry.frame = frame.map(|(index, ms, until_ms, clip_ms, every_ms)| Box::new(ClipFrame {
                    index, ms: Some(ms), until_ms, clip_ms, every_ms, ..ClipFrame::default()
                }));
                entry.media = entry.frame.is_some().then_some(Media::Video);
                let index = entry.frame.as_ref().map_or(0, |frame| frame.index);
                entry.meta.push(("frame".to_owned(), index.to_string()));
            }
            entry.meta.push(("view".to_owned(), view.to_owned()));
            entry.meta.extend(flags.map(|flags| ("flags".to_owned(), flags.to_owned())));
            entry.meta.extend(track.map(|track| ("track".to_owned(), track.to_string())));
            entry
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_of_a_hash_is_read_back(entries in prop::collection::vec(any_hashed(), 1..6)) {
            let text: String = entries.iter().map(|entry| line(entry) + "\n").collect();
            let options = ReadOptions::default().with_min_quality(0).with_allow_unusual_pdq(true);
            let list = read_with(&text, &options);
            prop_assert_eq!(list.source.format, "typed lines");
            prop_assert_eq!(list.entries.len(), entries.len());
            for (mut read, mut entry) in list.entries.into_iter().zip(entries) {
                (read.line, entry.line) = (0, 0);
                // A blank or a bracket at the end of a name is escaped in the line, and means the same.
                for entry in [&mut read, &mut entry] {
                    let path = escape::unescape_path(entry.id.as_deref().unwrap()).unwrap();
                    entry.id = Some(path.to_string_lossy().into_owned());
                }
                prop_assert_eq!(read, entry);
            }
        }
    }

    #[test]
    fn what_is_no_line_of_ours_is_refused_at_its_place() {
        let at = 5 + PDQ.len() + 1;
        for tail in [
            "a.jpg",
            "100",
            "101 a.jpg",
            "- a.jpg",
            "9 [ms=x] a.jpg",
            "9 [ms=1]",
            "9 [new=1] a.jpg",
            "+9 a",
        ] {
            let fault = faults(format!("pdq {PDQ} {tail}\n"));
            assert_eq!(fault, [format!("1:{at} E013")], "{tail}");
        }
        assert_eq!(faults(format!("sha256 {SHA256} 9 a.jpg\n")).len(), 1);
        let options = ReadOptions::default().with_max_reject(MaxReject::Lines(1));
        let list = read_with(
            format!("pdq {PDQ} 49 a.jpg\npdq {PDQ} 50 a.jpg\n"),
            &options,
        );
        assert_eq!((list.counts.low_quality, list.entries.len()), (1, 1));
    }
}
