//! Purposes of lists, and what a person's token erases.

mod error_rates;

use std::fs;

use crate::test_dir::{Outcome, TestDir};

fn done(desk: &TestDir, line: &str, code: i32) -> Outcome {
    let words: Vec<&str> = line.split_whitespace().collect();
    let outcome = desk.run(&words);
    assert_eq!(outcome.code, code, "{line}: {outcome:?}");
    outcome
}

fn refused(desk: &TestDir, line: &str, why: &str) {
    let outcome = done(desk, line, 2);
    assert!(outcome.stderr.contains(why), "{line}: {outcome:?}");
}

/// A store with lists of the institution's own, on these terms.
fn store(desk: &TestDir, lists: &[(&str, &str)], rules: &str) {
    done(desk, "store init store --quiet", 0);
    let lists = lists.iter().map(|(list, more)| {
        format!("[[source]]\nlist = {list:?}\npurpose = \"tests\"\nkind = \"local\"\nat_most = \"review\"\n{more}\n")
    });
    desk.file("store/sources.toml", lists.collect::<String>() + rules);
    done(desk, "refresh --store store --quiet", 0);
}

/// The conditions that a scan states in its last line.
fn conditions(outcome: &Outcome) -> serde_json::Value {
    let last = outcome.stdout.lines().next_back().unwrap();
    let summary: serde_json::Value = serde_json::from_str(last).unwrap();
    summary["summary"]["conditions"].clone()
}

#[test]
fn a_list_is_refused_for_what_it_is_not_for() {
    let desk = TestDir::new();
    let terms = "uses = [\"child-abuse\"]\nprotects = \"children\"\nlegal_basis = \"law 7\"";
    let rule = "[[rule]]\nregion = \"eu\"\npurpose = \"child-abuse\"\nallow = false\nreason = \"it lapsed\"\n";
    store(&desk, &[("own", terms)], rule);
    desk.picture("dump/a.png", 1);
    done(&desk, "add dump/a.png --store store --quiet", 0);
    let scan = "scan dump --list store --format jsonl";
    refused(&desk, scan, "state the purpose");
    refused(
        &desk,
        &format!("{scan} --purpose copyright --region uk"),
        "not for copyright",
    );
    refused(
        &desk,
        &format!("{scan} --purpose child-abuse"),
        "state the region",
    );
    refused(
        &desk,
        &format!("{scan} --purpose child-abuse --region eu"),
        "it lapsed",
    );
    refused(
        &desk,
        &format!("{scan} --purpose Child_Abuse"),
        "names no purpose",
    );
    let scanned = done(
        &desk,
        &format!("{scan} --purpose child-abuse --region uk"),
        1,
    );
    let stated = conditions(&scanned);
    assert_eq!(
        (&stated["purpose"], &stated["region"]),
        (&"child-abuse".into(), &"uk".into())
    );
    let list = &stated["lists"][0];
    assert_eq!(
        (&list["protects"], &list["legal_basis"]),
        (&"children".into(), &"law 7".into())
    );
    // The same of each command that looks up, and of one that answers by its code alone.
    for line in [
        "lookup pdq:00 --list store",
        "scan --script dump/a.png --list store",
        "compare store dump --purpose copyright --region uk",
    ] {
        done(&desk, line, 2);
    }
}

/// A compiled list may be used for no more than its text.
#[test]
fn a_compiled_list_keeps_what_it_is_for() {
    let desk = TestDir::new();
    desk.picture("dump/a.png", 1);
    let hash = crate::test_dir::hash_of(1);
    let head =
        r#"{"v":1,"manifest":{"list":"limited","uses":["child-abuse"],"protects":"children"}}"#;
    let entry = format!("{{\"v\":1,\"op\":\"add\",\"type\":\"pdq\",\"hash\":\"{hash}\"}}");
    desk.file("limited.jsonl", format!("{head}\n{entry}\n"));
    desk.list("plain.txt", &[2]);
    done(&desk, "build limited.jsonl -o limited.basma", 0);
    for list in ["limited.jsonl", "limited.basma"] {
        refused(&desk, &format!("scan dump -l {list}"), "state the purpose");
        let other = format!("scan dump -l {list} --purpose copyright");
        refused(&desk, &other, "not for copyright");
        refused(
            &desk,
            &format!("lookup pdq:{hash} -l {list}"),
            "state the purpose",
        );
        let line = format!("scan dump -l {list} -f jsonl --purpose child-abuse");
        let stated = conditions(&done(&desk, &line, 1));
        assert_eq!(stated["lists"][0]["uses"][0], "child-abuse", "{stated}");
        assert_eq!(stated["lists"][0]["protects"], "children", "{stated}");
        // What it becomes in another form does not hide it.
        let converted = done(&desk, &format!("convert {list} --to jsonl"), 0);
        assert!(converted.stderr.contains("limited"), "{converted:?}");
        let both = format!("convert {list} plain.txt --to jsonl");
        refused(&desk, &both, "never merged");
    }
    let inspected = done(&desk, "inspect limited.basma", 0);
    assert!(inspected.stdout.contains("child-abuse"), "{inspected:?}");
}

/// A refusal is a line of the output, a line of the report, and a record of the case.
#[test]
fn a_refused_purpose_is_on_the_record() {
    let desk = TestDir::new();
    let terms = "uses = [\"child-abuse\"]\nprotects = \"children\"\nlegal_basis = \"law 7\"";
    store(&desk, &[("own", terms)], "");
    desk.picture("dump/a.png", 1);
    done(&desk, "add dump/a.png --store store --quiet", 0);
    done(&desk, "case keygen amina", 0);
    done(
        &desk,
        "case new c --purpose tests --legal-basis law --person amina --key amina",
        0,
    );
    let asked = "--purpose copyright --region uk --legal-basis article";
    let line = format!("scan dump -l store -f jsonl -o out.jsonl {asked} --case c --key amina");
    refused(&desk, &line, "not for copyright");
    let text = fs::read_to_string(desk.path("out.jsonl")).unwrap();
    assert_eq!(text.lines().count(), 1, "{text}");
    let said: serde_json::Value = serde_json::from_str(&text).unwrap();
    let of_line = &said["refused"];
    for (name, value) in [
        ("code", "use-foreign"),
        ("list", "own"),
        ("list_uses", "child-abuse"),
        ("purpose", "copyright"),
        ("region", "uk"),
        ("legal_basis", "article"),
    ] {
        assert_eq!(of_line[name], value, "{text}");
    }
    assert!(
        said["summary"].is_null(),
        "no counts of what was not done: {text}"
    );
    let records = fs::read_to_string(desk.path("c/records.jsonl")).unwrap();
    let last: serde_json::Value = serde_json::from_str(records.lines().last().unwrap()).unwrap();
    assert_eq!(last["kind"], "refused");
    assert_eq!(last["body"], *of_line);
    done(&desk, "verify c", 0);
    let shown = done(&desk, "case show c", 0);
    assert!(shown.stdout.contains("not for copyright"), "{shown:?}");
    done(
        &desk,
        "case export c --as html --output case.html --key amina",
        0,
    );
    let page = fs::read_to_string(desk.path("case.html")).unwrap();
    assert!(page.contains("not for copyright") && page.contains("sert à"));
    // The page of the output says so, and counts nothing as looked through.
    let report = done(&desk, "report out.jsonl", 0);
    assert!(report.stdout.contains("not for copyright"), "{report:?}");
    // What cannot be recorded is an error of its own.
    let line = format!("scan dump -l store -f jsonl {asked} --case nowhere --key amina");
    let outcome = desk.run(&line.split(' ').collect::<Vec<_>>());
    assert_eq!(outcome.code, 2, "{outcome:?}");
    assert!(outcome.stderr.contains("not for copyright"), "{outcome:?}");
    assert!(outcome.stderr.contains("nowhere"), "{outcome:?}");
    // The others that look up say the same.
    let looked_up = desk.run(&["lookup", "pdq:00", "-l", "store", "-f", "jsonl"]);
    assert!(looked_up.stdout.contains("use-unstated"), "{looked_up:?}");
}

#[test]
fn lists_for_children_and_for_adults_are_never_merged() {
    let desk = TestDir::new();
    let list = |name: &str, protects: &str| {
        let hash = super::test_dir::hash_of(1);
        desk.file(
            name,
            format!(
                "{{\"v\":1,\"manifest\":{{\"list\":\"{name}\",\"protects\":\"{protects}\"}}}}\n{{\"v\":1,\"op\":\"add\",\"type\":\"pdq\",\"hash\":\"{hash}\"}}\n"
            ),
        );
    };
    list("a.jsonl", "children");
    list("b.jsonl", "adults");
    list("c.jsonl", "adults");
    let why = "never merged";
    refused(&desk, "build a.jsonl b.jsonl --output x.basma", why);
    assert!(!desk.path("x.basma").exists());
    refused(
        &desk,
        "convert a.jsonl b.jsonl --to csv --output x.csv",
        why,
    );
    assert!(!desk.path("x.csv").exists());
    done(&desk, "build b.jsonl c.jsonl --output y.basma --quiet", 0);
    store(
        &desk,
        &[
            ("own", "protects = \"children\""),
            ("others", "protects = \"adults\""),
        ],
        "",
    );
    refused(&desk, "convert store --to csv --output z.csv", why);
}

#[test]
fn a_token_erases_its_entry_and_nothing_else() {
    let desk = TestDir::new();
    store(&desk, &[("own", "")], "");
    desk.picture("a.png", 1);
    desk.picture("b.png", 2);
    let token = done(
        &desk,
        "add a.png --store store --id r-1 --withdrawable --quiet",
        0,
    )
    .stdout;
    assert_eq!(token.trim().len(), 64);
    done(&desk, "add b.png --store store --id r-2 --quiet", 0);
    desk.picture("dump/a.png", 1);
    desk.picture("dump/b.png", 2);
    done(&desk, "scan dump/a.png --list store --quiet", 1);
    // A copy that is not the same file, and a cache that knows all of them.
    let copy = image::open(desk.path("a.png")).unwrap();
    copy.resize_exact(300, 200, image::imageops::FilterType::Triangle)
        .save(desk.path("dump/near.png"))
        .unwrap();
    // Files younger than a tick of the clock are not remembered.
    std::thread::sleep(std::time::Duration::from_millis(60));
    done(&desk, "scan dump --list store --quiet --cache cache", 1);
    let remembered = |desk: &TestDir| {
        let told = done(desk, "rematch --cache cache --list store --format jsonl", 1);
        let last = told.objects().pop().unwrap();
        last["summary"]["remembered"].as_u64().unwrap()
    };
    assert_eq!(remembered(&desk), 3);
    // The queue of the review holds a case about it, and one about another.
    let hash = super::test_dir::hash_of(1);
    let case = |name: &str, hash: &str| {
        format!(
            "{{\"v\":1,\"case\":\"{name}\",\"seen\":{{\"at\":1,\"finding\":{{\"matches\":[{{\"hash\":\"{hash}\"}}]}}}}}}\n"
        )
    };
    let queue = case("c1", &hash.to_string()) + &case("c2", "00");
    desk.file("store/service/review.jsonl", queue);
    refused(
        &desk,
        "withdraw --token 12 --store store",
        "64 hexadecimal digits",
    );
    let line = [
        "withdraw", "--token", "-", "--store", "store", "--log", "cache",
    ];
    let erased = desk.feed(&line, &token);
    assert_eq!(erased.code, 0, "{erased:?}");
    assert!(!erased.stderr.contains(token.trim()));
    let queue = fs::read_to_string(desk.path("store/service/review.jsonl")).unwrap();
    assert_eq!(queue, case("c2", "00"));
    done(&desk, "scan dump/a.png --list store --quiet", 0);
    done(&desk, "scan dump/b.png --list store --quiet", 1);
    // The cache remembers the other file, and neither the picture nor what is near it.
    assert_eq!(remembered(&desk), 1);
    done(&desk, "scan dump --list store --quiet --cache cache", 1);
    let again = desk.feed(&line, &token);
    assert_eq!(again.code, 2, "{again:?}");
    let audit = done(&desk, "audit --store store", 0).stdout;
    assert!(!audit.contains(&hash.to_string()), "{audit}");
}

#[test]
fn what_is_old_goes_and_a_statement_says_so() {
    let desk = TestDir::new();
    desk.picture("dump/a.png", 1);
    desk.list("list.txt", &[1]);
    done(&desk, "case keygen key --quiet", 0);
    done(
        &desk,
        "case new c --purpose tests --legal-basis none --person ana --key key --quiet",
        0,
    );
    done(
        &desk,
        "scan dump --list list.txt --case c --key key --cache cache --quiet",
        1,
    );
    done(
        &desk,
        "rematch --cache cache --list list.txt --case c --key key --quiet",
        1,
    );
    let verified = done(&desk, "case verify c", 0);
    assert!(
        verified.stderr.contains("holds") || verified.stdout.contains("holds"),
        "{verified:?}"
    );
    done(
        &desk,
        "purge --older-than 1h --case c --log cache --key key --quiet",
        0,
    );
    assert!(desk.path("cache").exists());
    assert!(desk.path("c/details").read_dir().unwrap().count() > 0);
    let old = fs::File::options()
        .append(true)
        .open(desk.path("cache"))
        .unwrap();
    let hours = std::time::Duration::from_secs(3 * 3600);
    old.set_modified(std::time::SystemTime::now() - hours)
        .unwrap();
    drop(old);
    let purged = done(
        &desk,
        "purge --older-than 2h --log cache --key key --quiet",
        0,
    )
    .stdout;
    assert!(
        purged.contains("\"schema\":\"basma-deletion/1\""),
        "{purged}"
    );
    assert!(!desk.path("cache").exists());
    // What is no log of a scan is left alone.
    refused(
        &desk,
        "purge --older-than 1h --log list.txt",
        "no journal and no cache",
    );
    assert!(desk.path("list.txt").exists());
    let figures = done(&desk, "figures c --format csv", 0).stdout;
    assert!(figures.starts_with("list,entry,matches,"), "{figures}");
    assert!(figures.contains("list,,2,0,0,0,0,false"), "{figures}");
    refused(&desk, "figures c --month 2026-13", "a month");
    let pack = done(&desk, "review-pack c --key key --quiet", 0).stdout;
    assert!(pack.contains("\"schema\":\"basma-review/1\""), "{pack}");
}

/// A list past its end matches nothing, and every output says so.
#[test]
fn an_expired_list_matches_nothing_and_the_summary_says_so() {
    let desk = TestDir::new();
    store(&desk, &[("own", "")], "");
    desk.picture("dump/a.png", 1);
    done(&desk, "add dump/a.png --store store --quiet", 0);
    done(&desk, "case keygen amina --quiet", 0);
    let new = "case new c --purpose tests --legal-basis law --person amina --key amina";
    done(&desk, new, 0);
    let scan = "scan dump -l store -f jsonl";
    let list = conditions(&done(&desk, scan, 1))["lists"][0].clone();
    assert!(
        list["expires"].is_null() && list["expired"].is_null(),
        "{list}"
    );
    let ends = |time: &str| {
        let text = fs::read_to_string(desk.path("store/sources.toml")).unwrap();
        let kept = text.split("expires").next().unwrap();
        desk.file("store/sources.toml", format!("{kept}expires = {time:?}\n"));
        done(&desk, "refresh --store store --quiet", 0);
    };
    ends("2100-01-01");
    let list = conditions(&done(&desk, scan, 1))["lists"][0].clone();
    assert_eq!(list["expires"], "2100-01-01T00:00:00Z");
    assert!(list["expired"].is_null(), "{list}");
    let status = done(&desk, "status --store store", 0).stdout;
    assert!(status.contains("may be used until 2100"), "{status}");
    ends("2020-01-01T00:00:00Z");
    let scanned = done(
        &desk,
        &format!("{scan} -o out.jsonl --case c --key amina"),
        0,
    );
    assert!(
        scanned.stderr.contains("list own expired on 2020"),
        "{scanned:?}"
    );
    let text = fs::read_to_string(desk.path("out.jsonl")).unwrap();
    let last: serde_json::Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert_eq!(last["summary"]["conditions"]["lists"][0]["expired"], true);
    let told = done(&desk, "scan dump -l store", 0).stderr;
    assert!(told.contains("matched nothing: own"), "{told}");
    let report = done(&desk, "report out.jsonl", 0).stdout;
    assert!(report.contains("expired: it matched nothing"), "{report}");
    let status = done(&desk, "status --store store", 3).stdout;
    assert!(status.contains("EXPIRED on 2020"), "{status}");
    let records = fs::read_to_string(desk.path("c/records.jsonl")).unwrap();
    assert!(
        records.contains("\"expires\":\"2020-01-01T00:00:00Z\""),
        "{records}"
    );
    done(&desk, "verify c", 0);
    done(
        &desk,
        "case export c --as html --output c.html --key amina",
        0,
    );
    let page = fs::read_to_string(desk.path("c.html")).unwrap();
    assert!(page.contains("Expires"), "the papers say it");
}

/// A paper is a file of its own, which may have been handed on: people are told of it.
#[test]
fn a_withdrawal_tells_of_papers_that_were_made_before() {
    let desk = TestDir::new();
    store(&desk, &[("own", "")], "");
    desk.picture("dump/a.png", 1);
    let add = "add dump/a.png --store store --id r-1 --withdrawable --quiet";
    let token = done(&desk, add, 0).stdout;
    done(&desk, "case keygen amina --quiet", 0);
    for case in ["with", "without"] {
        let new =
            format!("case new {case} --purpose tests --legal-basis law --person amina --key amina");
        done(&desk, &new, 0);
        let scan = format!("scan dump -l store --quiet --case {case} --key amina");
        done(&desk, &scan, 1);
    }
    done(&desk, "case export with --as csv --key amina", 0);
    let line = format!(
        "withdraw --token {} --store store --case with --case without --key amina",
        token.trim()
    );
    let told = done(&desk, &line, 0).stderr;
    assert_eq!(
        told.matches("may hold it still: 1 in with/exports").count(),
        1,
        "{told}"
    );
    assert!(!told.contains("without/exports"), "{told}");
    done(&desk, "verify with", 0);
}
