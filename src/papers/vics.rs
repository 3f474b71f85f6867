//! Project VIC's video and image classification standard (VICS), 2.0 and 1.3: a case with its media, as JSON.
//!
//! The specification is not public. What stands here is what open importers read: the marker of the version, upper-case
//! digests, and `Cases` with their `Media`. Numbers of categories differ between countries, so a category is written only
//! for confirmed findings, and only as the number that the caller gives. Findings that were rejected are left out: an
//! importer would take them for known material.

use serde_json::{Map, Value, json};

use super::{Carried, CaseFinding, Dossier, Findings, ListedMatch, Out};
use crate::Result;

/// The version of the standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// 1.3.
    V1_3,
    /// 2.0.
    V2_0,
}

impl Version {
    /// The key and the value that tell the version.
    fn marker(self) -> (&'static str, &'static str) {
        match self {
            Version::V1_3 => (
                "odata.metadata",
                "http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Cases",
            ),
            Version::V2_0 => (
                "@odata.context",
                "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/Default/$metadata#Cases",
            ),
        }
    }
}

/// Writes the case. A finding needs an MD5 or a SHA-1.
///
/// # Errors
/// Those of the findings and of the writer.
pub fn write(
    dossier: &Dossier,
    findings: &(impl Findings + ?Sized),
    version: Version,
    category: Option<u32>,
    out: &mut Out<'_>,
) -> Result<Carried> {
    let mut carried = Carried::default();
    let is_carried = |finding: &CaseFinding| {
        finding.is_handed_on() && (finding.md5.is_some() || finding.sha1.is_some())
    };
    // The number of media stands before them.
    let mut total = 0_u64;
    findings.each(&mut |finding| {
        total += u64::from(is_carried(finding));
        Ok(())
    })?;
    let (key, value) = version.marker();
    let mut case = Map::new();
    case.insert("CaseID".into(), json!(dossier.case));
    case.insert("CaseNumber".into(), json!(dossier.case));
    case.insert("TotalMediaFiles".into(), json!(total));
    case.insert("TotalPrecategorized".into(), json!(0));
    case.insert("SourceApplicationName".into(), json!("basma"));
    let program = env!("CARGO_PKG_VERSION");
    case.insert("SourceApplicationVersion".into(), json!(program));
    let metadata = [
        ("HeadRecord", dossier.head.number.to_string()),
        ("HeadRecordSHA256", dossier.head.digest.clone()),
    ];
    let metadata =
        metadata.map(|(name, value)| json!({"PropertyName": name, "PropertyValue": value}));
    case.insert("CaseMetadata".into(), json!(metadata));
    let case = Value::Object(case).to_string();
    let case = case.strip_suffix('}').expect("an object ends so");
    out.text(&format!(
        "{{{}:{},\"value\":[{case},\"Media\":[",
        json!(key),
        json!(value)
    ))?;
    findings.each(&mut |finding| {
        if !finding.is_handed_on() {
            carried.by_decision += 1;
        } else if !is_carried(finding) {
            carried.without_digest += 1;
        } else {
            let separator = if carried.written == 0 { "\n" } else { ",\n" };
            out.text(separator)?;
            out.json(&media(dossier, finding, category))?;
            carried.written += 1;
        }
        Ok(())
    })?;
    out.text("\n]}]}\n")?;
    Ok(carried)
}

fn media(dossier: &Dossier, finding: &CaseFinding, category: Option<u32>) -> Value {
    let upper = |digest: &Option<String>| digest.as_ref().map(|text| text.to_uppercase());
    let (md5, sha1) = (upper(&finding.md5), upper(&finding.sha1));
    let category = category.filter(|_| finding.is_confirmed());
    let mut media = Map::new();
    let mut put = |name: &str, value: Value| {
        media.insert(name.to_owned(), value);
    };
    put("MediaID", json!(finding.record));
    // `null` is "not categorised" in every table; 0 is not.
    put("Category", json!(category));
    if let Some(md5) = &md5 {
        put("MD5", json!(md5));
    }
    if let Some(sha1) = &sha1 {
        put("SHA1", json!(sha1));
    }
    let alternative = finding.hashes.iter().map(|of_file| {
        let name = of_file.hash_type.to_uppercase();
        json!({"HashName": name, "HashValue": of_file.hash.to_uppercase(), "MD5": md5})
    });
    let alternative: Vec<Value> = alternative.collect();
    if !alternative.is_empty() {
        put("AlternativeHashes", json!(alternative));
    }
    if let Some(bytes) = finding.bytes {
        put("MediaSize", json!(bytes));
    }
    if let Some(media) = &finding.media {
        put("MimeType", json!(media));
    }
    put("DateUpdated", json!(finding.time));
    put("IsPrecategorized", json!(false));
    let tags: Vec<&str> = finding.matches.iter().flat_map(tags).collect();
    if !tags.is_empty() {
        put("Tags", json!(tags.join(", ")));
    }
    put("Comments", json!(comments(dossier, finding)));
    if let Some(path) = &finding.path {
        let name = finding.file_name().unwrap_or(path);
        let mut file = Map::new();
        if let Some(md5) = &md5 {
            file.insert("MD5".into(), json!(md5));
        }
        file.insert("FileName".into(), json!(name));
        file.insert("FilePath".into(), json!(path));
        put("MediaFiles", json!([file]));
    }
    Value::Object(media)
}

fn tags(listed: &ListedMatch) -> impl Iterator<Item = &str> {
    listed.labels.iter().map(String::as_str)
}

/// What has no field of its own.
fn comments(dossier: &Dossier, finding: &CaseFinding) -> String {
    let matches = finding.matches.iter().map(describe);
    let matches: Vec<String> = matches.collect();
    let (case, head) = (&dossier.case, &dossier.head);
    format!(
        "basma finding {} of case {case}, decision: {}; head record {} with SHA-256 {}; {}",
        finding.id,
        finding.outcome(),
        head.number,
        head.digest,
        matches.join("; "),
    )
}

/// A match in English on one line, for fields of free text.
pub(super) fn describe(listed: &ListedMatch) -> String {
    let mut text = format!(
        "list {}, {} at distance {} of at most {}",
        listed.list, listed.hash_type, listed.distance, listed.radius
    );
    for (name, value) in [
        ("entry", &listed.entry),
        ("tier", &listed.tier),
        ("view", &listed.view),
    ] {
        if let Some(value) = value {
            text += &format!(", {name} {value}");
        }
    }
    if let Some(ms) = listed.ms {
        text += &format!(", at {ms} ms");
    }
    text
}
