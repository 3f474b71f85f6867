//! Pictures that stand in the content of a page, between `BI` and `EI` (ISO 32000-1, 8.9.7).

use super::object::{Dictionary, Object, Parser, is_blank};
use crate::archive::gap::{GapKind, Gaps};
use crate::error::Reason;

/// The most pictures of one page.
const PICTURES_MAX: usize = 10_000;

/// The longest dictionary of one. A palette is a part of it.
const DICTIONARY_BYTES_MAX: usize = 4 << 10;

/// The dictionaries of the pictures in some content, and their data.
pub(super) fn pictures<'d>(data: &'d [u8], gaps: &mut Gaps) -> Vec<(Dictionary, &'d [u8])> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(begin) = word(data, at, b"BI") {
        at = begin + 2;
        let Some((about, start)) = dictionary(data, at) else {
            continue;
        };
        if found.len() >= PICTURES_MAX {
            let limit = PICTURES_MAX as u64;
            gaps.add(GapKind::OverLimit, Reason::PartsTooMany { limit });
            break;
        }
        let end = end(data, start, &about);
        found.push((about, &data[start..end]));
        at = end;
    }
    found
}

/// Names and values up to `ID`, and where the data begins.
fn dictionary(data: &[u8], at: usize) -> Option<(Dictionary, usize)> {
    let until = data.len().min(at + DICTIONARY_BYTES_MAX);
    let mut parser = Parser::new(&data[..until], at);
    let mut about = Dictionary::default();
    loop {
        parser.pass_blanks();
        match parser.rest() {
            [b'I', b'D', blank, ..] if is_blank(*blank) => {
                let is_picture = super::samples::is_picture(&about);
                return is_picture.then_some((about, parser.at + 3));
            }
            [b'/', ..] => {
                let Ok(Object::Name(name)) = parser.object() else {
                    return None;
                };
                about.push(name, parser.object().ok()?);
            }
            _ => return None,
        }
    }
}

/// Where the data ends. What is not compressed has a known length.
fn end(data: &[u8], start: usize, about: &Dictionary) -> usize {
    let plain = about.get(&[b"Filter", b"F"]).is_none();
    let side = |names: &[&[u8]]| match about.get(names) {
        Some(Object::Number(number)) => usize::try_from(*number).unwrap_or(0),
        _ => 0,
    };
    let pixels = side(&[b"Width", b"W"]).saturating_mul(side(&[b"Height", b"H"]));
    // At least one bit each.
    let least = if plain { pixels / 8 } else { 0 };
    let from = start.saturating_add(least).min(data.len());
    word(data, from, b"EI").unwrap_or(data.len())
}

/// The next place of a word between blanks.
fn word(data: &[u8], from: usize, word: &[u8]) -> Option<usize> {
    let found = memchr::memmem::find_iter(data.get(from..)?, word);
    let mut places = found.map(|found| from + found);
    places.find(|at| {
        let before = at
            .checked_sub(1)
            .is_none_or(|before| is_blank(data[before]));
        before && data.get(at + 2).is_none_or(|after| is_blank(*after))
    })
}
