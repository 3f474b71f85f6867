//! The integers by which contents are named.
//!
//! Contents that were added through a service count from 1. What a list publishes has a number of its own, made of the
//! list and the item: it is the same on every replica, without a table, and exact in JavaScript.

use basma::hash::Hash;

/// The least number of what a list publishes.
pub(in crate::serve) const NUMBER_MIN: u64 = 1 << 40;

/// The numbers that JavaScript holds exactly end here.
const NUMBER_END: u64 = 1 << 53;

/// The number of a published item, or of a hash that stands for no item.
pub(in crate::serve) fn number_of(list: &str, id: Option<&str>, hash: &Hash) -> u64 {
    let mut digest = blake3::Hasher::new();
    let length = list.len() as u64;
    digest.update(&length.to_le_bytes()).update(list.as_bytes());
    match id {
        Some(id) => digest.update(b"i").update(id.as_bytes()),
        None => {
            let name = hash.hash_type().name();
            digest.update(b"h").update(name.as_bytes());
            digest.update(b":").update(hash.as_bytes())
        }
    };
    let mut head = [0; 8];
    digest.finalize_xof().fill(&mut head);
    NUMBER_MIN + u64::from_le_bytes(head) % (NUMBER_END - NUMBER_MIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use basma::hash::HashType;

    #[test]
    fn numbers_tell_lists_items_and_hashes_apart_and_stay() {
        let hash = |byte| Hash::new(HashType::Pdq, &[byte; 32]).unwrap();
        let all = [
            number_of("a", Some("1"), &hash(1)),
            number_of("b", Some("1"), &hash(1)),
            number_of("a", Some("2"), &hash(1)),
            number_of("a", None, &hash(1)),
            number_of("a", None, &hash(2)),
            // The end of a list's name is not the beginning of an item.
            number_of("ai1", None, &hash(1)),
            number_of("", Some("ai1"), &hash(1)),
        ];
        let different: std::collections::BTreeSet<u64> = all.into_iter().collect();
        assert_eq!(different.len(), all.len());
        assert!(
            all.iter()
                .all(|number| (NUMBER_MIN..NUMBER_END).contains(number))
        );
        // An item has one number, whichever of its hashes matched, on every machine and in every release.
        assert_eq!(all[0], number_of("a", Some("1"), &hash(9)));
        assert_eq!(all[0], FIRST);
    }

    /// Clients keep these numbers.
    const FIRST: u64 = 4_931_590_809_606_083;
}
