//! Hashes that were made before: decoding takes half an hour, looking up what came of it seconds.

use std::fs;
use std::path::PathBuf;

use basma::hash::{FrameHash, Hash, HashType, Turn};
use basma::hasher::Fingerprint;
use basma::media::video::Clip;
use basma::media::{Decoded, Format};

/// The folder in which they are kept, if they are.
pub(super) struct Kept(pub(super) Option<PathBuf>);

impl Kept {
    /// What is kept under a name, or what is made, which is kept.
    pub(super) fn or_else(&self, name: &str, make: impl FnOnce() -> Fingerprint) -> Fingerprint {
        let Some(folder) = &self.0 else {
            return make();
        };
        let path = folder.join(name.replace('%', "percent"));
        if let Ok(text) = fs::read_to_string(&path) {
            return read(&text).unwrap_or_else(|| panic!("{path:?} was written by somebody else"));
        }
        let made = make();
        fs::create_dir_all(folder).expect("a folder to keep hashes in");
        fs::write(&path, write(&made)).expect("room for hashes");
        made
    }
}

/// A line about the clip, then one for each hash.
fn write(fingerprint: &Fingerprint) -> String {
    let media = fingerprint.media.as_ref().expect("pictures");
    let clip = media.clip.as_ref().expect("a clip");
    let (width, height, frames) = (media.width, media.height, media.frames);
    let mut text = format!("{} {width} {height} {frames} {}\n", clip.ms, clip.sparse);
    for print in &fingerprint.prints {
        let (quality, frame, ms) = (print.quality, print.frame, print.ms);
        let view = print.view.turn as usize;
        text += &format!("{} {quality} {frame} {ms} {view}\n", print.hash);
    }
    text
}

fn read(text: &str) -> Option<Fingerprint> {
    let mut lines = text.lines();
    let clip: Vec<&str> = lines.next()?.split(' ').collect();
    let number = |field: &str| field.parse::<u32>().ok();
    let print = |line: &str| {
        let fields: Vec<&str> = line.split(' ').collect();
        let hash = Hash::parse(HashType::Pdq, fields.first()?).ok()?;
        let turn = Turn::ALL.get(fields.get(4)?.parse::<usize>().ok()?)?;
        let print = FrameHash::new(hash, fields.get(1)?.parse().ok()?)
            .with_frame(number(fields.get(2)?)?)
            .with_ms(fields.get(3)?.parse().ok()?);
        Some(print.with_view((*turn).into()))
    };
    let mut of_clip = Clip::default();
    of_clip.ms = clip.first()?.parse().ok()?;
    of_clip.sparse = *clip.get(4)? == "true";
    let mut media = Decoded::new(Format::Mp4, number(clip.get(1)?)?, number(clip.get(2)?)?);
    media.frames = number(clip.get(3)?)?;
    media.clip = Some(of_clip);
    let mut fingerprint = Fingerprint::default();
    fingerprint.prints = lines.map(print).collect::<Option<_>>()?;
    fingerprint.media = Some(media);
    Some(fingerprint)
}
