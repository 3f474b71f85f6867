//! The language of messages: chosen by the environment, for people alone.

use super::test_dir::{Outcome, TestDir};

/// The command in the language of a locale.
fn run(test_dir: &TestDir, locale: &str, arguments: &[&str]) -> Outcome {
    let mut command = test_dir.command(arguments);
    command.env_remove("BASMA_LANG").env_remove("LC_MESSAGES");
    Outcome::of(command.env("LC_ALL", locale).output().unwrap())
}

const LOCALES: [(&str, &str); 3] = [
    ("en_GB.UTF-8", "error"),
    ("fr_MA.UTF-8", "erreur"),
    ("ar_MA.UTF-8", "خطأ"),
];

#[test]
fn reasons_are_told_in_the_language_and_written_in_english() {
    let test_dir = TestDir::new();
    test_dir.picture("dump/a.png", 1);
    test_dir.file("dump/empty.jpg", "");
    test_dir.list("list.txt", &[1]);
    let scan = |locale, format| {
        run(
            &test_dir,
            locale,
            &["scan", "dump", "-l", "list.txt", "-f", format],
        )
    };
    let reasons = ["the file is empty", "le fichier est vide", "الملف فارغ"];
    for ((locale, _), reason) in LOCALES.into_iter().zip(reasons) {
        let text = scan(locale, "text");
        assert!(text.stdout.contains(reason), "{text:?}");
        assert!(!text.stdout.contains(['\u{2068}', '\u{2069}']), "{text:?}");
        for format in ["jsonl", "csv"] {
            assert_eq!(scan(locale, format).stdout, scan("C", format).stdout);
        }
    }
}

#[test]
fn mistakes_end_alike_in_every_language() {
    let test_dir = TestDir::new();
    test_dir.file("list.txt", "md5 abc\n");
    let mistakes: [&[&str]; 4] = [
        &["scan", "nowhere", "-l", "nothing.txt"],
        &["scan", "nowhere", "-l", "list.txt"],
        &["scan", "--wrong"],
        &["status", "--store", "nowhere"],
    ];
    for (locale, error) in LOCALES {
        for mistake in mistakes {
            let outcome = run(&test_dir, locale, mistake);
            assert_eq!(outcome.code, 2, "{outcome:?}");
            assert!(outcome.stderr.contains(error), "{outcome:?}");
        }
    }
    let french = run(&test_dir, "fr_FR.UTF-8", mistakes[1]);
    assert!(
        french
            .stderr
            .contains("E011 l’empreinte n’a pas la longueur"),
        "{french:?}"
    );
}

#[test]
fn help_is_in_the_language() {
    let test_dir = TestDir::new();
    let heads = [
        "Usage: basma scan",
        "Utilisation\u{a0}: basma scan",
        "الاستعمال: basma scan",
    ];
    for ((locale, _), head) in LOCALES.into_iter().zip(heads) {
        let help = run(&test_dir, locale, &["scan", "--help"]);
        assert_eq!(help.code, 0);
        assert!(help.stdout.contains(head), "{help:?}");
        assert_eq!(
            run(&test_dir, locale, &["--lang", "en", "scan", "--help"]).stdout,
            run(&test_dir, "C", &["scan", "--help"]).stdout
        );
    }
}

#[test]
fn a_new_store_is_said_to_be_new() {
    let test_dir = TestDir::new();
    for (locale, word) in [
        ("C", "new, nothing was published"),
        ("fr", "nouveau, rien n’a"),
        ("ar", "جديد"),
    ] {
        let store = format!("store-{locale}");
        assert_eq!(
            run(&test_dir, locale, &["refresh", "--init", "--store", &store]).code,
            0
        );
        let status = run(&test_dir, locale, &["status", "--store", &store]);
        assert_eq!(status.code, 3, "{status:?}");
        assert!(status.stdout.contains(word), "{status:?}");
    }
}
