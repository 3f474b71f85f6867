//! Encrypted documents of qpdf 11.3, of every revision of the standard handler, and passwords that open them or do not.

use super::locked::{passwords, walk_with};
use super::*;
use crate::error::Reason;

macro_rules! locked {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_bytes!(concat!("locked/", $name)).as_slice())),*]
    };
}

/// What is in all of them: a palette that is a text, a JPEG, metadata and an attached file.
const PLAIN: &[u8] = include_bytes!("locked/plain.pdf");

/// The password of the user is `secret`, that of the owner `owner`.
const SECRET: [(&str, &[u8]); 10] = locked![
    "r2.pdf",
    "r3.pdf",
    "r4-rc4.pdf",
    "r4-aes.pdf",
    "r4-metadata.pdf",
    "r4-streams.pdf",
    "r5.pdf",
    "r6.pdf",
    "r6-metadata.pdf",
    "r6-streams.pdf",
];

/// Readers open these without a password.
const EMPTY: [(&str, &[u8]); 5] = locked![
    "r2-empty.pdf",
    "r3-empty.pdf",
    "r4-empty.pdf",
    "r4-linear-empty.pdf",
    "r6-empty.pdf",
];

/// What the members are, whatever their numbers: qpdf numbers objects anew.
fn contents(members: &[Member]) -> Vec<Vec<u8>> {
    let bytes = members.iter().map(|member| match &member.content {
        Content::Bytes(bytes) => {
            assert_eq!(member.gap, None);
            bytes.clone()
        }
        other => panic!("{other:?}"),
    });
    let mut all: Vec<Vec<u8>> = bytes.collect();
    all.sort();
    all
}

fn plain() -> Vec<Vec<u8>> {
    let (members, gap) = walk(PLAIN);
    assert_eq!(gap, None);
    let all = contents(&members);
    assert_eq!(all.len(), 3);
    all
}

#[test]
fn documents_of_every_revision_are_opened_by_both_passwords() {
    let plain = plain();
    for (name, bytes) in SECRET {
        for lines in ["secret", "owner", "wrong\nother\nsecret\nlast"] {
            let (members, gap) = walk_with(bytes, &passwords(lines));
            assert_eq!(gap, None, "{name}");
            assert_eq!(contents(&members), plain, "{name}");
        }
    }
}

#[test]
fn documents_with_an_empty_password_need_none() {
    let plain = plain();
    for (name, bytes) in EMPTY {
        let (members, gap) = walk(bytes);
        assert_eq!((contents(&members), gap), (plain.clone(), None), "{name}");
        let (members, gap) = walk_with(bytes, &passwords("wrong"));
        assert_eq!((contents(&members), gap), (plain.clone(), None), "{name}");
    }
}

#[test]
fn passwords_of_other_letters_are_tried_as_the_revision_writes_them() {
    let [(_, latin), (_, utf8)] = locked!["r4-latin1.pdf", "r6-utf8.pdf"];
    for bytes in [latin, utf8] {
        let as_latin = Passwords::from_lines(b"geheim\xDF").unwrap();
        for given in [passwords("geheimß"), as_latin] {
            let (members, gap) = walk_with(bytes, &given);
            assert_eq!((contents(&members), gap), (plain(), None));
        }
    }
}

#[test]
fn no_password_and_wrong_passwords_of_documents_are_told_apart() {
    for (name, bytes) in SECRET {
        let (members, gap) = walk(bytes);
        let closed = (GapKind::Unsupported, Reason::PdfEncrypted.into());
        assert_eq!((members.len(), gap), (0, Some(closed)), "{name}");
        let (members, gap) = walk_with(bytes, &passwords("Secret\nsecre\nwrong"));
        let closed = (GapKind::Unsupported, Reason::PasswordNoneFits.into());
        assert_eq!((members.len(), gap), (0, Some(closed)), "{name}");
    }
}

/// What is added behind an encrypted document.
fn with_behind(bytes: &[u8], object: &[u8]) -> Vec<u8> {
    [bytes, object, b"%%EOF\n"].concat()
}

#[test]
fn streams_that_are_not_encrypted_within_an_encrypted_document_are_read() {
    let data = b"\xFF\xD8 in the clear \xFF\xD9";
    for (name, bytes) in EMPTY {
        for about in [
            // It says so (7.4.10), or it does not.
            "/Filter [/Crypt /DCTDecode] /DecodeParms [<< /Name /Identity >> null]",
            "/Filter [/Crypt /DCTDecode]",
            "/Filter /DCTDecode",
        ] {
            let head = format!("99 0 obj\n<< {about} /Length {} >>\nstream\n", data.len());
            let object = [head.as_bytes(), data, b"\nendstream\nendobj\n"].concat();
            let (members, gap) = walk(&with_behind(bytes, &object));
            assert_eq!(gap, None, "{name}");
            let found = members
                .iter()
                .find(|member| member.path == b"object-99.jpg");
            let found = found.map(|member| &member.content);
            assert_eq!(
                found,
                Some(&Content::Bytes(data.to_vec())),
                "{name} {about}"
            );
        }
    }
}

#[test]
fn other_handlers_stay_closed_and_what_only_speaks_of_encryption_is_read_and_told() {
    let (_, bytes) = EMPTY[3];
    let mut other = bytes.to_vec();
    let places: Vec<usize> = memchr::memmem::find_iter(bytes, b"/Standard").collect();
    for at in places {
        other[at..at + 9].copy_from_slice(b"/Sandbags");
    }
    let closed = Some((GapKind::Unsupported, Reason::PdfEncrypted.into()));
    let (members, gap) = walk(&other);
    assert_eq!((members.len(), &gap), (0, &closed));
    let (members, gap) = walk(&with_behind(PLAIN, b"% see /Encrypt 99 0 R\n"));
    let unclear = (GapKind::Unsupported, Reason::PdfEncryptionUnclear.into());
    assert_eq!((contents(&members), gap), (plain(), Some(unclear)));
}

#[test]
fn every_cut_and_wrong_byte_of_encrypted_documents_ends() {
    let good = passwords("secret");
    for (name, bytes) in SECRET.into_iter().chain(EMPTY) {
        // A password of revision 6 is hashed some hundred times.
        let step = if name.starts_with("r6") { 211 } else { 17 };
        for len in (8..bytes.len()).step_by(step) {
            walk_with(&bytes[..len], &good);
        }
        let mut wrong = bytes.to_vec();
        for at in (8..bytes.len()).step_by(step) {
            wrong[at] ^= 1 << (at % 8);
            walk_with(&wrong, &good);
            wrong[at] = bytes[at];
        }
    }
}

#[test]
fn a_document_can_say_of_its_key_what_it_likes() {
    let (_, bytes) = SECRET[1];
    let at = memchr::memmem::find(bytes, b"/Encrypt").unwrap();
    for about in [
        "<< /Filter /Standard >>",
        "<< /Filter /Standard /V 2 /R 3 >>",
        "<< /Filter /Standard /V 2 /R 3 /Length -8 /O () /U () >>",
        "<< /Filter /Standard /V 2 /R 3 /Length 99999999999 /O (x) /U (x) >>",
        "<< /Filter /Standard /V 5 /R 6 /O (x) /U (x) /CF 5 /StmF 7 >>",
        "<< /Filter /Standard /V 4 /R 4 /CF << /A << /CFM /AESV2 >> >> /StmF /A >>",
        "<< /Filter /Standard /V 4 /R 4 /CF << /A << /CFM /Other >> >> /StmF /A >>",
        "99 0 R",
        "[1 2 3]",
        "<<",
    ] {
        let cut = [
            &bytes[..at],
            b"/Encrypt ",
            about.as_bytes(),
            b" >>\n%%EOF\n",
        ]
        .concat();
        let (members, gap) = walk_with(&cut, &passwords("secret"));
        assert!(gap.is_some(), "{about}: {:?}", told(&members));
    }
}

/// A picture of samples that nothing compresses.
fn raw_picture() -> Vec<u8> {
    let data: Vec<u8> = (0..=255).collect();
    let about = "/Type /XObject /Subtype /Image /Width 16 /Height 16 /ColorSpace /DeviceGray /BitsPerComponent 8";
    let head = format!("99 0 obj\n<< {about} /Length {} >>\nstream\n", data.len());
    [head.as_bytes(), &data, b"\nendstream\nendobj\n"].concat()
}

/// The member that it is.
fn raw_member() -> Content {
    let (members, _) = walk(&with_behind(PLAIN, &raw_picture()));
    let mut found = members.into_iter();
    found
        .find(|member| member.path == b"object-99.tif")
        .unwrap()
        .content
}

/// The part of an encrypted document that says how: from its identifier to the end of the dictionary.
fn decoy(bytes: &[u8]) -> Vec<u8> {
    let at = memchr::memmem::find(bytes, b"/Filter /Standard").unwrap();
    let begin = memchr::memmem::rfind(&bytes[..at], b"<<").unwrap();
    let end = at + memchr::memmem::find(&bytes[at..], b"endobj").unwrap();
    let id = memchr::memmem::find(bytes, b"/ID").unwrap();
    let id_end = id + memchr::memmem::find(&bytes[id..], b"]").unwrap() + 1;
    let parts = [
        b"97 0 obj\n<< ",
        &bytes[id..id_end],
        b" /Encrypt ",
        &bytes[begin..end],
        b" >>\nendobj\n",
    ];
    parts.concat()
}

#[test]
fn what_only_speaks_of_encryption_hides_nothing() {
    let behind = [raw_picture(), decoy(EMPTY[1].1)].concat();
    let (members, gap) = walk(&with_behind(PLAIN, &behind));
    let told = (GapKind::Unsupported, Reason::PdfEncryptionUnclear.into());
    assert_eq!(gap, Some(told.clone()));
    let content = |members: &[Member]| contents(members);
    let found = content(&members);
    assert!(plain().iter().all(|one| found.contains(one)));
    assert!(members.iter().any(|member| member.content == raw_member()));
    // Where no trailer vouches for it, streams are read both ways.
    for (name, bytes) in EMPTY {
        let mut bytes = with_behind(bytes, &raw_picture());
        for at in memchr::memmem::find_iter(&bytes.clone(), b"startxref") {
            bytes[at..at + 9].fill(b'x');
        }
        let (members, gap) = walk(&bytes);
        assert_eq!(gap, Some(told.clone()), "{name}");
        let bytes_of = |member: &Member| match &member.content {
            Content::Bytes(bytes) => Some(bytes.clone()),
            _ => None,
        };
        let found: Vec<Vec<u8>> = members.iter().filter_map(bytes_of).collect();
        assert!(plain().iter().all(|one| found.contains(one)), "{name}");
        assert!(
            members.iter().any(|member| member.content == raw_member()),
            "{name}"
        );
    }
}

#[test]
fn a_name_written_with_escapes_is_that_name() {
    let mut tried = 0;
    for (name, bytes) in EMPTY.into_iter().chain(SECRET) {
        let table = memchr::memmem::rfind(bytes, b"trailer");
        let Some(table) =
            table.filter(|_| memchr::memmem::find_iter(bytes, b"/Encrypt").count() == 1)
        else {
            continue;
        };
        let Some(at) = memchr::memmem::find(&bytes[table..], b"/Encrypt ") else {
            continue;
        };
        let (before, after) = bytes.split_at(table + at);
        let escaped = [before, b"/Encr#79pt ", &after[9..]].concat();
        let (members, gap) = walk_with(&escaped, &passwords("secret"));
        assert_eq!((contents(&members), gap), (plain(), None), "{name}");
        tried += 1;
    }
    assert!(tried >= 4, "{tried}");
}
