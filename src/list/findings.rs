//! What `basma hash --format jsonl` prints, as entries: one file on each line, then a summary.
//!
//! The entries are those of the table that `--format csv` prints of the same files.

use serde::Deserialize;

use super::ReadOptions;
use super::clip::Timeline;
use super::entry::{Entry, Media};
use super::kind;
use super::line::{Fault, LINE_MAX_VPDQ, Line, LineResult};
use crate::hash::{Hash, HashType};

/// A line, as far as a list needs it.
#[derive(Deserialize)]
struct Printed {
    v: u64,
    path: Option<String>,
    summary: Option<Counts>,
    status: Option<String>,
    bytes: Option<u64>,
    md5: Option<String>,
    sha1: Option<String>,
    sha256: Option<String>,
    decoder: Option<String>,
    clip_ms: Option<u64>,
    every_ms: Option<u32>,
    #[serde(default)]
    flags: Vec<String>,
    #[serde(default)]
    hashes: Vec<Print>,
    #[serde(default)]
    frames: Vec<Frame>,
    #[serde(default)]
    tracks: Vec<Track>,
}

#[derive(Deserialize)]
struct Counts {
    #[serde(default)]
    interrupted: bool,
}

#[derive(Deserialize)]
struct Print {
    #[serde(rename = "type")]
    hash_type: String,
    hash: String,
    quality: u8,
    view: Option<String>,
}

#[derive(Deserialize)]
struct Frame {
    index: u32,
    ms: u64,
    quality: u8,
    hash: Option<String>,
    #[serde(default)]
    hashes: Vec<Print>,
}

#[derive(Deserialize)]
struct Track {
    track: u32,
    clip_ms: Option<u64>,
    every_ms: Option<u32>,
    frames: Vec<Frame>,
}

/// What a line says that `basma hash` printed; nothing of any other line.
pub(super) fn parse(line: &Line<'_>, options: &ReadOptions) -> Option<Result<LineResult, Fault>> {
    let text = std::str::from_utf8(line.text).ok()?;
    let printed: Printed = serde_json::from_str(text).ok()?;
    if printed.v != 1 {
        return None;
    }
    match (&printed.path, &printed.summary) {
        (Some(_), _) => Some(
            line.check(LINE_MAX_VPDQ)
                .and_then(|()| file(line, &printed, options)),
        ),
        (None, Some(counts)) if counts.interrupted => {
            let message =
                "the hashing was interrupted, so that hashes are missing; hash the files again";
            Some(Err(Fault::new(0, "E061", message)))
        }
        (None, Some(_)) => Some(Ok(LineResult::Structure)),
        (None, None) => None,
    }
}

/// The entries of a file.
fn file(line: &Line<'_>, of: &Printed, options: &ReadOptions) -> Result<LineResult, Fault> {
    // Of a scan each file has a status, and what it matched is no list of known material.
    if let Some("matched" | "no_match") = of.status.as_deref() {
        let message = "this is what a scan printed, and no list; print the hashes of the files with `basma hash`";
        return Err(Fault::new(0, "E060", message));
    }
    // Its digests are those of every empty file.
    if of.bytes == Some(0) {
        return Ok(LineResult::Structure);
    }
    let mut entries = Vec::new();
    let hashed = |hash_type: HashType, hash: &str| kind::hash(hash_type, hash, 0, false);
    for print in &of.hashes {
        let hash_type = named(&print.hash_type)?;
        let mut entry = entry(
            of,
            hashed(hash_type, &print.hash)?,
            line,
            print.view.as_deref(),
            1,
        );
        entry.meta.insert(0, ("frame".to_owned(), "0".to_owned()));
        entries.push(entry.with_quality(print.quality));
    }
    let first = (1, of.clip_ms, of.every_ms, &of.frames);
    let further = of.tracks.iter();
    let further = further.map(|t| (t.track, t.clip_ms, t.every_ms, &t.frames));
    let mut has_low = false;
    for (track, clip_ms, every_ms, frames) in std::iter::once(first).chain(further) {
        let times = frames.iter().map(|frame| frame.ms);
        let timeline = Timeline::new(times, of.decoder.is_some(), clip_ms, every_ms);
        for frame in frames {
            if frame.quality < options.min_quality {
                has_low = true;
                continue;
            }
            let place = timeline.place(frame.index, frame.ms).map(Box::new);
            let plain = frame.hash.iter();
            let plain = plain.map(|hash| Ok((HashType::Pdq, hash.as_str(), None)));
            let others = frame.hashes.iter();
            let others =
                others.map(|p| Ok((named(&p.hash_type)?, p.hash.as_str(), p.view.as_deref())));
            for print in plain.chain(others) {
                let (hash_type, hash, view) = print?;
                let mut entry = entry(of, hashed(hash_type, hash)?, line, view, track);
                entry
                    .meta
                    .insert(0, ("frame".to_owned(), frame.index.to_string()));
                let media = place.is_some().then_some(Media::Video);
                let entry = entry.with_quality(frame.quality).with_media(media);
                entries.push(entry.with_frame(place.clone()));
            }
        }
    }
    let digests = [
        (HashType::Md5, &of.md5),
        (HashType::Sha1, &of.sha1),
        (HashType::Sha256, &of.sha256),
    ];
    for (hash_type, digest) in digests {
        if let Some(digest) = digest {
            entries.push(entry(of, hashed(hash_type, digest)?, line, None, 1));
        }
    }
    Ok(match () {
        () if !entries.is_empty() => LineResult::Entries(entries),
        () if has_low => LineResult::LowQuality,
        () => LineResult::Structure,
    })
}

/// An entry, with what is said of each hash of the file.
fn entry(of: &Printed, hash: Hash, line: &Line<'_>, view: Option<&str>, track: u32) -> Entry {
    let mut entry = Entry::new(hash, line.number).with_id(of.path.clone());
    let view = view.unwrap_or("original").to_owned();
    entry.meta.push(("view".to_owned(), view));
    if !of.flags.is_empty() {
        entry.meta.push(("flags".to_owned(), of.flags.join(" ")));
    }
    if track > 1 {
        entry.meta.push(("track".to_owned(), track.to_string()));
    }
    entry
}

fn named(hash_type: &str) -> Result<HashType, Fault> {
    let unknown = |error: crate::Error| Fault::new(0, "E010", error.to_string());
    hash_type.parse().map_err(unknown)
}
