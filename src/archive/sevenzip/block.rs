//! A block of a 7z file: packed streams that go through coders, which make one stream of contents of them.

use std::io::{self, BufReader, Read};
use std::ops::Range;

use super::fields::{Broken, Field, Fields};
use super::unpack::{self, Unpacker};
use crate::archive::gap::{GapKind, gap_error};
use crate::error::Reason;

/// More coders, or packed streams, no program writes (those of 7-Zip: 32).
const CODERS_MAX: u64 = 32;

/// The method of a coder that decrypts: AES-256, with a key that SHA-256 makes of a password.
pub(super) const AES: [u8; 4] = [0x06, 0xF1, 0x07, 0x01];

/// How what is packed becomes what it was.
pub(super) struct Block {
    pub(super) coders: Vec<Coder>,
    /// Of an input of a coder, the coder whose output it is.
    bonds: Vec<(usize, usize)>,
    /// Of each packed stream, the input that it is.
    pub(super) packed: Vec<usize>,
    /// The coder whose output is no input.
    pub(super) main: usize,
}

/// One step.
pub(super) struct Coder {
    pub(super) method: Vec<u8>,
    pub(super) properties: Vec<u8>,
    /// Its inputs, counted through all coders.
    inputs: Range<usize>,
}

impl Block {
    pub(super) fn read(fields: &mut Fields) -> Field<Block> {
        let count = fields.number()?;
        if count == 0 || count > CODERS_MAX {
            return Err(Broken);
        }
        let mut coders = Vec::new();
        let mut inputs = 0;
        for _ in 0..count {
            let coder = Coder::read(fields, inputs)?;
            inputs = coder.inputs.end;
            coders.push(coder);
        }
        let mut bonds = Vec::new();
        for _ in 1..count {
            let [input, output] = [fields.number()?, fields.number()?];
            if input >= inputs as u64 || output >= count {
                return Err(Broken);
            }
            bonds.push((input as usize, output as usize));
        }
        let is_bound = |input: &usize| bonds.iter().any(|(bound, _)| bound == input);
        let free: Vec<usize> = (0..inputs).filter(|input| !is_bound(input)).collect();
        let packed = inputs.checked_sub(bonds.len()).ok_or(Broken)?;
        let packed = if packed == 1 {
            free
        } else {
            let mut streams = Vec::new();
            for _ in 0..packed {
                let input = fields.number()?;
                if input >= inputs as u64 {
                    return Err(Broken);
                }
                streams.push(input as usize);
            }
            streams
        };
        let is_main = |coder: &usize| bonds.iter().all(|(_, output)| output != coder);
        let main = (0..coders.len()).find(is_main).ok_or(Broken)?;
        Ok(Block {
            coders,
            bonds,
            packed,
            main,
        })
    }

    /// Whether a password is needed.
    pub(super) fn is_encrypted(&self) -> bool {
        self.coders.iter().any(|coder| coder.method == AES)
    }

    /// A reader of the contents. Each packed stream is read by the reader of its number.
    pub(super) fn unpack(
        &self,
        sizes: &[u64],
        packed: &mut dyn FnMut(usize) -> Box<dyn Read + Send>,
        unpacker: &mut Unpacker<'_>,
    ) -> io::Result<Box<dyn Read + Send>> {
        let mut used = vec![false; self.coders.len()];
        self.output(self.main, sizes, packed, unpacker, &mut used)
    }

    /// The output of a coder. Each is used once: there are no loops, and nothing is unpacked twice.
    fn output(
        &self,
        place: usize,
        sizes: &[u64],
        packed: &mut dyn FnMut(usize) -> Box<dyn Read + Send>,
        unpacker: &mut Unpacker<'_>,
        used: &mut [bool],
    ) -> io::Result<Box<dyn Read + Send>> {
        if std::mem::replace(&mut used[place], true) {
            return Err(broken());
        }
        let coder = &self.coders[place];
        let mut inputs = Vec::new();
        for input in coder.inputs.clone() {
            let bond = self.bonds.iter().find(|(bound, _)| *bound == input);
            inputs.push(match bond {
                Some((_, from)) => self.output(*from, sizes, packed, unpacker, used)?,
                None => {
                    let stream = self.packed.iter().position(|packed| *packed == input);
                    packed(stream.ok_or_else(broken)?)
                }
            });
        }
        let size = *sizes.get(place).ok_or_else(broken)?;
        let output = unpacker.decoder(coder, inputs, size)?;
        Ok(Box::new(BufReader::with_capacity(
            unpack::BUFFER_BYTES,
            output.take(size),
        )))
    }
}

fn broken() -> io::Error {
    gap_error(GapKind::Damaged, Reason::SevenzipHeader)
}

impl Coder {
    fn read(fields: &mut Fields, first: usize) -> Field<Coder> {
        let marks = fields.byte()?;
        let method = fields.range(u64::from(marks & 0x0F))?;
        // A number: zeros before it say nothing, and none at all is that of content that is stored.
        let method = fields.slice(method);
        let zeros = method.iter().take_while(|byte| **byte == 0).count();
        let method = method[zeros..].to_vec();
        // Several inputs; what is said otherwise (several outputs, alternatives) is written by no program.
        let inputs = if marks & 0x10 != 0 {
            let inputs = fields.number()?;
            if fields.number()? != 1 {
                return Err(Broken);
            }
            inputs
        } else {
            1
        };
        if marks & 0xC0 != 0 || inputs == 0 || inputs > CODERS_MAX {
            return Err(Broken);
        }
        let properties = if marks & 0x20 != 0 {
            let len = fields.number()?;
            let range = fields.range(len)?;
            fields.slice(range).to_vec()
        } else {
            Vec::new()
        };
        Ok(Coder {
            method,
            properties,
            inputs: first..first + inputs as usize,
        })
    }
}
