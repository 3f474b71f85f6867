//! Bitmaps whose headers the library's decoder does not read as viewers do.
//!
//! - The header of OS/2 2.x begins with the fields of the Windows one. What follows these says nothing of the pixels.
//!   It is 16 bytes long and the rest zero, or 64, and the palette stands behind it.
//! - The offset of the pixels may be zero or lie. Viewers read them behind the palette then, or at the offset all the same.
//! - The pixels may be a file of JPEG or PNG.
//!
//! Source: the headers `OS22XBITMAPHEADER` and `BITMAPINFOHEADER`.

use image::codecs::bmp::BmpDecoder;

use super::clock::Timed;
use super::progress::{Progress, Refusal};
use super::{animation, color, still};

/// How long the header of the file is, where the length of the header of the bitmap stands.
const FILE_HEADER: usize = 14;
/// The lengths of a header of OS/2 2.x, and that of Windows.
const SHORT: u32 = 16;
const LONG: u32 = 64;
const WINDOWS: u32 = 40;
/// Where the offset of the pixels stands.
const OFFSET: usize = 10;

/// Hands on the picture, once for each place where viewers take its pixels to begin.
pub(super) fn each_picture(bytes: &[u8], progress: &mut Progress<'_>) -> Result<(), Refusal> {
    let said = number(bytes, OFFSET).unwrap_or(0);
    for offset in offsets(bytes, said) {
        progress.attempt(|progress| match bytes.get(offset as usize..) {
            Some(jpeg @ [0xFF, 0xD8, 0xFF, ..]) if compression(bytes) == Some(4) => {
                progress.manage(color::of_jpeg(jpeg));
                still::jpeg(jpeg, progress)
            }
            Some(png @ [0x89, b'P', b'N', b'G', ..]) if compression(bytes) == Some(5) => {
                animation::png(png, progress)
            }
            _ => {
                let (head, replaced) = head(bytes, offset);
                let file = Timed::new(bytes, progress.clock).with_head(head, replaced);
                still::one(BmpDecoder::new(file)?, progress)
            }
        })?;
    }
    Ok(())
}

/// Where the pixels may begin: where the file says, and, where that cannot be, behind the palette.
fn offsets(bytes: &[u8], said: u32) -> Vec<u32> {
    let is_inside = |&offset: &u32| (offset as usize) < bytes.len();
    let behind = end_of_palette(bytes).filter(is_inside);
    match behind {
        Some(behind) if said < behind || !is_inside(&said) => {
            let mut offsets = vec![behind];
            // Zero is no place at all.
            offsets.extend(Some(said).filter(|&said| said > 0 && is_inside(&said)));
            offsets
        }
        _ => vec![said],
    }
}

fn compression(bytes: &[u8]) -> Option<u32> {
    let is_long = number(bytes, FILE_HEADER)? >= WINDOWS;
    is_long.then(|| number(bytes, 30)).flatten()
}

/// Where the headers, the masks of the colours and the palette end.
fn end_of_palette(bytes: &[u8]) -> Option<u32> {
    let length = number(bytes, FILE_HEADER)?;
    let is_core = length == 12;
    let bits = number(bytes, if is_core { 24 } else { 28 })? & 0xFFFF;
    let masks = match (length, compression(bytes)) {
        (WINDOWS, Some(3)) => 12,
        (WINDOWS, Some(6)) => 16,
        _ => 0,
    };
    let stated = if length >= WINDOWS {
        number(bytes, 46)?
    } else {
        0
    };
    let colors = match (bits, stated) {
        (1..=8, 1..) => stated.min(1 << bits),
        (1..=8, 0) => 1 << bits,
        _ => 0,
    };
    let color_bytes = if is_core { 3 } else { 4 };
    (FILE_HEADER as u32 + masks + colors * color_bytes).checked_add(length)
}

/// The first bytes of the file as the library's decoder reads them, and how many bytes they stand for. The pixels are
/// at this place.
fn head(bytes: &[u8], offset: u32) -> (Vec<u8>, usize) {
    windows_header(bytes, offset).unwrap_or_else(|| {
        let length = bytes.len().min(FILE_HEADER);
        let mut head = bytes[..length].to_vec();
        if let Some(field) = head.get_mut(OFFSET..) {
            field.copy_from_slice(&offset.to_le_bytes()[..field.len()]);
        }
        (head, length)
    })
}

/// The file header and a header of Windows in place of one of OS/2 2.x; `None` where there is none.
fn windows_header(bytes: &[u8], offset: u32) -> Option<(Vec<u8>, usize)> {
    let length = number(bytes, FILE_HEADER)?;
    if !matches!(length, SHORT | LONG) {
        return None;
    }
    let end = FILE_HEADER + length as usize;
    let fields = bytes.get(FILE_HEADER + 4..end)?;
    // The pixels move with the end of the header.
    let pixels = offset.checked_sub(length)?;
    let mut head = bytes[..OFFSET].to_vec();
    head.extend(pixels.checked_add(WINDOWS)?.to_le_bytes());
    head.extend(WINDOWS.to_le_bytes());
    head.extend(&fields[..fields.len().min(WINDOWS as usize - 4)]);
    head.resize(FILE_HEADER + WINDOWS as usize, 0);
    Some((head, end))
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let field = bytes.get(at..)?.first_chunk()?;
    Some(u32::from_le_bytes(*field))
}

#[cfg(test)]
mod tests {
    use crate::media::{Format, Frame, Limits, Pixels, decode};

    /// Two pixels of a palette of four colours, in a header of this length.
    fn bitmap(header: u32, compression: u32, pixels: &[u8]) -> Vec<u8> {
        let palette = [[10, 20, 30, 0], [1, 2, 3, 0], [0; 4], [90, 80, 70, 0]].concat();
        let offset = 14 + header + palette.len() as u32 + 5;
        let mut file = b"BM".to_vec();
        for field in [999, 0, offset, header, 2, 1] {
            file.extend(u32::to_le_bytes(field));
        }
        file.extend([1, 0, 8, 0]);
        let more = [compression, 0, 0, 0, 4, 0].map(u32::to_le_bytes).concat();
        let given = (header as usize).min(40) - 16;
        file.extend(&more[..given]);
        file.resize(14 + header as usize, 0xEE);
        file.extend(palette);
        file.resize(offset as usize, 0xDD);
        file.extend(pixels);
        file
    }

    fn colours(file: &[u8]) -> Vec<u8> {
        let mut colours = Vec::new();
        let decoded = decode(file, &Limits::default(), |frame: Frame| {
            let Pixels::Rgb8(rgb) = frame.picture.pixels() else {
                panic!("it has colours")
            };
            colours = rgb.to_vec();
        });
        assert_eq!(decoded.unwrap().format, Format::Bmp);
        colours
    }

    #[test]
    fn headers_of_every_length_are_read() {
        for header in [40, 64] {
            let file = bitmap(header, 0, &[0, 3, 0, 0]);
            assert_eq!(colours(&file), [30, 20, 10, 70, 80, 90], "{header}");
        }
        // A short header cannot say how many colours there are: there are 256 then.
        let file = bitmap(16, 0, &[0, 3, 0, 0]);
        let (start, rest) = file.split_at(14 + 16 + 16);
        let mut all = [start, &[0x55; 252 * 4], rest].concat();
        all[10..14].copy_from_slice(&(14 + 16 + 1024 + 5u32).to_le_bytes());
        assert_eq!(colours(&all), [30, 20, 10, 70, 80, 90]);
        let runs = bitmap(64, 1, &[1, 0, 1, 3, 0, 1]);
        assert_eq!(colours(&runs), [30, 20, 10, 70, 80, 90]);
    }

    fn all(file: &[u8]) -> Vec<Vec<u8>> {
        let mut all = Vec::new();
        let each = |frame: Frame| all.push(frame.picture.as_image().unwrap().to_rgb8().into_raw());
        let _ = decode(file, &Limits::default(), each);
        all
    }

    #[test]
    fn an_offset_of_zero_or_beyond_the_file_is_that_behind_the_palette() {
        for header in [40, 64] {
            let mut file = bitmap(header, 0, &[0, 3, 0, 0]);
            let said = u32::from_le_bytes([file[10], file[11], file[12], file[13]]) as usize;
            // The pixels right behind the palette.
            file.drain(said - 5..said);
            for offset in [0, u32::MAX, file.len() as u32] {
                file[10..14].copy_from_slice(&offset.to_le_bytes());
                assert_eq!(all(&file), [[30, 20, 10, 70, 80, 90]], "{header} {offset}");
            }
            // Where it leads into the palette, both are looked at.
            let inside = file.len() as u32 - 4 - 4;
            file[10..14].copy_from_slice(&inside.to_le_bytes());
            assert_eq!(all(&file).len(), 2);
            assert_eq!(all(&file)[0], [30, 20, 10, 70, 80, 90]);
        }
        // Three bytes a colour, and no colours at all.
        let mut core = b"BM\0\0\0\0\0\0\0\0\0\0\0\0\x0c\0\0\0\x01\0\x01\0\x01\0\x01\0".to_vec();
        core.extend([1, 2, 3, 4, 5, 6, 0x80, 0, 0, 0]);
        assert_eq!(all(&core), [[6, 5, 4]]);
        let mut plain = bitmap(40, 0, &[]);
        plain[28] = 24;
        plain.truncate(54);
        plain[10..14].fill(0);
        plain[46..50].fill(0);
        plain.extend([1, 2, 3, 4, 5, 6, 0, 0]);
        assert_eq!(all(&plain), [[3, 2, 1, 6, 5, 4]]);
    }

    #[test]
    fn a_bitmap_of_png_is_a_png() {
        let mut png = std::io::Cursor::new(Vec::new());
        let picture = image::RgbImage::from_pixel(1, 1, image::Rgb([7, 8, 9]));
        picture.write_to(&mut png, image::ImageFormat::Png).unwrap();
        let mut file = bitmap(40, 5, png.get_ref());
        assert_eq!(all(&file), [[7, 8, 9]]);
        let mut jpeg = std::io::Cursor::new(Vec::new());
        picture
            .write_to(&mut jpeg, image::ImageFormat::Jpeg)
            .unwrap();
        file = bitmap(40, 4, jpeg.get_ref());
        assert_eq!(all(&file).len(), 1);
    }

    #[test]
    fn every_cut_is_an_answer() {
        for header in [16, 64] {
            let file = bitmap(header, 0, &[0, 3, 0, 0]);
            for end in 0..file.len() {
                let _ = decode(&file[..end], &Limits::default(), |_| {});
            }
        }
    }
}
