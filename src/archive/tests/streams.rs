use super::write::{bzip2, gzip, pax, stored, tar, tar_member, xz, zip, zstd};
use super::*;
use crate::error::Reason;

type Pack = fn(&[u8]) -> Vec<u8>;

const ALL: [(Kind, Pack); 4] = [
    (Kind::Gzip, gzip),
    (Kind::Bzip2, bzip2),
    (Kind::Xz, xz),
    (Kind::Zstd, zstd),
];

#[test]
fn a_packed_file_is_its_only_member() {
    for (kind, pack) in ALL {
        let packed = pack(b"content");
        assert_eq!(Kind::sniff(&packed), Some(kind));
        assert_eq!(sound(&packed), ["file.jpg=content"]);
        assert_eq!(sound(&pack(b"")), ["file.jpg="]);
    }
}

#[test]
fn streams_that_were_joined_are_one_and_padding_is_nothing() {
    for (_, pack) in ALL {
        let joined = [pack(b"one, "), pack(b"two"), vec![0; 12]].concat();
        assert_eq!(sound(&joined), ["file.jpg=one, two"]);
    }
}

#[test]
fn a_skippable_frame_is_passed_over_anywhere() {
    let skip = b"\x52\x2A\x4D\x18\x03\0\0\0abc".to_vec();
    let joined = [skip.clone(), zstd(b"one"), skip.clone(), zstd(b"two"), skip].concat();
    assert_eq!(Kind::sniff(&joined), Some(Kind::Zstd));
    assert_eq!(sound(&joined), ["file.jpg=onetwo"]);
}

#[test]
fn a_packed_tar_is_read_as_it_is_unpacked() {
    let archive = tar(&[
        tar_member("a", b'0', b"1"),
        tar_member("b", b'0', &[b'x'; 2000]),
    ]);
    for (_, pack) in ALL {
        assert_eq!(
            sound(&pack(&archive)),
            ["a=1".to_owned(), format!("b={}", "x".repeat(2000))]
        );
    }
}

#[test]
fn checksums_that_do_not_hold_are_said_and_the_content_is_given() {
    let flips = [(Kind::Gzip, 8), (Kind::Zstd, 4)];
    for (kind, pack) in ALL {
        let mut packed = pack(b"content");
        match flips.iter().find(|(flipped, _)| *flipped == kind) {
            Some((_, from_end)) => {
                let at = packed.len() - from_end;
                packed[at] ^= 1;
            }
            // The checksums of these stand before the index.
            None if kind == Kind::Xz => {
                let at = packed.len() - 12 - 8 - 4 - 4;
                packed[at] ^= 1;
            }
            None => continue,
        }
        let (members, gap) = walk(&packed);
        assert_eq!(
            members[0].content,
            Content::Bytes(b"content".to_vec()),
            "{kind:?}"
        );
        let damaged = members[0].gap.as_ref().map(|(status, _)| *status);
        assert_eq!(damaged, Some(GapKind::Damaged), "{kind:?}");
        assert_eq!(gap, None);
    }
}

#[test]
fn other_data_behind_a_stream_is_said() {
    for (_, pack) in ALL {
        let (members, _) = unsound(&[&pack(b"content")[..], b"\xFF\xD8\xFF"].concat());
        assert_eq!(
            members,
            ["file.jpg=content [Damaged: other data follows what is compressed]"]
        );
    }
}

#[test]
fn nested_archives_come_after_their_members() {
    let inner = zip(&[stored("dir/a", b"1"), stored("b", b"2")]);
    let packed = gzip(&tar(&[tar_member("c", b'0', b"3")]));
    let outer = zip(&[
        stored("first", b"0"),
        stored("x/inner.zip", &inner),
        stored("y.tgz", &packed),
        stored("z.txt.gz", &gzip(b"4")),
        stored("last", b"5"),
    ]);
    let (members, gap) = walk(&outer);
    assert_eq!(gap, None);
    assert_eq!(
        told(&members),
        [
            "first=0",
            "x/inner.zip!/dir/a=1",
            "x/inner.zip!/b=2",
            "x/inner.zip Zip",
            "y.tgz!/c=3",
            "y.tgz Gzip",
            "z.txt.gz!/z.txt=4",
            "z.txt.gz Gzip",
            "last=5"
        ]
    );
    let Content::Archive { bytes, .. } = &members[3].content else {
        panic!("it is an archive");
    };
    assert_eq!(*bytes, inner);
}

#[test]
fn a_broken_nested_archive_is_said_of_it_alone() {
    let inner = zip(&[stored("a", b"1"), stored("b", b"2")]);
    let outer = zip(&[stored("in.zip", &inner[..40]), stored("last", b"3")]);
    let members = sound(&outer);
    assert_eq!(members[0], "in.zip!/a=1");
    assert!(
        members[1].starts_with("in.zip Zip [Damaged: it has no directory"),
        "{members:?}"
    );
    assert_eq!(members[2], "last=3");
}

#[test]
fn a_source_that_fails_is_unreadable() {
    struct Failing(Cursor<Vec<u8>>);
    impl Read for Failing {
        fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
            match self.0.read(buf)? {
                0 => Err(std::io::Error::other("the disk is gone")),
                read => Ok(read),
            }
        }
    }
    impl Seek for Failing {
        fn seek(&mut self, to: std::io::SeekFrom) -> std::io::Result<u64> {
            self.0.seek(to)
        }
    }
    let bytes = tar(&[tar_member("a", b'0', b"1"), tar_member("b", b'0', b"2")]);
    for (kind, bytes) in [(Kind::Tar, bytes.clone()), (Kind::Gzip, gzip(&bytes))] {
        let len = bytes.len() as u64;
        let half = Failing(Cursor::new(bytes[..bytes.len() / 2].to_vec()));
        let limits = ArchiveLimits::default();
        let mut archive = Archive::open(kind, half, len, Path::new("x"), &limits, MEMBER_MAX);
        let mut said = Vec::new();
        while let Some(member) = archive.next_member(&|_| false) {
            said.extend(member.gap);
            if let Content::Refused(status, reason) = member.content {
                said.push((status, reason));
            }
        }
        said.extend(archive.end());
        let expected = (
            GapKind::Unreadable,
            Reason::Unreadable {
                problem: "the disk is gone".to_owned(),
            }
            .into(),
        );
        assert!(said.contains(&expected), "{kind:?}: {said:?}");
        assert!(expected.1.is_transient());
    }
}

#[test]
fn memory_that_is_short_is_no_fault_of_the_archive() {
    struct Short;
    impl Read for Short {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::OutOfMemory.into())
        }
    }
    let error = Short.read(&mut [0]).unwrap_err();
    let (kind, reasons) = gap_of(error);
    assert_eq!(kind, GapKind::Unreadable);
    let member = |content, gap| Member {
        number: 0,
        path: Vec::new(),
        content,
        gap,
        holder: None,
        is_in_torn: false,
    };
    let short = || Some((kind, reasons.clone()));
    let damaged: Gap = (GapKind::Damaged, Reason::MemberChecksum.into());
    for (content, gap, is_transient) in [
        (Content::Refused(kind, reasons.clone()), None, true),
        (Content::Bytes(Vec::new()), short(), true),
        (
            Content::Archive {
                kind: Kind::Zip,
                bytes: Vec::new(),
                gap: short(),
            },
            Some(damaged.clone()),
            true,
        ),
        (Content::Bytes(Vec::new()), Some(damaged), false),
        (Content::Bytes(Vec::new()), None, false),
    ] {
        let member = member(content, gap);
        assert_eq!(member.is_transient(), is_transient, "{member:?}");
    }
}

#[test]
fn what_stands_in_the_headers_of_streams_is_searched() {
    let mut hidden = Vec::new();
    let picture = image::RgbImage::from_fn(16, 16, |x, y| image::Rgb([x as u8, y as u8, 9]));
    let encoder = image::codecs::bmp::BmpEncoder::new(&mut hidden);
    picture.write_with_encoder(encoder).unwrap();
    // Names and comments end with a zero.
    let text: String = hidden.iter().map(|byte| format!("{byte:02x}")).collect();
    let length = |bytes: &[u8], size: usize| bytes.len().to_le_bytes()[..size].to_vec();
    let gzip_with = |flags: u8, fields: &[u8]| {
        let plain = gzip(b"content");
        [&plain[..3], &[flags], &plain[4..10], fields, &plain[10..]].concat()
    };
    let skipped = [b"\x52\x2A\x4D\x18", &length(&hidden, 4)[..], &hidden].concat();
    let named = [text.as_bytes(), &[0]].concat();
    for packed in [
        gzip_with(4, &[&length(&hidden, 2), &hidden[..]].concat()),
        gzip_with(8, &named),
        gzip_with(16, &named),
        [gzip(b""), gzip_with(16, &named)].concat(),
        [skipped.clone(), zstd(b"content")].concat(),
        [zstd(b"content"), skipped].concat(),
        tar(&[
            pax(&[("comment", &text)]),
            tar_member("file.jpg", b'0', b"content"),
        ]),
        gzip(&tar(&[
            tar_member("file.jpg", b'0', b"content"),
            tar_member("././@LongLink", b'K', &named),
        ])),
    ] {
        let (members, gap) = walk(&packed);
        assert_eq!(members.len(), 2, "{members:?} {gap:?}");
        assert_eq!(members[0].content, Content::Bytes(b"content".to_vec()));
        assert!(members[1].path.starts_with(b"beside"));
        assert_eq!(members[1].content, Content::Bytes(hidden.clone()));
    }
}
