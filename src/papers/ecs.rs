//! Events by the Elastic Common Schema 8.11, one line each, for systems that collect security events.

use serde_json::{Value, json};

use super::{Carried, CaseFinding, Dossier, Findings, Out};
use crate::Result;

/// Writes one event for each finding.
///
/// # Errors
/// Those of the findings and of the writer.
pub fn write(
    dossier: &Dossier,
    findings: &(impl Findings + ?Sized),
    out: &mut Out<'_>,
) -> Result<Carried> {
    let mut carried = Carried::default();
    findings.each(&mut |finding| {
        out.json(&event(dossier, finding))?;
        out.text("\n")?;
        carried.written += 1;
        Ok(())
    })?;
    Ok(carried)
}

fn event(dossier: &Dossier, finding: &CaseFinding) -> Value {
    let hashes = [
        ("md5", &finding.md5),
        ("sha1", &finding.sha1),
        ("sha256", &finding.sha256),
    ];
    let hashes = hashes.into_iter().filter_map(|(name, digest)| {
        let digest = digest.as_ref()?;
        Some((name.to_owned(), json!(digest)))
    });
    let hashes: serde_json::Map<String, Value> = hashes.collect();
    let nearest = finding.matches.first();
    let labels: Vec<&str> = finding
        .matches
        .iter()
        .flat_map(|listed| listed.labels.iter().map(String::as_str))
        .collect();
    let event = json!({
        "@timestamp": finding.time,
        "ecs": {"version": "8.11.0"},
        "event": {
            "id": format!("{}/{}", dossier.case, finding.id),
            "kind": if finding.is_handed_on() { "alert" } else { "event" },
            "category": ["file"],
            "type": ["info"],
            "action": "hash-match",
            "provider": "basma",
            "dataset": "basma.case",
            "reason": finding.outcome(),
            "hash": dossier.head.digest,
            "sequence": finding.record,
        },
        "observer": {"product": "basma", "version": env!("CARGO_PKG_VERSION")},
        "file": {
            "path": finding.path,
            "name": finding.file_name(),
            "size": finding.bytes,
            "mime_type": finding.media,
            "hash": if hashes.is_empty() { Value::Null } else { Value::Object(hashes) },
        },
        "rule": nearest.map(|listed| json!({
            "ruleset": listed.list,
            "id": listed.entry,
            "category": listed.tier,
        })),
        "tags": labels,
        "basma": {
            "case": dossier.case,
            "head_record": dossier.head.number,
            "decision": finding.outcome(),
            "distance": nearest.map(|listed| listed.distance),
            "radius": nearest.map(|listed| listed.radius),
            "type": nearest.map(|listed| &listed.hash_type),
        },
    });
    without_null(event)
}

/// The same without members that are `null`, which ECS does not have.
pub(super) fn without_null(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.into_iter().filter(|(_, value)| !value.is_null());
            let members = members.map(|(name, value)| (name, without_null(value)));
            Value::Object(members.collect())
        }
        Value::Array(values) => values.into_iter().map(without_null).collect(),
        other => other,
    }
}
