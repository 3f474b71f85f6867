//! `basma doctor`: what this machine can decode, what it would take to decode the rest, and behind what wall it is opened.

use basma::error::Reason;
use basma::media::video::Decoders;
use basma::report::{self, Abilities};
use basma::sandbox::Wall;

use super::args::{DoctorArgs, InspectFormat, Language};
use super::output::{Output, Stopped};
use super::prose::{Prose, Value};
use super::{Context, Verdict, decoders, walls};

/// One kind of media and what decodes it.
struct Ability {
    what: String,
    /// What decodes it, or why nothing does and the way out.
    by: Result<String, String>,
}

pub(super) fn run(args: &DoctorArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    let decoders = decoders::all(&args.ffmpeg)?;
    let (wall, missing) = walls::wall(args.ffmpeg.sandbox)?;
    let mut out = Output::open(None)?;
    out.write(&match args.format {
        InspectFormat::Text => {
            let prose = context.output_prose(None);
            let wall = [("wall", wall.to_string().into())];
            let mut lines = text(&prose, &abilities(&prose, &decoders));
            lines += &(prose.say("doctor-sandbox", wall) + "\n");
            if let Some(reason) = missing {
                lines += &format!("       {}\n", prose.reason(&reason));
            }
            lines
        }
        InspectFormat::Jsonl => {
            let abilities = abilities(&Prose::new(Language::En), &decoders);
            jsonl(&abilities, wall, missing.as_ref())
        }
    })?;
    out.finish()?;
    Ok(Verdict::Done)
}

fn abilities(prose: &Prose, decoders: &Decoders) -> Vec<Ability> {
    let of_feature = |is_on: bool, name: &str, id: &str, feature: &str| {
        if is_on {
            Ok(prose.say("decoder-built-in-by", [("name", name.into())]))
        } else {
            Err(prose.say(id, [("feature", feature.into())]))
        }
    };
    let built_in = || Ok(prose.word("decoder-built-in"));
    let built_in_by = |name: &str| Ok(prose.say("decoder-built-in-by", [("name", name.into())]));
    let ffmpeg = ffmpeg(prose, decoders);
    let by_ffmpeg = || ffmpeg.clone().ok_or_else(|| prose.word("way-out-ffmpeg"));
    let or_ffmpeg = |built_in: Result<String, String>| match (built_in, &ffmpeg) {
        (Err(_), Some(ffmpeg)) => Ok(ffmpeg.clone()),
        (built_in, _) => built_in,
    };
    let heif = cfg!(feature = "heif");
    let h264 = if decoders.h264.is_on() {
        Ok(prose.word("decoder-in-process"))
    } else {
        Err(prose.say("way-out-feature-or-ffmpeg", [("feature", "h264".into())]))
    };
    let kinds = [
        ("decodes-pictures", built_in()),
        (
            "decodes-heic",
            of_feature(heif, "heifer", "way-out-feature", "heif"),
        ),
        (
            "decodes-jxl",
            of_feature(cfg!(feature = "jxl"), "jxl-oxide", "way-out-feature", "jxl"),
        ),
        ("decodes-avif", Err(prose.word("way-out-converter"))),
        ("decodes-containers", built_in()),
        ("decodes-h264", or_ffmpeg(h264)),
        (
            "decodes-hevc",
            or_ffmpeg(of_feature(
                heif,
                "heifer",
                "way-out-feature-or-ffmpeg",
                "heif",
            )),
        ),
        ("decodes-vp8", built_in_by("image-webp")),
        ("decodes-mjpeg", built_in_by("basma")),
        ("decodes-codecs", by_ffmpeg()),
        ("decodes-other-containers", by_ffmpeg()),
        ("decodes-every-frame", by_ffmpeg()),
    ];
    let ability = |(id, by)| Ability {
        what: prose.word(id),
        by,
    };
    kinds.into_iter().map(ability).collect()
}

#[cfg(unix)]
fn ffmpeg(prose: &Prose, decoders: &Decoders) -> Option<String> {
    let ffmpeg = decoders.ffmpeg.as_ref()?;
    let path = basma::escape::path(ffmpeg.path());
    // One that cannot be run decodes nothing.
    let version = ffmpeg.version().ok()?;
    let values = [
        ("version", version.to_string().into()),
        ("path", path.into()),
    ];
    Some(prose.say("decoder-ffmpeg", values))
}

#[cfg(not(unix))]
fn ffmpeg(_: &Prose, _: &Decoders) -> Option<String> {
    None
}

fn text(prose: &Prose, abilities: &[Ability]) -> String {
    let mut lines = String::new();
    for Ability { what, by } in abilities {
        let (id, by) = match by {
            Ok(by) => ("doctor-yes", by),
            Err(way_out) => ("doctor-no", way_out),
        };
        let what = [("what", Value::said(what))];
        lines += &format!("{}\n       {by}\n", prose.say(id, what));
    }
    lines
}

fn jsonl(abilities: &[Ability], wall: Wall, missing: Option<&Reason>) -> String {
    let each = abilities.iter().map(|Ability { what, by }| match by {
        Ok(by) => report::Ability::decoded(what, by),
        Err(way_out) => report::Ability::missing(what, way_out),
    });
    let abilities = Abilities::new(each.collect()).with_sandbox(wall);
    report::line(&match missing {
        Some(reason) => abilities.with_missing_wall(reason),
        None => abilities,
    })
}
