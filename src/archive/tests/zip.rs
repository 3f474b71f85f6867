use super::write::{
    bzip2, deflate, deflated, lzma, member, stored, xz, zip, zip_and_directory, zstd,
};
use super::*;

#[test]
fn every_method_is_unpacked() {
    let text = b"some text, and more text";
    let all = [
        stored("stored", text),
        deflated("dir/deflated", text),
        member("deflate64", 9, text, deflate(text)),
        member("bzip2", 12, text, bzip2(text)),
        member("lzma", 14, text, lzma(text)),
        member("zstd", 93, text, zstd(text)),
        member("xz", 95, text, xz(text)),
        stored("dir/", b""),
        stored("empty", b""),
    ];
    let content = "=some text, and more text";
    let names = [
        "stored",
        "dir/deflated",
        "deflate64",
        "bzip2",
        "lzma",
        "zstd",
        "xz",
    ];
    let mut expected: Vec<_> = names
        .iter()
        .map(|name| format!("{name}{content}"))
        .collect();
    expected.push("empty=".to_owned());
    assert_eq!(sound(&zip(&all)), expected);
}

#[test]
fn members_of_one_name_are_two_members() {
    let archive = zip(&[stored("a", b"1"), stored("a", b"2")]);
    assert_eq!(sound(&archive), ["a=1", "a=2"]);
}

#[test]
fn sizes_may_stand_behind_the_content() {
    let archive = zip(&[
        deflated("a", b"first").streamed(true),
        deflated("b", b"second").streamed(false),
        stored("c", b"third").streamed(true),
    ]);
    assert_eq!(sound(&archive), ["a=first", "b=second", "c=third"]);
}

#[test]
fn names_are_bytes_and_links_are_said() {
    let mut name = stored("?", b"x");
    name.name = b"\xFF/..\\a".to_vec();
    name.local_name.clone_from(&name.name);
    let mut link = stored("link", b"../target");
    link.mode = 0o120_777;
    let mut picture = stored("picture", b"\xFF\xD8\xFF\xE0");
    picture.mode = 0o120_777;
    assert_eq!(
        sound(&zip(&[name, link, picture])),
        [
            r"\xff/..\\a=x",
            "link [Skipped: a symbolic link: ../target]",
            r"picture=\xff\xd8\xff\xe0"
        ]
    );
}

#[test]
fn what_is_encrypted_or_packed_strangely_is_named() {
    let mut secret = stored("secret", b"x");
    secret.flags = 1;
    let strange = member("strange", 97, b"x", b"y".to_vec());
    let stranger = member("stranger", 77, b"x", b"y".to_vec());
    assert_eq!(
        sound(&zip(&[secret, strange, stranger])),
        [
            "secret [Unsupported: encrypted: not looked into]",
            "strange [Unsupported: compressed by WavPack, which is not unpacked]",
            "stranger [Unsupported: compressed by the unknown method 77]"
        ]
    );
}

#[test]
fn content_whose_checksum_or_size_is_wrong_is_given_nevertheless() {
    let mut wrong = deflated("a", b"content");
    wrong.crc ^= 1;
    let mut short = deflated("b", b"content");
    short.size = 3;
    let text: String = (0..500).map(|number| format!("{number} ")).collect();
    let mut broken = deflated("c", text.as_bytes());
    let half = broken.packed.len() / 2;
    broken.packed.truncate(half);
    broken.packed_size = half as u32;
    let (members, _) = unsound(&zip(&[wrong, short, broken]));
    assert_eq!(
        members[0],
        "a=content [Damaged: its checksum does not hold]"
    );
    assert_eq!(members[1], "b=content [Damaged: it has 7 bytes and not 3]");
    assert!(members[2].starts_with("c=0 1 2 3 4 5 "), "{}", members[2]);
    assert!(members[2].ends_with(" [Damaged: it ends before its content does]"));
}

#[test]
fn data_behind_the_compressed_data_is_said() {
    let mut member = deflated("a", b"content");
    member.packed.extend(b"hidden");
    member.packed_size += 6;
    assert_eq!(
        sound(&zip(&[member])),
        ["a=content [Damaged: other data follows what is compressed]"]
    );
}

#[test]
fn a_member_that_its_header_reads_otherwise_is_given_both_ways() {
    let mut two_faced = deflated("a", b"content");
    two_faced.method = 0;
    two_faced.name = b"b".to_vec();
    let (members, end) = unsound(&zip(&[two_faced]));
    assert_eq!(members.len(), 2);
    assert!(members[0].starts_with("b="), "{}", members[0]);
    assert_eq!(members[1], "b=content");
    assert_eq!(
        end,
        "Damaged: a member has another name than the directory says; \
         a member says otherwise than the directory how it is stored"
    );
}

#[test]
fn members_that_the_directory_does_not_name_are_found() {
    let archive = zip(&[
        stored("a", b"1"),
        deflated("hidden", b"2").unlisted(),
        deflated("streamed", b"3").streamed(true).unlisted(),
        stored("b", b"4"),
        stored("last", b"5").unlisted(),
    ]);
    let (members, end) = unsound(&archive);
    assert_eq!(members, ["a=1", "hidden=2", "streamed=3", "b=4", "last=5"]);
    assert_eq!(
        end,
        "Damaged: it holds a member that its directory does not name (3 times)"
    );
}

#[test]
fn bytes_between_members_are_said() {
    let mut first = stored("a", b"1");
    first.after = b"\xFF\xD8\xFF\xE0 a picture".to_vec();
    let mut padded = stored("b", b"2");
    padded.after = vec![0; 100];
    let (members, end) = unsound(&zip(&[first, padded]));
    assert_eq!(members, ["a=1", "b=2"]);
    assert_eq!(end, "Damaged: 14 bytes belong to no member");
    let mut signed = stored("a", b"1");
    signed.after = b"any bytesAPK Sig Block 42".to_vec();
    assert_eq!(sound(&zip(&[signed])), ["a=1"]);
}

#[test]
fn what_stands_before_and_behind_an_archive_is_looked_into() {
    let one = zip(&[stored("a", b"1")]);
    let two = zip(&[stored("b", b"2")]);
    let (members, end) = unsound(&[&one[..], &two].concat());
    assert_eq!(members, ["a=1", "b=2"]);
    assert!(end.contains("does not name"), "{end}");
    let (members, end) = unsound(&[&one[..], b"more"].concat());
    assert_eq!(members, ["a=1"]);
    assert_eq!(end, "Damaged: 4 bytes belong to no member");
    let (members, _) = unsound(&[&one[..], &stored("c", b"3").local()].concat());
    assert_eq!(members, ["a=1", "c=3"]);
}

#[test]
fn nothing_hides_in_the_directory_or_in_its_end() {
    let hidden = stored("hidden", b"2").local();
    let (whole, directory) = zip_and_directory(&[stored("a", b"1")]);
    let end = whole.len() - 22;
    let named = "it holds a member that its directory does not name";

    let signature = |len: usize| [b"PK\x05\x05", &(len as u16).to_le_bytes()[..]].concat();
    let mut signed = whole.clone();
    signed.splice(end..end, [&signature(4)[..], b"sign"].concat());
    let size = signed.len() - 10;
    signed[size] += 10;
    assert_eq!(sound(&signed), ["a=1"]);
    for len in [0, hidden.len()] {
        let mut behind = whole.clone();
        behind.splice(end..end, [&signature(len)[..], &hidden].concat());
        let size = behind.len() - 10;
        behind[size] += 6 + hidden.len() as u8;
        let (members, end) = unsound(&behind);
        assert_eq!(members, ["a=1", "hidden=2"]);
        assert!(end.contains(named), "{end}");
    }

    let mut commented = whole.clone();
    *commented.last_chunk_mut::<2>().unwrap() = 7_u16.to_le_bytes();
    commented.extend(b"comment");
    assert_eq!(sound(&commented), ["a=1"]);
    let mut commented = whole.clone();
    *commented.last_chunk_mut::<2>().unwrap() = (hidden.len() as u16).to_le_bytes();
    commented.extend(&hidden);
    let (members, gap) = unsound(&commented);
    assert_eq!(members, ["a=1", "hidden=2"]);
    assert_eq!(gap, format!("Damaged: {named}"));

    // The comment of an entry.
    let mut entry = whole.clone();
    entry[directory + 32] = hidden.len() as u8;
    entry.splice(end..end, hidden.clone());
    let size = entry.len() - 10;
    entry[size] += hidden.len() as u8;
    let (members, gap) = unsound(&entry);
    assert_eq!(members, ["a=1", "hidden=2"]);
    assert_eq!(gap, format!("Damaged: {named}"));

    // A member that says that it reaches over all of that.
    let mut long = commented;
    long[directory + 20..][..3].fill(0xFF);
    let (members, _) = unsound(&long);
    assert!(members.contains(&"hidden=2".to_owned()), "{members:?}");
}

/// A file that counts what is read of it.
struct Counted(Cursor<Vec<u8>>, Arc<std::sync::atomic::AtomicUsize>);

impl Read for Counted {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let read = self.0.read(buf)?;
        self.1.fetch_add(read, std::sync::atomic::Ordering::Relaxed);
        Ok(read)
    }
}

impl Seek for Counted {
    fn seek(&mut self, to: std::io::SeekFrom) -> std::io::Result<u64> {
        self.0.seek(to)
    }
}

#[test]
fn the_sweep_reads_a_file_a_few_times_whatever_marks_are_in_it() {
    let mut streamed = stored("a", b"1");
    streamed.flags = 8;
    let streamed = streamed.local();
    let tiny = stored("t", b"").local();
    for (first, repeated) in [
        (&tiny[..], &b"PK\x03\x04"[..]),
        (&streamed, b"PK\x07\x08"),
        (&streamed, b"PK\x03\x04"),
        (&tiny, b"PK\x05\x06"),
        (&tiny, b"PK\x07\x08PK\x03\x04 and some more"),
        (&tiny, &tiny),
        (&streamed, &streamed),
    ] {
        let behind = zip(&[stored("last", b"1")]);
        let filler = repeated.repeat((1 << 19) / repeated.len());
        for bytes in [
            [first, &filler].concat(),
            [first, &filler, &behind].concat(),
        ] {
            let (len, read) = (bytes.len(), Arc::default());
            let source = Counted(Cursor::new(bytes), Arc::clone(&read));
            let limits = ArchiveLimits::default();
            let (name, most) = (Path::new("a.zip"), MEMBER_MAX);
            let mut archive = Archive::open(Kind::Zip, source, len as u64, name, &limits, most);
            while archive.next_member(&|_| false).is_some() {}
            let read = read.load(std::sync::atomic::Ordering::Relaxed);
            let what = repeated.escape_ascii();
            assert!(read < 8 * len, "{read} bytes of {len} were read for {what}");
        }
    }
}

#[test]
fn an_archive_without_its_directory_gives_its_members() {
    let (whole, directory) = zip_and_directory(&[
        stored("a", b"1"),
        deflated("b", b"2").streamed(true),
        deflated("c", b"3").streamed(false),
        stored("d", b"4444"),
    ]);
    let (members, end) = unsound(&whole[..directory - 2]);
    assert_eq!(members[..3], ["a=1", "b=2", "c=3"]);
    assert_eq!(members[3], "d=44 [Damaged: it has 2 bytes and not 4]");
    assert!(end.starts_with("Damaged: it has no directory"), "{end}");
}

#[test]
fn members_that_overlap_are_given_and_said() {
    let mut twin = stored("twin", b"");
    twin.place = Some(0);
    twin.size = 1;
    twin.packed_size = 1;
    let (members, end) = unsound(&zip(&[stored("a", b"1"), twin]));
    assert_eq!(members[0], "a=1");
    assert!(members[1].starts_with("twin=1"), "{}", members[1]);
    assert!(end.contains("members overlap"), "{end}");
    let mut nowhere = stored("nowhere", b"1");
    nowhere.place = Some(7);
    let (members, _) = unsound(&zip(&[nowhere]));
    assert!(
        members
            .contains(&"nowhere [Damaged: there is no member where the directory says]".to_owned())
    );
    assert!(
        members.contains(&"nowhere=1".to_owned()),
        "found by its header"
    );
}

#[test]
fn zip64_and_empty_archives_are_read() {
    let (mut bytes, directory) = zip_and_directory(&[stored("a", b"1")]);
    // The entry: size, packed size and place in the extra field.
    let entry = directory + 46;
    for at in [20, 24, 42] {
        bytes[directory + at..][..4].fill(0xFF);
    }
    bytes[directory + 30] = 28;
    let wide = [1_u64, 1, 0].map(u64::to_le_bytes);
    let extra = [&[1, 0, 24, 0], wide.as_flattened()].concat();
    let end = entry + 1;
    bytes.truncate(end);
    bytes.extend(extra);
    // The end, its locator, and the old end that points nowhere.
    let size = (bytes.len() - directory) as u64;
    let end = bytes.len() as u64;
    bytes.extend(b"PK\x06\x06");
    bytes.extend(44_u64.to_le_bytes());
    bytes.extend([0; 12]);
    bytes.extend(
        [1, 1, size, directory as u64]
            .map(u64::to_le_bytes)
            .as_flattened(),
    );
    bytes.extend(b"PK\x06\x07\0\0\0\0");
    bytes.extend(end.to_le_bytes());
    bytes.extend([0; 4]);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend([0xFF; 12]);
    bytes.extend([0, 0]);
    assert_eq!(sound(&bytes), ["a=1"]);
    assert!(sound(&zip(&[])).is_empty());
}

/// Of 7-Zip 26.02: text, noise and an empty file.
const PPMD: &[u8] = include_bytes!("zip/ppmd.zip");

#[test]
fn members_that_ppmd_compressed_are_unpacked_and_their_checksums_hold() {
    let (members, gap) = walk(PPMD);
    assert_eq!(gap, None);
    let lengths = members.iter().map(|member| match &member.content {
        Content::Bytes(bytes) if member.gap.is_none() => bytes.len(),
        _ => panic!("{:?}", told(std::slice::from_ref(member))),
    });
    let mut lengths: Vec<usize> = lengths.collect();
    lengths.sort_unstable();
    assert_eq!(lengths, [0, 3000, 20_092]);
}

#[test]
fn memory_of_ppmd_has_a_bound_and_its_broken_content_ends() {
    let name = memchr::memmem::find(PPMD, b"words.txt").unwrap();
    let parameters = name + 9;
    let mut large = PPMD.to_vec();
    // 256 MiB.
    large[parameters] |= 0xF0;
    large[parameters + 1] |= 0x0F;
    let (members, _) = walk(&large);
    let refused = Content::Refused(GapKind::OverLimit, Reason::ArchiveWindow.into());
    let words = members.iter().find(|member| member.path == b"words.txt");
    assert_eq!(words.map(|member| &member.content), Some(&refused));
    let limits = ArchiveLimits::default();
    for len in (4..PPMD.len()).step_by(101) {
        let (_, gap) = walk_within(&PPMD[..len], &limits, &|_| false);
        assert!(gap.is_some(), "cut to {len}");
    }
    let mut wrong = PPMD.to_vec();
    for at in (parameters..PPMD.len()).step_by(97) {
        wrong[at] ^= 1 << (at % 8);
        walk_within(&wrong, &limits, &|_| false);
        wrong[at] = PPMD[at];
    }
}

#[test]
fn volumes_of_zip_are_told() {
    let whole = zip(&[stored("a", b"content"), stored("b", b"more")]);
    // The first volume begins with a mark, and has no directory.
    let first = [b"PK\x07\x08", &whole[..60]].concat();
    let (members, gap) = unsound(&first);
    assert!(
        gap.starts_with("Unsupported: it is one of several volumes"),
        "{gap}"
    );
    assert_eq!(members[0], "a=content");
    // The last says in its end that others come before it.
    let mut last = whole;
    let end = last.len() - 22;
    last[end + 4] = 2;
    let (_, gap) = unsound(&last);
    assert!(
        gap.starts_with("Unsupported: it is one of several volumes"),
        "{gap}"
    );
}
