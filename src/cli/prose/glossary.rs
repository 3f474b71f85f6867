//! The glossary of the documentation, held to the messages.

use std::collections::BTreeSet;

use super::tests::{rendered, without_code};
use super::*;

const GLOSSARY: &str = include_str!("../../../docs/src/reference/glossary.md");

/// The rows of the glossary: English, French, Arabic, and the words that no message has.
fn rows() -> Vec<[&'static str; 4]> {
    let lines = GLOSSARY.lines().filter(|line| line.starts_with("| "));
    let cells = lines.skip(1).map(|line| {
        let cells = line.trim_matches('|').split('|').map(str::trim);
        let cells: Vec<&str> = cells.collect();
        <[&str; 4]>::try_from(cells).unwrap_or_else(|cells| panic!("{cells:?}"))
    });
    cells.collect()
}

fn texts(language: Language) -> Vec<String> {
    let all = rendered(language, None).into_iter();
    all.map(|(_, text)| without_code(&text).to_lowercase())
        .collect()
}

#[test]
fn each_word_of_the_glossary_is_in_a_message() {
    let rows = rows();
    assert!(rows.len() > 40);
    let ideas: BTreeSet<&str> = rows.iter().map(|row| row[0]).collect();
    assert_eq!(ideas.len(), rows.len(), "an idea has two rows");
    let mut missing = Vec::new();
    for (language, column) in [(Language::Fr, 1), (Language::Ar, 2)] {
        let texts = texts(language);
        for row in &rows {
            let words: Vec<&str> = row[column].split(' ').collect();
            let has_all = |text: &String| words.iter().all(|word| text.contains(word));
            if !texts.iter().any(has_all) {
                missing.push(row[column]);
            }
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn no_message_has_another_word_for_an_idea_of_the_glossary() {
    let others = rows().into_iter().flat_map(|row| row[3].split(", "));
    let others: Vec<&str> = others.filter(|word| !word.is_empty()).collect();
    assert!(others.len() > 10);
    let mut found = Vec::new();
    for (language, is_arabic) in [(Language::Fr, false), (Language::Ar, true)] {
        for text in texts(language) {
            for other in &others {
                let letter = other.chars().next().unwrap();
                let is_other = if letter.is_ascii() {
                    // A name with a hyphen is one word.
                    let is_end = |c: char| !c.is_alphanumeric() && c != '-';
                    let padded = text.replace(is_end, " ");
                    format!(" {padded} ").contains(&format!(" {other} "))
                } else {
                    text.contains(other)
                };
                let is_of_language = letter.is_ascii() != is_arabic;
                if is_of_language && is_other {
                    found.push(format!("{other} in {text}"));
                }
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}
