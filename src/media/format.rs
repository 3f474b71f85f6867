//! What a file is, by its first bytes.

use std::io::{self, Read};

/// A format of pictures or clips.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// JPEG (ITU-T T.81).
    Jpeg,
    /// PNG and APNG.
    Png,
    /// GIF 87a and 89a.
    Gif,
    /// WebP, lossy, lossless and animated.
    WebP,
    /// Windows bitmap.
    Bmp,
    /// TIFF 6.0 and BigTIFF.
    Tiff,
    /// Windows icon and cursor.
    Ico,
    /// Truevision TGA.
    Tga,
    /// Netpbm: PBM, PGM, PPM and PAM.
    Pnm,
    /// QOI.
    Qoi,
    /// HEIF with HEVC: HEIC.
    Heif,
    /// AVIF: HEIF with AV1.
    Avif,
    /// JPEG XL.
    Jxl,
    /// Camera raw files that are not written as TIFF, or not quite: RAF, CR3, CRW, ORF, RW2, MRW, X3F.
    Raw,
    /// MP4, MOV and 3GP: clips.
    Mp4,
    /// Matroska and WebM: clips.
    Matroska,
    /// AVI: clips.
    Avi,
    /// Flash video: clips.
    Flv,
    /// MPEG transport stream: clips.
    MpegTs,
    /// MPEG program stream: clips.
    MpegPs,
    /// ASF, Windows Media: clips, or sound.
    Asf,
    /// Ogg: clips, or sound.
    Ogg,
}

/// Every format: `ALL[format as usize] == format`.
#[cfg(target_os = "linux")]
const ALL: [Format; 22] = [
    Format::Jpeg,
    Format::Png,
    Format::Gif,
    Format::WebP,
    Format::Bmp,
    Format::Tiff,
    Format::Ico,
    Format::Tga,
    Format::Pnm,
    Format::Qoi,
    Format::Heif,
    Format::Avif,
    Format::Jxl,
    Format::Raw,
    Format::Mp4,
    Format::Matroska,
    Format::Avi,
    Format::Flv,
    Format::MpegTs,
    Format::MpegPs,
    Format::Asf,
    Format::Ogg,
];

#[cfg(target_os = "linux")]
const _: () = {
    let mut at = 0;
    while at < ALL.len() {
        assert!(ALL[at] as usize == at);
        at += 1;
    }
};

impl Format {
    /// The format with this number.
    #[cfg(target_os = "linux")]
    pub(crate) fn from_code(code: u8) -> Option<Format> {
        ALL.get(usize::from(code)).copied()
    }

    /// How many of a file's first bytes [`sniff`](Self::sniff) and [`foreign_mime`] look at, at most.
    pub const HEAD: usize = 8192;

    /// The first bytes of a file, as many as are looked at. An image of a disc is told by later ones than a format.
    ///
    /// # Errors
    /// Those of the reader.
    pub(crate) fn head(reader: impl Read) -> io::Result<Vec<u8>> {
        // With room for all of them they are read at once.
        const BYTES: usize = 0x8006;
        let mut head = Vec::with_capacity(BYTES);
        reader.take(BYTES as u64).read_to_end(&mut head)?;
        Ok(head)
    }

    /// The format of a file with these first bytes; `None` for anything else.
    ///
    /// ```
    /// use basma::media::Format;
    /// assert_eq!(Format::sniff(b"\x89PNG\r\n\x1a\n"), Some(Format::Png));
    /// assert_eq!(Format::sniff(b"BMW is a brand, not a bitmap"), None);
    /// ```
    pub fn sniff(head: &[u8]) -> Option<Format> {
        match head {
            [0xFF, 0xD8, 0xFF, ..] => Some(Format::Jpeg),
            // The rest of the signature is there to be damaged in transfer, which the decoder then says.
            [0x89, b'P', b'N', b'G', ..] => Some(Format::Png),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Format::Gif),
            [
                b'R',
                b'I',
                b'F',
                b'F',
                _,
                _,
                _,
                _,
                b'W',
                b'E',
                b'B',
                b'P',
                ..,
            ] => Some(Format::WebP),
            // Two letters are too little evidence: the size of the header that follows must be one that exists.
            [b'B', b'M', rest @ ..]
                if matches!(
                    rest.get(12..16),
                    Some([12 | 16 | 40 | 52 | 56 | 64 | 108 | 124, 0, 0, 0])
                ) =>
            {
                Some(Format::Bmp)
            }
            [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => Some(Format::Tiff),
            _ if is_raw(head) => Some(Format::Raw),
            [_, _, _, _, b'f', b't', b'y', b'p', ..] => {
                Some(heif_of_brand(head).unwrap_or(Format::Mp4))
            }
            _ if is_mp4(head) => Some(Format::Mp4),
            [0x1A, 0x45, 0xDF, 0xA3, ..] => Some(Format::Matroska),
            [
                b'R',
                b'I',
                b'F',
                b'F',
                _,
                _,
                _,
                _,
                b'A',
                b'V',
                b'I',
                b' ',
                ..,
            ] => Some(Format::Avi),
            [b'F', b'L', b'V', 1, ..] => Some(Format::Flv),
            _ if is_transport_stream(head) => Some(Format::MpegTs),
            [0, 0, 1, 0xBA, ..] => Some(Format::MpegPs),
            // The first half of the identifier of its header object.
            [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11, ..] => Some(Format::Asf),
            [b'O', b'g', b'g', b'S', 0, ..] => Some(Format::Ogg),
            [0xFF, 0x0A, ..]
            | [
                0,
                0,
                0,
                12,
                b'J',
                b'X',
                b'L',
                b' ',
                b'\r',
                b'\n',
                0x87,
                b'\n',
                ..,
            ] => Some(Format::Jxl),
            [b'q', b'o', b'i', b'f', ..] => Some(Format::Qoi),
            [b'P', b'1'..=b'7', ..] if is_netpbm(head) => Some(Format::Pnm),
            [0, 0, 1 | 2, 0, ..] if is_icon(head) => Some(Format::Ico),
            _ if is_tga(head) && infer::get(head).is_none() => Some(Format::Tga),
            _ => None,
        }
    }

    /// The media type (RFC 6838).
    pub const fn mime(self) -> &'static str {
        match self {
            Format::Jpeg => "image/jpeg",
            Format::Png => "image/png",
            Format::Gif => "image/gif",
            Format::WebP => "image/webp",
            Format::Bmp => "image/bmp",
            Format::Tiff => "image/tiff",
            Format::Ico => "image/vnd.microsoft.icon",
            Format::Tga => "image/x-tga",
            Format::Pnm => "image/x-portable-anymap",
            Format::Qoi => "image/qoi",
            Format::Heif => "image/heic",
            Format::Avif => "image/avif",
            Format::Jxl => "image/jxl",
            Format::Raw => "image/x-dcraw",
            Format::Mp4 => "video/mp4",
            Format::Matroska => "video/x-matroska",
            Format::Avi => "video/x-msvideo",
            Format::Flv => "video/x-flv",
            Format::MpegTs => "video/mp2t",
            Format::MpegPs => "video/mpeg",
            Format::Asf => "video/x-ms-wmv",
            Format::Ogg => "video/ogg",
        }
    }
}

impl Format {
    /// Whether it holds moving pictures, or may: its files are not read into memory.
    pub const fn is_video(self) -> bool {
        matches!(
            self,
            Format::Mp4
                | Format::Matroska
                | Format::Avi
                | Format::Flv
                | Format::MpegTs
                | Format::MpegPs
                | Format::Asf
                | Format::Ogg
        )
    }
}

/// Whether cameras begin their raw files so: Fujifilm, Canon, Olympus, Panasonic, Minolta, Sigma.
fn is_raw(head: &[u8]) -> bool {
    let starts: [&[u8]; 8] = [
        b"FUJIFILMCCD-RAW",
        b"II\x1a\0\0\0HEAPCCDR",
        b"IIRO",
        b"IIRS",
        b"MMOR",
        b"IIU\0",
        b"\0MRM",
        b"FOVb",
    ];
    starts.iter().any(|start| head.starts_with(start)) || head.get(4..12) == Some(b"ftypcrx ")
}

/// Whether a file of the MP4 family begins without its brands, as old ones and pieces of streams do. Then it begins
/// with a box that is found in no other place, or with padding before one.
fn is_mp4(head: &[u8]) -> bool {
    let mut rest = head;
    for _ in 0..8 {
        let Some(&[a, b, c, d, kind @ ..]) = rest.first_chunk::<8>() else {
            return false;
        };
        let size = u32::from_be_bytes([a, b, c, d]);
        match &kind {
            // 0 and 1 are sizes too: to the end of the file, and in 64 bits.
            b"moov" | b"mdat" | b"moof" | b"styp" | b"sidx" | b"pnot" => {
                return size >= 8 || size <= 1;
            }
            b"free" | b"skip" | b"wide" if size >= 8 => {
                let Some(next) = rest.get(size as usize..) else {
                    return false;
                };
                rest = next;
            }
            _ => return false,
        }
    }
    false
}

/// Whether three packets in a row begin as they do (ISO/IEC 13818-1). They have 188 bytes, or 192 with a time before each.
fn is_transport_stream(head: &[u8]) -> bool {
    [(0, 188), (4, 192)]
        .into_iter()
        .any(|(first, step)| (0..3).all(|packet| head.get(first + packet * step) == Some(&0x47)))
}

/// Which pictures a file of the MP4 family holds, by its brands (ISO/IEC 14496-12, 4.3): the first that tells.
fn heif_of_brand(head: &[u8]) -> Option<Format> {
    let size = u32::from_be_bytes(*head.first_chunk()?) as usize;
    // The second word is a version.
    let brands = head.get(8..size.min(head.len()))?.chunks_exact(4);
    let mut generic = None;
    for (place, brand) in brands.enumerate() {
        match brand {
            b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" if place != 1 => {
                return Some(Format::Heif);
            }
            b"avif" | b"avis" if place != 1 => return Some(Format::Avif),
            b"mif1" | b"mif2" | b"msf1" => generic = Some(Format::Heif),
            // Anything else first is a clip, whatever it is compatible with.
            _ if place == 0 => return None,
            _ => {}
        }
    }
    generic
}

/// Whether two letters are followed by a width, or by the first field of a PAM. Many a text begins with these letters.
fn is_netpbm(head: &[u8]) -> bool {
    let mut rest = &head[2..];
    if head[1] == b'7' {
        return rest.starts_with(b"\nWIDTH ") || rest.starts_with(b"\n#");
    }
    if !rest.first().is_some_and(u8::is_ascii_whitespace) {
        return false;
    }
    loop {
        rest = rest.trim_ascii_start();
        if rest.first() != Some(&b'#') {
            let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
            let after = rest.get(digits);
            return (1..=10).contains(&digits) && after.is_some_and(u8::is_ascii_whitespace);
        }
        let line = rest.iter().position(|&b| b == b'\n');
        rest = &rest[line.unwrap_or(rest.len())..];
    }
}

/// Whether the first entry of an icon's directory points behind the directory.
fn is_icon(head: &[u8]) -> bool {
    let Some([count, 0]) = head.get(4..6) else {
        return false;
    };
    let number = |at: usize| {
        let field = head.get(at..at + 4)?;
        Some(u32::from_le_bytes([field[0], field[1], field[2], field[3]]))
    };
    *count > 0
        && number(14).is_some_and(|size| size > 0)
        && number(18).is_some_and(|offset| offset >= 6 + 16 * u32::from(*count))
}

/// Whether every field of a TGA header has a value that exists. There is no signature at the start (Truevision TGA 2.0,
/// appendix C). Less would take other files for pictures.
fn is_tga(head: &[u8]) -> bool {
    let Some(&[_, mapped, kind, map @ .., depth, descriptor]) = head.first_chunk::<18>() else {
        return false;
    };
    let [
        first_low,
        first_high,
        length_low,
        length_high,
        entry,
        _,
        _,
        _,
        _,
        width @ ..,
        height_low,
        height_high,
    ] = map;
    let has_map = [length_low, length_high] != [0, 0] && matches!(entry, 15 | 16 | 24 | 32);
    let no_map = [first_low, first_high, length_low, length_high, entry] == [0; 5];
    let sound = match (mapped, kind) {
        (1, 1 | 9) => has_map && depth == 8,
        (0, 2 | 10) => no_map && matches!(depth, 15 | 16 | 24 | 32),
        (0, 3 | 11) => no_map && matches!(depth, 8 | 16),
        _ => false,
    };
    sound && width != [0, 0] && [height_low, height_high] != [0, 0] && descriptor & 0xC0 == 0
}

/// The media type of a file that is not decoded here, where its first bytes tell.
pub fn foreign_mime(head: &[u8]) -> Option<&'static str> {
    infer::get(head).map(|kind| kind.mime_type())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_signatures_need_more_than_their_letters() {
        let tga = b"\0\0\x02\0\0\0\0\0\0\0\0\0\x10\0\x10\0\x18\x20";
        assert_eq!(Format::sniff(tga), Some(Format::Tga));
        for at in [1, 2, 3, 4, 5, 6, 7, 16] {
            let mut other = *tga;
            other[at] = 0x77;
            assert_eq!(Format::sniff(&other), None, "byte {at}");
        }
        assert_eq!(
            Format::sniff(b"P5\n# by hand\n3 4\n255\n"),
            Some(Format::Pnm)
        );
        assert_eq!(Format::sniff(b"P7\nWIDTH 4\n"), Some(Format::Pnm));
        assert_eq!(Format::sniff(b"P1 is urgent, P2 is not"), None);
        assert_eq!(Format::sniff(b"P38 Lightning"), None);
        let icon = b"\0\0\x01\0\x01\0\x10\x10\0\0\x01\0\x20\0\x68\x04\0\0\x16\0\0\0";
        assert_eq!(Format::sniff(icon), Some(Format::Ico));
        assert_eq!(Format::sniff(&icon[..20]), None);
        assert_eq!(Format::sniff(&[0; 64]), None);
    }

    #[test]
    fn brands_tell_pictures_from_clips() {
        let file = |brands: &[u8]| {
            let size = (brands.len() as u32 + 8).to_be_bytes();
            Format::sniff(&[&size[..], b"ftyp", brands, b"mdat"].concat())
        };
        assert_eq!(file(b"heic\0\0\0\0mif1heic"), Some(Format::Heif));
        assert_eq!(file(b"mif1\0\0\0\0mif1heic"), Some(Format::Heif));
        assert_eq!(file(b"mif1\0\0\0\0mif1avif"), Some(Format::Avif));
        assert_eq!(file(b"mif1\0\0\0\0mif1"), Some(Format::Heif));
        assert_eq!(file(b"avif"), Some(Format::Avif));
        assert_eq!(file(b"isom\0\0\0\0mif1heic"), Some(Format::Mp4));
        assert_eq!(file(b""), Some(Format::Mp4));
        assert_eq!(Format::sniff(b"\0\0\0\0ftyp"), Some(Format::Mp4));
    }

    #[test]
    fn raw_files_are_told_from_clips_and_tiff() {
        for head in [
            &b"FUJIFILMCCD-RAW 0201"[..],
            b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom",
            b"II\x1a\0\0\0HEAPCCDR",
            b"IIRO\x08\0\0\0",
            b"IIU\0\x18\0\0\0",
        ] {
            assert_eq!(
                Format::sniff(head),
                Some(Format::Raw),
                "{}",
                head.escape_ascii()
            );
        }
    }

    #[test]
    fn clips_are_told_from_their_first_bytes() {
        for (bytes, format) in [
            (&b"\0\0\0\x08wide\0\0\0\x01mdat"[..], Some(Format::Mp4)),
            (b"\0\0\0\x09free \0\0\x10\0moov", Some(Format::Mp4)),
            (b"\0\0\0\x08free", None),
            (b"\0\0\0\x02moov", None),
            (b"\x1A\x45\xDF\xA3", Some(Format::Matroska)),
            (b"RIFF\0\0\0\0AVI LIST", Some(Format::Avi)),
            (b"#EXTM3U\n#EXTINF:1\nhttp://a/b.ts\n", None),
            (b"ffconcat version 1.0\nfile b.mp4\n", None),
        ] {
            assert_eq!(Format::sniff(bytes), format, "{}", bytes.escape_ascii());
        }
        let mut stream = vec![0xFF; 600];
        for at in [0, 188, 376] {
            stream[at] = 0x47;
        }
        assert_eq!(Format::sniff(&stream), Some(Format::MpegTs));
        assert_eq!(Format::sniff(&stream[..300]), None);
    }
}
