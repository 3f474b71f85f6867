//! Archives that are made by hand, so that they can be wrong.

use std::io::Write as _;

pub(super) fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

pub(super) fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut writer = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

pub(super) fn xz(bytes: &[u8]) -> Vec<u8> {
    let options = lzma_rust2::XzOptions::with_preset(0);
    let mut writer = lzma_rust2::XzWriter::new(Vec::new(), options).unwrap();
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

pub(super) fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

/// LZMA as zip stores it, the end unmarked.
pub(super) fn lzma(bytes: &[u8]) -> Vec<u8> {
    let options = lzma_rust2::LzmaOptions::with_preset(0);
    let mut writer = lzma_rust2::LzmaWriter::new_no_header(Vec::new(), &options, false).unwrap();
    writer.write_all(bytes).unwrap();
    let mut packed = vec![9, 20, 5, 0, options.get_props()];
    packed.extend(options.dict_size.to_le_bytes());
    packed.extend(writer.finish().unwrap());
    packed
}

/// A member of a zip file, as the directory and as its own header have it.
#[derive(Clone)]
pub(super) struct Member {
    pub(super) name: Vec<u8>,
    pub(super) local_name: Vec<u8>,
    pub(super) flags: u16,
    pub(super) method: u16,
    pub(super) local_method: u16,
    pub(super) crc: u32,
    pub(super) packed: Vec<u8>,
    pub(super) packed_size: u32,
    pub(super) size: u32,
    pub(super) mode: u32,
    /// Behind the content: a descriptor, or anything.
    pub(super) after: Vec<u8>,
    pub(super) listed: bool,
    /// The place that the directory says, if it is another.
    pub(super) place: Option<u32>,
}

pub(super) fn member(name: &str, method: u16, content: &[u8], packed: Vec<u8>) -> Member {
    Member {
        name: name.into(),
        local_name: name.into(),
        flags: 0,
        method,
        local_method: method,
        crc: crc32fast::hash(content),
        packed_size: packed.len() as u32,
        packed,
        size: content.len() as u32,
        mode: 0,
        after: Vec::new(),
        listed: true,
        place: None,
    }
}

pub(super) fn stored(name: &str, content: &[u8]) -> Member {
    member(name, 0, content, content.to_vec())
}

pub(super) fn deflated(name: &str, content: &[u8]) -> Member {
    member(name, 8, content, deflate(content))
}

impl Member {
    /// Its sizes stand behind it, with or without a mark.
    pub(super) fn streamed(mut self, marked: bool) -> Member {
        self.flags |= 8;
        if marked {
            self.after.extend(b"PK\x07\x08");
        }
        let sizes = [self.crc, self.packed_size, self.size].map(u32::to_le_bytes);
        self.after.extend(sizes.as_flattened());
        self
    }

    /// Encrypts it by the older cipher of zip (APPNOTE 6.1).
    pub(super) fn locked(mut self, password: &[u8]) -> Member {
        let step = |crc: u32, byte: u8| {
            (0..8).fold(crc ^ u32::from(byte), |crc, _| {
                crc >> 1 ^ 0xEDB8_8320 & (crc & 1).wrapping_neg()
            })
        };
        let mut keys = [0x1234_5678, 0x2345_6789, 0x3456_7890_u32];
        let update = |keys: &mut [u32; 3], byte: u8| {
            keys[0] = step(keys[0], byte);
            keys[1] = keys[1].wrapping_add(keys[0] & 0xFF);
            keys[1] = keys[1].wrapping_mul(134_775_813).wrapping_add(1);
            keys[2] = step(keys[2], (keys[1] >> 24) as u8);
        };
        password.iter().for_each(|byte| update(&mut keys, *byte));
        let mut header = vec![7; 11];
        header.push((self.crc >> 24) as u8);
        let plain = [header, self.packed].concat();
        self.packed = plain
            .into_iter()
            .map(|byte| {
                let key = (keys[2] | 2) as u16;
                let encrypted = byte ^ (key.wrapping_mul(key ^ 1) >> 8) as u8;
                update(&mut keys, byte);
                encrypted
            })
            .collect();
        self.packed_size = self.packed.len() as u32;
        self.flags |= 1;
        self
    }

    pub(super) fn unlisted(mut self) -> Member {
        self.listed = false;
        self
    }

    fn sizes(&self) -> [u8; 12] {
        let sizes = [self.crc, self.packed_size, self.size].map(u32::to_le_bytes);
        sizes.as_flattened().try_into().unwrap()
    }

    pub(super) fn local(&self) -> Vec<u8> {
        let mut header = b"PK\x03\x04\x14\0".to_vec();
        header.extend(
            [self.flags, self.local_method, 0, 0]
                .map(u16::to_le_bytes)
                .as_flattened(),
        );
        header.extend(match self.flags & 8 {
            0 => self.sizes(),
            _ => [0; 12],
        });
        header.extend((self.local_name.len() as u16).to_le_bytes());
        header.extend([0, 0]);
        [&header, &self.local_name[..], &self.packed, &self.after].concat()
    }

    fn entry(&self, place: u32) -> Vec<u8> {
        let mut entry = b"PK\x01\x02\x14\x03\x14\0".to_vec();
        entry.extend(
            [self.flags, self.method, 0, 0]
                .map(u16::to_le_bytes)
                .as_flattened(),
        );
        entry.extend(self.sizes());
        entry.extend((self.name.len() as u16).to_le_bytes());
        entry.extend([0; 8]);
        entry.extend((self.mode << 16).to_le_bytes());
        entry.extend(self.place.unwrap_or(place).to_le_bytes());
        [&entry, &self.name[..]].concat()
    }
}

/// A zip file of these members, and where its directory begins.
pub(super) fn zip_and_directory(members: &[Member]) -> (Vec<u8>, usize) {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    let mut count = 0_u16;
    for member in members {
        if member.listed {
            directory.extend(member.entry(bytes.len() as u32));
            count += 1;
        }
        bytes.extend(member.local());
    }
    let start = bytes.len();
    bytes.extend(&directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend([count, count].map(u16::to_le_bytes).as_flattened());
    bytes.extend(
        [directory.len() as u32, start as u32]
            .map(u32::to_le_bytes)
            .as_flattened(),
    );
    bytes.extend([0, 0]);
    (bytes, start)
}

pub(super) fn zip(members: &[Member]) -> Vec<u8> {
    zip_and_directory(members).0
}

/// A header block of tar.
pub(super) fn tar_header(name: &[u8], kind: u8, size: u64) -> [u8; 512] {
    let mut block = [0; 512];
    block[..name.len()].copy_from_slice(name);
    block[124..135].copy_from_slice(format!("{size:011o}").as_bytes());
    block[156] = kind;
    block[257..265].copy_from_slice(b"ustar\x0000");
    seal(&mut block);
    block
}

/// Gives a changed header its checksum.
pub(super) fn seal(block: &mut [u8; 512]) {
    block[148..156].fill(b' ');
    let sum: u32 = block.iter().map(|&byte| u32::from(byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
}

/// Content, filled up to whole blocks.
pub(super) fn blocks(content: &[u8]) -> Vec<u8> {
    let mut blocks = content.to_vec();
    blocks.resize(content.len().next_multiple_of(512), 0);
    blocks
}

pub(super) fn tar_member(name: &str, kind: u8, content: &[u8]) -> Vec<u8> {
    let header = tar_header(name.as_bytes(), kind, content.len() as u64);
    [&header[..], &blocks(content)].concat()
}

pub(super) fn pax(records: &[(&str, &str)]) -> Vec<u8> {
    let mut text = String::new();
    for (key, value) in records {
        let rest = format!(" {key}={value}\n");
        let mut length = rest.len();
        while length != format!("{length}{rest}").len() {
            length = format!("{length}{rest}").len();
        }
        text += &format!("{length}{rest}");
    }
    tar_member("pax", b'x', text.as_bytes())
}

pub(super) fn tar(members: &[Vec<u8>]) -> Vec<u8> {
    [members.concat(), vec![0; 1024]].concat()
}
