//! Hashes, lists and policy to matches: what an embedder calls.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::Result;
use crate::hash::{Hash, HashType, Pdq};
use crate::hasher::{Fingerprint, Print, View};
use crate::index::{Explanation, Hit, Index, Record};
use crate::list::{Media, Opinion, ReadOptions, Severity};

mod lists;

pub use lists::{Lists, read_into};

/// Hash lists and the rules by which a hash matches them. Cheap to clone and to share between threads.
///
/// ```
/// use basma::{Matcher, hash::Pdq};
/// # let list = std::env::temp_dir().join("basma-doc-matcher.txt");
/// # std::fs::write(&list, "pdq f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22\n").unwrap();
/// let matcher = Matcher::open([&list])?;
/// let pdq: Pdq = "d8f8f0cee0f4a84f0637022a078f67f0b36e2ed596621e1d33e6339c4e9c9b22".parse()?;
/// let found = matcher.lookup(&pdq.into())?;
/// assert_eq!(found.matches[0].distance, 6);
/// # Ok::<(), basma::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Matcher {
    indexes: Arc<[Index]>,
    policy: Policy,
}

/// The rules by which a hash matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The distance in bits up to which hashes match, for types whose [default](HashType::default_radius) is not wanted.
    pub radius: BTreeMap<HashType, u32>,
    /// The PDQ quality, 0 to 100, below which a picture is too flat to be looked up.
    pub min_quality: u8,
    /// The time at which entries must still be valid, in seconds since 1970-01-01 UTC; the present if `None`.
    pub at: Option<i64>,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            radius: BTreeMap::new(),
            min_quality: Pdq::QUALITY,
            at: None,
        }
    }
}

impl Policy {
    /// The distance in bits up to which hashes of this type match.
    pub fn radius(&self, hash_type: HashType) -> u32 {
        let radius = self.radius.get(&hash_type).copied();
        radius.unwrap_or_else(|| hash_type.default_radius())
    }
}

/// One listed item that a hash matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// The list that holds it.
    pub list: String,
    /// The content item, where the list names it.
    pub id: Option<String>,
    /// The listed hash.
    pub hash: Hash,
    /// How many bits it differs from the hash looked up.
    pub distance: u32,
    /// Up to how many bits counted as a match.
    pub radius: u32,
    /// How the file was turned before it was hashed.
    pub view: View,
    /// The frame that matched, from 0.
    pub frame: u32,
    /// What the list says of it: the labels of all contributors, sorted.
    pub labels: Vec<String>,
    /// The gravest that a contributor says.
    pub severity: Option<Severity>,
    /// What the contributors think of it, together.
    pub opinion: Opinion,
    /// What kind of file was listed.
    pub media: Option<Media>,
}

/// What a lookup found: nearest first, then by list, item and hash.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// What matches.
    pub matches: Vec<Match>,
    /// What would match but for the contributors' saying that it is not what the list is about.
    pub suppressed: Vec<Match>,
}

impl Matcher {
    /// Opens lists of any supported kind: text lists, which are compiled in memory, and compiled indexes. A folder
    /// stands for the files in it.
    ///
    /// # Errors
    /// The first list that cannot be used, whole.
    pub fn open<P: AsRef<Path>>(lists: impl IntoIterator<Item = P>) -> Result<Matcher> {
        let lists = Lists::open(lists, &ReadOptions::default())?;
        Ok(Matcher::new(lists.indexes))
    }

    /// A matcher over opened indexes.
    pub fn new(indexes: impl IntoIterator<Item = Index>) -> Matcher {
        Matcher {
            indexes: indexes.into_iter().collect(),
            policy: Policy::default(),
        }
    }

    /// Sets the rules.
    pub fn with_policy(self, policy: Policy) -> Matcher {
        Matcher { policy, ..self }
    }

    /// The rules.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The types of hash that the lists hold: what has to be computed of a file to look it up.
    pub fn hash_types(&self) -> Vec<HashType> {
        let mut types: Vec<HashType> = self.indexes.iter().flat_map(Index::hash_types).collect();
        types.sort();
        types.dedup();
        types
    }

    /// Looks one hash up in every list.
    ///
    /// # Errors
    /// [`Error::Index`](crate::Error::Index) where an index file turns out to be damaged.
    pub fn lookup(&self, hash: &Hash) -> Result<Found> {
        self.collect([(*hash, View::Original, 0)])
    }

    /// How [`Matcher::lookup`] searches each index that holds hashes of the type.
    ///
    /// # Errors
    /// As [`Matcher::lookup`].
    pub fn explain(&self, hash: &Hash) -> Result<Vec<Explanation>> {
        let radius = self.policy.radius(hash.hash_type());
        let each = self.indexes.iter().map(|index| index.explain(hash, radius));
        each.filter_map(Result::transpose).collect()
    }

    /// Looks up everything known of a file's content: its digests, and the perceptual hashes of frames that are not
    /// too flat. Of several ways in which one listed hash matches, the nearest is kept.
    ///
    /// # Errors
    /// [`Error::Index`](crate::Error::Index) where an index file turns out to be damaged.
    pub fn find(&self, fingerprint: &Fingerprint) -> Result<Found> {
        let digests = fingerprint.digests.iter();
        let digests = digests.map(|&digest| (digest, View::Original, 0));
        let trusted = fingerprint.prints.iter().filter(|print| self.trusts(print));
        let trusted = trusted.map(|print| (print.hash, print.view, print.frame));
        self.collect(digests.chain(trusted))
    }

    /// Whether the frame is rich enough in detail for its hash to be looked up.
    pub fn trusts(&self, print: &Print) -> bool {
        print.quality >= self.policy.min_quality
    }

    /// Looks up hashes, each with the view and the frame that it is of.
    fn collect(&self, queries: impl IntoIterator<Item = (Hash, View, u32)>) -> Result<Found> {
        // One batch for each type: searching for many hashes at once takes half as long.
        let mut by_type: BTreeMap<HashType, Vec<(Hash, View, u32)>> = BTreeMap::new();
        for query in queries {
            by_type.entry(query.0.hash_type()).or_default().push(query);
        }
        let mut found = Vec::new();
        for (hash_type, queries) in by_type {
            let radius = self.policy.radius(hash_type);
            let hashes: Vec<Hash> = queries.iter().map(|&(hash, ..)| hash).collect();
            for index in self.indexes.iter() {
                let all = index.lookup_batch(&hashes, radius)?;
                for (hits, &(_, view, frame)) in all.iter().zip(&queries) {
                    for hit in hits {
                        self.matches(index, hit, radius, view, frame, &mut found)?;
                    }
                }
            }
        }
        Ok(Found::sort(found))
    }

    /// What the lists of an index say of a hit.
    fn matches(
        &self,
        index: &Index,
        hit: &Hit,
        radius: u32,
        view: View,
        frame: u32,
        found: &mut Vec<Match>,
    ) -> Result<()> {
        for record in index.records(hit)? {
            if !self.is_valid(&record) {
                continue;
            }
            let first = Match {
                list: record.list,
                id: None,
                hash: hit.hash,
                distance: hit.distance,
                radius,
                view,
                frame,
                labels: record.labels,
                severity: record.severity,
                opinion: record.opinion,
                media: record.media,
            };
            if record.ids.is_empty() {
                found.push(first);
            } else {
                let of_item = |id| Match {
                    id: Some(id),
                    ..first.clone()
                };
                found.extend(record.ids.into_iter().map(of_item));
            }
        }
        Ok(())
    }

    fn is_valid(&self, record: &Record) -> bool {
        let at = self.policy.at.unwrap_or_else(present);
        record.valid_until.is_none_or(|until| at < until)
    }
}

impl Found {
    fn sort(mut all: Vec<Match>) -> Found {
        // The key of one listed hash first, then what makes one way of matching it better than another.
        let key = |m: &Match| (m.list.clone(), m.id.clone(), m.hash);
        all.sort_by_cached_key(|m| (key(m), m.distance, m.frame, m.view));
        all.dedup_by(|next, kept| key(next) == key(kept));
        all.sort_by_cached_key(|m| (m.distance, key(m)));
        let (suppressed, matches) = all
            .into_iter()
            .partition(|m| m.opinion == Opinion::Negative);
        Found {
            matches,
            suppressed,
        }
    }
}

fn present() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
