//! Clips to hashes, by the decoder in this process: these are ours.

use image::RgbImage;

use super::super::{ClipLimits, Decoders, H264};
use super::encode::{avcc, film, scene, stream};
use super::write::{Coded, Mkv, Mp4};
use crate::Error;
use crate::error::{Limit, Reason};
use crate::hash::{HashType, Turn, View};
use crate::hasher::{Fingerprint, Hasher, Sampling, pdq, pdq_dihedral};
use crate::media::{Limits, Picture};

const SIZE: (u32, u32) = (320, 240);

fn scenes(count: u32) -> Vec<RgbImage> {
    (0..count).map(|n| scene(n, SIZE.0, SIZE.1)).collect()
}

fn in_process() -> Hasher {
    let decoders = Decoders {
        h264: H264::InProcess,
        ..Decoders::default()
    };
    Hasher::new([HashType::Pdq]).with_decoders(decoders)
}

fn mp4((private, pictures): &(Vec<u8>, Vec<Coded>)) -> Mp4 {
    Mp4 {
        private: avcc(private),
        size: (SIZE.0 as u16, SIZE.1 as u16),
        ..Mp4::new(pictures.clone())
    }
}

fn mkv((private, pictures): &(Vec<u8>, Vec<Coded>)) -> Mkv {
    Mkv {
        private: private.clone(),
        ..Mkv::new(pictures.clone())
    }
}

/// Number, time and, of the picture that it was made of, how many bits away.
fn shown(found: &Fingerprint, pictures: &[RgbImage]) -> Vec<(u32, u64, u32)> {
    let of = |picture: &RgbImage| pdq(&Picture::new(picture.clone().into()).unwrap());
    let prints = found.prints.iter().map(|print| {
        let hash = print.hash.as_pdq().unwrap();
        let expected = of(&pictures[print.frame as usize]);
        assert!(print.quality.abs_diff(expected.quality) <= 3, "{print:?}");
        (print.frame, print.ms, hash.distance(&expected.hash))
    });
    prints.collect()
}

#[test]
fn keyframes_have_the_hashes_of_the_pictures_they_were_made_of() {
    let pictures = scenes(8);
    let film = film(&pictures, 2);
    let files = [
        mp4(&film).fast(),
        mp4(&film).fragmented(3),
        mkv(&film).write(),
    ];
    for file in files {
        let found = in_process().hash_bytes(&file);
        assert!(found.error.is_none(), "{:?}", found.error);
        let shown = shown(&found, &pictures);
        let numbers: Vec<(u32, u64)> = shown.iter().map(|s| (s.0, s.1)).collect();
        assert_eq!(numbers, [(0, 0), (2, 80), (4, 160), (6, 240)]);
        assert!(shown.iter().all(|s| s.2 <= 8), "{shown:?}");
        let media = found.media.unwrap();
        assert_eq!((media.width, media.height, media.frames), (320, 240, 4));
        assert_eq!((media.partial, media.capped), (None, false));
        let clip = media.clip.unwrap();
        assert_eq!(clip.codec.as_deref(), Some("H.264"));
        assert_eq!(
            (clip.decoder.as_str(), clip.ms, clip.sparse),
            ("openh264", 280, false)
        );
    }
}

#[test]
fn nothing_in_c_decodes_where_nobody_said_so() {
    let file = mp4(&film(scenes(1), 1)).fast();
    let found = Hasher::new([HashType::Pdq]).hash_bytes(&file);
    assert!(found.prints.is_empty());
    assert!(matches!(
        found.error,
        Some(Error::Unsupported(Reason::H264NotChosen))
    ));
    let digests = Hasher::new([HashType::Md5]).hash_bytes(&file);
    assert!(digests.error.is_none() && digests.digests.len() == 1);
}

#[test]
fn few_keyframes_are_said_to_be_few() {
    let found = in_process().hash_bytes(&mp4(&film(scenes(8), 8)).fast());
    assert_eq!(found.prints.len(), 1);
    assert!(matches!(
        found.error,
        Some(Error::Unsupported(Reason::ClipTooFewPictures))
    ));
    assert!(found.media.unwrap().clip.unwrap().sparse);
    // Of one picture one is all there is.
    let found = in_process().hash_bytes(&mp4(&film(scenes(1), 1)).fast());
    assert!(!found.media.unwrap().clip.unwrap().sparse);
    // What is asked for and cannot be done is no silent half.
    let distinct = in_process().with_sampling(Sampling::Distinct);
    let found = distinct.hash_bytes(&mp4(&film(scenes(8), 8)).fast());
    assert_eq!(found.prints.len(), 1);
    assert!(matches!(
        found.error,
        Some(Error::Unsupported(Reason::ClipTooFewPictures))
    ));
    // Nor are keyframes what another program hashes.
    let vpdq = in_process().with_sampling("vpdq=1".parse().unwrap());
    let found = vpdq.hash_bytes(&mp4(&film(scenes(8), 1)).fast());
    assert!(found.prints.is_empty() && matches!(found.error, Some(Error::Unsupported(_))));
}

#[test]
fn of_a_clip_of_keyframes_every_sampling_is_made_here() {
    let mut pictures = scenes(6);
    // The third is as good as the second, the fourth is black.
    pictures[2] = pictures[1].clone();
    pictures[3] = RgbImage::new(SIZE.0, SIZE.1);
    let file = mp4(&film(&pictures, 1)).fast();
    for (sampling, numbers) in [
        (Sampling::All, &[0, 1, 2, 3, 4, 5][..]),
        (Sampling::Distinct, &[0, 1, 4, 5]),
        ("interval=0.08".parse().unwrap(), &[0, 2, 4]),
    ] {
        let found = in_process().with_sampling(sampling).hash_bytes(&file);
        let frames: Vec<u32> = found.prints.iter().map(|print| print.frame).collect();
        assert_eq!(frames, numbers, "{sampling}");
        assert!(found.error.is_none());
    }
}

#[test]
fn a_film_that_is_to_be_turned_is_hashed_both_ways() {
    let pictures = scenes(4);
    let film = Mp4 {
        matrix: [0, 1, -1, 0],
        ..mp4(&film(&pictures, 1))
    };
    let found = in_process().hash_bytes(&film.fast());
    assert_eq!(found.media.as_ref().unwrap().orientation, 6);
    assert_eq!(found.prints.len(), 8);
    for pair in found.prints.as_chunks::<2>().0 {
        assert_eq!(
            pair.map(|print| print.view),
            [View::ORIGINAL, View::from(Turn::Rotate90)]
        );
        let picture = &pictures[pair[0].frame as usize];
        let whole = Picture::new(picture.clone().into()).unwrap();
        let expected = pdq_dihedral(&whole).hash(Turn::Rotate90);
        let hash = pair[1].hash.as_pdq().unwrap();
        assert!(hash.distance(&expected) <= 8);
    }
}

/// Parameter sets in the stream, another size in the middle, times that are uneven or before the start.
#[test]
fn a_stream_may_change_its_size_and_its_pace() {
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
    let found = in_process().hash_bytes(&film.write());
    let pictures: Vec<RgbImage> = scenes(4).into_iter().chain(large).collect();
    let shown = shown(&found, &pictures);
    let times: Vec<u64> = shown.iter().map(|s| s.1).collect();
    assert_eq!(times, [0, 0, 500, 510, 520, 3000, 3001, 9000]);
    assert!(shown.iter().all(|s| s.2 <= 8), "{shown:?}");
    let media = found.media.unwrap();
    assert_eq!((media.width, media.height, media.frames), (320, 240, 8));
}

#[test]
fn what_is_cut_or_broken_gives_the_pictures_that_are_there() {
    let pictures = scenes(6);
    let film = film(&pictures, 1);
    let whole = mp4(&film).fast();
    let found = in_process().hash_bytes(&whole[..whole.len() - 10]);
    assert_eq!(found.prints.len(), 5);
    assert_eq!(found.media.unwrap().partial, Some(Reason::ClipCut));
    let mut broken = film.clone();
    let bytes = &mut broken.1[2].bytes;
    let end = bytes.len();
    bytes[end / 4..].fill(0x55);
    let found = in_process().hash_bytes(&mp4(&broken).fast());
    let shown = shown(&found, &pictures);
    assert!(shown.len() >= 5 && shown.iter().filter(|s| s.2 <= 8).count() == 5);
    let short = &whole[..whole.len() - film.1.iter().map(|p| p.bytes.len()).sum::<usize>()];
    let found = in_process().hash_bytes(short);
    assert!(matches!(found.error, Some(Error::Damaged(_))), "{found:?}");
}

#[test]
fn limits_are_kept() {
    let file = mp4(&film(scenes(4), 1)).fast();
    let small = Limits {
        pixels: 1000,
        ..Limits::default()
    };
    let found = in_process().with_limits(small).hash_bytes(&file);
    assert!(matches!(
        found.error,
        Some(Error::OverLimit {
            what: Limit::Pixels,
            ..
        })
    ));
    let limits = ClipLimits {
        frames: 3,
        ..ClipLimits::default()
    };
    let decoders = Decoders {
        h264: H264::InProcess,
        limits,
        ..Decoders::default()
    };
    let found = in_process().with_decoders(decoders).hash_bytes(&file);
    assert_eq!(found.prints.len(), 3);
    assert!(found.media.unwrap().capped);
}
