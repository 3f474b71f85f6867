//! A keyframe of H.264 as any decoder takes it, and what it will cost.
//!
//! Containers keep the parameter sets apart from the pictures. They write sizes where a stream has start codes (ISO/IEC
//! 14496-15, 5.2.4). Here both come together again, in safe code. What the decoder in C++ cannot decode, or should not, is
//! refused before it sees it.

use super::sps::Sps;
use crate::error::{Limit, Reason};
use crate::{Error, Result};

/// A keyframe with the parameter sets before it, in the form of ITU-T H.264, annex B.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Keyframe {
    pub(super) stream: Vec<u8>,
    pub(super) full_range: bool,
}

impl Keyframe {
    /// A picture from a container with this configuration (`avcC`). It may have so many pixels.
    pub(super) fn new(private: &[u8], sample: &[u8], pixels: u64) -> Result<Keyframe> {
        let mut stream = Vec::with_capacity(private.len() + sample.len() + 64);
        let mut sets = Vec::new();
        let mut alone = false;
        let mut add = |nal: &[u8]| {
            match nal.first().map(|byte| byte & 31) {
                Some(7) => sets.push(Sps::parse(nal)),
                Some(5) => alone = true,
                _ => {}
            }
            stream.extend_from_slice(&[0, 0, 0, 1]);
            stream.extend_from_slice(nal);
        };
        match configuration(private)? {
            Some((size, parameters)) => {
                parameters.into_iter().for_each(&mut add);
                sized(sample, size)?.into_iter().for_each(&mut add);
            }
            // Matroska has files that keep a stream as it is.
            None => start_coded(private)
                .chain(start_coded(sample))
                .for_each(&mut add),
        }
        if !alone {
            return Err(Error::Unsupported(Reason::NotAKeyframe { codec: codec() }));
        }
        let mut full_range = false;
        for set in &sets {
            let set = set.ok_or(Error::Damaged(Reason::H264ParametersBroken))?;
            admit(&set, pixels)?;
            full_range |= set.full_range;
        }
        if sets.is_empty() {
            return Err(Error::Damaged(Reason::H264WithoutParameters));
        }
        Ok(Keyframe { stream, full_range })
    }
}

/// Whether the decoder can decode this, and may.
fn admit(set: &Sps, limit: u64) -> Result<()> {
    let found = u64::from(set.width) * u64::from(set.height);
    if found > limit {
        let what = Limit::Pixels;
        return Err(Error::OverLimit { what, found, limit });
    }
    Err(Error::Unsupported(match set {
        Sps { depth: 9.., .. } => Reason::H264Depth,
        Sps { chroma: 2.., .. } => Reason::H264Chroma,
        Sps {
            frames_only: false, ..
        } => Reason::H264Fields,
        _ => return Ok(()),
    }))
}

/// What `avcC` says: how many bytes the sizes of NAL units have, and the parameter sets.
type Configuration<'a> = (usize, Vec<&'a [u8]>);

/// `None` where there is no configuration.
fn configuration(private: &[u8]) -> Result<Option<Configuration<'_>>> {
    let broken = || Error::Damaged(Reason::ConfigurationBroken { codec: codec() });
    let [1, _, _, _, size, count, rest @ ..] = private else {
        return match private {
            [] | [0, 0, ..] => Ok(None),
            _ => Err(broken()),
        };
    };
    let (mut sets, rest) = parameters(count & 31, rest).ok_or_else(broken)?;
    let (count, rest) = rest.split_first().ok_or_else(broken)?;
    sets.extend(parameters(*count, rest).ok_or_else(broken)?.0);
    Ok(Some((usize::from(size & 3) + 1, sets)))
}

/// So many units with their size in 16 bits before each, and what is behind them.
fn parameters(count: u8, mut rest: &[u8]) -> Option<(Vec<&[u8]>, &[u8])> {
    let mut sets = Vec::new();
    for _ in 0..count {
        let (size, after) = rest.split_first_chunk()?;
        let (set, after) = after.split_at_checked(u16::from_be_bytes(*size).into())?;
        sets.push(set);
        rest = after;
    }
    Some((sets, rest))
}

/// NAL units with their size before each.
fn sized(mut sample: &[u8], size: usize) -> Result<Vec<&[u8]>> {
    let mut nals = Vec::new();
    while !sample.is_empty() {
        let nal = sample.split_at_checked(size).and_then(|(head, rest)| {
            let size = head
                .iter()
                .fold(0, |size, &byte| size << 8 | usize::from(byte));
            rest.split_at_checked(size)
        });
        let (nal, rest) =
            nal.ok_or_else(|| Error::Damaged(Reason::KeyframeCut { codec: codec() }))?;
        if !nal.is_empty() {
            nals.push(nal);
        }
        sample = rest;
    }
    Ok(nals)
}

/// NAL units with start codes between them.
fn start_coded(stream: &[u8]) -> impl Iterator<Item = &[u8]> {
    let starts = memchr::memmem::find_iter(stream, b"\0\0\x01").map(|at| at + 3);
    let ends = memchr::memmem::find_iter(stream, b"\0\0\x01").skip(1);
    let nals = starts.zip(ends.chain([stream.len()]));
    nals.filter_map(|(start, end)| {
        let nal = stream.get(start..end)?;
        // Zeros behind it belong to the next start code.
        let last = nal.iter().rposition(|&byte| byte != 0)?;
        Some(&nal[..=last])
    })
}

fn codec() -> String {
    "H.264".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPS: &[u8] =
        b"\x67\x4d\x40\x1e\xec\xa0\xf0\x2d\xd8\x08\x80\0\0\x03\0\x80\0\0\x1e\x07\x8b\x16\xcb";

    fn avcc(size: u8) -> Vec<u8> {
        let head = [
            1,
            0x4d,
            0x40,
            0x1e,
            0xFC | (size - 1),
            0xE1,
            0,
            SPS.len() as u8,
        ];
        [&head[..], SPS, b"\x01\0\x02\x68\xEE"].concat()
    }

    #[test]
    fn sizes_and_start_codes_come_to_the_same() {
        let stream = [
            &b"\0\0\0\x01"[..],
            SPS,
            b"\0\0\0\x01\x68\xEE\0\0\0\x01\x65abc",
        ]
        .concat();
        for size in [1, 2, 4] {
            let mut sample = vec![0; size];
            sample[size - 1] = 4;
            sample.extend(b"\x65abc");
            let keyframe = Keyframe::new(&avcc(size as u8), &sample, 480 * 720).unwrap();
            assert_eq!(keyframe.stream, stream);
            assert!(!keyframe.full_range);
        }
        assert_eq!(
            Keyframe::new(b"", &stream, 480 * 720).unwrap().stream,
            stream
        );
    }

    #[test]
    fn what_cannot_be_decoded_is_refused() {
        let refused = |private: &[u8], sample: &[u8], pixels| {
            Keyframe::new(private, sample, pixels)
                .unwrap_err()
                .to_string()
        };
        let idr = b"\x04\x65abc";
        assert_eq!(
            refused(&avcc(1), idr, 345_599),
            "345600 pixels are over the limit of 345599"
        );
        assert_eq!(
            refused(&avcc(1), b"\x04\x41abc", 1 << 30),
            "a picture of H.264 that does not stand alone"
        );
        assert_eq!(
            refused(&avcc(1), b"\x05\x65abc", 1 << 30),
            "a picture of H.264 that is cut"
        );
        assert_eq!(
            refused(b"", b"\0\0\x01\x65abc", 1 << 30),
            "a picture of H.264 without parameter sets"
        );
        for cut in 1..avcc(1).len() {
            assert!(Keyframe::new(&avcc(1)[..cut], idr, 1 << 30).is_err());
        }
    }
}
