//! `basma add` and `basma revoke`: what takes effect at once.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use basma::hash::{Hash, HashType};
use basma::hasher::{Hasher, Views};
use basma::list::{Entry, Media, Target};
use basma::store::{Act, Decision, Store};
use basma::{Error, Result};

use super::super::output::Stopped;
use super::super::{Context, Verdict};
use super::args::{AddArgs, RevokeArgs};
use super::{operator, shown};

pub(crate) fn revoke(args: &RevokeArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    let store = args.store.open()?;
    let mut targets: Vec<(Target, u64)> = Vec::new();
    for text in &args.targets {
        let found = meant(&store, args, text)?;
        if found.is_empty() && args.lift && is_listed(&store, args, text)? {
            // Whoever was interrupted runs the command again.
            continue;
        }
        if found.is_empty() {
            let text = shown(text);
            let list = shown(&args.list);
            return Err(Error::Argument(format!(
                "list '{list}' holds nothing that '{text}' means: is it mistyped? --force withdraws it in advance"
            ))
            .into());
        }
        targets.extend(found);
    }
    let decisions: Vec<Decision> = targets
        .iter()
        .map(|(target, _)| {
            decision(
                &args.list,
                &args.reason,
                match args.lift {
                    true => Act::Lift(target.clone()),
                    false => Act::Revoke(target.clone()),
                },
            )
        })
        .collect();
    decide(&store, &decisions, context)?;
    for (target, count) in targets {
        let (what, list) = (named(&target), shown(&args.list));
        let id = if args.lift { "lifted" } else { "revoked" };
        let values = [
            ("what", what.into()),
            ("list", list.into()),
            ("count", count.into()),
        ];
        context.tell(&context.prose.say(id, values));
    }
    Ok(Verdict::Clean)
}

/// What a text means in a list: hashes of the types that it may be of and that the list holds, or else an item. What is
/// lifted, or withdrawn in advance, is not there to be found.
fn meant(store: &Store, args: &RevokeArgs, text: &str) -> Result<Vec<(Target, u64)>> {
    let candidates: Vec<Target> = match args.id {
        true => Vec::new(),
        false => hashes(text, &[])?.into_iter().map(Target::Hash).collect(),
    };
    if args.lift {
        return lifted(store, args, text);
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
    let id = Target::Id(text.to_owned());
    if found.is_empty() {
        let count = store.count(&args.list, &id)?;
        if count > 0 || any {
            return Ok(vec![(id, count)]);
        }
    }
    if found.is_empty() {
        // Whoever was interrupted runs the command again.
        for target in candidates.into_iter().chain([id]) {
            if store.is_withdrawn(&args.list, &target)? {
                found.push((target, 0));
            }
        }
    }
    Ok(found)
}

/// Whether a text means anything that counts.
fn is_listed(store: &Store, args: &RevokeArgs, text: &str) -> Result<bool> {
    for target in possible(args, text)? {
        if store.count(&args.list, &target)? > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The hashes that a text may be, or else an item.
fn possible(args: &RevokeArgs, text: &str) -> Result<Vec<Target>> {
    let hashes = match args.id {
        true => Vec::new(),
        false => hashes(text, &[])?,
    };
    let hashes = hashes.into_iter().map(Target::Hash);
    Ok(hashes.chain([Target::Id(text.to_owned())]).collect())
}

/// What a text means among what was withdrawn.
fn lifted(store: &Store, args: &RevokeArgs, text: &str) -> Result<Vec<(Target, u64)>> {
    let mut found = Vec::new();
    for target in possible(args, text)? {
        if store.is_withdrawn(&args.list, &target)? {
            found.push((target, 0));
        }
    }
    Ok(found)
}

/// The hashes that a text may be: TYPE:HASH is one, HASH alone any of its length, of these types if there are any.
fn hashes(text: &str, types: &[HashType]) -> Result<Vec<Hash>> {
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
    }
}

fn decision(list: &str, reason: &str, act: Act) -> Decision {
    Decision {
        list: list.to_owned(),
        act,
        reason: reason.to_owned(),
        by: operator(),
        at: now(),
    }
}

fn decide(store: &Store, decisions: &[Decision], context: &Context<'_>) -> Result<()> {
    for trouble in store.decide(decisions)? {
        context.complain("warning", &trouble.to_string());
    }
    Ok(())
}

fn now() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

pub(crate) fn add(args: &AddArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    let store = args.store.open()?;
    let mut entries: Vec<Entry> = Vec::new();
    for item in &args.items {
        entries.extend(of_item(item, args, context)?);
    }
    let decisions: Vec<Decision> = entries
        .iter()
        .map(|entry| decision(&args.list, &args.reason, Act::Add(Box::new(entry.clone()))))
        .collect();
    decide(&store, &decisions, context)?;
    for entry in entries {
        let what = format!("{}:{}", entry.hash.hash_type(), entry.hash);
        let id = shown(entry.id.as_deref().unwrap_or("-"));
        let values = [
            ("what", what.into()),
            ("list", shown(&args.list).into()),
            ("id", id.into()),
        ];
        context.tell(&context.prose.say("added", values));
    }
    Ok(Verdict::Clean)
}

/// A file that is there, or else a hash.
fn of_item(item: &str, args: &AddArgs, context: &Context<'_>) -> Result<Vec<Entry>> {
    let path = Path::new(item);
    if path.exists() {
        return of_file(path, args, context);
    }
    let wrong = |what: &str| Error::Argument(format!("'{}': {what}", shown(item)));
    match hashes(item, &args.types)?.as_slice() {
        [] => Err(wrong(
            "is neither a file nor a hash; a hash is HASH or TYPE:HASH",
        )),
        [hash] => Ok(vec![entry(*hash, args, None)]),
        _ => Err(wrong("may be of several types; give it as TYPE:HASH")),
    }
}

fn of_file(path: &Path, args: &AddArgs, context: &Context<'_>) -> Result<Vec<Entry>> {
    let shown_path = basma::escape::path(path).into_owned();
    // As stored: what is looked up is turned, what is listed is not.
    let hasher = Hasher::new(args.types.iter().copied()).with_views(Views::Stored);
    let bytes = std::fs::read(path).map_err(|source| Error::Io {
        action: "read",
        path: path.to_owned(),
        source,
    })?;
    if bytes.is_empty() {
        return Err(Error::Argument(format!(
            "{shown_path}: is empty, and would match every empty file"
        )));
    }
    let fingerprint = hasher.hash_bytes(&bytes);
    let mut entries: Vec<Entry> = Vec::new();
    for print in &fingerprint.prints {
        if print.quality < basma::hash::Pdq::QUALITY {
            let values = [
                ("path", shown_path.clone().into()),
                ("quality", print.quality.into()),
            ];
            context.complain("warning", &context.prose.say("add-flat", values));
            continue;
        }
        let quality = (print.hash.hash_type() == HashType::Pdq).then_some(print.quality);
        entries.push(entry(print.hash, args, quality));
    }
    entries.extend(
        fingerprint
            .digests
            .iter()
            .map(|digest| entry(*digest, args, None)),
    );
    if fingerprint.prints.is_empty() && args.types.iter().any(|t| t.is_perceptual()) {
        context.complain(
            "warning",
            &context
                .prose
                .say("add-not-decoded", [("path", shown_path.clone().into())]),
        );
    }
    // One item: whoever withdraws it withdraws all its hashes. Files of one name are not one item.
    let name = format!("sha256-{}", &sha256(&bytes)[..16]);
    for entry in &mut entries {
        entry.id.get_or_insert_with(|| name.clone());
    }
    if entries.is_empty() {
        return Err(Error::Argument(format!(
            "{shown_path}: nothing can be listed of it"
        )));
    }
    Ok(entries)
}

fn sha256(bytes: &[u8]) -> String {
    let digests = Hasher::new([HashType::Sha256]).hash_bytes(bytes).digests;
    digests.first().map(Hash::to_string).unwrap_or_default()
}

fn entry(hash: Hash, args: &AddArgs, quality: Option<u8>) -> Entry {
    let mut labels = args.labels.clone();
    labels.sort_unstable();
    labels.dedup();
    Entry {
        id: args.id.clone(),
        labels,
        severity: args.severity,
        valid_until: args.until,
        media: hash.hash_type().is_perceptual().then_some(Media::Image),
        added: Some(now()),
        quality,
        ..Entry::new(hash, 1)
    }
}
