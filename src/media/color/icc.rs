//! ICC profiles, which are untrusted bytes: read within bounds, and whatever the library does is caught.
//!
//! Layout: ICC.1:2022, 7.2 and 7.3.

use crate::error::Reason;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use moxcms::{
    ColorProfile, DataColorSpace, Layout, ParsingOptions, RenderingIntent, TransformOptions,
};

use super::judge::{self, Distance};
use super::{Conversion, Management, Samples, curves};

/// The largest profile. Those of printers take 3 MB.
const PROFILE_BYTES: usize = 16 << 20;
/// The bytes of a header, with the count of tags behind it.
const HEADER: usize = 132;
/// The bytes of an entry of the table of tags: name, offset, size.
const ENTRY: usize = 12;

/// The tags that decide colours. Others may be broken: viewers do not read them.
const TAGS: [&[u8; 4]; 14] = [
    b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC", b"kTRC", b"wtpt", b"chad", b"cicp",
    b"A2B0", b"A2B1", b"A2B2", b"bkpt",
];

/// What a profile has viewers do; `None` where they show what is stored, or nearly.
pub(super) fn management(profile: &[u8], samples: Samples) -> Option<Arc<Management>> {
    // What is no profile at all, every viewer leaves alone.
    if profile.get(36..40) != Some(b"acsp") || profile.len() < HEADER {
        return None;
    }
    if profile.len() > PROFILE_BYTES {
        return Management::unknown(Reason::ColorProfileTooLarge);
    }
    match (&profile[16..20], samples) {
        (b"RGB " | b"GRAY", Samples::GreyOrRgb) => {}
        (b"CMYK", Samples::Inks) => {
            return match caught(|| inks_are_far(profile)) {
                Some(false) => None,
                Some(true) => Management::unknown(Reason::ColorProfileOfInks),
                None => Management::unknown(Reason::ColorProfileBroken),
            };
        }
        // Viewers leave a profile alone that is not of the colours of the picture.
        _ => return None,
    }
    let conversions = caught(|| {
        let ways = ways(&parse(profile)?);
        (!ways.is_empty()).then_some(ways)
    });
    match conversions {
        Some(conversions) => Management::new(conversions, None),
        None => Management::unknown(Reason::ColorProfileUnknown),
    }
}

/// The conversions of a profile, by each of its tables that some viewer uses.
pub(super) fn ways(profile: &ColorProfile) -> Vec<Conversion> {
    let mut by_matrix = profile.clone();
    by_matrix.lut_a_to_b_perceptual = None;
    by_matrix.lut_a_to_b_colorimetric = None;
    by_matrix.lut_a_to_b_saturation = None;
    let mut ways = Vec::new();
    for (intent, table) in [
        (RenderingIntent::Perceptual, &profile.lut_a_to_b_perceptual),
        (
            RenderingIntent::RelativeColorimetric,
            &profile.lut_a_to_b_colorimetric,
        ),
        (RenderingIntent::Saturation, &profile.lut_a_to_b_saturation),
    ] {
        if table.is_some() {
            ways.extend(conversion(profile, intent));
        }
    }
    if by_matrix.is_matrix_shaper() || by_matrix.gray_trc.is_some() {
        ways.extend(conversion(&by_matrix, RenderingIntent::Perceptual));
    }
    if let Some(cicp) = profile.cicp {
        let (primaries, transfer) = (cicp.color_primaries, cicp.transfer_characteristics);
        ways.extend(
            curves::profile_of(primaries as u8, transfer as u8)
                .and_then(|p| conversion(&p, RenderingIntent::Perceptual)),
        );
    }
    ways
}

/// The conversion to sRGB by the tables of this intent.
pub(super) fn conversion(profile: &ColorProfile, intent: RenderingIntent) -> Option<Conversion> {
    let is_grey = profile.color_space == DataColorSpace::Gray;
    let layout = if is_grey { Layout::Gray } else { Layout::Rgb };
    let options = TransformOptions {
        rendering_intent: intent,
        // The transfer of a code point is a way of its own.
        allow_use_cicp_transfer: false,
        ..TransformOptions::default()
    };
    let srgb = ColorProfile::new_srgb();
    let executor = profile
        .create_transform_8bit(layout, &srgb, Layout::Rgb, options)
        .ok()?;
    let mut conversion = Conversion {
        executor,
        is_grey,
        shown: Vec::new(),
    };
    conversion.shown = judge::shown(&conversion)?;
    Some(conversion)
}

/// Whether a profile of inks shows another picture than their plain mixture.
fn inks_are_far(profile: &[u8]) -> Option<bool> {
    let profile = parse(profile)?;
    let srgb = ColorProfile::new_srgb();
    let mut far = false;
    let mut any = false;
    for (intent, table) in [
        (RenderingIntent::Perceptual, &profile.lut_a_to_b_perceptual),
        (
            RenderingIntent::RelativeColorimetric,
            &profile.lut_a_to_b_colorimetric,
        ),
        (RenderingIntent::Saturation, &profile.lut_a_to_b_saturation),
    ] {
        if table.is_none() {
            continue;
        }
        let options = TransformOptions {
            rendering_intent: intent,
            ..TransformOptions::default()
        };
        let executor = profile
            .create_transform_8bit(Layout::Rgba, &srgb, Layout::Rgb, options)
            .ok()?;
        let mut distance = Distance::default();
        for ramp in judge::ink_ramps() {
            let mut rgb = vec![0; ramp.len() * 3];
            executor.transform(ramp.as_flattened(), &mut rgb).ok()?;
            let mixed: Vec<[u8; 3]> = ramp.into_iter().map(judge::mixture).collect();
            distance.add(&mixed, rgb.as_chunks().0);
        }
        any = true;
        far |= distance.is_far_for_inks();
    }
    any.then_some(far)
}

/// Reads the tags that decide colours, of each the first.
fn parse(profile: &[u8]) -> Option<ColorProfile> {
    let count = u32::from_be_bytes(*profile.get(128..)?.first_chunk()?) as usize;
    let end = count.checked_mul(ENTRY)?.checked_add(HEADER)?;
    let table = profile.get(HEADER..end)?.as_chunks::<ENTRY>().0;
    let mut kept: Vec<[u8; ENTRY]> = Vec::new();
    for entry in table {
        let name = &entry[..4];
        let wanted = TAGS.iter().any(|tag| tag.as_slice() == name);
        if wanted && kept.iter().all(|entry| &entry[..4] != name) {
            kept.push(*entry);
        }
    }
    let mut profile = profile.to_vec();
    profile[128..HEADER].copy_from_slice(&u32::try_from(kept.len()).ok()?.to_be_bytes());
    profile[HEADER..HEADER + kept.len() * ENTRY].copy_from_slice(kept.as_flattened());
    let options = ParsingOptions {
        max_profile_size: PROFILE_BYTES + 1,
        ..ParsingOptions::default()
    };
    ColorProfile::new_from_slice_with_options(&profile, options).ok()
}

/// What a closure returns; nothing where it panics. Nothing of the library's state survives that.
pub(super) fn caught<T>(work: impl FnOnce() -> Option<T>) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok().flatten()
}
