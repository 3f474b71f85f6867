//! Luma of a sequential picture at a reduced scale, from a scan that holds all components. It is as fast as reading the
//! entropy-coded data.

use super::Refusal;
use super::bits::Bits;
use super::frame::Frame;
use super::frequencies::Frequencies;
use super::huffman::{Code, Differences, Skips, Values};
use super::idct::{self, Block, Pixels};
use super::overshoot::Allowance;
use super::plane::Plane;
use super::sampling::Sampling;
use super::scan::{self, Blocks, End};
use super::scan_header::Scan;
use super::segments::Segments;
use super::transform::{Transform, in_row, in_rows, means};
use crate::media::PdqSamples;
use crate::media::clock::Clock;

/// Reads a scan of all components. Of each block of luma, `N` by `N` samples are kept: 1, 2 or all 8. Gives where it ends.
pub(super) fn read<const N: usize>(
    segments: &Segments<'_>,
    frame: &Frame,
    scan: &Scan,
    clock: &Clock,
) -> Result<Read, Refusal> {
    let mut blocks = Luma::<N>::new(segments, frame, scan)?;
    let End { at, .. } = scan::read(segments.bytes, segments.at, frame, scan, clock, &mut blocks)?;
    Ok(Read {
        means: blocks.plane.into_samples(),
        samples: blocks
            .sampling
            .map(Sampling::into_samples)
            .unwrap_or_default(),
        at,
    })
}

/// What was read of a scan.
pub(super) struct Read {
    /// The samples that are kept of each block.
    pub(super) means: Vec<u8>,
    /// Those of PDQ, where not all pixels are kept.
    pub(super) samples: Vec<PdqSamples>,
    /// Where it ends.
    pub(super) at: usize,
}

/// The blocks of luma, to `N` by `N` samples each; those of other components are passed over.
struct Luma<'a, const N: usize> {
    parts: Vec<ScanComponent<'a>>,
    transform: Transform<N>,
    steps: &'a [u16; 64],
    /// The same, as floats.
    factors: [f32; 64],
    /// The same, row by row.
    rows: Block,
    values: Values,
    plane: Plane<N>,
    prediction: i32,
    /// None where all pixels are kept.
    sampling: Option<Sampling>,
    allowance: Allowance,
}

/// One component of the scan.
struct ScanComponent<'a> {
    is_luma: bool,
    dc: &'a Code,
    ac: &'a Code,
    differences: Differences,
    skips: Skips,
}

impl<'a, const N: usize> Luma<'a, N> {
    fn new(segments: &'a Segments<'_>, frame: &Frame, scan: &Scan) -> Result<Luma<'a, N>, Refusal> {
        let mut parts = Vec::new();
        let mut values = None;
        for part in scan.parts() {
            let (dc, ac) = (segments.dc(part.dc)?, segments.ac(part.ac)?);
            let is_luma = part.component == 0;
            if is_luma {
                values = Some(Values::new(ac));
            }
            parts.push(ScanComponent {
                is_luma,
                dc,
                ac,
                differences: Differences::new(dc),
                skips: Skips::new(ac),
            });
        }
        let steps = segments.steps(0)?;
        let (columns, rows) = frame.blocks(0);
        Ok(Luma {
            parts,
            transform: Transform::new(),
            steps,
            factors: steps.map(f32::from),
            rows: in_rows(steps),
            values: values.ok_or(Refusal::Broken)?,
            plane: Plane::new(frame),
            prediction: 0,
            allowance: Allowance::new(columns * rows),
            sampling: (N < 8).then(|| Sampling::new(frame)),
        })
    }

    /// The pixels of a block whose AC coefficients begin here.
    #[inline(never)]
    fn pixels(&self, code: &Code, mut bits: Bits<'_>) -> Pixels {
        let mut block = [0; 64];
        self.values.block(code, &mut bits, |number, value| {
            block[in_row(number)] = value as i16;
        });
        block[0] = self.prediction as i16;
        idct::pixels(&block, &self.rows)
    }
}

impl<const N: usize> Blocks for Luma<'_, N> {
    const STRICT: bool = true;

    fn restart(&mut self) {
        self.prediction = 0;
    }

    #[inline(always)]
    fn block(
        &mut self,
        bits: &mut Bits<'_>,
        part: usize,
        x: usize,
        y: usize,
    ) -> Result<(), Refusal> {
        let part = &self.parts[part];
        bits.refill()?;
        let difference = part.differences.read(part.dc, bits)?;
        if !part.is_luma {
            part.skips.block(part.ac, bits)?;
            return Ok(());
        }
        // Broken data can lead anywhere.
        self.prediction = self.prediction.wrapping_add(difference);
        if N == 8 {
            let mut block = [0; 64];
            let mut is_flat = true;
            self.values
                .start_of_block(part.ac, bits, 63, |number, value| {
                    block[in_row(number)] = value as i16;
                    is_flat = false;
                })?;
            block[0] = self.prediction as i16;
            self.plane
                .put(x, y, &idct::pixels_of(&block, &self.rows, is_flat));
            return Ok(());
        }
        let (code, start) = (part.ac, *bits);
        let mut block = Frequencies::NOTHING;
        self.values
            .start_of_block(part.ac, bits, 63, |number, value| {
                block.add(number, value as f32 * self.factors[number & 63]);
            })?;
        let dc = i64::from(self.prediction) * i64::from(self.steps[0]);
        let squares = block.squares();
        if self.allowance.is_exceeded(dc, squares) {
            let pixels = self.pixels(code, start);
            self.plane.put(x, y, means::<N>(&pixels).as_flattened());
            if let Some(sampling) = &mut self.sampling {
                sampling.add_pixels(x, y, &pixels);
            }
        } else {
            block.add_first(dc as f32);
            let samples = self.transform.samples(&block);
            self.plane.put(x, y, samples.as_flattened());
            if let Some(sampling) = &mut self.sampling {
                sampling.add(x, y, &block);
            }
        }
        Ok(())
    }

    fn blank(&mut self, _: usize, _: usize, _: usize) {
        unreachable!("reading ends where data is missing")
    }

    fn row_done(&mut self, row: usize) {
        self.plane.row_done(row);
        if let Some(sampling) = &mut self.sampling {
            sampling.row_done(row);
        }
    }
}
