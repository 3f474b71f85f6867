//! Films whose container says of their pictures what is not so. Others show for a moment what they stand alone with.

use image::RgbImage;

use super::super::{Decoders, H264};
use super::encode::{avcc, film, scene};
use super::write::{Coded, Mkv, Mp4};
use crate::Error;
use crate::hash::HashType;
use crate::hasher::{Fingerprint, Hasher, pdq};
use crate::media::Picture;

type Film = (Vec<u8>, Vec<Coded>);

fn scenes(numbers: impl IntoIterator<Item = u32>, each: usize) -> Vec<RgbImage> {
    let scenes = numbers.into_iter().map(|n| scene(n, 320, 240));
    scenes.flat_map(|scene| vec![scene; each]).collect()
}

fn mp4((private, pictures): &Film) -> Mp4 {
    Mp4 {
        private: avcc(private),
        size: (320, 240),
        ..Mp4::new(pictures.clone())
    }
}

fn mkv((private, pictures): &Film) -> Mkv {
    Mkv {
        private: private.clone(),
        ..Mkv::new(pictures.clone())
    }
}

fn hash(file: &[u8]) -> Fingerprint {
    let decoders = Decoders {
        h264: H264::InProcess,
        ..Decoders::default()
    };
    let hasher = Hasher::new([HashType::Pdq]).with_decoders(decoders);
    hasher.hash_bytes(file)
}

/// Which scenes a hash was made of.
fn found(found: &Fingerprint, numbers: std::ops::Range<u32>) -> Vec<u32> {
    let shows = |number: &u32| {
        let scene = Picture::new(scene(*number, 320, 240).into()).unwrap();
        let expected = pdq(&scene).hash;
        let near = |hash: &crate::hash::Pdq| hash.distance(&expected) <= 8;
        found
            .prints
            .iter()
            .filter_map(|print| print.hash.as_pdq())
            .any(|hash| near(&hash))
    };
    numbers.filter(shows).collect()
}

fn is_sparse(found: &Fingerprint) -> bool {
    let is_said = matches!(found.error, Some(Error::Unsupported(_)));
    let clip = found.media.as_ref().unwrap().clip.as_ref().unwrap();
    assert_eq!(clip.sparse, is_said, "{found:?}");
    is_said
}

/// Four groups of two seconds. Each begins with one picture of a scene, and goes on with another scene.
fn flashes() -> Film {
    let mut pictures = scenes(0..4, 50);
    for group in 0..4 {
        pictures[group * 50] = scene(20 + group as u32, 320, 240);
    }
    film(pictures, 50)
}

#[test]
fn every_video_track_is_a_clip_of_its_own() {
    let first = film(scenes(0..6, 1), 1);
    let second = film(scenes(10..18, 1), 1);
    let off = Mp4 {
        enabled: false,
        ..mp4(&second)
    };
    let of_number_two = Mkv {
        number: 2,
        ..mkv(&second)
    };
    for file in [
        mp4(&first).beside(&[mp4(&second)]),
        mp4(&first).beside(std::slice::from_ref(&off)),
        off.beside(&[mp4(&first)]),
        mp4(&first).fragmented_beside(&[mp4(&second)], 2),
        mkv(&first).beside(&[of_number_two]),
    ] {
        let clip = hash(&file);
        assert_eq!(found(&clip, 0..30), (0..6).collect::<Vec<u32>>());
        assert_eq!(clip.tracks.len(), 1);
        assert_eq!(
            found(&clip.tracks[0], 0..30),
            (10..18).collect::<Vec<u32>>()
        );
        let times = clip.tracks[0]
            .prints
            .iter()
            .map(|print| (print.frame, print.ms));
        assert!(times.eq((0..8).map(|n| (n, u64::from(n) * 40))));
        assert_eq!(clip.tracks[0].clip_ms(), Some(280));
        assert!(clip.error.is_none() && clip.tracks[0].error.is_none());
    }
    // What cannot be decoded of a further track is told of it.
    let foreign = Mp4 {
        codec: *b"vp09",
        ..mp4(&second)
    };
    let clip = hash(&mp4(&first).beside(&[foreign]));
    assert!(clip.error.is_none());
    assert!(matches!(clip.tracks[0].error, Some(Error::Unsupported(_))));
}

#[test]
fn pictures_that_stand_alone_are_found_whatever_the_container_says() {
    let all = film(scenes(0..8, 1), 1);
    for marked in [|_: usize| false, |n: usize| n == 0, |n: usize| n % 3 == 1] {
        let mut lie = all.clone();
        for (number, picture) in lie.1.iter_mut().enumerate() {
            picture.key = marked(number);
        }
        for file in [mp4(&lie).fast(), mp4(&lie).fragmented(3), mkv(&lie).write()] {
            let clip = hash(&file);
            assert_eq!(found(&clip, 0..8), (0..8).collect::<Vec<u32>>());
        }
    }
    // Harmless ones of no length are marked, and what is shown is not.
    let (private, mut pictures) = film(scenes([20, 0, 21, 1, 22, 2, 23, 3], 1), 1);
    let (_, follow) = film(scenes([0], 50), 50);
    let mut film = Vec::new();
    for (pair, ms) in pictures.chunks_mut(2).zip((0..).step_by(2_000)) {
        (pair[0].ms, pair[1].ms) = (ms, ms);
        pair[1].key = false;
        film.extend_from_slice(pair);
        let rest = follow[1..].iter().cloned();
        film.extend(rest.map(|picture| Coded {
            ms: ms + picture.ms,
            ..picture
        }));
    }
    let clip = hash(&mp4(&(private, film)).fast());
    assert_eq!(found(&clip, 0..4), [0, 1, 2, 3]);
    assert!(!is_sparse(&clip));
}

#[test]
fn a_key_frame_that_is_shown_for_a_moment_stands_for_nothing_else() {
    let ordinary = film(scenes(0..4, 50), 50);
    let mut all_marked = (ordinary.clone(), flashes());
    let pictures = all_marked.0.1.iter_mut().chain(&mut all_marked.1.1);
    pictures.for_each(|picture| picture.key = true);
    for (film, sparse) in [
        (ordinary, false),
        (flashes(), true),
        (all_marked.0, false),
        (all_marked.1, true),
    ] {
        for file in [
            mp4(&film).fast(),
            mp4(&film).fragmented(9),
            mkv(&film).write(),
        ] {
            let clip = hash(&file);
            assert_eq!(clip.prints.len(), 4);
            assert_eq!(is_sparse(&clip), sparse);
        }
    }
}

/// Of each two seconds an edit list shows the second one, without the key frame and what it stands for.
#[test]
fn a_key_frame_that_is_cut_away_stands_for_nothing_else() {
    let mut pictures = scenes(0..4, 50);
    for (number, picture) in pictures.iter_mut().enumerate() {
        if number % 50 < 25 {
            *picture = scene(20 + number as u32 / 50, 320, 240);
        }
    }
    let halves = film(pictures, 50);
    assert!(
        !is_sparse(&hash(&mp4(&halves).fast())),
        "half of it is seen"
    );
    let mut film = mp4(&halves);
    film.edits = (0..4).map(|group| (1_000, group * 2_000 + 1_000)).collect();
    assert!(is_sparse(&hash(&film.fast())));
    film.edits = (0..4).map(|group| (1_000, group * 2_000)).collect();
    assert!(!is_sparse(&hash(&film.fast())));
}

/// With the real ffmpeg, where it is installed, the pictures around each flash are looked at. Where it is not installed, that
/// is said aloud.
#[test]
#[cfg(unix)]
fn what_is_shown_between_flashes_is_looked_at_where_ffmpeg_is_there() {
    use std::io::Write as _;
    let program = std::path::Path::new("/usr/bin/ffmpeg");
    if !program.exists() {
        let text =
            b"SKIPPED: /usr/bin/ffmpeg is not there: what is shown between flashes is not tested\n";
        std::io::stderr().write_all(text).unwrap();
        return;
    }
    let decoders = Decoders {
        h264: H264::InProcess,
        ffmpeg: Some(super::super::Ffmpeg::new(program)),
        ..Decoders::default()
    };
    let hasher = Hasher::new([HashType::Pdq]).with_decoders(decoders);
    // One a second too, so that what is looked at by the clock is a flash each time.
    let mut pictures = scenes(0..8, 25);
    for (number, picture) in pictures.iter_mut().enumerate() {
        if number % 12 == 0 {
            *picture = scene(20, 320, 240);
        }
    }
    for film in [flashes(), film(pictures, 12)] {
        for file in [mp4(&film).fast(), mkv(&film).write()] {
            let clip = hasher.hash_bytes(&file);
            assert_eq!(found(&clip, 0..4), [0, 1, 2, 3]);
            assert!(!is_sparse(&clip));
        }
    }
    // A further track is what ffmpeg is asked for, too.
    let clip = hasher.hash_bytes(&mp4(&film(scenes(4..10, 1), 1)).beside(&[mp4(&flashes())]));
    assert_eq!(found(&clip, 0..10), [4, 5, 6, 7, 8, 9]);
    assert_eq!(found(&clip.tracks[0], 0..10), [0, 1, 2, 3]);
    let number_two = Mkv {
        number: 2,
        ..mkv(&flashes())
    };
    let clip = hasher.hash_bytes(&mkv(&film(scenes(4..10, 1), 1)).beside(&[number_two]));
    assert_eq!(found(&clip.tracks[0], 0..10), [0, 1, 2, 3]);
}
