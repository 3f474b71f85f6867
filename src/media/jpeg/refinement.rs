//! One scan of some of the coefficients (ITU-T T.81, F.2 and G.2), read as libjpeg reads it, broken or not.

use super::Refusal;
use super::bits::Bits;
use super::coefficients::Coefficients;
use super::huffman::{Code, Differences, Values};
use super::idct::Block;
use super::scan::Blocks;
use super::scan_header::Scan;
use super::segments::Segments;
use super::transform::in_row;

/// One scan.
pub(super) struct Band<'a> {
    coefficients: &'a mut Coefficients,
    kind: Kind,
    parts: Vec<Part>,
    /// The first and the last coefficient, in zigzag order.
    band: (usize, usize),
    /// The position of the lowest bit that is transmitted.
    bit: u32,
    /// How many blocks from here on have nothing more in this band.
    ended: u32,
    sound: bool,
}

/// What a scan holds of its coefficients.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// All of them.
    Sequential,
    FirstDc,
    RefinedDc,
    FirstAc,
    RefinedAc,
}

/// One component of the scan.
struct Part {
    component: usize,
    dc: Option<(Code, Differences)>,
    ac: Option<(Code, Values)>,
    prediction: i32,
}

impl<'a> Band<'a> {
    pub(super) fn new(
        coefficients: &'a mut Coefficients,
        segments: &Segments<'_>,
        scan: &Scan,
    ) -> Result<Band<'a>, Refusal> {
        let kind = match (coefficients.frame.progressive, scan.band.0, scan.bits.0) {
            (false, ..) => Kind::Sequential,
            (true, 0, 0) => Kind::FirstDc,
            (true, 0, _) => Kind::RefinedDc,
            (true, _, 0) => Kind::FirstAc,
            (true, ..) => Kind::RefinedAc,
        };
        // The codes are looked up in tables of their own: those of the segments change from scan to scan.
        let part = |part: &super::scan_header::Part| {
            let dc = scan.has_dc().then(|| segments.dc(part.dc)).transpose()?;
            let ac = scan.has_ac().then(|| segments.ac(part.ac)).transpose()?;
            Ok(Part {
                component: part.component,
                dc: dc.map(|code| (code.clone(), Differences::new(code))),
                ac: ac.map(|code| (code.clone(), Values::new(code))),
                prediction: 0,
            })
        };
        Ok(Band {
            coefficients,
            kind,
            parts: scan.parts().iter().map(part).collect::<Result<_, _>>()?,
            band: scan.band,
            bit: scan.bits.1,
            ended: 0,
            sound: true,
        })
    }

    /// Whether every block so far was.
    pub(super) fn is_sound(&self) -> bool {
        self.sound
    }
}

impl Blocks for Band<'_> {
    const STRICT: bool = false;

    fn restart(&mut self) {
        for part in &mut self.parts {
            part.prediction = 0;
        }
        self.ended = 0;
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
        // What is not of interest is read all the same, to come to what is.
        let mut spare = [0; 64];
        let block = self.coefficients.block(part.component, x, y);
        let block = block.unwrap_or(&mut spare);
        let (bit, sound) = (self.bit, &mut self.sound);
        bits.refill_or_zeros();
        match self.kind {
            Kind::Sequential | Kind::FirstDc => {
                if let Some((code, differences)) = &part.dc {
                    let difference = differences.read_or_zero(code, bits, sound);
                    part.prediction = part.prediction.wrapping_add(difference);
                    block[0] = (part.prediction << bit) as i16;
                }
                if let Some((code, values)) = &part.ac {
                    *sound &= values.block(code, bits, |number, value| {
                        block[in_row(number)] = value as i16;
                    });
                }
            }
            Kind::RefinedDc => block[0] |= (bits.take(1) << bit) as i16,
            Kind::FirstAc | Kind::RefinedAc => {
                let Some((code, _)) = &part.ac else {
                    return Ok(());
                };
                let mut band = AcBand {
                    code,
                    last: self.band.1,
                    bit,
                    ended: &mut self.ended,
                    sound,
                };
                if self.kind == Kind::FirstAc {
                    band.read_first(bits, block, self.band.0);
                } else {
                    band.refine(bits, block, self.band.0);
                }
            }
        }
        Ok(())
    }

    fn blank(&mut self, _: usize, _: usize, _: usize) {}

    fn row_done(&mut self, _: usize) {}
}

/// A scan of AC coefficients of one component.
struct AcBand<'a> {
    code: &'a Code,
    last: usize,
    bit: u32,
    ended: &'a mut u32,
    sound: &'a mut bool,
}

impl AcBand<'_> {
    /// The first bits of the coefficients of one block (G.1.2.2).
    #[inline(always)]
    fn read_first(&mut self, bits: &mut Bits<'_>, block: &mut Block, first: usize) {
        if *self.ended > 0 {
            *self.ended -= 1;
            return;
        }
        let mut k = first;
        while k <= self.last {
            bits.refill_or_zeros();
            let symbol = self.code.read_or_zero(bits, self.sound);
            let (run, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
            if size == 0 && run < 15 {
                *self.ended = (1 << run) - 1 + bits.take(run as u32);
                return;
            }
            k += run;
            if size > 0 {
                *self.sound &= k <= self.last;
                block[in_row(k.min(63))] = (bits.take_signed(size) << self.bit) as i16;
            }
            k += 1;
        }
        *self.sound &= k == self.last + 1;
    }

    /// One more bit of the coefficients of one block (G.1.2.3): those that are zero so far may become one in this
    /// position, and each of the others is followed by its bit.
    #[inline(always)]
    fn refine(&mut self, bits: &mut Bits<'_>, block: &mut Block, first: usize) {
        let one = 1i16 << self.bit;
        let mut k = first;
        if *self.ended == 0 {
            while k <= self.last {
                bits.refill_or_zeros();
                let symbol = self.code.read_or_zero(bits, self.sound);
                let (mut zeros, size) = (usize::from(symbol >> 4), symbol & 15);
                let mut new = 0;
                if size > 0 {
                    *self.sound &= size == 1;
                    new = if bits.take(1) == 1 { one } else { -one };
                } else if zeros < 15 {
                    *self.ended = (1 << zeros) + bits.take(zeros as u32);
                    break;
                }
                while k <= self.last {
                    let coefficient = &mut block[in_row(k)];
                    if *coefficient != 0 {
                        refine(coefficient, bits, one);
                    } else if zeros == 0 {
                        break;
                    } else {
                        zeros -= 1;
                    }
                    k += 1;
                }
                *self.sound &= k <= self.last;
                if new != 0 {
                    block[in_row(k.min(63))] = new;
                }
                k += 1;
            }
        }
        if *self.ended > 0 {
            *self.ended -= 1;
            for k in k..=self.last {
                let coefficient = &mut block[in_row(k)];
                if *coefficient != 0 {
                    refine(coefficient, bits, one);
                }
            }
        }
    }
}

/// Reads one more bit of a coefficient that is not zero.
#[inline(always)]
fn refine(coefficient: &mut i16, bits: &mut Bits<'_>, one: i16) {
    bits.refill_or_zeros();
    if bits.take(1) == 1 && *coefficient & one == 0 {
        let step = if *coefficient > 0 { one } else { -one };
        *coefficient = coefficient.wrapping_add(step);
    }
}
