//! Content that was seen before in the same scan.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use super::examined::Examined;

/// How many hashes it holds, about: some 30 MiB.
const WEIGHT_MAX: usize = 400_000;

/// Results of bytes, by their BLAKE3 digest: a copy of a file that was seen is not decoded again. The oldest goes first.
#[derive(Debug, Default)]
pub(super) struct Memo {
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    by_digest: HashMap<[u8; 32], Arc<Examined>>,
    oldest: VecDeque<[u8; 32]>,
    weight: usize,
}

impl Memo {
    /// The result of these bytes, from memory or as `examine` returns it, and whether it is from memory.
    pub(super) fn examined(
        &self,
        bytes: &[u8],
        examine: impl FnOnce() -> Examined,
    ) -> (Examined, bool) {
        let digest = *blake3::hash(bytes).as_bytes();
        if let Some(examined) = self.recall(&digest) {
            return (examined, true);
        }
        let examined = examine();
        self.keep(digest, &examined);
        (examined, false)
    }

    /// The result of what has this digest.
    pub(super) fn recall(&self, digest: &[u8; 32]) -> Option<Examined> {
        let seen = self.seen.lock().expect("nobody panics with it");
        let examined = seen.by_digest.get(digest)?;
        Some(Examined::clone(examined))
    }

    /// Remembers the result of what has this digest, if it is reproducible.
    pub(super) fn keep(&self, digest: [u8; 32], examined: &Examined) {
        if examined.fleeting {
            return;
        }
        let remembered = Examined {
            planes: examined.planes.without_levels(),
            ..examined.clone()
        };
        let mut seen = self.seen.lock().expect("nobody panics with it");
        seen.add(digest, Arc::new(remembered));
    }
}

impl Seen {
    fn add(&mut self, digest: [u8; 32], examined: Arc<Examined>) {
        let weight = weight(&examined);
        if weight > WEIGHT_MAX / 8 || self.by_digest.contains_key(&digest) {
            return;
        }
        self.weight += weight;
        self.by_digest.insert(digest, examined);
        self.oldest.push_back(digest);
        while self.weight > WEIGHT_MAX {
            let Some(oldest) = self.oldest.pop_front() else {
                return;
            };
            if let Some(gone) = self.by_digest.remove(&oldest) {
                self.weight -= self::weight(&gone);
            }
        }
    }
}

/// What it takes to hold it, in hashes.
fn weight(examined: &Examined) -> usize {
    let features = examined
        .details
        .iter()
        .map(|(_, details)| details.features.len());
    8 + 2 * examined.prints.len() + examined.digests.len() + features.sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_bytes_are_examined_once_and_no_others() {
        let (memo, mut times) = (Memo::default(), 0);
        for bytes in ["a", "b", "a", "b", "a"] {
            let (examined, _) = memo.examined(bytes.as_bytes(), || {
                times += 1;
                Examined {
                    mime: Some(bytes.into()),
                    ..Examined::default()
                }
            });
            assert_eq!(examined.mime.as_deref(), Some(bytes));
        }
        assert_eq!(times, 2);
    }

    #[test]
    fn it_holds_no_more_than_it_may() {
        let memo = Memo::default();
        let count = WEIGHT_MAX / 8 + 100;
        for i in 0..count {
            memo.examined(&i.to_le_bytes(), Examined::default);
        }
        let seen = memo.seen.lock().unwrap();
        assert_eq!(seen.by_digest.len(), WEIGHT_MAX / 8);
        assert_eq!(seen.weight, WEIGHT_MAX);
        let first = *blake3::hash(&0_usize.to_le_bytes()).as_bytes();
        assert!(!seen.by_digest.contains_key(&first));
    }

    #[test]
    fn what_time_decided_is_examined_again() {
        let (memo, mut times) = (Memo::default(), 0);
        for _ in 0..2 {
            memo.examined(b"slow", || {
                times += 1;
                Examined {
                    fleeting: true,
                    ..Examined::default()
                }
            });
        }
        assert_eq!(times, 2);
    }
}
