//! A bundle by STIX 2.1: for each finding the file, what was observed, and the decision as a note.
//!
//! Findings that were rejected or are weak are left out.

use serde_json::{Map, Value, json};

use super::ecs::without_null;
use super::ids::Uuid;
use super::vics::describe;
use super::{Carried, CaseFinding, Dossier, Findings, Out};
use crate::Result;

/// Writes the bundle. A finding needs a digest.
///
/// # Errors
/// Those of the findings and of the writer.
pub fn write(
    dossier: &Dossier,
    findings: &(impl Findings + ?Sized),
    out: &mut Out<'_>,
) -> Result<Carried> {
    let ids = Ids::new(dossier);
    let mut carried = Carried::default();
    out.text(&format!(
        "{{\"type\":\"bundle\",\"id\":\"{}\",\"objects\":[\n",
        ids.of("bundle", &dossier.head.digest)
    ))?;
    out.json(&identity(dossier, &ids))?;
    findings.each(&mut |finding| {
        if !finding.is_handed_on() {
            carried.by_decision += 1;
            return Ok(());
        }
        let Some(file) = file(finding) else {
            carried.without_digest += 1;
            return Ok(());
        };
        let note = note(dossier, finding, &ids);
        for object in [&file, &observed(dossier, finding, &file, &ids), &note] {
            out.text(",\n")?;
            out.json(object)?;
        }
        carried.written += 1;
        Ok(())
    })?;
    out.text("\n]}\n")?;
    Ok(carried)
}

struct Ids {
    case: Uuid,
}

impl Ids {
    fn new(dossier: &Dossier) -> Ids {
        Ids {
            case: Uuid::of_case(&dossier.case),
        }
    }

    fn of(&self, kind: &str, name: &str) -> String {
        format!("{kind}--{}", self.case.named(&format!("{kind}/{name}")))
    }
}

/// The case as the system that observed.
fn identity(dossier: &Dossier, ids: &Ids) -> Value {
    json!({
        "type": "identity",
        "spec_version": "2.1",
        "id": ids.of("identity", "case"),
        "created": time(&dossier.opened),
        "modified": time(&dossier.opened),
        "name": format!("basma case {}", dossier.case),
        "identity_class": "system",
        "external_references": [reference(dossier, None)],
    })
}

/// Where it stands in the case, and the digest of the head record.
fn reference(dossier: &Dossier, finding: Option<&CaseFinding>) -> Value {
    let head = &dossier.head;
    let place = finding.map_or_else(String::new, |finding| format!("/{}", finding.id));
    json!({
        "source_name": "basma",
        "external_id": format!("{}{place}", dossier.case),
        "description": format!("head record {}, SHA-256 {}", head.number, head.digest),
    })
}

/// The file, whose id is made of its digests as the standard says.
fn file(finding: &CaseFinding) -> Option<Value> {
    let hashes = [
        ("MD5", &finding.md5),
        ("SHA-1", &finding.sha1),
        ("SHA-256", &finding.sha256),
    ];
    let hashes = hashes.into_iter().filter_map(|(name, digest)| {
        let digest = digest.as_ref()?;
        Some((name, digest))
    });
    let hashes: Vec<(&str, &String)> = hashes.collect();
    // Of several digests the standard takes the first of its own order, which begins with MD5.
    let (name, digest) = hashes.first()?;
    let key = json!({"hashes": {*name: digest}}).to_string();
    let hashes: Map<String, Value> = hashes
        .iter()
        .map(|(name, digest)| ((*name).to_owned(), json!(digest)))
        .collect();
    Some(without_null(json!({
        "type": "file",
        "spec_version": "2.1",
        "id": format!("file--{}", Uuid::STIX.named(&key)),
        "hashes": hashes,
        "size": finding.bytes,
        "mime_type": finding.media,
        "name": finding.file_name(),
    })))
}

fn observed(dossier: &Dossier, finding: &CaseFinding, file: &Value, ids: &Ids) -> Value {
    let when = time(&finding.time);
    json!({
        "type": "observed-data",
        "spec_version": "2.1",
        "id": ids.of("observed-data", &finding.id),
        "created_by_ref": ids.of("identity", "case"),
        "created": when,
        "modified": when,
        "first_observed": when,
        "last_observed": when,
        "number_observed": 1,
        "object_refs": [file["id"]],
        "external_references": [reference(dossier, Some(finding))],
    })
}

fn note(dossier: &Dossier, finding: &CaseFinding, ids: &Ids) -> Value {
    let decision = finding.decision.as_ref();
    let modified = time(decision.map_or(&finding.time, |decision| &decision.time));
    let matches: Vec<String> = finding.matches.iter().map(describe).collect();
    json!({
        "type": "note",
        "spec_version": "2.1",
        "id": ids.of("note", &finding.id),
        "created_by_ref": ids.of("identity", "case"),
        "created": time(&finding.time),
        "modified": modified,
        "abstract": format!("decision: {}", finding.outcome()),
        "content": format!("decision: {}; {}", finding.outcome(), matches.join("; ")),
        "object_refs": [ids.of("observed-data", &finding.id)],
        "external_references": [reference(dossier, Some(finding))],
    })
}

/// A time in UTC with thousandths, as the standard asks. What is no time stays as it is.
fn time(text: &str) -> String {
    let read: Result<jiff::Timestamp, _> = text.parse();
    read.map_or_else(|_| text.to_owned(), |time| format!("{time:.3}"))
}
