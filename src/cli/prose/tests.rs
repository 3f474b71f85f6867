//! Every message, in every language, with numbers of every plural.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use basma::error::{
    Action, AuditDamage, AuthorityFault, Awaited, CaseProblem, ConnectionFault, DecisionsDamage,
    FetchProblem, IndexDamage, LengthFault, LockHolder, PageFault, Problem, ProtocolFault,
    RangeFault, Reason, ReasonCode, RecordFault, RedirectFault, SecretProblem, SignatureProblem,
    StatusMeaning, UrlFault,
};
use basma::hash::{AreaKind, Rendering, Turn};
use basma::hasher::Stratum;
use basma::index::StructureReason;
use basma::scan::{Examination, Status};
use basma::store::{GuardFinding, Kind, MaxAction, SourceWarning, Unchecked};

use super::*;
use crate::cli::lists::HINTED;

const LANGUAGES: [Language; 3] = [Language::En, Language::Fr, Language::Ar];

/// One for each plural of Arabic, which has the most.
const NUMBERS: [u64; 6] = [0, 1, 2, 3, 11, 100];

/// The variables of each message, by its id.
fn messages(file: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut id = String::new();
    for line in file.lines().filter(|line| !line.starts_with('#')) {
        if let Some((name, _)) = line.split_once(" = ")
            && line.starts_with(|c: char| c.is_ascii_lowercase())
        {
            id = name.to_owned();
            found.insert(id.clone(), BTreeSet::new());
        }
        let variables = line.split('$').skip(1).map(|rest| {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
            rest[..end.unwrap_or(rest.len())].to_owned()
        });
        if let Some(of_message) = found.get_mut(&id) {
            of_message.extend(variables);
        }
    }
    found
}

fn all(language: Language) -> BTreeMap<String, BTreeSet<String>> {
    language.files().iter().flat_map(|f| messages(f)).collect()
}

/// What stands in the code of the command, tests left out.
fn code() -> String {
    fn read(path: &Path, all: &mut String) {
        for entry in fs::read_dir(path).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read(&path, all);
            } else if path.extension().is_some_and(|end| end == "rs") && !path.ends_with("tests.rs")
            {
                *all += &fs::read_to_string(&path).unwrap();
            }
        }
    }
    let mut all = String::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut all);
    all
}

/// A family of kinds: its name, and each code with the names of its values.
type Family = (
    &'static str,
    &'static [(&'static str, &'static [&'static str])],
);

macro_rules! families {
    ($( $kind:ident )+) => { &[$( ($kind::FAMILY, $kind::CODES) ),+] };
}

/// Every family of kinds of the library.
const KINDS: &[Family] = families! {
    Action AuditDamage AuthorityFault Awaited CaseProblem ConnectionFault DecisionsDamage FetchProblem
    GuardFinding IndexDamage LengthFault LockHolder PageFault Problem ProtocolFault RangeFault RecordFault
    RedirectFault SecretProblem SignatureProblem SourceWarning StatusMeaning StructureReason Unchecked UrlFault
};

/// A table of kinds that these tests leave out would not be translated.
#[test]
fn every_table_of_kinds_is_tested_here() {
    let code = code();
    let tables = code.split("kinds! {\n").skip(1);
    let named = tables.filter_map(|rest| {
        let line = rest
            .lines()
            .map(str::trim)
            .find(|line| line.ends_with('{'))?;
        let (_, family) = line.split_once(" in \"")?;
        Some(family.trim_end_matches("\" {").to_owned())
    });
    let named: BTreeSet<String> = named.collect();
    let tested: BTreeSet<String> = KINDS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(named, tested);
    assert_eq!(tested.len(), KINDS.len(), "two tables are of one family");
}

/// The families of messages whose ids are made of a name, with every name.
fn families() -> Vec<String> {
    let statuses = Status::ALL.iter().flat_map(|status| {
        let name = status.name();
        [format!("status-{name}"), format!("count-{name}")]
    });
    let turns = Turn::ALL.map(|turn| format!("turn-{}", turn.name()));
    let renderings = Rendering::ALL.map(|r| format!("rendering-{}", r.name()));
    let parts = AreaKind::ALL.into_iter().filter(|kind| !kind.is_whole());
    let parts = parts.map(|kind| format!("area-{}", kind.name()));
    let reasons = ReasonCode::ALL.iter().map(|code| format!("reason-{code}"));
    let mut ids: Vec<String> = statuses
        .chain(turns)
        .chain(renderings)
        .chain(parts)
        .chain(reasons)
        .chain(MaxAction::ALL.map(|act| format!("act-{}", act.name())))
        .chain(Kind::ALL.map(|kind| format!("list-kind-{}", kind.name())))
        .chain(Stratum::ALL.map(|stratum| format!("stratum-{}", stratum.name())))
        .chain(["stratum-all", "stratum-other"].map(str::to_owned))
        .chain(HINTED.map(|code| format!("hint-{code}")))
        .chain(crate::cli::hints::IDS.map(str::to_owned))
        .chain(Examination::ALL.map(|how| format!("looked-{}", how.name())))
        .collect();
    for (family, codes) in KINDS {
        ids.extend(codes.iter().map(|(code, _)| format!("{family}-{code}")));
    }
    ids.extend(help::tests::ids());
    #[cfg(feature = "serve")]
    ids.extend(crate::serve::review_messages());
    // Messages that the library names whole.
    let of_library = [
        "error-",
        "system-",
        "reason-of-",
        "reason-both",
        "reason-repeated",
    ];
    for text in code().split('"') {
        let is_id = text.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
        let is_whole = is_id && !text.ends_with('-');
        if is_whole && of_library.iter().any(|prefix| text.starts_with(prefix)) {
            ids.push(text.to_owned());
        }
    }
    for rest in code().split('"').filter(|text| text.len() == 4) {
        if rest.starts_with(['E', 'W']) && rest[1..].bytes().all(|b| b.is_ascii_digit()) {
            ids.push(format!("line-{rest}"));
        }
    }
    ids
}

#[test]
fn every_language_says_the_same_things_with_the_same_values() {
    let (english, french, arabic) = (all(Language::En), all(Language::Fr), all(Language::Ar));
    assert!(french.len() > 400);
    assert_eq!(french, arabic);
    for (id, variables) in &english {
        assert_eq!(french.get(id), Some(variables), "{id}");
    }
    // What English leaves out stands in the library.
    for id in french.keys().filter(|id| !english.contains_key(*id)) {
        let of_library = [
            "reason-",
            "error-",
            "system-",
            "about",
            "help-",
            "heading-",
            "usage",
            "value-",
            "line-",
            "list-conflict",
            "list-shared-id",
            "list-format-",
            "guard-violation",
        ];
        let is_of_kind = KINDS.iter().any(|(family, codes)| {
            let code = id
                .strip_prefix(family)
                .and_then(|rest| rest.strip_prefix('-'));
            code.is_some_and(|code| codes.iter().any(|(known, _)| *known == code))
        });
        let of_library = of_library.iter().any(|prefix| id.starts_with(prefix));
        let is_of_library = is_of_kind || of_library;
        assert!(is_of_library, "{id} has no English");
    }
}

#[test]
fn every_reason_has_a_message_with_all_its_values() {
    let french = all(Language::Fr);
    for code in ReasonCode::ALL {
        let variables = french.get(&format!("reason-{code}"));
        let values: BTreeSet<String> = code.arguments().iter().map(ToString::to_string).collect();
        assert_eq!(variables, Some(&values), "{code}");
    }
    for (family, codes) in KINDS {
        for (code, values) in *codes {
            let variables = french.get(&format!("{family}-{code}"));
            let values: BTreeSet<String> = values.iter().map(ToString::to_string).collect();
            assert_eq!(variables, Some(&values), "{family}-{code}");
        }
    }
}

#[test]
fn every_message_is_said_somewhere_and_every_name_has_its_message() {
    let (code, french) = (code(), all(Language::Fr));
    let families: BTreeSet<String> = families().into_iter().collect();
    for id in french.keys() {
        let is_said = code.contains(&format!("\"{id}\"")) || families.contains(id);
        assert!(is_said, "nothing says {id}");
    }
    for id in &families {
        assert!(french.contains_key(id), "no message is called {id}");
    }
}

/// Every message of a language with this number, or with a text, for each value.
pub(super) fn rendered(language: Language, number: Option<u64>) -> Vec<(String, String)> {
    let prose = Prose::new(language);
    let render = |(id, variables): (String, BTreeSet<String>)| {
        let values = variables.iter().map(|name| {
            let value = number.map_or_else(|| Value::from("‹›"), Value::from);
            (name.as_str(), value)
        });
        let (text, errors) = prose.render(&id, values).unwrap();
        assert!(errors.is_empty(), "{language:?} {id}: {errors:?}");
        (id, text)
    };
    all(language).into_iter().map(render).collect()
}

/// A text without what stands in backquotes: commands, keys and names of a configuration.
pub(super) fn without_code(text: &str) -> String {
    text.split('`').step_by(2).collect()
}

#[test]
fn every_message_is_whole_with_every_plural() {
    for language in LANGUAGES {
        for number in NUMBERS.map(Some).into_iter().chain([None]) {
            for (id, text) in rendered(language, number) {
                let of_braces = ["problem-sources-name-pattern"];
                let is_open = without_code(&text).contains(['{', '}', '$']);
                let is_open = is_open && !of_braces.contains(&id.as_str());
                assert!(!text.is_empty() && !is_open, "{id}: {text}");
                let is_page = id.starts_with("topic-");
                assert!(is_page || text.lines().count() == 1, "{id}: {text}");
            }
        }
    }
}

#[test]
fn one_thing_is_no_plural() {
    let plurals = [
        "files",
        "entries",
        "lines",
        "hashes",
        "bytes",
        "records",
        "pictures",
        "times",
        "comparisons",
        "warnings",
        "decisions",
        "frames",
        "members",
        "fichiers",
        "entrées",
        "lignes",
        "empreintes",
        "octets",
        "enregistrements",
        "images",
        "comparaisons",
        "avertissements",
        "décisions",
        "membres",
        "niveaux",
        "secondes",
        "éléments",
    ];
    // A row of columns, and messages for more than one thing.
    let without = [
        "inspect-section",
        "error-list-shown",
        "problem-built-counts",
    ];
    for language in [Language::En, Language::Fr] {
        for (id, text) in rendered(language, Some(1)) {
            let words: Vec<&str> = text.split([' ', '\u{a0}', '\u{202f}']).collect();
            for pair in words.windows(2).filter(|pair| pair[0] == "1") {
                let word = pair[1].trim_end_matches(|c: char| !c.is_alphabetic());
                let is_wrong = plurals.contains(&word) && !without.contains(&id.as_str());
                assert!(!is_wrong, "{id}: {text}");
            }
        }
    }
    let zero = Prose::new(Language::En).say("match-more", [("count", 0_u64.into())]);
    assert!(zero.starts_with("0 more listed hashes"), "{zero}");
}

#[test]
fn the_plurals_of_arabic_are_six() {
    let prose = Prose::new(Language::Ar);
    let say = |limit: u64| prose.reason(&Reason::MemberTooLarge { limit });
    let said: BTreeSet<String> = NUMBERS.map(say).into_iter().collect();
    assert_eq!(said.len(), NUMBERS.len());
    assert_eq!(say(2), "يتجاوز بايتين");
    assert_eq!(say(3), "يتجاوز 3 بايتات");
}

#[test]
fn french_is_set_as_french_is() {
    for (id, text) in rendered(Language::Fr, None) {
        let text = without_code(&text);
        assert!(
            !text.contains('\''),
            "{id}: a straight apostrophe in {text}"
        );
        assert!(!text.contains('"'), "{id}: straight quotes in {text}");
        let letters: Vec<char> = text.chars().collect();
        for pair in letters.windows(2) {
            let is_mark = [';', ':', '?', '!', '»', '%'].contains(&pair[1]);
            assert!(
                !(pair[0] == ' ' && is_mark),
                "{id}: an ordinary space in {text}"
            );
            assert!(!(pair[0] == '«' && pair[1] == ' '), "{id}: {text}");
            let needs_space = [';', '?', '!', '»'].contains(&pair[1]);
            let has_space = ['\u{a0}', '\u{202f}'].contains(&pair[0]);
            assert!(!needs_space || has_space, "{id}: no space in {text}");
            let is_narrow = [';', '?', '!', '%'].contains(&pair[1]);
            let is_wide = pair[0] == '\u{a0}';
            assert!(!(is_narrow && is_wide), "{id}: a wide space in {text}");
        }
    }
    let prose = Prose::new(Language::Fr);
    let said = prose.say("progress-matches", [("count", 12_345_u64.into())]);
    assert_eq!(said, "correspondances\u{a0}: 12\u{202f}345");
}

#[test]
fn no_english_is_left_in() {
    let english = [
        "the", "of", "is", "are", "was", "were", "not", "and", "with", "without", "file", "files",
        "list", "lists", "hash", "hashes", "its", "than", "more", "before", "after", "be", "by",
        "to", "from", "for", "or", "that",
    ];
    for (id, text) in rendered(Language::Fr, None) {
        let text = without_code(&text);
        let words = text.split(|c: char| !c.is_alphanumeric() && c != '-' && c != '_');
        for word in words {
            assert!(!english.contains(&word), "{id}: {word} in {text}");
        }
    }
    // A word of small Latin letters in Arabic is a name. It names a program, a format, an option or a value. It stands in
    // French too.
    let french: BTreeMap<String, String> = rendered(Language::Fr, None).into_iter().collect();
    for (id, text) in rendered(Language::Ar, None) {
        let french: BTreeSet<&str> = french[&id]
            .split(|c: char| !c.is_ascii_alphanumeric())
            .collect();
        for word in text.split(|c: char| !c.is_ascii_alphanumeric()) {
            let is_small = word.len() > 2 && word.bytes().all(|b| b.is_ascii_lowercase());
            assert!(!is_small || french.contains(word), "{id}: {word} in {text}");
        }
        let letters = text.chars().filter(|c| c.is_alphabetic());
        let arabic = letters
            .clone()
            .filter(|c| ('\u{600}'..'\u{700}').contains(c))
            .count();
        let is_name = [
            "decodes-",
            "reason-jxl-broken",
            "reason-converter-failed",
            "decoder-ffmpeg",
        ];
        let is_name = is_name.iter().any(|name| id.starts_with(name));
        assert!(
            letters.count() == 0 || arabic > 0 || is_name || id == "complaint",
            "{id}: {text}"
        );
    }
}

#[test]
fn english_reasons_are_those_of_the_library_but_for_their_plurals() {
    let prose = Prose::new(Language::En);
    let mut with_plurals = 0;
    for code in ReasonCode::ALL {
        let values = code.arguments().iter().map(|name| (*name, 100_u64.into()));
        let Some((text, _)) = prose.render(&format!("reason-{code}"), values) else {
            continue;
        };
        let names = code.arguments().iter();
        let of_library = names.fold(code.template().to_owned(), |text, name| {
            text.replace(&format!("{{{name}}}"), "100")
        });
        assert_eq!(text, of_library, "{code}");
        with_plurals += 1;
    }
    assert!(with_plurals > 0);
    let first = prose.reason(&Reason::FramesCapped { frames: 1 });
    assert_eq!(first, "only the first frame was examined");
}

mod bidi {
    use unicode_bidi::BidiInfo;

    use super::*;

    /// What a terminal shows of a line, from left to right.
    fn shown(text: &str) -> String {
        let info = BidiInfo::new(text, None);
        let paragraph = &info.paragraphs[0];
        let line = info.reorder_line(paragraph, paragraph.range.clone());
        line.replace(['\u{2068}', '\u{2069}', '\u{200f}'], "")
    }

    const VALUES: [&str; 6] = [
        "/data/قضية 12/IMG_0001 (copy).jpg",
        "list: 12-34/56.basma",
        "29/11/2026 08:38:16 UTC",
        "pdq:f8f8f0cee0f4a84f06370a22038f63f0",
        "basma scan --list a.basma",
        "16,4 MiB",
    ];

    #[test]
    fn values_do_not_come_apart_in_arabic_on_a_terminal() {
        let prose = Prose::new(Language::Ar).for_terminal(true);
        for value in VALUES {
            // A value with Arabic letters is ordered within itself.
            let alone = shown(&format!("\u{200e}\u{2068}{value}\u{2069}")).replace('\u{200e}', "");
            for (id, variables) in all(Language::Ar) {
                let values = variables
                    .iter()
                    .map(|name| (name.as_str(), Value::from(value)));
                let (text, _) = prose.render(&id, values).unwrap();
                let times = text.matches(value).count();
                let whole = shown(&text).matches(&alone).count();
                assert_eq!(
                    whole,
                    times,
                    "{id}: {text:?} is shown as {:?}",
                    shown(&text)
                );
            }
        }
    }

    #[test]
    fn without_isolates_a_date_comes_apart() {
        let prose = Prose::new(Language::Ar);
        let text = prose.say("status-succeeded", [("time", VALUES[2].into())]);
        assert!(!text.contains(['\u{2068}', '\u{2069}']), "{text:?}");
        assert!(!shown(&text).contains(VALUES[2]), "{}", shown(&text));
    }

    #[test]
    fn only_arabic_on_a_terminal_has_isolates() {
        for language in LANGUAGES {
            for is_terminal in [false, true] {
                let prose = Prose::new(language).for_terminal(is_terminal);
                let text = prose.say("status-succeeded", [("time", "ab".into())]);
                let has = text.contains('\u{2068}') && text.contains('\u{2069}');
                assert_eq!(has, is_terminal && language == Language::Ar);
            }
        }
    }
}
