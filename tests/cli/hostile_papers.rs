//! Papers of what strangers wrote: names of files, labels of lists, reasons, and pictures that are none any more.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use super::papers::unpacked;
use super::test_dir::{TestDir, hash_of};

/// Texts that some format gives a meaning to.
const HOSTILE: [&str; 12] = [
    "</script><img src=x onerror=alert(1)>",
    "</title></annotation>]]>",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "@SUM(A1)",
    "-2+3",
    "\u{202e}gpj.exe\u{202c}",
    "\u{1f469}\u{200d}\u{1f467}",
    "a\u{1}\u{8}\u{b}\u{7f}\u{85}b",
    "قضية\u{2066}\u{2028}",
    "\u{fffe}\u{ffff}\u{3164}",
    "1E5",
];

fn done(desk: &TestDir, arguments: &[&str], code: i32) -> String {
    let outcome = desk.run(arguments);
    assert_eq!(outcome.code, code, "{arguments:?}: {outcome:?}");
    outcome.stdout
}

fn open_case(desk: &TestDir, title: &str) {
    done(desk, &["case", "keygen", "k", "--quiet"], 0);
    let box_key = done(desk, &["case", "keygen", "box", "--age", "--quiet"], 0);
    let new = [
        "case",
        "new",
        "c",
        "--key",
        "k",
        "--person",
        "ami</b>na",
        "--title",
        title,
        "--purpose",
        "=1+1",
        "--legal-basis",
        "law]]>",
        "--recipient",
        box_key.trim(),
    ];
    done(desk, &new, 0);
}

/// Confirms all findings. Gives their numbers.
fn confirm_all(desk: &TestDir, why: &str) -> Vec<String> {
    let records = fs::read_to_string(desk.path("c/records.jsonl")).unwrap();
    let mut findings = Vec::new();
    for line in records.lines() {
        let record: serde_json::Value = serde_json::from_str(line).unwrap();
        if record["kind"] == "finding" {
            findings.push(record["number"].to_string());
        }
    }
    for finding in &findings {
        let decide = [
            "case", "decide", "c", finding, "confirm", "--seen", "viewed", "--key", "k",
        ];
        done(desk, &[&decide[..], &["--why", why]].concat(), 0);
    }
    findings
}

fn export(desk: &TestDir, paper: &str, more: &[&str]) -> Vec<u8> {
    let output = format!("out.{paper}");
    let _ = fs::remove_file(desk.path(&output));
    let line = [
        "case", "export", "c", "--as", paper, "--key", "k", "--output", &output,
    ];
    done(desk, &[&line[..], more].concat(), 0);
    fs::read(desk.path(&output)).unwrap()
}

/// Characters that no text for people may hold as they are.
fn is_unseen(c: char) -> bool {
    let is_end = c == '\n' || c == '\r';
    (c.is_control() && !is_end)
        || matches!(
            c,
            '\u{202a}'
                ..='\u{202e}' | '\u{2028}' | '\u{200d}' | '\u{fffe}' | '\u{ffff}' | '\u{3164}'
        )
}

/// Elements of XML that hold no characters which XML forbids, and no more open than closed.
fn assert_xml(text: &str, what: &str) {
    let forbidden = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{7f}'..='\u{9f}'))
            || matches!(c, '\u{fffe}' | '\u{ffff}')
    };
    assert!(!text.contains(forbidden), "{what}: {text:?}");
    let mut reader = quick_xml::Reader::from_str(text);
    let mut depth = 0;
    loop {
        match reader
            .read_event()
            .unwrap_or_else(|error| panic!("{what}: {error}: {text}"))
        {
            quick_xml::events::Event::Start(_) => depth += 1,
            quick_xml::events::Event::End(_) => depth -= 1,
            quick_xml::events::Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0, "{what}");
}

#[test]
fn what_strangers_wrote_is_text_in_every_paper() {
    let desk = TestDir::new();
    let long = "L".repeat(5_000);
    let mut labels: Vec<&str> = HOSTILE.to_vec();
    labels.push(&long);
    let entries = (1..=3).map(|scene| {
        serde_json::json!({
            "v": 1, "op": "add", "type": "pdq", "hash": hash_of(scene), "labels": labels,
            "id": HOSTILE[scene as usize], "source": "=1+1",
        })
        .to_string()
    });
    desk.file("list.jsonl", entries.collect::<Vec<_>>().join("\n") + "\n");
    for (scene, text) in (1..).zip(HOSTILE) {
        // No file system takes a slash in a name, and some no more than 255 bytes.
        let name = text.replace('/', "\u{2215}");
        desk.picture(format!("dump/{name}.png"), scene % 3 + 1);
    }
    open_case(&desk, HOSTILE[0]);
    let scan = [
        "scan",
        "dump",
        "-l",
        "list.jsonl",
        "--type",
        "pdq,md5,sha256",
        "--case",
        "c",
        "--key",
        "k",
    ];
    done(&desk, &scan, 1);
    let why = format!("=1 </td>\u{202e}\u{7} {}", "w".repeat(5_000));
    assert_eq!(confirm_all(&desk, &why).len(), HOSTILE.len());

    let page = String::from_utf8(export(&desk, "html", &[])).unwrap();
    assert!(
        !page.contains(is_unseen),
        "{:?}",
        page.chars().find(|c| is_unseen(*c))
    );
    for tag in ["<script", "<img", "onerror=alert(1)>"] {
        assert!(!page.to_lowercase().contains(tag), "{tag}");
    }
    assert!(page.contains("&lt;/script&gt;") && page.contains("\\u{202e}gpj.exe"));
    assert!(page.contains("Content-Security-Policy"));

    let table = String::from_utf8(export(&desk, "csv", &[])).unwrap();
    assert!(!table.contains(is_unseen));
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    for row in reader.records().map(Result::unwrap) {
        let is_formula = |cell: &&str| cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
        assert_eq!(row.iter().find(is_formula), None);
    }

    for paper in ["xlsx", "ncmec"] {
        let parts: HashMap<String, Vec<u8>> = unpacked(&export(&desk, paper, &[]));
        assert!(!parts.is_empty());
        for (name, content) in parts {
            let text = String::from_utf8(content).unwrap();
            if [".xml", ".rels"].iter().any(|end| name.ends_with(end)) {
                assert_xml(&text, &name);
                // A text is no formula in a workbook.
                assert!(!text.contains("<f>"), "{name}");
            }
        }
    }
    let dsa = [
        "--ground",
        "intimate-images",
        "--law",
        "=1 </x>",
        "--explanation",
        "\u{202e}",
    ];
    for (paper, more) in [
        ("vics", &[][..]),
        ("case-uco", &[]),
        ("stix", &[]),
        ("ecs", &[]),
        ("dsa", &dsa),
    ] {
        let text = String::from_utf8(export(&desk, paper, more)).unwrap();
        let values = serde_json::Deserializer::from_str(&text).into_iter::<serde_json::Value>();
        assert!(values.map(Result::unwrap).count() > 0, "{paper}");
    }
    done(&desk, &["verify", "c"], 0);
}

/// A PNG of 65,535 x 65,535 pixels, of which few are there.
fn bomb() -> Vec<u8> {
    let part = |kind: &[u8], bytes: &[u8]| {
        let body = [kind, bytes].concat();
        let mut crc = flate2::Crc::new();
        crc.update(&body);
        [
            &(bytes.len() as u32).to_be_bytes()[..],
            &body,
            &crc.sum().to_be_bytes(),
        ]
        .concat()
    };
    let side = 65_535_u32.to_be_bytes();
    let head = [&side[..], &side, &[8, 2, 0, 0, 0]].concat();
    [
        &b"\x89PNG\r\n\x1a\n"[..],
        &part(b"IHDR", &head),
        &part(b"IDAT", &[0x78, 0x9c, 0x63, 0, 0, 0, 1, 0, 1]),
        &part(b"IEND", &[]),
    ]
    .concat()
}

#[cfg(unix)]
#[test]
fn pictures_that_are_none_any_more_are_named_and_end_no_paper() {
    let desk = TestDir::new();
    for name in ["ok", "other", "gone", "pipe", "folder", "link", "cut"] {
        let scene = u64::from(name.as_bytes()[0]) + u64::from(name.as_bytes()[1]);
        desk.picture(format!("dump/{name}.png"), scene);
    }
    let whole = fs::read(desk.path("dump/cut.png")).unwrap();
    desk.file("dump/cut.png", &whole[..whole.len() / 3]);
    desk.file("dump/bomb.png", bomb());
    // They are known by their digests, whatever can be decoded of them.
    let digests = fs::read_dir(desk.path("dump")).unwrap().map(|file| {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        format!("sha256 {}", super::tamper::sha256(&bytes))
    });
    desk.file("list.txt", digests.collect::<Vec<_>>().join("\n") + "\n");
    open_case(&desk, "t");
    done(
        &desk,
        &[
            "scan", "dump", "-l", "list.txt", "--case", "c", "--key", "k",
        ],
        1,
    );
    assert_eq!(confirm_all(&desk, "the same").len(), 8);
    let at = |name: &str| desk.path("dump").join(format!("{name}.png"));
    fs::write(at("other"), fs::read(at("ok")).unwrap()).unwrap();
    for name in ["gone", "pipe", "folder", "link"] {
        fs::remove_file(at(name)).unwrap();
    }
    let fifo = std::process::Command::new("mkfifo")
        .arg(at("pipe"))
        .status();
    assert!(fifo.unwrap().success());
    fs::create_dir(at("folder")).unwrap();
    std::os::unix::fs::symlink(Path::new("/etc/passwd"), at("link")).unwrap();
    let asked = ["--thumbnails", "blurred", "--thumbnail-of", "all"];
    let page = String::from_utf8(export(&desk, "html", &asked)).unwrap();
    let times = |text: &str| page.matches(text).count();
    // Once in each language.
    // What a cut picture still holds is shown: it is what the scan found.
    assert_eq!(times("<img"), 6, "two pictures are as they were");
    assert_eq!(times("no picture: the file has changed since the scan"), 2);
    assert_eq!(times("no picture: the file is not there"), 3);
    assert_eq!(times("no picture: the file is a clip or is not decoded"), 1);
    let taken = unpacked(&export(&desk, "bundle", &["--with-media"]));
    let rows = String::from_utf8(taken["media.csv"].clone()).unwrap();
    for (reason, count) in [(",yes,", 3), (",changed,", 2), (",not-there,", 3)] {
        assert_eq!(rows.matches(reason).count(), count, "{reason}: {rows}");
    }
    done(&desk, &["verify", "c"], 0);
}
