//! Hashes, lists and policy to matches: what an embedder calls.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::Result;
use crate::error::Message;
use crate::hash::{FrameHash, Hash, HashType, Pdq};
#[cfg(feature = "media")]
use crate::hasher::Fingerprint;
use crate::index::{Builder, Explanation, Index};
use crate::list::{List, ReadOptions};
use crate::store::{self, Layer, Reader, Terms};

mod allow;
mod authentic;
mod beyond;
mod breaker;
mod candidates;
mod clip;
mod cluster;
#[cfg(feature = "media")]
mod file;
mod found;
mod gather;
mod lists;
#[cfg(feature = "media")]
mod located;
mod matches;
mod policy;
mod query;
mod radius;
mod rows;
mod tier;
mod tracks;
mod verdicts;

use query::{Query, QueryHash};

pub use breaker::{FloodBreaker, Quarantined};
pub use clip::{ClipMatch, Segment, Share, VpdqRule, VpdqShares, compare_vpdq};
pub use cluster::Cluster;
#[cfg(feature = "media")]
pub use file::MatchedFile;
pub use found::{DetailsFound, Found, Match};
pub use lists::{Lists, files_of, read_into};
pub use policy::Policy;
pub use tier::Tier;
pub(crate) use tracks::PictureSeen;

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
        let mut found = self.query().find(
            &[QueryHash::alone(*hash)],
            None,
            false,
            PictureSeen::default(),
        )?;
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
        self.find_tracks(digests, (prints, clip_ms), [], PictureSeen::default())
    }

    fn asked(
        &self,
        digests: &[Hash],
        prints: &[FrameHash],
        doubts: impl Fn(&FrameHash) -> Option<Pdq>,
    ) -> Vec<QueryHash> {
        let digests = digests.iter().copied().map(QueryHash::alone);
        let trusted = prints.iter().filter(|print| self.trusts(print));
        let trusted = trusted.map(|print| QueryHash {
            hash: print.hash,
            view: print.view,
            frame: print.frame,
            ms: print.ms,
            quality: Some(print.quality),
            // Of the whole picture, turned or not, nothing within the radius may be missed.
            doubts: doubts(print).filter(|_| !print.view.area.kind.is_whole()),
        });
        digests.chain(trusted).collect()
    }

    /// Whether the frame is rich enough in detail for its hash to be looked up.
    pub fn trusts(&self, print: &FrameHash) -> bool {
        print.quality >= self.policy.min_quality
    }
}

#[cfg(test)]
mod tests;
