use basma::Matcher;
use basma::hash::{FrameHash, Hash, HashType, Pdq};
use basma::list::{Entry, List, Source};
use basma::store::{Kind, OnFailure, Terms};

use super::*;

const LISTED: Pdq = Pdq([0x0f; 32]);

fn terms(at_most: MaxAction, fail: Option<OnFailure>) -> Terms {
    let mut terms = Terms::new("demo", "tests", Kind::Local, at_most);
    terms.fail = fail;
    terms
}

/// The finding of a picture with this hash, and with a status of its own where it does not match.
fn finding(hash: Pdq, status: Option<(Status, Reason)>) -> Finding {
    let list = List::new(
        Source::new("demo", "tests", "rows"),
        vec![Entry::new(LISTED.into(), 1)],
    );
    let matcher = Matcher::of_lists([list]).unwrap();
    let frames = vec![FrameHash::new(hash.into(), 100)];
    let mut finding = Finding::of_frames("file", frames, &matcher).unwrap();
    if let Some((status, reason)) = status {
        finding.reason = Some(reason.into());
        if finding.matches.is_empty() {
            finding.status = status;
        }
    }
    finding
}

fn verdict(findings: &[Finding]) -> Verdict {
    let mut judgement = Judgement::default();
    findings.iter().for_each(|finding| judgement.add(finding));
    judgement.verdict()
}

fn other() -> Finding {
    finding(Pdq([0xf0; 32]), None)
}

fn with_gap(status: Status, reason: Reason) -> Finding {
    finding(Pdq([0xf0; 32]), Some((status, reason)))
}

/// A match with a bound on what follows, as lists of a store have.
fn matched(at_most: MaxAction) -> Finding {
    let mut finding = finding(LISTED, None);
    finding.matches[0].at_most = Some(at_most);
    finding
}

#[test]
fn what_was_not_examined_is_never_no_match() {
    assert_eq!(verdict(&[other()]), Verdict::NoMatch);
    let flat = Reason::PictureTooFlat {
        quality: 3,
        needed: 50,
    };
    for (status, reason) in [
        (Status::Unsupported, Reason::FormatUnknown),
        (Status::Damaged, Reason::PictureCut),
        (Status::OverLimit, Reason::FramesCapped { frames: 9 }),
        (Status::LowQuality, flat.clone()),
        // Not all of it was there, and it is no gap of its own.
        (Status::NoMatch, Reason::PictureCut),
    ] {
        let code = reason.code().name();
        let gap = with_gap(status, reason);
        assert_eq!(
            verdict(std::slice::from_ref(&gap)),
            Verdict::NotExamined(code)
        );
        assert_eq!(verdict(&[other(), gap.clone()]), Verdict::NotExamined(code));
        assert_eq!(verdict(&[gap, other()]), Verdict::NotExamined(code));
    }
    let mut sparse = other();
    sparse.flags.push(Flag::Sparse);
    assert!(matches!(verdict(&[sparse]), Verdict::NotExamined(_)));
    // The graver of two reasons is told, whichever is first.
    let both = [
        with_gap(Status::LowQuality, flat),
        with_gap(Status::Damaged, Reason::PictureCut),
    ];
    let cut = Verdict::NotExamined(ReasonCode::PictureCut.name());
    assert_eq!(verdict(&both), cut);
    let [flat, damaged] = both;
    assert_eq!(verdict(&[damaged, flat]), cut);
    // A link in an archive has no content.
    let link = with_gap(Status::Skipped, Reason::MemberDevice);
    assert_eq!(verdict(&[link]), Verdict::NoMatch);
}

#[test]
fn the_match_that_leads_to_most_counts() {
    let name = |findings: &[Finding]| verdict(findings).name();
    assert_eq!(name(&[matched(MaxAction::Log)]), "log");
    assert_eq!(
        name(&[matched(MaxAction::Log), matched(MaxAction::Review)]),
        "review"
    );
    assert_eq!(
        name(&[matched(MaxAction::Block), matched(MaxAction::Review)]),
        "block"
    );
    // What contributors disagree about needs a person.
    let mut disputed = matched(MaxAction::Block);
    disputed.matches[0].opinion = Opinion::Disputed;
    assert_eq!(name(&[disputed]), "review");
    // A list on its own has no terms.
    assert_eq!(name(&[finding(LISTED, None)]), "block");
    let part = finding(LISTED, Some((Status::Damaged, Reason::PictureCut)));
    assert_eq!(verdict(&[part]).unknown(), Some("picture-cut"));
}

#[test]
fn one_list_that_fails_closed_keeps_out_what_was_not_checked() {
    use MaxAction::{Block, Log, Review};
    use OnFailure::{Closed, Open};
    let unknown = [
        Verdict::NotExamined("picture-cut"),
        Verdict::NotChecked(Unchecked::Deadline),
    ];
    for (terms, outcome) in [
        (vec![terms(Block, None)], Outcome::Unchecked),
        (vec![terms(Review, None)], Outcome::Passes),
        (vec![terms(Log, None)], Outcome::Passes),
        (vec![terms(Block, Some(Open))], Outcome::Passes),
        (vec![terms(Log, Some(Closed))], Outcome::Unchecked),
        (
            vec![terms(Log, None), terms(Block, None)],
            Outcome::Unchecked,
        ),
        (vec![], Outcome::Unchecked),
    ] {
        let policy = Policy::new(Block, &terms);
        for verdict in &unknown {
            assert_eq!(policy.outcome(verdict), outcome, "{terms:?}");
        }
        assert_eq!(policy.outcome(&Verdict::NoMatch), Outcome::Passes);
        assert_eq!(policy.outcome(&Verdict::Lead), Outcome::Passes);
    }
}

#[test]
fn a_match_is_refused_from_the_action_on_that_the_operator_names() {
    use MaxAction::{Block, Log, Review};
    let open = [terms(Log, None)];
    for (refuse, action, outcome) in [
        (Block, Block, Outcome::Refused),
        (Block, Review, Outcome::Passes),
        (Review, Review, Outcome::Refused),
        (Review, Log, Outcome::Passes),
    ] {
        let verdict = verdict(&[matched(action)]);
        assert_eq!(Policy::new(refuse, &open).outcome(&verdict), outcome);
    }
    // What passes because of its match may hold more that nobody saw.
    let mut cut = matched(Review);
    cut.reason = Some(Reason::PictureCut.into());
    let closed = Policy::new(Block, &[terms(Block, None)]);
    assert_eq!(closed.outcome(&verdict(&[cut])), Outcome::Unchecked);
    assert_eq!(
        closed.outcome(&verdict(&[matched(Review)])),
        Outcome::Passes
    );
}

#[test]
fn empty_lists_are_told_from_lists_that_cannot_be_read() {
    let md5 = Hash::parse(HashType::Md5, &"0f".repeat(16)).unwrap();
    let list = List::new(
        Source::new("demo", "tests", "rows"),
        vec![Entry::new(md5, 1)],
    );
    let empty = List::new(Source::new("demo", "tests", "rows"), Vec::new());
    for (list, expected) in [(list, None), (empty, Some(Unchecked::ListsEmpty))] {
        let scan = basma::scan::Scan::new(Matcher::of_lists([list]).unwrap());
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a"), "a").unwrap();
        let ran = scan.run([folder.path()], |_| std::ops::ControlFlow::Continue(()));
        assert_eq!(ran.err().map(|error| Unchecked::from(&error)), expected);
    }
}
