//! Where the header of a table stands, and what separates its cells.

use super::columns::Role;
use super::kind::holds_hash;
use super::line::{Line, lines};

/// What may separate cells. Of several that fit alike the last one is taken.
pub(super) const DELIMITERS: [u8; 4] = [b'|', b'\t', b';', b','];

/// The separator that a first line `sep=;` names, as spreadsheets write and read it. `Some(None)` for one that is not
/// read here.
pub(super) fn separator(line: &[u8]) -> Option<Option<u8>> {
    let line = line.strip_prefix(b"\"").unwrap_or(line);
    let (word, rest) = line.split_at_checked(4)?;
    if !word.eq_ignore_ascii_case(b"sep=") {
        return None;
    }
    let (named, rest) = rest.split_first()?;
    let is_blank = |byte: &u8| byte == named || matches!(byte, b' ' | b'"');
    let is_read = DELIMITERS.contains(named) && rest.iter().all(is_blank);
    Some(is_read.then_some(*named))
}

/// The delimiter under which most columns of a header are known.
pub(super) fn delimiter_of_header(text: &[u8]) -> Option<u8> {
    let line = std::str::from_utf8(text).ok()?;
    let score = |delimiter| (header_score(line, char::from(delimiter)), delimiter);
    let scores = DELIMITERS.map(score);
    let (score, delimiter) = scores.into_iter().max_by_key(|(score, _)| *score)?;
    (score > 0).then_some(delimiter)
}

/// The line of a header that begins with `#` as comments do. It is the last such line before the first row. It names a
/// column of hashes and has as many cells as the row.
pub(super) fn hashed_header(bytes: &[u8], delimiter: u8) -> Option<u64> {
    let mut last: Option<Line<'_>> = None;
    for line in lines(bytes) {
        match line.text.trim_ascii_start().first() {
            None => {}
            Some(b'#') => last = Some(line),
            Some(_) => {
                let is_header = last.is_some_and(|header| heads(&header, &line, delimiter));
                return last.filter(|_| is_header).map(|header| header.number);
            }
        }
    }
    None
}

fn heads(header: &Line<'_>, row: &Line<'_>, delimiter: u8) -> bool {
    let cells = |line: &[u8]| line.split(|&byte| byte == delimiter).count();
    let text = |line: &Line<'_>| std::str::from_utf8(line.text).map(str::to_owned);
    let (Ok(names), Ok(first)) = (text(header), text(row)) else {
        return false;
    };
    let names = names.trim_start().trim_start_matches('#');
    let delimiter_char = char::from(delimiter);
    let has_hash = names
        .split(delimiter_char)
        .any(|name| Role::of(name).is_hash());
    cells(header.text) > 1
        && cells(header.text) == cells(row.text)
        && has_hash
        && header_score(names, delimiter_char) > 0
        && header_score(&first, delimiter_char) == 0
}

/// Whether a line is the header of a table with this delimiter. The result is the number of known columns, 0 if the
/// line is no header.
pub(super) fn header_score(line: &str, delimiter: char) -> usize {
    let cells = || {
        line.split(delimiter)
            .map(|cell| cell.trim().trim_matches('"'))
    };
    if cells().any(|cell| holds_hash(cell.as_bytes())) {
        return 0;
    }
    let known = cells().filter(|cell| Role::of(cell) != Role::Meta).count();
    // One known word among others may be chance, unless it is where the hashes are.
    let has_hash = cells().any(|cell| Role::of(cell).is_hash());
    if has_hash || known >= 2 { known } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_with_a_hash_is_no_header() {
        assert_eq!(header_score("type,hash,note", ','), 2);
        assert_eq!(header_score("md5", ','), 1);
        assert_eq!(header_score("pdq,ffffffffffffffffffffffffffffffff", ','), 0);
        assert_eq!(header_score("some,words,label", ','), 0);
    }
}
