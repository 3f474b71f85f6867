//! The page of a report, and what it holds in each language. Also what it shows of hostile findings, and what it refuses.

use std::fs;
use std::path::PathBuf;

use crate::test_dir::{Outcome, TestDir};
use crate::write::{stored, zip};

/// Findings of each kind. They are matches of a picture and of a clip, a lead, a suppressed match, gaps, and the summary.
const FINDINGS: &str = include_str!("../golden/report.jsonl");

/// A day after the lists of these findings were published.
const MADE: &str = "1767355200";

fn report(test_dir: &TestDir, arguments: &[&str]) -> Outcome {
    let mut command = test_dir.command(&[&["report"], arguments].concat());
    Outcome::of(command.env("SOURCE_DATE_EPOCH", MADE).output().unwrap())
}

/// The content of a page, without its style.
fn main_of(page: &str) -> &str {
    let (_, rest) = page.split_once("<main>").unwrap();
    rest.split_once("</main>").unwrap().0
}

/// The texts of a page, without its elements.
fn texts(page: &str) -> String {
    let parts = main_of(page).split('<');
    let parts = parts.map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    parts.collect()
}

fn is_blessed() -> bool {
    std::env::var_os("BASMA_BLESS").is_some_and(|value| value == "1")
}

#[test]
fn the_page_says_the_same_in_each_language() {
    let test_dir = TestDir::new();
    test_dir.file("findings.jsonl", FINDINGS);
    for (language, direction) in [("en", "ltr"), ("fr", "ltr"), ("ar", "rtl")] {
        let page = report(&test_dir, &["findings.jsonl", "--lang", language]);
        assert_eq!((page.code, page.stderr.as_str()), (0, ""), "{page:?}");
        let page = page.stdout;
        let opening = format!("<html lang=\"{language}\" dir=\"{direction}\">");
        assert!(page.contains(&opening), "{opening}");
        let golden: PathBuf = [
            env!("CARGO_MANIFEST_DIR"),
            "tests/golden",
            &format!("report.{language}.html"),
        ]
        .iter()
        .collect();
        if is_blessed() {
            fs::write(&golden, main_of(&page)).unwrap();
        }
        let expected = fs::read_to_string(&golden).unwrap();
        assert!(
            main_of(&page) == expected,
            "{}: BASMA_BLESS=1 cargo test --test cli page writes it anew; read the difference",
            golden.display()
        );
        // What belongs to no language is in each page.
        for fact in [
            "chat/a.jpg",
            "c000000000000000a",
            "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            "partner: case-17",
            "file-empty",
        ] {
            assert!(texts(&page).contains(fact), "{language}: {fact}");
        }
    }
}

#[test]
fn the_page_needs_nothing_else_and_runs_nothing() {
    let test_dir = TestDir::new();
    test_dir.file("findings.jsonl", FINDINGS);
    let page = report(&test_dir, &["findings.jsonl"]).stdout;
    for part in [
        "http:", "https:", "<script", "<link", "<iframe", " src=", " style=", "@import", "url(",
    ] {
        let found = page.replace("http://www.w3.org/2000/svg", "");
        assert!(!found.contains(part), "{part}");
    }
    let policy = "content=\"default-src 'none'; style-src 'sha256-";
    assert!(page.contains(policy));
    // Every element that is opened is closed.
    for element in [
        "section", "article", "table", "ul", "li", "svg", "bdi", "h2", "tr", "td",
    ] {
        let opened = page.matches(&format!("<{element}")).count() - page.matches("<link").count();
        let opened = opened - extra(&page, element);
        assert_eq!(
            opened,
            page.matches(&format!("</{element}>")).count(),
            "{element}"
        );
    }
}

/// Elements whose names begin with that of another.
fn extra(page: &str, element: &str) -> usize {
    match element {
        "li" => page.matches("<line").count(),
        _ => 0,
    }
}

#[test]
fn hostile_texts_are_shown_and_do_nothing() {
    let hostile = [
        "</style><script>alert(1)</script>.jpg",
        "\" onerror=\"alert(1)",
        "'><img src=x onerror=alert(1)>",
        "\u{202e}gpj.exe\u{2066}",
        "a\u{0}b\u{7f}\u{1b}[2J\nMATCH",
        "]]><!--",
        "&lt;b&gt;",
    ];
    let long = "x".repeat(10_000);
    let test_dir = TestDir::new();
    for text in hostile.into_iter().chain([long.as_str()]) {
        let mut lines = String::new();
        for line in FINDINGS.lines() {
            // Every text of a list, an operator or a file.
            let text = serde_json::to_string(text).unwrap();
            let text = text.trim_matches('"');
            let mut line = line.to_owned();
            for plain in [
                "chat/a.jpg",
                "partner",
                "case-17",
                "deepfake",
                "file is empty",
                "image/jpeg",
                "lists/demo.csv",
                "agreement",
                "turned",
            ] {
                line = line.replace(plain, text);
            }
            lines += &line;
            lines.push('\n');
        }
        test_dir.file("hostile.jsonl", &lines);
        let page = report(&test_dir, &["hostile.jsonl"]);
        assert_eq!(page.code, 0, "{page:?}");
        let page = page.stdout;
        for part in [
            "<script",
            "<img",
            "<b>a",
            "<!--",
            "onerror=\"",
            "\u{202e}",
            "\u{2066}",
            "\u{0}",
            "\u{1b}",
        ] {
            assert!(!page.contains(part), "{text:?} becomes {part:?}");
        }
        if text == long {
            assert!(page.contains(&long), "a long name is shown whole");
        }
        assert!(page.ends_with("</html>\n"));
    }
}

#[test]
fn a_scan_that_found_nothing_or_did_not_end_says_so() {
    let test_dir = TestDir::new();
    test_dir.list("list.txt", &[1]);
    test_dir.picture("dump/other.png", 2);
    let nothing = test_dir.scan("list.txt", &["-o", "nothing.jsonl"]);
    assert_eq!(nothing.code, 0);
    let page = report(&test_dir, &["nothing.jsonl"]).stdout;
    assert!(page.contains("No file matches. That holds only for what was examined"));
    assert!(page.contains("Every file that was found was examined as a whole."));
    assert!(
        page.contains(">list.txt<")
            && page.contains("(also views that undo crops, borders, captions and screenshots")
    );

    let lines: Vec<&str> = FINDINGS.lines().collect();
    let (summary, files) = lines.split_last().unwrap();
    let of = |text: &str| {
        test_dir.file("part.jsonl", text);
        let page = report(&test_dir, &["part.jsonl"]);
        assert_eq!(page.code, 0, "{page:?}");
        page.stdout
    };
    let without = of(&(files.join("\n") + "\n"));
    assert!(without.contains("The findings have no summary"));
    let cut = of(&FINDINGS[..FINDINGS.len() - 40]);
    assert!(cut.contains("The findings end within a line"));
    let interrupted = of(&FINDINGS.replace("\"interrupted\":false", "\"interrupted\":true"));
    assert!(interrupted.contains("The scan was interrupted"));
    let missing = of(&format!("{}\n{summary}\n", files[1..].join("\n")));
    assert!(missing.contains("Lines are missing or were added"));
    let whole = of(FINDINGS);
    for alert in [
        "no summary",
        "end within a line",
        "was interrupted",
        "Lines are missing",
    ] {
        assert!(!whole.contains(alert), "{alert}");
    }
}

#[test]
fn what_is_no_findings_file_is_refused_with_the_way_out() {
    let test_dir = TestDir::new();
    test_dir.picture("dump/a.png", 1);
    test_dir.list("list.txt", &[1]);
    test_dir.file("nothing.jsonl", "\n");
    test_dir.file("twice.jsonl", format!("{FINDINGS}{FINDINGS}"));
    test_dir.file("latin.jsonl", b"{\"v\":1,\"path\":\"\xe9\"}\n");
    let to_file = |arguments: &[&str], file: &str| {
        let outcome = test_dir.run(arguments);
        assert!(outcome.code < 2, "{outcome:?}");
        test_dir.file(file, outcome.stdout);
    };
    to_file(&["scan", "dump", "-l", "list.txt", "-f", "csv"], "scan.csv");
    to_file(&["scan", "dump", "-l", "list.txt"], "scan.txt");
    to_file(&["hash", "dump", "-f", "jsonl"], "hashes.jsonl");
    let hash = crate::test_dir::hash_of(1);
    to_file(
        &["lookup", &hash, "-l", "list.txt", "-f", "jsonl"],
        "lookup.jsonl",
    );
    let second = format!("twice.jsonl:{}: follows", FINDINGS.lines().count() + 1);
    let refusals = [
        ("list.txt", "list.txt:1: not a line of findings"),
        ("scan.csv", "scan.csv:1: not a line of findings"),
        ("scan.txt", "scan.txt:1: not a line of findings"),
        ("dump/a.png", "dump/a.png:1: not a line of findings"),
        (
            "latin.jsonl",
            "latin.jsonl:1: not a line of findings (not UTF-8)",
        ),
        ("nothing.jsonl", "nothing.jsonl: holds no findings"),
        ("hashes.jsonl", "hashes.jsonl:1: written by `basma hash`"),
        ("lookup.jsonl", "lookup.jsonl:1: written by `basma lookup`"),
        ("twice.jsonl", &second),
        ("dump", "dump: not a regular file"),
        ("nowhere.jsonl", "nowhere.jsonl: cannot open"),
    ];
    test_dir.file("page.html", "what stood here before");
    for (file, error) in refusals {
        let outcome = report(&test_dir, &[file, "-o", "page.html"]);
        assert_eq!(
            (outcome.code, outcome.stdout.as_str()),
            (2, ""),
            "{file}: {outcome:?}"
        );
        assert!(outcome.stderr.contains(error), "{file}: {outcome:?}");
        let page = fs::read_to_string(test_dir.path("page.html")).unwrap();
        assert_eq!(page, "what stood here before");
    }
    let over = report(&test_dir, &["nothing.jsonl", "-o", "nothing.jsonl"]);
    assert_eq!(over.code, 2, "{over:?}");
}

#[test]
fn pictures_are_shown_only_if_they_are_asked_for_and_unchanged() {
    let test_dir = TestDir::new();
    test_dir.list("list.txt", &[1, 3]);
    test_dir.picture("dump/a.png", 1);
    let changed = test_dir.picture("dump/b.png", 3);
    let found = test_dir.scan("list.txt", &["-o", "findings.jsonl"]);
    assert_eq!(found.code, 1);
    let page = report(&test_dir, &["findings.jsonl"]).stdout;
    assert!(!page.contains("<img") && !page.contains("data:image"));
    // The same picture by its pixels, another by its bytes.
    let mut bytes = fs::read(&changed).unwrap();
    bytes.extend(b"more");
    fs::write(&changed, bytes).unwrap();
    for how in ["blurred", "grey"] {
        let page = report(&test_dir, &["findings.jsonl", "--thumbnails", how]).stdout;
        assert_eq!(
            page.matches("src=\"data:image/png;base64,").count(),
            1,
            "{how}"
        );
        assert!(page.contains("no picture: the file has changed since the scan"));
        let small = picture_of(&page);
        assert!(small.width().max(small.height()) <= if how == "blurred" { 10 } else { 96 });
        if how == "grey" {
            let small = small.to_rgb8();
            assert!(small.pixels().all(|p| p.0[0] == p.0[1] && p.0[1] == p.0[2]));
        }
    }
    fs::remove_file(test_dir.path("dump/a.png")).unwrap();
    let page = report(&test_dir, &["findings.jsonl", "--thumbnails", "grey"]).stdout;
    assert!(page.contains("no picture: the file is not there") && !page.contains("<img"));
}

#[test]
fn pictures_of_members_that_a_password_opened_need_it_again() {
    let test_dir = TestDir::new();
    test_dir.list("list.txt", &[1]);
    let picture = fs::read(test_dir.picture("a.png", 1)).unwrap();
    let inner = zip(&[stored("deep.png", &picture).locked(b"secret")]);
    let members = [
        stored("a.png", &picture).locked(b"secret"),
        stored("inner.zip", &inner),
    ];
    test_dir.file("dump/locked.zip", zip(&members));
    test_dir.file("words", "wrong\nsecret\n");
    test_dir.file("others", "wrong\n");
    let found = test_dir.scan(
        "list.txt",
        &["--passwords", "words", "-o", "findings.jsonl"],
    );
    assert_eq!(found.code, 1, "{found:?}");
    let shown = |more: &[&str]| {
        let arguments = [&["findings.jsonl", "--thumbnails", "grey"], more].concat();
        let page = report(&test_dir, &arguments).stdout;
        let closed = "no picture: the file is encrypted, and no password that was given opens it";
        assert!(!page.contains("secret") && !page.contains("is not there"));
        (page.matches("<img").count(), page.matches(closed).count())
    };
    assert_eq!(shown(&[]), (0, 2));
    assert_eq!(shown(&["--passwords", "others"]), (0, 2));
    assert_eq!(shown(&["--passwords", "words"]), (2, 0));
    let refused = report(&test_dir, &["findings.jsonl", "--passwords", "words"]);
    assert_eq!(refused.code, 2, "{refused:?}");
}

/// The first picture within a page.
fn picture_of(page: &str) -> image::DynamicImage {
    let (_, rest) = page.split_once("base64,").unwrap();
    let (data, _) = rest.split_once('"').unwrap();
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for digit in data.bytes().filter(|&b| b != b'=') {
        let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let value = alphabet.iter().position(|&b| b == digit).unwrap();
        bits = bits << 6 | value as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    image::load_from_memory(&bytes).unwrap()
}

#[test]
fn a_rematch_and_standard_input_are_read_too() {
    let test_dir = TestDir::new();
    test_dir.list("list.txt", &[1]);
    test_dir.picture("dump/a.png", 1);
    // What was written a moment ago may change again unseen, and is not remembered.
    std::thread::sleep(std::time::Duration::from_millis(60));
    assert_eq!(test_dir.scan("list.txt", &["--journal", "journal"]).code, 1);
    let rematch = test_dir.run(&[
        "rematch", "--cache", "journal", "-l", "list.txt", "-f", "jsonl",
    ]);
    assert_eq!(rematch.code, 1, "{rematch:?}");
    test_dir.file("rematch.jsonl", &rematch.stdout);
    let page = report(&test_dir, &["rematch.jsonl"]);
    assert_eq!(page.code, 0, "{page:?}");
    assert!(page.stdout.contains("dump/a.png"));
    let mut command = test_dir.command(&["report", "-"]);
    command.env("SOURCE_DATE_EPOCH", MADE);
    command.stdin(fs::File::open(test_dir.path("rematch.jsonl")).unwrap());
    let piped = Outcome::of(command.output().unwrap());
    assert_eq!(
        piped.stdout.replace("\u{2068}-\u{2069}", ""),
        page.stdout.replace("\u{2068}rematch.jsonl\u{2069}", "")
    );
    let mut command = test_dir.command(&["report", "rematch.jsonl"]);
    let wrong = Outcome::of(command.env("SOURCE_DATE_EPOCH", "today").output().unwrap());
    assert_eq!(wrong.code, 2, "{wrong:?}");
    assert!(wrong.stderr.contains("SOURCE_DATE_EPOCH is 'today'"));
}
