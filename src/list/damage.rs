//! Tables that are written well are read whole, and tables that are damaged lose no row without a word.

use proptest::prelude::*;

use super::header::DELIMITERS;
use super::sample::read_with;
use super::{List, ReadOptions, read_bytes};
use crate::Error;
use crate::error::LineProblem;

/// A row of a table: what stands in its cells, and its hash.
#[derive(Clone, Debug)]
struct Row {
    id: String,
    note: String,
    hash: String,
}

/// A table as a program writes it.
#[derive(Clone, Debug)]
struct Written {
    rows: Vec<Row>,
    delimiter: u8,
    text: Vec<u8>,
}

/// Text as people write it, with whatever has a meaning in a table.
fn prose(pieces: Vec<&'static str>, count: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(pieces), 0..count).prop_map(|pieces| pieces.concat())
}

fn row() -> impl Strategy<Value = (String, String, u128)> {
    let id = vec![
        "a", "7", "#", " ", ",", ";", "\t", "|", "\"", "é", "sep=", "\u{a0}", "'", "=", "op", "\\",
    ];
    let mut note = id.clone();
    note.extend([
        "\n",
        "\r\n",
        "\n#",
        "md5",
        "remove",
        "\n\n",
        "\"\"",
        " 4111111111111111 ",
    ]);
    let hash = any::<u128>().prop_map(|bits| bits | 0xf << 124);
    (prose(id, 6), prose(note, 8), hash)
}

fn written() -> impl Strategy<Value = Written> {
    let order = Just([0, 1, 2]).prop_shuffle();
    let style = prop::sample::select(vec![csv::QuoteStyle::Necessary, csv::QuoteStyle::Always]);
    let delimiter = prop::sample::select(DELIMITERS.to_vec());
    let rows = prop::collection::vec(row(), 1..7);
    (rows, order, style, delimiter, any::<bool>()).prop_map(
        |(rows, order, style, delimiter, crlf)| {
            let rows: Vec<Row> = rows
                .into_iter()
                .enumerate()
                .map(|(i, (id, note, hash))| Row {
                    id,
                    note,
                    // Each row has a hash of its own.
                    hash: format!("{:032x}", hash << 8 >> 8 & !0xff | 0xf << 112 | i as u128),
                })
                .collect();
            let mut writer = csv::WriterBuilder::new()
                .delimiter(delimiter)
                .quote_style(style)
                .terminator(if crlf {
                    csv::Terminator::CRLF
                } else {
                    csv::Terminator::Any(b'\n')
                })
                .from_writer(Vec::new());
            let mut write = |cells: [&str; 3]| {
                writer.write_record(order.map(|i| cells[i])).unwrap();
            };
            write(["id", "md5", "note"]);
            for row in &rows {
                write([&row.id, &row.hash, &row.note]);
            }
            let text = writer.into_inner().unwrap();
            Written {
                rows,
                delimiter,
                text,
            }
        },
    )
}

/// What is left of an id when what a table uses itself is taken away.
fn bare(id: Option<&str>, delimiter: u8) -> String {
    let own = |c: &char| *c != '"' && *c != char::from(delimiter) && !c.is_whitespace();
    id.unwrap_or_default().chars().filter(own).collect()
}

fn tolerant() -> ReadOptions {
    ReadOptions {
        max_reject: "100%".parse().unwrap(),
        ..ReadOptions::default()
    }
}

/// Whether a problem names a line, alone or among those of its record.
fn names(problem: &LineProblem, line: u64) -> bool {
    let breaks = problem.text.iter().filter(|&&byte| byte == b'\n').count() as u64;
    // The place may be inside of the record.
    (problem.line.saturating_sub(breaks)..=problem.line + breaks).contains(&line)
}

/// Each hash in a text is an entry, with its own id where `ids` is set. Otherwise its line is reported.
fn nothing_is_lost(written: &Written, text: &[u8], list: &List, ids: bool) {
    for row in &written.rows {
        let own = bare(Some(&row.id), written.delimiter);
        let is_own = |entry: &&super::Entry| entry.hash.to_string() == row.hash;
        let found: Vec<_> = list.entries.iter().filter(is_own).collect();
        let place = text
            .windows(row.hash.len())
            .position(|window| window == row.hash.as_bytes());
        let breaks = |text: &[u8]| text.iter().filter(|&&byte| byte == b'\n').count() as u64;
        let line = place.map(|place| 1 + breaks(&text[..place]));
        // Between tabs a quote may be text. What looks like a delimiter at the end of each row is warned of. Where bad
        // lines are tolerated, a fragment of a broken row may look like a whole one.
        let is_between_tabs = written.delimiter == b'\t';
        let is_warned = list.warnings.iter().any(|warning| warning.code == "W041");
        let mut problems = list.rejected.iter().chain(&list.warnings);
        let is_torn = problems.any(|problem| {
            let rest = breaks(row.note.as_bytes());
            line.is_some_and(|line| (line..=line + rest).any(|line| names(problem, line)))
        });
        let is_told = ids && !is_between_tabs && !is_warned && !is_torn;
        for entry in found.iter().filter(|_| is_told) {
            assert_eq!(bare(entry.id.as_deref(), written.delimiter), own, "{row:?}");
        }
        if let (Some(line), true) = (line, found.is_empty()) {
            let mut problems = list.rejected.iter().chain(&list.warnings);
            assert!(problems.any(|problem| names(problem, line)), "line {line}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn every_row_of_a_written_table_is_read_under_its_id(written in written()) {
        let list = read_with(&written.text, &ReadOptions::default());
        prop_assert_eq!(list.entries.len(), written.rows.len());
        for (entry, row) in list.entries.iter().zip(&written.rows) {
            prop_assert_eq!(entry.hash.to_string(), &*row.hash);
            prop_assert_eq!(entry.id.as_deref().unwrap_or_default(), row.id.trim());
            let note = entry.meta.iter().find(|(name, _)| name == "note");
            prop_assert_eq!(note.map_or("", |(_, note)| note), row.note.trim());
        }
        let lines = written.text.iter().filter(|&&byte| byte == b'\n').count() as u64;
        prop_assert_eq!(list.counts.lines, lines);
    }

    #[test]
    fn no_row_of_a_damaged_table_is_lost_without_a_word(
        written in written(),
        place: prop::sample::Index,
        kind in 0..6,
    ) {
        let mut text = written.text.clone();
        let quotes: Vec<usize> = (0..text.len()).filter(|&i| text[i] == b'"').collect();
        match kind {
            0 => text.insert(place.index(text.len()), b'"'),
            1 => text.insert(place.index(text.len()), written.delimiter),
            2 if !quotes.is_empty() => {
                text.remove(quotes[place.index(quotes.len())]);
            }
            3 => {
                let ends: Vec<usize> = (0..text.len()).filter(|&i| text[i] == b'\n').collect();
                text.remove(ends[place.index(ends.len())]);
            }
            4 => {
                // Not in the header: all rows would then end with a delimiter more than it, as some programs write them.
                let header = text.iter().position(|&byte| byte == b'\n').unwrap_or(0);
                let own = |i: &usize| text[*i] == written.delimiter;
                let delimiters: Vec<usize> = (header..text.len()).filter(own).collect();
                text.remove(delimiters[place.index(delimiters.len())]);
            }
            _ => {
                // A quote at the start of a cell is the one that people leave behind.
                let starts: Vec<usize> = (1..text.len())
                    .filter(|&i| text[i - 1] == written.delimiter || text[i - 1] == b'\n')
                    .collect();
                text.insert(starts[place.index(starts.len())], b'"');
            }
        }
        match read_bytes("list".as_ref(), &text, &tolerant()) {
            // Without its header it may look like another format, whose comments are others.
            Ok(list) if !["csv", "tsv"].contains(&&list.source.format[..3]) => {
                prop_assert!(list.counts.rejected > 0);
            }
            // A table that lost a quote or a line end may be another table that is written well.
            Ok(list) => nothing_is_lost(&written, &text, &list, !matches!(kind, 2 | 3)),
            Err(Error::List(rejection)) => prop_assert!(!rejection.problems.is_empty()),
            Err(error) => panic!("{error}"),
        }
    }
}
