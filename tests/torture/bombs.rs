//! Files made to exhaust a decoder.

use std::io::Read;

use flate2::{Compression, Crc, write::ZlibEncoder};

/// Every bomb with its name.
pub(crate) fn bombs() -> Vec<(&'static str, Vec<u8>)> {
    let zeros = zeros(64 << 20);
    let text = |kind, head: &[u8]| png(9, 9, &[(kind, [head, &zeros].concat())]);
    let many_texts: Vec<_> = (0..300)
        .map(|_| (*b"zTXt", [b"a\0\0".as_slice(), &zeros].concat()))
        .collect();
    vec![
        ("png 16384 x 16384 in 65 bytes", png(16384, 16384, &[])),
        ("png 100000 x 100000", png(100_000, 100_000, &[])),
        (
            "png 8000 x 8000, all there",
            png(8000, 8000, &[(*b"IDAT", zeros.clone())]),
        ),
        ("png zTXt", text(*b"zTXt", b"a\0\0")),
        ("png iTXt", text(*b"iTXt", b"XML:com.adobe.xmp\0\x01\0\0\0")),
        ("png iCCP", text(*b"iCCP", b"a\0\0")),
        ("png 300 zTXt", png(9, 9, &many_texts)),
        ("apng 100000 frames of one pixel", apng(1, 1, 100_000)),
        (
            "apng 100000 frames of 4000 x 4000",
            apng(4000, 4000, 100_000),
        ),
        ("apng 4000000000 frames said", apng(9, 9, 0)),
        ("gif screen of 65535 x 65535", gif(65535, 1, 1)),
        ("gif 100000 frames on 5000 x 5000", gif(5000, 1, 100_000)),
        ("gif frame of 65535 x 65535", gif(9, 65535, 3)),
        ("webp lossless 16000 x 16000", webp(16000)),
        ("webp lossless 7000 x 7000 in 40 bytes", webp(7000)),
        ("jpeg 98 scans of 8000 x 8000", jpeg(8000, 98)),
        ("bmp 60000 x 60000", bmp(60_000, 0)),
        ("bmp runs 9000 x 9000", bmp(9000, 1)),
        ("tiff directories in a circle", tiff(100, &[], 8)),
        ("tiff 60000 x 60000", tiff(60_000, &[], 0)),
        (
            "tiff 4000000000 strips",
            tiff(9000, &[(273, 4, u32::MAX, 8)], 0),
        ),
        (
            "tiff profile of 4 GiB",
            tiff(100, &[(34675, 7, u32::MAX, 8)], 0),
        ),
        (
            "ico 65535 pictures",
            [
                b"\0\0\x01\0\xff\xff".to_vec(),
                b"\x10\x10\0\0\x01\0\x20\0\xff\xff\xff\x7f\xf6\xff\x0f\0".repeat(65535),
            ]
            .concat(),
        ),
        (
            "ico holding png 16384 x 16384",
            ico(&png(16384, 16384, &[])),
        ),
        (
            "tga runs 9000 x 9000",
            [
                b"\0\0\x0a\0\0\0\0\0\0\0\0\0\x28\x23\x28\x23\x18\0".to_vec(),
                b"\xff\x01\x02\x03".repeat(632_813),
            ]
            .concat(),
        ),
        ("ppm 99999 x 99999", b"P6\n99999 99999\n255\n".to_vec()),
        ("pbm 9000 x 9000 in letters", b"P1\n9000 9000\n0 1".to_vec()),
        (
            "pam of 4000000000 channels",
            b"P7\nWIDTH 9\nHEIGHT 9\nDEPTH 4000000000\nMAXVAL 255\nTUPLTYPE RGB\nENDHDR\n".to_vec(),
        ),
        (
            "qoi 6000 x 6000",
            [
                b"qoif\0\0\x17\x70\0\0\x17\x70\x04\0".to_vec(),
                vec![0xfd; 600_000],
            ]
            .concat(),
        ),
        ("heif 65536 times one tile", heif(true)),
        ("heif picture of itself", heif(false)),
        (
            "jpeg xl 1073741824 x 1073741824",
            b"\xff\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff".to_vec(),
        ),
    ]
}

/// What so many zeros are compressed to.
fn zeros(count: usize) -> Vec<u8> {
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::best());
    std::io::copy(&mut std::io::repeat(0).take(count as u64), &mut zlib).expect("memory");
    zlib.finish().expect("memory")
}

fn chunk(png: &mut Vec<u8>, kind: [u8; 4], content: &[u8]) {
    png.extend((content.len() as u32).to_be_bytes());
    let start = png.len();
    png.extend(kind);
    png.extend(content);
    let mut crc = Crc::new();
    crc.update(&png[start..]);
    png.extend(crc.sum().to_be_bytes());
}

/// A grey PNG of these chunks.
pub(crate) fn png(width: u32, height: u32, chunks: &[([u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
    chunk(&mut png, *b"IHDR", &[&size[..], &[8, 0, 0, 0, 0]].concat());
    for (kind, content) in chunks {
        chunk(&mut png, *kind, content);
    }
    if chunks.iter().all(|(kind, _)| kind != b"IDAT") {
        chunk(&mut png, *b"IDAT", &zeros(0));
    }
    chunk(&mut png, *b"IEND", &[]);
    png
}

/// Frames of one pixel each, or a header that says there are.
pub(crate) fn apng(width: u32, height: u32, frames: u32) -> Vec<u8> {
    let pixel = b"x\x9cc`\0\0\0\x02\0\x01";
    let said = if frames == 0 { u32::MAX } else { frames };
    let control = |number: u32| {
        let fields = [number, 1, 1, 0, 0].map(u32::to_be_bytes).concat();
        [&fields[..], &[0, 1, 0, 100, 0, 0]].concat()
    };
    let mut chunks = vec![(*b"acTL", [said, 0].map(u32::to_be_bytes).concat())];
    chunks.push((*b"IDAT", zeros((width as usize + 1) * height as usize)));
    for frame in 0..frames {
        chunks.push((*b"fcTL", control(2 * frame)));
        let number = (2 * frame + 1).to_be_bytes();
        chunks.push((*b"fdAT", [&number[..], pixel].concat()));
    }
    png(width, height, &chunks)
}

pub(crate) fn gif(screen: u16, frame: u16, frames: usize) -> Vec<u8> {
    let (screen, frame) = (screen.to_le_bytes(), frame.to_le_bytes());
    let mut gif = b"GIF89a".to_vec();
    gif.extend([screen, screen].concat());
    gif.extend(b"\x80\0\0\0\0\0\xff\xff\xff");
    let picture = [
        b",\0\0\0\0".as_slice(),
        &frame,
        &frame,
        b"\0\x02\x02D\x01\0",
    ]
    .concat();
    gif.extend(picture.repeat(frames));
    gif.push(b';');
    gif
}

/// One colour: every code of the lossless stream has no bits.
pub(crate) fn webp(side: u32) -> Vec<u8> {
    let size = (u64::from(side - 1) | u64::from(side - 1) << 14).to_le_bytes();
    // After 14 + 14 bits of size, alpha and version: no transform, no cache, no groups, five codes of one symbol.
    let codes = (0..5).fold(0u64, |bits, i| bits | 0b0001 << (4 * i));
    let stream = u64::from_le_bytes(size) | codes << 35;
    let content = [&[0x2f][..], &stream.to_le_bytes(), &[0; 11]].concat();
    let mut webp = b"RIFF".to_vec();
    webp.extend((content.len() as u32 + 12).to_le_bytes());
    webp.extend(b"WEBPVP8L");
    webp.extend((content.len() as u32).to_le_bytes());
    webp.extend(content);
    webp
}

/// A grey progressive picture of one colour. Its scans say in few bytes that there is nothing in millions of blocks.
fn jpeg(side: u16, scans: usize) -> Vec<u8> {
    let segment = |marker: u8, content: &[u8]| {
        let length = (content.len() as u16 + 2).to_be_bytes();
        [&[0xFF, marker][..], &length, content].concat()
    };
    // A code of one symbol, which is a zero bit.
    let code = |place: u8, symbol: u8| {
        let counts = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        segment(0xC4, &[&[place][..], &counts, &[symbol]].concat())
    };
    let blocks = usize::from(side).div_ceil(8).pow(2);
    let [high, low] = side.to_be_bytes();
    let mut jpeg = [
        b"\xFF\xD8".to_vec(),
        segment(0xDB, &[&[0][..], &[1; 64]].concat()),
        segment(0xC2, &[8, high, low, high, low, 1, 1, 0x11, 0]),
        code(0x00, 0),
        code(0x10, 0xE0),
        segment(0xDA, &[1, 1, 0, 0, 0, 0]),
        vec![0; blocks.div_ceil(8)],
    ]
    .concat();
    // The code, then 14 bits: the end of 16384 + 10922 blocks, eight times in fifteen bytes.
    let ends = (0..8).fold(0u128, |bits, _| bits << 15 | 0b010_1010_1010_1010);
    let ends = ends.to_be_bytes()[1..].repeat(blocks.div_ceil(8 * (16384 + 10922)));
    let scan = [segment(0xDA, &[1, 1, 0, 1, 63, 0]), ends].concat();
    jpeg.extend(scan.repeat(scans - 1));
    jpeg.extend(b"\xFF\xD9");
    jpeg
}

pub(crate) fn bmp(side: u32, compression: u32) -> Vec<u8> {
    let mut bmp = b"BM\0\0\0\0\0\0\0\0\x36\x04\0\0\x28\0\0\0".to_vec();
    bmp.extend(
        [side, side, 1 | 8 << 16, compression, 0, 0, 0, 256, 0]
            .map(u32::to_le_bytes)
            .concat(),
    );
    bmp.extend([0; 1024]);
    bmp.extend(b"\xff\x01".repeat(300_000));
    bmp
}

/// One directory with these fields beside those it must have, and the offset of the next. It stands at 8 itself.
pub(crate) fn tiff(side: u32, more: &[(u16, u16, u32, u32)], next: u32) -> Vec<u8> {
    let mut fields = vec![
        (256, 4, 1, side),
        (257, 4, 1, side),
        (258, 3, 1, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (273, 4, 1, 8),
        (277, 3, 1, 1),
        (278, 4, 1, side),
        (279, 4, 1, side * 100),
    ];
    fields.retain(|field| more.iter().all(|other| other.0 != field.0));
    fields.extend(more);
    fields.sort();
    let mut tiff = b"II\x2a\0\x08\0\0\0".to_vec();
    tiff.extend((fields.len() as u16).to_le_bytes());
    for (tag, kind, count, value) in fields {
        tiff.extend([tag, kind].map(u16::to_le_bytes).concat());
        tiff.extend([count, value].map(u32::to_le_bytes).concat());
    }
    tiff.extend(next.to_le_bytes());
    tiff.extend([0; 10_000]);
    tiff
}

fn ico(png: &[u8]) -> Vec<u8> {
    let mut ico = b"\0\0\x01\0\x01\0\0\0\0\0\x01\0\x20\0".to_vec();
    ico.extend((png.len() as u32).to_le_bytes());
    ico.extend(22u32.to_le_bytes());
    ico.extend(png);
    ico
}

/// A grid of 256 x 256 times one item, or a picture derived from itself.
fn heif(grid: bool) -> Vec<u8> {
    let part = |kind: &[u8; 4], content: &[u8]| {
        let size = (content.len() as u32 + 8).to_be_bytes();
        [&size[..], kind, content].concat()
    };
    let item = |id: u8, kind: &[u8; 4]| {
        part(
            b"infe",
            &[&[2, 0, 0, 0, 0, id, 0, 0][..], kind, b"\0"].concat(),
        )
    };
    let kind = if grid { b"grid" } else { b"iden" };
    let (count, to) = if grid {
        (65535u16, [0, 2].repeat(65535))
    } else {
        (1, vec![0, 1])
    };
    let reference = part(b"dimg", &[&[0, 1][..], &count.to_be_bytes(), &to].concat());
    let meta = [
        vec![0; 4],
        part(b"hdlr", b"\0\0\0\0\0\0\0\0pict\0\0\0\0\0\0\0\0\0\0\0\0\0"),
        part(b"pitm", &[0, 0, 0, 0, 0, 1]),
        part(
            b"iinf",
            &[&[0, 0, 0, 0, 0, 2][..], &item(1, kind), &item(2, b"hvc1")].concat(),
        ),
        part(
            b"iloc",
            b"\x01\0\0\0\x44\0\0\x01\0\x01\0\x01\0\0\0\x01\0\0\0\0\0\0\0\x08",
        ),
        part(b"iref", &[&[0; 4][..], &reference].concat()),
        part(b"idat", b"\0\0\xff\xff\x40\0\x40\0"),
        part(
            b"iprp",
            &[
                part(b"ipco", &part(b"ispe", b"\0\0\0\0\0\0\x20\0\0\0\x20\0")),
                part(b"ipma", b"\0\0\0\0\0\0\0\x01\0\x02\x01\x01"),
            ]
            .concat(),
        ),
    ];
    [
        part(b"ftyp", b"heic\0\0\0\0mif1heic"),
        part(b"meta", &meta.concat()),
    ]
    .concat()
}
