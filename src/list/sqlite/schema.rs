//! The columns of a table, from the statement that made it.

use super::Damage;

/// A table: where its tree begins, and where the wanted columns stand.
pub(super) struct Table {
    pub(super) root: u32,
    pub(super) columns: Vec<Option<usize>>,
}

/// The words that begin a part of the statement that is no column.
const CONSTRAINTS: [&str; 5] = ["constraint", "primary", "unique", "check", "foreign"];

impl Table {
    /// The table of a statement, if it has the first three of the wanted columns.
    pub(super) fn new(root: i64, sql: &str, wanted: &[&str]) -> Result<Option<Table>, Damage> {
        let sql = without_comments(sql);
        let Some((names, rest)) = columns(&sql) else {
            return Ok(None);
        };
        let place = |name: &&str| {
            names
                .iter()
                .position(|known| known.eq_ignore_ascii_case(name))
        };
        let columns: Vec<Option<usize>> = wanted.iter().map(place).collect();
        if columns[..3].iter().any(Option::is_none) {
            return Ok(None);
        }
        if rest.to_ascii_lowercase().contains("without") {
            return Err(Damage {
                page: 0,
                what: "its table of files has no row ids; export it as text",
            });
        }
        // A view or a table of another program has none.
        let root = u32::try_from(root).ok().filter(|root| *root > 0);
        Ok(root.map(|root| Table { root, columns }))
    }
}

/// The statement with a blank in place of each comment.
fn without_comments(sql: &str) -> String {
    let (mut plain, mut rest) = (String::with_capacity(sql.len()), sql);
    while let Some(c) = rest.chars().next() {
        let end = match c {
            '"' | '\'' | '`' => quoted(rest, c),
            '[' => quoted(rest, ']'),
            _ if rest.starts_with("--") => {
                plain.push(' ');
                rest = rest.find('\n').map_or("", |end| &rest[end..]);
                continue;
            }
            _ if rest.starts_with("/*") => {
                plain.push(' ');
                // One that has no end goes to the end of the statement.
                rest = rest[2..].find("*/").map_or("", |end| &rest[end + 4..]);
                continue;
            }
            _ => c.len_utf8(),
        };
        plain.push_str(&rest[..end]);
        rest = &rest[end..];
    }
    plain
}

/// How long what stands between quotes is, with them.
fn quoted(text: &str, end: char) -> usize {
    text[1..].find(end).map_or(text.len(), |at| at + 2)
}

/// The names of the columns of a statement, and what stands behind them.
fn columns(sql: &str) -> Option<(Vec<String>, &str)> {
    let begin = sql.find('(')?;
    let (mut names, mut depth, mut quote) = (Vec::new(), 0_usize, None);
    let mut start = begin + 1;
    for (at, c) in sql.char_indices().skip_while(|(at, _)| *at < begin) {
        match (quote, c) {
            (Some(end), c) if c == end => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '[') => quote = Some(']'),
            (None, '(') => depth += 1,
            (None, ',') if depth == 1 => {
                names.extend(name(&sql[start..at]));
                start = at + 1;
            }
            (None, ')') => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    names.extend(name(&sql[start..at]));
                    return Some((names, &sql[at + 1..]));
                }
            }
            _ => {}
        }
    }
    None
}

/// The name at the beginning of a part, if the part is a column.
fn name(part: &str) -> Option<String> {
    let part = part.trim_start();
    let quoted = |end: char| part[1..].split(end).next().map(str::to_owned);
    match part.chars().next()? {
        c @ ('"' | '\'' | '`') => quoted(c),
        '[' => quoted(']'),
        _ => {
            let is_end = |c: char| c.is_whitespace() || c == '(' || c == ',';
            let name = part.split(is_end).next()?;
            let is_constraint = CONSTRAINTS
                .iter()
                .any(|word| name.eq_ignore_ascii_case(word));
            (!is_constraint && !name.is_empty()).then(|| name.to_owned())
        }
    }
}
