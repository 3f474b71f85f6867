//! Lists in other formats, and hashes as other programs read them.

use std::collections::BTreeMap;
use std::process::Command;

use basma::list::{Entry, ReadOptions, read};

use crate::test_dir::{TestDir, hash_of};
use crate::write::{gzip, zstd};

const MD5: &str = "900150983cd24fb0d6963f7d28e17f72";
const SHA256: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

/// A list that says all that an entry can, of several types.
fn test_dir() -> TestDir {
    let test_dir = TestDir::new();
    let (one, two) = (hash_of(1), hash_of(2));
    let lines = [
        format!(
            r#"{{"v":1,"type":"pdq","hash":"{one}","id":"a b.jpg","list":"own","labels":["deep fake"],"severity":"high","quality":97,"source":"desk","added":"2026-01-01T00:00:00Z","valid_until":"2999-01-01T00:00:00Z"}}"#
        ),
        format!(
            r#"{{"v":1,"type":"pdq","hash":"{two}","id":"clip.mp4","labels":["b","c d"],"media":"video","quality":88,"frame":{{"index":3,"ms":120,"until_ms":160,"clip_ms":400}}}}"#
        ),
        format!(
            r#"{{"v":1,"type":"md5","hash":"{MD5}","id":"clip.mp4","media":"video","opinion":"seed"}}"#
        ),
        format!(r#"{{"v":1,"type":"sha256","hash":"{SHA256}","id":"=1+1","opinion":"disputed"}}"#),
        format!(
            r#"{{"v":1,"type":"sha1","hash":"{}","opinion":"negative"}}"#,
            &SHA256[..40]
        ),
    ];
    test_dir.file("all.jsonl", lines.join("\n") + "\n");
    test_dir
}

fn entries(test_dir: &TestDir, name: &str) -> Vec<Entry> {
    let options = ReadOptions::default()
        .with_min_quality(0)
        .with_allow_unusual_pdq(true);
    let list = read(&test_dir.path(name), &options).unwrap();
    let name = list.source.list;
    let entries = list.entries.into_iter().map(|mut entry| {
        entry.line = 0;
        entry.list.get_or_insert_with(|| name.clone());
        entry
    });
    entries.collect()
}

/// How many entries there are of each hash.
fn hashes(entries: &[Entry]) -> BTreeMap<String, u32> {
    let mut hashes = BTreeMap::new();
    for entry in entries {
        *hashes.entry(format!("{:?}", entry.hash)).or_default() += 1;
    }
    hashes
}

#[test]
fn what_is_converted_there_and_back_keeps_every_entry() {
    let test_dir = test_dir();
    let all = entries(&test_dir, "all.jsonl");
    for format in ["jsonl", "csv", "tx-csv"] {
        let to = ["convert", "all.jsonl", "--to", format, "-o", "out"];
        let outcome = test_dir.run(&to);
        assert_eq!(outcome.code, 0, "{outcome:?}");
        assert!(
            outcome
                .stderr
                .contains(&format!("5 entries converted to {format}"))
        );
        let back = entries(&test_dir, "out");
        assert_eq!(hashes(&back), hashes(&all), "{format}");
        let opinions = |entries: &[Entry]| entries.iter().map(|e| e.opinion).collect::<Vec<_>>();
        assert_eq!(opinions(&back), opinions(&all), "{format}");
    }
    test_dir.run(&["convert", "all.jsonl", "--to", "jsonl", "-o", "out"]);
    assert_eq!(entries(&test_dir, "out"), all);
    // One id would be run by a spreadsheet: an apostrophe stands before it, and is taken away when it is read.
    let outcome = test_dir.run(&["convert", "all.jsonl", "--to", "csv", "-o", "out"]);
    assert!(!outcome.stderr.contains("text"), "{}", outcome.stderr);
    let table = std::fs::read_to_string(test_dir.path("out")).unwrap();
    assert!(table.contains("\r\n'=1+1,"), "{table}");
    let mut back = entries(&test_dir, "out");
    for (back, entry) in back.iter_mut().zip(&all) {
        back.meta = entry.meta.clone();
    }
    assert_eq!(back, all);
}

#[test]
fn what_a_format_has_no_place_for_is_counted_or_refused() {
    let test_dir = test_dir();
    let written = |format: &str| {
        let outcome = test_dir.run(&["convert", "all.jsonl", "--to", format]);
        assert_eq!(outcome.code, 0, "{outcome:?}");
        let strict = [
            "convert",
            "all.jsonl",
            "--to",
            format,
            "--strict",
            "-o",
            "strict",
        ];
        let strict = test_dir.run(&strict);
        assert_eq!(strict.code, 2, "{strict:?}");
        assert!(!test_dir.path("strict").exists());
        outcome
    };
    let typed = written("typed");
    let expected = format!("pdq {}\nvideo_md5 {MD5}\n", hash_of(1));
    assert_eq!(typed.stdout, expected);
    for said in [
        "1 entry is not written to typed: it has no frames of clips",
        "1 entry is not written to typed: it has sha256 of clips alone",
        "1 entry is not written to typed: it cannot say that something is not listed",
        "typed has no place for labels: 1 entry loses it",
    ] {
        assert!(typed.stderr.contains(said), "{said}: {}", typed.stderr);
    }
    assert_eq!(written("md5sum").stdout, format!("{MD5}  clip.mp4\n"));
    assert_eq!(written("sha256sum").stdout, format!("{SHA256}  =1+1\n"));
    let photo = format!("{},97,a b.jpg\n{},88,clip.mp4\n", hash_of(1), hash_of(2));
    assert_eq!(written("photo-hasher").stdout, photo);
    let text = written("text");
    assert_eq!(text.stdout.lines().count(), 4, "{text:?}");
    let nothing = test_dir.run(&["convert", "all.jsonl", "--to", "jsonl", "--strict"]);
    assert_eq!(nothing.code, 0, "{nothing:?}");
}

#[test]
fn indexes_stores_and_pictures_are_converted_too() {
    let test_dir = test_dir();
    test_dir.run(&["build", "all.jsonl", "-o", "all.basma"]);
    let outcome = test_dir.run(&["convert", "all.basma", "--to", "jsonl", "-o", "out"]);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    let sorted = |mut entries: Vec<Entry>| {
        entries.sort_by_key(|entry| format!("{:?}", entry.hash));
        entries
    };
    let all = sorted(entries(&test_dir, "all.jsonl"));
    assert_eq!(sorted(entries(&test_dir, "out")), all);

    test_dir.run(&["refresh", "--init", "--store", "st"]);
    let source =
        "[[source]]\nlist = \"own\"\npurpose = \"tests\"\nkind = \"local\"\nat_most = \"review\"\n";
    std::fs::write(test_dir.path("st/sources.toml"), source).unwrap();
    test_dir.run(&["refresh", "--store", "st"]);
    let (one, two) = (format!("pdq:{}", hash_of(1)), format!("pdq:{}", hash_of(2)));
    for (hash, id) in [(&one, "x"), (&two, "y")] {
        let add = ["add", hash, "--store", "st", "--list", "own", "--id", id];
        assert_eq!(test_dir.run(&add).code, 0);
    }
    let revoke = [
        "revoke", "x", "--id", "--store", "st", "--list", "own", "--reason", "r",
    ];
    let outcome = test_dir.run(&revoke);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    let outcome = test_dir.run(&["convert", "st", "--to", "typed"]);
    assert_eq!(
        outcome.stdout,
        format!("pdq {}\n", hash_of(2)),
        "{outcome:?}"
    );

    test_dir.picture("known/a.png", 1);
    let outcome = test_dir.run(&["convert", "known", "--to", "text"]);
    assert!(
        outcome
            .stdout
            .starts_with(&format!("pdq {} 100 a.png\n", hash_of(1)))
    );
}

#[cfg(unix)]
#[test]
fn sums_are_those_that_other_programs_verify() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    let test_dir = TestDir::new();
    test_dir.picture("dump/a b.png", 1);
    test_dir.file("dump/new\nline\\.txt", "x");
    test_dir.file(OsStr::from_bytes(b"dump/\xff.bin"), "y");
    test_dir.file("dump/empty", "");
    for program in ["md5sum", "sha1sum", "sha256sum"] {
        let hashed = ["hash", "dump", "-f", program, "-o", "sums"];
        assert_eq!(test_dir.run(&hashed).code, 0);
        assert_eq!(entries(&test_dir, "sums").len(), 3, "{program}");
        let mut check = Command::new(program);
        let check = check
            .args(["--check", "sums"])
            .current_dir(test_dir.path(""));
        if let Ok(output) = check.output() {
            assert!(output.status.success(), "{output:?}");
            assert_eq!(
                output.stdout.split(|b| *b == b'\n').count(),
                4,
                "{output:?}"
            );
        }
    }
    let deep = test_dir.run(&["hash", "dump/a b.png", "-f", "hashdeep", "-o", "deep"]);
    assert_eq!(deep.code, 0, "{deep:?}");
    let read = entries(&test_dir, "deep");
    let types: Vec<String> = read
        .iter()
        .map(|e| e.hash.hash_type().to_string())
        .collect();
    assert_eq!(types, ["md5", "sha256"]);
    let size = std::fs::metadata(test_dir.path("dump/a b.png"))
        .unwrap()
        .len();
    assert_eq!(read[0].meta, [("size".to_owned(), size.to_string())]);
    assert_eq!(read[0].id.as_deref(), Some("dump/a b.png"));
    // The row has both digests, so a list of them can be written so again.
    let again = test_dir.run(&["convert", "deep", "--to", "hashdeep", "-o", "again"]);
    assert_eq!(again.code, 0, "{again:?}");
    assert_eq!(entries(&test_dir, "again").len(), 2);
}

#[test]
fn typed_lines_are_those_that_tx_keeps() {
    let test_dir = TestDir::new();
    test_dir.picture("dump/a.png", 1);
    let flat = image::RgbImage::from_pixel(64, 64, image::Rgb([9, 9, 9]));
    flat.save(test_dir.path("dump/flat.png")).unwrap();
    let hashed = test_dir.run(&["hash", "dump", "-f", "typed", "-o", "typed.txt"]);
    let text = std::fs::read_to_string(test_dir.path("typed.txt")).unwrap();
    assert_eq!(text, format!("pdq {}\n", hash_of(1)));
    let said = "1 entry is not written to typed: the picture is too flat to be told from others";
    assert!(hashed.stderr.contains(said), "{}", hashed.stderr);
    assert_eq!(test_dir.scan("typed.txt", &[]).code, 1);
}

/// Files of every format that is written, and of those that are read alone.
fn lists_of_every_format(test_dir: &TestDir) -> Vec<(String, Vec<u8>)> {
    let md5 = format!(r#"{{"v":1,"type":"md5","hash":"{MD5}","id":"a","meta":{{"size":"3"}}}}"#);
    let frame = |index: u32| {
        format!(
            r#"{{"v":1,"type":"pdq","hash":"{}","id":"clip","media":"video","quality":90,"frame":{{"index":{index},"ms":{}}}}}"#,
            hash_of(u64::from(index)),
            index * 1000
        )
    };
    let picture = format!(
        r#"{{"v":1,"type":"pdq","hash":"{}","id":"b","quality":90}}"#,
        hash_of(7)
    );
    let sha = |name: &str, digits: usize| {
        format!(
            r#"{{"v":1,"type":"{name}","hash":"{}","id":"c"}}"#,
            &SHA256[..digits]
        )
    };
    let lines = [
        md5,
        frame(0),
        frame(1),
        picture,
        sha("sha1", 40),
        sha("sha256", 64),
    ];
    test_dir.file("some.jsonl", lines.join("\n") + "\n");
    let formats = [
        "jsonl",
        "csv",
        "text",
        "typed",
        "tx-csv",
        "photo-hasher",
        "md5sum",
        "sha1sum",
        "sha256sum",
        "hashdeep",
        "vpdq-cpp",
        "vpdq-py",
        "vpdq-old",
        "vpdq-json",
        "vics",
        "icse",
        "dfxml",
    ];
    let written = formats.map(|format| {
        let outcome = test_dir.run(&["convert", "some.jsonl", "--to", format]);
        assert!(!outcome.stdout.is_empty(), "{format}: {outcome:?}");
        (format.to_owned(), outcome.stdout.into_bytes())
    });
    let nsrl = format!(
        "\"SHA-1\",\"MD5\",\"CRC32\",\"FileName\",\"FileSize\",\"ProductCode\",\"OpSystemCode\",\"SpecialCode\"\n\
         \"{}\",\"{MD5}\",\"00000000\",\"a\",3,1,\"1\",\"\"\n",
        &SHA256[..40]
    );
    let page = format!(
        "{{\"next\":null,\"checkpoint\":\"1,1\",\"results\":[{{\"hash_digest\":\"{MD5}\",\"algorithm\":\"MD5\",\"deleted\":false,\"id\":1}}]}}\n"
    );
    let read_alone = [
        ("bare", format!("{MD5}\n").into_bytes()),
        ("nsrl", nsrl.into_bytes()),
        (
            "nsrl sqlite",
            include_bytes!("../../src/list/sqlite/rds3.db").to_vec(),
        ),
        (
            "xlsx",
            include_bytes!("../../src/list/workbook/list.xlsx").to_vec(),
        ),
        ("page", page.into_bytes()),
    ];
    let read_alone = read_alone.map(|(name, bytes)| (name.to_owned(), bytes));
    written.into_iter().chain(read_alone).collect()
}

#[test]
fn a_list_of_any_format_is_the_same_compressed() {
    let test_dir = TestDir::new();
    for (format, bytes) in lists_of_every_format(&test_dir) {
        let read = |name: &str, bytes: &[u8]| {
            let options = ReadOptions::default()
                .with_allow_unusual_pdq(true)
                .with_vics_profile(basma::list::VicsProfile::Us);
            // Clips are named after their file.
            let path = test_dir.file(format!("{name}/list"), bytes);
            let list = basma::list::read(&path, &options);
            list.unwrap_or_else(|error| panic!("{format}, {name}: {error}"))
        };
        let plain = read("plain", &bytes);
        assert!(!plain.entries.is_empty(), "{format}");
        // A workbook is an archive: nobody compresses it again.
        if format == "xlsx" {
            continue;
        }
        for (name, packed) in [("gz", gzip(&bytes)), ("zst", zstd(&bytes))] {
            let unpacked = read(name, &packed);
            assert_eq!(unpacked.entries, plain.entries, "{format}, {name}");
            assert_eq!(
                unpacked.source.format, plain.source.format,
                "{format}, {name}"
            );
            assert_eq!(
                unpacked.source.bytes,
                packed.len() as u64,
                "{format}, {name}"
            );
        }
    }
}
