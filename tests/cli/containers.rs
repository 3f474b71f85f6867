//! Scans of mail, documents, stores of thumbnails and disk images, behind walls and without.

use std::io::{Cursor, Write as _};
use std::thread::sleep;
use std::time::Duration;

use base64::Engine as _;
use image::ImageFormat;

use crate::test_dir::{TestDir, encode, scene};

const SCAN: [&str; 6] = ["scan", "dump", "-l", "list.txt", "-f", "jsonl"];

fn jpeg() -> Vec<u8> {
    encode(&scene(1), ImageFormat::Jpeg)
}

fn base64() -> String {
    let text = base64::engine::general_purpose::STANDARD.encode(jpeg());
    let lines = text.as_bytes().chunks(76);
    lines.fold(String::new(), |all, line| {
        all + std::str::from_utf8(line).unwrap() + "\r\n"
    })
}

fn message() -> String {
    format!(
        "From: a@example.org\r\nTo: b@example.org\r\nSubject: c\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nA text.\r\n--b\r\n\
         Content-Type: image/jpeg; name=photo.jpg\r\nContent-Transfer-Encoding: base64\r\n\r\n\
         {}--b--\r\n",
        base64()
    )
}

fn mailbox() -> String {
    let postmark = "From a@example.org Mon Jan  1 10:00:00 2024\n";
    let text = "From: a\nSubject: b\n\nA text.\n\n";
    let message = message().replace("\r\n", "\n");
    [postmark, text, postmark, &message].concat()
}

fn page() -> String {
    format!(
        "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://example.org/\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/related; type=\"text/html\"; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/html\r\n\r\n<img src=\"data:image/jpeg;base64,{}\">\r\n--b--\r\n",
        base64().replace("\r\n", "")
    )
}

fn document() -> Vec<u8> {
    let jpeg = jpeg();
    let head = format!(
        "%PDF-1.7\n7 0 obj\n<< /Type /XObject /Subtype /Image /Width 9 /Height 9 /Filter /DCTDecode \
         /Length {} >>\nstream\n",
        jpeg.len()
    );
    [head.as_bytes(), &jpeg, b"\nendstream\nendobj\n%%EOF\n"].concat()
}

fn thumbs() -> Vec<u8> {
    let jpeg = jpeg();
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    let mut stream = file.create_stream("/1").unwrap();
    let length = (jpeg.len() as u32).to_le_bytes();
    stream.write_all(&[12, 0, 0, 0, 1, 0, 0, 0]).unwrap();
    stream.write_all(&[&length[..], &jpeg].concat()).unwrap();
    drop(stream);
    file.into_inner().into_inner()
}

fn disk() -> Vec<u8> {
    let mut disk = vec![0; 200_000];
    disk[512..512 + jpeg().len()].copy_from_slice(&jpeg());
    disk
}

fn archive() -> Vec<u8> {
    let jpeg = jpeg();
    let head = format!("!<arch>\n{:<48}{:<10}`\n", "photo.jpg/", jpeg.len());
    [head.as_bytes(), &jpeg].concat()
}

fn cpio() -> Vec<u8> {
    let member = |name: &str, mode: u32, content: &[u8]| {
        let sizes = format!("{:011}{:06o}{:011o}", 0, name.len() + 1, content.len());
        let head = format!("070707{:012}{mode:06o}{:024}{sizes}{name}\0", 0, 0);
        [head.as_bytes(), content].concat()
    };
    [
        member("photo.jpg", 0o100_644, &jpeg()),
        member("TRAILER!!!", 0, b""),
    ]
    .concat()
}

/// One folder, stored, in blocks of 32 KiB without checksums.
fn cabinet() -> Vec<u8> {
    let jpeg = jpeg();
    let data_at = 36 + 8 + 16 + 10_u32;
    let blocks: Vec<&[u8]> = jpeg.chunks(1 << 15).collect();
    let mut cab = b"MSCF\0\0\0\0".to_vec();
    cab.extend([0; 8]);
    cab.extend(44_u32.to_le_bytes());
    cab.extend([0, 0, 0, 0, 3, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    cab.extend(data_at.to_le_bytes());
    cab.extend((blocks.len() as u16).to_le_bytes());
    cab.extend([0, 0]);
    cab.extend((jpeg.len() as u32).to_le_bytes());
    cab.extend([0; 12]);
    cab.extend(b"photo.jpg\0");
    for block in blocks {
        cab.extend([0; 4]);
        cab.extend((block.len() as u16).to_le_bytes().repeat(2));
        cab.extend(block);
    }
    cab
}

/// A disc by ISO 9660 with one file in its root.
fn disc() -> Vec<u8> {
    let jpeg = jpeg();
    let record = |name: &[u8], block: u32, size: u32, flags: u8| {
        let len = (33 + name.len()).next_multiple_of(2);
        let mut record = vec![len as u8, 0];
        for number in [block, size] {
            record.extend(number.to_le_bytes());
            record.extend(number.to_be_bytes());
        }
        record.extend([0; 7]);
        record.extend([flags, 0, 0, 1, 0, 0, 1, name.len() as u8]);
        record.extend(name);
        record.resize(len, 0);
        record
    };
    let root = record(&[0], 18, 2048, 2);
    let mut disc = vec![0; 16 * 2048];
    disc.extend(b"\x01CD001\x01");
    disc.resize(16 * 2048 + 128, 0);
    disc.extend([0, 8]);
    disc.resize(16 * 2048 + 156, 0);
    disc.extend(&root);
    disc.resize(17 * 2048, 0);
    disc.extend(b"\xFFCD001\x01");
    disc.resize(18 * 2048, 0);
    let parent = record(&[1], 18, 2048, 2);
    let file = record(b"PHOTO.JPG;1", 19, jpeg.len() as u32, 0);
    disc.extend([root, parent, file].concat());
    disc.resize(19 * 2048, 0);
    disc.extend(&jpeg);
    disc.resize(disc.len().next_multiple_of(2048), 0);
    disc
}

fn test_dir() -> TestDir {
    let test_dir = TestDir::new();
    let files: [(&str, Vec<u8>); 11] = [
        ("archive.a", archive()),
        ("archive.cab", cabinet()),
        ("archive.cpio", cpio()),
        ("disc.iso", disc()),
        ("Maildir/cur/1700000000.M1P1.host:2,S", message().into()),
        ("disk.dd", disk()),
        ("mail.mbox", mailbox().into()),
        ("message.eml", message().into()),
        ("page.mht", page().into()),
        ("paper.pdf", document()),
        ("thumbs.db", thumbs()),
    ];
    for (name, bytes) in files {
        test_dir.file(format!("dump/{name}"), bytes);
    }
    test_dir.list("list.txt", &[1]);
    // Files younger than a tick of the clock are not remembered.
    sleep(Duration::from_millis(60));
    test_dir
}

/// The paths and statuses of all findings.
fn told(test_dir: &TestDir, more: &[&str]) -> Vec<String> {
    let outcome = test_dir.run(&[&SCAN[..], more].concat());
    outcome.summary();
    let mut objects = outcome.objects();
    objects.pop();
    let told = |object: serde_json::Value| {
        let path = object["path"].as_str().unwrap().strip_prefix("dump/");
        format!("{} {}", path.unwrap(), object["status"].as_str().unwrap())
    };
    objects.into_iter().map(told).collect()
}

#[test]
fn pictures_in_every_container_are_found_behind_walls_and_without() {
    let test_dir = test_dir();
    let expected = [
        "Maildir/cur/1700000000.M1P1.host:2,S!/photo.jpg matched",
        "Maildir/cur/1700000000.M1P1.host:2,S no_match",
        "archive.a!/photo.jpg matched",
        "archive.a no_match",
        "archive.cab!/photo.jpg matched",
        "archive.cab no_match",
        "archive.cpio!/photo.jpg matched",
        "archive.cpio no_match",
        "disc.iso!/PHOTO.JPG matched",
        "disc.iso no_match",
        "disk.dd!/@0x200.jpg matched",
        "disk.dd unsupported",
        "mail.mbox!/2/photo.jpg matched",
        "mail.mbox no_match",
        "message.eml!/photo.jpg matched",
        "message.eml no_match",
        "page.mht!/body-base64.jpg matched",
        "page.mht no_match",
        "paper.pdf!/object-7.jpg matched",
        "paper.pdf no_match",
        "thumbs.db!/1/within.jpg matched",
        "thumbs.db no_match",
    ];
    for sandbox in ["best", "off"] {
        let options = ["--carve", "--sandbox", sandbox];
        assert_eq!(told(&test_dir, &options), expected, "--sandbox {sandbox}");
    }
    let without: Vec<&str> = expected
        .iter()
        .copied()
        .filter(|path| !path.contains("@0x"))
        .collect();
    assert_eq!(told(&test_dir, &[]), without);
    let closed = told(&test_dir, &["--no-archives"]);
    assert_eq!(closed.len(), 11);
    assert!(
        closed.iter().all(|line| line.ends_with(" unsupported")),
        "{closed:?}"
    );
}

#[test]
fn what_was_carved_is_remembered_and_not_taken_for_what_was_not() {
    let test_dir = test_dir();
    let cache = ["--cache", "cache"];
    let plain = told(&test_dir, &cache);
    let carved = [&cache[..], &["--carve"]].concat();
    let first = told(&test_dir, &carved);
    assert_eq!(first.len(), plain.len() + 1);
    assert_eq!(told(&test_dir, &carved), first, "from the cache");
    assert_eq!(told(&test_dir, &cache), plain);
    let bytes = [&cache[..], &["--carve=bytes"]].concat();
    assert_eq!(told(&test_dir, &bytes).len(), first.len());
}

#[test]
fn what_is_encrypted_is_opened_by_passwords_of_a_file_which_show_nowhere() {
    let test_dir = TestDir::new();
    let zip = include_bytes!("../../src/archive/tests/locked/AES256.zip");
    test_dir.file("dump/locked.zip", zip);
    let sevenzip = include_bytes!("../../src/archive/tests/locked/each.7z");
    test_dir.file("dump/locked.7z", sevenzip);
    test_dir.list("list.txt", &[1]);
    test_dir.file("words", b"wrong\r\nsecret\r\n");
    test_dir.file("others", b"wrong\n");
    // How many members stayed closed, by the reason.
    let closed = |more: &[&str]| {
        let outcome = test_dir.run(&[&SCAN[..], more].concat());
        outcome.summary();
        let objects = outcome.objects();
        let codes = objects
            .iter()
            .filter_map(|object| object["reason_code"].as_str());
        let codes: Vec<&str> = codes.collect();
        let count = |code: &str| codes.iter().filter(|told| **told == code).count();
        [
            count("zip-encrypted") + count("sevenzip-encrypted"),
            count("password-none-fits"),
        ]
    };
    for sandbox in ["best", "off"] {
        let with = |file| closed(&["--passwords", file, "--sandbox", sandbox]);
        assert_eq!(closed(&["--sandbox", sandbox]), [5, 0]);
        assert_eq!(with("others"), [0, 5]);
        assert_eq!(with("words"), [0, 0]);
    }
    // What a cache remembers of other passwords, or of none, does not count.
    let cache = ["--cache", "cache"];
    assert_eq!(closed(&cache), [5, 0]);
    let with = [&cache[..], &["--passwords", "words"]].concat();
    assert_eq!(closed(&with), [0, 0]);
    assert_eq!(closed(&with), [0, 0]);
    assert_eq!(closed(&cache), [5, 0]);
    let outcome = test_dir.run(&[&SCAN[..], &with].concat());
    for text in [&outcome.stdout, &outcome.stderr] {
        assert!(!text.contains("secret"), "{text}");
    }
}

#[test]
fn a_file_without_passwords_is_refused() {
    let test_dir = TestDir::new();
    test_dir.file("dump/a", b"a");
    test_dir.list("list.txt", &[1]);
    test_dir.file("words", b"\r\n\n");
    for file in ["words", "missing"] {
        let outcome = test_dir.run(&[&SCAN[..], &["--passwords", file]].concat());
        assert_eq!(outcome.code, 2);
        assert!(outcome.stderr.contains(file), "{}", outcome.stderr);
    }
}

#[test]
fn a_summary_says_how_files_were_looked_into_and_why_not() {
    let test_dir = TestDir::new();
    test_dir.picture("dump/a.png", 2);
    test_dir.file("dump/archive.a", archive());
    test_dir.file("dump/disk.dd", disk());
    test_dir.file("dump/notes.txt", "text");
    test_dir.file("dump/film.7z.002", "a piece");
    test_dir.file("dump/old.rar", b"Rar!\x1A\x07\0\x01\x02\x73\x01\0\x0D\0");
    let locked = include_bytes!("../../src/archive/tests/locked/r6.pdf");
    test_dir.file("dump/locked.pdf", locked);
    test_dir.list("list.txt", &[77]);
    let scan = |more: &[&str]| test_dir.run(&[&SCAN[..], more].concat());
    let summary = scan(&["--carve"]).summary();
    let looked = &summary["looked_into"];
    // The pictures in the archive and in the disk, too.
    assert_eq!(looked["pictures"], 3, "{summary}");
    assert_eq!(looked["containers"], 2);
    assert_eq!(looked["carved"], 4, "{summary}");
    let files = looked.as_object().unwrap().values();
    let files: u64 = files.map(|number| number.as_u64().unwrap()).sum();
    assert_eq!(summary["discovered"], files);
    assert_eq!(
        summary["looked_into_bytes"]["carved"].as_u64().unwrap() / 1000,
        200
    );
    let summary = scan(&[]).summary();
    assert_eq!(summary["looked_into"]["nothing"], 4, "{summary}");
    for code in ["pdf-encrypted", "rar-volume", "volume-by-name"] {
        assert_eq!(summary["reasons"][code], 1, "{code}: {summary}");
    }
    for (code, expected) in [
        ("pdf-encrypted", 3),
        ("zip-encrypted", 0),
        ("rar-volume", 3),
    ] {
        assert_eq!(scan(&["--fail-on", code]).code, expected, "{code}");
    }
    let refused = scan(&["--fail-on", "no-such-reason"]);
    assert_eq!(refused.code, 2, "{refused:?}");
    let told = test_dir.run(&["scan", "dump", "-l", "list.txt", "-v"]);
    let told = [told.stdout, told.stderr].concat();
    for line in [
        "archives, mail and documents that were opened",
        "not, or not wholly, examined: pdf-encrypted",
    ] {
        assert!(told.contains(line), "{line}: {told}");
    }
}
