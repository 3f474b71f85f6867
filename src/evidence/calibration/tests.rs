use super::*;
use crate::hash::{Hash, HashType};
use crate::hasher::Stratum;
use crate::list::{Entry, List, ReadOptions, Source};
use crate::matcher::{Lists, Match, Matcher, Policy, Tier};
use crate::report::UsedList;
use crate::scan::{Finding, Status};

fn digest(number: u8) -> Hash {
    Hash::new(HashType::Sha256, &[number; 32]).unwrap()
}

/// A match of each kind stands for a list and a tier.
fn matched(list: &str, tier: Tier) -> Match {
    let entry = Entry::new(digest(1), 1);
    let list = List::new(Source::new(list, "tests", "rows"), vec![entry]);
    let matcher = Matcher::of_lists([list]).unwrap();
    let mut found = matcher.lookup(&digest(1)).unwrap().matches.remove(0);
    found.tier = tier;
    found
}

fn finding(number: u8, stratum: Option<Stratum>, matches: &[(&str, Tier)]) -> Finding {
    let status = if matches.is_empty() {
        Status::NoMatch
    } else {
        Status::Matched
    };
    let mut finding = Finding::new("file", status);
    finding.digests = vec![digest(number)];
    finding.stratum = stratum;
    finding.matches = matches
        .iter()
        .map(|(list, tier)| matched(list, *tier))
        .collect();
    finding
}

fn conditions() -> Conditions {
    let lists = Lists::open(
        [concat!(env!("CARGO_MANIFEST_DIR"), "/hashsets/demo.csv")],
        &ReadOptions::default(),
    );
    Conditions::of_lists(&lists.unwrap())
        .unwrap()
        .with_rules(&[HashType::Pdq], &Policy::default())
}

fn calibration(findings: &[Finding]) -> Result<Calibration> {
    let mut counter = Counter::new(&std::env::temp_dir());
    findings
        .iter()
        .try_for_each(|finding| counter.add(finding))?;
    Calibration::new(
        counter,
        &conditions(),
        "holiday pictures",
        "2026-11-29T12:00:00Z".to_owned(),
    )
}

#[test]
fn different_files_are_counted_by_stratum_list_and_best_tier() {
    use Stratum::{Document, Photograph};
    use Tier::{Lead, Near};
    let mut cut = finding(9, Some(Photograph), &[]);
    cut.status = Status::Damaged;
    let calibration = calibration(&[
        finding(1, Some(Photograph), &[]),
        finding(2, Some(Photograph), &[("demo", Lead), ("demo", Near)]),
        // The same bytes, found elsewhere.
        finding(2, Some(Photograph), &[("demo", Near), ("demo", Lead)]),
        finding(3, Some(Document), &[("demo", Lead)]),
        finding(4, Some(Document), &[("another", Near)]),
        finding(5, None, &[]),
        cut,
    ])
    .unwrap();
    let corpus = &calibration.corpus;
    assert_eq!(
        (corpus.discovered, corpus.files, corpus.repeated),
        (7, 5, 1)
    );
    assert_eq!(
        corpus.not_examined,
        BTreeMap::from([("damaged".to_owned(), 1)])
    );
    let list = calibration.list("demo").unwrap();
    let row = |name: &str| list.strata.iter().find(|row| row.stratum == name).unwrap();
    let counts = |name: &str| {
        let row = row(name);
        let of = |tier: Tier| row.tiers[tier.name()].count;
        (row.files, row.matched.count, of(Near), of(Lead))
    };
    assert_eq!(counts("all"), (4, 2, 1, 1));
    assert_eq!(counts("photograph"), (2, 1, 1, 0));
    assert_eq!(counts("document"), (2, 1, 0, 1));
    assert_eq!(counts("other"), (1, 0, 0, 0));
    assert_eq!(row("all").matched, Rate::of(2, 4));
}

#[test]
fn a_text_is_read_back_and_any_change_of_a_count_is_noticed() {
    let calibration = calibration(&[finding(1, Some(Stratum::Dark), &[])]).unwrap();
    let text = calibration.text(None).unwrap();
    let read = Calibration::parse(text.as_bytes()).unwrap();
    assert_eq!(read, (calibration, None));
    for (was, is) in [
        ("\"count\":0", "\"count\":1"),
        ("\"files\":1", "\"files\":2"),
        ("\"discovered\":1", "\"discovered\":2"),
        ("\"high_ppb\":9", "\"high_ppb\":8"),
        ("basma-calibration/1", "basma-calibration/2"),
        ("{\"body", "{ \"body"),
    ] {
        let changed = text.replacen(was, is, 1);
        assert_ne!(changed, text, "{was}");
        assert!(Calibration::parse(changed.as_bytes()).is_err(), "{was}");
    }
}

#[test]
fn nothing_is_said_of_a_corpus_without_pictures() {
    assert!(calibration(&[finding(1, None, &[])]).is_err());
    let without = finding(1, None, &[]);
    let without = Finding {
        digests: Vec::new(),
        ..without
    };
    assert!(calibration(&[without]).is_err());
    assert!(calibration(&[]).is_err());
}

#[test]
fn a_figure_holds_for_the_list_and_the_rules_that_it_was_counted_with() {
    let calibration = calibration(&[finding(1, Some(Stratum::Photograph), &[])]).unwrap();
    let status = |change: &dyn Fn(&mut Conditions)| {
        let mut conditions = conditions();
        change(&mut conditions);
        calibration.quote("digest", Some("key"), &mut conditions);
        conditions.lists[0].calibration.clone().unwrap()
    };
    let quoted = status(&|_| {});
    assert_eq!(quoted.state, "calibrated");
    assert_eq!((quoted.files, quoted.matched), (Some(1), Some(0)));
    assert_eq!(quoted.high_ppb, Some(975_000_001));
    assert_eq!(quoted.signed_by.as_deref(), Some("key"));
    let other = |change: &dyn Fn(&mut Conditions)| {
        let quote = status(change);
        assert_eq!((quote.files, quote.high_ppb), (None, None));
        quote.state
    };
    assert_eq!(
        other(&|c| c.lists[0].list = "own".to_owned()),
        "list-not-calibrated"
    );
    assert_eq!(
        other(&|c| c.lists[0].sha256 = Some("0".repeat(64))),
        "list-differs"
    );
    assert_eq!(other(&|c| c.lists[0].sha256 = None), "list-differs");
    assert_eq!(
        other(&|c| *c.radii.get_mut("pdq").unwrap() = 40),
        "rules-differ"
    );
    assert_eq!(other(&|c| c.views = Some("all".into())), "rules-differ");
    assert_eq!(other(&|c| c.lists[0].min_quality = Some(3)), "rules-differ");
    assert!(UsedList::default().content().is_none());
}
