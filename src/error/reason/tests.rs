use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::*;

/// A reason of this kind, and the text that its template gives.
fn example(code: ReasonCode) -> (Reason, String) {
    let mut values = Vec::new();
    let mut text = code.template().to_owned();
    for (place, name) in code.arguments().iter().enumerate() {
        // Digits are a number and a text.
        let value = format!("{}", 7 + place);
        text = text.replace(&format!("{{{name}}}"), &value);
        values.push(value);
    }
    let reason = Reason::from_values(code, values.iter().map(String::as_str));
    (reason.expect("there are as many values"), text)
}

#[test]
fn every_code_is_unique_and_in_small_letters_with_hyphens() {
    let names: BTreeSet<&str> = ReasonCode::ALL.iter().map(|code| code.name()).collect();
    assert_eq!(names.len(), ReasonCode::ALL.len());
    for code in ReasonCode::ALL {
        let name = code.name();
        let is_word = |word: &str| {
            let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
            !word.is_empty() && word.chars().all(letters)
        };
        assert!(name.split('-').all(is_word), "{name}");
        assert!(name.starts_with(|c: char| c.is_ascii_lowercase()), "{name}");
        assert_eq!(name.parse(), Ok(*code));
    }
    assert!("no-such-code".parse::<ReasonCode>().is_err());
}

#[test]
fn the_text_holds_every_value_and_nothing_is_left_open() {
    for code in ReasonCode::ALL {
        let (reason, text) = example(*code);
        assert_eq!(reason.code(), *code);
        assert_eq!(reason.to_string(), text, "{code}");
        assert!(!text.contains(['{', '}']), "{text}");
        let words = code.template().split(|c: char| !c.is_alphabetic());
        let beside_values = words.filter(|word| !code.arguments().contains(word));
        assert!(beside_values.count() > 0, "{code} says nothing by itself");
    }
}

#[test]
fn a_reason_comes_back_from_its_code_and_values() {
    for code in ReasonCode::ALL {
        let (reason, _) = example(*code);
        let values: Vec<String> = reason.values().iter().map(ToString::to_string).collect();
        let read = |values: &[String]| {
            let code = code.name().parse().unwrap();
            Reason::from_values(code, values.iter().map(String::as_str))
        };
        assert_eq!(read(&values), Some(reason));
        assert_eq!(read(&[&values[..], &["more".to_owned()]].concat()), None);
        if let Some((_, fewer)) = values.split_last() {
            assert_eq!(read(fewer), None);
        }
    }
}

/// A code that nothing gives any more would be translated and documented in vain.
#[test]
fn every_reason_is_given_somewhere() {
    fn read(path: &Path, all: &mut String) {
        for entry in fs::read_dir(path).unwrap() {
            let path = entry.unwrap().path();
            let is_table = path.ends_with("error/reason/table.rs");
            if path.is_dir() {
                read(&path, all);
            } else if path.extension().is_some_and(|end| end == "rs") && !is_table {
                let text = fs::read_to_string(&path).unwrap();
                *all += text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            }
        }
    }
    let mut all = String::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut all);
    let words: BTreeSet<&str> = all.split(|c: char| !c.is_alphanumeric()).collect();
    let missing = ReasonCode::ALL.iter().map(|code| format!("{code:?}"));
    let missing: Vec<String> = missing.filter(|name| !words.contains(&**name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
