//! `basma audit`: what was done to a store, by whom and why.

use basma::Error;
use basma::report::AuditRecord;
use serde_json::{Map, Value as Json};

use super::super::output::{Output, Stopped};
use super::super::prose::{Prose, Value};
use super::super::{Context, Verdict};
use super::shown;
use crate::cli::args::store::{AuditArgs, StoreFormat};

pub(crate) fn audit(args: &AuditArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    let store = args.store.open()?;
    if args.verify {
        let audited = store.verify_audit()?;
        let mut out = Output::open(None)?;
        let values = [
            ("records", audited.records.into()),
            ("head", audited.head.into()),
        ];
        out.write(&format!(
            "{}\n",
            context.prose.say("audit-verified", values)
        ))?;
        out.finish()?;
        if audited.unwritten > 0 {
            let said = context
                .prose
                .say("audit-unwritten", [("count", audited.unwritten.into())]);
            context.complain("warning", &said);
        }
        return Ok(Verdict::Done);
    }
    let prose = context.output_prose(None);
    let mut out = Output::open(None)?;
    let mut left = None;
    let printed = store.audit(|line| {
        let text = match args.format {
            StoreFormat::Jsonl => format!("{line}\n"),
            StoreFormat::Text => told(&prose, line),
        };
        out.write(&text).map_err(|stopped| {
            left = Some(stopped);
            Error::Cancelled
        })
    });
    if let Some(stopped) = left {
        return Err(stopped);
    }
    printed?;
    out.finish()?;
    Ok(Verdict::Done)
}

/// A record on one line; one of a later version as it is.
fn told(prose: &Prose, line: &str) -> String {
    let Ok(record) = serde_json::from_str::<AuditRecord>(line) else {
        return format!("{}\n", shown(line));
    };
    let more = &record.more;
    let text = |name: &str| more.get(name).and_then(Json::as_str).unwrap_or_default();
    let reason = match text("reason") {
        "" => String::new(),
        reason => prose.say("audit-reason", [("reason", shown(reason).into())]),
    };
    let values = [
        ("at", record.at.as_str().into()),
        ("by", shown(person(text("by"))).into()),
        ("did", Value::said(did(prose, &record))),
        ("reason", Value::said(reason)),
    ];
    prose.say("audit-record", values) + "\n"
}

/// Who it was, without the number that the system knows a user by, where there is a name.
fn person(by: &str) -> &str {
    by.split_once(" (uid ").map_or(by, |(name, _)| name)
}

fn did(prose: &Prose, record: &AuditRecord) -> String {
    let more = &record.more;
    let text = |of: &Map<String, Json>, name: &str| {
        shown(of.get(name).and_then(Json::as_str).unwrap_or_default())
    };
    let hash = |of: &Map<String, Json>| match (text(of, "type"), text(of, "hash")) {
        (hash_type, hash) if !hash.is_empty() => format!("{hash_type}:{hash}"),
        _ => String::new(),
    };
    let words = |parts: [String; 2]| {
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(" ")
    };
    let generation = more.get("generation").and_then(Json::as_u64);
    let list = ("list", text(more, "list").into());
    match record.did.as_str() {
        "add" => {
            let empty = Map::new();
            let entry = more.get("entry").and_then(Json::as_object);
            let entry = entry.unwrap_or(&empty);
            let what = words([hash(entry), text(entry, "id")]);
            prose.say("audit-add", [list, ("what", what.into())])
        }
        "revoke" => {
            let what = words([hash(more), text(more, "id")]);
            prose.say("audit-revoke", [list, ("what", what.into())])
        }
        "lift" => {
            let what = words([hash(more), text(more, "id")]);
            prose.say("audit-lift", [list, ("what", what.into())])
        }
        "publish" => {
            let values = [("generation", generation.unwrap_or_default().into())];
            prose.say("audit-publish", values) + &changes(prose, more)
        }
        "rollback" => {
            let values = [("generation", generation.unwrap_or_default().into())];
            prose.say("audit-rollback", values)
        }
        "hold" => prose.word("audit-hold") + &changes(prose, more),
        other => shown(other),
    }
}

/// What a refresh did with each list: changed it, held it back, or failed.
fn changes(prose: &Prose, more: &Map<String, Json>) -> String {
    let changes = more.get("changes").and_then(Json::as_array);
    let changes = changes.into_iter().flatten().filter_map(Json::as_object);
    let told = changes.map(|change| {
        let count = |name: &str| change.get(name).and_then(Json::as_u64).unwrap_or_default();
        let text = |name: &str| change.get(name).and_then(Json::as_str).map(shown);
        let list = ("list", text("list").unwrap_or_default().into());
        let held = change.get("held").and_then(Json::as_array);
        let held = held.into_iter().flatten();
        let held = held.filter_map(|held| held.get("guard").and_then(Json::as_str));
        let guards: Vec<String> = held.map(shown).collect();
        if !guards.is_empty() {
            return prose.say("audit-held", [list, ("guards", guards.join(", ").into())]);
        }
        if let Some(failed) = text("failed") {
            return prose.say("audit-failed", [list, ("error", failed.into())]);
        }
        let values = [
            list,
            ("added", count("added").into()),
            ("changed", count("changed").into()),
            ("removed", count("removed").into()),
        ];
        prose.say("audit-change", values)
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::Language;

    #[test]
    fn people_read_names_and_never_a_control_character() {
        let prose = Prose::new(Language::En);
        let hash = "0".repeat(64);
        let line = |did: &str, more: &str| {
            format!(
                r#"{{"v":1,"seq":1,"at":"2026-01-02T03:04:05Z","by":"amina (uid 1000)","did":"{did}"{more},"prev":"{hash}"}}"#
            )
        };
        let revoke = line(
            "revoke",
            r#","list":"own","id":"case\u001b[2J","reason":"a\nb""#,
        );
        assert_eq!(
            told(&prose, &revoke),
            "2026-01-02T03:04:05Z amina: withdrew from own: case\\u{001b}[2J (reason: a\\nb)\n"
        );
        let publish = line(
            "publish",
            r#","generation":7,"changes":[{"list":"l","added":3,"changed":2,"removed":1}]"#,
        );
        assert_eq!(
            told(&prose, &publish),
            "2026-01-02T03:04:05Z amina: published generation 7; l: 3 came, 2 changed, 1 went\n"
        );
        let hold = line(
            "hold",
            r#","changes":[{"list":"l","held":[{"guard":"shrink"},{"guard":"growth"}]},{"list":"m","failed":"gone"}]"#,
        );
        assert_eq!(
            told(&prose, &hold),
            "2026-01-02T03:04:05Z amina: published nothing; l: held back by shrink, growth; m: failed: gone\n"
        );
        assert_eq!(told(&prose, "{}\u{7}"), "{}\\u{0007}\n");
        assert_eq!(person("uid 1000"), "uid 1000");
    }
}
