//! The blocks of a scan in their order.

use super::Refusal;
use super::bits::{Bits, Interval};
use super::frame::Frame;
use super::scan_header::Scan;
use crate::media::clock::Clock;

/// What is done with each block of a scan.
pub(super) trait Blocks {
    /// Whether reading ends at the first fault. Otherwise what is broken is read as libjpeg reads it.
    const STRICT: bool;
    /// Begins anew: predictions are those of the start.
    fn restart(&mut self);
    /// Reads a block of a component of the scan, counted in blocks from the left and from the top.
    fn block(
        &mut self,
        bits: &mut Bits<'_>,
        part: usize,
        x: usize,
        y: usize,
    ) -> Result<(), Refusal>;
    /// There is no data for this block.
    fn blank(&mut self, part: usize, x: usize, y: usize);
    /// All blocks of this row of MCUs have been read.
    fn row_done(&mut self, row: usize);
}

/// How a scan ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct End {
    /// Where the marker behind it is, or the end of the file.
    pub(super) at: usize,
    /// Whether its data is as long as its blocks.
    pub(super) sound: bool,
}

/// After how many rows of MCUs the clock is looked at: 16 of the widest take 30 ms.
const ROWS_PER_LOOK: usize = 16;

/// Reads all blocks of a scan (ITU-T T.81, A.2) whose data begins at `at`.
pub(super) fn read<B: Blocks>(
    bytes: &[u8],
    at: usize,
    frame: &Frame,
    scan: &Scan,
    clock: &Clock,
    blocks: &mut B,
) -> Result<End, Refusal> {
    let mcus = Mcus::new(frame, scan);
    let (columns, count) = (mcus.columns, mcus.columns * mcus.rows);
    let interval_length = if scan.restart_interval == 0 {
        count
    } else {
        scan.restart_interval
    };
    let mut interval = Interval::default();
    let mut marker = interval.take(bytes, at);
    let (mut done, mut restarts) = (0, 0);
    let (mut sound, mut has_data) = (true, true);
    clock.check().map_err(|_| Refusal::Late)?;
    loop {
        if B::STRICT && marker.is_none() {
            return Err(Refusal::Broken);
        }
        let mut bits = interval.bits();
        blocks.restart();
        let end = count.min(done + interval_length);
        let mut blank = !has_data;
        while done < end {
            let (row, column) = (done / columns, done % columns);
            let row_end = columns.min(column + end - done);
            for x in column..row_end {
                if blank {
                    mcus.each_block(x, row, |part, x, y| {
                        blocks.blank(part, x, y);
                        Ok(())
                    })?;
                } else {
                    mcus.each_block(x, row, |part, x, y| blocks.block(&mut bits, part, x, y))?;
                    if !B::STRICT {
                        blank = bits.is_beyond_end();
                    }
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
        let finished = bits.finish();
        if B::STRICT {
            finished?;
        }
        sound &= has_data && finished.is_ok();
        if done == count {
            return Ok(End {
                at: marker.map_or(bytes.len(), |marker| marker - 1),
                sound,
            });
        }
        // Restarts are counted from 0 to 7 over and over.
        let next = 0xD0 + restarts % 8;
        restarts = (restarts + 1) % 8;
        let follows = marker.is_some_and(|marker| bytes[marker] == next);
        if B::STRICT && !follows {
            return Err(Refusal::Broken);
        }
        sound &= follows;
        has_data = next_interval(bytes, &mut marker, next, &mut interval);
    }
}

/// Goes on to the interval behind this restart marker, and gives whether there is data for it, by the rules of libjpeg
/// for markers that are lost.
fn next_interval(
    bytes: &[u8],
    marker: &mut Option<usize>,
    expected: u8,
    interval: &mut Interval,
) -> bool {
    while let Some(at) = *marker {
        let code = bytes[at];
        let is_restart = matches!(code, 0xD0..=0xD7);
        match (is_restart, code.wrapping_sub(expected) % 8) {
            // One of the next two: this interval is lost.
            (true, 1 | 2) => return false,
            // One of the last two, or no marker that may stand here.
            (true, 6 | 7) => *marker = interval.take(bytes, at + 1),
            (false, _) if code < 0xC0 => *marker = interval.take(bytes, at + 1),
            (true, _) => {
                *marker = interval.take(bytes, at + 1);
                return true;
            }
            (false, _) => return false,
        }
    }
    false
}

/// How the MCUs of a scan lie in the picture.
struct Mcus {
    columns: usize,
    rows: usize,
    count: usize,
    /// For each component of the scan, how many blocks an MCU has of it.
    blocks: [(usize, usize); 4],
}

impl Mcus {
    fn new(frame: &Frame, scan: &Scan) -> Mcus {
        let parts = scan.parts();
        let mut blocks = [(1, 1); 4];
        // Of a component alone each MCU is one block, and none is beyond the edge (A.2.2).
        let (columns, rows) = if let [part] = parts {
            let (width, height) = frame.samples(part.component);
            (width.div_ceil(8), height.div_ceil(8))
        } else {
            for (blocks, part) in blocks.iter_mut().zip(parts) {
                *blocks = frame.components()[part.component].factors;
            }
            frame.mcus()
        };
        Mcus {
            columns,
            rows,
            count: parts.len(),
            blocks,
        }
    }

    /// The blocks of an MCU in their order.
    #[inline(always)]
    fn each_block(
        &self,
        column: usize,
        row: usize,
        mut each: impl FnMut(usize, usize, usize) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        for (part, &(across, down)) in self.blocks[..self.count].iter().enumerate() {
            for v in 0..down {
                for h in 0..across {
                    each(part, column * across + h, row * down + v)?;
                }
            }
        }
        Ok(())
    }
}
