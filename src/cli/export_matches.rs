//! `--export-matches`: copies of the files that matched, named by their SHA-256, and a manifest that says of which findings
//! they are.
//!
//! A copy is made of what was found and of nothing else: its content must have the digest of the finding. Nothing is written
//! over, and nothing into what is scanned.

use std::fs;
use std::io::{self, BufReader, Read, Write as _};
use std::path::{Path, PathBuf};

use basma::disk::atomic_file::AtomicFile;
use basma::error::{Action, Problem};
use basma::hash::HashType;
use basma::scan::{Absence, ArchiveLimits, Finding, Origin, Originals, open_regular};
use basma::{Error, Result, escape};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::args::FilesArgs;
use super::context::Context;
use super::html::picture;
use super::lists;
use super::papers::io_error;

/// How many members of one archive are looked for in one read of it.
const MEMBERS_AT_ONCE: usize = 10_000;

/// What is read at a time.
const CHUNK_BYTES: usize = 1 << 16;

/// What the manifest says of a finding.
#[derive(Serialize)]
struct Line<'l> {
    v: u32,
    path: &'l str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<&'l str>,
    /// The name of the copy.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'l str>,
    /// Why there is none, as a code.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'l str>,
}

/// A finding that is a member of an archive.
struct Member {
    path: PathBuf,
    sha256: String,
    name: String,
}

/// Copies the files of findings, one after the other.
pub(super) struct Exporter {
    folder: PathBuf,
    /// Whether the folder was made for this.
    is_new: bool,
    /// Whether the folder proved to lie in the evidence.
    is_refused: bool,
    manifest: AtomicFile,
    /// Where the folder is, if files are named one by one, and the last folder of such a file.
    named: Option<(PathBuf, PathBuf)>,
    originals: Originals,
    /// An archive, and findings in it that follow each other: it is read once for all of them.
    members: Option<(PathBuf, Vec<Member>)>,
    exported: u64,
    absent: u64,
}

impl Exporter {
    /// Makes the folder, if it is not there. An older manifest in it stays.
    ///
    /// # Errors
    /// Where the folder lies in what is scanned or among the lists, or cannot be written to.
    pub(super) fn new(folder: &Path, files: &FilesArgs, lists: &[PathBuf]) -> Result<Exporter> {
        lists::keep_apart(Some(folder), lists, &files.paths)?;
        let is_new = match fs::create_dir(folder) {
            Ok(()) => true,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => false,
            Err(error) => return Err(io_error(Action::Create, folder)(error)),
        };
        let mut manifest = manifests(folder).filter(|path| path.symlink_metadata().is_err());
        let manifest = manifest.next().expect("numbers do not end");
        let named = match &files.paths_from {
            Some(_) => {
                let place = folder.canonicalize();
                let place = place.map_err(io_error(Action::Find, folder))?;
                Some((place, PathBuf::new()))
            }
            None => None,
        };
        let passwords = picture::passwords(files.passwords.as_deref())?;
        let archives = ArchiveLimits::default()
            .with_depth(files.max_archive_depth)
            .with_ratio(files.max_ratio);
        let originals = picture::originals(&passwords)?;
        Ok(Exporter {
            manifest: AtomicFile::private(&manifest)?,
            folder: folder.to_owned(),
            is_new,
            is_refused: false,
            named,
            originals: originals.with_archives(archives).with_carving(files.carve),
            members: None,
            exported: 0,
            absent: 0,
        })
    }

    /// Copies the file of a finding, if it matched.
    ///
    /// # Errors
    /// Where a copy cannot be written, or the folder lies in that of a file that was named.
    pub(super) fn take(&mut self, finding: &Finding) -> Result<()> {
        self.keep_apart(&finding.path)?;
        if finding.matches.is_empty() {
            return Ok(());
        }
        let digests = finding.digests.iter();
        let mut digests = digests.filter(|digest| digest.hash_type() == HashType::Sha256);
        let Some(sha256) = digests.next().map(ToString::to_string) else {
            return self.tell(&finding.path, None, Err("no-digest"));
        };
        let name = name(&finding.path, &sha256);
        let origin = match Origin::of(&finding.path) {
            Ok(origin) => origin,
            Err(absence) => return self.tell(&finding.path, Some(&sha256), Err(absence.name())),
        };
        if !origin.is_member {
            self.take_members()?;
            let copied = self.copy(&origin.file, &sha256, &name)?;
            let copied = copied.map(|()| name.as_str()).map_err(Absence::name);
            return self.tell(&finding.path, Some(&sha256), copied);
        }
        let goes_on = self.members.as_ref().is_some_and(|(archive, members)| {
            *archive == origin.file && members.len() < MEMBERS_AT_ONCE
        });
        if !goes_on {
            self.take_members()?;
        }
        let (_, members) = self
            .members
            .get_or_insert_with(|| (origin.file, Vec::new()));
        members.push(Member {
            path: finding.path.clone(),
            sha256,
            name,
        });
        Ok(())
    }

    /// Refuses a folder in that of a file which was named: files that are named one by one are of the evidence around them.
    fn keep_apart(&mut self, path: &Path) -> Result<()> {
        let Some((place, known)) = &mut self.named else {
            return Ok(());
        };
        let file = Origin::of(path).map_or_else(|_| path.to_owned(), |origin| origin.file);
        let around = match file.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        if around == known {
            return Ok(());
        }
        around.clone_into(known);
        if !around
            .canonicalize()
            .is_ok_and(|around| place.starts_with(around))
        {
            return Ok(());
        }
        self.is_refused = true;
        let shown = |path: &Path| escape::path(path).into_owned();
        let (output, folder) = (shown(&self.folder), shown(around));
        Err(Problem::OutputInScanned { output, folder }.into())
    }

    /// Reads the archive whose members wait.
    fn take_members(&mut self) -> Result<()> {
        let Some((archive, members)) = self.members.take() else {
            return Ok(());
        };
        let wanted = members.iter();
        let wanted: Vec<(PathBuf, String)> = wanted
            .map(|member| (member.path.clone(), member.sha256.clone()))
            .collect();
        let folder = self.folder.clone();
        let mut copied = vec![false; members.len()];
        let absent = self
            .originals
            .members(&archive, &wanted, &mut |place, mut content| {
                let member = &members[place];
                let path = folder.join(&member.name);
                copied[place] = publish(&path, &member.sha256, &mut content)?;
                Ok(())
            });
        let absent = match absent {
            Ok(absent) => absent,
            Err(error) => {
                // What was copied until then has its line all the same.
                let copied = members.iter().zip(copied).filter(|(_, copied)| *copied);
                for (member, _) in copied {
                    self.tell(&member.path, Some(&member.sha256), Ok(&member.name))?;
                }
                return Err(error);
            }
        };
        for (member, absence) in members.iter().zip(absent) {
            let copied = absence.map_or(Ok(member.name.as_str()), |absence| Err(absence.name()));
            self.tell(&member.path, Some(&member.sha256), copied)?;
        }
        Ok(())
    }

    /// Copies a file, if its content still has this digest.
    fn copy(&self, from: &Path, sha256: &str, name: &str) -> Result<Result<(), Absence>> {
        let Ok(mut file) = open_regular(from) else {
            return Ok(Err(Absence::Unreadable));
        };
        let path = self.folder.join(name);
        match publish(&path, sha256, &mut file) {
            Ok(true) => Ok(Ok(())),
            Ok(false) => Ok(Err(Absence::Changed)),
            Err(Error::Io {
                action: Action::Read,
                ..
            }) => Ok(Err(Absence::Unreadable)),
            Err(error) => Err(error),
        }
    }

    fn tell(
        &mut self,
        path: &Path,
        sha256: Option<&str>,
        copied: std::result::Result<&str, &str>,
    ) -> Result<()> {
        match copied {
            Ok(_) => self.exported += 1,
            Err(_) => self.absent += 1,
        }
        let line = Line {
            v: 1,
            path: &escape::path(path),
            sha256,
            file: copied.ok(),
            reason: copied.err(),
        };
        let mut text = serde_json::to_string(&line).expect("it is made of texts");
        text.push('\n');
        let written = self.manifest.write_all(text.as_bytes());
        let manifest = self.manifest.path().to_owned();
        written.map_err(io_error(Action::Write, &manifest))
    }

    /// Writes the manifest, and says how many copies there are.
    pub(super) fn finish(mut self, context: &Context<'_>) -> Result<()> {
        if self.is_refused && self.exported + self.absent == 0 {
            drop(self.manifest);
            if self.is_new {
                // It stays where something is in it.
                let _ = fs::remove_dir(&self.folder);
            }
            return Ok(());
        }
        let taken = self.take_members();
        // An entry of another scan may stand at the first place by now.
        let mut manifest = Some(self.manifest);
        let mut path = PathBuf::new();
        for place in manifests(&self.folder) {
            let Some(file) = manifest.take() else { break };
            manifest = file.publish_new(&place)?;
            path = place;
        }
        let path = escape::path(&path).into_owned();
        taken?;
        let values = [
            ("count", self.exported.into()),
            ("path", path.clone().into()),
        ];
        context.tell(&context.prose.say("export-matches-done", values));
        if self.absent > 0 {
            let values = [("count", self.absent.into()), ("path", path.into())];
            context.complain(
                "warning",
                &context.prose.say("export-matches-absent", values),
            );
        }
        Ok(())
    }
}

/// The places of manifests in a folder.
fn manifests(folder: &Path) -> impl Iterator<Item = PathBuf> {
    (1..).map(|number| match number {
        1 => folder.join("manifest.jsonl"),
        number => folder.join(format!("manifest-{number}.jsonl")),
    })
}

/// Whether a copy is there already. Several findings can have one content, and a scan can be run again.
fn is_there(path: &Path, sha256: &str) -> Result<bool> {
    let Ok(there) = path.symlink_metadata() else {
        return Ok(false);
    };
    if there.is_file() {
        let there = open_regular(path).map_err(io_error(Action::Open, path))?;
        let there =
            digest(BufReader::new(there), |_| Ok(())).map_err(io_error(Action::Read, path))?;
        if there == sha256 {
            return Ok(true);
        }
    }
    let path = escape::path(path).into_owned();
    Err(Problem::ExportOccupied { path }.into())
}

/// Writes content that has this digest to a place, unless it is there already; whether it had it.
fn publish(path: &Path, sha256: &str, content: &mut dyn Read) -> Result<bool> {
    if is_there(path, sha256)? {
        return Ok(true);
    }
    let mut file = AtomicFile::private(path)?;
    let mut failed = None;
    let found = digest(content, |chunk| {
        file.write_all(chunk).inspect_err(|error| {
            failed = Some(io::Error::from(error.kind()));
        })
    });
    if let Some(error) = failed {
        return Err(io_error(Action::Write, path)(error));
    }
    if found.map_err(io_error(Action::Read, path))? != sha256 {
        return Ok(false);
    }
    match file.publish_new(path)? {
        // Another scan was faster.
        Some(_) => is_there(path, sha256),
        None => Ok(true),
    }
}

/// The SHA-256 of content, of which each piece is given on.
fn digest(
    mut content: impl Read,
    mut each: impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<String> {
    let mut digest = Sha256::new();
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let read = match content.read(&mut chunk) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        digest.update(&chunk[..read]);
        each(&chunk[..read])?;
    }
    let digest = digest.finalize();
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The SHA-256, with the end of the name of the file if it is plain.
fn name(path: &Path, sha256: &str) -> String {
    let end = path.extension().and_then(|end| end.to_str());
    let end = end.filter(|end| {
        (1..=8).contains(&end.len()) && end.chars().all(|letter| letter.is_ascii_alphanumeric())
    });
    match end {
        Some(end) => format!("{sha256}.{}", end.to_ascii_lowercase()),
        None => sha256.to_owned(),
    }
}
