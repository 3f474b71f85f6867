//! What an H.264 stream says of its pictures, before any is decoded (ITU-T H.264, 7.3.2.1.1 and E.1.1).

/// A sequence parameter set, as far as it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sps {
    /// Coded pixels in a row, a multiple of 16.
    pub(super) width: u32,
    /// Coded rows.
    pub(super) height: u32,
    /// 0 grey, 1 for 4:2:0, 2 for 4:2:2, 3 for 4:4:4.
    pub(super) chroma: u32,
    /// The bits of a sample, of luma or chroma, whatever is more.
    pub(super) depth: u32,
    /// Whether all pictures are whole frames: no fields.
    pub(super) frames_only: bool,
    /// Whether luma goes from 0 to 255, and not from 16 to 235.
    pub(super) full_range: bool,
}

impl Sps {
    /// Reads a NAL unit of type 7; `None` where it is broken.
    pub(super) fn parse(nal: &[u8]) -> Option<Sps> {
        let payload = without_escapes(nal.get(1..)?);
        let mut bits = Bits {
            bytes: &payload,
            at: 0,
        };
        let profile = bits.take(8)?;
        bits.take(16)?;
        bits.golomb()?;
        let (mut chroma, mut depth) = (1, 8);
        if let 100 | 110 | 122 | 244 | 44 | 83 | 86 | 118 | 128 | 138 | 139 | 134 | 135 = profile {
            chroma = bits.golomb()?;
            if chroma == 3 {
                bits.take(1)?;
            }
            depth = 8 + bits.golomb()?.max(bits.golomb()?).min(8);
            bits.take(1)?;
            if bits.take(1)? == 1 {
                for list in 0..if chroma == 3 { 12 } else { 8 } {
                    if bits.take(1)? == 1 {
                        skip_scaling_list(&mut bits, if list < 6 { 16 } else { 64 })?;
                    }
                }
            }
        }
        bits.golomb()?;
        match bits.golomb()? {
            0 => drop(bits.golomb()?),
            1 => {
                bits.take(1)?;
                bits.golomb()?;
                bits.golomb()?;
                for _ in 0..bits.golomb()?.min(255) {
                    bits.golomb()?;
                }
            }
            _ => {}
        }
        bits.golomb()?;
        bits.take(1)?;
        let columns = bits.golomb()?.checked_add(1)?;
        let rows = bits.golomb()?.checked_add(1)?;
        let frames_only = bits.take(1)? == 1;
        if !frames_only {
            bits.take(1)?;
        }
        bits.take(1)?;
        if bits.take(1)? == 1 {
            for _ in 0..4 {
                bits.golomb()?;
            }
        }
        let fields = if frames_only { 1 } else { 2 };
        Some(Sps {
            width: columns.checked_mul(16)?,
            height: rows.checked_mul(16 * fields)?,
            chroma,
            depth,
            frames_only,
            full_range: full_range(&mut bits).unwrap_or(false),
        })
    }
}

/// What the usability information says, if there is any.
fn full_range(bits: &mut Bits<'_>) -> Option<bool> {
    if bits.take(1)? == 0 {
        return Some(false);
    }
    // The shape of a pixel.
    if bits.take(1)? == 1 && bits.take(8)? == 255 {
        bits.take(32)?;
    }
    // Overscan.
    if bits.take(1)? == 1 {
        bits.take(1)?;
    }
    if bits.take(1)? == 0 {
        return Some(false);
    }
    bits.take(3)?;
    Some(bits.take(1)? == 1)
}

fn skip_scaling_list(bits: &mut Bits<'_>, size: u32) -> Option<()> {
    let (mut last, mut next) = (8u32, 8u32);
    for _ in 0..size {
        if next != 0 {
            // A signed number: odd codes are positive.
            let code = bits.golomb()?;
            let half = code.div_ceil(2);
            let delta = if code % 2 == 1 {
                half
            } else {
                half.wrapping_neg()
            };
            next = last.wrapping_add(delta) & 0xFF;
        }
        last = if next == 0 { last } else { next };
    }
    Some(())
}

/// Takes out the bytes that keep start codes from appearing (7.4.1).
fn without_escapes(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(bytes.len());
    let mut zeros = 0;
    for &byte in bytes {
        if zeros >= 2 && byte == 3 {
            zeros = 0;
            continue;
        }
        zeros = if byte == 0 { zeros + 1 } else { 0 };
        plain.push(byte);
    }
    plain
}

struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: u32) -> Option<u32> {
        let mut value = 0u32;
        for _ in 0..count {
            let byte = self.bytes.get(self.at / 8)?;
            let bit = byte >> (7 - self.at % 8) & 1;
            value = value << 1 | u32::from(bit);
            self.at += 1;
        }
        Some(value)
    }

    /// An Exp-Golomb code (9.1).
    fn golomb(&mut self) -> Option<u32> {
        let mut zeros = 0;
        while self.take(1)? == 0 {
            zeros += 1;
            if zeros == 32 {
                return None;
            }
        }
        let rest = self.take(zeros)?;
        Some(((1u64 << zeros) - 1) as u32 + rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What x264 and others wrote, as hexadecimal.
    fn sps(hex: &str) -> Option<Sps> {
        let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
        let bytes: Vec<u8> = (0..hex.len()).step_by(2).map(byte).collect();
        Sps::parse(&bytes)
    }

    #[test]
    fn size_depth_and_range_are_those_that_other_decoders_find() {
        let expected = |width, height, chroma, depth| Sps {
            width,
            height,
            chroma,
            depth,
            frames_only: true,
            full_range: false,
        };
        let main = expected(480, 720, 1, 8);
        let found = sps("674d401eeca0f02dd80880000003008000001e078b16cb");
        assert_eq!(found, Some(main));
        let high = sps("67640020acd940440227965c0440000003004000000f03c60c6580");
        assert_eq!(high, Some(expected(1088, 1088, 1, 8)), "coded, not shown");
        let full_range = true;
        let baseline = sps("6742c01eda07816ec05b20000003002000000781e2c5d4");
        assert_eq!(baseline, Some(Sps { full_range, ..main }));
        let ten_bits = sps("676e001ea6cb40f02dd80880000003008000001e078b1750");
        assert_eq!(ten_bits, Some(expected(480, 720, 1, 10)));
        let all_chroma = sps("67f4001e919681e05bb0110000030001000003003c0f162ea0");
        assert_eq!(all_chroma, Some(expected(480, 720, 3, 8)));
        let fields = sps("674d401ff40f05df970110000003001000000303c1f162ea").unwrap();
        // 720 rows of pixels are 22.5 rows of pairs of blocks.
        assert_eq!(
            (fields.width, fields.height, fields.frames_only),
            (480, 736, false)
        );
    }

    #[test]
    fn every_cut_of_a_parameter_set_is_an_answer() {
        let whole = "6764001eacd940f02da10000030001000003003c8f162d96";
        for end in (0..whole.len()).step_by(2) {
            let _ = sps(&whole[..end]);
        }
        assert_eq!(sps(""), None);
        assert_eq!(sps("67"), None);
        assert_eq!(sps("6764001e000000000000"), None);
    }
}
