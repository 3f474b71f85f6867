//! Any sequence of editions, decisions and rollbacks, compared with a model.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

#[derive(Clone, Debug)]
enum Action {
    /// The source publishes additions, replacements and removals.
    Publish(Vec<(u8, u8, u8)>),
    Add(u8, u8),
    Revoke(u8),
    RevokeItem(u8),
    Lift(u8),
    LiftItem(u8),
    Rollback,
}

/// What should count of one list: items by hash.
#[derive(Clone, Debug, Default, PartialEq)]
struct Model {
    source: BTreeSet<(u8, u8)>,
    added: BTreeSet<(u8, u8)>,
    revoked: BTreeSet<u8>,
    revoked_items: BTreeSet<u8>,
    /// What was added and withdrawn afterwards, each with the withdrawals that stand against it: of its hash, of its item.
    withdrawn: BTreeMap<(u8, u8), (bool, bool)>,
}

impl Model {
    fn revoke(&mut self, is_meant: impl Fn(&(u8, u8)) -> bool, is_of_item: bool) {
        for entry in self.added.iter().filter(|entry| is_meant(entry)) {
            self.withdrawn.insert(*entry, (false, false));
        }
        self.added.retain(|entry| !is_meant(entry));
        for (entry, by) in &mut self.withdrawn {
            if is_meant(entry) {
                *(if is_of_item { &mut by.1 } else { &mut by.0 }) = true;
            }
        }
    }

    fn lift(&mut self, is_meant: impl Fn(&(u8, u8)) -> bool, is_of_item: bool) {
        for (entry, by) in &mut self.withdrawn {
            if is_meant(entry) {
                *(if is_of_item { &mut by.1 } else { &mut by.0 }) = false;
            }
        }
        let free = |by: &(bool, bool)| !by.0 && !by.1;
        let restored = self.withdrawn.iter().filter(|(_, by)| free(by));
        self.added.extend(restored.map(|(entry, _)| *entry));
        self.withdrawn.retain(|_, by| !free(by));
    }

    fn visible(&self) -> BTreeSet<(u8, u8)> {
        let stands = |(hash, item): &&(u8, u8)| {
            !self.revoked.contains(hash) && !self.revoked_items.contains(item)
        };
        self.source
            .iter()
            .filter(stands)
            .chain(&self.added)
            .copied()
            .collect()
    }
}

const HASHES: u8 = 6;
const ITEMS: u8 = 4;

fn deed() -> impl Strategy<Value = Action> {
    let hash = || 1..=HASHES;
    let item = || 0..ITEMS;
    prop_oneof![
        5 => proptest::collection::vec((0u8..6, hash(), item()), 1..8).prop_map(Action::Publish),
        2 => (hash(), item()).prop_map(|(h, i)| Action::Add(h, i)),
        1 => hash().prop_map(Action::Revoke),
        1 => item().prop_map(Action::RevokeItem),
        1 => hash().prop_map(Action::Lift),
        1 => item().prop_map(Action::LiftItem),
        1 => Just(Action::Rollback),
    ]
}

fn id(item: u8) -> String {
    format!("item-{item}")
}

/// The text of an edition, and what it makes of the source.
fn edition(
    kind: &str,
    lines: &[(u8, u8, u8)],
    source: &BTreeSet<(u8, u8)>,
    number: usize,
) -> (String, BTreeSet<(u8, u8)>) {
    let is_delta = kind == "delta";
    let mut after = if is_delta {
        source.clone()
    } else {
        BTreeSet::new()
    };
    let mut text = format!("# edition {number}\n");
    for &(what, hash, item) in lines {
        match what {
            2 if is_delta => {
                after.retain(|(known, _)| *known != hash);
                after.insert((hash, item));
                text += &line("replace", hash, &id(item));
            }
            3 if is_delta => {
                after.remove(&(hash, item));
                text += &line("remove", hash, &id(item));
            }
            5 if is_delta => {
                after.retain(|(known, _)| *known != hash);
                text += &format!(
                    "{{\"v\":1,\"op\":\"remove\",\"type\":\"md5\",\"hash\":\"{}\"}}\n",
                    md5(hash)
                );
            }
            4 if is_delta => {
                after.retain(|(_, known)| *known != item);
                text += &format!("{{\"v\":1,\"op\":\"remove\",\"id\":{:?}}}\n", id(item));
            }
            _ => {
                after.insert((hash, item));
                text += &line("add", hash, &id(item));
            }
        }
    }
    (text, after)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn what_counts_is_what_was_published_and_decided(
        deeds in proptest::collection::vec(deed(), 1..24),
        is_delta: bool,
    ) {
        let kind = if is_delta { "delta" } else { "snapshot" };
        let world = World::new();
        let loose = "guards = { shrink = 100, growth = 1000000 }";
        let config = "[store]\nkeep = 100\n".to_owned() + &world.source("demo", kind, loose);
        let mut model = Model::default();
        let mut generations: BTreeMap<u64, BTreeSet<(u8, u8)>> = BTreeMap::new();
        // What was published and not gone back from.
        let mut good: Vec<u64> = Vec::new();
        for (number, deed) in deeds.iter().enumerate() {
            let begun = !generations.is_empty();
            let target = |deed: &Action| match deed {
                Action::Revoke(hash) | Action::Lift(hash) => Target::Hash(md5(*hash)),
                Action::RevokeItem(item) | Action::LiftItem(item) => Target::Id(id(*item)),
                _ => unreachable!(),
            };
            match deed {
                Action::Publish(lines) => {
                    let (text, after) = edition(kind, lines, &model.source, number);
                    world.publish("demo.txt", &text);
                    let refreshed = world.refresh(&config);
                    model.source = after;
                    let generation = refreshed.generation.expect("every edition differs in its comment");
                    prop_assert_eq!(refreshed.lists[0].difference.after, model.source.len() as u64);
                    generations.insert(generation, model.source.clone());
                    good.push(generation);
                }
                _ if !begun => continue,
                Action::Add(hash, item) => {
                    world.decide("demo", add(*hash, &id(*item))).unwrap();
                    model.added.insert((*hash, *item));
                    model.withdrawn.remove(&(*hash, *item));
                }
                Action::Revoke(_) | Action::RevokeItem(_) => {
                    world.decide("demo", Act::Revoke(target(deed))).unwrap();
                    match deed {
                        Action::Revoke(hash) => {
                            model.revoked.insert(*hash);
                            model.revoke(|(known, _)| known == hash, false);
                        }
                        Action::RevokeItem(item) => {
                            model.revoked_items.insert(*item);
                            model.revoke(|(_, known)| known == item, true);
                        }
                        _ => unreachable!(),
                    }
                }
                Action::Lift(_) | Action::LiftItem(_) => {
                    world.decide("demo", Act::Lift(target(deed))).unwrap();
                    match deed {
                        Action::Lift(hash) => {
                            model.revoked.remove(hash);
                            model.lift(|(known, _)| known == hash, false);
                        }
                        Action::LiftItem(item) => {
                            model.revoked_items.remove(item);
                            model.lift(|(_, known)| known == item, true);
                        }
                        _ => unreachable!(),
                    }
                }
                Action::Rollback => {
                    let expected = good.iter().rev().nth(1).copied();
                    let Ok(back) = world.store.rollback(None, "ana", "tests") else {
                        prop_assert_eq!(expected, None);
                        continue;
                    };
                    // Never what was gone back from before.
                    prop_assert_eq!(Some(back.to), expected);
                    good.pop();
                    *good.last_mut().expect("it went back to one") = back.generation;
                    model.source = generations[&back.to].clone();
                    generations.insert(back.generation, model.source.clone());
                }
            }
            let matcher = world.matcher();
            let mut counts = BTreeSet::new();
            for hash in 1..=HASHES {
                for (_, item) in lookup(&matcher, hash) {
                    counts.insert((hash, item["item-".len()..].parse().unwrap()));
                }
            }
            prop_assert_eq!(counts, model.visible(), "after {} of {:?}", number, deeds);
        }
        world.store.verify_audit().unwrap();
    }
}
