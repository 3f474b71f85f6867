//! NCMEC hash sharing, version 2: `GET v2/entries`.
//!
//! | part of an entry | of ours |
//! |---|---|
//! | `member@id` and `id` | the id, `MEMBER-ENTRY` |
//! | `fingerprints`: `md5`, `sha1`, `pdq` | one hash each, under that id; other fingerprints are passed over |
//! | `image` or `video` | the kind of file |
//! | `classification` | a label; nothing follows from it |
//! | `timestamp` | when it was added |
//! | `member` | the source of a positive row |
//! | `feedback`: `affirmativeFeedback`, `negativeFeedback` of a type | rows of these members about the hash of that type |
//! | `deletedImage`, `deletedVideo` | all hashes of the id are withdrawn |
//!
//! An entry is sent whole each time. What it no longer has, such as one fingerprint of two, is withdrawn with it. Pages
//! are not in the order of time.

use super::super::document::Record;
use super::super::document::xml::{Broken, Element, Walk};
use super::super::entry::{Media, Opinion};
use super::super::field;
use super::super::ledger::Halt;
use super::super::line::Fault;
use super::{Pages, Paging, Target, entry};
#[cfg(feature = "refresh")]
use crate::hash::{Hash, HashType};

fn is_record(name: &str) -> bool {
    matches!(name, "image" | "video" | "deletedImage" | "deletedVideo")
}

pub(super) fn read(
    text: &[u8],
    start: usize,
    members: &[String],
    pages: &mut Pages<'_, '_, '_>,
) -> Result<(), Halt> {
    let mut walk = Walk::new(text, start);
    loop {
        let (element, at) = match walk.next(is_record) {
            Ok(Some(found)) => found,
            Ok(None) => return Ok(()),
            Err(broken) => return Err(pages.records.halt(broken.at, broken.fault("page"))),
        };
        let number = pages.records.next_number();
        if is_of_others(&element, members) {
            let unwanted = Record {
                unread: 1,
                ..Record::of(None)
            };
            pages.enter(at, Ok(unwanted))?;
            continue;
        }
        pages.enter(at, record(&element, number))?;
    }
}

/// Whether an entry is of a member that is not wanted.
fn is_of_others(element: &Element, members: &[String]) -> bool {
    let member = element.child("member");
    let member = member.and_then(|member| member.attribute("id"));
    !members.is_empty()
        && member.is_some_and(|member| !members.iter().any(|wanted| wanted == member))
}

fn record(element: &Element, number: u64) -> Result<Record, Fault> {
    let member = element.child("member");
    let member_id = member.and_then(|member| member.attribute("id"));
    let (Some(member_id), Some(id)) = (member_id, element.text_of("id")) else {
        let message = "an entry needs a member with an id, and an id of its own";
        return Err(Fault::new(0, "E060", message));
    };
    let id = format!("{member_id}-{id}");
    let target = Target::Id(id.clone());
    if element.name.starts_with("deleted") {
        return Ok(Record::removal(target));
    }
    let media = match element.name.as_str() {
        "video" => Media::Video,
        _ => Media::Image,
    };
    let added = element
        .text_of("timestamp")
        .and_then(|text| field::time(text).ok());
    let name = member.map(|member| member.text.clone());
    let source = name.filter(|name| !name.is_empty());
    let source = source.unwrap_or_else(|| format!("member {member_id}"));
    let mut record = Record::of(Some(target));
    let fingerprints = element.child("fingerprints");
    for print in fingerprints.iter().flat_map(|prints| &prints.children) {
        // Large fingerprints are links, without a text.
        let hashed = match print.text.as_str() {
            "" => None,
            text => entry(&print.name, text, number),
        };
        let Some(hashed) = hashed else {
            record.unread += 1;
            continue;
        };
        let mut first = match hashed {
            Ok(first) => first,
            Err(fault) => {
                let message = format!("{}: {}", print.name, fault.message);
                record.hashes.push(Err(Fault { message, ..fault }));
                continue;
            }
        };
        first.id = Some(id.clone());
        first.media = Some(media);
        first.added = added;
        let classification = element.text_of("classification");
        first.labels.extend(classification.map(str::to_owned));
        for (source, opinion) in opinions(element, &print.name) {
            let mut row = first.clone();
            row.source = Some(source);
            row.opinion = opinion;
            record.hashes.push(Ok(row));
        }
        first.source = Some(source.clone());
        record.hashes.push(Ok(first));
    }
    Ok(record)
}

/// What members say about the fingerprint of a type.
fn opinions(element: &Element, hash_type: &str) -> Vec<(String, Opinion)> {
    let kinds = [
        ("affirmativeFeedback", Opinion::Positive),
        ("negativeFeedback", Opinion::Negative),
    ];
    let mut said = Vec::new();
    for feedback in element.children_of("feedback") {
        for (name, opinion) in kinds {
            let of_type = feedback.children_of(name).filter(|kind| {
                let of = kind.attribute("type").unwrap_or_default();
                of.eq_ignore_ascii_case(hash_type)
            });
            for kind in of_type {
                // Reasons of a negative feedback have their members in themselves, or beside them.
                let groups = kind.children.iter().flat_map(|child| {
                    let nested = child
                        .children
                        .iter()
                        .filter(|inner| inner.name == "members");
                    (child.name == "members")
                        .then_some(child)
                        .into_iter()
                        .chain(nested)
                });
                for member in groups.flat_map(|group| group.children_of("member")) {
                    let id = member.attribute("id").unwrap_or_default();
                    let source = match member.text.as_str() {
                        "" => format!("member {id}"),
                        name => name.to_owned(),
                    };
                    said.push((source, opinion));
                }
            }
        }
    }
    said.sort_unstable_by(|a, b| (&a.0, a.1.name()).cmp(&(&b.0, b.1.name())));
    said.dedup();
    said
}

/// What a page says of the next: a link that is good for the same window alone, for some hours.
pub(crate) fn paging(page: &[u8]) -> Result<Paging, Broken> {
    let mut walk = Walk::new(page, 0);
    let mut paging = Paging::default();
    let is_part = |name: &str| is_record(name) || name == "paging";
    while let Some((element, _)) = walk.next(is_part)? {
        if element.name == "paging" {
            paging.next = element.text_of("next").map(str::to_owned);
        } else {
            paging.records += 1;
        }
    }
    Ok(paging)
}

/// What the interface takes of an institution about one fingerprint of an entry. A negative feedback names a reason of the
/// list at `v2/feedback/TYPE/reasons`, which differs between environments.
#[cfg(feature = "refresh")]
pub(crate) fn feedback(hash: &Hash, id: Option<&str>, agrees: bool) -> Option<serde_json::Value> {
    let (member, entry) = id?.split_once('-')?;
    let hash_type = match hash.hash_type() {
        HashType::Md5 => "MD5",
        HashType::Sha1 => "SHA1",
        HashType::Pdq => "PDQ",
        _ => return None,
    };
    let word = if agrees { "affirmative" } else { "negative" };
    let request = format!("PUT v2/entries/{member}/{entry}/{hash_type}/feedback");
    Some(serde_json::json!({
        "member": member, "id": entry, "type": hash_type, "feedback": word, "request": request,
    }))
}

#[cfg(test)]
mod tests {
    use super::super::super::sample::{MD5, PDQ, SHA1, faults, hashes, read};
    use super::super::{Head, Provider};
    use super::*;
    use crate::list::Mode;

    fn page(entries: &str) -> String {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><queryResult xmlns=\"https://hashsharing.ncmec.org/hashsharing/v2\">\
             <images count=\"1\" maxTimestamp=\"2026-01-02T10:00:00Z\">{entries}</images><videos count=\"0\"/>\
             <paging><next>/v2/entries?from=a&amp;to=b&amp;start=2001</next></paging></queryResult>\n"
        )
    }

    fn image(member: &str, id: &str, prints: &str, more: &str) -> String {
        format!(
            "<image><member id=\"{member}\">Member {member}</member><timestamp>2026-01-02T09:00:00Z</timestamp><id>{id}</id>\
             <classification>A1</classification><fingerprints>{prints}</fingerprints>{more}</image>"
        )
    }

    fn prints() -> String {
        format!(
            "<md5>{MD5}</md5><sha1>{SHA1}</sha1><pdna>00</pdna><pdq>{PDQ}</pdq><videntifier rel=\"self\" href=\"/v2/x\"/>"
        )
    }

    #[test]
    fn each_fingerprint_is_a_hash_of_the_entry() {
        let list = read(page(&image("42", "image1", &prints(), "")));
        assert_eq!(list.source.format, "pages of ncmec");
        assert_eq!(
            hashes(&list.entries),
            [
                (format!("md5:{MD5}"), "42-image1"),
                (format!("sha1:{SHA1}"), "42-image1"),
                (format!("pdq:{PDQ}"), "42-image1")
            ]
        );
        let entry = &list.entries[0];
        assert_eq!(
            (entry.media, entry.added),
            (Some(Media::Image), Some(1_767_344_400))
        );
        assert_eq!(
            (entry.source.as_deref(), &entry.labels[..]),
            (Some("Member 42"), &["A1".to_owned()][..])
        );
        assert_eq!(list.counts.skipped, 2);
    }

    #[test]
    fn feedback_is_of_one_fingerprint_and_of_each_member() {
        let said = "<feedback lastUpdateTimestamp=\"x\"><affirmativeFeedback type=\"Md5\"><members><member id=\"43\">B</member></members></affirmativeFeedback>\
                    <negativeFeedback type=\"Sha1\"><reasons><reason guid=\"g\" name=\"Example\"/><members><member id=\"44\">C</member></members></reasons></negativeFeedback></feedback>";
        let list = read(page(&image("42", "i", &prints(), said)));
        let rows: Vec<_> = list
            .entries
            .iter()
            .map(|e| {
                (
                    e.hash.hash_type().name(),
                    e.source.as_deref().unwrap(),
                    e.opinion,
                )
            })
            .collect();
        assert_eq!(
            rows,
            [
                ("md5", "B", Opinion::Positive),
                ("md5", "Member 42", Opinion::Positive),
                ("sha1", "C", Opinion::Negative),
                ("sha1", "Member 42", Opinion::Positive),
                ("pdq", "Member 42", Opinion::Positive)
            ]
        );
    }

    #[test]
    fn an_update_that_loses_a_fingerprint_withdraws_it() {
        let both = image("42", "i", &prints(), "");
        let one = image("42", "i", &format!("<md5>{MD5}</md5>"), "");
        let gone = "<deletedImage><member id=\"43\">x</member><id>j</id><timestamp>2026-01-01T00:00:00Z</timestamp></deletedImage>";
        let list = read(page(&both) + &page(&(one + gone)));
        let mut builder = crate::index::Builder::new();
        let removals: Vec<_> = list.removals.iter().map(|r| r.target.clone()).collect();
        assert_eq!(removals.last(), Some(&Target::Id("43-j".into())));
        builder.add(list).unwrap();
        let (_, report) = builder.build_in_memory().unwrap();
        assert_eq!(report.rows, 1);
    }

    #[test]
    fn one_bad_fingerprint_leaves_the_others() {
        let bad = format!("<md5>{MD5}</md5><pdq>{}</pdq>", &PDQ[..32]);
        let text = page(&image("42", "i", &bad, ""));
        assert_eq!(faults(&text), ["1:1 E011"]);
        let nameless = page("<image><id>i</id></image>");
        assert_eq!(faults(nameless), ["1:1 E060"]);
        assert_eq!(faults(&text[..text.len() - 20]), ["1:1 E071", "1:1 E011"]);
    }

    #[test]
    fn only_the_members_that_are_asked_for_are_taken() {
        let head = Head::new(Provider::Ncmec, Mode::Snapshot, &["42".to_owned()]);
        let both = image("42", "i", &prints(), "") + &image("7", "j", &prints(), "");
        let text = [head.line(), page(&both).into_bytes()].concat();
        let list = read(&text);
        assert!(
            list.entries
                .iter()
                .all(|entry| entry.id.as_deref() == Some("42-i"))
        );
        assert_eq!(list.manifest.unwrap().mode, Some(Mode::Snapshot));
    }

    #[test]
    fn the_link_to_the_next_page_is_told() {
        let paging = paging(page(&image("1", "i", &prints(), "")).as_bytes()).unwrap();
        assert_eq!(
            paging.next.as_deref(),
            Some("/v2/entries?from=a&to=b&start=2001")
        );
        assert_eq!(paging.records, 1);
    }
}
