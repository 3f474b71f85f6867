//! `basma doctor`: what this machine can decode, and what it would take to decode the rest.

use basma::media::video::Decoders;
use basma::report::{self, Abilities};

use super::args::{DoctorArgs, InspectFormat};
use super::output::{Output, Stopped};
use super::{Context, Verdict, decoders};

/// One kind of media and what decodes it.
struct Ability {
    what: &'static str,
    /// What decodes it, or why nothing does and the way out.
    by: Result<String, &'static str>,
}

pub(super) fn run(args: &DoctorArgs, _: &Context<'_>) -> Result<Verdict, Stopped> {
    let decoders = decoders::all(&args.ffmpeg)?;
    let abilities = abilities(&decoders);
    let mut out = Output::open(None)?;
    out.write(&match args.format {
        InspectFormat::Text => text(&abilities),
        InspectFormat::Jsonl => jsonl(&abilities),
    })?;
    out.finish()?;
    Ok(Verdict::Done)
}

fn abilities(decoders: &Decoders) -> Vec<Ability> {
    let built_in = |on: bool, name: &str, way_out| match on {
        true => Ok(format!("built in ({name})")),
        false => Err(way_out),
    };
    let ffmpeg = ffmpeg(decoders);
    let install = "install ffmpeg, or name it: --ffmpeg PROGRAM";
    let by_ffmpeg = || ffmpeg.clone().ok_or(install);
    let or_ffmpeg = |built_in: Result<String, &'static str>| match (built_in, &ffmpeg) {
        (Err(_), Some(ffmpeg)) => Ok(ffmpeg.clone()),
        (built_in, _) => built_in,
    };
    let ability = |what, by| Ability { what, by };
    vec![
        ability(
            "JPEG, PNG, GIF, WebP, BMP, TIFF, icons, TGA, Netpbm, QOI",
            Ok("built in".to_owned()),
        ),
        ability(
            "HEIC",
            built_in(
                cfg!(feature = "heif"),
                "heifer",
                "build with the feature `heif`",
            ),
        ),
        ability(
            "JPEG XL",
            built_in(
                cfg!(feature = "jxl"),
                "jxl-oxide",
                "build with the feature `jxl`",
            ),
        ),
        ability(
            "AVIF",
            Err("install avifdec or ffmpeg and name it: --avif-converter PROGRAM"),
        ),
        ability(
            "MP4, MOV, 3GP, Matroska, WebM: what is in them",
            Ok("built in".to_owned()),
        ),
        ability(
            "H.264, keyframes",
            or_ffmpeg(match decoders.h264.is_on() {
                true => Ok("built in (openh264, in processes of its own)".to_owned()),
                false => Err("build with the feature `h264`, or install ffmpeg"),
            }),
        ),
        ability(
            "HEVC, keyframes",
            or_ffmpeg(built_in(
                cfg!(feature = "heif"),
                "heifer",
                "build with the feature `heif`, or install ffmpeg",
            )),
        ),
        ability("VP8, keyframes", built_in(true, "image-webp", install)),
        ability("Motion JPEG", built_in(true, "basma", install)),
        ability("VP9, AV1, MPEG-4 and other codecs", by_ffmpeg()),
        ability("AVI, FLV, MPEG-TS, MPEG-PS, ASF, Ogg", by_ffmpeg()),
        ability(
            "every frame of a clip: --frames distinct, interval=SECONDS, all; clips with few keyframes",
            by_ffmpeg(),
        ),
    ]
}

#[cfg(unix)]
fn ffmpeg(decoders: &Decoders) -> Option<String> {
    let ffmpeg = decoders.ffmpeg.as_ref()?;
    let path = basma::escape::path(ffmpeg.path()).to_string();
    // One that cannot be run decodes nothing.
    let version = ffmpeg.version().ok()?;
    Some(format!("ffmpeg {version} ({path})"))
}

#[cfg(not(unix))]
fn ffmpeg(_: &Decoders) -> Option<String> {
    None
}

fn text(abilities: &[Ability]) -> String {
    let mut lines = String::new();
    for Ability { what, by } in abilities {
        lines += &match by {
            Ok(by) => format!("yes  {what}\n       {by}\n"),
            Err(way_out) => format!("no   {what}\n       {way_out}\n"),
        };
    }
    lines
}

fn jsonl(abilities: &[Ability]) -> String {
    let each = abilities.iter().map(|Ability { what, by }| match by {
        Ok(by) => report::Ability::decoded(*what, by.clone()),
        Err(way_out) => report::Ability::missing(*what, *way_out),
    });
    report::line(&Abilities::new(each.collect()))
}
