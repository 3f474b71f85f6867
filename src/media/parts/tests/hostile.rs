//! Files that nobody should make: every search ends, within its limits, and says what it left out.

use super::write::{CARRIERS, film, picture};
use super::*;
use crate::error::Reason;

fn any(file: &[u8]) -> Parts {
    let format = Format::sniff(file).expect("it is known");
    let found = Parts::of_bytes(format, file);
    let total: u64 = found.parts.iter().map(Part::len).sum();
    assert!(found.parts.len() <= PARTS_MAX);
    assert!(total <= (file.len() as u64) * (PARTS_MAX as u64));
    found
}

#[test]
fn every_cut_and_every_flipped_byte_is_an_answer() {
    for format in CARRIERS {
        let file = [picture(format, 1), picture(Format::Jpeg, 2), film()].concat();
        for cut in 0..file.len() {
            let _ = Parts::of_bytes(format, &file[..cut]);
        }
        for at in 0..file.len().min(1500) {
            let mut damaged = file.clone();
            damaged[at] ^= 0x55;
            let _ = Parts::of_bytes(format, &damaged);
        }
    }
    for (_, clip) in super::write::clips() {
        let format = Format::sniff(&clip).unwrap();
        let file = [clip, picture(Format::Jpeg, 2)].concat();
        for cut in 0..file.len() {
            let _ = Parts::of_bytes(format, &file[..cut]);
        }
        for at in 0..file.len() {
            let mut damaged = file.clone();
            damaged[at] ^= 0xFF;
            let _ = Parts::of_bytes(format, &damaged);
        }
    }
}

#[test]
fn more_parts_than_are_taken_are_said() {
    let hidden = picture(Format::Jpeg, 2);
    let file = [picture(Format::Png, 1), hidden.repeat(PARTS_MAX + 1)].concat();
    let found = any(&file);
    assert_eq!(found.parts.len(), PARTS_MAX);
    let limit = PARTS_MAX as u64;
    assert_eq!(found.over_limit, Some(Reason::PartsTooMany { limit }));
    let file = [picture(Format::Png, 1), hidden.repeat(PARTS_MAX)].concat();
    assert_eq!(any(&file).over_limit, None);
}

/// Each beginning fits, and leads through all that follows: without a bound this is quadratic.
#[test]
fn beginnings_without_end_are_bounded_and_said() {
    let beginnings: [&[u8]; 6] = [
        b"\xFF\xD8\xFF\xE0\0\x02",
        b"\xFF\xD8\xFF\xDA\0\x08abcdef",
        b"GIF89a\x01\0\x01\0\0\0\0!\xFE\x01a",
        b"P5\n#P5\n#",
        b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR",
        b"\0\0\0\x10ftypisom\0\0\0\0",
    ];
    for beginning in beginnings {
        let trailer = beginning.repeat((1 << 20) / beginning.len());
        any(&[picture(Format::Jpeg, 1), trailer].concat());
    }
    // Segments within segments, whose chains all lead to the same end.
    let mut nested = Vec::new();
    for _ in 0..5000 {
        nested.extend(b"\xFF\xD8\xFF\xFE\x7F\xFF");
    }
    nested.extend(b"\xFF\xFE\0\x02".repeat(1 << 20));
    let found = any(&[picture(Format::Jpeg, 1), nested].concat());
    assert!(found.over_limit.is_some());
}

#[test]
fn directories_that_share_their_values_are_bounded() {
    // Every directory says that its strips are the whole file.
    let mut file = b"II*\0\x08\0\0\0".to_vec();
    for n in 1..3000u32 {
        let next = 8 + n * 30;
        file.extend(2u16.to_le_bytes());
        for tag in [273u16, 279] {
            file.extend(tag.to_le_bytes());
            file.extend(b"\x04\0");
            file.extend(20_000u32.to_le_bytes());
            file.extend(8u32.to_le_bytes());
        }
        file.extend(next.to_le_bytes());
    }
    any(&file);
}
