//! A picture in many scans. All are read side by side: of each a row of MCUs, and then of each the next. So no more
//! coefficients are held than those of one row.

use super::coefficients::Coefficients;
use super::frame::Frame;
use super::refinement::Band;
use super::scan::{End, Reader};
use super::scan_header::Scan;
use super::segments::{Next, Segments};
use super::{Flaw, Refusal};
use crate::media::clock::Clock;

/// How many scans are read side by side at most: each has tables of its own. libjpeg writes 10.
const SCANS_MAX: usize = 32;

/// The scans of a picture.
pub(super) struct Strips<'a> {
    coefficients: Coefficients,
    scans: Vec<Side<'a>>,
    flaw: Option<Flaw>,
}

/// One of the scans.
struct Side<'a> {
    reader: Reader<'a>,
    band: Band,
    /// Where it ends, as far as its markers say.
    end: usize,
    /// How many of its rows are in a row of MCUs of all components.
    rows: usize,
}

impl<'a> Strips<'a> {
    /// Looks for the scans, as far as they hold something of the first components. `None` where they are too many, or
    /// something about them is broken.
    pub(super) fn open(
        mut segments: Segments<'a>,
        frame: &Frame,
        first: Scan,
        components: usize,
    ) -> Option<Strips<'a>> {
        let mut strips = Strips {
            coefficients: Coefficients::strip(*frame, components),
            scans: Vec::new(),
            flaw: None,
        };
        let mut next = Next::Scan(first);
        loop {
            let scan = match next {
                Next::Scan(scan) => scan,
                Next::End => break,
                Next::Cut => {
                    strips.flaw = Some(Flaw::Cut);
                    break;
                }
            };
            if strips.coefficients.want(&scan) {
                if strips.scans.len() == SCANS_MAX {
                    return None;
                }
                strips.coefficients.take_steps(&segments, &scan).ok()?;
                let band = Band::new(frame, &segments, &scan).ok()?;
                let (bytes, at) = (segments.bytes, segments.at);
                segments.pass_over_scan();
                // With the marker behind the data.
                let bytes = &bytes[..bytes.len().min(segments.at + 2)];
                strips.scans.push(Side {
                    reader: Reader::new(bytes, at, frame, &scan),
                    band,
                    end: segments.at,
                    rows: match scan.parts() {
                        [part] => frame.components()[part.component].factors.1,
                        _ => 1,
                    },
                });
            } else {
                segments.pass_over_scan();
            }
            next = match segments.next_scan() {
                Ok(next) => next,
                // What was sent so far is seen.
                Err(_) => {
                    strips.flaw = Some(Flaw::Broken);
                    break;
                }
            };
        }
        strips.coefficients.are_complete().then_some(strips)
    }

    /// Reads the scans, and hands on the coefficients of each row of MCUs. Gives what is wrong behind the scans.
    ///
    /// # Errors
    /// [`Refusal::Broken`] at the first fault within a scan.
    pub(super) fn read(
        mut self,
        clock: &Clock,
        each: &mut impl FnMut(usize, &Coefficients) -> Result<(), Refusal>,
    ) -> Result<Option<Flaw>, Refusal> {
        for row in 0..self.coefficients.frame.mcus().1 {
            self.coefficients.clear();
            for side in &mut self.scans {
                let mut blocks = side.band.blocks(&mut self.coefficients);
                for _ in 0..side.rows {
                    // The last row of MCUs may have less of a component alone.
                    if !side.reader.is_done() {
                        side.reader.read_row(&mut blocks)?;
                    }
                }
                if !side.band.is_sound() {
                    return Err(Refusal::Broken);
                }
            }
            clock.check().map_err(|_| Refusal::Late)?;
            each(row, &self.coefficients)?;
        }
        for side in self.scans {
            let end = End {
                at: side.end,
                sound: true,
            };
            if side.reader.end() != end {
                return Err(Refusal::Broken);
            }
        }
        Ok(self.flaw)
    }
}
