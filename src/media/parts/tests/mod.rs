//! Parts of every format: what is hidden anywhere is found, and nothing is found where there is nothing.

mod boxes;
mod coded;
mod encoded;
mod hostile;
mod metadata;
mod write;

use super::*;
use write::{CARRIERS, hidden, picture};

/// The content of a part.
fn content(part: &Part, file: &[u8]) -> Vec<u8> {
    let piece = |piece: &Piece| match piece {
        Piece::Range(range) => file[range.start as usize..range.end as usize].to_vec(),
        Piece::Bytes(bytes) => bytes.clone(),
    };
    part.pieces.iter().flat_map(piece).collect()
}

/// Names and contents of the parts of a file, which must be known by its content.
fn parts(file: &[u8]) -> Vec<(String, Vec<u8>)> {
    let format = Format::sniff(file).expect("it is known");
    let found = Parts::of_bytes(format, file);
    assert_eq!(found.over_limit, None);
    if format.is_video() {
        let clip = Parts::of_clip(format, io::Cursor::new(file), file.len() as u64);
        assert_eq!(clip.unwrap(), found);
    }
    let named = |part: &Part| {
        let name = String::from_utf8(part.name.clone()).unwrap();
        assert_eq!(part.len(), content(part, file).len() as u64);
        (name, content(part, file))
    };
    found.parts.iter().map(named).collect()
}

/// Whether a part begins with these bytes: where nothing tells the end of a file, a part goes on.
fn has(parts: &[(String, Vec<u8>)], hidden: &[u8]) -> bool {
    parts.iter().any(|(_, content)| content.starts_with(hidden))
}

#[test]
fn a_plain_file_has_no_parts() {
    for format in CARRIERS {
        assert_eq!(parts(&picture(format, 1)), [], "{format:?}");
    }
    for (kind, bytes) in write::clips() {
        assert_eq!(parts(&bytes), [], "{kind}");
    }
}

#[test]
fn every_kind_of_file_is_found_behind_every_picture() {
    for format in CARRIERS {
        let plain = picture(format, 1);
        for (kind, hidden) in hidden() {
            for between in [&b""[..], b"\0\0\0", b"SEFT odd bytes that are nothing"] {
                let weak = matches!(kind, "ico" | "tga" | "ts");
                if weak && !between.is_empty() {
                    continue;
                }
                // One behind the other they are the pictures of one file.
                if (kind, format) == ("pnm", Format::Pnm) && between.is_empty() {
                    continue;
                }
                let file = [&plain, between, &hidden].concat();
                let parts = parts(&file);
                let here = format!("{kind} behind {format:?} and {between:?}: {parts:?}");
                assert!(has(&parts, &hidden), "{}", &here[..here.len().min(300)]);
                // What is named for its own kind tells what it is.
                let named = parts
                    .iter()
                    .any(|(name, _)| name == &format!("behind.{kind}"));
                assert!(named, "{}", &here[..here.len().min(300)]);
            }
        }
    }
}

#[test]
fn every_kind_of_file_is_found_behind_every_clip() {
    for (carrier, plain) in write::clips() {
        for (kind, hidden) in hidden() {
            // A stream of packets goes on with those of another.
            if carrier == kind && matches!(kind, "ts" | "mpg" | "ogg" | "wmv") {
                continue;
            }
            let parts = parts(&[&plain[..], &hidden].concat());
            let names: Vec<_> = parts.iter().map(|(name, _)| name).collect();
            // Of an icon behind packets, which it looks like, the picture in it is found.
            let is_found = has(&parts, &hidden) || (kind == "ico" && !names.is_empty());
            assert!(is_found, "{kind} behind {carrier}: {names:?}");
        }
    }
}

#[test]
fn several_files_behind_each_other_are_found_each_by_itself() {
    let [one, two, three] = [
        picture(Format::Jpeg, 2),
        picture(Format::Png, 3),
        picture(Format::Gif, 4),
    ];
    for format in CARRIERS {
        let file = [&picture(format, 1)[..], &one, b"pad", &two, &three, &one].concat();
        let found = parts(&file);
        let names: Vec<_> = found.iter().map(|(name, _)| name.as_str()).collect();
        let expected = ["behind.jpg", "behind.png", "behind.gif", "behind-2.jpg"];
        assert_eq!(names, expected, "{format:?}");
        for ((_, content), whole) in found.iter().zip([&one, &two, &three, &one]) {
            assert_eq!(content, whole, "{format:?}");
        }
    }
}

#[test]
fn a_picture_before_the_end_of_another_is_found() {
    // The first one has no mark of its end, or one that stands behind the second.
    let (first, second) = (picture(Format::Jpeg, 1), picture(Format::Jpeg, 2));
    let open = &first[..first.len() - 2];
    for file in [
        [open, &second].concat(),
        [open, &second, b"\xFF\xD9"].concat(),
    ] {
        assert!(has(&parts(&file), &second[..second.len() - 2]));
    }
}

#[test]
fn noise_gives_no_parts() {
    let mut state = 7u64;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    })
    .take(2 << 20)
    .collect();
    let file = [picture(Format::Jpeg, 1), noise].concat();
    let names: Vec<_> = parts(&file).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, [""; 0]);
}
