//! A decision as a line of JSON, held to the line before it.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{Act, Decision};
use crate::error::DecisionsDamage;
use crate::hash::{Hash, HashType};
use crate::list::{self, ReadOptions, Target};

/// The beginning of a line: a checksum over the checksum before it and the rest of the line. It reveals changed, lost
/// and moved lines. It tells of accidents; against malice stands the chain of the audit.
const CHECK: &str = "{\"check\":\"";
const CHECK_DIGITS: usize = 16;

/// The checksum that stands before the first line.
pub(super) const FIRST: [u8; CHECK_DIGITS] = [b'0'; CHECK_DIGITS];

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredLine<'a> {
    #[serde(rename = "check", default, skip_serializing)]
    _check: String,
    v: u64,
    at: i64,
    by: String,
    list: String,
    op: String,
    reason: String,
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    hash_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hash: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    entry: Option<&'a RawValue>,
}

fn check(before: &[u8], rest: &[u8]) -> [u8; CHECK_DIGITS] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(before);
    hasher.update(rest);
    let hex = hasher.finalize().to_hex();
    hex.as_bytes()[..CHECK_DIGITS]
        .try_into()
        .expect("64 digits")
}

/// The line of a decision with its end, and its checksum.
pub(super) fn write(decision: &Decision, before: &[u8]) -> (Vec<u8>, [u8; CHECK_DIGITS]) {
    let target = match &decision.act {
        Act::Add(_) => None,
        Act::Revoke(target) | Act::Lift(target) => Some(target),
    };
    let hash = match target {
        Some(Target::Hash(hash) | Target::Entry(hash, _)) => Some(hash),
        _ => None,
    };
    let entry = match &decision.act {
        Act::Add(entry) => Some(list::entry_line(entry)),
        _ => None,
    };
    let entry = entry.map(|line| RawValue::from_string(line).expect("an entry is an object"));
    let line = StoredLine {
        _check: String::new(),
        v: 1,
        at: decision.at,
        by: decision.by.clone(),
        list: decision.list.clone(),
        op: decision.act.name().to_owned(),
        reason: decision.reason.clone(),
        hash_type: hash.map(|hash| hash.hash_type().name().to_owned()),
        hash: hash.map(Hash::to_string),
        id: match target {
            Some(Target::Id(id) | Target::Entry(_, id)) => Some(id.clone()),
            _ => None,
        },
        entry: entry.as_deref(),
    };
    let json = serde_json::to_string(&line).expect("strings and numbers");
    // Without its opening brace, which stands before the checksum.
    let rest = &json[1..];
    let check = check(before, rest.as_bytes());
    let mut line = CHECK.as_bytes().to_vec();
    line.extend(check);
    line.extend(b"\",");
    line.extend(rest.as_bytes());
    line.push(b'\n');
    (line, check)
}

/// The damage of a line, by its number.
type OfLine = fn(u64) -> DecisionsDamage;

/// A line without its end, and its checksum; what is wrong with it.
pub(super) fn read(line: &[u8], before: &[u8]) -> Result<(Decision, [u8; CHECK_DIGITS]), OfLine> {
    let parts = line.strip_prefix(CHECK.as_bytes());
    let parts = parts.and_then(|rest| rest.split_first_chunk::<CHECK_DIGITS>());
    let parts = parts.and_then(|(found, rest)| Some((found, rest.strip_prefix(b"\",")?)));
    let Some((found, rest)) = parts else {
        return Err(|line| DecisionsDamage::NotADecision { line });
    };
    if *found != check(before, rest) {
        return Err(|line| DecisionsDamage::Chain { line });
    }
    let unknown: OfLine = |line| DecisionsDamage::Unknown { line };
    let line: StoredLine<'_> = serde_json::from_slice(line).map_err(|_| unknown)?;
    if line.v != 1 {
        return Err(|line| DecisionsDamage::Newer { line });
    }
    let act = act(&line).ok_or(unknown)?;
    let decision = Decision {
        list: line.list,
        act,
        reason: line.reason,
        by: line.by,
        at: line.at,
    };
    Ok((decision, *found))
}

fn act(line: &StoredLine<'_>) -> Option<Act> {
    let target = || match (&line.hash_type, &line.hash, &line.id) {
        (Some(name), Some(hex), id) => {
            let hash_type: HashType = name.parse().ok()?;
            let hash = Hash::parse(hash_type, hex).ok()?;
            Some(match id {
                Some(id) => Target::Entry(hash, id.clone()),
                None => Target::Hash(hash),
            })
        }
        (None, None, Some(id)) => Some(Target::Id(id.clone())),
        _ => None,
    };
    match line.op.as_str() {
        "add" => {
            let options = ReadOptions {
                min_quality: 0,
                allow_unusual_pdq: true,
                ..ReadOptions::default()
            };
            let text = line.entry?.get().as_bytes();
            let list = list::read_bytes("entry".as_ref(), text, &options).ok()?;
            let mut entry = list.entries.into_iter().next()?;
            entry.list = None;
            Some(Act::Add(Box::new(entry)))
        }
        "revoke" => target().map(Act::Revoke),
        "lift" => target().map(Act::Lift),
        _ => None,
    }
}

/// The entry point of the fuzzer: any bytes as a line, with and without the right checksum.
#[cfg(any(test, fuzzing))]
pub(in crate::store) fn hold_to(bytes: &[u8]) {
    assert!(read(bytes, b"").is_err(), "no line follows nothing");
    let mut line = CHECK.as_bytes().to_vec();
    line.extend(check(&FIRST, bytes));
    line.extend(b"\",");
    line.extend(bytes);
    if let Ok((decision, found)) = read(&line, &FIRST) {
        let (again, _) = write(&decision, &FIRST);
        if let Ok((same, _)) = read(&again[..again.len() - 1], &FIRST) {
            assert_eq!(same, decision);
        }
        assert!(
            read(&line, &found).is_err(),
            "it follows the first line alone"
        );
    }
}
