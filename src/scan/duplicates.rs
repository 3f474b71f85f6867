//! Copies among files: which are the same byte by byte, and which show the same picture or clip.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::{Finding, Scan, Summary, VideoTrack};
use crate::Result;
use crate::hash::{FrameHash, Hash, HashType, View};
use crate::index::Builder;
use crate::list::{Entry, List, Source, is_meaningless};
use crate::matcher::{Match, Matcher, PictureSeen, Policy, Tier};

/// How many copies of one file are looked at, the nearest first.
const COPIES_MAX: usize = 1000;

/// Files that are copies of one another.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Group {
    /// The file that every other is a copy of: the one with the most copies, then the first by path.
    pub first: Duplicate,
    /// Its copies: the same bytes first, then the nearest.
    pub copies: Vec<Duplicate>,
}

/// A file that has copies.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Duplicate {
    /// Its path.
    pub path: PathBuf,
    /// Its size in bytes, where that is known.
    pub bytes: Option<u64>,
    /// Its SHA-256, where the hasher makes it.
    pub sha256: Option<Hash>,
    /// How near it is to the first of its group, where it is not the same bytes.
    pub near: Option<Near>,
    /// The copy before it in its group that has the same bytes, where that is not the first.
    pub same_as: Option<PathBuf>,
}

/// How near a copy is to the first of its group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Near {
    /// The type of hash that says so.
    pub hash_type: HashType,
    /// How many bits differ.
    pub distance: u32,
    /// Up to how many bits count.
    pub radius: u32,
    /// What the match is worth.
    pub tier: Tier,
    /// Which view of one of the two is near the other.
    pub view: View,
    /// The longest part that two clips have in common, where both say when their pictures are shown.
    pub common: Option<CommonPart>,
}

/// A part that a clip has in common with the first of its group: from when and until when it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CommonPart {
    /// In the first, in milliseconds.
    pub first_ms: (u64, u64),
    /// In the copy, in milliseconds.
    pub copy_ms: (u64, u64),
}

impl CommonPart {
    /// That of a match, in which the file that was looked up is the first, or the copy.
    fn of(m: &Match, is_first: bool) -> Option<CommonPart> {
        let segments = m.clip.as_ref()?.segments.iter();
        let longest =
            segments.max_by_key(|segment| segment.end_ms.saturating_sub(segment.start_ms))?;
        let (here, there) = ((longest.start_ms, longest.end_ms), longest.listed_ms?);
        let (first_ms, copy_ms) = if is_first {
            (here, there)
        } else {
            (there, here)
        };
        Some(CommonPart { first_ms, copy_ms })
    }
}

/// A media file that was hashed.
struct Hashed {
    path: PathBuf,
    bytes: Option<u64>,
    sha256: Option<Hash>,
    prints: Vec<FrameHash>,
    clip_ms: Option<u64>,
    /// Its further video tracks.
    tracks: Vec<VideoTrack>,
}

impl Scan {
    /// Groups the copies among files: those of the same bytes, and those whose pictures or clips are near each other.
    ///
    /// The scan's hasher says which hashes and views are compared: SHA-256 finds the same bytes. Every copy of a group
    /// is near its first file. Groups with copies of the same bytes come first, then those with the nearest. A file is in one
    /// group at most, and files without copies in none. A file that two roots reach is one file. Files that are no pictures or
    /// clips are not compared. Memory grows with the number of files: some 200 bytes for a
    /// picture, and more where many are near each other: of each file the nearest 1,000 copies are looked at.
    ///
    /// `gap` gets each file of which not all was examined.
    ///
    /// ```
    /// use basma::{Matcher, hash::HashType, hasher::Hasher, matcher::Policy, scan::Scan};
    /// # std::env::set_current_dir(env!("CARGO_MANIFEST_DIR")).unwrap();
    /// let hasher = Hasher::new([HashType::Pdq, HashType::Sha256]);
    /// let scan = Scan::new(Matcher::new([])).with_hasher(hasher);
    /// let (groups, summary) = scan.duplicates(["fixtures/dump"], Policy::default(), |gap| {
    ///     eprintln!("{}: {}", gap.path.display(), gap.status.name());
    /// })?;
    /// for group in &groups {
    ///     println!("{}: {} copies", group.first.path.display(), group.copies.len());
    /// }
    /// assert!(!groups.is_empty() && !summary.interrupted);
    /// # Ok::<(), basma::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Scan::run`].
    pub fn duplicates<P: Into<PathBuf>>(
        &self,
        roots: impl IntoIterator<Item = P>,
        policy: Policy,
        mut gap: impl FnMut(&Finding),
    ) -> Result<(Vec<Group>, Summary)> {
        let scan = Scan {
            matcher: Matcher::new([]),
            logs: Vec::new(),
            ..self.clone()
        };
        let sampling = scan.hasher.sampling();
        let mut files: Vec<Hashed> = Vec::new();
        let mut entries: Vec<Entry> = Vec::new();
        let mut firsts: HashMap<Hash, usize> = HashMap::new();
        // Of each file, those of the same bytes.
        let mut same: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let mut seen: HashSet<PathBuf> = HashSet::new();
        let roots: Vec<PathBuf> = roots.into_iter().map(Into::into).collect();
        let summary = scan.run(roots, |finding| {
            if finding.status.is_gap() || finding.reason.is_some() {
                gap(&finding);
            }
            let mime = finding.mime.as_deref().unwrap_or_default();
            let is_media = mime.starts_with("image/") || mime.starts_with("video/");
            if !is_media || !is_first_sight(&finding, &mut seen) {
                return ControlFlow::Continue(());
            }
            let is_sha256 = |digest: &&Hash| digest.hash_type() == HashType::Sha256;
            let sha256 = finding.digests.iter().find(is_sha256).copied();
            let number = files.len();
            let first = sha256.and_then(|sha256| {
                let first = *firsts.entry(sha256).or_insert(number);
                (first != number).then_some(first)
            });
            let (prints, tracks) = match first {
                Some(first) => {
                    same.entry(first).or_default().push(number);
                    (Vec::new(), Vec::new())
                }
                None => {
                    let listed = upright(&finding).entries(sampling).into_iter();
                    let listed = listed.filter(|entry| is_listed(entry, &policy));
                    entries.extend(listed.map(|entry| entry.with_id(number.to_string())));
                    (finding.prints, finding.tracks)
                }
            };
            files.push(Hashed {
                path: finding.path,
                bytes: finding.bytes,
                sha256,
                clip_ms: finding.clip_ms,
                prints,
                tracks,
            });
            ControlFlow::Continue(())
        })?;
        let near = neighbours(&files, entries, policy)?;
        Ok((grouped(&files, &near, &same), summary))
    }
}

/// The file as viewers show it, which is what others are compared with. Its other views are looked up.
fn upright(finding: &Finding) -> Finding {
    let mut upright = finding.clone();
    upright.prints.retain(|print| print.view.is_upright());
    for track in &mut upright.tracks {
        track.prints.retain(|print| print.view.is_upright());
    }
    upright
}

fn is_listed(entry: &Entry, policy: &Policy) -> bool {
    let is_flat = entry.quality.is_some_and(|q| q < policy.min_quality);
    entry.hash.hash_type().is_perceptual() && !is_flat && !is_meaningless(entry)
}

/// Whether no other path led to it. Members of archives are reached by one.
fn is_first_sight(finding: &Finding, seen: &mut HashSet<PathBuf>) -> bool {
    let path: &Path = &finding.path;
    let place = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    seen.insert(place)
}

/// Of each file, the files that are near it.
fn neighbours(
    files: &[Hashed],
    entries: Vec<Entry>,
    policy: Policy,
) -> Result<Vec<BTreeMap<usize, Near>>> {
    let mut near: Vec<BTreeMap<usize, Near>> = vec![BTreeMap::new(); files.len()];
    let mut builder = Builder::new();
    builder.add(List::new(Source::new("files", "files", "hashed"), entries))?;
    let matcher = Matcher::new([builder.build_in_memory()?.0]);
    let matcher = matcher.with_policy(policy.with_limit(COPIES_MAX));
    for (number, file) in files.iter().enumerate() {
        let further = file.tracks.iter();
        let further = further.map(|track| (track.prints.as_slice(), track.clip_ms));
        let found = matcher.find_tracks(
            &[],
            (&file.prints, file.clip_ms),
            further,
            PictureSeen::default(),
        )?;
        for m in &found.matches {
            let other = m.id.as_deref().and_then(|id| id.parse::<usize>().ok());
            let other = other.expect("the ids are numbers");
            if other != number {
                keep_nearer(&mut near[number], other, m, true);
                keep_nearer(&mut near[other], number, m, false);
            }
        }
    }
    Ok(near)
}

fn keep_nearer(near: &mut BTreeMap<usize, Near>, other: usize, m: &Match, is_first: bool) {
    let found = Near {
        hash_type: m.hash.hash_type(),
        distance: m.distance,
        radius: m.radius,
        tier: m.tier,
        view: m.view,
        common: CommonPart::of(m, is_first),
    };
    let kept = near.entry(other).or_insert(found);
    if (found.tier, found.distance) < (kept.tier, kept.distance) {
        *kept = found;
    }
}

/// The file with the most copies takes them, then the one with the most of those left, and so on. So all of a group are near
/// one file. None is there because of a chain of others.
fn grouped(
    files: &[Hashed],
    near: &[BTreeMap<usize, Near>],
    same: &BTreeMap<usize, Vec<usize>>,
) -> Vec<Group> {
    let count = |number: usize| near[number].len() + same.get(&number).map_or(0, Vec::len);
    let mut order: Vec<usize> = (0..files.len()).filter(|&n| count(n) > 0).collect();
    order.sort_by_key(|&n| (Reverse(count(n)), &files[n].path));
    let mut is_taken = vec![false; files.len()];
    let mut groups = Vec::new();
    for first in order {
        if is_taken[first] {
            continue;
        }
        is_taken[first] = true;
        let mut copies: Vec<Duplicate> = Vec::new();
        let mut add = |number: usize, near: Option<Near>| {
            copies.push(duplicate(&files[number], near));
            for &same in same.get(&number).into_iter().flatten() {
                copies.push(Duplicate {
                    same_as: near.map(|_| files[number].path.clone()),
                    ..duplicate(&files[same], near)
                });
            }
        };
        for &number in same.get(&first).into_iter().flatten() {
            add(number, None);
        }
        for (&number, &how) in &near[first] {
            if !is_taken[number] {
                is_taken[number] = true;
                add(number, Some(how));
            }
        }
        if copies.is_empty() {
            continue;
        }
        copies.sort_by_key(|copy| {
            let leading = copy.same_as.clone().unwrap_or_else(|| copy.path.clone());
            (
                rank(copy),
                leading,
                copy.same_as.is_some(),
                copy.path.clone(),
            )
        });
        groups.push(Group {
            first: duplicate(&files[first], None),
            copies,
        });
    }
    groups.sort_by(|a, b| {
        let key = |group: &Group| rank(&group.copies[0]);
        (key(a), &a.first.path).cmp(&(key(b), &b.first.path))
    });
    groups
}

/// The same bytes, then by distance, then by what the match is worth.
fn rank(copy: &Duplicate) -> Option<(u32, Tier)> {
    copy.near.map(|near| (near.distance, near.tier))
}

fn duplicate(file: &Hashed, near: Option<Near>) -> Duplicate {
    Duplicate {
        path: file.path.clone(),
        bytes: file.bytes,
        sha256: file.sha256,
        near,
        same_as: None,
    }
}

#[cfg(test)]
mod tests;
