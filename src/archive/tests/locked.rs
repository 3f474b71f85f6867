//! Encrypted archives of 7-Zip 26.02, pyzipper and py7zr, and passwords that open them or do not.

use std::ops::ControlFlow;
use std::sync::Arc as Shared;

use super::write::{stored, zip};
use super::*;
use crate::Matcher;
use crate::error::Reason;
use crate::hash::HashType;
use crate::hasher::Hasher;
use crate::scan::{Finding, Log, Scan, Status};

macro_rules! locked {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_bytes!(concat!("locked/", $name)).as_slice())),*]
    };
}

/// All are of the password `secret`.
const SECRET: [(&str, &[u8]); 9] = locked![
    "ZipCrypto.zip",
    "AES128.zip",
    "AES192.zip",
    "AES256.zip",
    "ae1.zip",
    "ae2.zip",
    "copy.7z",
    "each.7z",
    "py7zr.7z",
];

pub(super) fn passwords(lines: &str) -> Passwords {
    Passwords::from_lines(lines.as_bytes()).unwrap()
}

/// Everything that an archive gives with these passwords.
pub(super) fn walk_with(bytes: &[u8], passwords: &Passwords) -> (Vec<Member>, Option<Gap>) {
    let walk = |known: &dyn Fn(u64) -> bool| {
        let kind = Kind::sniff(bytes).expect("it is an archive");
        let (source, name) = (Cursor::new(bytes.to_vec()), Path::new("locked"));
        let (len, limits) = (bytes.len() as u64, ArchiveLimits::default());
        let archive = Archive::open(kind, source, len, name, &limits, MEMBER_MAX);
        let mut archive = archive.with_passwords(passwords);
        let members = std::iter::from_fn(|| archive.next_member(known)).collect::<Vec<_>>();
        (members, archive.end())
    };
    let all = walk(&|_| false);
    let (odd, end) = walk(&|number| number % 2 == 1);
    assert_eq!((odd.len(), &end), (all.0.len(), &all.1));
    for (member, first) in odd.iter().zip(&all.0).step_by(2) {
        assert_eq!(member, first);
    }
    all
}

fn content<'m>(members: &'m [Member], name: &str) -> &'m Content {
    let mut members = members.iter();
    let found = members.find(|member| member.path == name.as_bytes());
    &found.unwrap_or_else(|| panic!("no member {name}")).content
}

#[test]
fn every_cipher_is_opened_by_the_password_wherever_it_stands_in_the_list() {
    let alpha = Content::Bytes("alpha ".repeat(50).into_bytes());
    for (name, bytes) in SECRET {
        for lines in ["secret\n", "wrong\r\nother\r\nsecret\r\nlast"] {
            let (members, gap) = walk_with(bytes, &passwords(lines));
            assert_eq!(gap, None, "{name}");
            assert_eq!(content(&members, "a.txt"), &alpha, "{name}");
            let Content::Bytes(calls) = content(&members, "dir/calls.bin") else {
                panic!("{name}: {:?}", told(&members));
            };
            assert_eq!(calls.len(), 600, "{name}");
            assert!(members.iter().all(|member| member.gap.is_none()), "{name}");
        }
    }
    // Of the test of 7z, with names in the clear and not.
    for bytes in [
        &include_bytes!("sevenzip/encrypted.7z")[..],
        include_bytes!("sevenzip/hidden.7z"),
    ] {
        let (members, gap) = walk_with(bytes, &passwords("no\nsecret"));
        assert_eq!((members.len(), gap), (5, None));
        assert_eq!(content(&members, "a.txt"), &alpha);
    }
    let utf8 = include_bytes!("locked/utf8.7z");
    let (members, gap) = walk_with(utf8, &passwords("geheim\ngeheimß"));
    assert_eq!(gap, None);
    assert_eq!(content(&members, "a.txt"), &alpha);
}

#[test]
fn no_password_and_wrong_passwords_are_told_apart() {
    for (name, bytes) in SECRET {
        let (members, _) = walk(bytes);
        let closed = |members: &[Member]| {
            let of = |member: &Member| match &member.content {
                Content::Refused(GapKind::Unsupported, reasons) => Some(reasons.to_string()),
                _ => None,
            };
            members.iter().filter_map(of).collect::<Vec<_>>()
        };
        let told = closed(&members);
        assert_eq!(told.len(), members.len(), "{name}");
        assert_eq!(told[0], "encrypted: not looked into", "{name}");
        // 7z takes a tenth of a second for each.
        let (members, _) = walk_with(bytes, &passwords("Secret\nsecre\nwrong\n"));
        let told = closed(&members);
        assert_eq!(told.len(), members.len(), "{name}");
        let none = Reason::PasswordNoneFits.to_string();
        assert!(told.iter().all(|told| *told == none), "{name}: {told:?}");
    }
}

#[test]
fn many_wrong_passwords_never_give_wrong_content() {
    // One in 128 passes the first check of the older cipher.
    let wrong: String = (0..20_000).map(|number| format!("{number}\n")).collect();
    let (_, bytes) = SECRET[0];
    let (members, _) = walk_with(bytes, &passwords(&wrong));
    let none = Content::Refused(GapKind::Unsupported, Reason::PasswordNoneFits.into());
    assert!(members.iter().all(|member| member.content == none));
    let (members, _) = walk_with(bytes, &passwords(&(wrong + "secret\n")));
    let alpha = Content::Bytes("alpha ".repeat(50).into_bytes());
    assert_eq!(content(&members, "a.txt"), &alpha);
}

#[test]
fn passwords_that_are_not_tried_for_lack_of_time_are_told() {
    let wrong: String = (0..70_000).map(|number| format!("{number}\n")).collect();
    let keyring = passwords::Keyring::default();
    keyring.set(passwords(&wrong));
    let told = keyring.open(Reason::ZipEncrypted, |_, steps| {
        Ok(steps.take(2000).then_some(passwords::Fit::<()>::No))
    });
    let tried = (1 << 27) / 2000;
    let reason = Reason::PasswordAttempts { tried };
    assert_eq!(told, Err((GapKind::Unsupported, reason.into())));
    // None are left for what is nested in it, or comes later.
    let again = keyring.open(Reason::ZipEncrypted, |_, steps| {
        Ok(steps.take(1).then_some(passwords::Fit::<()>::No))
    });
    assert_eq!(
        again,
        Err((
            GapKind::Unsupported,
            Reason::PasswordAttempts { tried: 0 }.into()
        ))
    );
}

#[test]
fn broken_members_are_examined_where_the_password_opened_others() {
    for (name, bytes) in [SECRET[0], SECRET[3], SECRET[5]] {
        let at = memchr::memmem::find_iter(bytes, b"PK\x03\x04")
            .nth(1)
            .unwrap();
        let mut broken = bytes.to_vec();
        // Within the content of the second member, behind what shows that the password fits.
        broken[at + 30 + 13 + 11 + 40] ^= 1;
        let (members, _) = walk_with(&broken, &passwords("wrong\nsecret\nother"));
        assert!(matches!(content(&members, "a.txt"), Content::Bytes(_)));
        let second = &members[1];
        let is_told = second
            .gap
            .as_ref()
            .is_some_and(|(kind, _)| *kind == GapKind::Damaged)
            || matches!(second.content, Content::Refused(GapKind::Damaged, _));
        assert!(is_told, "{name}: {:?}", told(&members));
    }
}

/// The second version of AES has no checksum: its HMAC alone vouches for the content.
#[test]
fn every_altered_byte_of_content_is_told_where_only_an_hmac_vouches() {
    let (_, bytes) = SECRET[5];
    let at = memchr::memmem::find(bytes, b"PK\x03\x04").unwrap();
    for byte in 0..8 {
        let mut altered = bytes.to_vec();
        altered[at + 30 + 5 + 11 + 18 + byte] ^= 1;
        let (members, _) = walk_with(&altered, &passwords("secret"));
        let first = &members[0];
        let is_told = matches!(first.gap, Some((GapKind::Damaged, _)))
            || matches!(first.content, Content::Refused(GapKind::Damaged, _));
        assert!(is_told, "{byte}: {:?}", told(&members));
    }
}

/// The extra field of AES says nothing of a member that AES did not encrypt.
#[test]
fn a_field_of_aes_changes_nothing_of_other_members() {
    let mut bytes = zip(&[stored("a.txt", b"content")]);
    let field = [0x01, 0x99, 7, 0, 2, 0, b'A', b'E', 3, 8, 0];
    let at = |bytes: &[u8], mark: &[u8]| memchr::memmem::find(bytes, mark).unwrap();
    let entry = at(&bytes, b"PK\x01\x02");
    bytes[entry + 30] = field.len() as u8;
    bytes.splice(entry + 46 + 5..entry + 46 + 5, field);
    let end = at(&bytes, b"PK\x05\x06");
    bytes[end + 12] += field.len() as u8;
    let (members, _) = walk(&bytes);
    assert_eq!(
        content(&members, "a.txt"),
        &Content::Bytes(b"content".to_vec())
    );
    let content = at(&bytes, b"content");
    bytes[content] ^= 1;
    let (members, _) = walk(&bytes);
    let damaged = members
        .iter()
        .any(|member| member.path == b"a.txt" && matches!(member.gap, Some((GapKind::Damaged, _))));
    assert!(damaged, "{:?}", told(&members));
}

#[test]
fn every_cut_and_wrong_byte_of_what_is_locked_ends() {
    let good = passwords("secret");
    for (name, bytes) in SECRET {
        if name.ends_with("7z") {
            // Each attempt takes a tenth of a second: some are enough.
            for len in (40..bytes.len()).step_by(97) {
                walk_with(&bytes[..len], &good);
            }
            continue;
        }
        // Keys of AES take a thousand rounds each: not every place is tried.
        let step = if name == "ZipCrypto.zip" { 1 } else { 23 };
        for len in (4..bytes.len()).step_by(step) {
            walk_with(&bytes[..len], &good);
        }
        let mut wrong = bytes.to_vec();
        for at in (4..bytes.len()).step_by(step) {
            wrong[at] ^= 1 << (at % 8);
            walk_with(&wrong, &good);
            wrong[at] = bytes[at];
        }
    }
}

#[test]
fn a_cache_of_what_stayed_closed_is_not_taken_for_what_other_passwords_open() {
    let folder = tempfile::tempdir().unwrap();
    let (dump, cache) = (folder.path().join("dump"), folder.path().join("cache"));
    std::fs::create_dir(&dump).unwrap();
    std::fs::write(dump.join("locked.zip"), SECRET[3].1).unwrap();
    let scanned = |passwords: Option<&str>| {
        let hasher = Hasher::new([HashType::Sha256]);
        let mut scan = Scan::new(Matcher::new([])).with_hasher(hasher);
        if let Some(lines) = passwords {
            scan = scan.with_passwords(Passwords::from_lines(lines.as_bytes()).unwrap());
        }
        let log = Log::cache(&cache, &scan.settings(), None, 1 << 20).unwrap();
        let mut findings: Vec<Finding> = Vec::new();
        scan.with_log(Shared::new(log))
            .run([&dump], |finding| {
                findings.push(finding);
                ControlFlow::Continue(())
            })
            .unwrap();
        let closed = findings
            .iter()
            .filter(|finding| finding.status == Status::Unsupported);
        (findings.len(), closed.count())
    };
    let closed = scanned(None);
    assert!(closed.1 >= 3);
    assert_eq!(scanned(Some("wrong")), closed);
    let open = scanned(Some("secret"));
    assert_eq!(open.0, closed.0);
    assert!(open.1 < closed.1);
    assert_eq!(scanned(Some("secret")), open);
    assert_eq!(scanned(None), closed);
    // No password stands in the file.
    let bytes = std::fs::read(&cache).unwrap();
    assert!(memchr::memmem::find(&bytes, b"secret").is_none());
}

#[test]
fn members_of_several_passwords_are_opened_each_by_its_own() {
    let bytes = zip(&[
        stored("a", b"one").locked(b"first"),
        stored("b", b"two").locked(b"second"),
        stored("c", b"three").locked(b"first"),
    ]);
    let (members, gap) = walk_with(&bytes, &passwords("second\nfirst"));
    assert_eq!(
        (told(&members), gap),
        (
            vec!["a=one".to_owned(), "b=two".to_owned(), "c=three".to_owned()],
            None
        )
    );
}
