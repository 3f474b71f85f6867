//! No message in French or Arabic keeps words of the English. Commands and mistakes are run in each language and compared.

use std::collections::BTreeSet;
use std::fs;

use super::test_dir::{Outcome, TestDir};

/// Words that an English sentence hardly does without. Names of options and values have none of them.
const SMALL_WORDS: [&str; 28] = [
    "the", "of", "is", "are", "was", "were", "not", "and", "with", "an", "no", "its", "than",
    "before", "by", "to", "from", "for", "or", "that", "it", "be", "has", "in", "on", "at", "this",
    "there",
];

/// Three words in a row, one of them small, outside of quotations and code.
fn phrases(line: &str) -> BTreeSet<String> {
    let code: String = line.split('`').step_by(2).collect();
    let quoted = code.split(['«', '»']).step_by(2);
    let mut phrases = BTreeSet::new();
    for text in quoted {
        let words: Vec<&str> = text.split_whitespace().collect();
        for three in words.windows(3) {
            let is_word = |word: &&str| {
                let word = word.trim_end_matches([',', ';', ':', '.', ')']);
                let word = word.trim_start_matches('(');
                !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphabetic())
            };
            let has_small = three.iter().any(|word| SMALL_WORDS.contains(word));
            if three.iter().all(is_word) && has_small {
                phrases.insert(three.join(" "));
            }
        }
    }
    phrases
}

/// The phrases that a language keeps of the English, each with its line.
fn kept(english: &str, other: &str) -> Vec<String> {
    let english: BTreeSet<String> = english.lines().flat_map(phrases).collect();
    let keeps = |line: &&str| !phrases(line).is_disjoint(&english);
    other.lines().filter(keeps).map(str::to_owned).collect()
}

fn run(test_dir: &TestDir, language: &str, arguments: &[&str]) -> Outcome {
    let mut command = test_dir.command(arguments);
    Outcome::of(command.env("BASMA_LANG", language).output().unwrap())
}

/// Runs a command in each language in a folder of its own and compares them.
fn compare(make: impl Fn() -> TestDir, arguments: &[&str]) {
    let of = |language: &str| {
        let outcome = run(&make(), language, arguments);
        (outcome.code, outcome.stdout + &outcome.stderr)
    };
    let (code, english) = of("en");
    for language in ["fr", "ar"] {
        let (other_code, other) = of(language);
        assert_eq!(other_code, code, "{arguments:?}: {other}");
        let kept = kept(&english, &other);
        assert!(kept.is_empty(), "{arguments:?} in {language}: {kept:#?}");
    }
}

#[test]
fn a_kept_phrase_is_noticed() {
    let english = "basma: error: a: the file is damaged: restore it from a copy";
    assert_eq!(
        kept(english, "basma\u{a0}: erreur\u{a0}: the file is damaged").len(),
        1
    );
    assert!(kept(english, "erreur\u{a0}: «\u{a0}the file is damaged\u{a0}»").is_empty());
    assert!(kept(english, "erreur\u{a0}: `the file is damaged`").is_empty());
    assert!(kept(english, "erreur\u{a0}: a\u{a0}: le fichier est endommagé").is_empty());
}

fn with_media() -> TestDir {
    let test_dir = TestDir::new();
    test_dir.picture("dump/a.png", 1);
    test_dir.picture("dump/b.jpg", 2);
    let jpeg = fs::read(test_dir.path("dump/b.jpg")).unwrap();
    test_dir.file("dump/cut.jpg", &jpeg[..jpeg.len() / 2]);
    test_dir.file("dump/empty.jpg", "");
    test_dir.file("dump/g.gif", "GIF89a");
    test_dir.file("dump/t.tif", "II*\0");
    test_dir.file("dump/text.txt", "hello");
    test_dir.list("list.txt", &[1]);
    test_dir.file("bad.txt", "pdq abc\nmd5 zz\nsha9 1\n");
    test_dir.file("zeros.txt", [0, 1, 2]);
    test_dir.file("nothing.txt", "");
    let built = test_dir.run(&["build", "list.txt", "-o", "good.basma"]);
    assert_eq!(built.code, 0, "{built:?}");
    let index = fs::read(test_dir.path("good.basma")).unwrap();
    test_dir.file("cut.basma", &index[..index.len() - 5]);
    test_dir.file("long.basma", [&index[..], b"x"].concat());
    for (name, at) in [("head", 20), ("body", 300), ("version", 8)] {
        let mut changed = index.clone();
        changed[at] ^= 0x41;
        test_dir.file(format!("{name}.basma"), changed);
    }
    test_dir
}

#[test]
fn commands_keep_no_english() {
    let lines = [
        "scan dump -l list.txt",
        "scan dump -l list.txt --max-pixels 10",
        "scan dump -l list.txt --max-file-bytes 10",
        "scan dump -l bad.txt",
        "scan dump -l bad.txt --max-reject 9",
        "scan dump -l zeros.txt",
        "scan dump -l nothing.txt",
        "scan dump -l nowhere.txt",
        "scan nowhere -l list.txt",
        "scan dump -l list.txt -o list.txt",
        "scan dump -l list.txt --journal list.txt",
        "scan dump -l list.txt --radius md5=1",
        "scan dump -l list.txt --exclude [",
        "scan dump -l list.txt --types md5",
        "hash dump",
        "verify nowhere",
        "case note nowhere text",
        "case keygen list.txt",
        "case receive nowhere --from police",
        "explain 7 --case dump",
        "lookup -l list.txt abc",
        "lookup -l list.txt sha9:12",
        "rematch -l list.txt --cache list.txt",
        "build bad.txt -o new.basma",
        "build good.basma -o new.basma",
        "inspect good.basma --verify",
        "inspect cut.basma",
        "inspect long.basma",
        "inspect head.basma",
        "inspect body.basma --verify",
        "inspect version.basma",
        "inspect list.txt",
        "doctor --no-ffmpeg",
        "status --store dump",
        "refresh --init --store dump",
    ];
    for line in lines {
        let arguments: Vec<&str> = line.split(' ').collect();
        compare(with_media, &arguments);
    }
}

/// A store with one list of a hundred entries, and a changed configuration or source.
#[cfg(unix)]
fn with_store(sources: Option<&str>, list: &str) -> TestDir {
    let test_dir = TestDir::new();
    let init = test_dir.run(&["refresh", "--init", "--store", "store"]);
    assert_eq!(init.code, 0, "{init:?}");
    let row = |number: usize| format!("md5 {:032x}\n", number * 7919 + 13);
    test_dir.file("list.txt", (0..100).map(row).collect::<String>());
    test_dir.file("store/sources.toml", SOURCES);
    let first = test_dir.run(&["refresh", "--store", "store"]);
    assert_eq!(first.code, 0, "{first:?}");
    test_dir.file("list.txt", list);
    test_dir.file("store/sources.toml", sources.unwrap_or(SOURCES));
    test_dir
}

#[cfg(unix)]
const SOURCES: &str = "[[source]]
list = \"demo\"
purpose = \"tests\"
kind = \"snapshot\"
at_most = \"review\"
[source.from.file]
path = \"../list.txt\"
settle_seconds = 0
";

#[cfg(unix)]
#[test]
fn guards_and_what_a_store_remembers_keep_no_english() {
    let lists = [
        "md5 00000000000000000000000000000abc\n",
        "# nothing, on purpose\n",
        "md5 00000000000000000000000000000abc\njunk\n",
        "",
    ];
    for list in lists {
        compare(|| with_store(None, list), &["refresh", "--store", "store"]);
        let held = || {
            let test_dir = with_store(None, list);
            assert_eq!(test_dir.run(&["refresh", "--store", "store"]).code, 2);
            test_dir
        };
        // What an attempt in English noted is shown in each language.
        compare(held, &["status", "--store", "store"]);
        let texts = ["en", "fr", "ar"].map(|language| {
            let status = run(&held(), language, &["status", "--store", "store"]);
            status.stdout
        });
        assert!(texts[0].contains("FAILING"), "{texts:?}");
        assert!(texts[1].contains("EN ÉCHEC"), "{texts:?}");
    }
}

#[cfg(unix)]
#[test]
fn mistakes_in_a_configuration_keep_no_english() {
    let of = |old: &str, new: &str| SOURCES.replace(old, new);
    let broken = [
        of("demo", "a/b"),
        of("demo", "con"),
        of("demo", "a*"),
        of("tests", " "),
        of("snapshot", "local"),
        of("[source.from.file]", "[source.from.folder]"),
        of("path = \"../list.txt\"", "path = \"nowhere.txt\""),
        of("at_most", "max_age = \"x\"\nat_most"),
        of("at_most", "radius = { pdq = 999 }\nat_most"),
        of("at_most", "suppresses = [\"other\"]\nat_most"),
        of("at_most", "keys = [\"x\"]\nat_most"),
        SOURCES.to_owned() + SOURCES,
        String::new(),
        "[store]\nkeep = 1\n".to_owned(),
        "x =".to_owned(),
        "[[source]]\ntoken = \"secret\"\n".to_owned(),
    ];
    for sources in &broken {
        let make = || with_store(Some(sources), "md5 00000000000000000000000000000abc\n");
        compare(make, &["refresh", "--store", "store"]);
    }
}
