//! Sparse files: what is stored, with the holes between.

use std::io::{self, Read};

use super::BLOCK;
use super::header::{decimal, number};

/// Where the stored pieces of a sparse file belong.
pub(super) struct Map {
    /// Offsets and lengths, ascending.
    pieces: Vec<(u64, u64)>,
    pub(super) real_size: u64,
    /// How much is stored.
    pub(super) stored: u64,
}

/// A map of more pieces is refused: it would take more memory than the archive is worth.
pub(super) const PIECES_MAX: usize = 1 << 20;

impl Map {
    /// A map of offsets and lengths in turns; `None` if it is no map.
    pub(super) fn new(numbers: &[u64], real_size: u64) -> Option<Map> {
        let mut pieces = Vec::new();
        let (mut end, mut stored) = (0_u64, 0_u64);
        for pair in numbers.chunks(2) {
            let &[offset, length] = pair else {
                return None;
            };
            if offset < end {
                return None;
            }
            end = offset.checked_add(length)?;
            stored = stored.checked_add(length)?;
            pieces.push((offset, length));
        }
        (end <= real_size).then_some(Map {
            pieces,
            real_size,
            stored,
        })
    }

    /// The map of GNU's own format: four pieces in the header, 21 in each block that extends it.
    pub(super) fn gnu(header: &[u8; BLOCK], stream: &mut impl Read) -> io::Result<Option<Map>> {
        let mut numbers = Vec::new();
        let mut sound = add_pieces(&header[386..482], &mut numbers);
        let mut more = header[482] != 0;
        while more {
            let mut block = [0; BLOCK];
            stream.read_exact(&mut block)?;
            sound &= add_pieces(&block[..504], &mut numbers);
            sound &= numbers.len() / 2 <= PIECES_MAX;
            if !sound {
                numbers.clear();
            }
            more = block[504] != 0;
        }
        let real_size = number(&header[483..495]);
        Ok(real_size
            .filter(|_| sound)
            .and_then(|real_size| Map::new(&numbers, real_size)))
    }

    /// The map of version 1.0, which stands before the content: decimal lines, the first says how many pieces there are.
    /// With how many bytes it takes.
    pub(super) fn pax(
        stream: &mut impl Read,
        size: u64,
        real_size: u64,
    ) -> io::Result<(Option<Map>, u64)> {
        let (mut numbers, mut line, mut wanted, mut taken) = (Vec::new(), Vec::new(), 1, 0);
        while numbers.len() < wanted {
            if taken + BLOCK as u64 > size {
                return Ok((None, taken));
            }
            let mut block = [0; BLOCK];
            stream.read_exact(&mut block)?;
            taken += BLOCK as u64;
            for byte in block {
                if numbers.len() == wanted {
                    break;
                }
                if byte != b'\n' {
                    line.push(byte);
                    continue;
                }
                let Some(number) = decimal(&line) else {
                    return Ok((None, taken));
                };
                line.clear();
                numbers.push(number);
                if numbers.len() == 1 {
                    match usize::try_from(number) {
                        Ok(pieces) if pieces <= PIECES_MAX => wanted = 1 + 2 * pieces,
                        _ => return Ok((None, taken)),
                    }
                }
            }
            if line.len() > 20 {
                return Ok((None, taken));
            }
        }
        Ok((Map::new(&numbers[1..], real_size), taken))
    }
}

fn add_pieces(fields: &[u8], numbers: &mut Vec<u64>) -> bool {
    for pair in fields.chunks_exact(24) {
        if pair.iter().all(|&byte| byte == 0) {
            break;
        }
        let (Some(offset), Some(length)) = (number(&pair[..12]), number(&pair[12..])) else {
            return false;
        };
        numbers.extend([offset, length]);
    }
    true
}

/// Reads what is stored, and zeros for the holes.
pub(super) struct Expanded<R> {
    stored: R,
    map: Map,
    piece: usize,
    at: u64,
}

impl<R> Expanded<R> {
    pub(super) fn new(stored: R, map: Map) -> Expanded<R> {
        Expanded {
            stored,
            map,
            piece: 0,
            at: 0,
        }
    }
}

impl<R: Read> Read for Expanded<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while let Some(&(offset, length)) = self.map.pieces.get(self.piece) {
            let end = offset + length;
            if self.at < offset {
                return Ok(self.hole(offset, buf));
            }
            if self.at < end {
                let most = buf
                    .len()
                    .min(usize::try_from(end - self.at).unwrap_or(usize::MAX));
                let read = self.stored.read(&mut buf[..most])?;
                if read == 0 && most > 0 {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                self.at += read as u64;
                return Ok(read);
            }
            self.piece += 1;
        }
        Ok(self.hole(self.map.real_size, buf))
    }
}

impl<R> Expanded<R> {
    fn hole(&mut self, end: u64, buf: &mut [u8]) -> usize {
        let left = usize::try_from(end - self.at).unwrap_or(usize::MAX);
        let most = buf.len().min(left);
        buf[..most].fill(0);
        self.at += most as u64;
        most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_are_zeros() {
        let map = Map::new(&[2, 3, 7, 1, 9, 0], 9).unwrap();
        assert_eq!(map.stored, 4);
        let mut bytes = Vec::new();
        let mut expanded = Expanded::new(&b"abcd"[..], map);
        expanded.read_to_end(&mut bytes).unwrap();
        assert_eq!(bytes, b"\0\0abc\0\0d\0");
    }

    #[test]
    fn maps_that_go_back_or_too_far_are_none() {
        assert!(Map::new(&[2, 3, 4, 1], 9).is_none());
        assert!(Map::new(&[2, 8], 9).is_none());
        assert!(Map::new(&[u64::MAX, 1], u64::MAX).is_none());
        assert!(Map::new(&[1], 9).is_none());
    }
}
