//! The columns of a table, from the statement that made it.

/// The words that begin a part of the statement that is no column.
const CONSTRAINTS: [&str; 5] = ["constraint", "primary", "unique", "check", "foreign"];

/// The statement with a blank in place of each comment.
pub(crate) fn without_comments(sql: &str) -> String {
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
pub(crate) fn columns(sql: &str) -> Option<(Vec<String>, &str)> {
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
