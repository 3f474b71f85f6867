//! Every paper of any texts is well-formed, and the texts are in it.

mod fixed;
mod made;
mod properties;
mod read;
mod validated;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::path::Path;

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::evidence::record::Seen;
use crate::{Result, escape};

use made::*;

type Writer = fn(&Dossier, &[CaseFinding], &mut Out<'_>) -> Result<Carried>;

fn ground() -> dsa::Ground {
    dsa::Ground::new(dsa::Category::IntimateImages, "Article 1", "It is illegal.").unwrap()
}

fn write(writer: Writer, dossier: &Dossier, findings: &[CaseFinding]) -> (Vec<u8>, Carried) {
    let mut bytes = Vec::new();
    let carried = writer(dossier, findings, &mut Out::new(&mut bytes, "paper")).unwrap();
    (bytes, carried)
}

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

/// The members of a zip file, by the reader of archives, which checks their checksums.
#[cfg(feature = "archives")]
fn members(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    use crate::archive::{Archive, ArchiveLimits, Content, Kind};
    let kind = Kind::sniff(bytes).unwrap();
    let (source, name) = (Cursor::new(bytes.to_vec()), Path::new("paper.zip"));
    let (len, limits) = (bytes.len() as u64, ArchiveLimits::default());
    let mut archive = Archive::open(kind, source, len, name, &limits, 1 << 26);
    let mut members = BTreeMap::new();
    while let Some(member) = archive.next_member(&|_| false) {
        assert_eq!(member.gap, None);
        let Content::Bytes(content) = member.content else {
            panic!("{member:?}")
        };
        members.insert(String::from_utf8(member.path).unwrap(), content);
    }
    assert_eq!(archive.end(), None);
    members
}

/// XML has no such characters: they are shown as escapes.
#[cfg(feature = "archives")]
fn visible(text: &str) -> String {
    text.replace('\u{fffe}', "\\u{fffe}")
        .replace('\u{ffff}', "\\u{ffff}")
}

/// The text of a cell as a program reads it, with what `_x005F_` stands for.
#[cfg(feature = "archives")]
fn sheet_rows(xml: &[u8]) -> Vec<Vec<String>> {
    let document = roxmltree::Document::parse(std::str::from_utf8(xml).unwrap()).unwrap();
    let rows = document.descendants().filter(|node| {
        node.has_tag_name((
            "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            "row",
        ))
    });
    let cells = |row: roxmltree::Node<'_, '_>| {
        let cells = row.children().map(|cell| {
            let texts = cell
                .descendants()
                .filter(roxmltree::Node::is_text)
                .map(|node| node.text().unwrap());
            texts.collect::<String>().replace("_x005F_", "_")
        });
        cells.collect()
    };
    rows.map(cells).collect()
}
