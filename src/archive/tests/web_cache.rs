//! What browsers keep: entries and blocks of Chromium, entries of Firefox.

use super::mail::png;
use super::*;

const RECORD: u64 = 0xf4fa_6f45_970d_41d8;
const RANGE: u64 = 0xeb97_bf01_6553_676b;
const KEY: &[u8] = b"1/0/_dk_https://a.example https://a.example https://a.example/x.png";

fn head(key: &[u8]) -> Vec<u8> {
    let mut bytes = 0xfcfb_6d1b_a772_5c30_u64.to_le_bytes().to_vec();
    for number in [5, key.len() as u32, 7, 0] {
        bytes.extend(number.to_le_bytes());
    }
    bytes.extend(key);
    bytes
}

fn record(flags: u32, bytes: usize) -> Vec<u8> {
    let mut record = RECORD.to_le_bytes().to_vec();
    for number in [flags, 0, bytes as u32, 0] {
        record.extend(number.to_le_bytes());
    }
    record
}

/// An entry with an answer and its headers, as `_0` has them.
fn entry(answer: &[u8], headers: &[u8], has_digest: bool) -> Vec<u8> {
    let mut bytes = head(KEY);
    bytes.extend(answer);
    bytes.extend(record(1, answer.len()));
    bytes.extend(headers);
    if has_digest {
        bytes.extend([9; 32]);
    }
    let flags = if has_digest { 3 } else { 1 };
    bytes.extend(record(flags, headers.len()));
    bytes
}

fn path(end: &str) -> String {
    format!("{}{end}", str::from_utf8(KEY).unwrap())
}

fn found(members: &[Member], content: &[u8]) -> Vec<String> {
    let is =
        |member: &&Member| matches!(&member.content, Content::Bytes(bytes) if bytes == content);
    let found = members.iter().filter(is);
    found
        .map(|member| String::from_utf8(member.path.clone()).unwrap())
        .collect()
}

#[test]
fn an_answer_is_a_member_by_its_address() {
    for has_digest in [false, true] {
        for answer in [png(), b"text".to_vec()] {
            let bytes = entry(&answer, b"HTTP/1.1 200 OK\0", has_digest);
            let (members, gap) = walk(&bytes);
            assert_eq!(end(gap), "sound");
            assert_eq!(members.len(), 1);
            assert_eq!(found(&members, &answer), [path("")]);
        }
    }
    // A stream that stands alone, as in `_1`.
    let bytes = [head(KEY), png(), record(1, png().len())].concat();
    let (members, gap) = walk(&bytes);
    assert_eq!((found(&members, &png()), gap), (vec![path("")], None));
    // An answer that came compressed.
    let bytes = entry(&write::gzip(&png()), b"", true);
    let (members, gap) = walk(&bytes);
    assert_eq!((found(&members, &png()).len(), gap), (1, None));
    assert_eq!(sound(&entry(b"", b"", true)), [""; 0]);
}

#[test]
fn headers_and_addresses_are_searched_too() {
    let png = png();
    let headers = [&[1; 200][..], &png, &[1; 50]].concat();
    let (members, gap) = walk(&entry(b"answer", &headers, true));
    assert_eq!(end(gap), "sound");
    assert_eq!(found(&members, &png).len(), 1);
}

#[test]
fn an_entry_whose_records_lie_gives_all_that_follows() {
    let png = png();
    let whole = entry(&png, b"HTTP/1.1 200 OK\0", true);
    let begin = 24 + KEY.len();
    // Cut behind the first record, it is sound: an answer without headers.
    let sound = begin + png.len() + 24;
    for len in (begin + 1..whole.len()).filter(|len| *len != sound) {
        let (members, gap) = walk(&whole[..len]);
        assert!(
            end(gap).contains("records of the cache do not fit"),
            "{len}"
        );
        let Content::Bytes(bytes) = &members[0].content else {
            panic!("cut to {len}: {:?}", told(&members));
        };
        assert_eq!(*bytes, whole[begin..len]);
    }
    for len in 12..=begin {
        walk(&whole[..len]);
    }
    for at in 12..whole.len() {
        for value in [0, 1, 0x7F, 0xFF] {
            let mut broken = whole.clone();
            broken[at] = value;
            walk(&broken);
        }
    }
}

/// A range of a clip that begins at an offset.
fn range(offset: u64, content: &[u8]) -> Vec<u8> {
    let numbers = [RANGE, offset, content.len() as u64, 0];
    let mut bytes: Vec<u8> = numbers
        .iter()
        .flat_map(|number| number.to_le_bytes())
        .collect();
    bytes.extend(content);
    bytes
}

#[test]
fn ranges_are_joined_in_their_order() {
    let png = png();
    let (first, second) = png.split_at(40);
    let other = [range(40, second), range(0, first), range(5000, b"later")];
    let bytes = [head(KEY), other.concat()].concat();
    let (members, gap) = walk(&bytes);
    assert_eq!(end(gap), "sound");
    assert_eq!(found(&members, &png), [path("@0")]);
    assert_eq!(found(&members, b"later"), [path("@5000")]);
    for len in 24 + KEY.len() + 1..bytes.len() {
        walk(&bytes[..len]);
    }
    let mut broken = bytes.clone();
    let at = 24 + KEY.len() + 16;
    broken[at..at + 8].fill(0xFF);
    assert!(walk(&broken).1.is_some());
}

/// A file of blocks of this size with answers in them.
fn blocks(size: u32, answers: &[&[u8]]) -> Vec<u8> {
    let mut bytes = 0xc104_cac3_u32.to_le_bytes().to_vec();
    bytes.extend(0x0002_0000_u32.to_le_bytes());
    bytes.extend([2, 0, 0, 0]);
    bytes.extend(size.to_le_bytes());
    bytes.resize(8192, 0);
    for answer in answers {
        bytes.extend(*answer);
        bytes.resize(bytes.len().next_multiple_of(size as usize), 0);
    }
    bytes
}

#[test]
fn answers_in_blocks_are_found_deleted_or_not() {
    let png = png();
    for size in [256, 1024, 4096] {
        let text = b"a text that is no picture".as_slice();
        let noise = [&[3; 40][..], &png].concat();
        let bytes = blocks(size, &[&png, text, &png, &noise, text, &png]);
        let (members, gap) = walk(&bytes);
        assert_eq!(end(gap), "sound");
        // The one that stands behind something else in its block too.
        assert_eq!(found(&members, &png).len(), 4, "{:?}", told(&members));
        assert_eq!(found(&members, &png)[0], "@0x2000.png");
        for len in [16, 100, 8191, 8192, 8200, bytes.len() - 1] {
            let (members, gap) = walk(&bytes[..len]);
            assert!(gap.is_some() == (len < 8192), "{len}");
            assert!(members.len() <= 4);
        }
    }
    // Many more than are read at a time.
    let many: Vec<&[u8]> = std::iter::repeat_n(png.as_slice(), 700).collect();
    let (members, _) = walk(&blocks(256, &many));
    assert_eq!(found(&members, &png).len(), 700);
}
