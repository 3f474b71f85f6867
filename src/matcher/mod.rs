//! Hashes, lists and policy to matches: what an embedder calls.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::Result;
use crate::hash::{Hash, HashType, Pdq};
use crate::hasher::{Fingerprint, Print, View};
use crate::index::{Explanation, Hit, Index, Record, Row, merge_opinions};
use crate::list::{Media, Opinion, ReadOptions, Severity};

mod cluster;
mod lists;

use cluster::{Strength, strength};

pub use cluster::Cluster;
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
    /// The most matches of one file or hash: the nearest are kept.
    pub limit: usize,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            radius: BTreeMap::new(),
            min_quality: Pdq::QUALITY,
            at: None,
            limit: 100,
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

/// One listed item that a file or hash matches: what one list says of one hash under one id.
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
    /// What the list says of the item: the labels of all its rows, sorted.
    pub labels: Vec<String>,
    /// The gravest that a row of the item says.
    pub severity: Option<Severity>,
    /// What the list thinks of the hash, by all its rows together, whatever their ids.
    pub opinion: Opinion,
    /// What kind of file was listed.
    pub media: Option<Media>,
}

/// What a lookup found: nearest first, then by list, item and hash.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// What matches.
    pub matches: Vec<Match>,
    /// What would match, but for the list's own saying that it is not what it is about.
    pub suppressed: Vec<Match>,
    /// How many more listed hashes lie within the radius, beyond [`Policy::limit`]: they were not looked into.
    pub more: u64,
    /// The listed picture that it is about, where anything matches.
    pub cluster: Option<Cluster>,
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

    /// Whether it has no list at all, not even one without entries.
    pub fn is_empty(&self) -> bool {
        self.indexes.is_empty()
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
        self.nearest([(*hash, View::Original, 0)])
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
        self.find_hashes(&fingerprint.digests, &fingerprint.prints)
    }

    /// Looks up all hashes of one file.
    pub(crate) fn find_hashes(&self, digests: &[Hash], prints: &[Print]) -> Result<Found> {
        let digests = digests.iter().map(|&digest| (digest, View::Original, 0));
        let trusted = prints.iter().filter(|print| self.trusts(print));
        let trusted = trusted.map(|print| (print.hash, print.view, print.frame));
        self.nearest(digests.chain(trusted))
    }

    /// Whether the frame is rich enough in detail for its hash to be looked up.
    pub fn trusts(&self, print: &Print) -> bool {
        print.quality >= self.policy.min_quality
    }

    /// Looks up hashes, each with the view and the frame that it is of.
    fn nearest(&self, queries: impl IntoIterator<Item = (Hash, View, u32)>) -> Result<Found> {
        // One batch for each type: searching for many hashes at once takes half as long.
        let mut by_type: BTreeMap<HashType, Vec<(Hash, View, u32)>> = BTreeMap::new();
        for query in queries {
            by_type.entry(query.0.hash_type()).or_default().push(query);
        }
        let mut ways = Ways::new();
        for (hash_type, queries) in by_type {
            let hashes: Vec<Hash> = queries.iter().map(|query| query.0).collect();
            for (ordinal, index) in self.indexes.iter().enumerate() {
                let all = index.lookup_batch(&hashes, self.policy.radius(hash_type))?;
                for (hits, &(_, view, frame)) in all.into_iter().zip(&queries) {
                    for hit in hits {
                        add_way(&mut ways, ordinal, hit, view, frame);
                    }
                }
            }
        }
        self.resolve(ways)
    }

    /// Turns listed hashes into matches, nearest first, up to the limit.
    fn resolve(&self, ways: Ways) -> Result<Found> {
        let mut ways: Vec<_> = ways.into_iter().collect();
        ways.sort_unstable_by_key(|(hash, (way, _))| (way.distance, *hash));
        let mut found = Found::default();
        let mut leading: Option<Strength> = None;
        let mut ways = ways.into_iter();
        while found.matches.len() < self.policy.limit
            && let Some((hash, (way, places))) = ways.next()
        {
            let before = found.matches.len();
            for (list, rows) in self.rows(&places)? {
                self.add(&mut found, hash, way, list, rows);
            }
            if found.matches.len() > before {
                let strength = strength(hash, way.distance);
                leading = Some(leading.map_or(strength, |known| known.min(strength)));
            }
        }
        found.more = ways.len() as u64;
        if let Some(known) = leading {
            let (.., leading) = self.stronger(ways.as_slice(), known)?;
            found.cluster = Some(self.cluster(&leading)?);
        }
        for matches in [&mut found.matches, &mut found.suppressed] {
            matches.sort_by(|a, b| a.order().cmp(&b.order()));
            matches.truncate(self.policy.limit);
        }
        Ok(found)
    }

    /// The strongest way to match among those beyond the limit, or the one that is known.
    fn stronger(&self, ways: &[(Hash, WayTo)], known: Strength) -> Result<Strength> {
        let all = ways
            .iter()
            .map(|(hash, to)| (strength(*hash, to.0.distance), to));
        let mut stronger: Vec<_> = all.filter(|(strength, _)| *strength < known).collect();
        stronger.sort_unstable_by_key(|(strength, _)| *strength);
        for (strength, (_, places)) in stronger {
            let lists = self.rows(places)?;
            let positive = |rows: &Vec<Row>| opinion(rows) != Opinion::Negative;
            if lists.values().any(positive) {
                return Ok(strength);
            }
        }
        Ok(known)
    }

    /// What each list says of a hash, from all indexes together: a list may be spread over several.
    fn rows(&self, places: &[(usize, Hit)]) -> Result<BTreeMap<String, Vec<Row>>> {
        let at = self.policy.at.unwrap_or_else(present);
        let mut lists: BTreeMap<String, Vec<Row>> = BTreeMap::new();
        for (ordinal, hit) in places {
            for record in self.indexes[*ordinal].records(hit)? {
                let valid = |row: &Row| row.entry.valid_until.is_none_or(|until| at < until);
                let rows = record.rows.into_iter().filter(valid);
                lists.entry(record.list).or_default().extend(rows);
            }
        }
        lists.retain(|_, rows| !rows.is_empty());
        Ok(lists)
    }

    /// Adds what one list says of a hash: one match for each item.
    fn add(&self, found: &mut Found, hash: Hash, way: Way, list: String, rows: Vec<Row>) {
        let opinion = opinion(&rows);
        let mut items: BTreeMap<Option<String>, Vec<Row>> = BTreeMap::new();
        for row in rows {
            items.entry(row.entry.id.clone()).or_default().push(row);
        }
        let matches = items.into_iter().map(|(id, rows)| {
            let item = Record::merge(list.clone(), rows);
            Match {
                list: item.list,
                id,
                hash,
                distance: way.distance,
                radius: self.policy.radius(hash.hash_type()),
                view: way.view,
                frame: way.frame,
                labels: item.labels,
                severity: item.severity,
                opinion,
                media: item.media,
            }
        });
        match opinion {
            Opinion::Negative => found.suppressed.extend(matches.take(self.policy.limit)),
            _ => found.matches.extend(matches.take(self.policy.limit)),
        }
    }
}

impl Match {
    /// Nearest first, then by list, item and hash.
    fn order(&self) -> impl Ord + '_ {
        (self.distance, &self.list, &self.id, self.hash)
    }
}

/// The listed hashes that a file's hashes are near to: the nearest way to each, and the indexes that hold it.
type Ways = HashMap<Hash, WayTo>;

type WayTo = (Way, Vec<(usize, Hit)>);

/// How a file's hash came near to a listed one; a better way is less.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Way {
    distance: u32,
    frame: u32,
    view: View,
}

fn add_way(ways: &mut Ways, ordinal: usize, hit: Hit, view: View, frame: u32) {
    let way = Way {
        distance: hit.distance,
        frame,
        view,
    };
    let (best, places) = ways.entry(hit.hash).or_insert((way, Vec::new()));
    *best = way.min(*best);
    // An index holds a hash once; another of the file's hashes may have met it before.
    if places.iter().all(|(known, _)| *known != ordinal) {
        places.push((ordinal, hit));
    }
}

/// What all rows of a list together think of a hash.
fn opinion(rows: &[Row]) -> Opinion {
    merge_opinions(rows.iter().map(|row| row.entry.opinion))
}

fn present() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matcher_is_shared_between_threads() {
        fn shared<T: Clone + Send + Sync + 'static>() {}
        shared::<Matcher>();
    }

    /// An index of one CSV list, of this name.
    fn index(list: &str, rows: &str) -> Index {
        let text = format!("id,hash,labels,category\n{rows}");
        let options = ReadOptions {
            hash_type: Some(HashType::Pdq),
            allow_unusual_pdq: true,
            ..ReadOptions::default()
        };
        let list = crate::list::read_bytes(list.as_ref(), text.as_bytes(), &options).unwrap();
        let mut builder = crate::index::Builder::new();
        builder.add(list).unwrap();
        builder.build_in_memory().unwrap().0
    }

    fn hash(byte: u8) -> Hash {
        Hash::new(HashType::Pdq, &[byte; 32]).unwrap()
    }

    fn print(byte: u8, frame: u32) -> Print {
        Print {
            hash: hash(byte),
            quality: 100,
            frame,
            ms: 0,
            view: View::Original,
        }
    }

    #[test]
    fn of_several_ways_to_match_one_hash_the_nearest_is_kept() {
        let listed = "0f".repeat(32);
        let matcher = Matcher::new([index("a", &format!("x,{listed},,\n"))]);
        let mut near = [0x0f; 32];
        near[0] = 0x0e;
        let nearly = Print {
            hash: Hash::new(HashType::Pdq, &near).unwrap(),
            ..print(0, 0)
        };
        let fingerprint = Fingerprint {
            prints: vec![print(0x0f, 2), print(0x0f, 1), nearly],
            ..Fingerprint::default()
        };
        let found = matcher.find(&fingerprint).unwrap();
        let kept: Vec<_> = found
            .matches
            .iter()
            .map(|m| (m.distance, m.frame))
            .collect();
        assert_eq!(kept, [(0, 1)]);
    }

    #[test]
    fn each_item_has_its_own_labels() {
        let listed = "0f".repeat(32);
        let matcher = Matcher::new([index("a", &format!("1,{listed},x,\n2,{listed},y,\n"))]);
        let found = matcher.lookup(&hash(0x0f)).unwrap();
        let said: Vec<_> = found
            .matches
            .iter()
            .map(|m| (m.id.as_deref().unwrap(), m.labels[0].as_str()))
            .collect();
        assert_eq!(said, [("1", "x"), ("2", "y")]);
    }

    #[test]
    fn opinions_of_one_list_meet_whatever_index_they_are_in() {
        let listed = "0f".repeat(32);
        let yes = || index("a", &format!("1,{listed},,POSITIVE_CLASS\n"));
        let no = || index("a", &format!("1,{listed},,NEGATIVE_CLASS\n"));
        for matcher in [Matcher::new([yes(), no()]), Matcher::new([no(), yes()])] {
            let found = matcher.lookup(&hash(0x0f)).unwrap();
            assert_eq!(found.matches[0].opinion, Opinion::Disputed);
            assert!(found.suppressed.is_empty());
        }
        let found = Matcher::new([no()]).lookup(&hash(0x0f)).unwrap();
        assert_eq!((found.matches.len(), found.suppressed.len()), (0, 1));
    }

    #[test]
    fn matches_beyond_the_limit_are_counted_and_suppressed_ones_hide_none() {
        let listed = |i: u8| format!("{:02x}{}", i, "0f".repeat(31));
        let rows: String = (0..40)
            .map(|i| {
                format!(
                    "{i},{},,{}\n",
                    listed(i),
                    if i < 20 { "NEGATIVE_CLASS" } else { "" }
                )
            })
            .collect();
        let policy = Policy {
            limit: 5,
            ..Policy::default()
        };
        let found = Matcher::new([index("a", &rows)])
            .with_policy(policy)
            .lookup(&hash(0x0f))
            .unwrap();
        assert_eq!(found.matches.len(), 5);
        assert_eq!(found.suppressed.len(), 5);
        assert!(found.more > 0 && found.more <= 35, "{}", found.more);
        assert!(found.matches.is_sorted_by_key(|m| m.distance));
    }

    #[test]
    fn a_radius_is_the_types_own_unless_set() {
        let mut policy = Policy::default();
        assert_eq!(policy.radius(HashType::Pdq), 31);
        policy.radius.insert(HashType::Pdq, 7);
        assert_eq!(policy.radius(HashType::Pdq), 7);
        assert_eq!(policy.radius(HashType::Md5), 0);
    }
}
