//! Digital Forensics XML (DFXML): files and their digests, as `hashdeep -d`, `fiwalk` and `bulk_extractor` write them.
//!
//! Each `fileobject` gives the digests of its `hashdigest` elements, under its `filename`. Digests of parts of a file
//! stand deeper and are passed over.

use super::document::xml::{Element, Walk};
use super::document::{Record, Records};
use super::ledger::{Halt, Ledger};
use super::line::Fault;
use super::provider;
use crate::escape;

/// Whether a text begins as such a document does.
pub(super) fn recognises(text: &[u8]) -> bool {
    let head = &text[..text.len().min(4096)];
    let has = |word: &[u8]| memchr::memmem::find(head, word).is_some();
    text.trim_ascii_start().starts_with(b"<") && (has(b"<dfxml") || has(b"<fileobject"))
}

pub(super) fn read(text: &[u8], ledger: &mut Ledger<'_>) -> Result<(), Halt> {
    let mut records = Records::new(text, ledger);
    let mut walk = Walk::new(text, 0);
    loop {
        let (element, at) = match walk.next(|name| name == "fileobject") {
            Ok(Some(found)) => found,
            Ok(None) => return Ok(()),
            Err(broken) => return Err(records.halt(broken.at, broken.fault("document"))),
        };
        let number = records.next_number();
        let record = record(&element, number);
        records.enter(at, record)?;
    }
}

fn record(element: &Element, number: u64) -> Result<Record, Fault> {
    let id = element
        .text_of("filename")
        .map(|name| escape::escape(name.as_bytes()).into_owned());
    let size = element.text_of("filesize").map(str::to_owned);
    let mut record = Record::of(None);
    for digest in element.children_of("hashdigest") {
        let name = digest.attribute("type").unwrap_or_default();
        let Some(hashed) = provider::entry(name, &digest.text, number) else {
            record.unread += 1;
            continue;
        };
        record.hashes.push(hashed.map(|mut entry| {
            entry.id.clone_from(&id);
            entry
                .meta
                .extend(size.clone().map(|size| ("size".to_owned(), size)));
            entry
        }));
    }
    Ok(record)
}

#[cfg(test)]
mod tests {
    use super::super::sample::{MD5, SHA1, faults, hashes, read};

    fn document(objects: &str) -> String {
        format!(
            "<?xml version='1.0' encoding='UTF-8'?>\n<dfxml xmloutputversion='1.0'><creator><program>X</program></creator>\n{objects}\n</dfxml>\n"
        )
    }

    #[test]
    fn each_digest_of_a_file_is_an_entry_under_its_name() {
        let object = format!(
            "<fileobject><filename>a &amp; b.jpg</filename><filesize>3</filesize><byte_runs><byte_run><hashdigest type='md5'>00</hashdigest></byte_run></byte_runs>\
             <hashdigest type='md5'>{MD5}</hashdigest><hashdigest type='SHA1'>{SHA1}</hashdigest><hashdigest type='tiger'>00</hashdigest></fileobject>"
        );
        let empty = "<fileobject><filename>folder</filename></fileobject>";
        let list = read(document(&(object + empty)));
        assert_eq!(list.source.format, "dfxml");
        assert_eq!(
            hashes(&list.entries),
            [
                (format!("md5:{MD5}"), "a & b.jpg"),
                (format!("sha1:{SHA1}"), "a & b.jpg")
            ]
        );
        assert_eq!(list.entries[0].meta, [("size".into(), "3".into())]);
        assert_eq!(list.counts.skipped, 1);
    }

    #[test]
    fn a_cut_or_a_bad_digest_is_told() {
        let object = format!("<fileobject><hashdigest type='md5'>{MD5}</hashdigest></fileobject>");
        let text = document(&object);
        assert!(
            faults(&text[..text.len() - 12])
                .iter()
                .any(|fault| fault.ends_with("E071"))
        );
        assert_eq!(faults(document(&object.replace(MD5, "9001"))), ["3:1 E011"]);
    }
}
