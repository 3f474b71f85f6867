//! Writes clips: sound ones, and ones that nobody should make.

/// What a picture is.
#[derive(Clone, Debug)]
pub(crate) struct Coded {
    pub(crate) bytes: Vec<u8>,
    /// When it is shown, in milliseconds.
    pub(crate) ms: i64,
    pub(crate) key: bool,
}

/// Pictures of these bytes, 40 ms apart, of which every so many stand alone.
pub(crate) fn pictures(count: usize, gop: usize) -> Vec<Coded> {
    (0..count)
        .map(|i| Coded {
            bytes: format!("picture {i}").into_bytes(),
            ms: i as i64 * 40,
            key: i % gop == 0,
        })
        .collect()
}

pub(crate) fn part(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let size = u32::try_from(content.len() + 8).unwrap();
    [&size.to_be_bytes(), &kind[..], content].concat()
}

fn full(kind: &[u8; 4], version: u8, flags: u32, content: &[u8]) -> Vec<u8> {
    let head = (u32::from(version) << 24 | flags).to_be_bytes();
    part(kind, &[&head[..], content].concat())
}

pub(crate) fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

/// How an MP4 file is written.
#[derive(Clone, Debug)]
pub(crate) struct Mp4 {
    pub(crate) codec: [u8; 4],
    /// The box beside the codec, with its header.
    pub(crate) private: Vec<u8>,
    pub(crate) size: (u16, u16),
    pub(crate) pictures: Vec<Coded>,
    /// a, b, c, d of the matrix.
    pub(crate) matrix: [i32; 4],
    /// Duration in milliseconds and first moment, each.
    pub(crate) edits: Vec<(u32, i32)>,
    pub(crate) handler: [u8; 4],
    pub(crate) enabled: bool,
    pub(crate) timescale: u32,
}

impl Mp4 {
    pub(crate) fn new(pictures: Vec<Coded>) -> Mp4 {
        Mp4 {
            codec: *b"avc1",
            private: part(b"avcC", b"configuration"),
            size: (64, 48),
            pictures,
            matrix: [1, 0, 0, 1],
            edits: Vec::new(),
            handler: *b"vide",
            enabled: true,
            timescale: 1000,
        }
    }

    fn ftyp() -> Vec<u8> {
        part(b"ftyp", b"isom\0\0\0\0isommp42")
    }

    fn entry(&self) -> Vec<u8> {
        let mut entry = vec![0; 78];
        entry[7] = 1;
        entry[24..26].copy_from_slice(&self.size.0.to_be_bytes());
        entry[26..28].copy_from_slice(&self.size.1.to_be_bytes());
        entry.extend(&self.private);
        part(&self.codec, &entry)
    }

    /// The track, whose pictures are at these places or, where there are none, in fragments.
    pub(crate) fn trak(&self, id: u32, offsets: &[u64]) -> Vec<u8> {
        let [a, b, c, d] = self.matrix.map(|value| (value << 16).cast_unsigned());
        let mut tkhd = words(&[0, 0, id, 0, 0, 0, 0, 0, 0]);
        tkhd.extend(words(&[a, b, 0, c, d, 0, 0, 0, 1 << 30, 0, 0]));
        let tkhd = full(b"tkhd", 0, self.enabled.into(), &tkhd);
        let mut elst = words(&[self.edits.len() as u32]);
        for &(duration, from) in &self.edits {
            elst.extend(words(&[duration, from.cast_unsigned(), 1 << 16]));
        }
        let edts = if self.edits.is_empty() {
            Vec::new()
        } else {
            part(b"edts", &full(b"elst", 0, 0, &elst))
        };
        let mdhd = full(b"mdhd", 0, 0, &words(&[0, 0, self.timescale, 0, 0]));
        let hdlr = [&words(&[0])[..], &self.handler, &[0; 13]].concat();
        let hdlr = full(b"hdlr", 0, 0, &hdlr);
        let stsd = [words(&[1]), self.entry()].concat();
        let mut stbl = full(b"stsd", 0, 0, &stsd);
        if offsets.is_empty() {
            for kind in [b"stts", b"stsc", b"stco"] {
                stbl.extend(full(kind, 0, 0, &words(&[0])));
            }
            stbl.extend(full(b"stsz", 0, 0, &words(&[0, 0])));
        } else {
            stbl.extend(self.tables(offsets));
        }
        let minf = part(b"minf", &part(b"stbl", &stbl));
        let mdia = part(b"mdia", &[mdhd, hdlr, minf].concat());
        part(b"trak", &[tkhd, edts, mdia].concat())
    }

    /// Pictures are decoded in the order in which they stand, evenly, and shown when they say.
    fn tables(&self, offsets: &[u64]) -> Vec<u8> {
        let ticks = |ms: i64| ms * i64::from(self.timescale) / 1000;
        let count = self.pictures.len() as u32;
        let (mut stts, mut ctts) = (words(&[count]), words(&[count]));
        for (i, picture) in (0..).zip(&self.pictures) {
            stts.extend(words(&[1, ticks(40) as u32]));
            let delay = ticks(picture.ms) - ticks(40) * i;
            ctts.extend(words(&[1, (delay as i32).cast_unsigned()]));
        }
        let sizes = self.pictures.iter().map(|p| p.bytes.len() as u32);
        let sizes: Vec<u32> = [0, count].into_iter().chain(sizes).collect();
        let keys = (1..).zip(&self.pictures).filter(|(_, p)| p.key);
        let keys: Vec<u32> = keys.map(|(number, _)| number).collect();
        let keys = [&[keys.len() as u32], &keys[..]].concat();
        let chunks = offsets.iter().flat_map(|offset| offset.to_be_bytes());
        let chunks: Vec<u8> = words(&[count]).into_iter().chain(chunks).collect();
        [
            full(b"stts", 0, 0, &stts),
            full(b"ctts", 1, 0, &ctts),
            full(b"stss", 0, 0, &words(&keys)),
            full(b"stsc", 0, 0, &words(&[1, 1, 1, 1])),
            full(b"stsz", 0, 0, &words(&sizes)),
            full(b"co64", 0, 0, &chunks),
        ]
        .concat()
    }

    fn mvhd() -> Vec<u8> {
        full(b"mvhd", 0, 0, &words(&[0, 0, 1000, 0]))
    }

    /// The file with its index before the pictures.
    pub(crate) fn fast(&self) -> Vec<u8> {
        let moov = |offsets: &[u64]| part(b"moov", &[Self::mvhd(), self.trak(1, offsets)].concat());
        let length = moov(&vec![0; self.pictures.len()]).len();
        let start = Self::ftyp().len() + length + 8;
        let (mdat, offsets) = self.mdat(start as u64);
        [Self::ftyp(), moov(&offsets), mdat].concat()
    }

    /// The file with its index at the end, and other tracks before this one.
    pub(crate) fn late(&self, others: &[Mp4]) -> Vec<u8> {
        let start = Self::ftyp().len() + 8;
        let (mdat, offsets) = self.mdat(start as u64);
        let mut moov = Self::mvhd();
        for (id, other) in (2..).zip(others) {
            moov.extend(other.trak(id, &vec![start as u64; other.pictures.len()]));
        }
        moov.extend(self.trak(1, &offsets));
        [Self::ftyp(), mdat, part(b"moov", &moov)].concat()
    }

    /// The file with this track and others behind it, each with pictures of its own.
    pub(crate) fn beside(&self, others: &[Mp4]) -> Vec<u8> {
        let (mut file, mut moov) = (Self::ftyp(), Self::mvhd());
        for (id, film) in (1..).zip([self].into_iter().chain(others)) {
            let (mdat, offsets) = film.mdat(file.len() as u64 + 8);
            file.extend(mdat);
            moov.extend(film.trak(id, &offsets));
        }
        [file, part(b"moov", &moov)].concat()
    }

    fn mdat(&self, start: u64) -> (Vec<u8>, Vec<u64>) {
        let (mut bytes, mut offsets) = (Vec::new(), Vec::new());
        for picture in &self.pictures {
            offsets.push(start + bytes.len() as u64);
            bytes.extend(&picture.bytes);
        }
        (part(b"mdat", &bytes), offsets)
    }

    /// The file in fragments of so many pictures.
    pub(crate) fn fragmented(&self, in_each: usize) -> Vec<u8> {
        self.fragmented_beside(&[], in_each)
    }

    /// The same with other tracks, whose fragments lie between its own.
    pub(crate) fn fragmented_beside(&self, others: &[Mp4], in_each: usize) -> Vec<u8> {
        let films: Vec<&Mp4> = [self].into_iter().chain(others).collect();
        let (mut moov, mut mvex) = (Self::mvhd(), Vec::new());
        for (id, film) in (1..).zip(&films) {
            moov.extend(film.trak(id, &[]));
            mvex.extend(full(b"trex", 0, 0, &words(&[id, 1, 40, 0, 0x1_0000])));
        }
        moov.extend(part(b"mvex", &mvex));
        let mut file = [Self::ftyp(), part(b"moov", &moov)].concat();
        let longest = films.iter().map(|film| film.pictures.len()).max().unwrap();
        for start in (0..longest).step_by(in_each) {
            for (id, film) in (1..).zip(&films) {
                let pictures = film.pictures.iter().skip(start).take(in_each);
                let pictures: Vec<Coded> = pictures.cloned().collect();
                if !pictures.is_empty() {
                    file.extend(Self::fragment(id, &pictures, 40 * start as u32));
                }
            }
        }
        file
    }

    fn fragment(id: u32, pictures: &[Coded], time: u32) -> Vec<u8> {
        let moof = |offset: u32| {
            let mut trun = words(&[pictures.len() as u32, offset]);
            for (i, picture) in (0..).zip(pictures) {
                let flags = if picture.key { 0x200_0000 } else { 0x101_0000 };
                let delay = picture.ms as i32 - (time as i32 + 40 * i);
                trun.extend(words(&[
                    picture.bytes.len() as u32,
                    flags,
                    delay.cast_unsigned(),
                ]));
            }
            let traf = [
                full(b"tfhd", 0, 0x2_0000, &words(&[id])),
                full(b"tfdt", 0, 0, &words(&[time])),
                full(b"trun", 1, 0xE01, &trun),
            ];
            let mfhd = full(b"mfhd", 0, 0, &words(&[1]));
            part(b"moof", &[mfhd, part(b"traf", &traf.concat())].concat())
        };
        let offset = moof(0).len() as u32 + 8;
        let bytes: Vec<u8> = pictures.iter().flat_map(|p| p.bytes.clone()).collect();
        [moof(offset), part(b"mdat", &bytes)].concat()
    }
}

/// An element of Matroska, whose size takes eight bytes.
pub(crate) fn element(id: u32, content: &[u8]) -> Vec<u8> {
    let mut bytes = id_bytes(id);
    bytes.extend((content.len() as u64 | 1 << 56).to_be_bytes());
    bytes.extend(content);
    bytes
}

/// One of unknown size.
pub(crate) fn open(id: u32, content: &[u8]) -> Vec<u8> {
    [
        &id_bytes(id)[..],
        b"\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF",
        content,
    ]
    .concat()
}

fn id_bytes(id: u32) -> Vec<u8> {
    let zeros = id.leading_zeros() as usize / 8;
    id.to_be_bytes()[zeros..].to_vec()
}

pub(crate) fn uint(id: u32, value: u64) -> Vec<u8> {
    element(id, &value.to_be_bytes())
}

/// How a Matroska file is written.
#[derive(Clone, Debug)]
pub(crate) struct Mkv {
    pub(crate) codec: &'static str,
    pub(crate) private: Vec<u8>,
    pub(crate) pictures: Vec<Coded>,
    /// How many pictures are in a cluster.
    pub(crate) in_each: usize,
    /// Whether segment and clusters have a size.
    pub(crate) sized: bool,
    /// Whether pictures are in groups of blocks.
    pub(crate) groups: bool,
    /// The number of the track.
    pub(crate) number: u8,
    /// Further boxes of the track.
    pub(crate) more: Vec<u8>,
}

impl Mkv {
    pub(crate) fn new(pictures: Vec<Coded>) -> Mkv {
        Mkv {
            codec: "V_MPEG4/ISO/AVC",
            private: b"configuration".to_vec(),
            pictures,
            in_each: 10,
            sized: true,
            groups: false,
            number: 1,
            more: Vec::new(),
        }
    }

    pub(crate) fn header() -> Vec<u8> {
        element(0x1A45_DFA3, &element(0x4282, b"matroska"))
    }

    pub(crate) fn track(&self, number: u64, kind: u64) -> Vec<u8> {
        let video = [uint(0xB0, 64), uint(0xBA, 48)].concat();
        let entry = [
            uint(0xD7, number),
            uint(0x83, kind),
            element(0x86, self.codec.as_bytes()),
            element(0x63A2, &self.private),
            element(0xE0, &video),
            self.more.clone(),
        ];
        element(0xAE, &entry.concat())
    }

    pub(crate) fn clusters(&self) -> Vec<Vec<u8>> {
        let holder = if self.sized { element } else { open };
        let clusters = self.pictures.chunks(self.in_each).map(|pictures| {
            let start = pictures[0].ms;
            let mut cluster = uint(0xE7, start.max(0).cast_unsigned());
            for picture in pictures {
                cluster.extend(self.block(picture, picture.ms - start.max(0)));
            }
            holder(0x1F43_B675, &cluster)
        });
        clusters.collect()
    }

    fn block(&self, picture: &Coded, ticks: i64) -> Vec<u8> {
        let ticks = (ticks as i16).to_be_bytes();
        let block = |flags: u8| {
            [
                &[0x80 | self.number, ticks[0], ticks[1], flags][..],
                &picture.bytes,
            ]
            .concat()
        };
        match (self.groups, picture.key) {
            (false, key) => element(0xA3, &block(u8::from(key) << 7)),
            (true, true) => element(0xA0, &element(0xA1, &block(0))),
            (true, false) => element(0xA0, &[element(0xA1, &block(0)), uint(0xFB, 1)].concat()),
        }
    }

    pub(crate) fn write(&self) -> Vec<u8> {
        self.beside(&[])
    }

    /// The file with this track and others behind it.
    pub(crate) fn beside(&self, others: &[Mkv]) -> Vec<u8> {
        let films = || [self].into_iter().chain(others);
        let tracks: Vec<u8> = films()
            .flat_map(|film| film.track(film.number.into(), 1))
            .collect();
        let tracks = element(0x1654_AE6B, &tracks);
        let info = element(0x1549_A966, &uint(0x2A_D7B1, 1_000_000));
        let clusters: Vec<u8> = films().flat_map(|film| film.clusters().concat()).collect();
        self.around(&[info, tracks, clusters].concat())
    }

    /// A file with a segment of this content.
    pub(crate) fn around(&self, content: &[u8]) -> Vec<u8> {
        let holder = if self.sized { element } else { open };
        [Self::header(), holder(0x1853_8067, content)].concat()
    }
}
