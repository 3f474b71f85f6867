//! One scan of some of the coefficients (ITU-T T.81, F.2 and G.2), read as libjpeg reads it, broken or not.

use super::Refusal;
use super::bits::Bits;
use super::coefficients::{Coefficients, Held};
use super::frame::Frame;
use super::huffman::{Code, Differences, Values};
use super::scan::Blocks;
use super::scan_header::Scan;
use super::segments::Segments;
use super::transform::in_row;

/// One scan.
pub(super) struct Band {
    kind: Kind,
    parts: Vec<ScanComponent>,
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
struct ScanComponent {
    component: usize,
    dc: Option<(Code, Differences)>,
    ac: Option<(Code, Values)>,
    prediction: i32,
}

impl Band {
    pub(super) fn new(
        frame: &Frame,
        segments: &Segments<'_>,
        scan: &Scan,
    ) -> Result<Band, Refusal> {
        let kind = match (frame.progressive, scan.band.0, scan.bits.0) {
            (false, ..) => Kind::Sequential,
            (true, 0, 0) => Kind::FirstDc,
            (true, 0, _) => Kind::RefinedDc,
            (true, _, 0) => Kind::FirstAc,
            (true, ..) => Kind::RefinedAc,
        };
        // The codes are looked up in tables of their own: those of the segments change from scan to scan.
        let part = |part: &super::scan_header::ComponentHeader| {
            let dc = scan.has_dc().then(|| segments.dc(part.dc)).transpose()?;
            let ac = scan.has_ac().then(|| segments.ac(part.ac)).transpose()?;
            Ok(ScanComponent {
                component: part.component,
                dc: dc.map(|code| (code.clone(), Differences::new(code))),
                ac: ac.map(|code| {
                    let values = match kind {
                        Kind::Sequential => Values::new(code),
                        _ => Values::of_band(code),
                    };
                    (code.clone(), values)
                }),
                prediction: 0,
            })
        };
        Ok(Band {
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

    /// What applies the scan to these coefficients.
    pub(super) fn blocks<'a>(&'a mut self, coefficients: &'a mut Coefficients) -> Application<'a> {
        Application {
            band: self,
            coefficients,
        }
    }
}

/// A scan and what it is applied to.
pub(super) struct Application<'a> {
    band: &'a mut Band,
    coefficients: &'a mut Coefficients,
}

impl Blocks for Application<'_> {
    const STRICT: bool = false;

    fn restart(&mut self) {
        for part in &mut self.band.parts {
            part.prediction = 0;
        }
        self.band.ended = 0;
    }

    #[inline(always)]
    fn block(
        &mut self,
        bits: &mut Bits<'_>,
        part: usize,
        x: usize,
        y: usize,
    ) -> Result<(), Refusal> {
        let band = &mut *self.band;
        let part = &mut band.parts[part];
        // Coefficients that are not needed are read too: those that are needed follow them.
        let mut block = self.coefficients.block(part.component, x, y);
        let (bit, sound) = (band.bit, &mut band.sound);
        bits.refill_or_zeros();
        match band.kind {
            Kind::Sequential | Kind::FirstDc => {
                if let Some((code, differences)) = &part.dc {
                    let difference = differences.read_or_zero(code, bits, sound);
                    part.prediction = part.prediction.wrapping_add(difference);
                    if let Some(block) = &mut block {
                        block.values[0] = (part.prediction << bit) as i16;
                    }
                }
                if let Some((code, values)) = &part.ac {
                    *sound &= values.block(code, bits, |number, value| {
                        if let Some(block) = &mut block {
                            block.put(number, value as i16);
                        }
                    });
                }
            }
            Kind::RefinedDc => {
                let value = (bits.take(1) << bit) as i16;
                if let Some(block) = block {
                    block.values[0] |= value;
                }
            }
            Kind::FirstAc | Kind::RefinedAc => {
                // Of one component alone, which is of interest, or else the scan is passed over.
                let (Some((code, values)), Some(block)) = (&part.ac, block) else {
                    return Ok(());
                };
                let mut scan = AcBand {
                    code,
                    last: band.band.1,
                    bit,
                    ended: &mut band.ended,
                    sound,
                };
                if band.kind == Kind::FirstAc {
                    scan.read_first(values, bits, block, band.band.0);
                } else {
                    scan.refine(bits, block, band.band.0);
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
    fn read_first(&mut self, values: &Values, bits: &mut Bits<'_>, block: &mut Held, first: usize) {
        if *self.ended > 0 {
            *self.ended -= 1;
            return;
        }
        let mut k = first;
        while k <= self.last {
            bits.refill_or_zeros();
            let (run, value) = match values.next(bits) {
                Some(next) => next,
                None => {
                    let symbol = self.code.read_or_zero(bits, self.sound);
                    let (run, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
                    if size == 0 && run < 15 {
                        *self.ended = (1 << run) - 1 + bits.take(run as u32);
                        return;
                    }
                    (run, bits.take_signed(size))
                }
            };
            k += run;
            if value != 0 {
                *self.sound &= k <= self.last;
                block.put(k.min(63), (value << self.bit) as i16);
            }
            k += 1;
        }
        *self.sound &= k == self.last + 1;
    }

    /// One more bit of the coefficients of one block (G.1.2.3). Those that are zero so far may become one in this
    /// position. Each of the others is followed by its bit.
    #[inline(always)]
    fn refine(&mut self, bits: &mut Bits<'_>, block: &mut Held, first: usize) {
        let one = 1i16 << self.bit;
        let band = u64::MAX >> (63 - self.last);
        let mut k = first;
        if *self.ended == 0 {
            while k <= self.last {
                bits.refill_or_zeros();
                let symbol = self.code.read_or_zero(bits, self.sound);
                let (zeros, size) = (usize::from(symbol >> 4), symbol & 15);
                let mut new = 0;
                if size > 0 {
                    *self.sound &= size == 1;
                    new = if bits.take(1) == 1 { one } else { -one };
                } else if zeros < 15 {
                    *self.ended = (1 << zeros) + bits.take(zeros as u32);
                    break;
                }
                // The place behind so many zeros is a zero too.
                let rest = band & (u64::MAX << k);
                let mut free = rest & !block.others;
                for _ in 0..zeros {
                    free &= free.wrapping_sub(1);
                }
                // Where there are fewer, nothing is left.
                let (place, passed) = if free == 0 {
                    (self.last + 1, rest)
                } else {
                    (free.trailing_zeros() as usize, rest & (free ^ (free - 1)))
                };
                refine(block, passed & block.others, bits, one);
                *self.sound &= place <= self.last;
                if new != 0 {
                    block.put(place.min(63), new);
                }
                k = place + 1;
            }
        }
        if *self.ended > 0 {
            *self.ended -= 1;
            if k <= self.last {
                refine(block, band & (u64::MAX << k) & block.others, bits, one);
            }
        }
    }
}

/// How many bits are taken at a time.
const TAKEN: u32 = 16;

/// Reads one more bit of each of these coefficients, none of which is zero.
#[inline(always)]
fn refine(block: &mut Held, mut which: u64, bits: &mut Bits<'_>, one: i16) {
    while which != 0 {
        bits.refill_or_zeros();
        let count = which.count_ones().min(TAKEN);
        let mut word = bits.take(count) << (TAKEN - count);
        for _ in 0..count {
            let coefficient = &mut block.values[in_row(which.trailing_zeros() as usize)];
            which &= which - 1;
            let is_set = word >> (TAKEN - 1) & 1 == 1;
            word <<= 1;
            let step = if *coefficient > 0 { one } else { -one };
            let step = if is_set && *coefficient & one == 0 {
                step
            } else {
                0
            };
            *coefficient = coefficient.wrapping_add(step);
        }
    }
}
