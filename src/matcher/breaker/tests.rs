use proptest::prelude::*;

use super::*;
use crate::Matcher;
use crate::hash::HashType;
use crate::list::{Entry, List, Source};

fn md5(number: u32) -> Hash {
    let mut bytes = [0xa5; 16];
    bytes[..4].copy_from_slice(&number.to_le_bytes());
    Hash::new(HashType::Md5, &bytes).unwrap()
}

/// The match of an entry, as a matcher gives it.
fn listed(number: u32) -> Match {
    let source = Source::new("a", "rows", "rows");
    let list = List::new(source, vec![Entry::new(md5(number), 1)]);
    let found = Matcher::of_lists([list]).unwrap().lookup(&md5(number));
    found.unwrap().matches.remove(0)
}

/// Entries that match files, without a matcher.
struct Stream {
    breaker: FloodBreaker,
    pattern: Match,
}

impl Stream {
    fn new(limit: u32) -> Stream {
        Stream {
            breaker: FloodBreaker::new(limit),
            pattern: listed(0),
        }
    }

    fn of(&self, entry: u32) -> Match {
        Match {
            id: Some(format!("item-{entry}")),
            at_most: Some(MaxAction::Block),
            ..self.pattern.clone()
        }
    }

    /// Which of these entries are quarantined when a file matches them.
    fn file(&self, entries: &[u32]) -> Vec<bool> {
        let mut matches: Vec<Match> = entries.iter().map(|&entry| self.of(entry)).collect();
        self.breaker.judge(&mut matches);
        let each = matches.iter().map(|found| {
            let most = if found.is_quarantined {
                MaxAction::Review
            } else {
                MaxAction::Block
            };
            assert_eq!(found.at_most, Some(most));
            found.is_quarantined
        });
        each.collect()
    }
}

#[test]
fn a_flooded_entry_is_quarantined_and_the_others_are_untouched() {
    let stream = Stream::new(100);
    for file in 0..20_000_u32 {
        // Each two-hundredth file matches entry 1, as it always did.
        let ordinary = (file % 200 == 0).then_some(1);
        let flooded = (file >= 10_000 && file % 3 == 0).then_some(2);
        let entries: Vec<u32> = ordinary.into_iter().chain(flooded).collect();
        let judged = stream.file(&entries);
        for (entry, is_quarantined) in entries.iter().zip(judged) {
            // Of the first block of the flood a hundred files pass.
            let expected = *entry == 2 && file >= 10_300;
            assert_eq!(is_quarantined, expected, "entry {entry}, file {file}");
        }
    }
    let named = stream.breaker.quarantined();
    assert_eq!(named.len(), 1);
    assert_eq!(named[0].id.as_deref(), Some("item-2"));
    assert!(!named[0].is_over);
    assert_eq!(
        named[0].files,
        (10_300..20_000).filter(|f| f % 3 == 0).count() as u64
    );
}

#[test]
fn an_entry_is_released_after_the_flood_and_held_through_it() {
    let stream = Stream::new(100);
    // The flood lasts for so long that its rate would have become the own rate of the entry.
    for _ in 0..200 * BLOCK {
        stream.file(&[7]);
    }
    assert_eq!(stream.file(&[7]), [true]);
    for _ in 0..2 * BLOCK {
        stream.file(&[]);
    }
    assert!(stream.breaker.quarantined()[0].is_over);
    assert_eq!(stream.file(&[7]), [false]);
}

#[test]
fn an_entry_that_always_matched_often_is_held_to_its_own_rate() {
    let stream = Stream::new(100);
    // 8 % of all files, and then 30 %: less than ten times its own rate.
    for file in 0..50 * BLOCK {
        let entries: &[u32] = if file % 12 == 0 { &[3] } else { &[] };
        assert!(!stream.file(entries).contains(&true), "{file}");
    }
    for file in 0..5 * BLOCK {
        let entries: &[u32] = if file % 3 == 0 { &[3] } else { &[] };
        assert!(!stream.file(entries).contains(&true), "{file}");
    }
}

#[test]
fn memory_is_bounded_and_a_flood_is_found_among_a_million_entries() {
    let stream = Stream::new(100);
    let mut entry = 10_u32;
    let mut flooded = 0;
    for _ in 0..10 * BLOCK {
        // A hundred entries that never matched before, and one that always does.
        let mut entries: Vec<u32> = (entry..entry + 100).collect();
        entry += 100;
        entries.push(1);
        let judged = stream.file(&entries);
        assert!(!judged[..100].contains(&true));
        flooded += u32::from(judged[100]);
        assert!(stream.breaker.lock().entries.len() <= ENTRIES_MAX);
    }
    assert_eq!(entry - 10, 1_000_000);
    assert_eq!(flooded, 10 * BLOCK - 100);
    assert!(size_of::<(Key, Counter)>() <= 48);
}

#[test]
fn more_quarantined_entries_than_are_named_are_counted() {
    let stream = Stream::new(2);
    let entries: Vec<u32> = (0..150).collect();
    for _ in 0..3 {
        stream.file(&entries);
    }
    assert_eq!(stream.file(&entries), [true; 150]);
    assert_eq!(stream.breaker.quarantined().len(), NAMED_MAX);
    assert_eq!(stream.breaker.others(), 50);
    stream.breaker.clear();
    assert_eq!(stream.breaker.others(), 0);
    assert_eq!(stream.file(&entries), [false; 150]);
}

#[test]
fn several_hashes_of_an_item_are_one_match_of_a_file() {
    let stream = Stream::new(10);
    for _ in 0..10 {
        assert_eq!(stream.file(&[5, 5, 5]), [false; 3]);
    }
    assert_eq!(stream.file(&[5, 5, 5]), [true; 3]);
}

#[test]
fn a_digest_of_a_list_beyond_appeal_is_never_quarantined() {
    let stream = Stream::new(1);
    for _ in 0..100 {
        let mut matches = [Match {
            is_beyond_appeal: true,
            ..stream.of(4)
        }];
        stream.breaker.judge(&mut matches);
        assert!(!matches[0].is_quarantined);
        assert_eq!(matches[0].at_most, Some(MaxAction::Block));
    }
}

#[test]
fn what_leads_to_less_than_review_stays_so() {
    let stream = Stream::new(1);
    for file in 0..3 {
        let mut matches = [Match {
            at_most: Some(MaxAction::Log),
            ..stream.of(4)
        }];
        stream.breaker.judge(&mut matches);
        assert_eq!(matches[0].is_quarantined, file > 0);
        assert_eq!(matches[0].at_most, Some(MaxAction::Log));
    }
}

proptest! {
    /// Whatever else matches, and however much is forgotten.
    #[test]
    fn an_ordinary_entry_is_never_quarantined(
        seed in any::<u64>(),
        files in 1_u32..6_000,
        entries_max in 1_usize..64,
    ) {
        let mut stream = Stream::new(50);
        stream.breaker.entries_max = entries_max;
        let mut state = seed | 1;
        let mut random = |below: u32| {
            // xorshift64
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 33) as u32 % below
        };
        let mut in_block = 0;
        for file in 0..files {
            if file % BLOCK == 0 {
                in_block = 0;
            }
            // At most 50 files of a block.
            let ordinary = in_block < 50 && random(15) == 0;
            in_block += u32::from(ordinary);
            let mut entries = vec![2, 100 + random(1_000)];
            if ordinary {
                entries.push(1);
            }
            let judged = stream.file(&entries);
            prop_assert!(!ordinary || !judged[2], "file {file}");
            prop_assert!(stream.breaker.lock().entries.len() <= entries_max);
        }
    }

    /// The oracle averages with fractions, which the breaker rounds.
    #[test]
    fn an_entry_is_quarantined_as_the_rule_says(
        shares in prop::collection::vec(0_u32..=100, 1..12),
    ) {
        let stream = Stream::new(100);
        let (mut rate, mut held) = (0.0_f64, false);
        for (block, share) in shares.iter().enumerate() {
            let most = (rate * 10.0).max(100.0);
            let is_close = |count: f64| most > 100.0 && (count - most).abs() <= 1.0;
            let mut count = 0.0;
            for file in 0..BLOCK {
                let is_match = file % 100 < *share;
                let judged = stream.file(if is_match { &[1] } else { &[] });
                count += f64::from(u8::from(is_match));
                held |= is_match && count > most;
                let is_said = is_close(count) || judged.contains(&true) == (is_match && held);
                prop_assert!(is_said, "block {block}, file {file}");
            }
            prop_assume!(!is_close(count) && !is_close(count * 2.0));
            if held && count > 0.0 {
                held = count * 2.0 > most;
            } else {
                held = false;
                rate += (count - rate) / (block + 1) as f64;
            }
        }
    }
}
