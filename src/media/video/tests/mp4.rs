use std::io::Cursor;

use proptest::prelude::*;

use super::super::{Codec, SAMPLES_MAX, Track};
use super::tracks;
use super::write::{Coded, Mp4, part, pictures, words};
use crate::error::{Limit, Reason};
use crate::media::Format;
use crate::{Error, Result};

fn read_all(file: &[u8]) -> Result<Vec<Track>> {
    tracks(Format::Mp4, file)
}

fn read(file: &[u8]) -> Result<Track> {
    read_all(file).map(|mut tracks| tracks.remove(0))
}

/// Bytes, time and whether it stands alone, of every picture.
fn listed(file: &[u8], track: &Track) -> Vec<(Vec<u8>, i64, bool)> {
    let read = |sample| track.read(sample, &mut Cursor::new(file)).unwrap();
    let samples = track.samples.iter();
    samples.map(|s| (read(s), s.ms, s.key)).collect()
}

fn expected(pictures: &[Coded]) -> Vec<(Vec<u8>, i64, bool)> {
    let of = |p: &Coded| (p.bytes.clone(), p.ms, p.key);
    pictures.iter().map(of).collect()
}

/// Shown in another order than they are stored.
fn reordered() -> Vec<Coded> {
    let mut all = pictures(30, 10);
    for i in (0..30).filter(|i| i % 3 == 1) {
        (all[i].ms, all[i + 1].ms) = (all[i + 1].ms, all[i].ms);
    }
    all
}

#[test]
fn pictures_are_found_wherever_the_index_is() {
    let film = Mp4::new(reordered());
    for file in [
        film.fast(),
        film.late(&[]),
        film.fragmented(7),
        film.fragmented(1),
    ] {
        let track = read(&file).unwrap();
        assert_eq!(listed(&file, &track), expected(&film.pictures));
        assert_eq!((track.partial, track.capped, track.place), (None, false, 0));
        let [description] = track.descriptions.try_into().unwrap();
        assert_eq!(description.codec, Codec::H264);
        assert_eq!(description.private, b"configuration");
        assert_eq!((description.width, description.height), (64, 48));
    }
}

#[test]
fn keyframes_are_numbered_as_they_are_shown() {
    let film = Mp4::new(reordered());
    let track = read(&film.fast()).unwrap();
    let numbers: Vec<(u32, i64)> = track.keyframes().map(|(n, s)| (n, s.ms)).collect();
    assert_eq!(numbers, [(0, 0), (11, 440), (19, 760)]);
    assert_eq!(track.ms(), 29 * 40);
}

#[test]
fn every_video_track_is_told_and_the_enabled_ones_first() {
    let film = Mp4::new(pictures(3, 1));
    let sound = Mp4 {
        handler: *b"soun",
        codec: *b"mp4a",
        ..film.clone()
    };
    let cover = Mp4 {
        enabled: false,
        codec: *b"jpeg",
        ..film.clone()
    };
    let codecs = |file: &[u8]| {
        let tracks = read_all(file).unwrap().into_iter();
        let codec = |track: Track| (track.descriptions[0].codec.clone(), track.place);
        tracks.map(codec).collect::<Vec<_>>()
    };
    let file = film.late(&[sound.clone(), cover.clone()]);
    assert_eq!(codecs(&file), [(Codec::H264, 1), (Codec::Jpeg, 0)]);
    let second = Mp4 {
        codec: *b"hvc1",
        ..film.clone()
    };
    assert_eq!(
        codecs(&film.late(&[second])),
        [(Codec::Hevc, 0), (Codec::H264, 1)]
    );
    assert_eq!(
        codecs(&cover.late(&[])),
        [(Codec::Jpeg, 0)],
        "where none is enabled"
    );
    let error = read(&sound.late(&[])).unwrap_err();
    assert!(matches!(
        error,
        Error::Unsupported(Reason::ClipWithoutVideo)
    ));
}

#[test]
fn a_track_of_coded_pictures_is_seen_whatever_it_is_called() {
    let film = Mp4::new(pictures(3, 1));
    for handler in [
        b"vide", b"pict", b"auxv", b"soun", b"meta", b"text", b"XXXX",
    ] {
        let second = Mp4 {
            handler: *handler,
            codec: *b"hvc1",
            ..film.clone()
        };
        let tracks = read_all(&film.late(&[second])).unwrap();
        assert_eq!(tracks.len(), 2, "{handler:?}");
    }
}

#[test]
fn tracks_have_pictures_of_their_own() {
    let films = [pictures(9, 3), reordered(), pictures(4, 1)].map(Mp4::new);
    let [first, others @ ..] = &films;
    for file in [first.beside(others), first.fragmented_beside(others, 2)] {
        let tracks = read_all(&file).unwrap();
        assert_eq!(tracks.len(), 3);
        for (track, film) in tracks.iter().zip(&films) {
            assert_eq!(listed(&file, track), expected(&film.pictures));
            assert_eq!((&track.partial, track.capped), (&None, false));
        }
    }
    // A track without pictures is none; what is broken of one is told of the file.
    let none = Mp4::new(Vec::new());
    assert_eq!(
        read_all(&first.fragmented_beside(&[none], 2))
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn what_edits_leave_out_is_listed_and_not_shown() {
    let mut film = Mp4::new(pictures(10, 5));
    film.edits = vec![(80, 80), (80, 240), (40, 80)];
    let track = read(&film.fast()).unwrap();
    let shown: Vec<i64> = track
        .samples
        .iter()
        .filter(|s| s.shown)
        .map(|s| s.ms)
        .collect();
    assert_eq!(shown, [0, 40, 80, 120]);
    assert_eq!((track.samples.len(), track.ms()), (10, 120));
}

#[test]
fn edits_matrices_and_encryption_are_known() {
    let mut film = Mp4::new(pictures(3, 1));
    film.edits = vec![(500, -1), (0, 40)];
    film.matrix = [0, 1, -1, 0];
    film.codec = *b"encv";
    film.timescale = 25_000;
    film.edits[1].1 = 1000;
    let track = read(&film.fast()).unwrap();
    assert_eq!(track.orientation, 6);
    assert_eq!(track.descriptions[0].codec, Codec::Encrypted);
    let times: Vec<i64> = track.samples.iter().map(|s| s.ms).collect();
    assert_eq!(times, [460, 500, 540]);
}

#[test]
fn negative_times_are_kept() {
    let mut all = pictures(3, 1);
    all[0].ms = -80;
    let film = Mp4::new(all);
    for file in [film.fast(), film.fragmented(2)] {
        assert_eq!(read(&file).unwrap().samples[0].ms, -80);
    }
}

/// A cut leaves what comes before it, says so, and never makes anything up.
#[test]
fn every_cut_is_said() {
    let film = Mp4::new(pictures(12, 4));
    for (whole, fragments) in [(film.fast(), false), (film.fragmented(4), true)] {
        let all = listed(&whole, &read(&whole).unwrap());
        for cut in 0..whole.len() {
            let bytes = &whole[..cut];
            let Ok(track) = read(bytes) else { continue };
            // Between two fragments nothing tells that there were more.
            assert!(track.partial.is_some() || fragments, "cut at {cut}");
            let listed = listed(bytes, &track);
            let same = listed.iter().zip(&all).all(|(a, b)| a.0 == b.0);
            assert!(track.partial.is_some() || same, "cut at {cut}");
        }
        let most = read(&whole[..whole.len() - 1]).unwrap();
        assert_eq!(most.samples.len(), 11);
    }
    let late = film.late(&[]);
    let error = read(&late[..100]).unwrap_err().to_string();
    assert_eq!(error, "the file ends before its index (moov)");
}

#[test]
fn claims_cost_nothing() {
    // 2^32 - 1 pictures of one byte each, or of none, without a table of them.
    for size in [1, 0] {
        let mut film = Mp4::new(pictures(4, 1)).fast();
        let stsz = film.windows(4).position(|w| w == b"stsz").unwrap();
        film[stsz + 8..stsz + 12].copy_from_slice(&u32::to_be_bytes(size));
        film[stsz + 12..stsz + 16].copy_from_slice(&[0xFF; 4]);
        let track = read(&film).unwrap();
        assert!(
            track.partial.is_some() && track.samples.len() <= 4,
            "{track:?}"
        );
    }
    let traf = |run: &[u32]| {
        let tfhd = part(b"tfhd", &words(&[0x2_0000, 1]));
        let traf = [tfhd, part(b"trun", &words(run))].concat();
        part(b"moof", &part(b"traf", &traf))
    };
    let start = Mp4::new(Vec::new()).fragmented(1);
    // No bytes each, by default; then of four bytes each, wherever they are.
    for (run, most) in [(&[0, u32::MAX][..], 0), (&[0x200, u32::MAX, 4], 1)] {
        let track = read(&[start.clone(), traf(run)].concat()).unwrap();
        assert!(track.partial.is_some());
        assert_eq!(track.samples.len(), most);
    }
}

#[test]
fn many_fragments_and_boxes_are_read_and_too_many_refused() {
    let film = Mp4::new(pictures(100_000, 50));
    let track = read(&film.fragmented(1)).unwrap();
    assert_eq!((track.samples.len(), track.partial), (100_000, None));
    assert!(track.samples.len() < SAMPLES_MAX);
    let boxes = part(b"free", b"").repeat((1 << 20) + 1);
    let error = read(&boxes).unwrap_err();
    assert!(
        matches!(
            error,
            Error::OverLimit {
                what: Limit::Boxes,
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn nothing_is_no_film() {
    for bytes in [
        &b""[..],
        b"x",
        b"\0\0\0\x08moov",
        b"\0\0\0\x01moov\0\0\0\0\0\0\0\x10",
    ] {
        assert!(read(bytes).is_err());
    }
}

proptest! {
    #[test]
    fn any_damage_is_an_answer(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        fragmented: bool,
    ) {
        let film = Mp4::new(pictures(9, 3));
        let mut file = if fragmented { film.fragmented(2) } else { film.fast() };
        for (at, byte) in changes {
            *at.get_mut(&mut file) = byte;
        }
        if let Ok(track) = read(&file) {
            for sample in &track.samples {
                prop_assert!(track.read(sample, &mut Cursor::new(&file)).is_ok());
            }
        }
    }
}
