//! Comma-separated values (RFC 4180) that open in a spreadsheet as text and nothing else.
//!
//! A spreadsheet runs a cell that begins like a formula. One that splits lines at another separator than was meant finds
//! such beginnings inside a cell. So an apostrophe is put at the beginning of a cell. Within it, one is put after `,`, `;`, tab
//! and line ends. The next character there is `=`, `+`, `-`, `@`, one of their full-width forms, a tab or a line end.
//! Whitespace and quotation marks before that character are passed over. It is also put before an apostrophe, so that
//! nothing is lost. Without one apostrophe at each of these places the text is as it was. In file names the character itself is
//! escaped instead, as `basma::escape` does. So a list made of the files names them as everything else does.

use std::path::Path;

use basma::Result;
use basma::error::{Problem, Reasons};
use basma::escape;
use basma::hash::{Hash, Region};
use basma::hasher::Sampling;
use basma::list::Entry;
use basma::matcher::{Found, Match, Tier};
use basma::scan::{Duplicate, Finding, Group};

use crate::cli::args::{Format, OutputArgs};

/// How tables are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Table {
    /// What stands between cells.
    pub(crate) separator: char,
    /// Whether a byte-order mark says that it is UTF-8.
    pub(crate) bom: bool,
}

/// How many cells say what was matched.
const MATCH_CELLS: usize = 17;

const MATCH_HEAD: [&str; MATCH_CELLS] = [
    "list",
    "id",
    "type",
    "hash",
    "distance",
    "radius",
    "view",
    "frame",
    "ms",
    "listed_ms",
    "covered_ms",
    "listed_covered_ms",
    "labels",
    "severity",
    "opinion",
    "generation",
    "at_most",
];

/// What stands in place of the tier of an authentic notice.
const AUTHENTIC: &str = "authentic";

/// What stands behind all other cells.
const WORTH_HEAD: [&str; 3] = ["tier", "region", "quarantined"];

impl Table {
    /// # Errors
    /// Options for tables where none is asked for.
    pub(crate) fn new(args: &OutputArgs) -> Result<Table> {
        if args.format != Format::Csv && (args.csv_separator.is_some() || args.bom) {
            return Err(Problem::CsvOnly.into());
        }
        Ok(Table {
            separator: args.csv_separator.unwrap_or(','),
            bom: args.bom,
        })
    }

    pub(crate) fn duplicates_head(self) -> String {
        self.head(&[
            "group",
            "path",
            "copy",
            "type",
            "distance",
            "radius",
            "tier",
            "view",
            "bytes",
            "sha256",
            "copy_from_ms",
            "copy_until_ms",
            "first_from_ms",
            "first_until_ms",
        ])
    }

    /// A row for each file of a group, the first of it first.
    pub(crate) fn duplicates(self, number: u64, group: &Group) -> String {
        let row = |file: &Duplicate, copy: &str| {
            let near = file.near.as_ref();
            let common = near.and_then(|near| near.common);
            let cell = |cell: Option<String>| cell.unwrap_or_default();
            self.row(&[
                number.to_string(),
                escaped(&file.path),
                copy.to_owned(),
                cell(near.map(|near| near.hash_type.name().to_owned())),
                cell(near.map(|near| near.distance.to_string())),
                cell(near.map(|near| near.radius.to_string())),
                cell(near.map(|near| near.tier.name().to_owned())),
                cell(near.map(|near| near.view.to_string())),
                cell(file.bytes.map(|bytes| bytes.to_string())),
                cell(file.sha256.map(|sha256| sha256.to_string())),
                cell(common.map(|common| common.copy_ms.0.to_string())),
                cell(common.map(|common| common.copy_ms.1.to_string())),
                cell(common.map(|common| common.first_ms.0.to_string())),
                cell(common.map(|common| common.first_ms.1.to_string())),
            ])
        };
        let mut rows = row(&group.first, "first");
        for copy in &group.copies {
            let is_same = copy.near.is_none() || copy.same_as.is_some();
            rows += &row(copy, if is_same { "same" } else { "near" });
        }
        rows
    }

    pub(super) fn scan_head(self) -> String {
        let file = ["path", "status", "reason", "media", "bytes", "sha256"];
        let heads = [&file[..], &["cluster"], &MATCH_HEAD, &["reason_code"]];
        self.head(&[&heads.concat()[..], &WORTH_HEAD].concat())
    }

    /// One row for each match, lead and authentic notice; one row for a file without any.
    pub(super) fn finding(self, finding: &Finding) -> String {
        let sha256 = finding
            .digests
            .iter()
            .find(|d| d.hash_type().name() == "sha256");
        let cluster = finding.cluster.map(|cluster| cluster.to_string());
        let reason = finding.reason.as_ref();
        let code = reason.map(Reasons::code);
        let file = [
            escaped(&finding.path),
            finding.status.name().to_owned(),
            reason.map(ToString::to_string).unwrap_or_default(),
            finding.mime.as_deref().unwrap_or_default().to_owned(),
            finding.bytes.map(|b| b.to_string()).unwrap_or_default(),
            sha256.map(Hash::to_string).unwrap_or_default(),
            cluster.unwrap_or_default(),
        ];
        let code = code.map(|code| code.to_string());
        let after = [code.unwrap_or_default()];
        let others = [&finding.weak[..], &finding.authentic];
        self.matched(&file, &finding.matches, others, &after)
    }

    pub(super) fn hash_head(self) -> String {
        self.head(&[
            "id", "type", "hash", "quality", "frame", "ms", "until_ms", "clip_ms", "every_ms",
            "view", "flags", "track",
        ])
    }

    /// One row for each hash: the rows of a list, so a file without hashes has none.
    pub(super) fn hashes(self, finding: &Finding, sampling: Sampling) -> String {
        let entries = finding.entries(sampling);
        let path = escaped(&finding.path);
        entries
            .iter()
            .map(|entry| self.hash(&path, entry))
            .collect()
    }

    fn hash(self, path: &str, entry: &Entry) -> String {
        let said = |key: &str| {
            let said = entry.meta.iter().find(|(name, _)| name == key);
            said.map_or("", |(_, text)| text.as_str())
        };
        let text = |number: Option<u64>| number.map(|n| n.to_string()).unwrap_or_default();
        let frame = entry.frame.as_deref();
        self.row(&[
            path,
            entry.hash.hash_type().name(),
            &entry.hash.to_string(),
            &text(entry.quality.map(u64::from)),
            said("frame"),
            &text(frame.and_then(|frame| frame.ms)),
            &text(frame.and_then(|frame| frame.until_ms)),
            &text(frame.and_then(|frame| frame.clip_ms)),
            &text(frame.and_then(|frame| frame.every_ms).map(u64::from)),
            said("view"),
            said("flags"),
            said("track"),
        ])
    }

    pub(super) fn lookup_head(self) -> String {
        self.head(&[&["query", "cluster"][..], &MATCH_HEAD, &WORTH_HEAD].concat())
    }

    /// One row for each match, lead and authentic notice; one row for a hash without any.
    pub(super) fn lookup(self, hash: &Hash, found: &Found) -> String {
        let cluster = found.cluster.map(|cluster| cluster.to_string());
        let query = [hash.to_string(), cluster.unwrap_or_default()];
        self.matched(&query, &found.matches, [&found.weak, &found.authentic], &[])
    }

    /// One row for each match, lead and authentic notice, or one without, between the same cells.
    fn matched(
        self,
        before: &[String],
        matches: &[Match],
        [leads, authentic]: [&[Match]; 2],
        after: &[String],
    ) -> String {
        let row =
            |cells: &[String], worth: &[String]| self.row(&[before, cells, after, worth].concat());
        if matches.is_empty() && leads.is_empty() && authentic.is_empty() {
            const NONE: String = String::new();
            return row(&[NONE; MATCH_CELLS], &[NONE; WORTH_HEAD.len()]);
        }
        let matches = matches.iter().map(|m| row(&cells(m), &worth(m)));
        // Too little speaks for any of them, however near it is.
        let of_tier = |m, tier: &str| {
            let [_, region, quarantined] = worth(m);
            row(&cells(m), &[tier.to_owned(), region, quarantined])
        };
        let leads = leads.iter().map(|m| of_tier(m, Tier::Lead.name()));
        // Nobody who counts rows by tier may count them as matches.
        let authentic = authentic.iter().map(|m| of_tier(m, AUTHENTIC));
        matches.chain(leads).chain(authentic).collect()
    }

    pub(in crate::cli) fn head(self, names: &[&str]) -> String {
        let mark = if self.bom { "\u{feff}" } else { "" };
        format!("{mark}{}", self.row(names))
    }

    pub(in crate::cli) fn row(self, cells: &[impl AsRef<str>]) -> String {
        let cells: Vec<String> = cells.iter().map(|cell| quote(cell.as_ref())).collect();
        format!("{}\r\n", cells.join(&self.separator.to_string()))
    }
}

/// The file's name, escaped without loss. Where a cell or a part of it would begin as a formula does, the beginning is escaped
/// too.
fn escaped(path: &Path) -> String {
    let path = escape::path(path);
    let mut text = String::with_capacity(path.len());
    let mut begins = true;
    for (at, c) in path.char_indices() {
        // Who reads a table may cut blanks off the ends of cells.
        let cut_off = c.is_whitespace() && (at == 0 || at + c.len_utf8() == path.len());
        if cut_off || (begins && (is_formula(c) || c == '\'')) {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                text += &format!("\\x{byte:02x}");
            }
            begins = false;
        } else {
            text.push(c);
            begins = is_separator(c) || (begins && is_passed_over(c));
        }
    }
    text
}

/// What a match is worth, and the part of the picture that was hashed, unless it is all of it. `true` where its entry is
/// quarantined, as in JSON.
fn worth(m: &Match) -> [String; WORTH_HEAD.len()] {
    let region = m.view.area.region;
    let region = if region == Region::WHOLE {
        String::new()
    } else {
        region.to_string()
    };
    let quarantined = if m.is_quarantined { "true" } else { "" };
    [m.tier.name().to_owned(), region, quarantined.to_owned()]
}

fn cells(m: &Match) -> [String; MATCH_CELLS] {
    let clip = m.clip.as_deref();
    let ms = |ms: Option<u64>| ms.map(|ms| ms.to_string()).unwrap_or_default();
    [
        m.list.clone(),
        m.id.clone().unwrap_or_default(),
        m.hash.hash_type().name().to_owned(),
        m.hash.to_string(),
        m.distance.to_string(),
        m.radius.to_string(),
        m.view.to_string(),
        m.frame.to_string(),
        m.ms.to_string(),
        ms(m.listed_ms),
        ms(clip.map(|clip| clip.covered_ms)),
        ms(clip.map(|clip| clip.listed_covered_ms)),
        m.labels.join("|"),
        m.severity.map(|s| s.name().to_owned()).unwrap_or_default(),
        m.opinion.name().to_owned(),
        m.generation.map(|g| g.to_string()).unwrap_or_default(),
        m.at_most.map(|a| a.name().to_owned()).unwrap_or_default(),
    ]
}

/// Disarms a cell, and quotes it where any separator would split it.
fn quote(cell: &str) -> String {
    let cell = disarm(cell);
    let blank = |c: char| c == ' ';
    if cell.contains(|c| c == '"' || is_separator(c))
        || cell.starts_with(blank)
        || cell.ends_with(blank)
    {
        return format!("\"{}\"", cell.replace('"', "\"\""));
    }
    cell
}

fn disarm(cell: &str) -> String {
    let mut text = String::with_capacity(cell.len());
    let mut begins = true;
    for (at, c) in cell.char_indices() {
        if begins {
            let rest = &cell[at..];
            let first = rest
                .chars()
                .find(|&c| is_separator(c) || !is_passed_over(c));
            if c == '\'' || first.is_some_and(|c| is_formula(c) || matches!(c, '\t' | '\r' | '\n'))
            {
                text.push('\'');
            }
        }
        text.push(c);
        begins = is_separator(c);
    }
    text
}

/// Whether a spreadsheet takes a cell that begins so for something to run.
fn is_formula(c: char) -> bool {
    // The last four are their full-width forms.
    matches!(
        c,
        '=' | '+' | '-' | '@' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}'
    )
}

/// Whether a program may begin a cell behind it.
fn is_separator(c: char) -> bool {
    matches!(c, ',' | ';' | '\t' | '\r' | '\n')
}

/// Whether what stands behind it may still be taken for the beginning of a cell.
fn is_passed_over(c: char) -> bool {
    c.is_whitespace() || c == '"' || c == '\0'
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TABLE: Table = Table {
        separator: ',',
        bom: false,
    };

    /// What the module's documentation says gives the text back.
    fn armed(cell: &str) -> String {
        let mut text = String::new();
        let mut begins = true;
        for c in cell.chars() {
            if !(begins && c == '\'') {
                text.push(c);
            }
            begins = is_separator(c);
        }
        text
    }

    #[test]
    fn cells_are_quoted_and_never_run() {
        assert_eq!(
            TABLE.row(&["a,b", "say \"x\"", "=1+1", ""]),
            "\"a,b\",\"say \"\"x\"\"\",'=1+1,\r\n"
        );
        for (cell, disarmed) in [
            (
                "=HYPERLINK(\"x\",\"y\")",
                "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"",
            ),
            (" =1", "' =1"),
            ("\"=1", "\"'\"\"=1\""),
            ("a;@x", "\"a;'@x\""),
            ("\u{ff1d}1", "'\u{ff1d}1"),
            ("\t1", "\"'\t1\""),
            ("'", "''"),
            ("a-b=c", "a-b=c"),
            (" a", "\" a\""),
        ] {
            assert_eq!(quote(cell), disarmed, "{cell:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_disarmed_is_read_back_and_begins_nothing(
            cells in prop::collection::vec("([=+@',;\"\t\r\n a-]|\u{ff1d}|[^x]){0,9}", 1..5),
            separator in prop::sample::select(vec![',', ';', '\t']),
        ) {
            let table = Table { separator, bom: false };
            // At the beginning of a file a reader takes a byte-order mark away.
            let row = table.head(&["head"]) + &table.row(&cells);
            let mut reader = csv::ReaderBuilder::new();
            reader.flexible(true).delimiter(separator as u8);
            let read: Vec<csv::StringRecord> =
                reader.from_reader(row.as_bytes()).records().map(Result::unwrap).collect();
            let lone_blank = cells.len() == 1 && cells[0].is_empty();
            prop_assert_eq!(read.len(), usize::from(!lone_blank));
            for (cell, read) in cells.iter().zip(read.iter().flatten()) {
                prop_assert_eq!(&armed(read), cell);
                for part in read.split(is_separator) {
                    let first = part.trim_start_matches(is_passed_over).chars().next();
                    prop_assert!(!first.is_some_and(is_formula), "{:?}", read);
                }
            }
        }

        #[test]
        fn names_are_disarmed_without_loss(name in "([=+@',;\"\n a-]|\u{ff1d}|[^x/]){1,9}") {
            let mut finding = crate::cli::print::tests::finding();
            finding.path = name.clone().into();
            let shown = escaped(&finding.path);
            prop_assert_eq!(disarm(&shown), shown.as_str());
            prop_assert_eq!(shown.trim(), shown.as_str());
            prop_assert_eq!(escape::unescape_path(&shown), Some(name.into()));
        }
    }
}
