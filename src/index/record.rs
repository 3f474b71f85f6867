//! What lists say of a hash.

use crate::list::{Entry, Media, Opinion, Severity};

/// What one list says of a hash: its rows, and the view that merges them.
///
/// Rows of one list that differ are all kept, because each has its own source. The merged view takes the cautious value
/// of each field. A row can add concern but not remove it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Record {
    /// The list.
    pub list: String,
    /// The content items the hash belongs to, in the order of the rows, each once.
    pub ids: Vec<String>,
    /// The labels of all rows, sorted, each once.
    pub labels: Vec<String>,
    /// The highest severity any row states.
    pub severity: Option<Severity>,
    /// [`Opinion::Disputed`] if any row says so or if negative rows meet others; else positive if any row is.
    pub opinion: Opinion,
    /// The kind of file, where all rows that state one agree.
    pub media: Option<Media>,
    /// The highest quality any row states, 0 to 100.
    pub quality: Option<u8>,
    /// The earliest time any row states, in seconds since 1970-01-01 UTC.
    pub added: Option<i64>,
    /// The latest end of any row, in seconds since 1970-01-01 UTC; none if any row has no end.
    pub valid_until: Option<i64>,
    /// The rows, in the order in which they were added.
    pub rows: Vec<Row>,
}

/// One line of a list.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Row {
    /// The file it was read from: its place in [`Index::sources`](super::Index::sources).
    pub source: usize,
    /// What it says. Its `list` is always filled in.
    pub entry: Entry,
}

impl Record {
    /// `rows` are the rows of that list, at least one.
    pub(crate) fn merge(list: String, mut rows: Vec<Row>) -> Record {
        for row in &mut rows {
            row.entry.list = Some(list.clone());
        }
        let entries = || rows.iter().map(|row| &row.entry);
        let mut ids: Vec<String> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for id in entries().filter_map(|e| e.id.as_ref()) {
            if seen.insert(id) {
                ids.push(id.clone());
            }
        }
        let mut labels: Vec<&String> = entries().flat_map(|e| &e.labels).collect();
        labels.sort_unstable();
        labels.dedup();
        let mut media = entries().filter_map(|e| e.media);
        let first_media = media.next();
        Record {
            ids,
            labels: labels.into_iter().cloned().collect(),
            severity: entries().filter_map(|e| e.severity).max(),
            opinion: merge_opinions(entries().map(|e| e.opinion)),
            media: first_media.filter(|first| media.all(|m| m == *first)),
            quality: entries().filter_map(|e| e.quality).max(),
            added: entries().filter_map(|e| e.added).min(),
            // A row without an end outlasts all others.
            valid_until: entries()
                .map(|e| e.valid_until)
                .reduce(|a, b| Some(a?.max(b?)))
                .flatten(),
            list,
            rows,
        }
    }
}

impl Row {
    /// Roughly how much memory it takes, in bytes.
    pub(super) fn memory(&self) -> usize {
        let e = &self.entry;
        let text = |s: &String| size_of::<String>() + s.len();
        let pairs = e.meta.iter().map(|(k, v)| text(k) + text(v));
        let texts = e.id.iter().chain(&e.source).chain(&e.labels);
        let features = e.details.as_ref().map_or(0, |details| {
            size_of_val(details.as_ref()) + size_of_val(details.features.as_slice())
        });
        size_of::<Row>() + texts.map(text).sum::<usize>() + pairs.sum::<usize>() + features
    }
}

/// Any negative with any other opinion is a dispute, as ThreatExchange aggregates them.
pub(crate) fn merge_opinions(opinions: impl Iterator<Item = Opinion>) -> Opinion {
    use Opinion::*;
    opinions
        .reduce(|a, b| match (a, b) {
            (a, b) if a == b => a,
            (Positive | Seed, Positive | Seed) => Positive,
            _ => Disputed,
        })
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::{Hash, HashType};

    fn row(change: impl FnOnce(&mut Entry)) -> Row {
        let mut entry = Entry::new(Hash::new(HashType::Md5, &[1; 16]).unwrap(), 1);
        change(&mut entry);
        Row { source: 0, entry }
    }

    #[test]
    fn the_merged_view_takes_the_cautious_value_of_each_field() {
        let a = row(|e| {
            e.id = Some("x".into());
            e.labels = vec!["b".into(), "c".into()];
            e.severity = Some(Severity::Low);
            e.quality = Some(60);
            e.added = Some(20);
            e.valid_until = Some(100);
            e.media = Some(Media::Image);
        });
        let b = row(|e| {
            e.id = Some("x".into());
            e.labels = vec!["a".into(), "b".into()];
            e.severity = Some(Severity::High);
            e.added = Some(10);
            e.valid_until = Some(200);
        });
        let merged = Record::merge("l".into(), vec![a.clone(), b.clone()]);
        assert_eq!(merged.ids, ["x"]);
        assert_eq!(merged.labels, ["a", "b", "c"]);
        assert_eq!(merged.severity, Some(Severity::High));
        assert_eq!(merged.quality, Some(60));
        assert_eq!(merged.added, Some(10));
        assert_eq!(merged.valid_until, Some(200));
        assert_eq!(merged.media, Some(Media::Image));
        let endless = Record::merge("l".into(), vec![a, row(|_| ()), b]);
        assert_eq!(endless.valid_until, None);
        assert_eq!(endless.rows.len(), 3);
    }

    #[test]
    fn a_negative_opinion_among_others_is_a_dispute() {
        use Opinion::*;
        for (opinions, merged) in [
            (&[Negative][..], Negative),
            (&[Negative, Negative], Negative),
            (&[Positive, Negative], Disputed),
            (&[Negative, Seed], Disputed),
            (&[Seed, Seed], Seed),
            (&[Seed, Positive], Positive),
            (&[Disputed, Positive], Disputed),
        ] {
            assert_eq!(
                merge_opinions(opinions.iter().copied()),
                merged,
                "{opinions:?}"
            );
        }
    }
}
