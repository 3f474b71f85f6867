//! A case from a report to a decision, and what others see of it.

use std::fs;

use super::test_dir::{Outcome, TestDir};

/// A desk with a dump, a list, keys of two people and a key of age.
fn desk() -> TestDir {
    let desk = TestDir::new();
    desk.picture("dump/a.png", 1);
    desk.picture("dump/b.png", 2);
    desk.file("dump/cut.jpg", "\u{0}\u{1}");
    desk.list("list.txt", &[1]);
    for (name, more) in [("amina", ""), ("ben", ""), ("box", "--age")] {
        let arguments: Vec<&str> = ["case", "keygen", name, more]
            .into_iter()
            .filter(|word| !word.is_empty())
            .collect();
        let made = desk.run(&arguments);
        assert_eq!(made.code, 0, "{made:?}");
        desk.file(format!("{name}.text"), made.stdout.trim());
    }
    desk
}

/// The words of a line; single quotes stand around those that hold blanks.
fn words(line: &str) -> Vec<String> {
    let parts = line.split('\'').enumerate();
    let parts = parts.flat_map(|(place, part)| {
        if place % 2 == 1 {
            vec![part.to_owned()]
        } else {
            part.split_whitespace().map(str::to_owned).collect()
        }
    });
    parts.collect()
}

fn run(desk: &TestDir, line: &str) -> Outcome {
    let words = words(line);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    desk.run(&words)
}

fn done(desk: &TestDir, line: &str) -> Outcome {
    let outcome = run(desk, line);
    assert_eq!(outcome.code, 0, "{line}: {outcome:?}");
    outcome
}

fn refused(desk: &TestDir, line: &str, why: &str) {
    let outcome = run(desk, line);
    assert_eq!(outcome.code, 2, "{line}: {outcome:?}");
    assert!(outcome.stderr.contains(why), "{line}: {outcome:?}");
}

/// A case with a scan of the dump. Gives the number of its finding.
fn scanned(desk: &TestDir, more: &str) -> u64 {
    let recipient = fs::read_to_string(desk.path("box.text")).unwrap();
    let new = format!(
        "case new c --purpose tests --legal-basis none --person amina --recipient {recipient} --key amina {more}"
    );
    done(desk, &new);
    let ben = fs::read_to_string(desk.path("ben.text")).unwrap();
    done(
        desk,
        &format!("case admit c {ben} --person ben --key amina"),
    );
    let scan = run(desk, "scan dump -l list.txt --case c --key amina");
    assert_eq!(scan.code, 1, "{scan:?}");
    let records = records(desk);
    let finding = records.iter().find(|record| record["kind"] == "finding");
    finding.unwrap()["number"].as_u64().unwrap()
}

fn records(desk: &TestDir) -> Vec<serde_json::Value> {
    let shown = done(desk, "case show c -f jsonl").stdout;
    shown
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn a_case_goes_from_a_report_to_a_decision_and_holds_elsewhere() {
    let desk = desk();
    let finding = scanned(&desk, "");
    desk.file("who.txt", "Fatima B.");
    done(
        &desk,
        "case receive c --from victim --reporter who.txt --key ben",
    );
    done(
        &desk,
        &format!("case decide c {finding} confirm --why seen --seen viewed --key amina"),
    );
    let explained = done(&desk, &format!("explain {finding} --case c")).stdout;
    for part in [
        "confirmed",
        "a.png",
        "0 of 31",
        "the file itself",
        "not calibrated",
    ] {
        assert!(explained.contains(part), "{part} in {explained}");
    }
    let shown = done(&desk, "case show c").stdout;
    for part in [
        "due ",
        "finding: list",
        "files 3, findings 1, not wholly examined 1",
    ] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    done(&desk, "case sign c --key amina");
    // Elsewhere, without keys and lists.
    let head = records(&desk).last().unwrap()["previous"]
        .as_str()
        .unwrap()
        .to_owned();
    for secret in ["amina", "ben", "box", "list.txt"] {
        fs::remove_file(desk.path(secret)).unwrap();
    }
    let verified = done(
        &desk,
        &format!("verify c --opened-by amina.pub --head {head}"),
    );
    assert!(verified.stdout.contains("holds"), "{verified:?}");
    assert!(!verified.stderr.contains("warning"), "{verified:?}");
    refused(&desk, "verify c --opened-by ben.pub", "was opened by key");
    // Nobody is named in what is not sealed.
    for file in walkdir::WalkDir::new(desk.path("c")) {
        let file = file.unwrap();
        if file.file_type().is_file() {
            let bytes = fs::read(file.path()).unwrap();
            assert!(
                !bytes.windows(6).any(|part| part == b"Fatima"),
                "{:?}",
                file.path()
            );
        }
    }
}

#[test]
fn a_changed_record_is_named() {
    let desk = desk();
    scanned(&desk, "");
    let records = desk.path("c/records.jsonl");
    let text = fs::read_to_string(&records).unwrap();
    fs::write(
        &records,
        text.replacen("\"distance\":0", "\"distance\":9", 1),
    )
    .unwrap();
    refused(
        &desk,
        "case verify c",
        "has a signature that is not of its bytes",
    );
}

#[test]
fn two_persons_decide_where_the_case_asks_for_them() {
    let desk = desk();
    let finding = scanned(&desk, "--two-persons");
    let decide =
        |who: &str| format!("case decide c {finding} reject --why 'another scene' --key {who}");
    let first = done(&desk, &decide("amina"));
    assert!(first.stderr.contains("second person"), "{first:?}");
    refused(&desk, &decide("amina"), "amina decided this already");
    done(&desk, &decide("ben"));
    refused(&desk, &decide("amina"), "an appeal changes it");
    let feedback =
        fs::read_to_string(desk.path(format!("c/exports/feedback-{finding:06}.jsonl"))).unwrap();
    assert!(feedback.contains("\"opinion\":\"negative\""), "{feedback}");
    done(&desk, "verify c");
}

#[test]
fn an_exact_match_beyond_appeal_is_not_rejected() {
    let desk = desk();
    let digest = done(&desk, "hash dump/a.png --type sha256 -f sha256sum").stdout;
    let digest = digest.split(' ').next().unwrap();
    desk.file("list.txt", format!("sha256 {digest}\n"));
    let finding = scanned(&desk, "--beyond-appeal list");
    refused(
        &desk,
        &format!("case decide c {finding} reject --why no --key amina"),
        "beyond appeal",
    );
    done(
        &desk,
        &format!("case decide c {finding} escalate --why unsure --key amina"),
    );
}

#[test]
fn an_appeal_is_decided_by_another_person_and_acts() {
    let desk = desk();
    done(&desk, "store init store");
    desk.file(
        "store/sources.toml",
        "[[source]]\nlist = \"own\"\npurpose = \"tests\"\nkind = \"local\"\nat_most = \"block\"\n\
         [[source]]\nlist = \"fine\"\npurpose = \"tests\"\nkind = \"local\"\nat_most = \"log\"\nsuppresses = [\"own\"]\n",
    );
    let refreshed = run(&desk, "refresh --store store");
    assert_eq!(refreshed.code, 0, "{refreshed:?}");
    done(&desk, "add dump/a.png --list own --store store");
    fs::remove_file(desk.path("list.txt")).unwrap();
    std::os::unix::fs::symlink("store", desk.path("list.txt")).unwrap();
    let finding = scanned(&desk, "");
    let scan = "scan dump -l store";
    assert_eq!(run(&desk, scan).code, 1);
    done(
        &desk,
        &format!("case decide c {finding} confirm --why seen --key amina"),
    );
    refused(
        &desk,
        &format!("appeal c {finding} --decide overturn --why no --key ben"),
        "is no appeal",
    );
    done(
        &desk,
        &format!("appeal c {finding} --why 'my own picture' -l store --key amina"),
    );
    let overturn = format!(
        "appeal c {finding} --decide overturn --why 'is theirs' --allow-in fine --store store --key"
    );
    refused(
        &desk,
        &format!("{overturn} amina"),
        "another person decides",
    );
    done(&desk, &format!("{overturn} ben"));
    let again = run(&desk, scan);
    assert_ne!(again.code, 1, "{again:?}");
    let explained = done(&desk, &format!("explain {finding} --case c")).stdout;
    for part in [
        "rejected",
        "still matches",
        "overturned",
        "allow: fine case:",
    ] {
        assert!(explained.contains(part), "{part} in {explained}");
    }
    done(&desk, "verify c");
}

#[test]
fn what_is_sealed_is_opened_by_its_key_and_on_the_record() {
    let desk = desk();
    desk.file("who.txt", "Fatima B.");
    let finding = scanned(&desk, "--seal-paths");
    done(
        &desk,
        "case receive c --from citizen --reporter who.txt --key amina",
    );
    let explained = done(&desk, &format!("explain {finding} --case c")).stdout;
    assert!(explained.contains("path: sealed"), "{explained}");
    let last = records(&desk).len();
    let name = format!("identity-{last:06}.age");
    let opened = done(
        &desk,
        &format!("case unseal c {name} --identity box --why asked --key amina"),
    );
    assert_eq!(opened.stdout, "Fatima B.");
    assert_eq!(records(&desk).last().unwrap()["kind"], "unsealed");
    refused(
        &desk,
        "case unseal c ../who.txt --identity box --why x --key amina",
        "no record names",
    );
    done(&desk, "case keygen other --age");
    let other = format!("case unseal c {name} --identity other --why x --key amina");
    refused(&desk, &other, "not sealed to this key");
    assert_eq!(records(&desk).len(), last + 1);
    done(&desk, "verify c");
}

#[test]
fn what_is_not_there_or_not_allowed_is_refused() {
    let desk = desk();
    refused(&desk, "case note c hello --key amina", "there is no case");
    let finding = scanned(&desk, "");
    refused(&desk, "case note c hello", "no key is named");
    refused(
        &desk,
        "case decide c 9999 confirm --why seen --key amina",
        "is no finding",
    );
    refused(
        &desk,
        &format!("case decide c {finding} confirm --why ' ' --key amina"),
        "needs a reason",
    );
    refused(
        &desk,
        &format!("appeal c {finding} --why no --key ben"),
        "is not decided",
    );
    refused(&desk, "case note c hello --key list.txt", "chmod go=");
    refused(
        &desk,
        "case new c --purpose p --legal-basis l --person x --key amina",
        "not empty",
    );
    refused(&desk, "case stamp c list.txt --key amina", "time-stamp");
    refused(
        &desk,
        "scan . -l list.txt --case c --key amina",
        "would be written",
    );
    done(&desk, "case keygen carl");
    refused(
        &desk,
        "case note c hello --key carl",
        "is no key of this case",
    );
    done(&desk, "verify c");
}

#[test]
fn a_scan_that_is_killed_leaves_a_case_that_goes_on() {
    let desk = desk();
    for scene in 3..40 {
        desk.picture(format!("dump/{scene}.png"), scene);
    }
    scanned(&desk, "");
    let before = records(&desk).len();
    let path = desk.path("c/records.jsonl");
    let bytes = fs::metadata(&path).unwrap().len();
    let line = words("scan dump -l list.txt --case c --key amina");
    let line: Vec<&str> = line.iter().map(String::as_str).collect();
    let mut child = desk.command(&line).spawn().unwrap();
    // The record of its begin is on the disk before the first file is read.
    while fs::metadata(&path).unwrap().len() == bytes && child.try_wait().unwrap().is_none() {
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    done(&desk, "case note c 'the machine was cut off' --key ben");
    let verified = done(&desk, "verify c");
    assert!(records(&desk).len() > before + 1);
    let ends = records(&desk)
        .iter()
        .filter(|record| record["kind"] == "coverage")
        .count();
    let is_told = verified.stderr.contains("has no record of its end");
    // A machine that is fast enough ends the scan first.
    assert_eq!(is_told, ends == 1, "{verified:?}");
}

#[test]
fn a_full_disk_leaves_the_case_as_it_was() {
    let desk = desk();
    scanned(&desk, "");
    let before = fs::read(desk.path("c/records.jsonl")).unwrap();
    let basma = desk.command(&["case", "note", "c", "hello", "--key", "amina"]);
    let mut limited = std::process::Command::new("sh");
    // No file may grow beyond 512 bytes, which the records have.
    limited.args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\""]);
    limited.arg(basma.get_program()).args(basma.get_args());
    let refused = Outcome::of(
        limited
            .current_dir(desk.path("."))
            .env("BASMA_LANG", "en")
            .output()
            .unwrap(),
    );
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.stderr.contains("cannot write"), "{refused:?}");
    assert_eq!(fs::read(desk.path("c/records.jsonl")).unwrap(), before);
    done(&desk, "case note c hello --key amina");
    done(&desk, "verify c");
}

#[test]
fn a_second_writer_is_told_who_is_first() {
    let desk = desk();
    scanned(&desk, "");
    // The lock that a command holds while it runs.
    let lock = fs::File::options()
        .write(true)
        .open(desk.path("c/lock"))
        .unwrap();
    lock.lock().unwrap();
    let refused = run(&desk, "case note c hello --key amina");
    assert_eq!(refused.code, 4, "{refused:?}");
    assert!(
        refused.stderr.contains("the case is locked by"),
        "{refused:?}"
    );
    done(&desk, "verify c");
    drop(lock);
    done(&desk, "case note c hello --key amina");
}

#[test]
fn names_of_every_kind_reach_a_case_and_a_terminal_escaped() {
    let desk = desk();
    let name = "\u{202e}gnp.\u{200d}بصمة\u{1b}[2J é.png";
    let bytes = fs::read(desk.path("dump/a.png")).unwrap();
    fs::remove_file(desk.path("dump/a.png")).unwrap();
    desk.file(format!("dump/{name}"), bytes);
    let finding = scanned(&desk, "");
    let text = format!("{}{}", "\u{202e}\u{1b}[31m", "م".repeat(5000));
    let words = ["case", "note", "c", &text, "--key", "amina"];
    assert_eq!(desk.run(&words).code, 0);
    for line in [
        format!("explain {finding} --case c"),
        "case show c".to_owned(),
    ] {
        let shown = done(&desk, &line).stdout;
        assert!(
            !shown.contains(['\u{202e}', '\u{1b}', '\u{200d}']),
            "{shown}"
        );
    }
    done(&desk, "verify c");
}
