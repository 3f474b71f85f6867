//! Pictures and clips as a list: a file, or all files of a folder, hashed in memory.

use std::fs::File;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::Path;

use walkdir::{DirEntry, WalkDir};

use super::{Finding, Scan, Summary};
use crate::error::{Action, Problem};
use crate::index::Index;
use crate::list::{self, Entry, List, Source};
use crate::matcher::Matcher;
use crate::media::{Format, foreign_mime};
use crate::{Error, Result, escape};

/// How much of a file is read to tell its kind.
const HEAD_BYTES: u64 = 4096;

/// Pictures and clips that were hashed to serve as a list.
#[derive(Debug)]
#[non_exhaustive]
pub struct MediaList {
    /// The list: its name is that of the folder or file.
    pub source: Source,
    /// How many pictures gave entries.
    pub pictures: u64,
    /// How many clips gave entries.
    pub clips: u64,
    /// How many entries there are.
    pub entries: u64,
    /// The counts of all files.
    pub summary: Summary,
}

impl MediaList {
    /// What stands for the format in [`Source::format`].
    pub const FORMAT: &'static str = "pictures and clips";

    /// The list without its entries.
    pub fn into_list(self) -> List {
        let mut list = List::new(self.source, Vec::new());
        (list.counts.lines, list.counts.imported) = (self.entries, self.entries);
        list
    }
}

impl Scan {
    /// Hashes a picture, a clip, or all of a folder, and hands on the entries of a list of them. Each has the name of the list.
    ///
    /// The scan's hasher says which types and pictures are hashed: [`Sampling::Distinct`](crate::hasher::Sampling) suits
    /// lists. Nothing is looked up, recorded or written. Perceptual hashes below `min_quality` are left out. An id is the
    /// path below the folder. Files that are no pictures or clips give no entries.
    ///
    /// `gap` gets each file that was not examined as a whole, or is too flat for its perceptual hash.
    ///
    /// ```
    /// use basma::{Matcher, hash::HashType, hasher::{Hasher, Sampling}, scan::Scan};
    /// # std::env::set_current_dir(env!("CARGO_MANIFEST_DIR")).unwrap();
    /// let hasher = Hasher::new([HashType::Pdq]).with_sampling(Sampling::Distinct);
    /// let scan = Scan::new(Matcher::new([])).with_hasher(hasher);
    /// let mut entries = Vec::new();
    /// let folder = "fixtures/dump/chat".as_ref();
    /// let listed = scan.list_media(folder, 50, |_, entry| Ok(entries.push(entry)), |gap| eprintln!("{gap:?}"))?;
    /// assert_eq!(listed.source.list, "chat");
    /// assert_eq!(entries[0].id.as_deref(), Some("IMG-WA0001.jpg"));
    /// # Ok::<(), basma::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Scan::run`]; those of `each`; [`Error::Argument`] where there is no entry; [`Error::Cancelled`].
    pub fn list_media(
        &self,
        path: &Path,
        min_quality: u8,
        mut each: impl FnMut(&str, Entry) -> Result<()>,
        mut gap: impl FnMut(&Finding),
    ) -> Result<MediaList> {
        let scan = Scan {
            matcher: Matcher::new([]),
            logs: Vec::new(),
            ..self.clone()
        };
        let sampling = scan.hasher.sampling();
        let is_folder = path.is_dir();
        // Of a file, the folder that it is in.
        let base = if is_folder {
            path
        } else {
            path.parent().unwrap_or(path)
        };
        let list_name = name(path);
        let (mut pictures, mut clips, mut entries) = (0, 0, 0);
        let mut failure = None;
        let mut list = |finding: &Finding| -> Result<()> {
            if finding.status.is_gap() || finding.reason.is_some() {
                gap(finding);
            }
            let mime = finding.mime.as_deref().unwrap_or_default();
            let is_clip = mime.starts_with("video/");
            if !is_clip && !mime.starts_with("image/") {
                return Ok(());
            }
            let id = finding.path.strip_prefix(base).unwrap_or(&finding.path);
            let id = escape::path(id).into_owned();
            let before = entries;
            for entry in finding.entries(sampling) {
                let is_perceptual = entry.hash.hash_type().is_perceptual();
                let is_low = is_perceptual && entry.quality.is_some_and(|q| q < min_quality);
                if !is_low && !list::is_meaningless(&entry) {
                    entries += 1;
                    each(&list_name, entry.with_id(id.clone()))?;
                }
            }
            let is_used = entries > before;
            clips += u64::from(is_used && is_clip);
            pictures += u64::from(is_used && !is_clip);
            Ok(())
        };
        let summary = scan.run([path], |finding| match list(&finding) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                failure = Some(error);
                ControlFlow::Break(())
            }
        })?;
        if let Some(error) = failure {
            return Err(error);
        }
        if summary.interrupted {
            return Err(Error::Cancelled);
        }
        let shown = escape::path(path).into_owned();
        if entries == 0 {
            return Err(Problem::MediaWithoutHashes { path: shown }.into());
        }
        Ok(MediaList {
            source: Source::new(list_name, shown, MediaList::FORMAT),
            pictures,
            clips,
            entries,
            summary,
        })
    }

    /// The list of a picture, a clip or all of a folder, with its entries in memory: [`Scan::list_media`].
    ///
    /// ```
    /// use basma::{Matcher, hash::HashType, hasher::{Hasher, Sampling}, scan::Scan};
    /// # std::env::set_current_dir(env!("CARGO_MANIFEST_DIR")).unwrap();
    /// let hasher = Hasher::new([HashType::Pdq]).with_sampling(Sampling::Distinct);
    /// let scan = Scan::new(Matcher::new([])).with_hasher(hasher.clone());
    /// let list = scan.media_list("fixtures/dump/chat".as_ref(), 50)?;
    /// let matcher = Matcher::of_lists([list])?;
    /// let found = matcher.match_file(&hasher, "fixtures/dump/chat/IMG-WA0003.jpg")?.found;
    /// assert_eq!(found.matches[0].id.as_deref(), Some("IMG-WA0003.jpg"));
    /// # Ok::<(), basma::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Scan::list_media`].
    pub fn media_list(&self, path: &Path, min_quality: u8) -> Result<List> {
        let mut entries = Vec::new();
        let keep = |_: &str, entry| {
            entries.push(entry);
            Ok(())
        };
        let listed = self.list_media(path, min_quality, keep, |_| ())?;
        Ok(List::new(listed.source, entries))
    }
}

/// The name of a folder or file, also where a path does not end with it.
fn name(path: &Path) -> String {
    let real = || path.canonicalize().ok();
    let name = path.file_name().map(ToOwned::to_owned);
    let name = name.or_else(|| real()?.file_name().map(ToOwned::to_owned));
    let name = name.unwrap_or_else(|| path.as_os_str().to_owned());
    escape::escape(name.as_encoded_bytes()).into_owned()
}

/// Whether a path is a picture or clip, or a folder that holds one at any depth. Content counts, not the name.
///
/// Hidden files, links and what cannot be read tell nothing of a folder.
///
/// # Errors
/// [`Error::Argument`] for a folder that holds both media and lists: neither may be passed over.
pub fn holds_media(path: &Path) -> Result<bool> {
    if !path.is_dir() {
        // What can be read but once, such as a pipe, is not looked into.
        let is_file = path.is_file();
        return Ok(is_file && head(path).is_ok_and(|head| is_media(&head)));
    }
    let is_shown = |entry: &DirEntry| {
        entry.depth() == 0 || !entry.file_name().as_encoded_bytes().starts_with(b".")
    };
    let (mut media, mut list) = (None, None);
    let entries = WalkDir::new(path).sort_by_file_name().into_iter();
    for entry in entries.filter_entry(is_shown).flatten() {
        if !entry.file_type().is_file() {
            continue;
        }
        let Ok(head) = head(entry.path()) else {
            continue;
        };
        if is_media(&head) {
            media.get_or_insert_with(|| entry.path().to_owned());
        } else if Index::is_index(&head) || list::is_list(&head) {
            list.get_or_insert_with(|| entry.path().to_owned());
        }
        if let (Some(media), Some(list)) = (&media, &list) {
            let shown = |path: &Path| escape::path(path).into_owned();
            return Err(Problem::ListsAmongMedia {
                folder: shown(path),
                media: shown(media),
                list: shown(list),
            }
            .into());
        }
    }
    Ok(media.is_some())
}

/// Whether a file that begins so is a picture or a clip. Content counts, not the name.
pub fn is_media(head: &[u8]) -> bool {
    let is_foreign = |mime: &str| mime.starts_with("image/") || mime.starts_with("video/");
    Format::sniff(head).is_some() || foreign_mime(head).is_some_and(is_foreign)
}

fn head(path: &Path) -> Result<Vec<u8>> {
    let file = File::open(path).map_err(Error::io(Action::OpenList, path))?;
    let mut head = Vec::new();
    file.take(HEAD_BYTES)
        .read_to_end(&mut head)
        .map_err(Error::io(Action::ReadList, path))?;
    Ok(head)
}
