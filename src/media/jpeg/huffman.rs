//! Huffman codes as tables that are looked up by the next bits.

use super::Refusal;
use super::bits::{Bits, extend};

/// How many bits index a table. With more, more codes are found at once, and fewer of the tables stay in the cache.
const INDEX_BITS: u32 = 10;

/// The largest number of extra bits of a coefficient of 8-bit samples (ITU-T T.81, tables F.1 and F.2).
const SIZE_MAX_DC: u8 = 11;
const SIZE_MAX_AC: u8 = 10;

/// A code: which bits stand for which symbol.
#[derive(Clone)]
pub(super) struct Code {
    /// For each length, 1 to 16 bits, one more than the last code of that length. It is written as 16 bits from the left.
    ends: [u32; 16],
    /// For each length what to add to a code to have its symbol's place.
    places: [i32; 16],
    /// By length, then by code.
    symbols: [u8; 256],
    /// By the next bits, the symbol (in the high byte) and the length of its code. Both are zero where it is longer
    /// than the index, or no code.
    short: Box<[u16; 1 << INDEX_BITS]>,
}

impl Code {
    /// The code with so many symbols of each length, 1 to 16 bits (ITU-T T.81, annex C). `None` where there is none:
    /// too many symbols for their lengths.
    pub(super) fn new(counts: &[u8; 16], symbols: &[u8]) -> Option<Code> {
        let mut code = Code {
            ends: [0; 16],
            places: [0; 16],
            symbols: [0; 256],
            short: Box::new([0; 1 << INDEX_BITS]),
        };
        code.symbols
            .get_mut(..symbols.len())?
            .copy_from_slice(symbols);
        let (mut next, mut place) = (0u32, 0usize);
        for (i, &count) in counts.iter().enumerate() {
            let length = i as u32 + 1;
            code.places[i] = place as i32 - next as i32;
            for &symbol in symbols.get(place..place + usize::from(count))? {
                // The code of nothing but ones is kept free.
                if next + 1 >= 1 << length {
                    return None;
                }
                if let Some(free) = INDEX_BITS.checked_sub(length) {
                    let entry = u16::from_be_bytes([symbol, length as u8]);
                    let first = (next << free) as usize;
                    code.short[first..first + (1 << free)].fill(entry);
                }
                next += 1;
            }
            place += usize::from(count);
            code.ends[i] = next << (16 - length);
            next <<= 1;
        }
        (place == symbols.len()).then_some(code)
    }

    /// The symbol that 16 bits begin with, and the length of its code.
    fn symbol(&self, bits: usize) -> Result<(u8, u32), Refusal> {
        let i = self.ends.iter().position(|&end| (bits as u32) < end);
        let i = i.ok_or(Refusal::Broken)?;
        let place = (bits >> (15 - i)) as i32 + self.places[i];
        let symbol = self.symbols.get(place as usize).ok_or(Refusal::Broken)?;
        Ok((*symbol, i as u32 + 1))
    }

    /// Reads one symbol. Takes at most 16 bits.
    #[inline(always)]
    pub(super) fn read(&self, bits: &mut Bits<'_>) -> Result<u8, Refusal> {
        let [symbol, length] = self.short[bits.peek(INDEX_BITS)].to_be_bytes();
        if length > 0 {
            bits.skip(length.into());
            return Ok(symbol);
        }
        let (symbol, length) = self.symbol(bits.peek(16))?;
        bits.skip(length);
        Ok(symbol)
    }

    /// Reads one symbol, or zero in place of what is no code, as libjpeg does. `sound` is cleared then.
    #[inline(always)]
    pub(super) fn read_or_zero(&self, bits: &mut Bits<'_>, sound: &mut bool) -> u8 {
        self.read(bits).unwrap_or_else(|_| {
            *sound = false;
            bits.skip(17);
            0
        })
    }

    /// Whether every symbol is a number of bits that libjpeg knows for a DC coefficient: it rejects the file otherwise.
    pub(super) fn is_of_dc(&self) -> bool {
        self.symbols.iter().all(|&symbol| symbol <= 15)
    }

    /// Reads the run of zeros and the number of extra bits of the next AC coefficient (F.2.2.2). Takes at most 16
    /// bits, and at most 10 of extra bits follow.
    #[inline(always)]
    pub(super) fn read_ac(&self, bits: &mut Bits<'_>) -> Result<(usize, u32), Refusal> {
        run_and_size(self.read(bits)?).ok_or(Refusal::Broken)
    }
}

/// The two halves of an AC symbol. Size zero is the end of the block, or with run 15 sixteen zeros.
fn run_and_size(symbol: u8) -> Option<(usize, u32)> {
    let (run, size) = (symbol >> 4, symbol & 15);
    let known = if size == 0 {
        run == 0 || run == 15
    } else {
        size <= SIZE_MAX_AC
    };
    known.then_some((run.into(), size.into()))
}

/// A table for DC coefficients: difference and bits of the next one, where all of it is within the index.
pub(super) struct Differences(Box<[u32; 1 << INDEX_BITS]>);

impl Differences {
    pub(super) fn new(code: &Code) -> Differences {
        Differences(table(code, |symbol| {
            (symbol <= SIZE_MAX_DC).then_some((0, symbol.into()))
        }))
    }

    /// Reads the difference of a coefficient to the one before it (ITU-T T.81, F.2.2.1). Takes at most 27 bits.
    #[inline(always)]
    pub(super) fn read(&self, code: &Code, bits: &mut Bits<'_>) -> Result<i32, Refusal> {
        let entry = self.0[bits.peek(INDEX_BITS)];
        if entry != 0 {
            bits.skip(entry & 0xFF);
            return Ok((entry as i32) >> 16);
        }
        let size = code.read(bits)?;
        if size > SIZE_MAX_DC {
            return Err(Refusal::Broken);
        }
        Ok(bits.take_signed(size.into()))
    }

    /// The same of data that may be broken: `sound` is cleared then.
    #[inline(always)]
    pub(super) fn read_or_zero(&self, code: &Code, bits: &mut Bits<'_>, sound: &mut bool) -> i32 {
        let entry = self.0[bits.peek(INDEX_BITS)];
        if entry != 0 {
            bits.skip(entry & 0xFF);
            return (entry as i32) >> 16;
        }
        let size = code.read_or_zero(bits, sound);
        *sound &= size <= SIZE_MAX_DC;
        bits.take_signed((size & 15).into())
    }
}

/// By the next bits, the value (in the upper half). Then the run of zeros before it (in the second byte), and how many bits
/// stand for both. Zero where these are more than the index, or nothing.
fn table(
    code: &Code,
    run_and_size: impl Fn(u8) -> Option<(usize, u32)>,
) -> Box<[u32; 1 << INDEX_BITS]> {
    let mut table = Box::new([0; 1 << INDEX_BITS]);
    for (index, entry) in table.iter_mut().enumerate() {
        let [symbol, length] = code.short[index].to_be_bytes();
        let Some((run, size)) = run_and_size(symbol).filter(|_| length > 0) else {
            continue;
        };
        let bits = u32::from(length) + size;
        if bits > INDEX_BITS {
            continue;
        }
        let extra = (index >> (INDEX_BITS - bits)) as u32 & ((1 << size) - 1);
        let value = extend(extra, size) as i16 as u16;
        *entry = u32::from(value) << 16 | (run as u32) << 8 | bits;
    }
    table
}

/// A table for passing over AC coefficients without making them. One look-up passes over as many as the index holds
/// codes of, together with their extra bits.
///
/// An entry holds how many bits are taken (in the lowest [`BITS`] bits) and how many coefficients are passed over.
pub(super) struct Skips(Box<[u16; 1 << INDEX_BITS]>);

/// How many bits of an entry are the number of bits that it takes.
const BITS: u32 = 6;
/// What the end of the block adds to the coefficients that a look-up passes over.
const END: usize = 128;
const END_MAX: usize = END + 63;
/// What stands where the code is not in the table.
const LONG: usize = 512;
const LONG_MAX: usize = LONG + 63;

impl Skips {
    pub(super) fn new(code: &Code) -> Skips {
        let mut table = Box::new([0; 1 << INDEX_BITS]);
        for (index, entry) in table.iter_mut().enumerate() {
            let (mut bits, mut passed) = (0, 0);
            while bits < INDEX_BITS && passed < 64 {
                let rest = index << bits & ((1 << INDEX_BITS) - 1);
                let [symbol, length] = code.short[rest].to_be_bytes();
                let Some((run, size)) = run_and_size(symbol).filter(|_| length > 0) else {
                    break;
                };
                // The bits behind the index were not looked at: a code must end within it, extra bits need not.
                let is_end = (run, size) == (0, 0);
                if bits + u32::from(length) > INDEX_BITS || !is_end && passed + run >= 64 {
                    break;
                }
                bits += u32::from(length);
                if is_end {
                    passed += END;
                    break;
                }
                passed += run + 1;
                bits += size;
            }
            if bits == 0 {
                passed = LONG;
            }
            *entry = (passed as u16) << BITS | bits as u16;
        }
        Skips(table)
    }

    /// Passes over the AC coefficients of a block. At most 30 bits may have been taken since the last refill.
    #[inline(always)]
    pub(super) fn block(&self, code: &Code, bits: &mut Bits<'_>) -> Result<(), Refusal> {
        let start = *bits;
        let mut k = self.step(bits, 1);
        loop {
            while k < 64 {
                bits.refill()?;
                k = self.step(bits, k);
                if k >= 64 {
                    break;
                }
                // Twice: one step takes at most 20 bits.
                k = self.step(bits, k);
            }
            match k {
                64 | END..=END_MAX => return Ok(()),
                LONG..=LONG_MAX => {
                    // Nothing was taken of the code that is not in the table.
                    bits.refill()?;
                    let (run, size) = code.read_ac(bits)?;
                    if (run, size) == (0, 0) {
                        return Ok(());
                    }
                    bits.skip(size);
                    k = k - LONG + run + 1;
                    if k > 64 {
                        return Err(Refusal::Broken);
                    }
                }
                // The block ends without saying so, and codes of the next were passed over with it.
                _ => {
                    *bits = one_by_one(code, start)?;
                    return Ok(());
                }
            }
        }
    }

    #[inline(always)]
    fn step(&self, bits: &mut Bits<'_>, k: usize) -> usize {
        let entry = u32::from(self.0[bits.peek(INDEX_BITS)]);
        bits.skip(entry & ((1 << BITS) - 1));
        k + (entry >> BITS) as usize
    }
}

/// Passes over the AC coefficients of a block, code by code. Takes and gives the bits by value. Lent to a function that
/// is not inlined, they would have to be in memory all the time.
#[cold]
#[inline(never)]
fn one_by_one<'a>(code: &Code, mut bits: Bits<'a>) -> Result<Bits<'a>, Refusal> {
    let mut k = 1;
    while k < 64 {
        bits.refill()?;
        match code.read_ac(&mut bits)? {
            (0, 0) => return Ok(bits),
            (run, size) => {
                bits.skip(size);
                k += run + 1;
                if k > 64 {
                    return Err(Refusal::Broken);
                }
            }
        }
    }
    Ok(bits)
}

/// A table for making AC coefficients. It has run, value and bits of the next one, where all of it is within the index.
pub(super) struct Values(Box<[u32; 1 << INDEX_BITS]>);

impl Values {
    pub(super) fn new(code: &Code) -> Values {
        Values(table(code, |symbol| {
            run_and_size(symbol).map(|pair| if pair == (0, 0) { (END, 0) } else { pair })
        }))
    }

    /// The same of a band of a progressive picture, where the other symbols with a size of zero end blocks.
    pub(super) fn of_band(code: &Code) -> Values {
        Values(table(code, |symbol| {
            let (run, size) = (symbol >> 4, symbol & 15);
            (size > 0 || run == 15).then_some((run.into(), size.into()))
        }))
    }

    /// The run of zeros before the next coefficient, and its value; `None` where it is not in the table.
    #[inline(always)]
    pub(super) fn next(&self, bits: &mut Bits<'_>) -> Option<(usize, i32)> {
        let entry = self.0[bits.peek(INDEX_BITS)];
        bits.skip(entry & 0xFF);
        (entry != 0).then_some(((entry >> 8 & 0xFF) as usize, (entry as i32) >> 16))
    }

    /// Reads the coefficients of a block from number 1 to at least `last`. It hands on each that is not zero with its number.
    /// Returns the number at which the rest of the block begins, or 64 where nothing is left.
    #[inline(always)]
    pub(super) fn start_of_block(
        &self,
        code: &Code,
        bits: &mut Bits<'_>,
        last: usize,
        mut each: impl FnMut(usize, i32),
    ) -> Result<usize, Refusal> {
        let mut k = 1;
        while k <= last {
            bits.refill()?;
            let entry = self.0[bits.peek(INDEX_BITS)];
            let (run, value) = if entry != 0 {
                bits.skip(entry & 0xFF);
                ((entry >> 8 & 0xFF) as usize, (entry as i32) >> 16)
            } else {
                match code.read_ac(bits)? {
                    (0, 0) => (END, 0),
                    (run, size) => (run, bits.take_signed(size)),
                }
            };
            if run == END {
                return Ok(64);
            }
            k += run;
            if k > 63 {
                return Err(Refusal::Broken);
            }
            each(k, value);
            k += 1;
        }
        Ok(k)
    }

    /// Reads all AC coefficients of a block of data that may be broken. It hands on each that is not zero with its number.
    /// Whether it is sound.
    #[inline(always)]
    pub(super) fn block(
        &self,
        code: &Code,
        bits: &mut Bits<'_>,
        mut each: impl FnMut(usize, i32),
    ) -> bool {
        let mut sound = true;
        let mut k = 1;
        while k < 64 {
            bits.refill_or_zeros();
            let entry = self.0[bits.peek(INDEX_BITS)];
            let (run, value) = if entry != 0 {
                bits.skip(entry & 0xFF);
                ((entry >> 8 & 0xFF) as usize, (entry as i32) >> 16)
            } else {
                let symbol = code.read_or_zero(bits, &mut sound);
                let (run, size) = (symbol >> 4, symbol & 15);
                sound &= run_and_size(symbol).is_some();
                if size == 0 && run < 15 {
                    return sound;
                }
                (run.into(), bits.take_signed(size.into()))
            };
            if run == END {
                return sound;
            }
            k += run;
            if value != 0 {
                sound &= k < 64;
                // Where libjpeg puts what lies beyond the last.
                each(k.min(63), value);
            }
            k += 1;
        }
        sound & (k == 64)
    }
}
