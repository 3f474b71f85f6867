//! The codes of fax: modified Huffman, T.4 in one and two dimensions, and T.6.
//!
//! The code tables are the library's. Its decoder knows one of these layouts without resynchronisation, so what stands
//! here is the order of the codes. Sources: ITU-T T.4, 4.1 and 4.2; ITU-T T.6, 2; TIFF 6.0, sections 10 and 11.

use fax::BitReader;
use fax::maps::{Mode, black, mode, white};

/// How rows follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    /// One dimension, each row from a boundary of so many bytes.
    Aligned(usize),
    /// T.4 with ends of lines, in two dimensions where it is so said.
    T4 { two_dimensions: bool },
    /// T.6, all in two dimensions.
    T6,
}

/// The rows that the data holds, and whether all codes were sound. A pixel has one bit, 1 for black, and each row begins in a
/// new byte. Rows that are not there are white.
pub(super) fn rows(data: &[u8], width: usize, count: usize, coding: Coding) -> (Vec<u8>, bool) {
    let row_bytes = width.div_ceil(8);
    let mut rows = vec![0; row_bytes * count];
    let mut bits = Bits { data, at: 0 };
    let mut sound = true;
    // Where the colour changes, black first.
    let (mut reference, mut changes) = (Vec::new(), Vec::new());
    for row in rows.chunks_exact_mut(row_bytes.max(1)) {
        changes.clear();
        let done = match coding {
            Coding::Aligned(bytes) => {
                bits.align(bytes);
                bits.one_dimension(width, &mut changes)
            }
            Coding::T4 { two_dimensions } => match bits.line_start(two_dimensions) {
                Line::End => return (rows, sound),
                Line::OneDimension => bits.one_dimension(width, &mut changes),
                Line::TwoDimensions => bits.two_dimensions(width, &reference, &mut changes),
            },
            Coding::T6 => bits.two_dimensions(width, &reference, &mut changes),
        };
        draw(&changes, width, row);
        match done {
            Row::Whole => {}
            Row::End => return (rows, sound),
            Row::Broken => {
                sound = false;
                // In T.4 the next row can be found; elsewhere nothing tells where it begins.
                if !matches!(coding, Coding::T4 { .. }) || !bits.find_line_end() {
                    return (rows, sound);
                }
            }
        }
        std::mem::swap(&mut reference, &mut changes);
    }
    (rows, sound)
}

enum Row {
    Whole,
    /// The end of the data was met in place of a row.
    End,
    Broken,
}

enum Line {
    OneDimension,
    TwoDimensions,
    End,
}

struct Bits<'a> {
    data: &'a [u8],
    /// In bits.
    at: usize,
}

impl BitReader for Bits<'_> {
    type Error = ();

    /// Beyond the end stand zeros, which no code consists of.
    fn peek(&self, bits: u8) -> Option<u16> {
        let byte = |i: usize| u32::from(self.data.get(self.at / 8 + i).copied().unwrap_or(0));
        let window = byte(0) << 16 | byte(1) << 8 | byte(2);
        let shift = 24 - (self.at % 8) as u32 - u32::from(bits.min(16));
        Some((window >> shift & ((1 << bits.min(16)) - 1)) as u16)
    }

    fn consume(&mut self, bits: u8) -> Result<(), ()> {
        self.at += usize::from(bits);
        if self.is_over() { Err(()) } else { Ok(()) }
    }

    fn bits_to_byte_boundary(&self) -> u8 {
        ((8 - self.at % 8) % 8) as u8
    }
}

impl Bits<'_> {
    fn is_over(&self) -> bool {
        self.at > self.data.len() * 8
    }

    fn align(&mut self, bytes: usize) {
        self.at = self.at.next_multiple_of(8 * bytes.max(1));
    }

    /// A run of one colour: codes of 64 and more, then one below.
    fn run(&mut self, is_black: bool) -> Option<usize> {
        let mut length = 0;
        loop {
            let part = if is_black {
                black::decode(self)?
            } else {
                white::decode(self)?
            };
            length += usize::from(part);
            // A row of 4 gigapixels has fewer codes than the data has bits.
            if part < 64 {
                return Some(length);
            }
        }
    }

    fn one_dimension(&mut self, width: usize, changes: &mut Vec<usize>) -> Row {
        let (mut at, mut is_black) = (0, false);
        while at < width {
            let Some(run) = self.run(is_black) else {
                let at_end = self.at >= self.data.len() * 8 && at == 0;
                return if at_end { Row::End } else { Row::Broken };
            };
            at += run;
            changes.push(at.min(width));
            is_black = !is_black;
        }
        Row::Whole
    }

    /// A row as its difference from the one above (T.6, 2.2).
    fn two_dimensions(&mut self, width: usize, above: &[usize], changes: &mut Vec<usize>) -> Row {
        let (mut at, mut started, mut is_black) = (0, false, false);
        let mut next = 0;
        while at < width {
            // The first change above that lies to the right and is to the other colour.
            while next > 0 && above[next - 1] > at {
                next -= 1;
            }
            let is_right = |change: usize| change > at || !started && change == at;
            while next < above.len() && (!is_right(above[next]) || (next % 2 == 1) != is_black) {
                next += 1;
            }
            let change = |i: usize| above.get(i).copied().unwrap_or(width);
            match mode::decode(self) {
                Some(Mode::Pass) => at = change(next + 1),
                Some(Mode::Horizontal) => {
                    let first = self.run(is_black);
                    let Some((first, second)) = first.zip(self.run(!is_black)) else {
                        return Row::Broken;
                    };
                    let middle = (at + first).min(width);
                    at = (middle + second).min(width);
                    changes.extend([middle, at]);
                }
                Some(Mode::Vertical(by)) => {
                    let to = change(next).checked_add_signed(by.into());
                    let Some(to) = to.filter(|&to| to >= at && to <= width) else {
                        return Row::Broken;
                    };
                    at = to;
                    changes.push(at);
                    is_black = !is_black;
                }
                Some(Mode::EOF) if !started => return Row::End,
                None if !started && self.at >= self.data.len() * 8 => return Row::End,
                _ => return Row::Broken,
            }
            started = true;
        }
        Row::Whole
    }

    /// Passes over the end of the line before, if it is marked, and says what follows.
    fn line_start(&mut self, two_dimensions: bool) -> Line {
        let mut ends = 0;
        let mut tag = true;
        while self.peek(11) == Some(0) {
            if !self.find_line_end() {
                return Line::End;
            }
            let _ = self.consume_line_end();
            ends += 1;
            if two_dimensions {
                tag = self.peek(1) == Some(1);
                let _ = self.consume(1);
            }
            // Rows are never empty: two ends in a row stand for that of the page.
            if ends > 1 {
                return Line::End;
            }
        }
        if self.at >= self.data.len() * 8 {
            return Line::End;
        }
        if tag {
            Line::OneDimension
        } else {
            Line::TwoDimensions
        }
    }

    /// Moves to where eleven zeros begin that a one follows, sooner or later.
    fn find_line_end(&mut self) -> bool {
        while !self.is_over() {
            if self.peek(11) == Some(0) {
                let here = self.at;
                let found = self.consume_line_end();
                self.at = here;
                return found;
            }
            self.at += 1;
        }
        false
    }

    fn consume_line_end(&mut self) -> bool {
        while self.at < self.data.len() * 8 {
            let one = self.peek(1) == Some(1);
            self.at += 1;
            if one {
                return true;
            }
        }
        false
    }
}

/// Sets the black pixels of a row.
fn draw(changes: &[usize], width: usize, row: &mut [u8]) {
    for run in changes.chunks(2) {
        let (start, end) = (run[0], run.get(1).copied().unwrap_or(width));
        for x in start..end {
            row[x / 8] |= 0x80 >> (x % 8);
        }
    }
}

#[cfg(test)]
mod tests {
    use fax::{BitWriter, VecWriter};

    use super::*;

    /// Rows of black and white pixels that are much and little like each other.
    fn picture(width: usize, height: usize) -> Vec<Vec<bool>> {
        let black = |x: usize, y: usize| (x * 7 + y * 3) % 23 < 6 + y % 5 || x / 9 % 4 == y / 6 % 4;
        (0..height)
            .map(|y| (0..width).map(|x| black(x, y)).collect())
            .collect()
    }

    fn packed(rows: &[Vec<bool>]) -> Vec<u8> {
        let byte = |bits: &[bool]| {
            let bit = |(i, &black): (usize, &bool)| u8::from(black) << (7 - i);
            bits.iter().enumerate().map(bit).sum()
        };
        rows.iter()
            .flat_map(|row| row.chunks(8).map(byte))
            .collect()
    }

    /// One row in one dimension.
    fn write_row(row: &[bool], to: &mut VecWriter) {
        let (mut at, mut color) = (0, false);
        while at < row.len() {
            let run = row[at..]
                .iter()
                .take_while(|&&black| black == color)
                .count();
            at += run;
            let mut rest = run as u16;
            let code = if color { black::encode } else { white::encode };
            while rest >= 64 {
                let part = (rest / 64 * 64).min(2560);
                to.write(code(part).unwrap()).unwrap();
                rest -= part;
            }
            to.write(code(rest).unwrap()).unwrap();
            color = !color;
        }
    }

    fn group_4(rows: &[Vec<bool>]) -> Vec<u8> {
        let mut encoder = fax::encoder::Encoder::new(VecWriter::new());
        for row in rows {
            let colors = row.iter().map(|&b| {
                if b {
                    fax::Color::Black
                } else {
                    fax::Color::White
                }
            });
            encoder.encode_line(colors, row.len() as u16).unwrap();
        }
        encoder.finish().unwrap().finish()
    }

    #[test]
    fn rows_in_every_coding_are_what_was_written() {
        for (width, height) in [(1, 1), (8, 3), (61, 40), (700, 9)] {
            let picture = picture(width, height);
            let expected = packed(&picture);
            let mut aligned = Vec::new();
            let mut lines = VecWriter::new();
            for row in &picture {
                let mut line = VecWriter::new();
                write_row(row, &mut line);
                aligned.extend(line.finish());
                lines.write(fax::maps::EOL).unwrap();
                write_row(row, &mut lines);
            }
            for _ in 0..6 {
                lines.write(fax::maps::EOL).unwrap();
            }
            let t4 = Coding::T4 {
                two_dimensions: false,
            };
            let lines = lines.finish();
            for (data, coding) in [
                (&aligned, Coding::Aligned(1)),
                (&lines, t4),
                (&group_4(&picture), Coding::T6),
            ] {
                assert_eq!(
                    rows(data, width, height, coding),
                    (expected.clone(), true),
                    "{coding:?}"
                );
                // A row too many is white, not an error.
                let more = rows(data, width, height + 1, coding);
                assert_eq!(
                    (&more.0[..expected.len()], more.1),
                    (&expected[..], true),
                    "{coding:?}"
                );
                for cut in 0..data.len() {
                    let _ = rows(&data[..cut], width, height, coding);
                }
                for at in 0..data.len() {
                    let mut broken = data.clone();
                    broken[at] ^= 0x55;
                    let _ = rows(&broken, width, height, coding);
                    let _ = rows(
                        &broken,
                        width,
                        height,
                        Coding::T4 {
                            two_dimensions: true,
                        },
                    );
                }
            }
        }
    }

    /// Rows in two dimensions between ends of lines: each second is coded as its difference from the row above.
    #[test]
    fn a_row_after_a_broken_one_is_found_again() {
        let picture = picture(64, 6);
        let mut lines = VecWriter::new();
        for (y, row) in picture.iter().enumerate() {
            lines.write(fax::maps::EOL).unwrap();
            if y == 2 {
                // Eight ones and a zero are no code of either colour's run of this length.
                lines
                    .write(fax::Bits {
                        data: 0b0_0000_0001,
                        len: 9,
                    })
                    .unwrap();
            } else {
                write_row(row, &mut lines);
            }
        }
        let (found, sound) = rows(
            &lines.finish(),
            64,
            6,
            Coding::T4 {
                two_dimensions: false,
            },
        );
        assert!(!sound);
        let expected = packed(&picture);
        assert_eq!(found[..16], expected[..16]);
        assert_eq!(found[24..], expected[24..]);
    }
}
