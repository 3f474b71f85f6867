//! Bitmaps of OS/2 2.x, as the library's decoder knows them.
//!
//! Their header begins with the fields of the Windows one; what follows these says nothing of the pixels. It is 16 bytes
//! long and the rest zero, or 64, and the palette stands behind it. Source: the headers `OS22XBITMAPHEADER` and
//! `BITMAPINFOHEADER`.

/// How long the header of the file is, where the length of the header of the bitmap stands.
const FILE_HEADER: usize = 14;
/// The lengths of a header of OS/2 2.x, and that of Windows.
const SHORT: u32 = 16;
const LONG: u32 = 64;
const WINDOWS: u32 = 40;

/// The file header and a header of Windows, and how many of the first bytes of the file they stand for. `None` where
/// there is no header of OS/2 2.x.
pub(super) fn windows_header(bytes: &[u8]) -> Option<(Vec<u8>, usize)> {
    let length = number(bytes, FILE_HEADER)?;
    if !matches!(length, SHORT | LONG) {
        return None;
    }
    let end = FILE_HEADER + length as usize;
    let fields = bytes.get(FILE_HEADER + 4..end)?;
    // The pixels move with the end of the header.
    let pixels = number(bytes, 10)?.checked_sub(length)?;
    let mut head = bytes[..10].to_vec();
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
