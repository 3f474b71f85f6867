//! Profiles of what is said by numbers alone: gamma and primaries, and the code points of ITU-T H.273.

use std::sync::Arc;

use moxcms::{
    Chromaticity, CicpColorPrimaries, CicpProfile, ColorPrimaries, ColorProfile,
    MatrixCoefficients, RenderingIntent, ToneReprCurve, TransferCharacteristics, Xyzd,
};

use super::{Management, icc};

/// The chromaticities of white, red, green and blue, x and y each.
pub(super) type Primaries = [(f64, f64); 4];

/// What a curve is sampled at.
const SAMPLES: u32 = 4096;

/// The nits of white on a screen that shows HDR pictures beside others (ITU-R BT.2408, 2.1).
const WHITE_NITS: f64 = 203.0;

/// What viewers do to colours of this gamma, the exponent of what is stored to light. The primaries are these, or else
/// those of sRGB.
pub(super) fn of_gamma(exponent: f64, primaries: Option<Primaries>) -> Option<Arc<Management>> {
    let mut profile = ColorProfile::new_srgb();
    if let Some([white, red, green, blue]) = primaries {
        let chromaticity = |(x, y): (f64, f64)| Chromaticity::new(x as f32, y as f32);
        let primaries = ColorPrimaries {
            red: chromaticity(red),
            green: chromaticity(green),
            blue: chromaticity(blue),
        };
        profile.update_rgb_colorimetry(chromaticity(white).to_xyyb(), primaries);
    }
    of_profile(&with_curve(
        profile,
        sampled(|stored| stored.powf(exponent)),
    ))
}

/// The same of code points: primaries and transfer.
pub(in crate::media) fn of_code_points(primaries: u8, transfer: u8) -> Option<Arc<Management>> {
    of_profile(&profile_of(primaries, transfer)?)
}

fn of_profile(profile: &ColorProfile) -> Option<Arc<Management>> {
    let conversion = icc::caught(|| icc::conversion(profile, RenderingIntent::Perceptual))?;
    Management::new(vec![conversion], None)
}

/// The profile of code points. `None` for a transfer that says nothing: viewers take that of sRGB.
pub(super) fn profile_of(primaries: u8, transfer: u8) -> Option<ColorProfile> {
    let curve = match transfer {
        // Of PQ and HLG, whose white is many times as light as a screen's, what is lighter is cut there.
        16 => sampled(pq),
        18 => sampled(hlg),
        // The curves of video: viewers take them for that of sRGB.
        1 | 6 | 13 | 14 | 15 => sampled(srgb),
        _ => ToneReprCurve::try_from(TransferCharacteristics::try_from(transfer).ok()?).ok()?,
    };
    let profile = ColorProfile::new_from_cicp(CicpProfile {
        color_primaries: CicpColorPrimaries::try_from(primaries).ok()?,
        transfer_characteristics: TransferCharacteristics::Srgb,
        matrix_coefficients: MatrixCoefficients::Identity,
        full_range: true,
    });
    let says_nothing = profile.red_colorant == Xyzd::default();
    let profile = if says_nothing {
        ColorProfile::new_srgb()
    } else {
        profile
    };
    Some(with_curve(profile, curve))
}

/// A curve from what is stored, 0 to 1, to light, which is cut at 1.
fn sampled(curve: impl Fn(f64) -> f64) -> ToneReprCurve {
    let sample = |i: u32| {
        let light = curve(f64::from(i) / f64::from(SAMPLES - 1)).clamp(0.0, 1.0);
        (light * 65535.0).round() as u16
    };
    ToneReprCurve::Lut((0..SAMPLES).map(sample).collect())
}

fn with_curve(mut profile: ColorProfile, curve: ToneReprCurve) -> ColorProfile {
    profile.cicp = None;
    profile.red_trc = Some(curve.clone());
    profile.green_trc = Some(curve.clone());
    profile.blue_trc = Some(curve);
    profile
}

fn srgb(stored: f64) -> f64 {
    if stored <= 0.04045 {
        stored / 12.92
    } else {
        ((stored + 0.055) / 1.055).powf(2.4)
    }
}

/// SMPTE ST 2084, over the white of a screen.
fn pq(stored: f64) -> f64 {
    let (m1, m2) = (0.159_301_757_812_5, 78.843_75);
    let (c1, c2, c3) = (0.835_937_5, 18.851_562_5, 18.687_5);
    let power = stored.powf(1.0 / m2);
    let light = ((power - c1).max(0.0) / (c2 - c3 * power)).powf(1.0 / m1);
    light * 10_000.0 / WHITE_NITS
}

/// ITU-R BT.2100, hybrid log-gamma: three quarters of the range is the white of a screen.
fn hlg(stored: f64) -> f64 {
    let (a, b, c) = (0.178_832_77, 0.284_668_92, 0.559_910_73);
    let scene = |stored: f64| {
        if stored <= 0.5 {
            stored * stored / 3.0
        } else {
            (((stored - c) / a).exp() + b) / 12.0
        }
    };
    (scene(stored) / scene(0.75)).powf(1.2)
}
