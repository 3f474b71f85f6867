//! All of a sequential picture, made while it is read: of a scan that holds all components.

use super::Refusal;
use super::bits::Bits;
use super::frame::Frame;
use super::huffman::{Code, Differences, Values};
use super::idct::{self, Block};
use super::raster::Raster;
use super::scan::Blocks;
use super::scan_header::Scan;
use super::segments::Segments;
use super::transform::{in_row, in_rows};

/// The blocks of all components, to pixels.
pub(super) struct Whole<'a> {
    parts: Vec<ScanComponent<'a>>,
    raster: Raster,
    sound: bool,
}

/// One component of the scan.
struct ScanComponent<'a> {
    component: usize,
    steps: Block,
    dc: &'a Code,
    ac: &'a Code,
    differences: Differences,
    values: Values,
    prediction: i32,
}

impl<'a> Whole<'a> {
    pub(super) fn new(
        segments: &'a Segments<'_>,
        scan: &Scan,
        raster: Raster,
    ) -> Result<Whole<'a>, Refusal> {
        let part = |part: &super::scan_header::ComponentHeader| {
            let (dc, ac) = (segments.dc(part.dc)?, segments.ac(part.ac)?);
            Ok(ScanComponent {
                component: part.component,
                steps: in_rows(segments.steps(part.component)?),
                dc,
                ac,
                differences: Differences::new(dc),
                values: Values::new(ac),
                prediction: 0,
            })
        };
        Ok(Whole {
            parts: scan.parts().iter().map(part).collect::<Result<_, _>>()?,
            raster,
            sound: true,
        })
    }

    /// The pixels, and whether every block was sound.
    pub(super) fn into_pixels(self) -> (Vec<u8>, bool) {
        (self.raster.into_pixels(), self.sound)
    }
}

/// Whether so many components are all of the picture's.
pub(super) fn is_whole(frame: &Frame, scan: &Scan) -> bool {
    scan.parts().len() == frame.components().len()
}

impl Blocks for Whole<'_> {
    const STRICT: bool = false;

    fn restart(&mut self) {
        for part in &mut self.parts {
            part.prediction = 0;
        }
    }

    #[inline(always)]
    fn block(
        &mut self,
        bits: &mut Bits<'_>,
        part: usize,
        x: usize,
        y: usize,
    ) -> Result<(), Refusal> {
        let part = &mut self.parts[part];
        let mut block = [0; 64];
        bits.refill_or_zeros();
        let difference = part
            .differences
            .read_or_zero(part.dc, bits, &mut self.sound);
        part.prediction = part.prediction.wrapping_add(difference);
        block[0] = part.prediction as i16;
        let mut is_flat = true;
        self.sound &= part.values.block(part.ac, bits, |number, value| {
            block[in_row(number)] = value as i16;
            is_flat = false;
        });
        let pixels = idct::pixels_of(&block, &part.steps, is_flat);
        self.raster.put(part.component, x, y, &pixels);
        Ok(())
    }

    fn blank(&mut self, part: usize, x: usize, y: usize) {
        let part = &self.parts[part];
        self.raster.put(part.component, x, y, &[128; 64]);
    }

    fn row_done(&mut self, row: usize) {
        self.raster.row_done(row);
    }
}
