use super::write::{deflated, gzip, stored, tar, tar_header, tar_member, xz, zip, zstd};
use super::*;
use crate::error::Reason;

fn small() -> ArchiveLimits {
    ArchiveLimits {
        depth: 4,
        ratio: 10,
        unpacked_bytes: 3 << 20,
        held_bytes: 2 << 20,
        ..ArchiveLimits::default()
    }
}

fn walk_small(bytes: &[u8]) -> (Vec<Member>, Option<Gap>) {
    let all = walk_within(bytes, &small(), &|_| false);
    held_whatever_is_known(bytes, &small(), &all);
    all
}

fn is_over_limit(member: &Member) -> bool {
    matches!(
        (&member.content, &member.gap),
        (Content::Refused(GapKind::OverLimit, _), _) | (_, Some((GapKind::OverLimit, _)))
    )
}

#[test]
fn a_member_that_is_too_large_is_refused_and_the_next_is_read() {
    let zeros = vec![0; 2 << 20];
    let mut liar = deflated("liar", &zeros);
    liar.size = u32::MAX;
    let archive = zip(&[deflated("honest", &zeros), liar, stored("a", b"1")]);
    let (members, gap) = walk_small(&archive);
    assert_eq!(
        told(&members),
        [
            "honest [OverLimit: it is larger than 1048576 bytes]",
            "liar [OverLimit: it is larger than 1048576 bytes]",
            "a=1"
        ]
    );
    assert_eq!(gap, None);
}

#[test]
fn what_a_member_unpacks_to_beyond_its_claim_is_bounded_whatever_the_others_do() {
    let zeros = vec![0; 1 << 20];
    let mut liar = deflated("liar", &zeros);
    liar.size = 1;
    let bound = (1 + 10 * liar.packed.len()).max(Format::HEAD);
    assert!(bound < zeros.len() / 4);
    let (members, gap) = walk_small(&zip(&vec![liar; 200]));
    assert_eq!(members.len(), 200);
    assert_eq!(gap, None);
    for member in members {
        assert_eq!(member.content, Content::Bytes(vec![0; bound]));
        let (status, reason) = member.gap.unwrap();
        assert_eq!(status, GapKind::Damaged);
        let limit = bound as u64;
        assert_eq!(reason, Reason::MemberExceedsClaim { limit }.into());
    }
    // Noise that says that it is nothing takes more room than it unpacks to.
    let mut noise = vec![0; 1 << 19];
    blake3::Hasher::new().finalize_xof().fill(&mut noise);
    let mut liar = deflated("liar", &noise);
    liar.size = 0;
    let (members, _) = walk_small(&zip(&[liar]));
    assert_eq!(members[0].content, Content::Bytes(noise));
}

#[test]
fn a_member_that_claims_to_be_huge_is_read_nevertheless() {
    let mut liar = deflated("liar", b"a picture");
    liar.size = u32::MAX - 1;
    let (members, _) = walk_small(&zip(&[liar]));
    assert_eq!(members[0].content, Content::Bytes(b"a picture".to_vec()));
    assert!(members[0].gap.is_some());
}

#[test]
fn all_that_is_unpacked_is_bounded() {
    let zeros = vec![0; 1 << 20];
    let many: Vec<_> = (0..8).map(|i| deflated(&i.to_string(), &zeros)).collect();
    let (members, _) = walk_small(&zip(&many));
    assert_eq!(members.len(), 8);
    assert!(matches!(members[0].content, Content::Bytes(_)));
    assert!(is_over_limit(&members[7]));

    let entries: Vec<_> = (0..8)
        .map(|i| tar_member(&i.to_string(), b'0', &zeros))
        .collect();
    for bomb in [
        gzip(&tar(&entries)),
        xz(&tar(&entries)),
        zstd(&tar(&entries)),
    ] {
        let (members, gap) = walk_small(&bomb);
        assert!(members.len() < 8);
        assert!(matches!(gap, Some((GapKind::OverLimit, _))), "{gap:?}");
    }
}

#[test]
fn members_that_share_their_content_cost_what_they_unpack_to() {
    let zeros = vec![0; 1 << 20];
    let mut members = vec![deflated("0", &zeros)];
    for i in 1..200 {
        let mut twin = deflated(&i.to_string(), &zeros);
        (twin.place, twin.packed) = (Some(0), Vec::new());
        members.push(twin);
    }
    let (members, gap) = walk_small(&zip(&members));
    let unpacked = members
        .iter()
        .filter(|m| matches!(m.content, Content::Bytes(_)));
    assert!(unpacked.count() < 4);
    assert!(end(gap).contains("members overlap"));

    // And if they claim nothing.
    let mut noise = vec![0; 1 << 18];
    blake3::Hasher::new().finalize_xof().fill(&mut noise);
    let mut members = vec![deflated("0", &noise)];
    for i in 1..200 {
        let mut twin = deflated(&i.to_string(), &noise);
        (twin.place, twin.packed, twin.size) = (Some(0), Vec::new(), 0);
        members.push(twin);
    }
    let (members, _) = walk_small(&zip(&members));
    let unpacked = members.iter().map(|member| match &member.content {
        Content::Bytes(bytes) => bytes.len(),
        _ => 0,
    });
    let most = 10 * (noise.len() + (1 << 15)) + (3 << 20) + 200 * Format::HEAD;
    assert!(unpacked.sum::<usize>() < most);
}

#[test]
fn holes_cost_what_they_expand_to() {
    let mut bytes = Vec::new();
    for _ in 0..8 {
        let mut hole = tar_header(b"hole", b'S', 0);
        hole[483..494].copy_from_slice(format!("{:011o}", 1 << 20).as_bytes());
        super::write::seal(&mut hole);
        bytes.extend(hole);
    }
    let (members, _) = walk_small(&tar(&[bytes]));
    assert_eq!(members.len(), 8);
    assert!(matches!(members[0].content, Content::Bytes(_)));
    assert!(is_over_limit(&members[7]));
}

#[test]
fn nesting_is_bounded() {
    let mut archive = zip(&[stored("a", b"1")]);
    for depth in 0..10 {
        archive = match depth % 3 {
            0 => gzip(&archive),
            1 => zip(&[deflated("in", &archive)]),
            _ => tar(&[tar_member("in", b'0', &archive)]),
        };
    }
    let (members, gap) = walk_small(&archive);
    assert_eq!(gap, None);
    let Content::Archive { gap: Some(gap), .. } = &members[0].content else {
        panic!("{:?}", members[0]);
    };
    assert_eq!(gap.1, Reason::ArchiveDepth { limit: 4 }.into());
    assert_eq!(members.len(), 4, "three archives around it");
}

#[test]
fn what_is_held_is_bounded_over_all_levels() {
    // Bytes that do not compress: a chain whose members each are nearly as large as one may be.
    let mut noise = Vec::new();
    let mut hash = blake3::Hasher::new().finalize_xof();
    noise.resize(900 << 10, 0);
    hash.fill(&mut noise);
    let mut archive = noise;
    for _ in 0..4 {
        archive = zip(&[stored("in", &archive)]);
    }
    let (members, gap) = walk_small(&archive);
    assert_eq!(gap, None);
    assert!(is_over_limit(&members[0]), "{:?}", members[0]);
    assert_eq!(members.len(), 3);
}

#[test]
fn windows_are_bounded() {
    let limits = ArchiveLimits {
        window_bytes: 1 << 16,
        ..ArchiveLimits::default()
    };
    let zstd_of_two_mib = b"\x28\xB5\x2F\xFD\x00\x58\x01\x00\x00".to_vec();
    for bytes in [xz(&[7; 100]), zstd_of_two_mib] {
        let (members, _) = walk_within(&bytes, &limits, &|_| false);
        assert_eq!(
            told(&members),
            [
                "file.jpg [OverLimit: unpacking it needs a larger window than is allowed, or more memory than is free]"
            ]
        );
    }
}

#[test]
fn members_and_directories_are_bounded() {
    let many: Vec<_> = (0..50).map(|i| stored(&i.to_string(), b"1")).collect();
    let limits = ArchiveLimits {
        members: 20,
        ..ArchiveLimits::default()
    };
    let (members, gap) = walk_within(&zip(&many), &limits, &|_| false);
    assert_eq!(members.len(), 20);
    assert_eq!(end(gap), "OverLimit: it has more than 20 members");
    let limits = ArchiveLimits {
        directory_bytes: 500,
        ..ArchiveLimits::default()
    };
    let (members, gap) = walk_within(&zip(&many), &limits, &|_| false);
    assert_eq!(members.len(), 50, "the rest is found by its own headers");
    assert!(end(gap).starts_with("OverLimit: its directory is larger than 500 bytes"));
}

#[test]
fn containers_with_windows_have_room_within_each_other_as_deep_as_they_may_lie() {
    let content = b"a member of all of them".repeat(20_000);
    let limits = ArchiveLimits::default();
    let of_pdf = |file: &[u8]| super::pdf::of_files(&[file]);
    let of_xz = |file: &[u8]| xz(&zip(&[stored("in", file)]));
    for (levels, is_pdf) in [(1, true), (2, false)] {
        let mut nested = content.clone();
        for _ in 0..limits.depth / levels {
            nested = if is_pdf {
                of_pdf(&nested)
            } else {
                of_xz(&nested)
            };
        }
        let (members, gap) = walk_within(&nested, &limits, &|_| false);
        let whole = |member: &Member| member.content == Content::Bytes(content.clone());
        assert!(members.iter().any(whole), "{:?}", told(&members));
        assert_eq!(gap, None);
    }
}
