//! The blocks of a scan in their order, and what a sequential scan holds of them.

use super::Refusal;
use super::bits::{Bits, Interval};
use super::huffman::{Code, Differences, Skips, Values};
use super::plane::Plane;
use super::segments::{Frame, Scan, Segments};
use super::transform::Transform;
use crate::media::clock::Clock;

/// What is done with each block of a scan.
pub(super) trait Blocks {
    /// Begins anew: predictions are those of the start.
    fn restart(&mut self);
    /// Reads a block of luma, counted in blocks from the left and from the top.
    fn luma(&mut self, bits: &mut Bits<'_>, x: usize, y: usize) -> Result<(), Refusal>;
    /// Passes over a block of chroma, of this component of the scan.
    fn chroma(&mut self, bits: &mut Bits<'_>, component: usize) -> Result<(), Refusal>;
    /// All blocks of this row of MCUs have been read.
    fn row_done(&mut self, row: usize);
}

/// After how many rows of MCUs the clock is looked at: 16 of the widest take 30 ms.
const ROWS_PER_LOOK: usize = 16;

/// Reads all blocks of a scan that begins with luma (ITU-T T.81, A.2) and whose data begins at `at`. Gives where the
/// marker behind it is.
pub(super) fn read(
    bytes: &[u8],
    mut at: usize,
    frame: &Frame,
    scan: &Scan,
    clock: &Clock,
    blocks: &mut impl Blocks,
) -> Result<usize, Refusal> {
    let (across, down) = scan.luma_blocks(frame);
    let (columns, rows) = (
        frame.width.div_ceil(8 * across),
        frame.height.div_ceil(8 * down),
    );
    let count = columns * rows;
    let interval_length = if scan.restart_interval == 0 {
        count
    } else {
        scan.restart_interval
    };
    let mut interval = Interval::default();
    let (mut done, mut restarts) = (0, 0);
    loop {
        let marker = interval.take(bytes, at).ok_or(Refusal::Broken)?;
        let mut bits = interval.bits();
        blocks.restart();
        let end = count.min(done + interval_length);
        while done < end {
            let (row, column) = (done / columns, done % columns);
            let row_end = columns.min(column + end - done);
            for x in column..row_end {
                for v in 0..down {
                    for h in 0..across {
                        blocks.luma(&mut bits, x * across + h, row * down + v)?;
                    }
                }
                for component in 1..scan.components {
                    blocks.chroma(&mut bits, component)?;
                }
            }
            done += row_end - column;
            if row_end == columns {
                blocks.row_done(row);
                if row % ROWS_PER_LOOK == 0 {
                    clock.check().map_err(|_| Refusal::Late)?;
                }
            }
        }
        bits.finish()?;
        if done == count {
            return Ok(marker - 1);
        }
        // Restarts are counted from 0 to 7 over and over.
        if bytes[marker] != 0xD0 + restarts % 8 {
            return Err(Refusal::Broken);
        }
        restarts = (restarts + 1) % 8;
        at = marker + 1;
    }
}

/// A sequential scan of all components: `N` by `N` samples are kept of each block of luma.
pub(super) struct Sequential<'a, const N: usize> {
    transform: Transform<N>,
    plane: Plane<N>,
    dc: [&'a Code; 3],
    ac: [&'a Code; 3],
    differences: [Differences; 3],
    skips: [Skips; 3],
    values: Values,
    prediction: i32,
}

impl<'a, const N: usize> Sequential<'a, N> {
    pub(super) fn new(
        segments: &'a Segments<'_>,
        frame: &Frame,
        scan: &Scan,
    ) -> Result<Sequential<'a, N>, Refusal> {
        // Grey has one component; the others then stand for nothing.
        let component = |i: usize| if i < scan.components { i } else { 0 };
        let dc = |i| segments.dc(scan, component(i));
        let ac = |i| segments.ac(scan, component(i));
        let (dc, ac) = ([dc(0)?, dc(1)?, dc(2)?], [ac(0)?, ac(1)?, ac(2)?]);
        Ok(Sequential {
            transform: Transform::new(segments.luma_steps()?),
            plane: Plane::new(frame, scan.luma_blocks(frame)),
            dc,
            ac,
            differences: dc.map(Differences::new),
            skips: ac.map(Skips::new),
            values: Values::new(ac[0]),
            prediction: 0,
        })
    }

    pub(super) fn into_samples(self) -> Vec<u8> {
        self.plane.into_samples()
    }
}

impl<const N: usize> Blocks for Sequential<'_, N> {
    fn restart(&mut self) {
        self.prediction = 0;
    }

    #[inline(always)]
    fn luma(&mut self, bits: &mut Bits<'_>, x: usize, y: usize) -> Result<(), Refusal> {
        bits.refill()?;
        let difference = self.differences[0].read(self.dc[0], bits)?;
        // Broken data can lead anywhere.
        self.prediction = self.prediction.wrapping_add(difference);
        let mut rest = 1;
        let mut flat = true;
        let mut coefficients = [0.0; 17];
        if N > 1 {
            rest = self.values.start_of_block(
                self.ac[0],
                bits,
                self.transform.last,
                |number, value| {
                    self.transform.put(&mut coefficients, number, value as f32);
                    flat = false;
                },
            )?;
        }
        self.skips[0].rest_of_block(self.ac[0], bits, rest)?;
        if flat {
            self.plane
                .put(x, y, &[[self.transform.flat(self.prediction); N]; N]);
        } else {
            self.transform
                .put(&mut coefficients, 0, self.prediction as f32);
            self.plane.put(x, y, &self.transform.samples(&coefficients));
        }
        Ok(())
    }

    #[inline(always)]
    fn chroma(&mut self, bits: &mut Bits<'_>, component: usize) -> Result<(), Refusal> {
        bits.refill()?;
        let component = component.min(2);
        self.differences[component].read(self.dc[component], bits)?;
        self.skips[component].rest_of_block(self.ac[component], bits, 1)
    }

    fn row_done(&mut self, row: usize) {
        self.plane.row_done(row);
    }
}
