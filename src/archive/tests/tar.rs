use super::write::{blocks, pax, seal, tar, tar_header, tar_member};
use super::*;
use crate::error::Reason;

#[test]
fn files_are_members_and_the_rest_is_said() {
    let mut link = tar_header(b"link", b'2', 0);
    link[157..163].copy_from_slice(b"target");
    seal(&mut link);
    let archive = tar(&[
        tar_member("dir/", b'5', b""),
        tar_member("dir/a", b'0', b"content"),
        tar_member("dir/a", 0, b"again"),
        link.to_vec(),
        tar_header(b"device", b'3', 0).to_vec(),
        tar_header(b"pipe", b'6', 0).to_vec(),
        tar_member("strange", b'Q', b"?"),
        tar_member("empty", b'0', b""),
    ]);
    assert_eq!(
        sound(&archive),
        [
            "dir/a=content",
            "dir/a=again",
            "link [Skipped: a symbolic link: target]",
            "device [Skipped: a device]",
            "pipe [Skipped: a pipe]",
            "strange=?",
            "empty="
        ]
    );
}

#[test]
fn long_names_come_in_every_way() {
    let mut prefixed = tar_header(b"name", b'0', 1);
    prefixed[345..351].copy_from_slice(b"folder");
    seal(&mut prefixed);
    let archive = tar(&[
        tar_member("././@LongLink", b'L', b"by/gnu\0"),
        tar_member("short", b'0', b"1"),
        pax(&[("path", "by/pax"), ("mtime", "1.5")]),
        tar_member("short", b'0', b"2"),
        prefixed.to_vec(),
        blocks(b"3"),
        tar_member("plain", b'0', b"4"),
    ]);
    assert_eq!(
        sound(&archive),
        ["by/gnu=1", "by/pax=2", "folder/name=3", "plain=4"]
    );
}

#[test]
fn global_headers_say_nothing_of_paths_and_sizes() {
    let global = |records| {
        let mut header = pax(records);
        header[156] = b'g';
        seal(header.first_chunk_mut().unwrap());
        header
    };
    let archive = tar(&[
        global(&[("comment", "0123456789abcdef"), ("mtime", "1.5")]),
        tar_member("a", b'0', b"1"),
    ]);
    assert_eq!(sound(&archive), ["a=1"]);
    let sparse = [("GNU.sparse.map", "0,1"), ("GNU.sparse.size", "9")];
    let archive = tar(&[
        global(&[("path", "all"), ("linkpath", "all")]),
        tar_member("a", b'0', b"1"),
        global(&[("size", "600")]),
        pax(&[("path", "b")]),
        tar_member("short", b'0', b"2"),
        global(&sparse),
        tar_member("c", b'0', b"3"),
    ]);
    let (members, end) = unsound(&archive);
    assert_eq!(members, ["a=1", "b=2", "c=3"]);
    assert_eq!(
        end,
        "Damaged: what a global header says of paths and sizes is ignored (3 times)"
    );
}

#[test]
fn paths_that_are_too_long_are_cut_and_said() {
    let long = "x".repeat(1 << 17);
    let link = [pax(&[("linkpath", &long)]), tar_member("link", b'2', b"")].concat();
    let inner = tar(&[
        [pax(&[("path", &long)]), tar_member("short", b'0', b"1")].concat(),
        tar_member("b", b'0', b"2"),
        link,
    ]);
    let outer = [pax(&[("path", &long)]), tar_member("in", b'0', &inner)].concat();
    let (members, _) = walk(&tar(&[outer]));
    assert_eq!(members.len(), 4);
    for member in &members {
        assert_eq!(member.path.len(), path::PATH_MAX);
        assert!(member.path.ends_with(b" bytes]"));
    }
    let said = Reason::MemberPathTooLong { limit: 16384 };
    let gap = Some((GapKind::Damaged, said.into()));
    assert_eq!(members[0].content, Content::Bytes(b"1".to_vec()));
    assert_eq!(members[1].content, Content::Bytes(b"2".to_vec()));
    assert_eq!((&members[0].gap, &members[1].gap), (&gap, &gap));
    assert!(
        matches!(&members[2].content, Content::Refused(GapKind::Skipped, to) if to.to_string().len() < 20_000)
    );
    assert!(matches!(&members[3].content, Content::Archive { gap: said, .. } if *said == gap));
}

#[test]
fn the_size_of_an_extended_header_counts() {
    let archive = tar(&[
        pax(&[("size", "600")]),
        tar_header(b"large", b'0', 0).to_vec(),
        blocks(&[b'x'; 600]),
        tar_member("next", b'0', b"1"),
    ]);
    assert_eq!(
        sound(&archive),
        [format!("large={}", "x".repeat(600)), "next=1".to_owned()]
    );
}

#[test]
fn sparse_files_are_filled_up() {
    let mut gnu = tar_header(b"gnu", b'S', 3);
    for (at, number) in [(386, 1), (398, 2), (410, 5), (422, 1), (483, 7)] {
        gnu[at..at + 11].copy_from_slice(format!("{number:011o}").as_bytes());
    }
    seal(&mut gnu);
    let old = pax(&[
        ("GNU.sparse.size", "4"),
        ("GNU.sparse.map", "2,2"),
        ("GNU.sparse.name", "old"),
    ]);
    let new = pax(&[
        ("GNU.sparse.major", "1"),
        ("GNU.sparse.minor", "0"),
        ("GNU.sparse.name", "new"),
        ("GNU.sparse.realsize", "3"),
    ]);
    let archive = tar(&[
        gnu.to_vec(),
        blocks(b"abc"),
        old,
        tar_member("GNUSparseFile/old", b'0', b"de"),
        new,
        tar_member(
            "GNUSparseFile/new",
            b'0',
            &[blocks(b"1\n1\n2\n"), b"fg".to_vec()].concat(),
        ),
        tar_member("next", b'0', b"1"),
    ]);
    assert_eq!(
        sound(&archive),
        [
            r"gnu=\x00ab\x00\x00c\x00",
            r"old=\x00\x00de",
            r"new=\x00fg",
            "next=1"
        ]
    );
}

#[test]
fn content_of_what_should_have_none_is_given() {
    let archive = tar(&[
        tar_member("hard", b'1', b"content"),
        // Old writers gave the size of the file that it is a link to.
        tar_header(b"old", b'1', 1000).to_vec(),
        tar_member("folder", b'5', b"hidden"),
        tar_member("next", b'0', b"1"),
    ]);
    assert_eq!(
        sound(&archive),
        [
            "hard=content [Damaged: it says that it is a link to another file, and has content]",
            "old [Skipped: a link to another file: ]",
            "folder=hidden [Damaged: it says that it is a folder, and has content]",
            "next=1"
        ]
    );
}

#[test]
fn checksums_may_be_signed_and_damage_is_passed_over() {
    let mut signed = tar_header(b"\xFFname", b'0', 1);
    signed[148..156].fill(b' ');
    let sum: i32 = signed
        .iter()
        .map(|&byte| i32::from(byte.cast_signed()))
        .sum();
    signed[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    assert_eq!(
        sound(&tar(&[signed.to_vec(), blocks(b"1")])),
        [r"\xffname=1"]
    );

    let mut wrong = tar_header(b"wrong", b'0', 1);
    wrong[148] ^= 1;
    let archive = tar(&[
        tar_member("a", b'0', b"1"),
        vec![7; 1024],
        wrong.to_vec(),
        blocks(b"2"),
        tar_member("b", b'0', b"3"),
    ]);
    let (members, end) = unsound(&archive);
    assert_eq!(members, ["a=1", "wrong=2", "b=3"]);
    assert_eq!(
        end,
        "Damaged: a block is no header of a member (2 times); \
         the checksum of a header does not hold"
    );
}

#[test]
fn archives_that_were_joined_are_read_to_the_end() {
    let one = tar(&[tar_member("a", b'0', b"1")]);
    let two = tar(&[tar_member("b", b'0', b"2")]);
    assert_eq!(sound(&[&one[..], &two].concat()), ["a=1", "b=2"]);
    let (members, end) = unsound(&[&one[..], &[7; 512]].concat());
    assert_eq!(members, ["a=1"]);
    assert_eq!(end, "Damaged: a block is no header of a member");
}

#[test]
fn a_cut_archive_gives_what_there_is() {
    let archive = tar(&[
        tar_member("a", b'0', &[b'x'; 600]),
        tar_member("b", b'0', b"1"),
    ]);
    let (members, end) = unsound(&archive[..514]);
    assert_eq!(members, ["a=xx [Damaged: it ends before its content does]"]);
    assert_eq!(end, "Damaged: it ends before its content does");
    let (members, end) = unsound(&archive[..1600]);
    assert_eq!(members.len(), 1, "{members:?}");
    assert_eq!(end, "Damaged: it ends before its content does");
    let announced = pax(&[("path", "never")]);
    let (members, end) = unsound(&[tar_member("a", b'0', b"1"), announced].concat());
    assert_eq!(members, ["a=1"]);
    assert_eq!(end, "Damaged: it ends before the member that it announces");
}
