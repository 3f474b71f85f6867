//! What stands before and between the scans: tables, scan headers and the marks of applications (ITU-T T.81, annex B).

use super::color::{Color, Marks};
use super::frame::Frame;
use super::huffman::Code;
use super::scan_header::Scan;
use super::{Refusal, standard};
use crate::error::Reason;

/// A file up to where it was read, and all that was said so far.
#[derive(Clone)]
pub(super) struct Segments<'a> {
    pub(super) bytes: &'a [u8],
    /// Where the next marker is looked for; after a scan header, where the scan's data begins.
    pub(super) at: usize,
    frame: Option<Frame>,
    marks: Marks,
    tables: Tables,
}

/// The tables that were defined last.
#[derive(Clone, Default)]
struct Tables {
    /// In zigzag order.
    quantisation: [Option<[u16; 64]>; 4],
    dc: [Option<Code>; 4],
    ac: [Option<Code>; 4],
    restart_interval: usize,
}

/// What comes next.
pub(super) enum Next {
    Scan(Scan),
    /// The end of the image.
    End,
    /// The end of the file, which comes too early.
    Cut,
}

impl<'a> Segments<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Segments<'a> {
        Segments {
            bytes,
            at: 2,
            frame: None,
            marks: Marks::default(),
            tables: Tables::default(),
        }
    }

    /// Reads up to the data of the next scan.
    pub(super) fn next_scan(&mut self) -> Result<Next, Refusal> {
        loop {
            let Some(marker) = self.marker() else {
                return Ok(Next::Cut);
            };
            match marker {
                0xD9 => return Ok(Next::End),
                0xD8 => return Err(Refusal::Damaged(&Reason::JpegSecondPicture)),
                // Markers without a segment.
                0x01 | 0xD0..=0xD7 => continue,
                _ => {}
            }
            let Some(segment) = self.segment()? else {
                return Ok(Next::Cut);
            };
            match marker {
                0xC0..=0xC2 if self.frame.is_none() => {
                    self.frame = Some(Frame::read(segment, marker == 0xC2)?);
                }
                0xC0..=0xC2 => return Err(Refusal::Damaged(&Reason::JpegSecondFrameHeader)),
                0xC3 => return Err(Refusal::Unsupported(&Reason::JpegLossless)),
                0xC5..=0xC7 | 0xDE => return Err(Refusal::Unsupported(&Reason::JpegHierarchical)),
                0xC9 | 0xCA => return Err(Refusal::Unsupported(&Reason::JpegArithmetic)),
                0xCB => return Err(Refusal::Unsupported(&Reason::JpegLosslessArithmetic)),
                0xCD..=0xCF => {
                    return Err(Refusal::Unsupported(&Reason::JpegHierarchicalArithmetic));
                }
                0xC4 => self.tables.read_codes(segment)?,
                0xDB => self.tables.read_quantisation(segment)?,
                0xDD => {
                    let interval = segment.try_into();
                    let interval = interval.map_err(|_| BROKEN_TABLE)?;
                    self.tables.restart_interval = u16::from_be_bytes(interval).into();
                }
                0xDA => {
                    let frame = self
                        .frame
                        .ok_or(Refusal::Damaged(&Reason::JpegWithoutFrameHeader))?;
                    if !frame.progressive {
                        self.tables.add_standard_codes();
                    }
                    let scan = Scan::read(segment, &frame, self.tables.restart_interval)?;
                    if !self.tables.hold_all(&frame, &scan) {
                        return Err(Refusal::Damaged(&Reason::JpegTableMissing));
                    }
                    return Ok(Next::Scan(scan));
                }
                0xE0 | 0xEE => self.marks.notice(marker, segment),
                // Applications' own segments, comments, and what is not known.
                _ => {}
            }
        }
    }

    pub(super) fn frame(&self) -> Result<Frame, Refusal> {
        self.frame
            .ok_or(Refusal::Damaged(&Reason::JpegWithoutFrameHeader))
    }

    /// What the components are, by what stands before the first scan.
    pub(super) fn color(&self) -> Result<Color, Refusal> {
        Ok(Color::of(&self.frame()?, self.marks))
    }

    /// Looks for the height behind the first scan (B.2.5), whose data begins here, and gives the frame with it.
    pub(super) fn add_height(&mut self) -> Result<Frame, Refusal> {
        let mut ahead = self.clone();
        ahead.pass_over_scan();
        let height = match ahead.marker() {
            Some(0xDC) => ahead.segment()?.and_then(|s| s.try_into().ok()),
            _ => None,
        };
        let height = height.map_or(0, u16::from_be_bytes).into();
        if height == 0 {
            return Err(Refusal::Damaged(&Reason::JpegWithoutPixels));
        }
        let mut frame = self.frame()?;
        frame.height = height;
        self.frame = Some(frame);
        Ok(frame)
    }

    /// The quantisation steps of a component, in zigzag order.
    pub(super) fn steps(&self, component: usize) -> Result<&[u16; 64], Refusal> {
        let frame = self.frame()?;
        let steps = &self.tables.quantisation[frame.components()[component].quantisation];
        steps.as_ref().ok_or(MISSING_TABLE)
    }

    /// The code of DC coefficients of this number.
    pub(super) fn dc(&self, number: usize) -> Result<&Code, Refusal> {
        self.tables.dc[number].as_ref().ok_or(MISSING_TABLE)
    }

    /// The code of AC coefficients of this number.
    pub(super) fn ac(&self, number: usize) -> Result<&Code, Refusal> {
        self.tables.ac[number].as_ref().ok_or(MISSING_TABLE)
    }

    /// Leaves out the data of a scan, up to a marker or the end of the file.
    pub(super) fn pass_over_scan(&mut self) {
        while let Some(length) = memchr::memchr(0xFF, self.bytes.get(self.at..).unwrap_or(&[])) {
            self.at += length;
            match self.bytes.get(self.at + 1) {
                Some(0x00 | 0xD0..=0xD7) => self.at += 2,
                Some(0xFF) => self.at += 1,
                Some(_) => return,
                None => break,
            }
        }
        self.at = self.bytes.len();
    }

    /// Moves past the next marker and gives its code, as libjpeg does: what stands before it is left out. `None` at the
    /// end of the file.
    fn marker(&mut self) -> Option<u8> {
        loop {
            let rest = self.bytes.get(self.at..)?;
            self.at += memchr::memchr(0xFF, rest)? + 1;
            let fill = self.bytes[self.at..].iter();
            self.at += fill.take_while(|&&byte| byte == 0xFF).count();
            let code = *self.bytes.get(self.at)?;
            self.at += 1;
            if code != 0 {
                return Some(code);
            }
        }
    }

    /// Moves past a segment, and gives what is in it behind its length; `None` where the file ends in it.
    fn segment(&mut self) -> Result<Option<&'a [u8]>, Refusal> {
        let rest = self.bytes.get(self.at..).unwrap_or(&[]);
        let Some(length) = rest.first_chunk() else {
            return Ok(None);
        };
        let length = usize::from(u16::from_be_bytes(*length));
        if length < 2 {
            return Err(Refusal::Damaged(&Reason::JpegSegmentLength));
        }
        self.at += length;
        Ok(rest.get(2..length))
    }
}

const MISSING_TABLE: Refusal = Refusal::Damaged(&Reason::JpegTableMissing);
const BROKEN_TABLE: Refusal = Refusal::Damaged(&Reason::JpegTableBroken);

impl Tables {
    /// Whether all tables are there that libjpeg asks for: without them it has no picture.
    fn hold_all(&self, frame: &Frame, scan: &Scan) -> bool {
        let (dc, ac) = (scan.has_dc(), scan.has_ac());
        scan.parts().iter().all(|part| {
            let component = &frame.components()[part.component];
            let code = self.dc[part.dc].as_ref();
            self.quantisation[component.quantisation].is_some()
                && (!dc || code.is_some_and(Code::is_of_dc))
                && (!ac || self.ac[part.ac].is_some())
        })
    }

    /// Takes the standard codes for those that were not defined, as Motion JPEG means it.
    fn add_standard_codes(&mut self) {
        for (i, code) in self.dc.iter_mut().enumerate() {
            if code.is_none() {
                *code = standard::dc(i);
            }
        }
        for (i, code) in self.ac.iter_mut().enumerate() {
            if code.is_none() {
                *code = standard::ac(i);
            }
        }
    }

    /// Reads Huffman codes (B.2.4.2).
    fn read_codes(&mut self, mut segment: &[u8]) -> Result<(), Refusal> {
        while let [place, rest @ ..] = segment {
            let (counts, rest) = rest.split_first_chunk().ok_or(BROKEN_TABLE)?;
            let count = counts.iter().map(|&count| usize::from(count)).sum();
            let symbols = rest.get(..count).ok_or(BROKEN_TABLE)?;
            let tables = match place >> 4 {
                0 => &mut self.dc,
                1 => &mut self.ac,
                _ => return Err(BROKEN_TABLE),
            };
            let table = tables.get_mut(usize::from(place & 15));
            *table.ok_or(BROKEN_TABLE)? = Some(Code::new(counts, symbols).ok_or(BROKEN_TABLE)?);
            segment = &rest[count..];
        }
        Ok(())
    }

    /// Reads quantisation tables (B.2.4.1).
    fn read_quantisation(&mut self, mut segment: &[u8]) -> Result<(), Refusal> {
        while let [place, rest @ ..] = segment {
            let wide = match place >> 4 {
                0 => false,
                1 => true,
                _ => return Err(BROKEN_TABLE),
            };
            let length = if wide { 128 } else { 64 };
            let steps = rest.get(..length).ok_or(BROKEN_TABLE)?;
            let table = self.quantisation.get_mut(usize::from(place & 15));
            *table.ok_or(BROKEN_TABLE)? = Some(std::array::from_fn(|i| {
                if wide {
                    u16::from_be_bytes([steps[2 * i], steps[2 * i + 1]])
                } else {
                    steps[i].into()
                }
            }));
            segment = &rest[length..];
        }
        Ok(())
    }
}
