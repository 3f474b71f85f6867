//! The bundle for the judicial police: the report, the records with all that checks them, and how to check.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use basma::error::{Action, CaseProblem};
use basma::papers::zip::Archive;
use basma::papers::{Dossier, Out};
use basma::{Error, Result};

use super::{Source, Written, io_error, media};
use crate::cli::args::Language;
use crate::cli::print::Table;
use crate::cli::prose::Prose;

/// The parts of a case that are copied, in this order.
const FILES: [&str; 2] = ["records.jsonl", "records.jsonl.minisig"];
const FOLDERS: [&str; 3] = ["details", "keys", "sealed"];

pub(super) fn write(source: &Source<'_>, with_media: bool, out: &mut Out<'_>) -> Result<Written> {
    let mut html = Vec::new();
    let mut written = source.report(&mut Out::new(&mut html, "report.html"))?;
    let mut archive = Archive::new(out);
    archive.add("VERIFY.txt", verify(source.dossier).as_bytes())?;
    archive.add("report.html", &html)?;
    archive.add("lists.csv", lists(source.dossier).as_bytes())?;
    for (name, path) in files(source.root)? {
        let failed = |error| io_error(Action::Open, &path)(error);
        let file = File::open(&path).map_err(failed)?;
        let size = file.metadata().map_err(failed)?.len();
        archive.add_reader(&format!("case/{name}"), &path, size, file)?;
    }
    if with_media {
        written.media_absent = media::add(source, &mut archive)?;
    }
    let sums = archive.sums();
    archive.add("SHA256SUMS", sums.as_bytes())?;
    archive.finish()?;
    Ok(written)
}

/// The files of the case by their names in it. Papers that were made before are no part of it.
fn files(root: &Path) -> Result<Vec<(String, PathBuf)>> {
    let mut files = Vec::new();
    for name in FILES {
        let path = root.join(name);
        if is_part(&path)? {
            files.push((name.to_owned(), path));
        }
    }
    for folder in FOLDERS {
        let path = root.join(folder);
        let entries = match fs::read_dir(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            entries => entries.map_err(io_error(Action::List, &path))?,
        };
        let mut of_folder = Vec::new();
        for entry in entries {
            let path = entry.map_err(io_error(Action::List, &path))?.path();
            let name = path.file_name().and_then(|name| name.to_str());
            // Hidden files are drafts of a process that was killed.
            let name = name
                .filter(|name| !name.starts_with('.'))
                .map(str::to_owned);
            if let Some(name) = name
                && is_part(&path)?
            {
                of_folder.push((format!("{folder}/{name}"), path));
            }
        }
        of_folder.sort();
        files.extend(of_folder);
    }
    Ok(files)
}

/// Whether a file of the case is there. A link would put a file of this machine into the bundle.
fn is_part(path: &Path) -> Result<bool> {
    match fs::symlink_metadata(path) {
        Ok(there) if there.is_file() => Ok(true),
        Ok(_) => {
            let (path, problem) = (path.to_owned(), CaseProblem::NotAFile);
            Err(Error::Case { path, problem })
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(io_error(Action::Open, path)(error)),
    }
}

/// How to check the bundle, in three languages.
fn verify(dossier: &Dossier) -> String {
    let key = dossier.keys.first().map_or("", |key| key.public.as_str());
    let languages = [Language::Ar, Language::Fr, Language::En];
    let texts = languages.map(|language| {
        let values = [
            ("digest", dossier.head.digest.as_str().into()),
            ("key", key.into()),
        ];
        Prose::new(language).say("paper-verify", values)
    });
    texts.join("\n\n----\n\n") + "\n"
}

/// The lists with their digests.
fn lists(dossier: &Dossier) -> String {
    const TABLE: Table = Table {
        separator: ',',
        bom: false,
    };
    let mut text = TABLE.row(&[
        "list",
        "generation",
        "sha256",
        "signed_by",
        "purpose",
        "legal_basis",
    ]);
    for list in &dossier.lists {
        let cell = |cell: &Option<String>| cell.clone().unwrap_or_default();
        let generation = list.generation.map(|number| number.to_string());
        let row = [
            list.name.clone(),
            generation.unwrap_or_default(),
            cell(&list.digest),
            cell(&list.signed_by),
            cell(&list.purpose),
            cell(&list.legal_basis),
        ];
        let row = row.map(|cell| basma::escape::message(&cell).into_owned());
        text += &TABLE.row(&row);
    }
    text
}
