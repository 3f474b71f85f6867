//! Entries as rows of a table.

use basma::list::{Entry, Media, Opinion, TABLE_COLUMNS};
use jiff::Timestamp;

use super::super::print::Table;
use super::losses::Losses;

/// What is said of hashed files, which has columns of its own.
pub(super) const OF_FILES: [&str; 4] = ["frame", "view", "flags", "track"];

const TABLE: Table = Table {
    separator: ',',
    bom: false,
};

pub(super) fn head() -> String {
    TABLE.row(&TABLE_COLUMNS)
}

pub(super) fn row(entry: &Entry, losses: &mut Losses) -> String {
    let number = |number: Option<u64>| number.map(|n| n.to_string()).unwrap_or_default();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let frame = entry.frame.as_deref();
    let said = |key: &str| {
        let pair = entry.meta.iter().find(|(name, _)| name == key);
        pair.map(|(_, text)| text.clone()).unwrap_or_default()
    };
    let index = frame.map(|frame| frame.index.to_string());
    let cells = [
        text(&entry.id),
        entry.hash.hash_type().name().to_owned(),
        entry.hash.to_string(),
        text(&entry.list),
        labels(entry),
        entry
            .severity
            .map(|s| s.name().to_owned())
            .unwrap_or_default(),
        match entry.opinion {
            Opinion::Positive => String::new(),
            opinion => opinion.name().to_owned(),
        },
        entry.media.map(|m| m.name().to_owned()).unwrap_or_default(),
        number(entry.quality.map(u64::from)),
        text(&entry.source),
        time(entry.added),
        time(entry.valid_until),
        index.unwrap_or_else(|| said("frame")),
        number(frame.and_then(|frame| frame.ms)),
        number(frame.and_then(|frame| frame.until_ms)),
        number(frame.and_then(|frame| frame.clip_ms)),
        number(frame.and_then(|frame| frame.every_ms).map(u64::from)),
        said("view"),
        said("flags"),
        said("track"),
    ];
    if entry
        .meta
        .iter()
        .any(|(key, _)| !OF_FILES.contains(&key.as_str()))
    {
        losses.lose("meta");
    }
    if entry.details.is_some() {
        losses.lose("details");
    }
    let counts = frame.map(|frame| [frame.listed, frame.distinct, frame.alike]);
    if counts.is_some_and(|counts| counts.iter().any(Option::is_some)) {
        losses.lose("listed");
    }
    if frame.is_some_and(|frame| frame.ms.is_none()) {
        losses.lose("frame");
    }
    // Blanks at the ends of a cell are no part of it.
    let is_changed = |cell: &String| cell.trim() != cell;
    if cells.iter().any(is_changed)
        || entry
            .labels
            .iter()
            .any(|l| l.contains('|') || l.trim() != l)
    {
        losses.lose("text");
    }
    TABLE.row(&cells)
}

/// A row of what `tx dataset --csv` exports.
pub(super) fn tx_row(entry: &Entry) -> String {
    let hash_type = entry.hash.hash_type().name();
    let name = match entry.media {
        Some(Media::Video) if !entry.hash.hash_type().is_perceptual() => {
            format!("video_{hash_type}")
        }
        _ => hash_type.to_owned(),
    };
    let category = match entry.opinion {
        Opinion::Seed => "INVESTIGATION_SEED",
        Opinion::Negative => "NEGATIVE_CLASS",
        Opinion::Disputed => "DISPUTED",
        _ => "POSITIVE_CLASS",
    };
    TABLE.row(&[
        name,
        entry.hash.to_string(),
        entry.list.clone().unwrap_or_default(),
        category.to_owned(),
        labels(entry),
    ])
}

/// Labels with bars between them; one that holds a blank needs a bar too.
fn labels(entry: &Entry) -> String {
    let labels = entry.labels.join("|");
    if !labels.contains('|') && labels.contains(char::is_whitespace) {
        return labels + "|";
    }
    labels
}

fn time(seconds: Option<i64>) -> String {
    let text = |seconds: i64| match Timestamp::from_second(seconds) {
        Ok(time) => time.to_string(),
        Err(_) => seconds.to_string(),
    };
    seconds.map(text).unwrap_or_default()
}
