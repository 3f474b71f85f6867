//! How viewers that manage colours show the stored ones.
//!
//! A file says what its numbers mean by an ICC profile or, in PNG, by gamma and primaries. Reference hashers ignore
//! that, and of an ordinary file it changes few bits of a hash. A profile can also show another picture than the one
//! that is stored. So each profile is tried on ramps of colours (`judge`). Where what it shows is far from what is
//! stored, the picture is hashed in both ways. The profile alone decides: ordinary files cost a lookup of the last
//! profile.

mod avif;
mod bmp;
mod curves;
mod icc;
mod jpeg;
mod judge;
mod png;
#[cfg(test)]
pub(crate) mod tests;

use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;

use moxcms::Transform8BitExecutor;

use crate::error::Reason;

pub(super) use bmp::management as of_bmp;
pub(super) use curves::of_code_points;
pub(super) use png::management as of_png;

/// What a file has viewers do to the stored colours, where that changes what a picture shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Management {
    /// Each of these shows another picture than the one that is stored. There are several where a file says several
    /// things and viewers differ in which they follow.
    pub(super) far: Vec<Conversion>,
    /// Why it is not known what some viewers show.
    pub(super) unknown: Option<Reason>,
}

impl Management {
    /// By conversions, and why it is not known by what others.
    fn new(conversions: Vec<Conversion>, unknown: Option<Reason>) -> Option<Arc<Management>> {
        let far = judge::far(conversions);
        let is_any = !far.is_empty() || unknown.is_some();
        is_any.then(|| Arc::new(Management { far, unknown }))
    }

    /// By a profile that cannot be applied.
    fn unknown(reason: Reason) -> Option<Arc<Management>> {
        Management::new(Vec::new(), Some(reason))
    }
}

/// All that several sayings of one file have viewers do.
pub(super) fn together(sayings: &[Option<Arc<Management>>]) -> Option<Arc<Management>> {
    let mut said = sayings.iter().flatten();
    let first = said.next()?;
    let mut both = Management::clone(first);
    for next in said {
        both.far.extend(next.far.iter().cloned());
        both.unknown = both.unknown.take().or_else(|| next.unknown.clone());
    }
    Management::new(both.far, both.unknown)
}

/// A conversion of stored colours to sRGB.
#[derive(Clone)]
pub(super) struct Conversion {
    executor: Arc<Transform8BitExecutor>,
    is_grey: bool,
    /// What becomes of the colours that a profile is tried on: what tells it from another.
    shown: Vec<u8>,
}

impl Conversion {
    /// Whether it converts one grey a pixel, and not three colours.
    pub(super) fn is_grey(&self) -> bool {
        self.is_grey
    }

    /// Converts grey or RGB to RGB; whether that succeeded.
    pub(super) fn convert(&self, stored: &[u8], rgb: &mut [u8]) -> bool {
        icc::caught(|| self.executor.transform(stored, rgb).ok()).is_some()
    }
}

impl PartialEq for Conversion {
    fn eq(&self, other: &Conversion) -> bool {
        (self.is_grey, &self.shown) == (other.is_grey, &other.shown)
    }
}

impl fmt::Debug for Conversion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_grey = self.is_grey;
        f.debug_struct("Conversion")
            .field("is_grey", &is_grey)
            .finish_non_exhaustive()
    }
}

/// The colours in which the samples of a file are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Samples {
    /// Grey, RGB, or what becomes RGB without a profile.
    GreyOrRgb,
    /// Four inks, which are decoded to RGB without a profile.
    Inks,
}

/// What a JPEG file has viewers do to its colours.
pub(super) fn of_jpeg(bytes: &[u8]) -> Option<Arc<Management>> {
    let (profile, samples) = jpeg::profile(bytes)?;
    of_icc(&profile, samples)
}

/// Why it is not known what viewers show of an AVIF file. The program that decodes it leaves its colours as they are.
pub(crate) fn unknown_of_avif(bytes: &[u8]) -> Option<Reason> {
    avif::management(bytes).map(|_| Reason::AvifColorsNotManaged)
}

/// What a profile that cannot be read has viewers do.
pub(super) fn unreadable() -> Option<Arc<Management>> {
    Management::unknown(Reason::ColorProfileUnreadable)
}

/// What an ICC profile has viewers do; `None` where they show what is stored, or nearly.
pub(super) fn of_icc(profile: &[u8], samples: Samples) -> Option<Arc<Management>> {
    type Known = (Vec<u8>, Samples, Option<Arc<Management>>);
    thread_local! {
        /// The last profile. The pictures of one camera or one program have one and the same.
        static LAST: RefCell<Option<Known>> = const { RefCell::new(None) };
    }
    LAST.with_borrow_mut(|last| {
        if let Some((known, of, management)) = last
            && known == profile
            && *of == samples
        {
            return management.clone();
        }
        let management = icc::management(profile, samples);
        *last = Some((profile.to_vec(), samples, management.clone()));
        management
    })
}
