use std::io::Cursor;

use proptest::prelude::*;

use super::super::{Codec, Track};
use super::tracks;
use super::write::{Coded, Mkv, element, open, pictures, uint};
use crate::media::Format;
use crate::{Error, Result};

fn read_all(file: &[u8]) -> Result<Vec<Track>> {
    tracks(Format::Matroska, file)
}

fn read(file: &[u8]) -> Result<Track> {
    read_all(file).map(|mut tracks| tracks.remove(0))
}

#[test]
fn tracks_have_pictures_of_their_own() {
    let film = |number, count| Mkv {
        number,
        ..Mkv::new(pictures(count, 3))
    };
    let films = [film(1, 9), film(3, 25), film(2, 4)];
    let file = films[0].beside(&films[1..]);
    let tracks = read_all(&file).unwrap();
    assert_eq!(
        tracks.iter().map(|track| track.place).collect::<Vec<_>>(),
        [0, 1, 2]
    );
    for (track, film) in tracks.iter().zip(&films) {
        assert_eq!(listed(&file, track), expected(&film.pictures));
    }
}

fn listed(file: &[u8], track: &Track) -> Vec<(Vec<u8>, i64, bool)> {
    let read = |sample| track.read(sample, &mut Cursor::new(file)).unwrap();
    let samples = track.samples.iter();
    samples.map(|s| (read(s), s.ms, s.key)).collect()
}

fn expected(pictures: &[Coded]) -> Vec<(Vec<u8>, i64, bool)> {
    let of = |p: &Coded| (p.bytes.clone(), p.ms, p.key);
    pictures.iter().map(of).collect()
}

#[test]
fn pictures_are_found_in_blocks_of_every_kind() {
    for (sized, groups) in [(true, false), (false, false), (true, true), (false, true)] {
        let film = Mkv {
            sized,
            groups,
            ..Mkv::new(pictures(37, 5))
        };
        let file = film.write();
        let track = read(&file).unwrap();
        assert_eq!(
            listed(&file, &track),
            expected(&film.pictures),
            "{sized} {groups}"
        );
        assert_eq!((track.partial, track.place), (None, 0));
        assert_eq!(track.descriptions[0].codec, Codec::H264);
        assert_eq!(track.descriptions[0].private, b"configuration");
        assert_eq!(
            (track.descriptions[0].width, track.descriptions[0].height),
            (64, 48)
        );
    }
}

#[test]
fn sound_is_passed_over_and_what_is_off_comes_last() {
    let film = Mkv::new(pictures(6, 2));
    let off = Mkv {
        codec: "V_VP9",
        more: uint(0xB9, 0),
        ..film.clone()
    };
    let tracks = [off.track(7, 1), film.track(2, 2), film.track(1, 1)].concat();
    let tracks = element(0x1654_AE6B, &tracks);
    let sound = element(0xA3, b"\x82\0\0\x80sound");
    let cluster = element(0x1F43_B675, &[uint(0xE7, 5), sound].concat());
    let content = [cluster, tracks.clone(), film.clusters().concat()].concat();
    let file = film.around(&content);
    let track = read(&file).unwrap();
    assert_eq!(listed(&file, &track), expected(&film.pictures));
    assert_eq!(track.place, 1);
    // Tracks behind all clusters.
    let file = film.around(&[film.clusters().concat(), tracks].concat());
    assert_eq!(
        listed(&file, &read(&file).unwrap()),
        expected(&film.pictures)
    );
    let file = film.around(&element(0x1654_AE6B, &film.track(1, 2)));
    assert!(matches!(read(&file), Err(Error::Unsupported(_))));
}

#[test]
fn pictures_in_a_lace_follow_each_other() {
    let more = uint(0x0023_E383, 20_000_000);
    let film = Mkv {
        more,
        ..Mkv::new(Vec::new())
    };
    let tracks = element(0x1654_AE6B, &film.track(1, 1));
    let block = element(0xA3, b"\x81\0\x02\x84\x01aabb");
    let cluster = open(0x1F43_B675, &[uint(0xE7, 5), block].concat());
    let file = film.around(&[tracks, cluster].concat());
    let track = read(&file).unwrap();
    let expected = [(b"aa".to_vec(), 7, true), (b"bb".to_vec(), 27, true)];
    assert_eq!(listed(&file, &track), expected);
}

#[test]
fn what_was_left_out_of_each_picture_is_put_back() {
    let settings = |algorithm| {
        let fields = [uint(0x4254, algorithm), element(0x4255, b"head ")].concat();
        element(0x6D80, &element(0x6240, &element(0x5034, &fields)))
    };
    let film = Mkv {
        more: settings(3),
        ..Mkv::new(pictures(1, 1))
    };
    let file = film.write();
    assert_eq!(listed(&file, &read(&file).unwrap())[0].0, b"head picture 0");
    let film = Mkv {
        more: settings(0),
        ..film
    };
    let codec = |film: &Mkv| read(&film.write()).unwrap().descriptions[0].codec.clone();
    assert_eq!(codec(&film).name(), "V_MPEG4/ISO/AVC, compressed");
    let more = element(0x6D80, &element(0x6240, &element(0x5035, b"")));
    assert_eq!(codec(&Mkv { more, ..film }), Codec::Encrypted);
}

#[test]
fn times_have_the_unit_that_the_file_says() {
    let film = Mkv::new(pictures(3, 1));
    let info = element(0x1549_A966, &uint(0x2A_D7B1, 500_000));
    let tracks = element(0x1654_AE6B, &film.track(1, 1));
    let file = film.around(&[tracks, info, film.clusters().concat()].concat());
    let times: Vec<i64> = read(&file).unwrap().samples.iter().map(|s| s.ms).collect();
    assert_eq!(times, [0, 20, 40]);
}

#[test]
fn a_cut_or_broken_file_gives_what_is_there_and_says_so() {
    for sized in [true, false] {
        let film = Mkv {
            sized,
            in_each: 4,
            ..Mkv::new(pictures(12, 4))
        };
        let whole = film.write();
        let all = expected(&film.pictures);
        let mut counts = 0;
        for cut in 0..whole.len() {
            let Ok(track) = read(&whole[..cut]) else {
                continue;
            };
            let listed = listed(&whole, &track);
            assert_eq!(listed, all[..listed.len()], "cut at {cut}");
            // Between two blocks of a stream nothing tells that there were more.
            assert!(
                track.partial.is_some() || !sized || listed.is_empty(),
                "cut at {cut}"
            );
            counts += listed.len();
        }
        assert!(counts > 1000);
        // Zeros in the middle: all but the pictures of that cluster are there.
        let mut broken = whole.clone();
        let first = film.clusters()[0].len();
        let at = whole.len() - film.clusters().concat().len() + first;
        broken[at + 30..at + 40].fill(0);
        let track = read(&broken).unwrap();
        assert!(track.partial.is_some());
        let times: Vec<i64> = track.samples.iter().map(|s| s.ms).collect();
        assert_eq!(times[..4], [0, 40, 80, 120]);
        assert_eq!(times[times.len() - 4..], [320, 360, 400, 440]);
    }
}

#[test]
fn nothing_is_no_film() {
    for bytes in [&b""[..], b"\x1A", &Mkv::header(), &open(0x1853_8067, b"")] {
        assert!(matches!(read(bytes), Err(Error::Damaged(_))));
    }
}

proptest! {
    #[test]
    fn any_damage_is_an_answer(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        sized: bool,
        groups: bool,
    ) {
        let film = Mkv { sized, groups, in_each: 3, ..Mkv::new(pictures(9, 3)) };
        let mut file = film.write();
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
