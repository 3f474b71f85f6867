//! Which hits of a clip's picture are kept, where very many listed hashes are near to it.
//!
//! What a list says is read before any of its hits are left out, and each list keeps hits of its own: what does not count
//! takes no room from what does, a list takes none from another, nor a listed clip of many pictures from one of few.

use std::collections::{BTreeMap, HashMap};

use super::query::Query;
use crate::Result;
use crate::hash::Hash;
use crate::index::Hit;
use crate::list::Opinion;

/// Up to how many hits of one picture are all kept without a look at what they are.
const FEW: usize = 64;

/// How many hits of all pictures of a clip are kept of one list.
const HITS_MAX: usize = 1_000_000;

/// How many of one picture at most, and at least.
const FRAME_HITS: std::ops::RangeInclusive<usize> = FEW..=10_000;

/// How many of those that do not count are kept of one picture and list: they are told, and decide nothing.
const QUIET_HITS: usize = 16;

/// What lists say of the hashes that were met.
pub(super) struct Crowd<'q, 'a> {
    query: &'q Query<'a>,
    voices: HashMap<Hash, Vec<Voice>>,
    lists: HashMap<(String, Option<usize>), usize>,
    clips: HashMap<(usize, String), usize>,
    /// How many hits of one picture each list keeps.
    most: usize,
    /// How many hits were left out.
    pub(super) cut: u64,
}

/// What one list says of one hash, as far as it decides what is kept.
#[derive(Clone, Copy)]
struct Voice {
    list: usize,
    /// The listed clip that the hash is of; none for a picture.
    clip: Option<usize>,
    counts: bool,
}

impl<'q, 'a> Crowd<'q, 'a> {
    /// For a file of so many pictures.
    pub(super) fn new(query: &'q Query<'a>, pictures: usize) -> Crowd<'q, 'a> {
        let most = HITS_MAX / pictures.max(1);
        Crowd {
            query,
            voices: HashMap::new(),
            lists: HashMap::new(),
            clips: HashMap::new(),
            most: most.clamp(*FRAME_HITS.start(), *FRAME_HITS.end()),
            cut: 0,
        }
    }

    /// The hits that are kept of one picture, each with the place of its layer.
    pub(super) fn thin(&mut self, mut hits: Vec<(usize, Hit)>) -> Result<Vec<(usize, Hit)>> {
        if hits.len() <= FEW {
            return Ok(hits);
        }
        hits.sort_unstable_by_key(|(ordinal, hit)| (hit.distance, hit.hash, *ordinal));
        let same = |one: &(usize, Hit), other: &(usize, Hit)| one.1.hash == other.1.hash;
        // Of each list, and of what it says: how far down a hit is among those of its clip, and which hash it is of.
        let mut wanted: BTreeMap<(usize, bool, bool), Vec<(usize, usize)>> = BTreeMap::new();
        let mut ranks: HashMap<(Option<usize>, usize, bool), usize> = HashMap::new();
        for (place, places) in hits.chunk_by(same).enumerate() {
            for voice in self.voices(places)? {
                let Voice { list, clip, counts } = voice;
                let rank = ranks.entry((clip, list, counts)).or_default();
                let key = (list, clip.is_some(), counts);
                wanted.entry(key).or_default().push((*rank, place));
                *rank += 1;
            }
        }
        let mut kept = vec![false; hits.chunk_by(same).count()];
        for ((_, _, counts), mut wanted) in wanted {
            wanted.sort_unstable();
            let most = if counts { self.most } else { QUIET_HITS };
            for (_, place) in wanted.into_iter().take(most) {
                kept[place] = true;
            }
        }
        let mut left = Vec::new();
        for (places, kept) in hits.chunk_by(same).zip(kept) {
            if kept {
                left.extend_from_slice(places);
            }
        }
        self.cut += (hits.len() - left.len()) as u64;
        Ok(left)
    }

    fn voices(&mut self, places: &[(usize, Hit)]) -> Result<Vec<Voice>> {
        let hash = places[0].1.hash;
        if let Some(voices) = self.voices.get(&hash) {
            return Ok(voices.clone());
        }
        let mut voices = Vec::new();
        for said in self.query.said(places)? {
            let lists = self.lists.len();
            let list = self.lists.entry((said.list.clone(), said.store));
            let list = *list.or_insert(lists);
            let counts = said.opinion() != Opinion::Negative;
            for row in &said.rows {
                let clips = self.clips.len();
                let clip = row.entry.frame.as_ref().and(row.entry.id.as_ref());
                let clip = clip.map(|id| {
                    let clip = self.clips.entry((list, id.clone()));
                    *clip.or_insert(clips)
                });
                voices.push(Voice { list, clip, counts });
            }
        }
        voices.sort_unstable_by_key(|voice| (voice.list, voice.clip));
        voices.dedup_by_key(|voice| (voice.list, voice.clip));
        self.voices.insert(hash, voices.clone());
        Ok(voices)
    }
}
