//! Formats of little structure: BMP, ICO, PNM, QOI, TGA.

use super::signature::Work;
use super::{Collector, le16, le32};

/// Adds the parts of a BMP file.
pub(super) fn collect_bmp(file: &[u8], collector: &mut Collector) {
    let Some((head, pixels, end)) = bmp_pixels(file) else {
        return collector.search("behind", file, 2, file.len());
    };
    collector.search("between", file, head, pixels);
    collector.search("behind", file, end.max(head), file.len());
}

/// How long the BMP file is that these bytes begin with: two letters alone tell nothing.
pub(super) fn bmp_extent(bytes: &[u8], _: &mut Work) -> Option<usize> {
    let (head, pixels, end) = bmp_pixels(bytes)?;
    let sound = le32(bytes, 6)? == 0 && pixels >= head && end > pixels && end <= bytes.len();
    let planes = if le32(bytes, 14)? == 12 {
        le16(bytes, 22)?
    } else {
        le16(bytes, 26)?
    };
    (sound && planes == 1).then_some(end)
}

/// Behind the headers of a BMP file, and where its pixels begin and end.
fn bmp_pixels(file: &[u8]) -> Option<(usize, usize, usize)> {
    let pixels = le32(file, 10)? as usize;
    let header = le32(file, 14)? as usize;
    if !matches!(header, 12 | 16 | 40 | 52 | 56 | 64 | 108 | 124) {
        return None;
    }
    let (width, height, depth, packing, size) = if header == 12 {
        (
            le16(file, 18)?.into(),
            le16(file, 20)?.into(),
            le16(file, 24)?,
            0,
            0,
        )
    } else {
        let height = (le32(file, 22)? as i32).unsigned_abs();
        let (packing, size) = if header > 16 {
            (le32(file, 30)?, le32(file, 34)?)
        } else {
            (0, 0)
        };
        (le32(file, 18)?, height, le16(file, 28)?, packing, size)
    };
    if width == 0 || height == 0 || !matches!(depth, 0 | 1 | 2 | 4 | 8 | 16 | 24 | 32) {
        return None;
    }
    let row = (u64::from(width) * u64::from(depth)).div_ceil(32) * 4;
    let bytes = match packing {
        0 | 3 | 6 => row.checked_mul(u64::from(height))?,
        _ => size.into(),
    };
    let head = 14 + header;
    let pixels = if pixels == 0 { head } else { pixels };
    let end = usize::try_from((pixels as u64).saturating_add(bytes)).ok()?;
    Some((head, pixels, end.min(file.len().max(head))))
}

/// Adds the parts of an icon: what none of its pictures takes.
pub(super) fn collect_ico(file: &[u8], collector: &mut Collector) {
    let count = usize::from(le16(file, 4).unwrap_or(0));
    let directory = 0..(6 + 16 * count).min(file.len());
    let mut taken = Vec::from([directory]);
    for entry in 0..count {
        let at = 6 + 16 * entry;
        let (Some(size), Some(offset)) = (le32(file, at + 8), le32(file, at + 12)) else {
            break;
        };
        let (size, offset) = (size as usize, offset as usize);
        taken.push(offset.min(file.len())..offset.saturating_add(size).min(file.len()));
    }
    for free in free(taken, file.len()) {
        collector.search("behind", file, free.start, free.end);
    }
}

/// What some ranges leave free.
pub(super) fn free(
    mut taken: Vec<std::ops::Range<usize>>,
    len: usize,
) -> Vec<std::ops::Range<usize>> {
    taken.sort_by_key(|range| range.start);
    let (mut free, mut at) = (Vec::new(), 0);
    for range in taken {
        if range.start > at {
            free.push(at..range.start);
        }
        at = at.max(range.end);
    }
    if at < len {
        free.push(at..len);
    }
    free
}

/// The longest header that is read: comments may stand in it.
const PNM_HEAD_MAX: usize = 4096;

/// Adds the parts of a Netpbm file: what stands behind its pictures.
pub(super) fn collect_pnm(file: &[u8], collector: &mut Collector) {
    let mut at = 0;
    while let Some(len) = file.get(at..).and_then(pnm_len) {
        at = at.saturating_add(len).min(file.len());
        // Between pictures there may be blanks.
        at += file[at..]
            .iter()
            .take_while(|b| b.is_ascii_whitespace())
            .count();
    }
    // Of what is written in digits the end is not known.
    collector.search("behind", file, at.max(2), file.len());
}

/// How long the Netpbm picture is that these bytes begin with.
pub(super) fn pnm_extent(bytes: &[u8], _: &mut Work) -> Option<usize> {
    match bytes.get(1)? {
        b'1'..=b'3' => {
            let (width, height, at) = pnm_sides(bytes, &bytes[..2])?;
            let digits = bytes.get(at..at + 1)?;
            let sound = width > 0 && height > 0 && digits[0].is_ascii_whitespace();
            sound.then_some(bytes.len())
        }
        _ => pnm_len(bytes).filter(|len| *len <= bytes.len()),
    }
}

fn pnm_sides(bytes: &[u8], kind: &[u8]) -> Option<(u64, u64, usize)> {
    let mut at = kind.len();
    let width = pnm_number(bytes, &mut at)?;
    let height = pnm_number(bytes, &mut at)?;
    Some((width, height, at))
}

/// The length of a picture whose samples are bytes.
fn pnm_len(bytes: &[u8]) -> Option<usize> {
    let (row, height, at) = match bytes.get(..2)? {
        b"P4" => {
            let (width, height, at) = pnm_sides(bytes, b"P4")?;
            (width.div_ceil(8), height, at)
        }
        kind @ (b"P5" | b"P6") => {
            let (width, height, mut at) = pnm_sides(bytes, kind)?;
            let most = pnm_number(bytes, &mut at)?;
            let channels = if kind == b"P6" { 3 } else { 1 };
            let depth = if most > 255 { 2 } else { 1 };
            (width.checked_mul(channels * depth)?, height, at)
        }
        b"P7" => {
            let end = memchr::memmem::find(&bytes[..bytes.len().min(4096)], b"ENDHDR\n")?;
            let text = std::str::from_utf8(&bytes[..end]).ok()?;
            let field = |name: &str| {
                let line = text.lines().find_map(|line| line.strip_prefix(name))?;
                line.trim().parse::<u64>().ok()
            };
            let depth = if field("MAXVAL ")? > 255 { 2 } else { 1 };
            let row = field("WIDTH ")?
                .checked_mul(field("DEPTH ")?)?
                .checked_mul(depth)?;
            (row, field("HEIGHT ")?, end + 6)
        }
        _ => return None,
    };
    let size = row.checked_mul(height).filter(|size| *size > 0)?;
    // One blank behind the header.
    usize::try_from(size).ok()?.checked_add(at + 1)
}

fn pnm_number(bytes: &[u8], at: &mut usize) -> Option<u64> {
    loop {
        match bytes.get(*at)? {
            b'#' => {
                let line = &bytes[*at..bytes.len().min(*at + PNM_HEAD_MAX)];
                *at += memchr::memchr(b'\n', line)?;
            }
            byte if byte.is_ascii_whitespace() => *at += 1,
            b'0'..=b'9' => break,
            _ => return None,
        }
        if *at > PNM_HEAD_MAX {
            return None;
        }
    }
    let mut number = 0u64;
    while let Some(digit) = bytes.get(*at).filter(|byte| byte.is_ascii_digit()) {
        number = number
            .checked_mul(10)?
            .checked_add(u64::from(digit - b'0'))?;
        *at += 1;
    }
    Some(number)
}

/// Adds the parts of a QOI file.
pub(super) fn collect_qoi(file: &[u8], collector: &mut Collector) {
    let end = qoi_end(file).unwrap_or(14);
    collector.search("behind", file, end, file.len());
}

/// How long the QOI file is that these bytes begin with.
pub(super) fn qoi_extent(bytes: &[u8], _: &mut Work) -> Option<usize> {
    let head = bytes.first_chunk::<14>()?;
    let sides = head[4..8] != [0; 4] && head[8..12] != [0; 4];
    (sides && matches!(head[12], 3 | 4) && head[13] <= 1).then_some(bytes.len())
}

/// Behind the last pixel and the mark of the end (QOI 1.0).
fn qoi_end(file: &[u8]) -> Option<usize> {
    let side = |at: usize| super::be32(file, at).map(u64::from);
    let mut left = side(4)?.checked_mul(side(8)?)?;
    let mut at = 14;
    while left > 0 {
        let (bytes, pixels) = match file.get(at)? {
            0xFE => (4, 1),
            0xFF => (5, 1),
            0x80..=0xBF => (2, 1),
            run @ 0xC0.. => (1, u64::from(run & 0x3F) + 1),
            _ => (1, 1),
        };
        at += bytes;
        left = left.saturating_sub(pixels);
    }
    let has_mark = file.get(at..at + 8) == Some(&[0, 0, 0, 0, 0, 0, 0, 1]);
    Some(if has_mark { at + 8 } else { at })
}

/// Adds the parts of a TGA file: pixels that are not packed are left out.
pub(super) fn collect_tga(file: &[u8], collector: &mut Collector) {
    let end = tga_end(file).unwrap_or(18);
    let footer = end.saturating_add(8)..end.saturating_add(26);
    let has_footer = file.get(footer.clone()) == Some(b"TRUEVISION-XFILE.\0");
    let end = if has_footer { footer.end } else { end };
    collector.search("behind", file, end, file.len());
}

fn tga_end(file: &[u8]) -> Option<usize> {
    let head = file.first_chunk::<18>()?;
    let map = usize::from(le16(head, 5)?) * usize::from(head[7]).div_ceil(8);
    let from = 18 + usize::from(head[0]) + map;
    let pixels = usize::from(le16(head, 12)?) * usize::from(le16(head, 14)?);
    let bytes = pixels * usize::from(head[16]).div_ceil(8);
    // Of packed pixels the end is not known.
    Some(if head[2] < 4 { from + bytes } else { from })
}
