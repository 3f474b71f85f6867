//! Entropy-coded data as bits.

use super::Refusal;

/// How many zeros stand behind the data, so that eight bytes can be loaded wherever a bit is.
const PADDING: usize = 16;

/// The entropy-coded data of one restart interval, without the stuffing of ITU-T T.81, B.1.1.5. After a byte 0xFF of
/// data stands a zero, which is no data.
#[derive(Default)]
pub(super) struct Interval(Vec<u8>);

impl Interval {
    /// Takes over the data from `at` on up to the next marker, and gives where that marker's code is. `None` where the file
    /// ends before.
    pub(super) fn take(&mut self, bytes: &[u8], mut at: usize) -> Option<usize> {
        self.0.clear();
        self.0.reserve(bytes.len() - at + PADDING);
        let marker = loop {
            let Some(length) = memchr::memchr(0xFF, &bytes[at..]) else {
                self.0.extend_from_slice(&bytes[at..]);
                break None;
            };
            let end = at + length;
            if bytes.get(end + 1) == Some(&0) {
                self.0.extend_from_slice(&bytes[at..=end]);
                at = end + 2;
            } else {
                self.0.extend_from_slice(&bytes[at..end]);
                // Any number of 0xFF may fill the room before a marker.
                let fill = bytes[end..].iter().position(|&byte| byte != 0xFF);
                break fill.map(|fill| end + fill);
            }
        };
        self.0.extend_from_slice(&[0; PADDING]);
        marker
    }

    /// The bits, from the first.
    pub(super) fn bits(&self) -> Bits<'_> {
        Bits {
            rest: &self.0,
            window: 0,
            count: 0,
        }
    }

    /// The bits from a place on.
    pub(super) fn bits_from(&self, place: BitPosition) -> Bits<'_> {
        Bits {
            rest: &self.0[self.0.len() - place.left..],
            window: place.window,
            count: place.count,
        }
    }
}

/// Where some [`Bits`] are in their interval.
#[derive(Clone, Copy, Default)]
pub(super) struct BitPosition {
    /// How many bytes are left.
    left: usize,
    window: u64,
    count: u32,
}

/// The bits of an [`Interval`], the most significant of each byte first.
#[derive(Clone, Copy)]
pub(super) struct Bits<'a> {
    /// The bytes that are not yet wholly in the window.
    rest: &'a [u8],
    /// The next bits, from the most significant down. Behind `count` of them may stand bits of the first byte of the rest.
    window: u64,
    count: u32,
}

impl Bits<'_> {
    /// How many bits can be looked at and skipped after [`refill`](Self::refill).
    pub(super) const REFILLED: u32 = 56;

    /// Loads as many bytes as there is room for.
    #[inline(always)]
    pub(super) fn refill(&mut self) -> Result<(), Refusal> {
        let next = self.rest.first_chunk().ok_or(Refusal::Broken)?;
        self.window |= u64::from_be_bytes(*next) >> self.count;
        // There are at most 63 bits in the window, so this is (63 - count) / 8.
        let loaded = ((self.count ^ 63) >> 3) & 7;
        self.rest = &self.rest[loaded as usize..];
        self.count |= Self::REFILLED;
        Ok(())
    }

    /// Loads as many bytes as there is room for, and zeros behind the data.
    #[inline(always)]
    pub(super) fn refill_or_zeros(&mut self) {
        if self.refill().is_err() {
            // Everything that is left is padding, and so is what stands behind `count` in the window.
            self.count |= Self::REFILLED;
        }
    }

    /// Where they are, to go on from there later.
    pub(super) fn place(&self) -> BitPosition {
        BitPosition {
            left: self.rest.len(),
            window: self.window,
            count: self.count,
        }
    }

    /// Whether more was taken than there is.
    #[inline(always)]
    pub(super) fn is_beyond_end(&self) -> bool {
        self.rest.len() + ((self.count / 8) as usize) < PADDING
    }

    /// The next `n` bits, 1 to 16.
    #[inline(always)]
    pub(super) fn peek(&self, n: u32) -> usize {
        (self.window >> (64 - n)) as usize
    }

    /// Leaves out `n` bits.
    #[inline(always)]
    pub(super) fn skip(&mut self, n: u32) {
        self.window <<= n & 63;
        self.count -= n;
    }

    /// The next `n` bits, 0 to 16.
    #[inline(always)]
    pub(super) fn take(&mut self, n: u32) -> u32 {
        let bits = (self.window >> 1 >> (63 - n)) as u32;
        self.skip(n);
        bits
    }

    /// The number that the next `n` bits stand for, 0 to 15.
    #[inline(always)]
    pub(super) fn take_signed(&mut self, n: u32) -> i32 {
        extend(self.take(n), n)
    }

    /// Whether the data was read to its end and not beyond. What is left is less than a byte, or nothing but filling.
    ///
    /// Data that was changed somewhere is read out of step from there on, which shows here at the latest.
    pub(super) fn finish(&self) -> Result<(), Refusal> {
        // Whole bytes, counted from the end: those that are in the window yet, and those behind it.
        let left = self.rest.len() + (self.count / 8) as usize;
        let left = left.checked_sub(PADDING).ok_or(Refusal::Broken)?;
        let window = self.window << (self.count % 8);
        let in_window = window.to_be_bytes();
        let in_window = &in_window[..left.min((self.count / 8) as usize)];
        let behind = &self.rest[..left - in_window.len()];
        let filling = |byte| in_window.iter().chain(behind).all(|&b| b == byte);
        (filling(0) || filling(0xFF))
            .then_some(())
            .ok_or(Refusal::Broken)
    }
}

/// The number that so many bits stand for, 0 to 15 (ITU-T T.81, F.2.2.1, EXTEND). With a leading zero it is negative.
#[inline(always)]
pub(super) fn extend(bits: u32, n: u32) -> i32 {
    let bits = bits as i32;
    if n > 0 && bits < 1 << (n - 1) {
        bits - (1 << n) + 1
    } else {
        bits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn data_ends_at_a_marker_and_loses_its_stuffing() {
        let mut interval = Interval::default();
        let file = b"..\x12\xFF\x00\x34\xFF\xFF\xFF\xD9";
        assert_eq!(interval.take(file, 2), Some(9));
        assert_eq!(interval.0[..interval.0.len() - PADDING], *b"\x12\xFF\x34");
        for end in 2..9 {
            assert_eq!(interval.take(&file[..end], 2), None, "cut at {end}");
        }
    }

    #[test]
    fn reading_beyond_the_end_or_short_of_it_is_noticed() {
        let mut interval = Interval::default();
        interval.take(&[0b1010_0101, 0x77], 0);
        let mut bits = interval.bits();
        assert_eq!(bits.finish(), Err(Refusal::Broken));
        bits.refill().unwrap();
        assert_eq!(
            (bits.take(3), bits.take_signed(3), bits.take_signed(3)),
            (5, -6, -5)
        );
        assert_eq!(bits.finish(), Ok(()));
        bits.take(8);
        assert_eq!(bits.finish(), Err(Refusal::Broken));
        let read = |bits: &mut Bits<'_>| bits.refill().map(|()| bits.skip(16));
        assert!((0..20).any(|_| read(&mut bits).is_err()));
    }

    proptest! {
        #[test]
        fn bits_come_in_order_however_many_are_taken(
            bytes in proptest::collection::vec(0u8..255, 1..80), steps in proptest::collection::vec(0u32..17, 1..200),
        ) {
            let mut interval = Interval::default();
            interval.take(&bytes, 0);
            let mut bits = interval.bits();
            let bit = |i: usize| u32::from(bytes.get(i / 8).is_some_and(|b| b >> (7 - i % 8) & 1 == 1));
            let mut at = 0;
            for step in steps {
                if at / 8 >= bytes.len() || bits.refill().is_err() {
                    break;
                }
                let expected = (at..at + step as usize).fold(0, |n, i| n << 1 | bit(i));
                prop_assert_eq!(bits.take(step), expected);
                at += step as usize;
            }
        }
    }
}
