//! GIF 89a: blocks, and what stands behind the trailer.

use super::signature::Work;
use super::{Collector, le16};

const PICTURE: u8 = 0x2C;
const CONTROL: u8 = 0xF9;

/// Adds the parts of a GIF file.
pub(super) fn collect(file: &[u8], collector: &mut Collector) {
    let end = walk(file, &mut |label, from, until| {
        let place = match label {
            0xFE => "comment",
            0xFF => "application",
            0x01 => "text",
            CONTROL => return true,
            PICTURE => {
                collector.search_coded("pixels", &joined(file, from));
                return true;
            }
            _ => "extension",
        };
        collector.search_owned(place, &joined(file, from));
        // Some writers leave the blocks out: the data is in one piece.
        collector.search(place, file, from, until);
        true
    });
    collector.search("behind", file, end.at, file.len());
}

/// How long the GIF file is that these bytes begin with.
pub(super) fn extent(bytes: &[u8], work: &mut Work) -> Option<usize> {
    let (width, height) = (le16(bytes, 6)?, le16(bytes, 8)?);
    if width == 0 && height == 0 && bytes.get(10..13)? == [0; 3] {
        return None;
    }
    let end = walk(bytes, &mut |_, from, until| {
        work.take(1 + (until - from) as u64 / 16)
    });
    end.has_picture.then_some(end.at)
}

struct End {
    at: usize,
    has_picture: bool,
}

/// Goes through the blocks for as long as `each` wants more. These are handed on by their label, from their first
/// sub-block to behind their last.
fn walk(file: &[u8], each: &mut dyn FnMut(u8, usize, usize) -> bool) -> End {
    let mut end = End {
        at: file.len(),
        has_picture: false,
    };
    let Some(&flags) = file.get(10) else {
        return end;
    };
    end.at = (13 + table_bytes(flags)).min(file.len());
    while let Some(&block) = file.get(end.at) {
        match block {
            PICTURE => {
                let Some(&flags) = file.get(end.at + 9) else {
                    break;
                };
                end.has_picture = true;
                // Its descriptor, its colours and the size of the first code.
                let from = (end.at + 10 + table_bytes(flags) + 1).min(file.len());
                end.at = behind_blocks(file, from);
                if !each(PICTURE, from, end.at) {
                    break;
                }
            }
            0x21 => {
                let Some(&label) = file.get(end.at + 1) else {
                    break;
                };
                let from = end.at + 2;
                end.at = behind_blocks(file, from);
                if !each(label, from.min(end.at), end.at) {
                    break;
                }
            }
            0x3B => {
                end.at += 1;
                break;
            }
            // Padding between blocks, as decoders pass over it.
            0x00 => end.at += 1,
            _ => break,
        }
    }
    end
}

fn table_bytes(flags: u8) -> usize {
    if flags & 0x80 != 0 {
        3 << ((flags & 7) + 1)
    } else {
        0
    }
}

fn behind_blocks(file: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(&len) = file.get(at) {
        at += 1 + usize::from(len);
        if len == 0 {
            break;
        }
    }
    at.min(file.len())
}

/// The content of sub-blocks.
fn joined(file: &[u8], from: usize) -> Vec<u8> {
    let (mut at, mut bytes) = (from, Vec::new());
    while let Some(&len) = file.get(at).filter(|len| **len > 0) {
        let until = (at + 1 + usize::from(len)).min(file.len());
        bytes.extend_from_slice(&file[at + 1..until]);
        at = until;
    }
    bytes
}
