//! What a match is worth, by what was hashed.

use super::Found;
use crate::hash::{AreaKind, Rendering, View};
use crate::list::Opinion;
use crate::store::MaxAction;

/// What a match is worth; a better tier is less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Tier {
    /// A digest: the file is listed, byte by byte.
    Identical,
    /// The picture itself is near a listed one.
    Near,
    /// What is left when a change is undone is near a listed picture. A person decides.
    Derived,
    /// It may be a copy, and may be another picture like it: a person looks.
    Lead,
}

impl Tier {
    /// What a match may lead to at most, of a list that lets it lead to this.
    /// An entry that is not confirmed, or that contributors disagree about, needs a person.
    pub(super) fn at_most(self, of_list: Option<MaxAction>, opinion: Opinion) -> Option<MaxAction> {
        if self <= Tier::Near && opinion == Opinion::Positive {
            return of_list;
        }
        let most = MaxAction::Review;
        Some(of_list.map_or(most, |of_list| of_list.min(most)))
    }

    /// What a hash in this view is worth so many bits from a listed one, within the radius. Documents made of one
    /// template have like hashes in every view. So a view that looks like a document accuses nobody, unless it is
    /// nearer than they are to each other.
    ///
    /// Filling what may be covered brings another photograph nearer, too: by 8 bits in the median, by 30 at most.
    ///
    /// Samples that are no colours show no picture that anybody sees. How often they err was not measured.
    pub(super) fn of(view: View, distance: u32) -> Tier {
        if view.area.kind == AreaKind::Uncovered {
            Tier::Lead
        } else if view.rendering == Rendering::RawSamples {
            Tier::Derived
        } else if view.is_upright() {
            Tier::Near
        } else if view.area.is_document && distance > DOCUMENT_RADIUS {
            Tier::Lead
        } else {
            Tier::Derived
        }
    }
}

named!(Tier {
    Identical = "identical",
    Near = "near",
    Derived = "derived",
    Lead = "lead",
});

impl Found {
    /// Leaves out what is of none of these tiers, where any is named.
    pub(super) fn keep_tiers(&mut self, tiers: &[Tier]) {
        if tiers.is_empty() {
            return;
        }
        for matches in [
            &mut self.matches,
            &mut self.suppressed,
            &mut self.weak,
            &mut self.authentic,
        ] {
            matches.retain(|found| tiers.contains(&found.tier));
        }
        if self.matches.is_empty() {
            self.cluster = None;
        }
    }
}

/// Up to how many bits apart views that look like documents are taken for one. There were 14,850 pairs of different notices on
/// one template. The nearest were 20 bits apart, and copies of one at most 8.
const DOCUMENT_RADIUS: u32 = 12;

/// Up to how many bits from a listed hash a view is a lead. Of 2 x 10^10 comparisons of views with other photographs none
/// was within 55 bits, aligned or not.
pub(super) const LEAD_REACH: u32 = 45;

/// Up to how many bits from a listed hash a view is worth a second look, which moves its frame. In a list of a million,
/// one view in 30,000 of other photographs is as near.
pub(super) const ALIGN_REACH: u32 = 66;

/// How many listed hashes are given a second look for one picture, which takes some milliseconds each.
pub(super) const ALIGNMENTS_MAX: usize = 8;

/// Of how many listed hashes the picture is uncovered, which takes some milliseconds each, too.
pub(super) const UNCOVERED_MAX: usize = 3;

/// How many leads of one layer are looked into.
pub(super) const LEADS_MAX: usize = 100;

/// Whether a view is worth a look beyond its radius. Whole pictures have a radius of their own, which lists and users
/// set. Different documents are often as near as that. Half a picture has much in common with others.
pub(super) fn leads_beyond_radius(view: View) -> bool {
    let kind = view.area.kind;
    !kind.is_whole() && kind != AreaKind::Inverted && !kind.is_half() && !view.area.is_document
}

/// Whether a view is worth a second look beyond its radius.
pub(super) fn aligns_beyond_radius(view: View) -> bool {
    view.area.kind.can_align() && !view.area.is_document
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::{Area, AreaKind, FrameHash, Hash, HashType, Pdq, Region};
    use crate::index::{Builder, Index};
    use crate::list::{ReadOptions, read_bytes};
    use crate::matcher::tracks::PictureSeen;
    use crate::matcher::{Matcher, Policy};

    fn index(hashes: &[Pdq]) -> Index {
        let rows = hashes.iter().enumerate();
        let rows: String = rows
            .map(|(id, hash)| format!("{id},pdq,{hash}\n"))
            .collect();
        let text = format!("id,type,hash\n{rows}");
        let options = ReadOptions {
            allow_unusual_pdq: true,
            ..ReadOptions::default()
        };
        let list = read_bytes("a.csv".as_ref(), text.as_bytes(), &options).unwrap();
        let mut builder = Builder::new();
        builder.add(list).unwrap();
        builder.build_in_memory().unwrap().0
    }

    /// A hash that differs from the listed one in so many bits.
    fn off(bits: usize) -> Pdq {
        let mut hash = LISTED;
        for bit in 0..bits {
            hash.0[bit / 8] ^= 1 << (bit % 8);
        }
        hash
    }

    const LISTED: Pdq = Pdq([0x0f; 32]);

    fn print(bits: usize, kind: AreaKind, is_document: bool) -> FrameHash {
        let area = Area {
            kind,
            region: Region::WHOLE,
            is_document,
        };
        FrameHash {
            hash: off(bits).into(),
            quality: 100,
            frame: 0,
            ms: 0,
            view: View {
                area,
                ..View::ORIGINAL
            },
        }
    }

    fn matcher() -> Matcher {
        Matcher::new([index(&[LISTED])])
    }

    #[test]
    fn the_picture_itself_goes_before_a_view_that_is_nearer() {
        let prints = [
            print(2, AreaKind::Extended, false),
            print(9, AreaKind::Whole, false),
            print(20, AreaKind::Inset, true),
        ];
        let found = matcher().find_hashes(&[], &prints, None).unwrap();
        let [best] = &found.matches[..] else {
            panic!("{found:?}");
        };
        assert_eq!(
            (best.tier, best.distance, best.at_most),
            (Tier::Near, 9, None)
        );
        let found = matcher()
            .find_hashes(&[], &[prints[0], prints[2]], None)
            .unwrap();
        let best = &found.matches[0];
        assert_eq!((best.tier, best.distance), (Tier::Derived, 2));
        assert_eq!(best.at_most, Some(MaxAction::Review));
    }

    #[test]
    fn a_view_of_a_document_is_no_more_than_a_lead() {
        let found = |bits| {
            let prints = [print(bits, AreaKind::Inset, true)];
            matcher().find_hashes(&[], &prints, None).unwrap()
        };
        for bits in [13, 31] {
            let found = found(bits);
            assert!(found.matches.is_empty() && found.cluster.is_none());
            assert_eq!(found.weak[0].tier, Tier::Lead);
            assert_eq!(found.weak[0].at_most, Some(MaxAction::Review));
        }
        assert_eq!(found(12).matches[0].tier, Tier::Derived);
        assert_eq!(found(32), Found::default());
    }

    #[test]
    fn a_view_beyond_the_radius_is_a_lead() {
        let found = |bits, kind| {
            let prints = [print(bits, kind, false)];
            matcher().find_hashes(&[], &prints, None).unwrap()
        };
        for bits in [32, LEAD_REACH as usize] {
            let found = found(bits, AreaKind::Extended);
            assert!(found.matches.is_empty() && found.cluster.is_none() && found.more == 0);
            let [lead] = &found.weak[..] else {
                panic!("{found:?}");
            };
            assert_eq!(
                (lead.tier, lead.distance as usize, lead.radius, lead.at_most),
                (Tier::Lead, bits, LEAD_REACH, Some(MaxAction::Review))
            );
        }
        let farther = LEAD_REACH as usize + 1;
        assert!(found(farther, AreaKind::Extended).weak.is_empty());
        for kind in [AreaKind::Whole, AreaKind::Turned, AreaKind::Quarter] {
            assert_eq!(found(40, kind), Found::default());
        }
        // A second look would need the picture.
        assert_eq!(found(66, AreaKind::Extended).unaligned, 1);
        assert_eq!(found(67, AreaKind::Extended), Found::default());
        // What matches is no lead beside.
        let prints = [
            print(40, AreaKind::Cut, false),
            print(20, AreaKind::Cut, false),
        ];
        let both = matcher().find_hashes(&[], &prints, None).unwrap();
        assert_eq!((both.matches.len(), both.weak.len()), (1, 0));
    }

    /// However many listed hashes are as near as a lead, few are looked into.
    #[test]
    fn a_flood_of_leads_is_bounded() {
        let listed: Vec<Pdq> = (0..40_u8)
            .flat_map(|first| (0..40_u8).map(move |second| (first, second)))
            .map(|(first, second)| {
                let mut hash = off(36);
                hash.0[16] ^= first;
                hash.0[17] ^= second;
                hash
            })
            .collect();
        let matcher = Matcher::new([index(&listed)]);
        let prints = [FrameHash {
            hash: LISTED.into(),
            ..print(0, AreaKind::Extended, false)
        }];
        let (found, spent) = crate::index::spent::of(|| matcher.find_hashes(&[], &prints, None));
        let found = found.unwrap();
        assert_eq!(found.weak.len(), LEADS_MAX);
        assert!(found.weak.is_sorted_by_key(|lead| lead.distance));
        assert!(spent.records <= LEADS_MAX as u64, "{spent:?}");
    }

    /// What a second look finds that brings each candidate so many bits from where it is listed.
    fn second_look(matcher: &Matcher, prints: &[FrameHash], bits: u32) -> (Found, usize) {
        let looks = std::cell::Cell::new(0);
        let align = |view: View, listed: &Pdq| {
            looks.set(looks.get() + 1);
            assert_ne!(*listed, Pdq::default());
            let moved = Region {
                left: -70,
                ..view.area.region
            };
            let area = Area {
                region: moved,
                ..view.area
            };
            Some((bits, area))
        };
        let found = matcher.find_tracks(
            &[],
            (prints, None),
            [],
            PictureSeen {
                align: Some(&align),
                ..PictureSeen::default()
            },
        );
        (found.unwrap(), looks.get())
    }

    #[test]
    fn tiers_that_are_not_wanted_are_left_out() {
        let prints = [print(20, AreaKind::Cut, false)];
        let found = |prints: &[FrameHash], tiers: &[Tier]| {
            let policy = Policy::default().with_tiers(tiers.to_vec());
            let matcher = matcher().with_policy(policy);
            matcher.find_hashes(&[], prints, None).unwrap()
        };
        assert_eq!(found(&prints, &[]).matches.len(), 1);
        assert_eq!(
            found(&prints, &[Tier::Near, Tier::Derived]).matches.len(),
            1
        );
        assert_eq!(found(&prints, &[Tier::Near, Tier::Lead]), Found::default());
        let lead = [print(40, AreaKind::Screen, false)];
        assert_eq!(found(&lead, &[Tier::Lead]).weak.len(), 1);
        assert_eq!(found(&lead, &[Tier::Derived]), Found::default());
        let policy = Policy::default().with_tiers(vec![Tier::Derived]);
        let matcher = matcher().with_policy(policy);
        assert_eq!(matcher.lookup(&LISTED.into()).unwrap(), Found::default());
        assert_eq!(
            matcher.lookup_batch(&[LISTED.into()]).unwrap(),
            [Found::default()]
        );
    }

    #[test]
    fn a_second_look_decides_what_a_view_beyond_the_radius_is_worth() {
        let matcher = matcher();
        for kind in [AreaKind::Extended, AreaKind::Turned, AreaKind::Inset] {
            let view = print(60, kind, false);
            // Something else shows that the picture has views.
            let prints = [view, print(120, AreaKind::Cut, false)];
            let (found, looks) = second_look(&matcher, &prints, 20);
            let [best] = &found.matches[..] else {
                panic!("{found:?}");
            };
            assert_eq!(
                (best.tier, best.distance, best.radius, best.at_most),
                (Tier::Derived, 20, 31, Some(MaxAction::Review))
            );
            assert_eq!((best.view.area.region.left, looks), (-70, 1));
            assert!(found.cluster.is_some() && found.weak.is_empty());
            let (found, _) = second_look(&matcher, &prints, 32);
            assert!(found.matches.is_empty() && found.cluster.is_none());
            assert_eq!(
                (found.weak[0].tier, found.weak[0].distance),
                (Tier::Lead, 32)
            );
            let (found, _) = second_look(&matcher, &prints, LEAD_REACH + 1);
            assert_eq!(found, Found::default());
        }
        // Whole pictures, documents and what is near enough as it is need none.
        for view in [
            print(40, AreaKind::Whole, false),
            print(40, AreaKind::Extended, true),
            print(40, AreaKind::Quarter, false),
            print(31, AreaKind::Extended, false),
        ] {
            let (_, looks) = second_look(&matcher, &[view, print(120, AreaKind::Cut, false)], 20);
            assert_eq!(looks, 0, "{view:?}");
        }
        // As it is it is a lead, and no second look takes that away.
        let (found, _) = second_look(&matcher, &[print(40, AreaKind::Cut, false)], 99);
        assert_eq!((found.weak.len(), found.weak[0].distance), (1, 40));
    }

    /// What is found where a second look brings nothing near, but taking off what covers the picture does.
    fn third_look(
        matcher: &Matcher,
        prints: &[FrameHash],
        aligned: u32,
        bits: u32,
    ) -> (Found, usize) {
        let looks = std::cell::Cell::new(0);
        let align = |view: View, _: &Pdq| Some((aligned, view.area));
        let uncover = |view: View, _: &Pdq| {
            looks.set(looks.get() + 1);
            Some((bits, Area::new(AreaKind::Uncovered, view.area.region)))
        };
        let seen = PictureSeen {
            align: Some(&align),
            uncover: Some(&uncover),
            ..PictureSeen::default()
        };
        let found = matcher.find_tracks(&[], (prints, None), [], seen);
        (found.unwrap(), looks.get())
    }

    #[test]
    fn what_is_uncovered_is_a_lead_however_near_it_comes() {
        let prints = [print(60, AreaKind::Extended, false)];
        for bits in [0, 31, LEAD_REACH] {
            let (found, looks) = third_look(&matcher(), &prints, 46, bits);
            assert!(found.matches.is_empty() && found.cluster.is_none());
            let [lead] = &found.weak[..] else {
                panic!("{found:?}");
            };
            assert_eq!(
                (lead.tier, lead.distance, lead.radius),
                (Tier::Lead, bits, LEAD_REACH)
            );
            assert_eq!(
                (lead.view.area.kind, lead.at_most),
                (AreaKind::Uncovered, Some(MaxAction::Review))
            );
            assert_eq!(looks, 1);
        }
        // The frame as it was before it was moved is uncovered, too.
        let (found, looks) = third_look(&matcher(), &prints, 46, LEAD_REACH + 1);
        assert_eq!((found, looks), (Found::default(), 2));
        // What a second look decides needs no third.
        for aligned in [31, LEAD_REACH] {
            let (found, looks) = third_look(&matcher(), &prints, aligned, 0);
            assert_eq!((found.matches.len() + found.weak.len(), looks), (1, 0));
        }
    }

    /// A list of 200 hashes, and a view that is some 50 bits from each.
    fn many_beyond_radius() -> (Matcher, [FrameHash; 1]) {
        let listed = (0..200_u8).map(|number| {
            let mut hash = off(50);
            hash.0[20] ^= number;
            hash
        });
        let matcher = Matcher::new([index(&listed.collect::<Vec<_>>())]);
        let view = FrameHash {
            hash: LISTED.into(),
            ..print(0, AreaKind::Extended, false)
        };
        (matcher, [view])
    }

    #[test]
    fn a_picture_is_uncovered_for_few_listed_hashes() {
        let (matcher, prints) = many_beyond_radius();
        let (found, looks) = third_look(&matcher, &prints, 60, 20);
        assert_eq!((looks, found.weak.len()), (UNCOVERED_MAX, UNCOVERED_MAX));
    }

    #[test]
    fn a_picture_is_given_few_second_looks() {
        let (matcher, prints) = many_beyond_radius();
        let (found, looks) = second_look(&matcher, &prints, 20);
        assert_eq!(
            (looks, found.matches.len()),
            (ALIGNMENTS_MAX, ALIGNMENTS_MAX)
        );
        assert_eq!(
            matcher.find_hashes(&[], &prints, None).unwrap().unaligned,
            100
        );
    }

    #[test]
    fn a_wider_radius_is_for_the_picture_itself() {
        let mut policy = Policy::default();
        policy.radius.insert(HashType::Pdq, 60);
        let matcher = matcher().with_policy(policy);
        let matches = |prints: &[FrameHash]| {
            let found = matcher.find_hashes(&[], prints, None).unwrap();
            found
                .matches
                .into_iter()
                .map(|m| (m.distance, m.radius))
                .collect::<Vec<_>>()
        };
        let whole = print(50, AreaKind::Whole, false);
        let turned = print(49, AreaKind::Turned, false);
        let view = |bits| print(bits, AreaKind::Cut, false);
        assert_eq!(matches(&[view(32)]), []);
        assert_eq!(matches(&[view(31)]), [(31, 31)]);
        assert_eq!(matches(&[view(32), whole]), [(50, 60)]);
        // Both radii find the listed hash, which is one match.
        assert_eq!(matches(&[view(20), whole]), [(50, 60)]);
        assert_eq!(matches(&[view(20), turned]), [(20, 31)]);
        // A list that is stricter than PDQ is so for views too.
        let mut policy = Policy::default();
        policy.radius.insert(HashType::Pdq, 10);
        let strict = matcher.clone().with_policy(policy);
        assert!(
            strict
                .find_hashes(&[], &[view(11)], None)
                .unwrap()
                .matches
                .is_empty()
        );
    }

    #[test]
    fn parts_of_a_clip_s_pictures_are_no_evidence() {
        let later = FrameHash {
            hash: Hash::from(Pdq([0xf0; 32])),
            frame: 1,
            ms: 500,
            ..print(0, AreaKind::Whole, false)
        };
        let prints = [print(0, AreaKind::Inset, false), later];
        let found = matcher().find_hashes(&[], &prints, None).unwrap();
        assert!(found.matches.is_empty() && found.weak.is_empty());
    }
}
