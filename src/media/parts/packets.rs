//! Clips of packets: FLV, ASF, Ogg, MPEG streams. Their packets are passed over, and what stands behind the last is searched.

use std::io::{self, Read, Seek};

use super::{Collector, Input, be16};
use crate::media::Format;

/// How much is read at a time.
const BUFFER_BYTES: u64 = 1 << 20;

/// How long the packet is that begins so; `None` if none does.
type Length = fn(&[u8]) -> Option<u64>;

/// Adds the parts of a clip.
pub(super) fn collect<R: Read + Seek>(
    format: Format,
    input: &mut Input<R>,
    collector: &mut Collector,
) -> io::Result<()> {
    let (first, len): (u64, Length) = match format {
        Format::Flv => (13, flv_tag),
        Format::Asf => (0, asf_object),
        Format::Ogg => (0, ogg_page),
        Format::MpegTs => (0, transport_packet),
        _ => (0, program_packet),
    };
    let end = walk(input, first, len)?;
    let found = collector.parts.len();
    collector.search_input("behind", input, end..input.len())?;
    // The last packet of a transport stream is not told from what follows it. Some pictures are known by their first bytes
    // alone, so these are looked for behind it too.
    for packet in [188, 192] {
        let behind = end + packet;
        if format == Format::MpegTs && collector.parts.len() == found && behind < input.len() {
            collector.search_input("behind", input, behind..input.len())?;
        }
    }
    Ok(())
}

/// The most bytes that the length of a packet is told by.
const HEAD_BYTES: usize = 300;

/// Passes over packets from a place on; where the last ends.
fn walk<R: Read + Seek>(input: &mut Input<R>, first: u64, len: Length) -> io::Result<u64> {
    let (mut at, mut from, mut buffer) = (first, 0, Vec::new());
    while at < input.len() {
        let mut within = usize::try_from(at - from).unwrap_or(usize::MAX);
        if buffer.len().saturating_sub(within) < HEAD_BYTES {
            (from, within) = (at, 0);
            buffer = input.up_to(at, BUFFER_BYTES)?;
        }
        match len(buffer.get(within..).unwrap_or_default()) {
            Some(len) => at = at.saturating_add(len.max(1)),
            None => return Ok(at),
        }
    }
    Ok(input.len())
}

/// A tag, and its size behind it (Adobe Flash Video 10.1, E.4.1).
fn flv_tag(head: &[u8]) -> Option<u64> {
    let [8 | 9 | 18, a, b, c, _, _, _, _, 0, 0, 0, ..] = *head else {
        return None;
    };
    Some(u64::from(u32::from_be_bytes([0, a, b, c])) + 15)
}

/// An object: its identifier and its size.
fn asf_object(head: &[u8]) -> Option<u64> {
    // The ends of the identifiers of its objects at the top: header, data, indexes.
    let known = matches!(
        head.first_chunk()?,
        [0x30, 0x26, 0xB2, 0x75]
            | [0x36, 0x26, 0xB2, 0x75]
            | [0x90, 0x08, 0x00, 0x33]
            | [0xD3, 0x29, 0xE2, 0xD6]
            | [0xFE, 0x12, 0x2D, 0x3C]
            | [0xD0, 0x3F, 0xB7, 0x3C]
            | [0xF8, 0x03, 0xB1, 0xAD]
    );
    let size = u64::from_le_bytes(head.get(16..24)?.try_into().ok()?);
    (known && size >= 24).then_some(size)
}

/// A page: its header, the sizes of its segments, and these (RFC 3533, 6).
fn ogg_page(head: &[u8]) -> Option<u64> {
    let count = usize::from(*head.get(26).filter(|_| head.starts_with(b"OggS\0"))?);
    let segments = head.get(27..27 + count)?;
    Some(27 + count as u64 + segments.iter().map(|len| u64::from(*len)).sum::<u64>())
}

/// A packet of a transport stream, with a time before it or not, unless something else follows.
fn transport_packet(head: &[u8]) -> Option<u64> {
    let follows = |at: usize| head.get(at).is_none_or(|byte| *byte == 0x47);
    match (head.first(), head.get(4)) {
        (Some(0x47), _) if follows(188) => Some(188),
        (_, Some(0x47)) if follows(196) => Some(192),
        _ => None,
    }
}

/// A pack, a system header or a packet of a program stream (ISO/IEC 13818-1, 2.5.3.1).
fn program_packet(head: &[u8]) -> Option<u64> {
    match *head {
        [0, 0, 1, 0xBA, first, ..] if first & 0xC0 == 0x40 => {
            Some(14 + u64::from(head.get(13)? & 7))
        }
        [0, 0, 1, 0xBA, ..] => Some(12),
        [0, 0, 1, 0xB9, ..] => Some(4),
        [0, 0, 1, 0xBB..=0xFF, ..] => Some(6 + u64::from(be16(head, 4)?)),
        // Padding before another.
        [0, ..] => {
            let zeros = head.iter().take_while(|byte| **byte == 0).count();
            let code = head.get(zeros..zeros + 2)?;
            (zeros > 2 && code[0] == 1 && code[1] >= 0xB9).then(|| zeros as u64 - 2)
        }
        _ => None,
    }
}
