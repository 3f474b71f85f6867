//! Archives of every kind, sound and not.

mod bombs;
mod carve;
mod damage;
mod database;
mod disk_image;
mod hidden;
mod locked;
mod locked_pdf;
mod mail;
mod pdf;
mod placed;
mod sevenzip;
mod stores;
mod streams;
mod tar;
mod web_cache;
mod write;
mod zip;

use std::io::Cursor;
use std::path::Path;

use super::*;

const MEMBER_MAX: u64 = 1 << 20;

/// Everything that an archive gives, and what it says at its end.
fn walk_within(
    bytes: &[u8],
    limits: &ArchiveLimits,
    known: &dyn Fn(u64) -> bool,
) -> (Vec<Member>, Option<Gap>) {
    let kind = Kind::sniff(bytes).expect("it is an archive");
    let (source, name) = (Cursor::new(bytes.to_vec()), Path::new("dump/file.jpg.gz"));
    let len = bytes.len() as u64;
    let mut archive = Archive::open(kind, source, len, name, limits, MEMBER_MAX);
    let members = std::iter::from_fn(|| archive.next_member(known)).collect::<Vec<_>>();
    for (place, member) in members.iter().enumerate() {
        assert_eq!(member.number, place as u64);
    }
    assert!(archive.next_member(known).is_none());
    (members, archive.end())
}

fn walk(bytes: &[u8]) -> (Vec<Member>, Option<Gap>) {
    let limits = ArchiveLimits::default();
    let all = walk_within(bytes, &limits, &|_| false);
    held_whatever_is_known(bytes, &limits, &all);
    all
}

/// Passing over members changes neither the numbers nor the paths of any. Nor does it change the content and errors of the
/// others and of the archive.
fn held_whatever_is_known(
    bytes: &[u8],
    limits: &ArchiveLimits,
    (all, end): &(Vec<Member>, Option<Gap>),
) {
    let sets: [&dyn Fn(u64) -> bool; 4] = [&|_| true, &|n| n % 2 == 0, &|n| n % 2 == 1, &|n| n < 2];
    for known in sets {
        let (members, gap) = walk_within(bytes, limits, known);
        assert_eq!((members.len(), &gap), (all.len(), end));
        for (member, first) in members.iter().zip(all) {
            assert_eq!(member.path, first.path);
            if known(member.number) {
                assert_eq!(member.content, Content::Known)
            } else {
                assert_eq!(member, first)
            }
        }
    }
}

/// The members as text: `path=content`, and in brackets their notes.
fn told(members: &[Member]) -> Vec<String> {
    let of = |member: &Member| {
        let path = member.path.escape_ascii();
        let content = match &member.content {
            Content::Bytes(bytes) => format!("={}", bytes.escape_ascii()),
            Content::Known => " known".to_owned(),
            Content::Archive { kind, gap, .. } => match gap {
                Some((status, reason)) => format!(" {kind:?} [{status:?}: {reason}]"),
                None => format!(" {kind:?}"),
            },
            Content::Refused(status, reason) => format!(" [{status:?}: {reason}]"),
        };
        let gap = member.gap.as_ref();
        let gap = gap.map(|(status, reason)| format!(" [{status:?}: {reason}]"));
        format!("{path}{content}{}", gap.unwrap_or_default())
    };
    members.iter().map(of).collect()
}

/// The gap of the archive as text.
fn end(gap: Option<Gap>) -> String {
    gap.map_or("sound".to_owned(), |(status, reason)| {
        format!("{status:?}: {reason}")
    })
}

#[test]
fn an_archive_can_move_between_threads() {
    fn moves<T: Send + 'static>() {}
    moves::<Archive>();
}

/// Walks an archive that is sound.
fn sound(bytes: &[u8]) -> Vec<String> {
    let (members, gap) = walk(bytes);
    assert_eq!(end(gap), "sound");
    told(&members)
}

/// Walks an archive that is not.
fn unsound(bytes: &[u8]) -> (Vec<String>, String) {
    let (members, gap) = walk(bytes);
    (told(&members), end(gap))
}
