//! The coders of 7z files.

use std::io::{self, BufReader, Read};

use super::block::{AES, Coder};
use super::locked::Keys;
use crate::archive::codec::{Codec, Frames};
use crate::archive::crypt::CbcReader;
use crate::archive::gap::{GapKind, gap_error};
use crate::error::Reason;

/// How much is read at a time between coders.
pub(super) const BUFFER_BYTES: usize = 1 << 14;

type Reading = Box<dyn Read + Send>;

/// Makes decoders of one block, which share the bound on their windows.
pub(super) struct Unpacker<'k> {
    pub(super) window_bytes: u64,
    pub(super) keys: &'k Keys,
    /// A password whose keys are known.
    pub(super) password: Option<&'k [u8]>,
}

impl Unpacker<'_> {
    /// The output of a coder, which has so many bytes.
    pub(super) fn decoder(
        &mut self,
        coder: &Coder,
        mut inputs: Vec<Reading>,
        size: u64,
    ) -> io::Result<Reading> {
        if coder.method == BRANCHES_X86 {
            return branches_of_several(inputs, size);
        }
        let (Some(input), true) = (inputs.pop(), inputs.is_empty()) else {
            return Err(properties());
        };
        let codec = match coder.method.as_slice() {
            [] => return Ok(input),
            method if method == AES => {
                let key = self
                    .password
                    .and_then(|password| self.keys.key(coder, password));
                let closed = || gap_error(GapKind::Unsupported, Reason::SevenzipEncrypted);
                let (key, iv) = key.ok_or_else(closed)?;
                let input = BufReader::with_capacity(BUFFER_BYTES, input);
                return Ok(Box::new(CbcReader::new(input, &key, iv)));
            }
            [0x21] => Codec::Lzma2 {
                dictionary: needed(lzma2_dictionary(&coder.properties)?, size),
            },
            [0x03, 0x01, 0x01] => {
                let Ok([props, dictionary @ ..]) = <[u8; 5]>::try_from(&*coder.properties) else {
                    return Err(properties());
                };
                Codec::RawLzma {
                    props,
                    dictionary: needed(u32::from_le_bytes(dictionary), size),
                    size,
                }
            }
            [0x03, 0x04, 0x01] => {
                let Ok([order, memory @ ..]) = <[u8; 5]>::try_from(&*coder.properties) else {
                    return Err(properties());
                };
                Codec::Ppmd7 {
                    order: order.into(),
                    memory: u32::from_le_bytes(memory),
                }
            }
            [0x04, 0x01, 0x08] => Codec::Deflate,
            [0x04, 0x01, 0x09] => Codec::Deflate64,
            [0x04, 0x02, 0x02] => Codec::Bzip2,
            [0x04, 0xF7, 0x11, 0x01] => Codec::Zstd,
            _ => return filtered(coder, input),
        };
        let window = self.window_bytes;
        self.window_bytes = window.saturating_sub(codec.window_bytes(window));
        Ok(Box::new(Frames::new(
            codec,
            BufReader::with_capacity(BUFFER_BYTES, input),
            window,
        )))
    }
}

/// BCJ2: the branches of programs stand in streams of their own.
const BRANCHES_X86: [u8; 4] = [0x03, 0x03, 0x01, 0x1B];

/// LZMA2 says its dictionary in a byte: 2 or 3 times a power of two.
fn lzma2_dictionary(bytes: &[u8]) -> io::Result<u32> {
    match bytes {
        [40] => Ok(u32::MAX),
        [bits @ 0..40] => Ok((2 | u32::from(bits & 1)) << (bits / 2 + 11)),
        _ => Err(properties()),
    }
}

/// Nothing stands further back than the beginning: large dictionaries are named for small contents too.
fn needed(dictionary: u32, size: u64) -> u32 {
    u32::try_from(size).map_or(dictionary, |size| dictionary.min(size.max(4096)))
}

fn properties() -> io::Error {
    gap_error(GapKind::Damaged, Reason::SevenzipHeader)
}

/// A filter of one input, or a name for what is none.
#[cfg(feature = "archives")]
fn filtered(coder: &Coder, input: Reading) -> io::Result<Reading> {
    use lzma_rust2::filter::bcj::BcjReader;
    use lzma_rust2::filter::delta::DeltaReader;

    // Where the program begins that is filtered.
    let start = match *coder.properties {
        [a, b, c, d] => u32::from_le_bytes([a, b, c, d]) as usize,
        _ => 0,
    };
    let branches = match coder.method.as_slice() {
        [0x03] => {
            let [distance] = *coder.properties else {
                return Err(properties());
            };
            return Ok(Box::new(DeltaReader::new(input, usize::from(distance) + 1)));
        }
        [0x04] | [0x03, 0x03, 0x01, 0x03] => BcjReader::new_x86(input, start),
        [0x05] | [0x03, 0x03, 0x02, 0x05] => BcjReader::new_ppc(input, start),
        [0x06] | [0x03, 0x03, 0x04, 0x01] => BcjReader::new_ia64(input, start),
        [0x07] | [0x03, 0x03, 0x05, 0x01] => BcjReader::new_arm(input, start),
        [0x08] | [0x03, 0x03, 0x07, 0x01] => BcjReader::new_arm_thumb(input, start),
        [0x09] | [0x03, 0x03, 0x08, 0x05] => BcjReader::new_sparc(input, start),
        [0x0A] => BcjReader::new_arm64(input, start),
        [0x0B] => BcjReader::new_riscv(input, start),
        _ => return Err(unknown(&coder.method)),
    };
    Ok(Box::new(branches))
}

#[cfg(feature = "archives")]
fn branches_of_several(inputs: Vec<Reading>, size: u64) -> io::Result<Reading> {
    let reader = lzma_rust2::filter::bcj2::Bcj2Reader::try_new(inputs, size);
    reader
        .map(|reader| Box::new(reader) as Reading)
        .map_err(|_| properties())
}

#[cfg(not(feature = "archives"))]
fn filtered(coder: &Coder, _: Reading) -> io::Result<Reading> {
    Err(unknown(&coder.method))
}

#[cfg(not(feature = "archives"))]
fn branches_of_several(_: Vec<Reading>, _: u64) -> io::Result<Reading> {
    Err(unknown(&BRANCHES_X86))
}

fn unknown(method: &[u8]) -> io::Error {
    let name = match method {
        [0x02, 0x03, 0x02] | [0x02, 0x03, 0x04] => "the filter SWAP".to_owned(),
        [0x04, 0xF7, 0x11, 0x02] => "Brotli".to_owned(),
        [0x04, 0xF7, 0x11, 0x04] => "LZ4".to_owned(),
        [0x04, 0xF7, 0x11, 0x05] => "LZ5".to_owned(),
        [0x04, 0xF7, 0x11, 0x06] => "Lizard".to_owned(),
        method => method.iter().map(|byte| format!("{byte:02x}")).collect(),
    };
    gap_error(GapKind::Unsupported, Reason::SevenzipMethod { name })
}
