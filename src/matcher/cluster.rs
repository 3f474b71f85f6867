//! What belongs to one decision: files that are copies of one listed picture.

use std::cmp::Reverse;
use std::fmt;
use std::str::FromStr;

use super::Match;
use super::query::Query;
use crate::error::Problem;
use crate::hash::{Hash, HashType};
use crate::{Error, Result};

/// The listed picture that a match is about, under one name for all its copies. A decision about one member of a
/// cluster is a decision about all.
///
/// A file's cluster is that of its nearest listed hash, by the strongest type that matches (perceptual ones before
/// digests). A listed hash stands for its neighbourhood. All listed hashes within the type's [default
/// radius](HashType::default_radius) of it are compared. The one whose bytes sort first names it. So what several lists hold of
/// one picture, each a few bits off, is one cluster.
///
/// The same lists give the same clusters. They do not depend on the order of the files and the number of threads. Nor do they
/// depend on radius and limit of a lookup. Nor do they depend on how the lists are spread over indexes. An entry that is added,
/// or that is taken away, can move the clusters of its neighbours. A cluster is no equivalence. A file's hash lies within two
/// radii of the hash that its cluster is named after. But two entries within one radius of each other may have neighbourhoods
/// that begin differently, and are then two clusters. What matches a listed clip that has an id is of that clip's cluster. Of
/// an animation whose frames match several pictures the cluster is that of the nearest. A digest knows nothing of other digests
/// of the same picture.
///
/// ```
/// use basma::matcher::{Cluster, Matcher};
/// # let list = concat!(env!("CARGO_MANIFEST_DIR"), "/hashsets/demo.csv");
/// # let dump = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/dump/chat/IMG-WA0003.jpg");
/// let matcher = Matcher::open([list])?;
/// let found = matcher.find(&basma::hasher::Hasher::new(matcher.hash_types()).hash_bytes(&std::fs::read(dump).unwrap()))?;
/// let cluster = found.cluster.unwrap();
/// assert_eq!(cluster.to_string().parse::<Cluster>()?, cluster);
/// # Ok::<(), basma::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cluster(u64);

impl Cluster {
    /// The name made of a hash: the first 64 bits of the BLAKE3 of `TYPE:HASH` as it is printed.
    fn named_after(hash: &Hash) -> Cluster {
        let digest = blake3::hash(format!("{}:{hash}", hash.hash_type()).as_bytes());
        let (first, _) = digest.as_bytes().split_first_chunk().expect("it has 32");
        Cluster(u64::from_be_bytes(*first))
    }

    /// The name of a listed clip, which all its copies have, whatever pictures of it they show.
    pub(super) fn of_clip(list: &str, id: &str) -> Cluster {
        let mut hasher = blake3::Hasher::new();
        for part in ["clip", list, id] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        let digest = hasher.finalize();
        let (first, _) = digest.as_bytes().split_first_chunk().expect("it has 32");
        Cluster(u64::from_be_bytes(*first))
    }

    /// The name as bytes, which sort as the names do.
    #[cfg_attr(
        not(feature = "media"),
        allow(dead_code, reason = "decoding and scanning need it")
    )]
    pub(crate) fn to_bytes(self) -> [u8; 8] {
        self.0.to_be_bytes()
    }

    #[cfg_attr(
        not(feature = "media"),
        allow(dead_code, reason = "decoding and scanning need it")
    )]
    pub(crate) fn from_bytes(bytes: [u8; 8]) -> Cluster {
        Cluster(u64::from_be_bytes(bytes))
    }
}

/// `c` and 16 hexadecimal digits: a spreadsheet takes digits alone for a number.
impl fmt::Display for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "c{:016x}", self.0)
    }
}

impl FromStr for Cluster {
    type Err = Error;

    fn from_str(text: &str) -> Result<Cluster> {
        let digits = text.strip_prefix('c').filter(|digits| {
            let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
            digits.len() == 16 && digits.bytes().all(hex)
        });
        let number = digits.and_then(|digits| u64::from_str_radix(digits, 16).ok());
        number.map(Cluster).ok_or_else(|| {
            let text = crate::escape::escape(text.as_bytes());
            Error::from(Problem::ClusterText {
                text: text.to_string(),
            })
        })
    }
}

impl Query<'_> {
    /// The cluster of a listed hash; `is_flood` says that so many hashes are near that nothing but comparing finds them.
    pub(super) fn cluster(&self, listed: &Hash, is_flood: bool) -> Result<Cluster> {
        let radius = listed.hash_type().default_radius();
        let mut first = *listed;
        // At radius 0 a hash is alone.
        for (_, layer) in self.layers().take_while(|_| radius > 0) {
            if let Some(near) = layer.first_near(listed, radius, &first, is_flood)? {
                first = near;
            }
        }
        Ok(Cluster::named_after(&first))
    }
}

impl Match {
    /// The match that says what a file is a copy of: the nearest of the strongest type.
    pub fn leading(matches: &[Match]) -> Option<&Match> {
        matches.iter().min_by_key(|m| strength(m.hash, m.distance))
    }
}

/// How strongly a listed hash says what a file is a copy of; less is stronger. A type whose hashes of unlike pictures lie
/// further apart has the greater radius.
pub(super) type Strength = (Reverse<u32>, HashType, u32, Hash);

pub(super) fn strength(hash: Hash, distance: u32) -> Strength {
    let (radius, hash_type) = of_type(hash.hash_type());
    (radius, hash_type, distance, hash)
}

/// How strongly hashes of a type do, whatever their distance.
pub(super) fn of_type(hash_type: HashType) -> (Reverse<u32>, HashType) {
    (Reverse(hash_type.default_radius()), hash_type)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::{Builder, Index};
    use crate::list::ReadOptions;
    use crate::matcher::{Matcher, Policy};
    use proptest::prelude::*;

    fn pdq(bits: &[usize]) -> Hash {
        let mut bytes = [0x5a; 32];
        for bit in bits {
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
        Hash::new(HashType::Pdq, &bytes).unwrap()
    }

    fn flipped(bits: std::ops::Range<usize>) -> Hash {
        pdq(&bits.collect::<Vec<_>>())
    }

    fn index(rows: &str) -> Index {
        let text = format!("id,type,hash,category\n{rows}");
        let options = ReadOptions {
            allow_unusual_pdq: true,
            ..ReadOptions::default()
        };
        let list = crate::list::read_bytes("a".as_ref(), text.as_bytes(), &options).unwrap();
        let mut builder = Builder::new();
        builder.add(list).unwrap();
        builder.build_in_memory().unwrap().0
    }

    fn cluster(matcher: &Matcher, hash: &Hash) -> Option<Cluster> {
        matcher.lookup(hash).unwrap().cluster
    }

    #[test]
    fn near_entries_of_several_lists_are_one_cluster_and_others_are_not() {
        let row = |hash: Hash| index(&format!("x,pdq,{hash},\n"));
        let (a, b, far) = (flipped(0..0), flipped(0..20), flipped(100..200));
        let matcher = Matcher::new([row(a), row(b), row(far)]);
        let of_a = cluster(&matcher, &flipped(0..2)).unwrap();
        assert_eq!(cluster(&matcher, &flipped(0..19)), Some(of_a));
        assert_ne!(cluster(&matcher, &far), Some(of_a));
        assert_eq!(cluster(&matcher, &flipped(200..250)), None);
        // Whatever else is asked.
        let mut policy = Policy {
            limit: 1,
            ..Policy::default()
        };
        policy.radius.insert(HashType::Pdq, 3);
        let narrow = Matcher::new([row(far), row(b), row(a)]).with_policy(policy);
        assert_eq!(cluster(&narrow, &flipped(0..19)), Some(of_a));
    }

    #[test]
    fn a_limit_that_shows_only_the_digest_does_not_change_the_cluster() {
        use crate::hash::{FrameHash, View};
        let md5 = Hash::new(HashType::Md5, &[7; 16]).unwrap();
        let rows = format!(
            "a,md5,{md5},\nold,pdq,{},NEGATIVE_CLASS\nb,pdq,{},\n",
            flipped(0..1),
            flipped(0..3)
        );
        let picture = FrameHash {
            hash: flipped(0..0),
            quality: 100,
            frame: 0,
            ms: 0,
            view: View::ORIGINAL,
        };
        let find = |limit| {
            let policy = Policy {
                limit,
                ..Policy::default()
            };
            let matcher = Matcher::new([index(&rows)]).with_policy(policy);
            matcher.find_hashes(&[md5], &[picture], None).unwrap()
        };
        let (all, one) = (find(100), find(1));
        assert_eq!(all.matches.len(), 2);
        assert_eq!(
            Match::leading(&all.matches).unwrap().id.as_deref(),
            Some("b")
        );
        assert_eq!(one.matches[0].hash, md5);
        assert!(all.cluster.is_some());
        assert_eq!(one.cluster, all.cluster);
    }

    #[test]
    fn what_is_suppressed_has_no_cluster() {
        let matcher = Matcher::new([index(&format!("x,pdq,{},NEGATIVE_CLASS\n", flipped(0..0)))]);
        let found = matcher.lookup(&flipped(0..1)).unwrap();
        assert_eq!((found.suppressed.len(), found.cluster), (1, None));
    }

    #[test]
    fn names_are_read_as_they_are_printed_and_no_other_way() {
        for wrong in [
            "",
            "c",
            "c123",
            "0123456789abcdef0",
            "c0123456789ABCDEF",
            "c+123456789abcdef",
        ] {
            assert!(wrong.parse::<Cluster>().is_err(), "{wrong}");
        }
    }

    proptest! {
        /// The oracle compares with every listed hash.
        #[test]
        fn a_cluster_is_named_after_the_first_neighbour_of_the_nearest(
            listed in prop::collection::vec(prop::collection::vec(0usize..60, 0..40), 1..12),
            query in prop::collection::vec(0usize..60, 0..40),
            split in 0usize..12,
        ) {
            let listed: Vec<Hash> = listed.iter().map(|bits| pdq(bits)).collect();
            let query = pdq(&query);
            let near = |a: &Hash, b: &Hash| a.distance(b).unwrap() <= 31;
            let nearest = listed.iter().filter(|h| near(h, &query)).min_by_key(|h| (h.distance(&query), **h));
            let expected = nearest.map(|nearest| {
                let first = listed.iter().filter(|h| near(h, nearest)).min().unwrap();
                Cluster::named_after(first)
            });
            let (one, other) = listed.split_at(split.min(listed.len()));
            let indexes = [one, other].into_iter().filter(|part| !part.is_empty()).map(|part| {
                index(&part.iter().map(|h| format!("x,pdq,{h},\n")).collect::<String>())
            });
            prop_assert_eq!(cluster(&Matcher::new(indexes.collect::<Vec<_>>()), &query), expected);
            if let Some(cluster) = expected {
                prop_assert_eq!(cluster.to_string().parse::<Cluster>().unwrap(), cluster);
                prop_assert_eq!(Cluster::from_bytes(cluster.to_bytes()), cluster);
            }
        }

        #[test]
        fn any_text_is_a_cluster_or_an_error(text in any::<String>()) {
            if let Ok(cluster) = text.parse::<Cluster>() {
                prop_assert_eq!(cluster.to_string(), text);
            }
        }
    }
}
