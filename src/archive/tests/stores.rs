//! Compound files of Microsoft, and the thumbnails that Windows keeps.

use std::io::Write as _;

use super::mail::png;
use super::*;

/// A compound file of streams by their paths.
pub(super) fn compound(streams: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    for (path, content) in streams {
        let folder = Path::new(path).parent().unwrap();
        file.create_storage_all(folder).unwrap();
        file.create_stream(path)
            .unwrap()
            .write_all(content)
            .unwrap();
    }
    file.flush().unwrap();
    file.into_inner().into_inner()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn png_at(members: &[Member]) -> Vec<String> {
    let png = png();
    let found = members
        .iter()
        .filter(|member| matches!(&member.content, Content::Bytes(bytes) if *bytes == png));
    found
        .map(|member| String::from_utf8(member.path.clone()).unwrap())
        .collect()
}

#[test]
fn thumbnails_attachments_and_pictures_of_documents_are_found() {
    let png = png();
    // Thumbnails stand behind twelve bytes: their own number, another one and the length.
    let length = (png.len() as u32).to_le_bytes();
    let thumbnail = [&[12, 0, 0, 0, 1, 0, 0, 0], &length[..], &png].concat();
    let picture = [&b"header of a picture in a document"[..], &png, b"\0\0"].concat();
    let bytes = compound(&[
        ("/1", &thumbnail),
        ("/Catalog", b"\x10\0\x07\0"),
        ("/Pictures", &picture),
        ("/__attach_version1.0_#00000000/__substg1.0_37010102", &png),
        (
            "/__attach_version1.0_#00000000/__substg1.0_3707001F",
            &utf16("a photo.png"),
        ),
        (
            "/__attach_version1.0_#00000001/__substg1.0_37010102",
            b"text",
        ),
        ("/plain", &png),
    ]);
    let (members, gap) = walk(&bytes);
    assert_eq!(gap, None);
    let mut found = png_at(&members);
    found.sort();
    assert_eq!(
        found,
        [
            "1/within.png",
            "Pictures/within.png",
            "__attach_version1.0_#00000000/a photo.png",
            "plain",
        ]
    );
    let told = told(&members);
    assert!(
        told.contains(&"__attach_version1.0_#00000001/__substg1.0_37010102=text".to_owned()),
        "{told:?}"
    );
}

#[test]
fn compound_files_that_lie_are_searched_as_they_are() {
    let png = png();
    let bytes = compound(&[("/a", &png), ("/b", &[7; 8000])]);
    let (mut said, mut silent) = (0, 0);
    // The tables stand in the header and in the sectors that it names.
    for at in (0..bytes.len())
        .step_by(if bytes.len() > 8192 { 97 } else { 1 })
        .chain(0..512)
    {
        for value in [0, 1, 0xFF] {
            let mut broken = bytes.clone();
            broken[at] = value;
            if Kind::sniff(&broken) != Some(Kind::Compound) {
                continue;
            }
            let limits = ArchiveLimits::default();
            let (members, gap) = walk_within(&broken, &limits, &|_| false);
            said += usize::from(gap.is_some());
            silent += usize::from(members.is_empty() && gap.is_none());
        }
    }
    // A stream that its own entry says to be none, or to have no bytes, is none.
    assert!(said > 0 && silent < 64, "{said} told, {silent} not");
    for len in (512..bytes.len()).step_by(512) {
        let (members, gap) = walk(&bytes[..len]);
        let is_whole = png_at(&members).len() == 1;
        assert!(
            is_whole || gap.is_some() || !members.is_empty(),
            "cut to {len}"
        );
    }
}

/// An entry of the caches of Windows 7 (version 21) or 10 (version 32).
fn entry(version: u32, number: u64, content: &[u8]) -> Vec<u8> {
    let name = utf16(&format!("{number:016x}"));
    let mut head = Vec::new();
    head.extend(number.to_le_bytes());
    head.extend((name.len() as u32).to_le_bytes());
    head.extend(0u32.to_le_bytes());
    head.extend((content.len() as u32).to_le_bytes());
    if version > 21 {
        head.extend([0; 8]);
    }
    head.extend([0; 4 + 8 + 8]);
    let len = 8 + head.len() + name.len() + content.len();
    [
        b"CMMM".as_slice(),
        &(len as u32).to_le_bytes(),
        &head,
        &name,
        content,
    ]
    .concat()
}

fn cache(version: u32, entries: &[Vec<u8>]) -> Vec<u8> {
    let head = [version, 4, 24, 24, entries.len() as u32]
        .map(u32::to_le_bytes)
        .concat();
    [b"CMMM".as_slice(), &head, &entries.concat(), &[0; 300]].concat()
}

#[test]
fn thumbnails_of_windows_are_found_by_their_numbers() {
    let png = png();
    for version in [21, 32] {
        let entries = [
            entry(version, 0x1234, &png),
            entry(version, 5, b""),
            entry(version, u64::MAX, &png),
        ];
        let (members, gap) = walk(&cache(version, &entries));
        assert_eq!(gap, None);
        assert_eq!(
            png_at(&members),
            [
                "0000000000001234/thumbnail.png",
                "ffffffffffffffff/thumbnail.png"
            ]
        );
    }
}

#[test]
fn entries_behind_a_broken_one_are_found_and_it_is_said() {
    let png = png();
    let entries = [entry(21, 1, &png), entry(21, 2, &png), entry(21, 3, &png)];
    let sound = cache(21, &entries);
    let second = 24 + entries[0].len();
    for (place, value) in [(second, b'X'), (second + 7, 0xFF), (second + 4, 3)] {
        let mut broken = sound.clone();
        broken[place] = value;
        let (members, gap) = walk(&broken);
        assert!(end(gap).contains("an entry does not begin where the one before it ends"));
        let found = png_at(&members);
        assert!(
            found.contains(&"0000000000000001/thumbnail.png".to_owned()),
            "{found:?}"
        );
        assert!(
            found.contains(&"0000000000000003/thumbnail.png".to_owned()),
            "{found:?}"
        );
    }
    for len in (0..sound.len()).step_by(7) {
        if Kind::sniff(&sound[..len]).is_some() {
            walk(&sound[..len]);
        }
    }
}
