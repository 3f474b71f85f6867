//! What stands before and between the scans: frame, tables and scan headers (ITU-T T.81, annex B).

use super::Refusal;
use super::huffman::Code;

/// The headers, up to the data of the first scan; the whole file where these are unusual.
pub(in crate::media) fn head(bytes: &[u8]) -> &[u8] {
    let mut segments = Segments::new(bytes);
    match segments.next_scan() {
        Ok(Some(_)) => &bytes[..segments.at],
        _ => bytes,
    }
}

/// The most scans of a file. Encoders write about ten; the library reads up to 100.
const SCANS_MAX: usize = 64;

/// A file up to where it was read, and all that was said so far.
pub(super) struct Segments<'a> {
    pub(super) bytes: &'a [u8],
    /// Where the next marker is looked for; after a scan header, where the scan's data begins.
    pub(super) at: usize,
    frame: Option<Frame>,
    tables: Tables,
    scans: usize,
}

/// The size of a picture, and how luma lies in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) progressive: bool,
    /// 1 for grey, 3 with chroma. Luma is the first.
    pub(super) components: usize,
    ids: [u8; 3],
    /// How many blocks of luma stand side by side and below each other for one of each chroma component.
    pub(super) luma_blocks: (usize, usize),
    /// The quantisation table of each component.
    quantisation: [usize; 3],
}

/// The tables that were defined last.
#[derive(Default)]
struct Tables {
    /// In zigzag order.
    quantisation: [Option<[u16; 64]>; 4],
    dc: [Option<Code>; 4],
    ac: [Option<Code>; 4],
    restart_interval: usize,
}

/// One scan header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scan {
    /// Whether luma is in it: if so, it is the first component.
    pub(super) luma: bool,
    /// How many components are in it.
    pub(super) components: usize,
    /// For each the numbers of its DC and AC table.
    tables: [(usize, usize); 3],
    /// The first and the last coefficient, in zigzag order.
    pub(super) band: (usize, usize),
    /// The bit position that was transmitted before (0 for none), and the one that is now.
    pub(super) bits: (u32, u32),
    /// How many MCUs stand between restarts; 0 for all.
    pub(super) restart_interval: usize,
}

impl<'a> Segments<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Segments<'a> {
        Segments {
            bytes,
            at: 2,
            frame: None,
            tables: Tables::default(),
            scans: 0,
        }
    }

    /// Reads up to the data of the next scan; `None` at the end of the image.
    pub(super) fn next_scan(&mut self) -> Result<Option<(Frame, Scan)>, Refusal> {
        loop {
            let marker = self.marker()?;
            if marker == 0xD9 {
                return Ok(None);
            }
            let segment = self.segment()?;
            match marker {
                0xC0..=0xC2 if self.frame.is_none() => {
                    self.frame = Some(Frame::read(segment, marker == 0xC2)?);
                }
                0xC4 => self.tables.read_codes(segment)?,
                0xDB => self.tables.read_quantisation(segment)?,
                0xDD => {
                    let interval = segment.try_into().map_err(|_| Refusal::Foreign)?;
                    self.tables.restart_interval = u16::from_be_bytes(interval).into();
                }
                0xDA => {
                    let frame = self.frame.ok_or(Refusal::Foreign)?;
                    self.scans += 1;
                    if self.scans > SCANS_MAX {
                        return Err(Refusal::Foreign);
                    }
                    let scan = Scan::read(segment, &frame, self.tables.restart_interval)?;
                    if !self.tables.hold_all(&frame, &scan) {
                        return Err(Refusal::Foreign);
                    }
                    return Ok(Some((frame, scan)));
                }
                // Adobe's segment says whether there is luma at all: 1 stands for YCbCr.
                0xEE if segment.starts_with(b"Adobe") && segment.get(11) != Some(&1) => {
                    return Err(Refusal::Foreign);
                }
                // Applications' own segments and comments.
                0xE0..=0xEF | 0xFE => {}
                _ => return Err(Refusal::Foreign),
            }
        }
    }

    /// The quantisation steps of luma, in zigzag order.
    pub(super) fn luma_steps(&self) -> Result<&[u16; 64], Refusal> {
        let frame = self.frame.as_ref().ok_or(Refusal::Foreign)?;
        let steps = &self.tables.quantisation[frame.quantisation[0]];
        steps.as_ref().ok_or(Refusal::Foreign)
    }

    /// The code of the DC coefficients of a scan's component.
    pub(super) fn dc(&self, scan: &Scan, component: usize) -> Result<&Code, Refusal> {
        let code = self.tables.dc[scan.tables[component].0].as_ref();
        code.ok_or(Refusal::Foreign)
    }

    /// The code of the AC coefficients of a scan's component.
    pub(super) fn ac(&self, scan: &Scan, component: usize) -> Result<&Code, Refusal> {
        let code = self.tables.ac[scan.tables[component].1].as_ref();
        code.ok_or(Refusal::Foreign)
    }

    /// Leaves out the data of a scan.
    pub(super) fn pass_over_scan(&mut self) -> Result<(), Refusal> {
        loop {
            let rest = self.bytes.get(self.at..).ok_or(Refusal::Broken)?;
            self.at += memchr::memchr(0xFF, rest).ok_or(Refusal::Broken)?;
            match self.bytes.get(self.at + 1) {
                Some(0x00 | 0xD0..=0xD7) => self.at += 2,
                Some(0xFF) => self.at += 1,
                Some(_) => return Ok(()),
                None => return Err(Refusal::Broken),
            }
        }
    }

    /// Moves past the marker that must stand here, and gives its code.
    fn marker(&mut self) -> Result<u8, Refusal> {
        if self.bytes.get(self.at) != Some(&0xFF) {
            return Err(Refusal::Foreign);
        }
        loop {
            self.at += 1;
            match self.bytes.get(self.at) {
                Some(0xFF) => {}
                Some(&code) => {
                    self.at += 1;
                    return Ok(code);
                }
                None => return Err(Refusal::Foreign),
            }
        }
    }

    /// Moves past a segment, and gives what is in it behind its length.
    fn segment(&mut self) -> Result<&'a [u8], Refusal> {
        let rest = self.bytes.get(self.at..).ok_or(Refusal::Foreign)?;
        let length = rest.first_chunk().ok_or(Refusal::Foreign)?;
        let length = usize::from(u16::from_be_bytes(*length));
        self.at += length;
        rest.get(2..length).ok_or(Refusal::Foreign)
    }
}

impl Frame {
    /// Reads a frame header (B.2.2) of 8-bit samples, grey or YCbCr in the usual subsamplings.
    fn read(segment: &[u8], progressive: bool) -> Result<Frame, Refusal> {
        let [8, h1, h2, w1, w2, count @ (1 | 3), components @ ..] = segment else {
            return Err(Refusal::Foreign);
        };
        let components = components.as_chunks::<3>();
        if components.0.len() != usize::from(*count) || !components.1.is_empty() {
            return Err(Refusal::Foreign);
        }
        let components = components.0;
        let (horizontal, vertical) = (components[0][1] >> 4, components[0][1] & 15);
        let usual = match components {
            // Of one component each MCU is one block, whatever the factors say (A.2.2).
            [_] => true,
            _ => {
                matches!((horizontal, vertical), (1 | 2 | 4, 1 | 2))
                    && components[1..].iter().all(|c| c[1] == 0x11)
            }
        };
        let ids: [u8; 3] = std::array::from_fn(|i| components.get(i).map_or(0, |c| c[0]));
        // Components with these names are the colours themselves.
        if !usual || ids == *b"RGB" {
            return Err(Refusal::Foreign);
        }
        let frame = Frame {
            width: u16::from_be_bytes([*w1, *w2]).into(),
            height: u16::from_be_bytes([*h1, *h2]).into(),
            progressive,
            components: components.len(),
            ids,
            luma_blocks: match components {
                [_] => (1, 1),
                _ => (horizontal.into(), vertical.into()),
            },
            quantisation: std::array::from_fn(|i| components.get(i).map_or(0, |c| c[2].into())),
        };
        // A height of zero comes later, in a segment of its own.
        let sized = frame.width > 0
            && frame.height > 0
            && frame.quantisation.iter().all(|&table| table < 4);
        sized.then_some(frame).ok_or(Refusal::Foreign)
    }
}

impl Tables {
    /// Whether all tables are there that the library asks for, those of scans that are passed over too: without them
    /// it has no picture.
    fn hold_all(&self, frame: &Frame, scan: &Scan) -> bool {
        let components = &frame.quantisation[..frame.components];
        let dc = scan.band.0 == 0;
        let ac = scan.band.1 > 0;
        components.iter().all(|&i| self.quantisation[i].is_some())
            && scan.tables[..scan.components].iter().all(|&tables| {
                (!dc || self.dc[tables.0].is_some()) && (!ac || self.ac[tables.1].is_some())
            })
    }

    /// Reads Huffman codes (B.2.4.2).
    fn read_codes(&mut self, mut segment: &[u8]) -> Result<(), Refusal> {
        while let [place, rest @ ..] = segment {
            let (counts, rest) = rest.split_first_chunk().ok_or(Refusal::Foreign)?;
            let count = counts.iter().map(|&count| usize::from(count)).sum();
            let symbols = rest.get(..count).ok_or(Refusal::Foreign)?;
            let tables = match place >> 4 {
                0 => &mut self.dc,
                1 => &mut self.ac,
                _ => return Err(Refusal::Foreign),
            };
            let table = tables.get_mut(usize::from(place & 15));
            *table.ok_or(Refusal::Foreign)? =
                Some(Code::new(counts, symbols).ok_or(Refusal::Foreign)?);
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
                _ => return Err(Refusal::Foreign),
            };
            let length = if wide { 128 } else { 64 };
            let steps = rest.get(..length).ok_or(Refusal::Foreign)?;
            let table = self.quantisation.get_mut(usize::from(place & 15));
            *table.ok_or(Refusal::Foreign)? = Some(std::array::from_fn(|i| {
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

impl Scan {
    /// How many blocks of luma an MCU has side by side and below each other: one where luma is alone (A.2.2).
    pub(super) fn luma_blocks(&self, frame: &Frame) -> (usize, usize) {
        match self.components {
            1 => (1, 1),
            _ => frame.luma_blocks,
        }
    }

    /// Reads a scan header (B.2.3) of components in the order of the frame.
    fn read(segment: &[u8], frame: &Frame, restart_interval: usize) -> Result<Scan, Refusal> {
        let [count @ 1..=3, rest @ ..] = segment else {
            return Err(Refusal::Foreign);
        };
        let count = usize::from(*count);
        let Some((components, &[first, last, bits])) = rest.split_at_checked(2 * count) else {
            return Err(Refusal::Foreign);
        };
        let mut scan = Scan {
            luma: false,
            components: count,
            tables: [(0, 0); 3],
            band: (first.into(), last.into()),
            bits: ((bits >> 4).into(), (bits & 15).into()),
            restart_interval,
        };
        let mut place = 0;
        for (component, tables) in components.as_chunks::<2>().0.iter().zip(&mut scan.tables) {
            let ids = &frame.ids[place..frame.components];
            let found = ids.iter().position(|&id| id == component[0]);
            place += found.ok_or(Refusal::Foreign)? + 1;
            scan.luma |= place == 1;
            *tables = ((component[1] >> 4).into(), (component[1] & 15).into());
            if tables.0 > 3 || tables.1 > 3 {
                return Err(Refusal::Foreign);
            }
        }
        let (first, last) = scan.band;
        let (before, now) = scan.bits;
        let sound = if frame.progressive {
            let band = if first == 0 { last == 0 } else { count == 1 };
            band && first <= last && last <= 63 && now <= 13 && (before == 0 || before == now + 1)
        } else {
            (first, last, before, now) == (0, 63, 0, 0)
        };
        sound.then_some(scan).ok_or(Refusal::Foreign)
    }
}
