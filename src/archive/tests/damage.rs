use proptest::prelude::*;

use super::write::{
    bzip2, deflated, gzip, lzma, member, pax, stored, tar, tar_member, xz, zip, zstd,
};
use super::*;

/// One archive of each kind, and one of all of them.
fn archives() -> Vec<Vec<u8>> {
    let text = &b"some text that is long enough to be worth compressing, some text"[..];
    let zipped = zip(&[
        stored("stored", text),
        deflated("deflated", text).streamed(true),
        member("lzma", 14, text, lzma(text)),
        member("xz", 95, text, xz(text)),
        member("zstd", 93, text, zstd(text)),
        stored("in.zip", &zip(&[deflated("a", text)])),
    ]);
    let tarred = tar(&[
        pax(&[("path", "by/pax")]),
        tar_member("a", b'0', text),
        tar_member("b", b'2', b""),
        tar_member("c.gz", b'0', &gzip(text)),
    ]);
    let mut all = vec![gzip(&tarred), bzip2(&tarred), xz(&tarred), zstd(&tarred)];
    let members: Vec<_> = all.iter().map(|packed| stored("in", packed)).collect();
    let mail = super::mail::message(&[("a.txt", text), ("in.zip", &zip(&[deflated("a", text)]))]);
    let inner = zip(&[deflated("a", text)]);
    let document = super::pdf::of_files(&[text, &inner]);
    let compound = super::stores::compound(&[("/__substg1.0_37010102", text), ("/in", &inner)]);
    let solid = include_bytes!("sevenzip/bcj2.7z").to_vec();
    all.extend([
        zip(&members),
        zipped,
        tarred,
        mail,
        document,
        compound,
        solid,
    ]);
    all
}

fn limits() -> ArchiveLimits {
    ArchiveLimits {
        ratio: 50,
        unpacked_bytes: 1 << 20,
        held_bytes: 1 << 20,
        window_bytes: 1 << 20,
        ..ArchiveLimits::default()
    }
}

/// It ends, gives no more than it may, and the same members whatever is known.
fn hold(bytes: &[u8]) {
    if Kind::sniff(bytes).is_none() {
        return;
    }
    let all = walk_within(bytes, &limits(), &|_| false);
    let total: usize = all
        .0
        .iter()
        .map(|member| match &member.content {
            Content::Bytes(bytes) | Content::Archive { bytes, .. } => bytes.len(),
            _ => 0,
        })
        .sum();
    assert!(total <= (2 << 20) + 60 * bytes.len());
    held_whatever_is_known(bytes, &limits(), &all);
}

#[test]
fn every_cut_archive_ends_and_says_so() {
    for bytes in archives() {
        let whole = walk_within(&bytes, &limits(), &|_| false);
        assert!(whole.1.is_none() && whole.0.iter().all(|member| member.gap.is_none()));
        let step = (bytes.len() / 500).max(1);
        for len in (0..bytes.len()).step_by(step) {
            hold(&bytes[..len]);
            if Kind::sniff(&bytes[..len]).is_none() {
                continue;
            }
            let (members, gap) = walk_within(&bytes[..len], &limits(), &|_| false);
            let said = gap.is_some()
                || members.iter().any(|member| {
                    let nested = matches!(&member.content, Content::Archive { gap: Some(_), .. });
                    let refused = matches!(&member.content, Content::Refused(GapKind::Damaged, _));
                    member.gap.is_some() || nested || refused
                });
            // A tar archive may end at any block, and without the mark of its end.
            let complete = members.len() == whole.0.len() || bytes.starts_with(b"pax");
            assert!(said || complete, "cut to {len} of {} bytes", bytes.len());
        }
    }
}

/// Members of a zip file of which any may lie. The lies are about the size, the stored size and the place of its content.
fn liars() -> impl Strategy<Value = Vec<u8>> {
    let one = (
        any::<bool>(),
        0_usize..200_000,
        prop::option::of(0_u32..300_000),
        prop::option::of(0_u32..5_000),
        (any::<bool>(), prop::option::weighted(0.2, Just(0))),
        0_usize..3,
    );
    prop::collection::vec(one, 1..30).prop_map(|members| {
        type Lie = (
            bool,
            usize,
            Option<u32>,
            Option<u32>,
            (bool, Option<u32>),
            usize,
        );
        let of = |(compressed, len, size, packed, (streamed, place), kind): Lie| {
            let content = match kind {
                0 => vec![b'a'; len],
                1 => gzip(&vec![b'b'; len]),
                _ => zip(&[deflated("in", &vec![b'c'; len])]),
            };
            let mut member = if compressed {
                deflated("a", &content)
            } else {
                stored("a", &content)
            };
            member.size = size.unwrap_or(member.size);
            member.packed_size = packed.unwrap_or(member.packed_size);
            member.place = place;
            if streamed {
                member.listed = kind == 0;
                member = member.streamed(size.is_none());
            }
            member
        };
        zip(&members.into_iter().map(of).collect::<Vec<_>>())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn whatever_is_known_lying_members_come_to_the_same(bytes in liars(), known in any::<u32>()) {
        let small = ArchiveLimits { unpacked_bytes: 1 << 18, ratio: 4, ..limits() };
        let packed = gzip(&tar(&[
            tar_member("a", b'0', &bytes),
            tar_member("b", b'0', &[7; 100_000]),
            tar_member("c", b'0', b"1"),
        ]));
        for bytes in [bytes, packed] {
            let all = walk_within(&bytes, &small, &|_| false);
            held_whatever_is_known(&bytes, &small, &all);
            let is_known = |number: u64| known.rotate_right(number as u32) & 1 == 1;
            let (members, gap) = walk_within(&bytes, &small, &is_known);
            prop_assert_eq!((members.len(), gap), (all.0.len(), all.1));
            for (member, first) in members.into_iter().zip(all.0) {
                prop_assert!(is_known(member.number) || member == first);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_damage_ends(
        which in 0_usize..10,
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = archives().swap_remove(which);
        for (at, value) in flips {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        hold(&bytes);
    }

    #[test]
    fn any_bytes_behind_a_signature_end(
        start in prop::sample::select(vec![
            &b"PK\x03\x04"[..], b"PK\x05\x06", b"\x1F\x8B\x08\0", b"\xFD7zXZ\0", b"\x28\xB5\x2F\xFD",
            b"BZh91AY&SY", b"From: a\nTo: b\nContent-Type: multipart/mixed; boundary=c\n\n--c\n",
            b"From a 10:00\nTo: b\n\n",
        ]),
        rest in prop::collection::vec(any::<u8>(), 0..600),
    ) {
        hold(&[start, &rest].concat());
    }
}
