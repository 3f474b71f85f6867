//! Profiles that this project makes itself, near and far, sound and broken.

use moxcms::{ColorProfile, RenderingIntent, ToneReprCurve};
use proptest::prelude::*;

use super::*;

fn managed(profile: &ColorProfile) -> Option<Arc<Management>> {
    icc::management(&profile.encode().unwrap(), Samples::GreyOrRgb)
}

fn is_far(management: Option<Arc<Management>>) -> bool {
    management.is_some_and(|management| !management.far.is_empty())
}

fn is_unknown(management: Option<Arc<Management>>) -> bool {
    management.is_some_and(|management| management.unknown.is_some())
}

/// A profile of this curve, from what is stored to light, and the primaries of sRGB.
pub(crate) fn with_curve(curve: impl Fn(f64) -> f64) -> ColorProfile {
    let sample = |i: u32| (curve(f64::from(i) / 1023.0) * 65535.0).round() as u16;
    let curve = ToneReprCurve::Lut((0..1024).map(sample).collect());
    let mut profile = ColorProfile::new_srgb();
    profile.cicp = None;
    profile.red_trc = Some(curve.clone());
    profile.green_trc = Some(curve.clone());
    profile.blue_trc = Some(curve);
    profile
}

/// The light of a level in sRGB.
fn light(level: f64) -> f64 {
    if level <= 0.04045 {
        level / 12.92
    } else {
        ((level + 0.055) / 1.055).powf(2.4)
    }
}

/// The profile that shows the negative.
pub(crate) fn inverting() -> ColorProfile {
    with_curve(|stored| light(1.0 - stored))
}

#[test]
fn profiles_of_cameras_and_screens_are_near_and_those_of_other_curves_far() {
    for (name, profile) in [
        ("sRGB", ColorProfile::new_srgb()),
        ("Display P3", ColorProfile::new_display_p3()),
        ("Adobe RGB", ColorProfile::new_adobe_rgb()),
        ("gamma 2.2", with_curve(|stored| stored.powf(2.2))),
        ("grey of gamma 2.2", ColorProfile::new_gray_with_gamma(2.2)),
    ] {
        assert_eq!(managed(&profile), None, "{name}");
    }
    let mut swapped = ColorProfile::new_srgb();
    std::mem::swap(&mut swapped.red_colorant, &mut swapped.blue_colorant);
    for (name, profile) in [
        ("ProPhoto RGB", ColorProfile::new_pro_photo_rgb()),
        ("gamma 1.8", with_curve(|stored| stored.powf(1.8))),
        ("grey of gamma 1.8", ColorProfile::new_gray_with_gamma(1.8)),
        ("linear", with_curve(|stored| stored)),
        ("the negative", inverting()),
        ("red for blue", swapped),
        (
            "steps",
            with_curve(|stored| light((stored * 16.0).floor() / 16.0)),
        ),
        (
            "dark and light exchanged in the shadows",
            with_curve(|stored| light(if stored < 0.06 { 0.06 - stored } else { stored })),
        ),
    ] {
        assert!(is_far(managed(&profile)), "{name}");
    }
}

/// Viewers differ in which tables of a profile they use.
#[test]
fn each_way_through_a_profile_is_judged() {
    let mut profile = inverting();
    assert_eq!(icc::ways(&profile).len(), 1);
    profile.cicp = ColorProfile::new_bt2020_pq().cicp;
    let ways = icc::ways(&profile);
    assert_eq!(ways.len(), 2);
    assert_eq!(judge::far(ways).len(), 2);
    // Of ways that show the same, one is enough.
    let one = || icc::conversion(&inverting(), RenderingIntent::Perceptual).unwrap();
    assert_eq!(judge::far(vec![one(), one()]).len(), 1);
}

#[test]
fn code_points_are_judged_as_profiles_are() {
    for (primaries, transfer) in [(1, 13), (12, 13), (9, 14), (1, 1), (2, 2), (2, 13), (1, 4)] {
        assert_eq!(
            of_code_points(primaries, transfer),
            None,
            "{primaries} {transfer}"
        );
    }
    for (primaries, transfer) in [(1, 8), (9, 16), (9, 18), (2, 8)] {
        let management = of_code_points(primaries, transfer);
        assert!(management.is_some(), "{primaries} {transfer}");
    }
}

#[test]
fn what_is_no_profile_or_of_other_colours_is_left_alone() {
    let profile = inverting().encode().unwrap();
    assert_eq!(icc::management(b"", Samples::GreyOrRgb), None);
    assert_eq!(icc::management(&profile[..100], Samples::GreyOrRgb), None);
    assert_eq!(icc::management(&profile, Samples::Inks), None);
    let mut unsigned = profile.clone();
    unsigned[36] = b'x';
    assert_eq!(icc::management(&unsigned, Samples::GreyOrRgb), None);
    let mut of_inks = profile;
    of_inks[16..20].copy_from_slice(b"CMYK");
    assert_eq!(icc::management(&of_inks, Samples::GreyOrRgb), None);
    // Where there are inks, what such a profile shows is not known.
    assert!(is_unknown(icc::management(&of_inks, Samples::Inks)));
}

/// A tag that says nothing of colours may be broken, and the first of several counts.
#[test]
fn only_the_tags_of_colours_are_read() {
    let mut profile = inverting().encode().unwrap();
    let count = u32::from_be_bytes(*profile[128..].first_chunk().unwrap()) as usize;
    let mut broken = 0;
    for entry in profile[132..132 + 12 * count].as_chunks_mut::<12>().0 {
        if matches!(&entry[..4], b"desc" | b"cprt") {
            entry[4..].fill(0xFF);
            broken += 1;
        }
    }
    assert!(broken > 0);
    assert!(is_far(icc::management(&profile, Samples::GreyOrRgb)));
}

#[test]
fn every_cut_and_every_flipped_byte_of_a_profile_is_an_answer() {
    let profile = inverting().encode().unwrap();
    let ends = (0..600).chain((600..profile.len()).step_by(97));
    let mut unknown = 0;
    for end in ends {
        let management = icc::management(&profile[..end], Samples::GreyOrRgb);
        assert!(management.is_some() || end < 132, "cut at {end}");
        unknown += u32::from(is_unknown(management));
    }
    assert!(unknown > 400);
    for at in 0..profile.len().min(600) {
        let mut damaged = profile.clone();
        damaged[at] ^= 0x41;
        let _ = icc::management(&damaged, Samples::GreyOrRgb);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_bytes_are_a_profile_or_none(bytes in prop::collection::vec(any::<u8>(), 132..600)) {
        let mut bytes = bytes;
        bytes[36..40].copy_from_slice(b"acsp");
        bytes[16..20].copy_from_slice(b"RGB ");
        bytes[128..131].fill(0);
        prop_assert!(icc::management(&bytes, Samples::GreyOrRgb).is_some());
    }
}

#[test]
fn the_colours_of_avif_are_known_by_its_boxes() {
    let named = |content: &[u8]| {
        let size = (content.len() as u32 + 8).to_be_bytes();
        [b"\0\0\0\x0cftypavif", &size[..], b"colr", content].concat()
    };
    let far = [b"prof".as_slice(), &inverting().encode().unwrap()].concat();
    let near = [
        b"prof".as_slice(),
        &ColorProfile::new_display_p3().encode().unwrap(),
    ]
    .concat();
    assert!(unknown_of_avif(&named(&far)).is_some());
    assert!(unknown_of_avif(&named(b"nclx\0\x01\0\x08\0\0\x80")).is_some());
    assert!(unknown_of_avif(&named(&near)).is_none());
    assert!(unknown_of_avif(&named(b"nclx\0\x01\0\x0d\0\x06\x80")).is_none());
    for end in 0..named(&far).len() {
        let _ = avif::management(&named(&far)[..end]);
    }
}
