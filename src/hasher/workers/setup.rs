//! A hasher as a worker makes it anew.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::time::Duration;

use bincode::{Decode, Encode};

use super::message::{decode, encoded};
use crate::hash::HashType;
use crate::hasher::{Hasher, Views};
use crate::media::video::{ClipLimits, Decoders, Ffmpeg, H264};
use crate::media::{Converter, Limits};

/// What decides what a hasher finds out of pixels.
#[derive(Debug, Encode, Decode)]
pub(super) struct Setup {
    types: Vec<u16>,
    /// The place in [`Views::ALL`].
    views: u8,
    is_exact: bool,
    judges_strata: bool,
    keeps_details: bool,
    /// Of a file, of a picture, of what is decoded, of all pictures.
    limits: [u64; 4],
    frames: u32,
    time: Duration,
    /// A program, as bytes of its path.
    converter: Option<Vec<u8>>,
    h264: SentH264,
    /// A program, as bytes of its path, and its version where that is known: it is asked once, and not for each clip.
    ffmpeg: Option<(Vec<u8>, Option<String>)>,
    clip_frames: u32,
    clip_time: Duration,
    sampling: String,
}

impl Setup {
    /// The bytes of this hasher's setup. `is_clip` says whether it is for a clip.
    pub(super) fn of(hasher: &Hasher, is_clip: bool) -> Vec<u8> {
        let limits = &hasher.limits;
        let types = hasher
            .types
            .iter()
            .filter(|hash_type| hash_type.is_perceptual());
        let ffmpeg = hasher.decoders.ffmpeg.as_ref();
        let ffmpeg = ffmpeg.map(|ffmpeg| {
            let version = is_clip.then(|| ffmpeg.version().ok()).flatten();
            (bytes(ffmpeg.path().as_os_str()), version.map(str::to_owned))
        });
        encoded(&Setup {
            types: types.map(|hash_type| hash_type.code()).collect(),
            views: hasher.views as u8,
            is_exact: hasher.exact,
            judges_strata: hasher.judges_strata,
            keeps_details: hasher.keeps_details,
            limits: [
                limits.file_bytes,
                limits.pixels,
                limits.decoded_bytes,
                limits.total_pixels,
            ],
            frames: limits.frames,
            time: limits.time,
            converter: hasher
                .converter
                .as_ref()
                .map(|one| bytes(one.program().as_os_str())),
            h264: SentH264::new(&hasher.decoders.h264),
            ffmpeg,
            clip_frames: hasher.decoders.limits.frames,
            clip_time: hasher.decoders.limits.time,
            sampling: hasher.sampling.to_string(),
        })
    }

    /// The hasher of a setup; `None` for bytes that are none.
    pub(super) fn hasher(bytes: &[u8]) -> Option<Hasher> {
        let setup: Setup = decode(bytes)?;
        let types = setup.types.iter().map(|code| HashType::from_code(*code));
        let [file_bytes, pixels, decoded_bytes, total_pixels] = setup.limits;
        let limits = Limits::default()
            .with_file_bytes(file_bytes)
            .with_pixels(pixels)
            .with_decoded_bytes(decoded_bytes)
            .with_total_pixels(total_pixels)
            .with_frames(setup.frames)
            .with_time(setup.time);
        let of_clips = ClipLimits::default()
            .with_frames(setup.clip_frames)
            .with_time(setup.clip_time);
        let decoders = Decoders::default()
            .with_limits(of_clips)
            .with_h264(setup.h264.h264())
            .with_ffmpeg(setup.ffmpeg.map(|(path, version)| {
                let path = OsString::from_vec(path);
                match version {
                    Some(version) => Ffmpeg::with_version(path, version),
                    None => Ffmpeg::new(path),
                }
            }));
        let hasher = Hasher::new(types.collect::<Option<Vec<_>>>()?)
            .with_limits(limits)
            .with_views(*Views::ALL.get(usize::from(setup.views))?)
            .with_exact(setup.is_exact)
            .with_decoders(decoders)
            .with_sampling(setup.sampling.parse().ok()?);
        let hasher = Hasher {
            judges_strata: setup.judges_strata,
            keeps_details: setup.keeps_details,
            ..hasher
        };
        Some(match setup.converter {
            Some(path) => hasher.with_converter(Converter::new(OsString::from_vec(path)).ok()?),
            None => hasher,
        })
    }
}

/// [`H264`]. A program is given by its path and its arguments, as bytes.
#[derive(Debug, Encode, Decode)]
enum SentH264 {
    Off,
    InProcess,
    Program(Vec<u8>, Vec<Vec<u8>>),
}

impl SentH264 {
    fn new(h264: &H264) -> SentH264 {
        match h264 {
            H264::Off => SentH264::Off,
            #[cfg(feature = "h264")]
            H264::InProcess => SentH264::InProcess,
            #[cfg(feature = "h264")]
            H264::Worker(worker) => {
                let (program, arguments) = worker.command();
                let arguments = arguments.iter().map(|argument| bytes(argument));
                SentH264::Program(bytes(program.as_os_str()), arguments.collect())
            }
        }
    }

    fn h264(self) -> H264 {
        match self {
            #[cfg(feature = "h264")]
            SentH264::InProcess => H264::InProcess,
            #[cfg(feature = "h264")]
            SentH264::Program(program, arguments) => {
                let arguments = arguments.into_iter().map(OsString::from_vec);
                let program = OsString::from_vec(program);
                H264::Worker(crate::media::video::Worker::new(program, arguments))
            }
            _ => H264::Off,
        }
    }
}

fn bytes(text: &OsStr) -> Vec<u8> {
    text.as_bytes().to_vec()
}
