//! JPEG files to luma, at the speed of reading their entropy-coded data.
//!
//! PDQ needs luma alone and averages it over wide windows. So of a file in YCbCr or grey (ITU-T T.81: baseline,
//! extended sequential and progressive, Huffman codes, 8-bit samples) chroma is passed over, and of each 8 by 8 block of
//! luma no more is made than the mean of the whole block, of its quarters or its sixteenths: as little as leaves the
//! shorter side [`SIDE_MIN`] samples. What the bits go through:
//!
//! 1. headers and tables ([`segments`]);
//! 2. data without its stuffing, read 56 bits at a time ([`bits`]);
//! 3. codes looked up by the next 10 bits, several at once where coefficients are only passed over ([`huffman`]);
//! 4. blocks in the order of the scan ([`scan`]), or of many scans ([`progressive`]);
//! 5. the coefficients of a block to its means ([`transform`]), and these to rows ([`plane`]).
//!
//! This reader is strict: at anything unusual or broken it gives up, and the library's decoder, which knows more and is
//! lenient, has the word. Errors in the data put every code behind them out of step, so that most of them show at the
//! end of the data at the latest; the library fills what it cannot read with grey and says nothing.

mod bits;
mod complete;
mod huffman;
mod plane;
mod progressive;
mod scan;
mod segments;
#[cfg(test)]
mod tests;
mod transform;

pub(super) use complete::{is_complete, is_progressive};
pub(super) use segments::head;

use super::Picture;
use super::clock::Clock;
use segments::{Frame, Scan, Segments};

/// How many samples the shorter side of a reduced picture has at least. Of 272 photographs some were up to 10 bits of PDQ
/// off with 192 and up to 20 with 128, where 6 are promised at most (`cargo bench --bench drift`).
const SIDE_MIN: usize = 256;

/// Why there is no luma of a file: it is left to the library, but for the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It is in a variant that is not read here, or its headers are unusual or broken.
    Foreign,
    /// Its entropy-coded data is broken or cut short.
    Broken,
    /// The time is over.
    Late,
}

/// The luma of a whole and sound file, as much of it as PDQ needs. `None` for a picture that is too small to be
/// reduced.
///
/// That one is left to the library too: it is soon decoded, and with few pixels to a sample of PDQ it matters that
/// colours which are out of range are cut off, which luma does not show.
pub(super) fn luma(bytes: &[u8], clock: &Clock) -> Result<Option<Picture>, Refusal> {
    let mut segments = Segments::new(bytes);
    let (frame, scan) = segments.next_scan()?.ok_or(Refusal::Foreign)?;
    let side = frame.width.min(frame.height);
    let (scale, samples) = match side / SIDE_MIN {
        8.. => (8, samples::<1>(segments, frame, scan, clock)?),
        4.. => (4, samples::<2>(segments, frame, scan, clock)?),
        2.. => (2, samples::<4>(segments, frame, scan, clock)?),
        // Read all the same, for what is broken in it.
        _ => return samples::<1>(segments, frame, scan, clock).map(|_| None),
    };
    let picture = Picture::reduced(frame.width as u32, frame.height as u32, scale, samples);
    assert!(
        picture.is_some(),
        "there are as many samples as the size says"
    );
    Ok(picture)
}

fn samples<const N: usize>(
    mut segments: Segments<'_>,
    frame: Frame,
    first: Scan,
    clock: &Clock,
) -> Result<Vec<u8>, Refusal> {
    if frame.progressive {
        progressive::samples::<N>(&mut segments, &frame, first, clock)
    } else {
        sequential::<N>(&mut segments, &frame, first, clock)
    }
}

/// All components are in one scan, or each is in its own.
fn sequential<const N: usize>(
    segments: &mut Segments<'_>,
    frame: &Frame,
    first: Scan,
    clock: &Clock,
) -> Result<Vec<u8>, Refusal> {
    let mut samples = None;
    let mut next = Some(first);
    while let Some(scan) = next {
        if scan.luma && samples.is_none() {
            let mut blocks = scan::Sequential::<N>::new(segments, frame, &scan)?;
            let end = scan::read(
                segments.bytes,
                segments.at,
                frame,
                &scan,
                clock,
                &mut blocks,
            )?;
            samples = Some(blocks.into_samples());
            segments.at = end;
        } else {
            segments.pass_over_scan()?;
        }
        next = segments.next_scan()?.map(|(_, scan)| scan);
    }
    samples.ok_or(Refusal::Foreign)
}
