//! A store in one line, and additions to it at once.

use crate::test_dir::{Outcome, TestDir};

fn run(test_dir: &TestDir, arguments: &[&str]) -> Outcome {
    let home = test_dir.path("home");
    let mut command = test_dir.command(arguments);
    command.env_remove("BASMA_STORE").env("HOME", &home);
    command.env("XDG_DATA_HOME", home.join("data"));
    Outcome::of(command.output().unwrap())
}

#[test]
#[cfg(target_os = "linux")]
fn a_store_that_is_not_named_is_where_the_system_keeps_data() {
    let test_dir = TestDir::new();
    test_dir.picture("known/1.png", 1);
    test_dir.picture("known/2.png", 2);
    test_dir.file("known/note.txt", "text");
    test_dir.picture("dump/a.jpg", 1);
    let none = run(&test_dir, &["add", "known/1.png"]);
    assert_eq!(none.code, 2, "{none:?}");
    assert!(none.stderr.contains("`basma store init`"), "{none:?}");
    let made = run(&test_dir, &["store", "init"]);
    assert_eq!(made.code, 0, "{made:?}");
    let store = test_dir.path("home/data/basma");
    assert!(store.join("sources.toml").exists());
    let added = run(&test_dir, &["add", "known/1.png", "--label", "deepfake"]);
    assert_eq!(added.code, 0, "{added:?}");
    assert!(added.stderr.contains("in the store "), "{added:?}");
    let scan = ["scan", "dump", "-q", "-l", store.to_str().unwrap()];
    let found = run(&test_dir, &scan);
    assert!(
        found.stdout.starts_with("dump/a.jpg: MATCH own:"),
        "{found:?}"
    );
    assert!(found.stdout.contains("[deepfake]"), "{found:?}");

    // A folder: what is listed already is said, and what is no picture.
    let folder = run(&test_dir, &["add", "known"]);
    assert_eq!(folder.code, 0, "{folder:?}");
    let count = |text: &str| folder.stderr.matches(text).count();
    assert_eq!(
        (count("already listed in own"), count("added to own")),
        (2, 2),
        "{folder:?}"
    );
    assert!(
        folder.stderr.contains("1 file is neither picture nor clip"),
        "{folder:?}"
    );
    assert_eq!(run(&test_dir, &["add", "known/1.png"]).code, 0);

    // A file is withdrawn by its hashes.
    let revoked = run(&test_dir, &["revoke", "dump/a.jpg", "--reason", "lawful"]);
    assert_eq!(revoked.code, 2, "it is another file: {revoked:?}");
    let revoked = run(&test_dir, &["revoke", "known/1.png", "--reason", "lawful"]);
    assert_eq!(revoked.code, 0, "{revoked:?}");
    assert_eq!(run(&test_dir, &scan).code, 0);
    let audit = run(&test_dir, &["audit"]);
    assert!(
        audit.stdout.lines().all(|line| !line.starts_with('{')),
        "{audit:?}"
    );
    assert!(
        audit.stdout.contains("withdrew from own: sha256:"),
        "{audit:?}"
    );
    assert!(audit.stdout.contains(" (reason: lawful)\n"), "{audit:?}");
    let records = run(&test_dir, &["audit", "-f", "jsonl"]).objects();
    assert_eq!(records.len(), audit.stdout.lines().count());
    let history = run(&test_dir, &["store", "history"]);
    assert_eq!(
        history.stdout,
        run(&test_dir, &["status", "--generations"]).stdout
    );
}

#[test]
fn a_file_of_sources_is_checked_alone_and_the_line_is_named() {
    let test_dir = TestDir::new();
    assert_eq!(test_dir.run(&["store", "init", "s"]).code, 0);
    let check = |test_dir: &TestDir| test_dir.run(&["store", "check", "--store", "s"]);
    let good = check(&test_dir);
    assert_eq!(good.code, 0, "{good:?}");
    assert!(good.stdout.contains("lists: 1 (own)"), "{good:?}");
    let sources = test_dir.path("s/sources.toml");
    let text = std::fs::read_to_string(&sources).unwrap();
    let lines = text.lines().count();
    std::fs::write(&sources, text + "\n[[source]]\nlist = 3\n").unwrap();
    let bad = check(&test_dir);
    assert_eq!(bad.code, 2, "{bad:?}");
    let line = lines + 3;
    assert!(bad.stderr.contains(&format!("line {line}")), "{bad:?}");
    assert_eq!(test_dir.run(&["store", "init", "s"]).code, 2);
}

#[test]
fn help_has_topics() {
    let test_dir = TestDir::new();
    for topic in ["formats", "exit-codes", "lists", "store"] {
        for language in ["en", "fr", "ar"] {
            let help = test_dir.run(&["help", topic, "--lang", language]);
            assert_eq!(help.code, 0, "{help:?}");
            assert!(help.stdout.lines().count() > 4, "{help:?}");
        }
    }
    let scan = test_dir.run(&["help", "scan"]);
    assert_eq!(scan.stdout, test_dir.run(&["scan", "--help"]).stdout);
    let unknown = test_dir.run(&["help", "nosuch"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.stderr.contains("formats, exit-codes, lists, store"));
}
