//! A keyframe of HEVC, by the safe decoder of stills.

use super::super::super::clock::Clock;
use super::super::super::progress::{Progress, Refusal};
use super::super::super::{Format, Limits, Picture, hevc};
use super::Luma;
use crate::error::Reason;
use crate::{Error, Result};

/// The most NAL units of one picture; HEVC allows 600 slices (ITU-T H.265, table A.8).
const UNITS_MAX: usize = 4096;

/// Decodes a picture from a container with this configuration (`hvcC`, ISO/IEC 14496-15, 8.3.3.1).
pub(super) fn decode(private: &[u8], sample: &[u8], limits: &Limits) -> Result<Picture> {
    let codec = || "HEVC".to_owned();
    let broken = || Error::Damaged(Reason::ConfigurationBroken { codec: codec() });
    let (size, mut nals) = configuration(private).ok_or_else(broken)?;
    let cut = || Error::Damaged(Reason::KeyframeCut { codec: codec() });
    let mut rest = sample;
    let mut alone = false;
    while !rest.is_empty() {
        let (nal, after) = sized(rest, size).ok_or_else(cut)?;
        match nal.first().map(|byte| byte >> 1 & 63) {
            // The pictures at which decoding may begin.
            Some(16..=21) => alone = true,
            Some(0..=9) => return Err(Error::Unsupported(Reason::NotAKeyframe { codec: codec() })),
            // What is said beside the picture, its end, and units without meaning.
            Some(35..) | None => {
                rest = after;
                continue;
            }
            _ => {}
        }
        nals.push(nal);
        rest = after;
    }
    if !alone || nals.len() > UNITS_MAX {
        return Err(Error::Unsupported(Reason::NotAKeyframe { codec: codec() }));
    }
    let clock = Clock::start(limits.time);
    let mut nothing = |_| {};
    let mut progress = Progress::new(Format::Heif, limits, true, &clock, &mut nothing);
    let decoded =
        hevc::decode(&nals, &mut progress).map_err(|refusal: Refusal| refusal.under(limits));
    let frame = decoded?;
    let [samples, ..] = &frame.planes;
    let shift = u32::from(frame.bit_depth[0]).saturating_sub(8);
    let half = (1u32 << shift) >> 1;
    let eight = |&sample: &u16| ((u32::from(sample) + half) >> shift).min(255) as u8;
    let luma = Luma {
        width: frame.widths[0],
        height: frame.heights[0],
        samples: samples.iter().map(eight).collect(),
    };
    luma.into_picture(frame.full_range)
}

/// How many bytes the sizes of NAL units have, and the parameter sets.
fn configuration(private: &[u8]) -> Option<(usize, Vec<&[u8]>)> {
    let size = usize::from(private.get(21)? & 3) + 1;
    let mut rest = private.get(23..)?;
    let mut sets = Vec::new();
    for _ in 0..*private.get(22)? {
        let count = u16::from_be_bytes(*rest.get(1..)?.first_chunk()?);
        rest = rest.get(3..)?;
        for _ in 0..count {
            let (set, after) = sized(rest, 2)?;
            // Video, sequence and picture parameters; what is beside them is for players.
            if let Some(32..=34) = set.first().map(|byte| byte >> 1 & 63) {
                sets.push(set);
            }
            rest = after;
        }
    }
    Some((size, sets))
}

/// The first of some units with their size before each, and the others.
fn sized(bytes: &[u8], size: usize) -> Option<(&[u8], &[u8])> {
    let (head, rest) = bytes.split_at_checked(size)?;
    let size = head
        .iter()
        .fold(0, |size, &byte| size << 8 | usize::from(byte));
    rest.split_at_checked(size)
}
