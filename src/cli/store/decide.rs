//! `basma add` and `basma revoke`: what takes effect at once.

use std::collections::HashMap;
use std::time::{SystemTime, UNIX_EPOCH};

use basma::error::Problem;
use basma::hash::{Hash, HashType};
use basma::list::{Entry, Target};
use basma::store::{Act, Decision, Store, Token};
use basma::{Error, Result};

use super::super::output::{Output, Stopped};
use super::super::{Context, Verdict};
use super::listed::{Given, Item, of_items};
use super::{operator, shown};
use crate::cli::args::store::{AddArgs, ItemArgs, RevokeArgs, StoreArgs};

pub(crate) fn revoke(args: &RevokeArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    let store = open(&args.store, context)?;
    let mut targets: Vec<(Target, u64)> = Vec::new();
    for given in Given::all(&args.targets)? {
        let found = meant(&store, args, &given, context)?;
        let (shown_text, list) = (shown(&given.text), shown(&args.list));
        if found.is_empty() && args.lift && is_listed(&store, args, &given, context)? {
            // After an interruption the user runs the command again.
            let values = [("what", shown_text.into()), ("list", list.into())];
            context.tell(&context.prose.say("lift-nothing", values));
            continue;
        }
        if found.is_empty() && args.lift {
            let text = shown_text;
            return Err(Error::from(Problem::NotWithdrawn { text, list }).into());
        }
        if found.is_empty() {
            let text = shown_text;
            return Err(Error::from(Problem::NotListed { text, list }).into());
        }
        targets.extend(found);
    }
    let decisions: Vec<Decision> = targets
        .iter()
        .map(|(target, _)| {
            decision(
                &args.list,
                &args.reason,
                if args.lift {
                    Act::Lift(target.clone())
                } else {
                    Act::Revoke(target.clone())
                },
            )
        })
        .collect();
    decide(&store, &decisions, context)?;
    for (target, count) in targets {
        let (what, list) = (named(&target), shown(&args.list));
        let count = if args.lift {
            store.count(&args.list, &target)?
        } else {
            count
        };
        let id = match (args.lift, count) {
            (false, 0) if !args.force => "revoked-before",
            (false, _) => "revoked",
            (true, 0) => "lifted-without-entry",
            (true, _) => "lifted",
        };
        let values = [
            ("what", what.into()),
            ("list", list.into()),
            ("count", count.into()),
        ];
        context.tell(&context.prose.say(id, values));
    }
    Ok(Verdict::Done)
}

/// The store that is changed: where the command does not name it, people are told which it is.
fn open(args: &StoreArgs, context: &Context<'_>) -> Result<Store> {
    let store = args.open()?;
    if args.store.is_none() {
        let path = [("path", basma::escape::path(store.path()).into())];
        context.tell(&context.prose.say("store-meant", path));
    }
    Ok(store)
}

/// What a text means in a list: hashes, or else an item. Hashes are of the types that the text may be of and that the list
/// holds. What is lifted, or withdrawn in advance, is not there to be found.
fn meant(
    store: &Store,
    args: &RevokeArgs,
    given: &Given,
    context: &Context<'_>,
) -> Result<Vec<(Target, u64)>> {
    let candidates = of_hashes(args, given, context)?;
    if args.lift {
        return lifted(store, args, given, context);
    }
    let any = args.force;
    let mut found = Vec::new();
    for target in &candidates {
        let count = store.count(&args.list, target)?;
        if count > 0 {
            found.push((target.clone(), count));
        }
    }
    if found.is_empty() && any && !candidates.is_empty() {
        return Ok(candidates.into_iter().map(|target| (target, 0)).collect());
    }
    let id = Target::Id(given.text.clone());
    if found.is_empty() {
        let count = store.count(&args.list, &id)?;
        if count > 0 || any {
            return Ok(vec![(id, count)]);
        }
    }
    if found.is_empty() {
        // After an interruption the user runs the command again.
        for target in candidates.into_iter().chain([id]) {
            if store.is_withdrawn(&args.list, &target)? {
                found.push((target, 0));
            }
        }
    }
    Ok(found)
}

/// Whether a text means anything that counts.
fn is_listed(
    store: &Store,
    args: &RevokeArgs,
    given: &Given,
    context: &Context<'_>,
) -> Result<bool> {
    for target in possible(args, given, context)? {
        if store.count(&args.list, &target)? > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The hashes of a file that is there, or those that a text may be.
fn of_hashes(args: &RevokeArgs, given: &Given, context: &Context<'_>) -> Result<Vec<Target>> {
    if args.id {
        return Ok(Vec::new());
    }
    if !given.path().exists() {
        return Ok(hashes(&given.text, &[])?
            .into_iter()
            .map(Target::Hash)
            .collect());
    }
    let items = of_items(given, &ItemArgs::of_hashes(&args.ffmpeg), context)?;
    let entries = items.iter().flat_map(|item| &item.entries);
    Ok(entries.map(|entry| Target::Hash(entry.hash)).collect())
}

/// The hashes that a text may be, or else an item.
fn possible(args: &RevokeArgs, given: &Given, context: &Context<'_>) -> Result<Vec<Target>> {
    let mut possible = of_hashes(args, given, context)?;
    possible.push(Target::Id(given.text.clone()));
    Ok(possible)
}

/// What a text means among what was withdrawn.
fn lifted(
    store: &Store,
    args: &RevokeArgs,
    given: &Given,
    context: &Context<'_>,
) -> Result<Vec<(Target, u64)>> {
    let mut found = Vec::new();
    for target in possible(args, given, context)? {
        if store.is_withdrawn(&args.list, &target)? {
            found.push((target, 0));
        }
    }
    Ok(found)
}

/// The hashes that a text may be. TYPE:HASH is one. HASH alone may be any of its length, of these types if there are any.
pub(super) fn hashes(text: &str, types: &[HashType]) -> Result<Vec<Hash>> {
    if let Some((name, hex)) = text.split_once(':')
        && let Ok(hash_type) = name.parse::<HashType>()
    {
        return Ok(vec![Hash::parse(hash_type, hex.trim())?]);
    }
    let of_length = HashType::ALL
        .into_iter()
        .filter(|t| t.bytes() * 2 == text.len());
    let is_clear = of_length.count() == 1;
    let is_hex = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let fits = |hash_type: &HashType| {
        is_hex
            && hash_type.bytes() * 2 == text.len()
            && (is_clear || types.is_empty() || types.contains(hash_type))
    };
    let types = HashType::ALL.into_iter().filter(fits);
    types
        .map(|hash_type| Hash::parse(hash_type, text))
        .collect()
}

fn named(target: &Target) -> String {
    match target {
        Target::Hash(hash) => format!("{}:{hash}", hash.hash_type()),
        Target::Id(id) => shown(id),
        Target::Entry(hash, id) => format!("{}:{hash} ({})", hash.hash_type(), shown(id)),
    }
}

fn decision(list: &str, reason: &str, act: Act) -> Decision {
    Decision::new(list, act, now())
        .with_reason(reason.to_owned())
        .with_by(operator())
}

fn decide(store: &Store, decisions: &[Decision], context: &Context<'_>) -> Result<()> {
    for warning in store.decide(decisions)? {
        context.complain("warning", &context.prose.error(&warning));
    }
    Ok(())
}

pub(super) fn now() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

pub(crate) fn add(args: &AddArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    let store = open(&args.store, context)?;
    let mut items = Vec::new();
    for given in Given::all(&args.items)? {
        items.extend(of_items(&given, &args.item, context)?);
    }
    let token = args.consent.withdrawable.then(Token::random).transpose()?;
    let meta = args.consent.meta(token.as_ref());
    for entry in items.iter_mut().flat_map(|item| &mut item.entries) {
        entry.meta.extend(meta.iter().cloned());
    }
    let mut known = 0_u64;
    let says_more = args.item.says_more() || !meta.is_empty();
    for item in &mut items {
        known += leave_out_listed(&store, &args.list, item, says_more, context)?;
    }
    let entries = items.iter().flat_map(|item| &item.entries);
    let decisions: Vec<Decision> = entries
        .map(|entry| decision(&args.list, &args.reason, Act::Add(Box::new(entry.clone()))))
        .collect();
    if decisions.is_empty() && known > 0 {
        return Ok(Verdict::Done);
    }
    decide(&store, &decisions, context)?;
    if let Some(token) = &token {
        let mut out = Output::open(None)?;
        out.write(&format!("{}\n", token.text()))?;
        out.finish()?;
        context.tell(&context.prose.word("withdrawal-token"));
    }
    for Item { entries, of_list } in items {
        if let Some(path) = of_list {
            let values = [
                ("count", (entries.len() as u64).into()),
                ("list", shown(&args.list).into()),
                ("path", path.into()),
            ];
            context.tell(&context.prose.say("added-list", values));
            continue;
        }
        let pictures = entries.iter().filter(|entry| entry.frame.is_some()).count();
        if let Some(first) = entries.iter().find(|entry| entry.frame.is_some()) {
            let values = [
                ("count", (pictures as u64).into()),
                ("list", shown(&args.list).into()),
                ("id", shown(first.id.as_deref().unwrap_or("-")).into()),
            ];
            context.tell(&context.prose.say("added-clip", values));
        }
        for entry in entries.iter().filter(|entry| entry.frame.is_none()) {
            let what = format!("{}:{}", entry.hash.hash_type(), entry.hash);
            let id = shown(entry.id.as_deref().unwrap_or("-"));
            let values = [
                ("what", what.into()),
                ("list", shown(&args.list).into()),
                ("id", id.into()),
            ];
            context.tell(&context.prose.say("added", values));
        }
    }
    Ok(Verdict::Done)
}

/// Whether an entry that a list holds says what is to be added: of the same item, and the same of it where anything is said.
fn holds(held: &Entry, entry: &Entry, says_more: bool) -> bool {
    // A list that holds the hash alone can be given what finds changed copies.
    if entry.details.is_some() && held.details.is_none() {
        return false;
    }
    let is_of_item = entry.id.is_none() || held.id == entry.id;
    let said = |entry: &Entry| {
        let meta = entry.meta.clone();
        (
            entry.labels.clone(),
            entry.severity,
            entry.valid_until,
            meta,
        )
    };
    is_of_item && (!says_more || said(held) == said(entry))
}

/// Leaves out what the list holds of the same item, and says so; how many entries that is.
fn leave_out_listed(
    store: &Store,
    list: &str,
    item: &mut Item,
    says_more: bool,
    context: &Context<'_>,
) -> Result<u64> {
    let hashes = item.entries.iter().map(|entry| entry.hash);
    let listed = store.entries_of(list, hashes)?;
    let mut held: HashMap<Hash, Vec<Entry>> = HashMap::new();
    for entry in listed {
        held.entry(entry.hash).or_default().push(entry);
    }
    let mut new = Vec::new();
    let mut known = 0;
    for entry in item.entries.drain(..) {
        let held = held.get(&entry.hash).map(Vec::as_slice).unwrap_or_default();
        if !held.iter().any(|held| holds(held, &entry, says_more)) {
            new.push(entry);
            continue;
        }
        let target = match entry.id {
            Some(id) => Target::Entry(entry.hash, id),
            None => Target::Hash(entry.hash),
        };
        known += 1;
        // Of a list, which may be long, they are counted.
        if item.of_list.is_some() {
            continue;
        }
        let values = [
            ("what", named(&target).into()),
            ("list", shown(list).into()),
        ];
        context.tell(&context.prose.say("already-listed", values));
    }
    item.entries = new;
    if let Some(path) = item.of_list.as_ref().filter(|_| known > 0) {
        let values = [
            ("count", known.into()),
            ("list", shown(list).into()),
            ("path", path.clone().into()),
        ];
        context.tell(&context.prose.say("already-listed-list", values));
    }
    Ok(known)
}
