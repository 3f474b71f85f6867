//! What is listed of a file or hash that is given by hand.

use std::fs::File;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::Path;

use basma::error::{Action, Problem};
use basma::hash::{FrameHash, Hash, HashType, Pdq, View};
use basma::hasher::{Hasher, Sampling, Views};
use basma::list::{ClipPrint, Entry, Media, Spacing, clip_entries};
use basma::matcher::Matcher;
use basma::scan::{Finding, Flag, Scan, Status, holds_media};
use basma::{Error, Result};
use walkdir::WalkDir;

use super::super::prose::Value;
use super::super::stdin::{self, Spooled};
use super::super::{Context, decoders, walls};
use super::decide::{hashes, now};
use super::{from_list, shown};
use crate::cli::args::store::ItemArgs;

/// What is listed together: the entries of a picture, of a clip, of a hash, or of a list.
pub(super) struct Item {
    pub(super) entries: Vec<Entry>,
    /// The list that they are of.
    pub(super) of_list: Option<String>,
}

impl Item {
    fn of_media(entries: Vec<Entry>) -> Item {
        let of_list = None;
        Item { entries, of_list }
    }
}

/// What was typed for an item; of standard input, the file that holds it.
pub(super) struct Given {
    pub(super) text: String,
    spooled: Option<Spooled>,
}

impl Given {
    /// Reads standard input where an item stands for it.
    pub(super) fn all(items: &[String]) -> Result<Vec<Given>> {
        stdin::keep_once(items.iter().map(Path::new))?;
        let given = |item: &String| {
            Ok(Given {
                text: item.clone(),
                spooled: Spooled::named_in([Path::new(item)])?,
            })
        };
        items.iter().map(given).collect()
    }

    /// The file, which is there only if it was named.
    pub(super) fn path(&self) -> &Path {
        match &self.spooled {
            Some(spooled) => spooled.path(),
            None => Path::new(&self.text),
        }
    }

    /// Its name in messages.
    fn named(&self) -> &Path {
        match self.spooled {
            Some(_) => Path::new(stdin::NAME),
            None => Path::new(&self.text),
        }
    }
}

/// Of a folder, each picture and clip in it. Of a file that is there, or else of a hash, one item.
pub(super) fn of_items(given: &Given, args: &ItemArgs, context: &Context<'_>) -> Result<Vec<Item>> {
    let path = given.path();
    if !path.is_dir() {
        return Ok(vec![of_item(given, args, context)?]);
    }
    let mut items = Vec::new();
    let mut left_out = 0_u64;
    for file in WalkDir::new(path).sort_by_file_name() {
        let file = file.map_err(|error| {
            let path = error.path().unwrap_or(path).to_owned();
            let source = error.into();
            let action = Action::Read;
            Error::Io {
                action,
                path,
                source,
            }
        })?;
        if !file.file_type().is_file() {
            continue;
        }
        if holds_media(file.path())? {
            items.push(Item::of_media(of_file(
                file.path(),
                file.path(),
                args,
                context,
            )?));
        } else {
            left_out += 1;
        }
    }
    let shown_path = || basma::escape::path(path).into_owned();
    if items.is_empty() {
        return Err(Problem::MediaWithoutHashes { path: shown_path() }.into());
    }
    if left_out > 0 {
        let values = [("path", shown_path().into()), ("count", left_out.into())];
        context.complain("warning", &context.prose.say("add-left-out", values));
    }
    Ok(items)
}

/// Of a file that is there, or else of a hash.
fn of_item(given: &Given, args: &ItemArgs, context: &Context<'_>) -> Result<Item> {
    let (path, item) = (given.path(), &given.text);
    if path.is_file()
        && let Some(entries) = from_list::entries(path, given.named(), args)?
    {
        let of_list = Some(basma::escape::path(given.named()).into_owned());
        return Ok(Item { entries, of_list });
    }
    if path.exists() {
        return of_file(path, given.named(), args, context).map(Item::of_media);
    }
    match hashes(item, &args.types)?.as_slice() {
        [] => Err(Problem::ItemUnknown { item: shown(item) }.into()),
        [hash] => Ok(Item::of_media(vec![entry(*hash, args, None)])),
        _ => Err(Problem::ItemUnclear { item: shown(item) }.into()),
    }
}

/// `named` stands for the file in messages.
fn of_file(
    path: &Path,
    named: &Path,
    args: &ItemArgs,
    context: &Context<'_>,
) -> Result<Vec<Entry>> {
    let shown_path = basma::escape::path(named).into_owned();
    let warn = |id: &str, more: Option<(&'static str, Value)>| {
        let values = [Some(("path", shown_path.clone().into())), more];
        let values = values.into_iter().flatten();
        context.complain("warning", &context.prose.say(id, values));
    };
    let unread = |source| Error::Io {
        action: Action::Read,
        path: named.to_owned(),
        source,
    };
    let file = File::open(path).map_err(unread)?;
    let metadata = file.metadata().map_err(unread)?;
    if metadata.len() == 0 {
        return Err(Problem::ItemEmpty { path: shown_path }.into());
    }
    // As it is stored and as viewers show it, of which copies are made. And densely: few pictures of a copy are looked up.
    let types = args.types.iter().copied().chain([HashType::Sha256]);
    let hasher = Hasher::new(types)
        .with_views(Views::Upright)
        .with_sampling(Sampling::Distinct)
        .with_details(!args.no_details)
        .with_decoders(decoders::all(&args.ffmpeg)?);
    let hasher = walls::around(hasher, args.ffmpeg.sandbox)?;
    let (whole, parts) = examine(path, hasher)?;
    if whole.status == Status::Unreadable {
        let problem = whole.reason.map(std::io::Error::other);
        let unknown = || std::io::ErrorKind::Other.into();
        return Err(unread(problem.unwrap_or_else(unknown)));
    }
    let mut entries = perceptual(&whole, args, |quality| {
        warn("add-flat", Some(("quality", quality.into())));
    });
    let asked = whole.digests.iter();
    let asked = asked.filter(|digest| args.types.contains(&digest.hash_type()));
    entries.extend(asked.map(|digest| entry(*digest, args, None)));
    if args.types.iter().any(|t| t.is_perceptual()) {
        let reason = whole
            .reason
            .as_ref()
            .filter(|_| whole.status != Status::LowQuality);
        match reason {
            _ if whole.prints.is_empty() => warn("add-not-decoded", None),
            Some(reason) => {
                let reason = Value::said(context.prose.reasons(reason));
                warn("add-partial", Some(("reason", reason)));
            }
            None => {}
        }
    }
    // The clip of a motion photo, the second picture of a pair: a copy may hold any of them alone.
    for part in &parts {
        entries.extend(perceptual(part, args, |_| {}));
    }
    // One item: withdrawing it withdraws all its hashes. Files of one name are not one item.
    let is_sha256 = |digest: &&Hash| digest.hash_type() == HashType::Sha256;
    let sha256 = whole.digests.iter().find(is_sha256);
    let sha256 = sha256.map(Hash::to_string).unwrap_or_default();
    let name = format!("sha256-{}", &sha256[..16.min(sha256.len())]);
    for entry in &mut entries {
        entry.id.get_or_insert_with(|| name.clone());
    }
    if entries.is_empty() {
        return Err(Problem::ItemWithoutHashes { path: shown_path }.into());
    }
    Ok(entries)
}

/// What is found out of a file, and of the pictures and clips in it. Archives are not looked into.
fn examine(path: &Path, hasher: Hasher) -> Result<(Finding, Vec<Finding>)> {
    let mut findings = Vec::new();
    let scan = Scan::new(Matcher::new([]))
        .with_hasher(hasher)
        .with_jobs(NonZeroUsize::MIN)
        .with_archives(None);
    scan.run_listed([Ok(path.to_owned())], |finding| {
        findings.push(finding);
        ControlFlow::Continue(())
    })?;
    let whole = findings.pop().expect("every file gives a finding");
    Ok((whole, findings))
}

/// Its perceptual hashes, of a clip or of a picture that is not too flat.
fn perceptual(finding: &Finding, args: &ItemArgs, is_flat: impl FnMut(u8)) -> Vec<Entry> {
    let mut times = finding.prints.iter().map(|print| print.ms);
    let first = times.next();
    if finding.clip_ms.is_some() || times.any(|ms| Some(ms) != first) {
        of_clip(finding, args)
    } else {
        of_picture(finding, args, is_flat)
    }
}

/// Its hashes, those of pictures that are not too flat.
fn of_picture(finding: &Finding, args: &ItemArgs, mut is_flat: impl FnMut(u8)) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for print in &finding.prints {
        if print.quality < Pdq::QUALITY {
            // Of what is flat as it is stored, what viewers show may not be.
            let mut others = finding.prints.iter();
            if !others.any(|p| p.frame == print.frame && p.quality >= Pdq::QUALITY) {
                is_flat(print.quality);
            }
            continue;
        }
        if entries.iter().any(|entry| entry.hash == print.hash) {
            continue;
        }
        let quality = (print.hash.hash_type() == HashType::Pdq).then_some(print.quality);
        let details = finding.details_of(print);
        entries.push(entry(print.hash, args, quality).with_details(details));
    }
    entries
}

/// The pictures of a clip, of all its video tracks: a copy of either is a copy.
fn of_clip(finding: &Finding, args: &ItemArgs) -> Vec<Entry> {
    let further = finding.tracks.iter();
    let further = further.map(|track| (track.prints.as_slice(), track.clip_ms));
    std::iter::once((finding.prints.as_slice(), finding.clip_ms))
        .chain(further)
        .flat_map(|(prints, clip_ms)| of_track(finding, prints, clip_ms, args))
        .collect()
}

/// The pictures of a video track, of each type by itself.
fn of_track(
    finding: &Finding,
    prints: &[FrameHash],
    clip_ms: Option<u64>,
    args: &ItemArgs,
) -> Vec<Entry> {
    // Without ffmpeg there are but keyframes.
    let is_dense = finding.reason.is_none()
        || finding.status == Status::LowQuality
        || finding
            .flags
            .iter()
            .any(|flag| matches!(flag, Flag::Partial | Flag::Capped));
    let spacing = if is_dense {
        Spacing::Distinct
    } else {
        Spacing::of(prints)
    };
    let of_type = |hash_type: &HashType| {
        let of_type = |print: &&FrameHash| {
            print.hash.hash_type() == *hash_type && print.view == View::ORIGINAL
        };
        let prints = prints.iter().filter(of_type);
        let prints: Vec<ClipPrint> = prints.map(ClipPrint::from).collect();
        clip_entries(&prints, clip_ms, spacing)
    };
    let described = |listed: Entry| {
        let entry = entry(listed.hash, args, listed.quality);
        entry.with_frame(listed.frame).with_media(listed.media)
    };
    let types = args.types.iter().filter(|t| t.is_perceptual());
    types.flat_map(of_type).map(described).collect()
}

fn entry(hash: Hash, args: &ItemArgs, quality: Option<u8>) -> Entry {
    let mut labels = args.labels.clone();
    labels.sort_unstable();
    labels.dedup();
    Entry::new(hash, 1)
        .with_id(args.id.clone())
        .with_labels(labels)
        .with_severity(args.severity)
        .with_valid_until(args.until)
        .with_media(hash.hash_type().is_perceptual().then_some(Media::Image))
        .with_added(now())
        .with_quality(quality)
}
