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

/// The same, as small as a preview.
fn small_jpeg() -> Vec<u8> {
    let filter = image::imageops::FilterType::Triangle;
    let small = image::imageops::resize(&scene(1), 200, 150, filter);
    encode(&small, ImageFormat::Jpeg)
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

/// A number as SQLite writes it.
fn varint(number: usize) -> Vec<u8> {
    let mut bytes = vec![(number & 0x7F) as u8];
    let mut rest = number >> 7;
    while rest > 0 {
        bytes.insert(0, (rest & 0x7F) as u8 | 0x80);
        rest >>= 7;
    }
    bytes
}

/// A database of SQLite with one table, `CREATE TABLE a (b)`, and one row, the picture, which goes on from its page to others.
fn database() -> Vec<u8> {
    const PAGE: usize = 4096;
    let row = |types: &[usize], values: &[u8]| {
        let types: Vec<u8> = types.iter().flat_map(|one| varint(*one)).collect();
        [&[types.len() as u8 + 1], types.as_slice(), values].concat()
    };
    // A leaf with one cell at its end.
    let leaf = |before: &[u8], cell: &[u8]| {
        let mut page = before.to_vec();
        let at = (PAGE - cell.len()) as u16;
        page.extend([0x0D, 0, 0, 0, 1]);
        page.extend(at.to_be_bytes());
        page.push(0);
        page.extend(at.to_be_bytes());
        page.resize(PAGE - cell.len(), 0);
        page.extend(cell);
        page
    };
    let sql = b"CREATE TABLE a (b)";
    let values = [&b"tableaa\x02"[..], sql].concat();
    let schema = row(&[23, 15, 15, 1, 13 + 2 * sql.len()], &values);
    let schema = [&varint(schema.len()), &[1][..], &schema].concat();
    let jpeg = jpeg();
    let payload = row(&[12 + 2 * jpeg.len()], &jpeg);
    let least = (PAGE - 12) * 32 / 255 - 23;
    let rest = least + (payload.len() - least) % (PAGE - 4);
    let local = if rest <= PAGE - 35 { rest } else { least };
    assert!(payload.len() > PAGE);
    let (here, there) = payload.split_at(local);
    let cell = [&varint(payload.len()), &[7][..], here, &3_u32.to_be_bytes()].concat();
    let chunks: Vec<&[u8]> = there.chunks(PAGE - 4).collect();
    let pages = 2 + chunks.len() as u32;
    let mut head = b"SQLite format 3\0\x10\0\x01\x01\0\x40\x20\x20\0\0\0\x01".to_vec();
    head.extend(pages.to_be_bytes());
    head.resize(44, 0);
    head.extend([0, 0, 0, 4]);
    head.resize(56, 0);
    head.extend([0, 0, 0, 1]);
    head.resize(92, 0);
    head.extend([0, 0, 0, 1]);
    head.resize(100, 0);
    let mut bytes = [leaf(&head, &schema), leaf(&[], &cell)].concat();
    for (chunk, number) in chunks.into_iter().zip(4_u32..) {
        let next = if number > pages { 0 } else { number };
        bytes.extend(next.to_be_bytes());
        bytes.extend(chunk);
        bytes.resize(bytes.len().next_multiple_of(PAGE), 0);
    }
    bytes
}

/// An answer with its address, as Chromium keeps it: a record stands behind it, and one behind its headers.
fn web_entry() -> Vec<u8> {
    let (jpeg, address) = (jpeg(), b"https://a.example/photo.jpg");
    let numbers = |numbers: [u32; 4]| numbers.map(u32::to_le_bytes).concat();
    let record = |bytes: usize| {
        let mark = 0xf4fa_6f45_970d_41d8_u64.to_le_bytes();
        [&mark[..], &numbers([0, 0, bytes as u32, 0])].concat()
    };
    let mut entry = 0xfcfb_6d1b_a772_5c30_u64.to_le_bytes().to_vec();
    entry.extend(numbers([5, address.len() as u32, 0, 0]));
    entry.extend(address);
    entry.extend(
        [
            jpeg.as_slice(),
            &record(jpeg.len()),
            b"HTTP/1.1 200\0",
            &record(13),
        ]
        .concat(),
    );
    entry
}

/// The third file of blocks of an older cache.
fn web_blocks() -> Vec<u8> {
    let mut blocks = b"\xC3\xCA\x04\xC1\0\0\x02\0\x03\0\0\0\0\x10\0\0".to_vec();
    blocks.resize(8192 + 4096, 0);
    let jpeg = small_jpeg();
    assert!(jpeg.len() <= 4 * 4096, "{}", jpeg.len());
    blocks.extend(jpeg);
    blocks.resize(blocks.len().next_multiple_of(4096), 0);
    blocks
}

/// Thumbnails of Android: the second place has one.
fn thumbdata() -> Vec<u8> {
    let jpeg = jpeg();
    let mut bytes = vec![0; 10_000];
    bytes.extend([1, 9, 9, 9, 9, 9, 9, 9, 9]);
    bytes.extend((jpeg.len() as u32).to_be_bytes());
    bytes.extend(jpeg);
    bytes.resize(bytes.len() + 20_000, 0);
    bytes
}

fn test_dir() -> TestDir {
    let test_dir = TestDir::new();
    let files: [(&str, Vec<u8>); 15] = [
        (".thumbdata3--1967290299", thumbdata()),
        ("archive.a", archive()),
        ("archive.cab", cabinet()),
        ("archive.cpio", cpio()),
        ("chat.db", database()),
        ("data_3", web_blocks()),
        ("disc.iso", disc()),
        ("Maildir/cur/1700000000.M1P1.host:2,S", message().into()),
        ("disk.dd", disk()),
        ("entry_0", web_entry()),
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
        ".thumbdata3--1967290299!/@0x271d.jpg matched",
        ".thumbdata3--1967290299 no_match",
        "Maildir/cur/1700000000.M1P1.host:2,S!/photo.jpg matched",
        "Maildir/cur/1700000000.M1P1.host:2,S no_match",
        "archive.a!/photo.jpg matched",
        "archive.a no_match",
        "archive.cab!/photo.jpg matched",
        "archive.cab no_match",
        "archive.cpio!/photo.jpg matched",
        "archive.cpio no_match",
        "chat.db!/a/7/b matched",
        "chat.db no_match",
        "data_3!/@0x3000.jpg matched",
        "data_3 no_match",
        "disc.iso!/PHOTO.JPG matched",
        "disc.iso no_match",
        "disk.dd!/@0x200.jpg matched",
        "disk.dd unsupported",
        "entry_0!/https://a.example/photo.jpg matched",
        "entry_0 no_match",
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
        .filter(|path| !path.starts_with("disk.dd!/"))
        .collect();
    assert_eq!(told(&test_dir, &[]), without);
    let closed = told(&test_dir, &["--no-archives"]);
    assert_eq!(closed.len(), 15);
    assert!(
        closed.iter().all(|line| line.ends_with(" unsupported")),
        "{closed:?}"
    );
}

#[test]
fn an_entry_of_firefox_is_the_picture_that_it_begins_with() {
    let test_dir = TestDir::new();
    let jpeg = jpeg();
    // Behind the answer stand checksums, a header, the address, what the server said, and the place where all that begins.
    let behind = [
        &[0x5A; 10][..],
        &[0, 0, 0, 3, 0, 0, 0, 1],
        b"\0:https://a.example/photo.jpg\0request-method\0GET\0",
        &(jpeg.len() as u32).to_be_bytes(),
    ];
    let entry = [jpeg.as_slice(), &behind.concat()].concat();
    test_dir.file("dump/cache2/entries/0A1B", entry);
    test_dir.list("list.txt", &[1]);
    assert_eq!(told(&test_dir, &[]), ["cache2/entries/0A1B matched"]);
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
