//! Entries that are erased by the token of a person.

use std::fs;
use std::path::Path;

use super::*;

fn hash(number: u8) -> Hash {
    let mut bytes = [number; 32];
    for (place, byte) in bytes.iter_mut().enumerate() {
        *byte = byte
            .wrapping_mul(31)
            .wrapping_add((place as u8).wrapping_mul(57) ^ number);
    }
    Hash::new(HashType::Sha256, &bytes).unwrap()
}

fn entry(number: u8, token: Option<&Token>) -> Entry {
    let mut entry = Entry::new(hash(number), 1).with_id(format!("report-{number}"));
    let digest = token.map(|token| (WITHDRAWAL.to_owned(), token.digest()));
    entry.meta.extend(digest);
    entry
}

fn add(store: &Store, list: &str, entry: Entry) -> Result<Vec<Error>> {
    store.decide(&[Decision::new(list, Act::Add(Box::new(entry)), 5)])
}

/// The files below a folder that hold a text of bytes.
fn holding(folder: &Path, what: &[u8]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for file in walkdir::WalkDir::new(folder) {
        let file = file.unwrap();
        if file.file_type().is_file() {
            let bytes = fs::read(file.path()).unwrap();
            if bytes.windows(what.len()).any(|window| window == what) {
                found.push(file.into_path());
            }
        }
    }
    found
}

fn assert_erased(store: &Store, number: u8) {
    let text = hash(number).to_string();
    assert_eq!(
        holding(store.path(), text.as_bytes()),
        Vec::<PathBuf>::new()
    );
    assert_eq!(
        holding(store.path(), hash(number).as_bytes()),
        Vec::<PathBuf>::new()
    );
}

#[test]
fn what_is_withdrawn_by_its_token_is_in_no_file_of_the_store() {
    let world = World::new();
    let store = &world.store;
    let token = Token::random().unwrap();
    let other = Token::random().unwrap();
    let config = world.source("own", "local", "");
    world.refresh_with(&config, &[]).unwrap();
    add(store, "own", entry(1, Some(&token))).unwrap();
    add(store, "own", entry(2, Some(&other))).unwrap();
    add(store, "own", entry(3, None)).unwrap();
    // One of them is built into a generation, one was decided since, one was withdrawn by hand.
    world.refresh_with(&config, &[]).unwrap();
    add(store, "own", entry(4, Some(&token))).unwrap();
    add(store, "own", entry(5, Some(&token))).unwrap();
    let by_id = Act::Revoke(Target::Id("report-5".to_owned()));
    let revoke = Decision::new("own", by_id, 6).with_reason("an error".to_owned());
    store.decide(&[revoke]).unwrap();
    let matcher = Matcher::open([store.path()]).unwrap();
    assert_eq!(matcher.lookup(&hash(1)).unwrap().matches.len(), 1);
    let mut handed = 0;
    let erased = store.withdraw(&token, "ana", "asked for", |entries| {
        handed = entries.len();
        Ok(())
    });
    let erased = erased.unwrap();
    assert_eq!((erased.entries, handed, erased.in_audit), (3, 3, 0));
    assert_eq!(erased.lists, ["own"]);
    assert!(erased.warnings.is_empty());
    for number in [1, 4, 5] {
        assert_erased(store, number);
    }
    let matcher = Matcher::open([store.path()]).unwrap();
    for (number, count) in [(1, 0), (2, 1), (3, 1), (4, 0), (5, 0)] {
        let found = matcher.lookup(&hash(number)).unwrap();
        assert_eq!(found.matches.len(), count, "{number}");
    }
    assert!(store.verify_audit().unwrap().records > 0);
    let mut told = 0;
    store
        .audit(|line| {
            told += u64::from(line.contains(&token.digest()) && line.contains("withdraw"));
            Ok(())
        })
        .unwrap();
    assert!(told > 0);
    // No generation that held it is left, and no later one brings it back.
    assert_eq!(store.generations().unwrap().len(), 1);
    assert!(store.withdraw(&token, "ana", "again", |_| Ok(())).is_err());
    world.refresh_with(&config, &[]).unwrap();
    let lift = Act::Lift(Target::Id("report-5".to_owned()));
    let lift = Decision::new("own", lift, 7).with_reason("tests".to_owned());
    store.decide(&[lift]).unwrap();
    let matcher = Matcher::open([store.path()]).unwrap();
    assert!(matcher.lookup(&hash(5)).unwrap().matches.is_empty());
}

#[test]
fn a_withdrawal_that_is_interrupted_is_finished_by_the_next_change() {
    let world = World::new();
    let store = &world.store;
    let token = Token::random().unwrap();
    let config = world.source("own", "local", "");
    world.refresh_with(&config, &[]).unwrap();
    add(store, "own", entry(1, Some(&token))).unwrap();
    world.refresh_with(&config, &[]).unwrap();
    let before = world.path("before");
    copy(store.path(), &before);
    store
        .withdraw(&token, "ana", "asked for", |_| Ok(()))
        .unwrap();
    // The process died before it removed what came before: those files are there again.
    for file in walkdir::WalkDir::new(&before) {
        let file = file.unwrap();
        let place = store
            .path()
            .join(file.path().strip_prefix(&before).unwrap());
        if file.file_type().is_file() && !place.exists() {
            fs::copy(file.path(), place).unwrap();
        }
    }
    assert!(!holding(store.path(), hash(1).as_bytes()).is_empty());
    add(store, "own", entry(2, None)).unwrap();
    world.refresh_with(&config, &[]).unwrap();
    assert_erased(store, 1);
    assert!(store.rollback(Some(1), "ana", "no way back").is_err());
}

#[test]
fn what_fails_before_the_withdrawal_leaves_everything_as_it_was() {
    let world = World::new();
    let store = &world.store;
    let token = Token::random().unwrap();
    let config = world.source("own", "local", "");
    world.refresh_with(&config, &[]).unwrap();
    add(store, "own", entry(1, Some(&token))).unwrap();
    let generation = store.generation().unwrap();
    let failed = store.withdraw(&token, "ana", "asked for", |_| Err(Error::Cancelled));
    assert!(matches!(failed, Err(Error::Cancelled)));
    assert_eq!(store.generation().unwrap(), generation);
    let matcher = Matcher::open([store.path()]).unwrap();
    assert_eq!(matcher.lookup(&hash(1)).unwrap().matches.len(), 1);
}

#[test]
fn a_token_is_read_as_people_copy_it_and_never_repeated() {
    let token = Token::random().unwrap();
    assert_ne!(token, Token::random().unwrap());
    let text = token.text();
    let spaced = format!(
        " {}-{} {}\n",
        &text[..10],
        &text[10..30],
        &text[30..].to_uppercase()
    );
    assert_eq!(Token::parse(&spaced).unwrap(), token);
    for wrong in [
        "",
        &text[1..],
        &format!("{text}0"),
        &text.replace(&text[..2], "zz"),
        "é",
    ] {
        let error = Token::parse(wrong).unwrap_err().to_string();
        assert!(wrong.is_empty() || !error.contains(wrong), "{error}");
    }
    assert!(!format!("{token:?}").contains(&text));
}

#[test]
fn an_entry_of_a_source_carries_no_token() {
    let world = World::new();
    world.publish("demo.txt", &format!("pdq {PDQ}\n"));
    let config = world.source("demo", "snapshot", "");
    world.refresh_with(&config, &[]).unwrap();
    let token = Token::random().unwrap();
    assert!(add(&world.store, "demo", entry(1, Some(&token))).is_err());
}

fn copy(from: &Path, to: &Path) {
    for file in walkdir::WalkDir::new(from) {
        let file = file.unwrap();
        let place = to.join(file.path().strip_prefix(from).unwrap());
        if file.file_type().is_dir() {
            fs::create_dir_all(place).unwrap();
        } else {
            fs::copy(file.path(), place).unwrap();
        }
    }
}
