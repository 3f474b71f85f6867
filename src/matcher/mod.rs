//! Hashes, lists and policy to matches: what an embedder calls.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::Result;
use crate::error::Message;
use crate::hash::{FrameHash, Hash, HashType, Pdq, View};
#[cfg(feature = "media")]
use crate::hasher::Fingerprint;
use crate::index::{Builder, Explanation, Index};
use crate::list::{List, Media, Opinion, ReadOptions, Severity};
use crate::store::{self, Layer, MaxAction, Reader, Terms};

mod allow;
mod beyond;
mod candidates;
mod clip;
mod cluster;
#[cfg(feature = "media")]
mod file;
mod gather;
mod lists;
mod matches;
mod query;
mod radius;
mod rows;
mod tier;
mod tracks;
mod verdicts;

use query::{Query, QueryHash};

pub use clip::{ClipMatch, Segment, Share, VpdqRule, VpdqShares, compare_vpdq};
pub use cluster::Cluster;
#[cfg(feature = "media")]
pub use file::MatchedFile;
pub use lists::{Lists, files_of, read_into};
pub use tier::Tier;

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
    backends: Arc<[Backend]>,
    policy: Policy,
    /// Whether the lists of what is allowed are looked into alone.
    of_allowed: bool,
}

/// A fixed set of lists, or the changing lists of a store.
#[derive(Debug)]
enum Backend {
    Indexes(Arc<store::View>),
    Store(Arc<Reader>),
}

/// The rules by which a hash matches.
///
/// ```
/// use basma::hash::HashType;
/// use basma::matcher::Policy;
/// let policy = Policy::default().with_radius(HashType::Pdq, 20).with_limit(10);
/// assert_eq!(policy.radius(HashType::Pdq), 20);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// The distance in bits up to which hashes match, for types whose [default](HashType::default_radius) is not wanted.
    pub radius: BTreeMap<HashType, u32>,
    /// The PDQ quality, 0 to 100, below which a picture is too flat to be looked up.
    pub min_quality: u8,
    /// The time at which entries must still be valid, in seconds since 1970-01-01 UTC; the present if `None`.
    pub at: Option<i64>,
    /// The most matches of one file or hash: the nearest are kept. Finding them compares at most half as many hashes more
    /// than an exhaustive search does, however many are near. Naming the cluster compares with each hash once more at
    /// worst. Each match that is kept costs its own texts beside that.
    pub limit: usize,
    /// Whose rule decides whether clips match, where it is not [ours](Matcher::find). Then PDQ hashes match within the
    /// radius of that rule, and what fails it is weak.
    pub vpdq: Option<VpdqRule>,
    /// The tiers that are wanted; all of them where none is named. What is of another tier is left out, as if it were not
    /// listed.
    pub tiers: Vec<Tier>,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            radius: BTreeMap::new(),
            min_quality: Pdq::QUALITY,
            at: None,
            limit: 100,
            vpdq: None,
            tiers: Vec::new(),
        }
    }
}

impl Policy {
    /// The distance in bits up to which hashes of this type match.
    pub fn radius(&self, hash_type: HashType) -> u32 {
        self.asked_radius(hash_type)
            .unwrap_or_else(|| hash_type.default_radius())
    }

    /// The radius of the query, which overrides that of lists.
    fn asked_radius(&self, hash_type: HashType) -> Option<u32> {
        let radius = self.radius.get(&hash_type).copied();
        let ruled = self.vpdq.filter(|_| hash_type == HashType::Pdq);
        ruled.map(VpdqRule::radius).or(radius)
    }
}

impl Policy {
    /// Sets the distance in bits up to which hashes of a type match.
    #[must_use]
    pub fn with_radius(mut self, hash_type: HashType, bits: u32) -> Policy {
        self.radius.insert(hash_type, bits);
        self
    }
}

setters!(Policy {
    with_min_quality min_quality: u8;
    with_at at?: i64;
    with_limit limit: usize;
    with_vpdq vpdq?: VpdqRule;
    with_tiers tiers: Vec<Tier>;
});

/// One listed item that a file or hash matches: what one list says of one hash under one id.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Match {
    /// The list that holds it.
    pub list: String,
    /// The generation of the store that the list is in.
    pub generation: Option<u64>,
    /// What the match may lead to at most, where the list is in a store.
    pub at_most: Option<MaxAction>,
    /// The content item, where the list names it.
    pub id: Option<String>,
    /// The listed hash.
    pub hash: Hash,
    /// How many bits it differs from the hash looked up.
    pub distance: u32,
    /// Up to how many bits counted as a match.
    pub radius: u32,
    /// What the match is worth.
    pub tier: Tier,
    /// What was hashed: the stored pixels or what viewers show of them, and how these were turned.
    pub view: View,
    /// The frame that matched, from 0; of a clip, the one that is nearest.
    pub frame: u32,
    /// When that frame is shown, in milliseconds.
    pub ms: u64,
    /// Which video track of a clip the frame is of, from 1; 1 of anything else.
    pub track: u32,
    /// When the listed picture is shown, in milliseconds, where it is one of a clip.
    pub listed_ms: Option<u64>,
    /// What a clip has in common with a listed clip.
    pub clip: Option<Box<ClipMatch>>,
    /// What the list says of the item: the labels of all its rows, sorted.
    pub labels: Vec<String>,
    /// The gravest that a row of the item says.
    pub severity: Option<Severity>,
    /// The opinion of the list about the hash, by all its rows together.
    pub opinion: Opinion,
    /// What kind of file was listed.
    pub media: Option<Media>,
    /// The list of what is allowed that matches as well or better, and so suppresses this.
    pub allowed_by: Option<String>,
}

/// What a lookup found: nearest first, then by list, item and hash.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Found {
    /// What matches.
    pub matches: Vec<Match>,
    /// What would match but does not count. The list itself says that it is off its subject, or a list of what is allowed holds
    /// it.
    pub suppressed: Vec<Match>,
    /// What is no more than a lead. Leads are listed clips with too little evidence, with a picture in common with many
    /// of them, or one alone. Leads are also pictures whose views look like documents, or are a little beyond the
    /// radius.
    pub weak: Vec<Match>,
    /// How many more listed hashes lie within the radius, beyond [`Policy::limit`]: they were not looked into.
    pub more: u64,
    /// The listed picture that it is about, where anything matches.
    pub cluster: Option<Cluster>,
    /// How many listed hashes beyond the radius of a view a second look might bring near. That look needs the picture itself,
    /// and the hashes alone were looked up.
    pub unaligned: u64,
}

/// A store among a matcher's lists.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoreState {
    /// Where it is.
    pub path: PathBuf,
    /// The generation that answers queries which begin now.
    pub generation: u64,
    /// Why what is in force could not be opened: the generation before it answers meanwhile.
    pub error: Option<Message>,
}

impl Matcher {
    /// Opens lists of any supported kind: text lists, which are compiled in memory, compiled indexes, and
    /// [stores](crate::store). Another folder stands for the files in it.
    ///
    /// A store is followed. Queries that begin a second after a generation is published, or a decision is taken, see it. A
    /// query is answered by one generation of a store to its end, and never waits for another.
    ///
    /// # Errors
    /// The first list that cannot be used, whole.
    pub fn open<P: AsRef<Path>>(lists: impl IntoIterator<Item = P>) -> Result<Matcher> {
        let lists = Lists::open(lists, &ReadOptions::default())?;
        Ok(lists.into_matcher())
    }

    /// A matcher over lists that are in memory.
    ///
    /// ```
    /// use basma::hash::{Hash, HashType};
    /// use basma::list::{Entry, List, Source};
    /// let md5 = Hash::parse(HashType::Md5, "900150983cd24fb0d6963f7d28e17f72")?;
    /// let list = List::new(Source::new("demo", "database", "rows"), vec![Entry::new(md5, 1)]);
    /// let matcher = basma::Matcher::of_lists([list])?;
    /// assert_eq!(matcher.lookup(&md5)?.matches[0].list, "demo");
    /// # Ok::<(), basma::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Builder::add`](crate::index::Builder::add).
    pub fn of_lists(lists: impl IntoIterator<Item = List>) -> Result<Matcher> {
        // Looking something up writes nothing anywhere.
        let mut builder = Builder::new().memory_bytes(usize::MAX);
        for list in lists {
            builder.add(list)?;
        }
        let (index, _) = builder.build_in_memory()?;
        Ok(Matcher::new([index]))
    }

    /// A matcher over opened indexes.
    pub fn new(indexes: impl IntoIterator<Item = Index>) -> Matcher {
        Matcher::of(indexes, [])
    }

    fn of(
        indexes: impl IntoIterator<Item = Index>,
        stores: impl IntoIterator<Item = Arc<Reader>>,
    ) -> Matcher {
        let layers: Vec<Layer> = indexes.into_iter().map(Layer::from).collect();
        let indexes = (!layers.is_empty()).then(|| {
            Backend::Indexes(Arc::new(store::View {
                generation: None,
                terms: Vec::new(),
                layers,
            }))
        });
        let stores = stores.into_iter().map(Backend::Store);
        Matcher {
            backends: indexes.into_iter().chain(stores).collect(),
            policy: Policy::default(),
            of_allowed: false,
        }
    }

    /// A matcher over the lists of what is allowed alone. What they hold matches, as if they were lists like others. So the
    /// known original of a picture is found.
    #[must_use]
    pub fn of_allowed(&self) -> Matcher {
        Matcher {
            of_allowed: true,
            ..self.clone()
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
        self.backends.is_empty()
    }

    /// The types of hash that the lists hold now. These have to be computed of a file to look it up.
    pub fn hash_types(&self) -> Vec<HashType> {
        let query = self.query();
        let mut types: Vec<HashType> = query.layers().flat_map(|(_, l)| l.hash_types()).collect();
        types.sort();
        types.dedup();
        types
    }

    /// Whether a list holds so few pictures of clips that a copy is only found by all of its own. What is looked up
    /// should be hashed with [`Sampling::Distinct`](crate::hasher::Sampling::Distinct) then.
    ///
    /// # Errors
    /// [`Error::Index`](crate::Error::Index) where an index file turns out to be damaged.
    pub fn has_sparse_clips(&self) -> Result<bool> {
        for (_, layer) in self.query().layers() {
            if layer.has_sparse_clips()? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The stores among the lists: where each is, and which generation answers now. Also why not the one that is in
    /// force, if that could not be opened.
    pub fn stores(&self) -> Vec<StoreState> {
        let stores = self.backends.iter().filter_map(|backend| match backend {
            Backend::Indexes(_) => None,
            Backend::Store(reader) => Some(StoreState {
                path: reader.path().to_owned(),
                generation: reader.view().generation.unwrap_or_default(),
                error: reader.error(),
            }),
        });
        stores.collect()
    }

    /// On what terms the lists of stores are matched against now. Lists on their own have none.
    pub fn terms(&self) -> Vec<Terms> {
        let stores = self.backends.iter().filter_map(|backend| match backend {
            Backend::Indexes(_) => None,
            Backend::Store(reader) => Some(reader.view()),
        });
        stores.flat_map(|view| view.terms.clone()).collect()
    }

    /// Looks one hash up in every list.
    ///
    /// # Errors
    /// [`Error::Index`](crate::Error::Index) where an index file turns out to be damaged.
    pub fn lookup(&self, hash: &Hash) -> Result<Found> {
        let mut found = self.query().find(&[QueryHash::alone(*hash)], None, None)?;
        found.keep_tiers(&self.policy.tiers);
        Ok(found)
    }

    /// Looks each of several hashes up in every list. Returns what [`Matcher::lookup`] finds for each, in their order,
    /// in about half the time. One generation of a store answers for all of them.
    ///
    /// ```
    /// use basma::{Matcher, hash::Hash};
    /// # std::env::set_current_dir(env!("CARGO_MANIFEST_DIR")).unwrap();
    /// let matcher = Matcher::open(["hashsets/demo.csv"])?;
    /// let hashes = [Hash::parse(basma::hash::HashType::Md5, &"0".repeat(32))?];
    /// let found = matcher.lookup_batch(&hashes)?;
    /// assert!(found[0].matches.is_empty());
    /// # Ok::<(), basma::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Matcher::lookup`].
    pub fn lookup_batch(&self, hashes: &[Hash]) -> Result<Vec<Found>> {
        let asked: Vec<QueryHash> = hashes.iter().copied().map(QueryHash::alone).collect();
        let mut each = self.query().find_each(&asked)?;
        for found in &mut each {
            found.keep_tiers(&self.policy.tiers);
        }
        Ok(each)
    }

    /// How [`Matcher::lookup`] searches each index that holds hashes of the type.
    ///
    /// # Errors
    /// As [`Matcher::lookup`].
    pub fn explain(&self, hash: &Hash) -> Result<Vec<Explanation>> {
        let query = self.query();
        let each = query.layers().map(|(_, layer)| {
            let radius = query.radius(layer, hash.hash_type());
            layer.explain(hash, radius)
        });
        each.filter_map(Result::transpose).collect()
    }

    /// The lists as they stand now.
    fn query(&self) -> Query<'_> {
        let views = self.backends.iter().map(|backend| {
            let view = match backend {
                Backend::Indexes(view) => view.clone(),
                Backend::Store(reader) => reader.view(),
            };
            if self.of_allowed {
                Arc::new(view.of_allowed())
            } else {
                view
            }
        });
        Query::new(&self.policy, views.collect())
    }

    /// Looks up everything known of a file's content. That is its digests, and the perceptual hashes of frames that are not too
    /// flat. Of several ways in which one listed hash matches, the nearest is kept.
    ///
    /// Clips and animations are compared with listed clips as a whole. A listed clip matches in one of four ways.
    /// First, two of its pictures show different things, as far apart in time in both. Second, several pictures show
    /// the same, and make up half of either. Third, one picture is near (half the radius) and rich in detail (quality 80). This
    /// counts where there are fewer than four to go by. Fourth, all pictures of a file with fewer than four match. Pictures
    /// that more than eight clips of a list share are a match of the nearest alone. That does not hold where they make up half
    /// of either. Anything less is in [`Found::weak`]. Each video track is a clip of its own. A picture in a listed clip, and a
    /// frame in a list of pictures, match as pictures do.
    ///
    /// # Errors
    /// [`Error::Index`](crate::Error::Index) where an index file turns out to be damaged.
    #[cfg(feature = "media")]
    pub fn find(&self, fingerprint: &Fingerprint) -> Result<Found> {
        let of = |track: &Fingerprint| track.clip_ms();
        let first = (fingerprint.prints.as_slice(), of(fingerprint));
        let others = fingerprint.tracks.iter();
        let others = others.map(|track| (track.prints.as_slice(), of(track)));
        self.find_picture(&fingerprint.digests, first, others, &fingerprint.planes)
    }

    /// Looks up the hashes of one file that was hashed elsewhere: its digests, and those of its pictures. It is a clip where
    /// its length in milliseconds is given, or where its pictures are shown at different times.
    ///
    /// # Errors
    /// As [`Matcher::lookup`].
    pub fn find_hashes(
        &self,
        digests: &[Hash],
        prints: &[FrameHash],
        clip_ms: Option<u64>,
    ) -> Result<Found> {
        self.find_tracks(digests, (prints, clip_ms), [], None)
    }

    fn asked(&self, digests: &[Hash], prints: &[FrameHash]) -> Vec<QueryHash> {
        let digests = digests.iter().copied().map(QueryHash::alone);
        let trusted = prints.iter().filter(|print| self.trusts(print));
        let trusted = trusted.map(|print| QueryHash {
            hash: print.hash,
            view: print.view,
            frame: print.frame,
            ms: print.ms,
            quality: Some(print.quality),
        });
        digests.chain(trusted).collect()
    }

    /// Whether the frame is rich enough in detail for its hash to be looked up.
    pub fn trusts(&self, print: &FrameHash) -> bool {
        print.quality >= self.policy.min_quality
    }
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

    fn print(byte: u8, frame: u32) -> FrameHash {
        FrameHash {
            hash: hash(byte),
            quality: 100,
            frame,
            ms: 0,
            view: View::ORIGINAL,
        }
    }

    #[test]
    fn of_several_ways_to_match_one_hash_the_nearest_is_kept() {
        let listed = "0f".repeat(32);
        let matcher = Matcher::new([index("a", &format!("x,{listed},,\n"))]);
        let mut near = [0x0f; 32];
        near[0] = 0x0e;
        let nearly = FrameHash {
            hash: Hash::new(HashType::Pdq, &near).unwrap(),
            ..print(0, 0)
        };
        let frames = [print(0x0f, 2), print(0x0f, 1), nearly];
        let found = matcher.find_hashes(&[], &frames, None).unwrap();
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
