//! Samples of any length and kind, as 8 bits.

use super::Page;

impl Page<'_> {
    /// A sample of a row as 8 bits; an index into a palette as it is.
    pub(super) fn sample(&self, row: &[u8], index: usize) -> u8 {
        let bytes = self.bits / 8;
        // The byte that counts most, of which all further ones are parts.
        let upper = |i: usize| {
            let last = if self.big_endian { 0 } else { bytes - 1 };
            row[i * bytes + last]
        };
        match self.bits {
            8 => row[index],
            16 | 24 | 32 if !self.floats => upper(index),
            _ if self.floats => self.fraction(&row[index * bytes..(index + 1) * bytes]),
            bits => {
                let (mut value, at) = (0u32, index * bits);
                for bit in at..at + bits {
                    value = value << 1 | u32::from(row[bit / 8] >> (7 - bit % 8) & 1);
                }
                match bits {
                    9.. => (value >> (bits - 8)) as u8,
                    _ if self.color.is_index() => value as u8,
                    _ => (value * 255 / ((1 << bits) - 1)) as u8,
                }
            }
        }
    }

    /// A fraction between 0 and 1, clipped, as 8 bits.
    fn fraction(&self, bytes: &[u8]) -> u8 {
        let mut wide = [0; 8];
        for (i, &byte) in bytes.iter().enumerate() {
            // The lowest byte first.
            let place = if self.big_endian {
                bytes.len() - 1 - i
            } else {
                i
            };
            wide[place] = byte;
        }
        let number = u64::from_le_bytes(wide);
        let value = match bytes.len() {
            2 => half(number as u16),
            4 => f64::from(f32::from_bits(number as u32)),
            _ => f64::from_bits(number),
        };
        // A cast takes "not a number" for 0.
        (value.clamp(0.0, 1.0) * 255.0).round() as u8
    }

    /// Puts together what is stored as differences (TIFF 6.0, section 14; supplement 3).
    pub(super) fn unpredict(&self, row: &mut [u8]) {
        let (bytes, stride) = (self.bits / 8, self.chunk_samples());
        match (self.predictor, bytes) {
            (2, 1) => {
                for i in stride..row.len() {
                    row[i] = row[i].wrapping_add(row[i - stride]);
                }
            }
            (2, 2..) => {
                let step = stride * bytes;
                for start in (step..row.len().saturating_sub(bytes - 1)).step_by(bytes) {
                    let mut carry = 0;
                    for i in 0..bytes {
                        // From the lowest byte up.
                        let i = if self.big_endian { bytes - 1 - i } else { i };
                        let sum =
                            u16::from(row[start + i]) + u16::from(row[start + i - step]) + carry;
                        row[start + i] = sum as u8;
                        carry = sum >> 8;
                    }
                }
            }
            (3, 1..) => {
                for i in stride..row.len() {
                    row[i] = row[i].wrapping_add(row[i - stride]);
                }
                // The bytes of all samples that count most stand first, then the next.
                let planes = row.to_vec();
                let count = row.len() / bytes;
                for i in 0..count {
                    for byte in 0..bytes {
                        let to = if self.big_endian {
                            byte
                        } else {
                            bytes - 1 - byte
                        };
                        row[i * bytes + to] = planes[byte * count + i];
                    }
                }
            }
            _ => {}
        }
    }
}

/// A number of 16 bits (IEEE 754, binary16).
fn half(bits: u16) -> f64 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let fraction = f64::from(bits & 0x3FF);
    match i32::from(bits >> 10 & 31) {
        0 => sign * fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => sign * f64::INFINITY,
        31 => f64::NAN,
        exponent => sign * (1024.0 + fraction) * 2f64.powi(exponent - 25),
    }
}
