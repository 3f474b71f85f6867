//! Everything that people name film.mp4, and what it comes to without ffmpeg.

use std::io::Cursor;

use image::{ImageFormat, RgbImage};

use crate::film::encode::{avcc, film, scene, stream};
use crate::film::write::{Coded, Mkv, Mp4, part, pictures};

pub(crate) struct BadClip {
    pub(crate) name: &'static str,
    pub(crate) bytes: Vec<u8>,
    pub(crate) status: &'static str,
}

pub(crate) fn bad_clips() -> Vec<BadClip> {
    let good = mp4(film(scenes(6), 1));
    let whole = good.fast();
    let coded: usize = good.pictures.iter().map(|p| p.bytes.len()).sum();
    let with = |change: fn(&mut Mp4)| {
        let mut film = good.clone();
        change(&mut film);
        film.fast()
    };
    let off = Mp4 {
        enabled: false,
        ..good.clone()
    };
    let mut index_missing = good.late(&[]);
    index_missing.truncate(coded);
    let fragments = Mp4 {
        pictures: pictures(100_000, 1),
        ..good.clone()
    };
    let matroska = Mkv {
        private: film(scenes(1), 1).0,
        ..Mkv::new(film(scenes(5), 1).1)
    };
    let matroska = matroska.write();
    let cases = [
        ("01 nothing", vec![], "unsupported"),
        ("02 one byte", vec![0], "unsupported"),
        ("03 only a header", whole[..24].to_vec(), "damaged"),
        ("04 index at the end", good.late(&[]), "no_match"),
        ("05 index missing", index_missing, "damaged"),
        ("06 one picture", mp4(film(scenes(1), 1)).fast(), "no_match"),
        (
            "07 sound",
            with(|film| (film.handler, film.codec) = (*b"soun", *b"mp4a")),
            "unsupported",
        ),
        ("08 two tracks", good.beside(&[off]), "no_match"),
        (
            "09 encrypted",
            with(|film| film.codec = *b"encv"),
            "unsupported",
        ),
        ("10 a picture", picture(), "no_match"),
        (
            "11 a playlist",
            b"#EXTM3U\n#EXTINF:1,\n/etc/passwd\n".to_vec(),
            "unsupported",
        ),
        (
            "12 a list of films",
            b"ffconcat version 1.0\nfile '04 index at the end'\n".to_vec(),
            "unsupported",
        ),
        ("13 all broken", with(broken), "damaged"),
        ("14 cut", whole[..whole.len() - 9].to_vec(), "damaged"),
        (
            "15 100,000 fragments of nothing",
            fragments.fragmented(1),
            "damaged",
        ),
        (
            "16 another codec",
            with(|film| film.codec = *b"av01"),
            "unsupported",
        ),
        ("17 matroska", matroska.clone(), "no_match"),
        (
            "18 matroska, cut",
            matroska[..matroska.len() - 99].to_vec(),
            "damaged",
        ),
        (
            "19 no configuration",
            with(|film| film.private = part(b"free", b"")),
            "unsupported",
        ),
        (
            "20 fields of zeros",
            part(b"moov", &[0; 4096]),
            "unsupported",
        ),
        (
            "21 negative times",
            with(|film| film.edits = vec![(0, 100)]),
            "no_match",
        ),
        ("22 ten hours", ten_hours(), "no_match"),
        (
            "23 uneven times, another size in the middle",
            another_size(),
            "no_match",
        ),
    ];
    let cases = cases.into_iter();
    cases
        .map(|(name, bytes, status)| BadClip {
            name,
            bytes,
            status,
        })
        .collect()
}

fn scenes(count: u32) -> Vec<RgbImage> {
    (0..count).map(|n| scene(n, 320, 240)).collect()
}

fn mp4((private, pictures): (Vec<u8>, Vec<Coded>)) -> Mp4 {
    Mp4 {
        private: avcc(&private),
        size: (320, 240),
        ..Mp4::new(pictures)
    }
}

fn broken(film: &mut Mp4) {
    for picture in &mut film.pictures {
        picture.bytes[8..].fill(0x5A);
    }
}

fn picture() -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let scene = scene(9, 320, 240);
    scene.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// A picture in twenty seconds, which is shown for so long.
fn ten_hours() -> Vec<u8> {
    let scenes = (0..9).map(|n| scene(n, 64, 48));
    let (private, coded) = film(scenes.collect::<Vec<_>>(), 1);
    let pictures = (0..1800).map(|i| Coded {
        ms: i as i64 * 20_000,
        ..coded[i % coded.len()].clone()
    });
    let film = Mp4 {
        size: (64, 48),
        ..mp4((private, pictures.collect()))
    };
    film.fast()
}

fn another_size() -> Vec<u8> {
    let large: Vec<RgbImage> = (4..8).map(|n| scene(n, 480, 272)).collect();
    let mut coded = stream(scenes(4), 1);
    coded.extend(stream(&large, 1));
    let times = [-30, 0, 500, 510, 520, 3000, 3001, 9000];
    for (picture, ms) in coded.iter_mut().zip(times) {
        picture.ms = ms;
    }
    let film = Mkv {
        private: Vec::new(),
        in_each: 1,
        ..Mkv::new(coded)
    };
    film.write()
}
