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

fn test_dir() -> TestDir {
    let test_dir = TestDir::new();
    let files: [(&str, Vec<u8>); 7] = [
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
    assert_eq!(closed.len(), 7);
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
