use super::*;
use crate::hash::View;
use crate::list::Opinion;

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
