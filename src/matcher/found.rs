//! What a lookup gives.

use super::{ClipMatch, Cluster, Tier};
use crate::hash::{Hash, View};
use crate::list::{Media, Opinion, Severity};
use crate::store::MaxAction;

/// Which of the details of a listed picture were found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DetailsFound {
    /// How many local features agree on the place.
    pub features: u32,
    /// How many of the five tiles are there.
    pub tiles: u32,
}

/// One listed item that a file or hash matches: what one list says of one hash under one id.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Match {
    /// The list that holds it.
    pub list: String,
    /// The generation of the store that the list is in.
    pub generation: Option<u64>,
    /// Which store of the matcher the list is in. Lists of one name in different stores are different lists.
    pub(crate) store: Option<usize>,
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
    /// Which of its details were found, where those of the listed picture are known and were needed.
    pub details: Option<DetailsFound>,
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
    /// Whether it is the very digest of an entry of a list beyond appeal.
    pub is_beyond_appeal: bool,
    /// Whether its entry is quarantined, because it suddenly matches very many files. [`FloodBreaker`](super::FloodBreaker)
    /// says so.
    pub is_quarantined: bool,
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
    /// The [authentic notices](crate::store::Terms::authentic) that it shows. Beside a match of a list that they allow, nobody can
    /// tell which of the two it is.
    pub authentic: Vec<Match>,
    /// How many more listed hashes lie within the radius, beyond [`Policy::limit`](super::Policy::limit): they were not looked into.
    pub more: u64,
    /// The listed picture that it is about, where anything matches.
    pub cluster: Option<Cluster>,
    /// How many listed hashes beyond the radius of a view a second look might bring near, and one more where a list holds
    /// [details](crate::hash::Details) of pictures. These looks need the picture itself, and the hashes alone were looked up.
    pub unaligned: u64,
}
