//! `TYPE HASH` on each line, as `tx hash` prints and `basma hash` too.
//!
//! White space is spaces and tabs. The name of a rotation may stand in front: the hash is then that of the picture
//! turned, and the rotation is kept as metadata.

use super::ReadOptions;
use super::entry::Entry;
use super::kind::{self, Kind, looks_like_hash};
use super::line::{Fate, Fault, Line, quoted};

pub(super) fn parse(line: &Line<'_>, options: &ReadOptions) -> Result<Fate, Fault> {
    let text = line.utf8()?;
    let (mut at, mut name, mut rest) = word(text, 0);
    let rotation = is_rotation(name).then_some(name);
    if rotation.is_some() {
        (at, name, rest) = word(text, rest);
    }
    if looks_like_hash(name.as_bytes()) {
        let message = format!(
            "a hash without a type in a list of typed lines; write its type in front; got {}",
            quoted(text[at..].as_bytes())
        );
        return Err(Fault::new(at, "E010", message));
    }
    let Some((hash_type, media)) = Kind::resolve(name, at, options.skip_unsupported)? else {
        return Ok(Fate::Skipped);
    };
    let (at, hash) = operand(text, rest, options.lenient_hex)?;
    let hash = kind::hash(hash_type, hash, at, options.lenient_hex)?;
    let mut entry = Entry::new(hash, line.number);
    entry.media = media;
    entry.meta = rotation
        .map(|name| ("rotation".to_owned(), name.to_ascii_uppercase()))
        .into_iter()
        .collect();
    Ok(Fate::Entries(vec![entry]))
}

/// Whether this format would make something of a line.
pub(super) fn recognises(text: &str) -> bool {
    let (_, mut name, mut rest) = word(text, 0);
    if is_rotation(name) {
        (_, name, rest) = word(text, rest);
    }
    let (_, operand, _) = word(text, rest);
    !operand.is_empty() && (Kind::from_name(name).is_some() || looks_like_hash(operand.as_bytes()))
}

/// The hash that stands alone on the rest of a line, and where.
pub(super) fn operand(text: &str, from: usize, lenient: bool) -> Result<(usize, &str), Fault> {
    let (at, hash, rest) = word(text, from);
    let tail = text[rest..].trim_matches([' ', '\t']);
    if lenient {
        Ok((at, text[at..].trim_end_matches([' ', '\t'])))
    } else if tail.is_empty() {
        Ok((at, hash))
    } else {
        let at = rest + text[rest..].find(tail).unwrap_or(0);
        let message = format!(
            "nothing may follow the hash on this line; got {}",
            quoted(tail.as_bytes())
        );
        Err(Fault::new(at, "E013", message))
    }
}

/// The next word from a position: where it starts, itself, where it ends.
fn word(text: &str, from: usize) -> (usize, &str, usize) {
    let rest = text[from..].trim_start_matches([' ', '\t']);
    let at = text.len() - rest.len();
    let end = at + rest.find([' ', '\t']).unwrap_or(rest.len());
    (at, &text[at..end], end)
}

fn is_rotation(name: &str) -> bool {
    const ROTATIONS: [&str; 8] = [
        "ORIGINAL",
        "ROTATE90",
        "ROTATE180",
        "ROTATE270",
        "FLIPX",
        "FLIPY",
        "FLIPPLUS1",
        "FLIPMINUS1",
    ];
    ROTATIONS.iter().any(|r| r.eq_ignore_ascii_case(name))
}
