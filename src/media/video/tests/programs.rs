//! Programs that are called ffmpeg and do what no ffmpeg should, and the real one where it is installed.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use super::super::{ClipLimits, Decoders, Ffmpeg};
use super::write::{Mkv, Mp4, pictures};
use crate::Error;
use crate::error::Reason;
use crate::hash::HashType;
use crate::hasher::{Fingerprint, Hasher, Sampling};

/// What comes of a film whose codec nothing here knows, where ffmpeg is this script.
fn found_by(script: &str) -> Fingerprint {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("ffmpeg");
    let version = "[ \"$1\" = -version ] && echo 'ffmpeg version 7.1 Copyright' && exit";
    let text = format!("#!/bin/sh\nPATH=/usr/bin:/bin\n{version}\n{script}\n");
    std::fs::write(&program, text).unwrap();
    std::fs::set_permissions(&program, PermissionsExt::from_mode(0o700)).unwrap();
    // Another thread of this process may still hold the script for writing in a child it is just making.
    let ffmpeg = loop {
        let ffmpeg = Ffmpeg::new(&program);
        match ffmpeg.version() {
            Err(error) if error.to_string().contains("busy") => {}
            version => {
                assert_eq!(version.unwrap(), "7.1");
                break ffmpeg;
            }
        }
    };
    let limits = ClipLimits {
        time: Duration::from_millis(300),
        ..ClipLimits::default()
    };
    let decoders = Decoders {
        ffmpeg: Some(ffmpeg),
        limits,
        ..Decoders::default()
    };
    let film = Mp4 {
        codec: *b"vp09",
        ..Mp4::new(pictures(9, 3))
    };
    let hasher = Hasher::new([HashType::Pdq]).with_decoders(decoders);
    hasher.hash_bytes(&film.fast())
}

fn error_of(script: &str) -> String {
    let found = found_by(script);
    assert!(found.prints.is_empty());
    found.error.unwrap().to_string()
}

/// Four pictures as ffmpeg writes them, as a script that prints them.
fn four_pictures() -> (tempfile::NamedTempFile, String) {
    let mut pictures = pictures(4, 1);
    for (i, picture) in pictures.iter_mut().enumerate() {
        let grey = |at: usize| (((at % 64) * (i + 2) * 5) ^ ((at / 64) * 7 * (i + 1))) as u8;
        picture.bytes = (0..64 * 48).map(grey).collect();
    }
    let stream = Mkv {
        codec: "V_UNCOMPRESSED",
        sized: false,
        ..Mkv::new(pictures)
    };
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&stream.write()).unwrap();
    let script = format!("cat '{}'", file.path().display());
    (file, script)
}

#[test]
fn the_program_is_given_the_film_and_no_name() {
    let (_file, print) = four_pictures();
    let found = found_by(&format!(
        "case \"$*\" in *'{}'*) exit 9;; esac\n[ \"$(head -c 8 /dev/stdin | tail -c 4)\" = ftyp ] || exit 8\n\
         env | grep -q -e HOME -e USER && exit 7\n{print}",
        std::env::temp_dir().display()
    ));
    assert!(found.error.is_none(), "{:?}", found.error);
    let frames: Vec<(u32, u64)> = found.prints.iter().map(|p| (p.frame, p.ms)).collect();
    assert_eq!(frames, [(0, 0), (1, 40), (2, 80), (3, 120)]);
    let media = found.media.unwrap();
    assert_eq!((media.width, media.height), (64, 48));
    assert_eq!(media.clip.unwrap().decoder, "ffmpeg 7.1");
}

#[test]
fn a_program_that_fails_dies_or_lies_costs_one_clip() {
    assert_eq!(error_of("exit 3"), "ffmpeg ended: exit status: 3");
    assert_eq!(
        error_of("kill -SEGV $$"),
        "ffmpeg ended: signal: 11 (SIGSEGV)"
    );
    assert!(error_of("kill -KILL $$").contains("milliseconds of decoding"));
    assert_eq!(error_of("true"), "ffmpeg found no picture in it");
    assert_eq!(
        error_of("echo '[x @ 0x12ab] no such thing' >&2; exit 1"),
        "ffmpeg: [x] no such thing"
    );
    assert_eq!(
        error_of("echo \"Stream map '0:V:0' matches no streams.\" >&2; exit 1"),
        "there is no video track in it"
    );
    let lie = error_of("head -c 100000 /dev/zero");
    assert!(lie.contains("Matroska"), "{lie}");
}

#[test]
fn what_came_before_the_end_is_kept() {
    let (_file, print) = four_pictures();
    let found = found_by(&format!("{print}; echo 'partial file' >&2; exit 1"));
    assert_eq!(found.prints.len(), 4);
    assert_eq!(
        found.media.unwrap().partial,
        Some(Reason::FfmpegMessage {
            message: "partial file".to_owned()
        })
    );
}

#[test]
fn a_program_that_hangs_is_ended() {
    let (_file, print) = four_pictures();
    assert!(error_of("sleep 1000 & wait").contains("milliseconds of decoding"));
    let found = found_by(&format!("{print}; sleep 1000"));
    assert_eq!(found.prints.len(), 4);
    assert!(found.media.unwrap().capped);
    // Words without end.
    let text = error_of("exec yes >&2");
    assert!(text.contains("milliseconds of decoding"), "{text}");
}

/// Against the real one, where it is installed: said aloud where it is not.
#[test]
fn ffmpeg_decodes_every_frame_and_reads_no_neighbour() {
    let program = Path::new("/usr/bin/ffmpeg");
    let samples = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../shared/data/videos/threatexchange/tmk/sample-videos"
    );
    let sample = Path::new(samples).join("pattern-sd-grey-bar.mp4");
    if !program.exists() || !sample.exists() {
        let text = b"SKIPPED: /usr/bin/ffmpeg or the sample videos are not there: every frame by ffmpeg is not tested\n";
        std::io::stderr().write_all(text).unwrap();
        return;
    }
    let decoders = Decoders {
        ffmpeg: Some(Ffmpeg::new(program)),
        ..Decoders::default()
    };
    let hasher = Hasher::new([HashType::Pdq]).with_decoders(decoders);
    let file = std::fs::File::open(sample).unwrap();
    let all = hasher.clone().with_sampling(Sampling::All);
    let all = all.hash_file(&file).unwrap();
    assert!(all.error.is_none());
    let frames: Vec<u32> = all.prints.iter().map(|print| print.frame).collect();
    assert_eq!(frames, (0..206).collect::<Vec<u32>>());
    let distinct = hasher.clone().with_sampling(Sampling::Distinct);
    let distinct = distinct.hash_file(&file).unwrap();
    assert!((100..206).contains(&distinct.prints.len()));
    assert!(
        distinct
            .prints
            .iter()
            .all(|print| all.prints.contains(print))
    );
    // A film that names another: whatever it is taken for here, it must not be followed there.
    let folder = tempfile::tempdir().unwrap();
    let playlist = format!(
        "ffconcat version 1.0\nfile {}\n",
        folder.path().join("film.mp4").display()
    );
    let path = folder.path().join("list.mp4");
    std::fs::write(&path, playlist).unwrap();
    let found = hasher
        .hash_file(&std::fs::File::open(path).unwrap())
        .unwrap();
    assert!(matches!(found.error, Some(Error::Unsupported(_))));
    assert!(found.prints.is_empty());
}

/// What is built in and ffmpeg see the same pictures.
#[test]
#[cfg(feature = "h264")]
fn keyframes_are_the_same_whatever_decodes_them() {
    let program = Path::new("/usr/bin/ffmpeg");
    let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/videos");
    if !program.exists() || !Path::new(samples).exists() {
        let text = b"SKIPPED: /usr/bin/ffmpeg or the sample videos are not there: decoders are not compared\n";
        std::io::stderr().write_all(text).unwrap();
        return;
    }
    let mut compared = 0;
    for name in [
        "threatexchange/tmk/sample-videos/chair-22-sd-sepia-bar.mp4",
        "threatexchange/tmk/sample-videos/doorknob-hd-no-bar.mp4",
        "threatexchange/tmk/sample-videos/test-padded-dimensions.mp4",
        "mdn/rabbit320.mp4",
        "mdn/elf.webm",
        "mdn/rabbit320.webm",
    ] {
        let file = std::fs::File::open(Path::new(samples).join(name)).unwrap();
        let keyframes = |ffmpeg: bool| {
            let decoders = Decoders {
                h264: super::super::H264::InProcess,
                ..Decoders::default()
            };
            let format =
                crate::media::Format::sniff(&std::fs::read(Path::new(samples).join(name)).unwrap());
            let limits = crate::media::Limits::default();
            let source = super::super::Source::File(&file);
            let clip = super::super::Opened::open(
                format.unwrap(),
                source,
                &decoders,
                &limits,
                crate::CancelToken::new(),
            );
            let clip = clip.unwrap();
            let mut rated = Vec::new();
            let mut each = |frame: crate::media::Frame| {
                rated.push((frame.index, frame.ms, crate::hasher::pdq(&frame.picture)));
            };
            let done = if ffmpeg {
                let pick = super::super::Pick::Keyframes;
                clip.by_ffmpeg(&Ffmpeg::new(program), pick, &mut each)
            } else {
                clip.keyframes(&mut each)
            };
            done.unwrap();
            rated
        };
        for (ours, theirs) in keyframes(false).into_iter().zip(keyframes(true)) {
            assert_eq!(ours.0, theirs.0, "{name}");
            assert!(ours.1.abs_diff(theirs.1) <= 1, "{name}");
            let bits = ours.2.hash.distance(&theirs.2.hash);
            let trusted = ours.2.quality >= 50;
            assert!(!trusted || bits <= 6, "{name}: {bits} bits");
            assert!(ours.2.quality.abs_diff(theirs.2.quality) <= 2, "{name}");
            compared += 1;
        }
    }
    assert!(compared >= 18, "{compared}");
}
