//! The blocks of a scan in their order.

use super::Refusal;
use super::bits::{BitPosition, Bits, Interval};
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

/// Reads all blocks of a scan whose data begins at `at`.
pub(super) fn read<B: Blocks>(
    bytes: &[u8],
    at: usize,
    frame: &Frame,
    scan: &Scan,
    clock: &Clock,
    blocks: &mut B,
) -> Result<End, Refusal> {
    let mut reader = Reader::new(bytes, at, frame, scan);
    while !reader.is_done() {
        if reader.row.is_multiple_of(ROWS_PER_LOOK) {
            clock.check().map_err(|_| Refusal::Late)?;
        }
        reader.read_row(blocks)?;
    }
    Ok(reader.end())
}

/// A scan that is being read, row of MCUs by row (ITU-T T.81, A.2).
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    mcus: Mcus,
    /// The row that comes next.
    row: usize,
    /// The restart interval that is being read, and where in it.
    interval: Interval,
    place: BitPosition,
    /// How many MCUs an interval has, and how many of this one are left.
    interval_length: usize,
    left: usize,
    /// Where the code of the marker behind the interval is; `None` where the file ends before.
    marker: Option<usize>,
    restarts: u8,
    sound: bool,
    has_data: bool,
    /// Whether the data of this interval is over.
    is_over: bool,
}

impl<'a> Reader<'a> {
    /// A scan whose data begins at `at`.
    pub(super) fn new(bytes: &'a [u8], at: usize, frame: &Frame, scan: &Scan) -> Reader<'a> {
        let mcus = Mcus::new(frame, scan);
        let interval_length = match scan.restart_interval {
            0 => mcus.columns * mcus.rows,
            length => length,
        };
        let mut interval = Interval::default();
        let marker = interval.take(bytes, at);
        Reader {
            bytes,
            mcus,
            row: 0,
            place: interval.bits().place(),
            interval,
            interval_length,
            left: interval_length,
            marker,
            restarts: 0,
            sound: true,
            has_data: true,
            is_over: false,
        }
    }

    /// Whether all rows have been read.
    pub(super) fn is_done(&self) -> bool {
        self.row == self.mcus.rows
    }

    /// How the scan ended, of which all rows have been read.
    pub(super) fn end(&self) -> End {
        End {
            at: self.marker.map_or(self.bytes.len(), |marker| marker - 1),
            sound: self.sound,
        }
    }

    /// Reads the next row of MCUs.
    pub(super) fn read_row<B: Blocks>(&mut self, blocks: &mut B) -> Result<(), Refusal> {
        if B::STRICT && self.marker.is_none() {
            return Err(Refusal::Broken);
        }
        let (row, columns) = (self.row, self.mcus.columns);
        let mut bits = self.interval.bits_from(self.place);
        let mut is_over = self.is_over;
        let mut column = 0;
        while column < columns {
            if self.left == 0 {
                let finished = bits.finish();
                self.go_on::<B>(finished)?;
                blocks.restart();
                bits = self.interval.bits();
                is_over = !self.has_data;
            }
            let end = columns.min(column + self.left);
            for x in column..end {
                if is_over {
                    self.mcus.each_block(x, row, |part, x, y| {
                        blocks.blank(part, x, y);
                        Ok(())
                    })?;
                } else {
                    self.mcus
                        .each_block(x, row, |part, x, y| blocks.block(&mut bits, part, x, y))?;
                    if !B::STRICT {
                        is_over = bits.is_beyond_end();
                    }
                }
            }
            self.left -= end - column;
            column = end;
        }
        self.is_over = is_over;
        self.place = bits.place();
        self.row += 1;
        if self.is_done() {
            let finished = bits.finish();
            if B::STRICT {
                finished?;
            }
            self.sound &= self.has_data && finished.is_ok();
        }
        blocks.row_done(row);
        Ok(())
    }

    /// Goes on to the next restart interval, where this one was read to its end and not beyond.
    fn go_on<B: Blocks>(&mut self, finished: Result<(), Refusal>) -> Result<(), Refusal> {
        if B::STRICT {
            finished?;
        }
        // Restarts are counted from 0 to 7 over and over.
        let next = 0xD0 + self.restarts % 8;
        self.restarts = (self.restarts + 1) % 8;
        let follows = self.marker.is_some_and(|marker| self.bytes[marker] == next);
        if B::STRICT && !follows {
            return Err(Refusal::Broken);
        }
        self.sound &= self.has_data && finished.is_ok() && follows;
        self.has_data = next_interval(self.bytes, &mut self.marker, next, &mut self.interval);
        if B::STRICT && self.marker.is_none() {
            return Err(Refusal::Broken);
        }
        self.left = self.interval_length;
        Ok(())
    }
}

/// Goes on to the interval behind this restart marker. Returns whether there is data for it, by the rules of libjpeg
/// for lost markers.
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
