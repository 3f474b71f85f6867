//! Profiles that this project makes itself, near and far.

use moxcms::{ColorProfile, ToneReprCurve};

use super::judge::Distance;
use super::*;

fn conversions(profile: &ColorProfile) -> Option<Arc<Management>> {
    of_icc(&profile.encode().unwrap(), Samples::GreyOrRgb)
}

/// A profile of this curve and the primaries of sRGB.
pub(in crate::media) fn with_curve(curve: impl Fn(f64) -> f64) -> ColorProfile {
    let sample = |i: u32| (curve(f64::from(i) / 1023.0) * 65535.0).round() as u16;
    let curve = ToneReprCurve::Lut((0..1024).map(sample).collect());
    let mut profile = ColorProfile::new_srgb();
    profile.cicp = None;
    profile.red_trc = Some(curve.clone());
    profile.green_trc = Some(curve.clone());
    profile.blue_trc = Some(curve);
    profile
}

/// The profile that shows the negative.
pub(in crate::media) fn inverting() -> ColorProfile {
    with_curve(|stored| (1.0 - stored).powf(2.2))
}

#[test]
fn print_distances() {
    let names: [(&str, ColorProfile); 12] = [
        ("srgb", ColorProfile::new_srgb()),
        ("p3", ColorProfile::new_display_p3()),
        ("adobe", ColorProfile::new_adobe_rgb()),
        ("dci", ColorProfile::new_dci_p3()),
        ("prophoto", ColorProfile::new_pro_photo_rgb()),
        ("bt2020", ColorProfile::new_bt2020()),
        ("gray2.2", ColorProfile::new_gray_with_gamma(2.2)),
        ("gray1.8", ColorProfile::new_gray_with_gamma(1.8)),
        ("1.8", with_curve(|v| v.powf(1.8))),
        ("linear", with_curve(|v| v)),
        ("2.2", with_curve(|v| v.powf(2.2))),
        ("inv", inverting()),
    ];
    for (name, profile) in names {
        let bytes = profile.encode().unwrap();
        let start = std::time::Instant::now();
        let m = icc::management(&bytes, Samples::GreyOrRgb);
        let took = start.elapsed();
        let c = icc::conversion(&profile, moxcms::RenderingIntent::Perceptual).unwrap();
        eprintln!("{name} {} bytes {:?} {:?} {:?}", bytes.len(), judge::distance(&c), m.is_some(), took);
    }
    for (p, t) in [(1, 13), (12, 13), (9, 13), (9, 16), (9, 18), (1, 8), (1, 4), (1, 5), (2, 2)] {
        eprintln!("cicp {p} {t} {:?}", of_code_points(p, t).is_some());
    }
}
