//! Documents of Project VIC (VICS), versions 1.2, 1.3 and 2.0, `#Media` and `#Cases`.
//!
//! A document may have several GB: it is walked, and one medium at a time is read.
//!
//! | field of a medium | of an entry |
//! |---|---|
//! | `MD5`, `SHA1` | one hash each |
//! | `AlternativeHashes` | one hash each, of types that are read here |
//! | `MediaID` | the id |
//! | `MimeType` | image or video |
//! | `DateUpdated` | when it was added |
//! | `Category`, `Series`, `Tags`, ... | kept under their names |
//! | `PhotoDNA` | kept under its name and counted; nothing is looked up in it |
//!
//! The number of a category means one thing in one country and another elsewhere. A reader names the
//! [profile](VicsProfile), which is kept as `vics`, and nothing follows from the number. An entry is a seed, which leads
//! to review at most.

use std::borrow::Cow;

use serde::Deserialize;

use super::document::json::{Broken, Text, Walk};
use super::document::{Record, Records};
use super::entry::{Entry, Opinion};
use super::ledger::{Halt, Ledger};
use super::line::{Fault, quoted};
use super::{field, provider};

/// Whose table of categories a document of Project VIC uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum VicsProfile {
    /// Of the United States.
    Us,
    /// Of the United Kingdom (CAID).
    Uk,
    /// Of Canada.
    Ca,
    /// Of Australia.
    Au,
    /// Unknown, or another.
    Raw,
}

named!(VicsProfile {
    Us = "us",
    Uk = "uk",
    Ca = "ca",
    Au = "au",
    Raw = "raw",
});

/// Whether a text begins as such a document does.
pub(super) fn recognises(text: &[u8]) -> bool {
    let head = &text[..text.len().min(4096)];
    let has = |word: &[u8]| memchr::memmem::find(head, word).is_some();
    text.trim_ascii_start().starts_with(b"{")
        && (has(b"\"odata.metadata\"") || has(b"\"@odata.context\""))
        && (has(b"#Media") || has(b"#Cases") || has(b"ProjectVic"))
}

/// What a document holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Contents {
    Media,
    Cases,
}

/// Why a document is not read on.
enum Stop {
    Halt(Halt),
    Broken(Broken),
    Refused(Fault, usize),
}

impl From<Halt> for Stop {
    fn from(halt: Halt) -> Stop {
        Stop::Halt(halt)
    }
}

impl From<Broken> for Stop {
    fn from(broken: Broken) -> Stop {
        Stop::Broken(broken)
    }
}

pub(super) fn read(text: &[u8], ledger: &mut Ledger<'_>) -> Result<(), Halt> {
    let profile = ledger.options.vics_profile;
    let mut document = Document {
        records: Records::new(text, ledger),
        profile: profile.unwrap_or(VicsProfile::Raw),
        contents: None,
        photo_dna: 0,
    };
    if profile.is_none() {
        let known = VicsProfile::ALL.map(VicsProfile::name).join(", ");
        let message = format!(
            "numbers of categories differ by country: name the profile of this document; known are {known}"
        );
        return Err(document.records.halt(0, Fault::fatal(0, "E072", message)));
    }
    match document.read(&mut Walk::new(text)) {
        Ok(()) => {}
        Err(Stop::Halt(halt)) => return Err(halt),
        Err(Stop::Broken(broken)) => {
            return Err(document.records.halt(broken.at, broken.fault("document")));
        }
        Err(Stop::Refused(fault, at)) => return Err(document.records.halt(at, fault)),
    }
    let photo_dna = document.photo_dna;
    if photo_dna > 0 {
        let message = format!(
            "PhotoDNA hashes are not read here: those of {photo_dna} media are kept as text, which nothing is looked up in"
        );
        document.records.warn("W040", message);
    }
    Ok(())
}

/// A document while it is read.
struct Document<'t, 'l, 'o> {
    records: Records<'t, 'l, 'o>,
    profile: VicsProfile,
    contents: Option<Contents>,
    /// How many media have a PhotoDNA hash.
    photo_dna: u64,
}

impl Document<'_, '_, '_> {
    fn read(&mut self, walk: &mut Walk<'_>) -> Result<(), Stop> {
        walk.expect(b'{')?;
        // The context tells what the values are. Where they come first, they are read when it is known.
        let mut early = Vec::new();
        let mut is_first = true;
        while walk.more(b'}', &mut is_first)? {
            let key = walk.key()?;
            match &*key {
                "odata.metadata" | "@odata.context" => {
                    let at = walk.value()?;
                    let contents = contents(walk.bytes(&at));
                    self.contents = Some(contents.map_err(|fault| Stop::Refused(fault, at.start))?);
                }
                "value" if self.contents.is_some() => self.values(walk)?,
                "value" => {
                    walk.peek();
                    early.push(walk.clone());
                    walk.value()?;
                }
                _ => {
                    walk.value()?;
                }
            }
        }
        if self.contents.is_none() {
            let fault = contents(b"\"\"").expect_err("an empty context is of no version");
            return Err(Stop::Refused(fault, 0));
        }
        early.iter_mut().try_for_each(|walk| self.values(walk))
    }

    fn values(&mut self, walk: &mut Walk<'_>) -> Result<(), Stop> {
        walk.expect(b'[')?;
        let mut is_first = true;
        while walk.more(b']', &mut is_first)? {
            match self.contents {
                Some(Contents::Cases) => self.case(walk)?,
                _ => self.medium(walk)?,
            }
        }
        Ok(())
    }

    fn case(&mut self, walk: &mut Walk<'_>) -> Result<(), Stop> {
        walk.expect(b'{')?;
        let mut is_first = true;
        while walk.more(b'}', &mut is_first)? {
            let key = walk.key()?;
            if key == "Media" && walk.peek() == Some(b'[') {
                walk.expect(b'[')?;
                let mut is_first = true;
                while walk.more(b']', &mut is_first)? {
                    self.medium(walk)?;
                }
            } else {
                walk.value()?;
            }
        }
        Ok(())
    }

    fn medium(&mut self, walk: &mut Walk<'_>) -> Result<(), Stop> {
        let number = self.records.next_number();
        let (at, read) = walk.record()?;
        let read = read.and_then(|medium: Medium<'_>| {
            let has_photo_dna = medium.has_photo_dna();
            let record = medium.record(self.profile, number)?;
            self.photo_dna += u64::from(has_photo_dna);
            Ok(record)
        });
        Ok(self.records.enter(at, read)?)
    }
}

/// What the context of a document says that it holds.
fn contents(value: &[u8]) -> Result<Contents, Fault> {
    let text: String = serde_json::from_slice(value).unwrap_or_default();
    let (model, contents) = text.rsplit_once('#').unwrap_or((&text, ""));
    let is_known = ["1.2.xml", "1.3.xml", "2.0.xml"]
        .iter()
        .any(|version| model.contains(&format!("/ProjectVic/DataModels/{version}")));
    match contents {
        "Media" if is_known => Ok(Contents::Media),
        "Cases" if is_known => Ok(Contents::Cases),
        _ => {
            let message = format!(
                "read are #Media and #Cases of the data models 1.2, 1.3 and 2.0 of Project VIC; got {}",
                quoted(text.as_bytes())
            );
            Err(Fault::fatal(0, "E070", message))
        }
    }
}

#[derive(Deserialize)]
struct Medium<'a> {
    #[serde(rename = "MediaID", borrow)]
    id: Option<Text<'a>>,
    #[serde(rename = "Category", borrow)]
    category: Option<Text<'a>>,
    #[serde(rename = "MD5", borrow)]
    md5: Option<Text<'a>>,
    #[serde(rename = "SHA1", borrow)]
    sha1: Option<Text<'a>>,
    #[serde(rename = "PhotoDNA", borrow)]
    photo_dna: Option<Text<'a>>,
    #[serde(rename = "MimeType", borrow)]
    mime_type: Option<Text<'a>>,
    #[serde(rename = "DateUpdated", borrow)]
    updated: Option<Text<'a>>,
    #[serde(rename = "MediaSize", borrow)]
    size: Option<Text<'a>>,
    #[serde(rename = "Series", borrow)]
    series: Option<Text<'a>>,
    #[serde(rename = "Tags", borrow)]
    tags: Option<Text<'a>>,
    #[serde(rename = "Comments", borrow)]
    comments: Option<Text<'a>>,
    #[serde(rename = "IsPrecategorized", borrow)]
    is_precategorized: Option<Text<'a>>,
    #[serde(rename = "VictimIdentified", borrow)]
    victim_identified: Option<Text<'a>>,
    #[serde(rename = "OffenderIdentified", borrow)]
    offender_identified: Option<Text<'a>>,
    #[serde(rename = "IsDistributed", borrow)]
    is_distributed: Option<Text<'a>>,
    #[serde(rename = "AlternativeHashes", default, borrow)]
    alternative: Option<Vec<Alternative<'a>>>,
}

#[derive(Deserialize)]
struct Alternative<'a> {
    #[serde(rename = "HashName", borrow)]
    name: Option<Cow<'a, str>>,
    #[serde(rename = "HashValue", borrow)]
    value: Option<Text<'a>>,
}

fn said(text: Option<Text<'_>>) -> Option<Cow<'_, str>> {
    text.map(|text| text.0)
        .filter(|text| !text.trim().is_empty())
}

impl Medium<'_> {
    fn has_photo_dna(&self) -> bool {
        let is_photo_dna = |other: &Alternative<'_>| {
            let name = other.name.as_deref().unwrap_or_default();
            name.eq_ignore_ascii_case("PhotoDNA")
        };
        let alternative = self.alternative.iter().flatten();
        self.photo_dna
            .as_ref()
            .is_some_and(|text| !text.0.is_empty())
            || alternative.into_iter().any(is_photo_dna)
    }

    fn record(self, profile: VicsProfile, number: u64) -> Result<Record, Fault> {
        let category = said(self.category);
        if let Some(text) = category
            .as_deref()
            .filter(|text| text.parse::<i64>().is_err())
        {
            let message = format!(
                "a category is a whole number; got {}",
                quoted(text.as_bytes())
            );
            return Err(Fault::new(0, "E025", message));
        }
        let id = said(self.id);
        let updated = said(self.updated);
        let added = updated.as_deref().and_then(|text| field::time(text).ok());
        let media = said(self.mime_type).and_then(|text| field::media(&text).ok());
        let mut record = Record::of(None);
        let mut photo_dna = said(self.photo_dna);
        let mut hashes: Vec<(Cow<'_, str>, Cow<'_, str>)> = Vec::new();
        hashes.extend(said(self.md5).map(|text| ("MD5".into(), text)));
        hashes.extend(said(self.sha1).map(|text| ("SHA1".into(), text)));
        for other in self.alternative.into_iter().flatten() {
            let name = other.name.unwrap_or_default();
            if name.eq_ignore_ascii_case("PhotoDNA") {
                photo_dna = photo_dna.or(said(other.value));
            } else {
                hashes.extend(said(other.value).map(|text| (name, text)));
            }
        }
        let pairs = [
            ("vics", Some(profile.name().into())),
            ("Category", category),
            ("MediaSize", said(self.size)),
            ("Series", said(self.series)),
            ("Tags", said(self.tags)),
            ("Comments", said(self.comments)),
            ("IsPrecategorized", said(self.is_precategorized)),
            ("VictimIdentified", said(self.victim_identified)),
            ("OffenderIdentified", said(self.offender_identified)),
            ("IsDistributed", said(self.is_distributed)),
            ("DateUpdated", updated.filter(|_| added.is_none())),
            ("PhotoDNA", photo_dna),
        ];
        let mut meta = Vec::with_capacity(pairs.len());
        for (name, text) in pairs {
            meta.extend(text.map(|text| (name.to_owned(), text.into_owned())));
        }
        let mut hashes = hashes.into_iter();
        while let Some((name, text)) = hashes.next() {
            let Some(hashed) = provider::entry(&name, &text, number) else {
                record.unread += 1;
                continue;
            };
            record.hashes.push(hashed.map(|entry| Entry {
                id: id.as_deref().map(str::to_owned),
                media: entry.media.or(media),
                added,
                opinion: Opinion::Seed,
                meta: match hashes.len() {
                    0 => std::mem::take(&mut meta),
                    _ => meta.clone(),
                },
                ..entry
            }));
        }
        if record.hashes.is_empty() {
            let id = id.unwrap_or_default();
            let message = format!(
                "the medium has neither MD5 nor SHA1; MediaID {}",
                quoted(id.as_bytes())
            );
            return Err(Fault::new(0, "E026", message));
        }
        Ok(record)
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{MD5, SHA1, faults_with, hashes, read_with};
    use super::super::{Media, ReadOptions};
    use super::*;

    fn options() -> ReadOptions {
        ReadOptions::default().with_vics_profile(VicsProfile::Uk)
    }

    fn document(version: &str, contents: &str, value: &str) -> String {
        let (key, path) = match version {
            "2.0" => (
                "@odata.context",
                "VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/UK/$metadata",
            ),
            "1.3" => ("odata.metadata", "ICMEC/ProjectVic/DataModels/1.3.xml"),
            _ => ("odata.metadata", "ICMEC/ProjectVic/DataModels/1.2.xml"),
        };
        format!(
            "\u{feff}{{\"{key}\":\"http://github.com/{path}#{contents}\",\n\"value\":[{value}]}}"
        )
    }

    fn medium(more: &str) -> String {
        let (md5, sha1) = (MD5.to_uppercase(), SHA1.to_uppercase());
        format!(
            "{{\"MediaID\":7,\"Category\":1,\"MD5\":\"{md5}\",\"SHA1\":\"{sha1}\",\"PhotoDNA\":\"AAAA\",\"MimeType\":\"image/jpeg\",\
             \"DateUpdated\":\"2026-01-02T03:04:05.0000Z\",\"IsPrecategorized\":\"false\",\"VictimIdentified\":true,\"Series\":\"Synthetic\"{more}}}"
        )
    }

    #[test]
    fn media_of_every_version_are_read_and_their_category_is_kept() {
        for version in ["1.2", "1.3", "2.0"] {
            let list = read_with(document(version, "Media", &medium("")), &options());
            assert_eq!(list.source.format, "vics");
            assert_eq!(
                hashes(&list.entries),
                [(format!("md5:{MD5}"), "7"), (format!("sha1:{SHA1}"), "7")]
            );
            let entry = &list.entries[0];
            assert_eq!(entry.opinion, Opinion::Seed);
            assert_eq!(
                (entry.media, entry.added),
                (Some(Media::Image), Some(1_767_323_045))
            );
            let has = |key: &str, value: &str| entry.meta.contains(&(key.into(), value.into()));
            assert!(has("vics", "uk") && has("Category", "1") && has("PhotoDNA", "AAAA"));
            assert!(has("VictimIdentified", "true") && has("IsPrecategorized", "false"));
            assert_eq!(list.warnings[0].code, "W040");
        }
    }

    #[test]
    fn media_of_cases_are_read_wherever_the_context_stands() {
        let case = format!(
            "{{\"CaseID\":\"x\",\"CaseMetadata\":[],\"Media\":[{}],\"ContactName\":\"y\"}}",
            medium(
                ",\"AlternativeHashes\":[{\"HashName\":\"PhotoDNA\",\"HashValue\":\"AA\",\"MD5\":\"x\"}],\"MediaFiles\":[{\"MD5\":\"x\"}]"
            )
        );
        let list = read_with(
            document("2.0", "Cases", &format!("{case},{case}")),
            &options(),
        );
        assert_eq!(list.entries.len(), 4);
        let turned = format!(
            "{{\"value\":[{case}],\"odata.metadata\":\"http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Cases\"}}"
        );
        assert_eq!(read_with(turned, &options()).entries.len(), 2);
    }

    #[test]
    fn a_document_of_another_model_or_without_a_profile_is_refused() {
        let text = document("2.0", "Media", &medium(""));
        assert_eq!(faults_with(&text, &ReadOptions::default()), ["1:1 E072"]);
        for other in [
            text.replace("2.0.xml", "3.0.xml"),
            text.replace("#Media", "#Other"),
        ] {
            assert!(
                faults_with(&other, &options())[0].ends_with("E070"),
                "{other}"
            );
        }
    }

    #[test]
    fn a_cut_at_any_place_condemns_the_document() {
        let text = document("1.3", "Media", &format!("{},\n{}", medium(""), medium("")));
        let start = text.find("value").unwrap();
        for end in (start..text.len()).filter(|end| text.is_char_boundary(*end)) {
            let faults = faults_with(&text[..end], &options());
            assert!(
                faults.iter().any(|fault| fault.ends_with("E071")),
                "{end}: {faults:?}"
            );
        }
    }

    #[test]
    fn bad_media_are_set_aside_one_by_one() {
        let bad = [
            ("\"Category\":1", "\"Category\":\"A\"", "E025"),
            ("\"MediaID\":7", "\"MediaID\":[]", "E060"),
            (&MD5.to_uppercase()[..], "xyz", "E01"),
        ];
        for (from, to, code) in bad {
            let value = format!("{},\n{}", medium("").replace(from, to), medium(""));
            let faults = faults_with(document("1.2", "Media", &value), &options());
            assert_eq!(faults.len(), 1);
            assert!(faults[0].contains(code), "{faults:?}");
            let tolerant = options().with_max_reject(super::super::MaxReject::Lines(1));
            let list = read_with(document("1.2", "Media", &value), &tolerant);
            assert!(list.entries.len() >= 2);
        }
        let none = "{\"MediaID\":\"9\",\"PhotoDNA\":\"AA\",\"Category\":null}";
        assert_eq!(
            faults_with(document("1.2", "Media", none), &options()),
            ["2:1 E026"]
        );
    }
}
