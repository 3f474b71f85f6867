//! `basma case export`: papers of a case. What is written is a record of the case itself.

mod bundle;
mod hashed;
mod media;
mod page;
mod pdf;
mod pictures;

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use basma::Result;
use basma::disk::atomic_file::AtomicFile;
use basma::error::{Action, CaseProblem, Problem};
use basma::evidence::record::{Export, Thumbnails};
use basma::evidence::{Body, CaseReader, CaseWriter, Expected, verify};
use basma::papers::vics::Version;
use basma::papers::{
    Carried, CaseFile, Dossier, Out, case_uco, cybertip, dsa, ecs, stix, table, vics, workbook,
};
use basma::scan::Passwords;
use basma::{Error, escape};

use super::Context;
use super::args::papers::{ExportArgs, Paper};
use super::html::picture;
use super::print::Table;
use hashed::Hashed;
use pictures::Asked;

/// Writes a paper of a case, and the record of it.
pub(super) fn export(args: &ExportArgs, mut case: CaseWriter, context: &Context<'_>) -> Result<()> {
    if let Some(option) = args.misplaced() {
        let (option, paper) = (option.to_owned(), args.paper.name());
        return Err(Problem::PaperOption { option, paper }.into());
    }
    // Nobody adds records while the paper is made.
    case.sync()?;
    let root = case.reader()?.path().to_owned();
    let verified = verify(&root, &Expected::default())?;
    let (dossier, findings) = CaseFile::read(&root, &verified)?;
    let path = place(args, &case, &dossier);
    if let Some(output) = &args.output {
        keep_out(output, &root)?;
    }
    let passwords = picture::passwords(args.passwords.as_deref())?;
    let file = AtomicFile::private(&path)?;
    let mut file = Hashed::new(file);
    let source = Source {
        root: &root,
        dossier: &dossier,
        findings: &findings,
        recipients: &verified.opened.recipients,
        asked: Asked::of(args, &passwords),
        passwords: &passwords,
    };
    if let Some(asked) = &source.asked {
        check_findings(asked, &root)?;
    }
    let written = write(args, &source, &mut Out::new(&mut file, &path))?;
    let Written {
        carried,
        thumbnails,
        media_absent,
    } = written;
    let written = file.flush();
    written.map_err(io_error(Action::Write, &path))?;
    let (file, sha256) = file.finish().map_err(io_error(Action::Write, &path))?;
    file.publish()?;
    let name = path.file_name().unwrap_or_default();
    let record = Export {
        paper: args.paper.name(),
        file: escape::escape(name.as_encoded_bytes()).into_owned(),
        sha256,
        head: verified.head.clone(),
        thumbnails,
    };
    case.add(Body::Export(record))?;
    case.sync()?;
    tell(args.paper, &path, &carried, context);
    if media_absent > 0 {
        let values = [("count", media_absent.into())];
        let text = context.prose.say("paper-media-absent", values);
        context.complain("warning", &text);
    }
    Ok(())
}

/// What a paper is made of.
struct Source<'a> {
    root: &'a Path,
    dossier: &'a Dossier,
    findings: &'a CaseFile,
    /// The public keys of age to which the case seals.
    recipients: &'a [String],
    /// The small pictures that the report shows.
    asked: Option<Asked<'a>>,
    /// What is tried on encrypted archives.
    passwords: &'a Passwords,
}

impl Source<'_> {
    /// Writes the report as one page.
    fn report(&self, out: &mut Out<'_>) -> Result<Written> {
        page::write(self.dossier, self.findings, self.asked.as_ref(), out)
    }
}

/// What was written.
#[derive(Default)]
struct Written {
    carried: Carried,
    /// The small pictures in it.
    thumbnails: Option<Thumbnails>,
    /// The files of confirmed findings that were asked for and are not in it.
    media_absent: u64,
}

impl From<Carried> for Written {
    fn from(carried: Carried) -> Written {
        Written {
            carried,
            ..Written::default()
        }
    }
}

/// Refuses pictures of what is no finding of the case.
fn check_findings(asked: &Asked, root: &Path) -> Result<()> {
    let case = CaseReader::open(root)?;
    for number in asked.named() {
        let record = case.record(number)?.map(|record| record.body);
        if !matches!(record, Some(Body::Finding(_))) {
            let (path, kind) = (root.to_owned(), "finding".to_owned());
            let problem = CaseProblem::NotThere { number, kind };
            return Err(Error::Case { path, problem });
        }
    }
    Ok(())
}

/// The file of the paper: the named one, or one in the folder of the case.
fn place(args: &ExportArgs, case: &CaseWriter, dossier: &Dossier) -> PathBuf {
    args.output.clone().unwrap_or_else(|| {
        let (paper, end) = (args.paper.name(), args.paper.ending());
        let name = format!("{paper}-{:06}.{end}", dossier.head.number);
        case.exports().join(name)
    })
}

/// A named file is outside of the case: a paper written over a record would be the end of it.
fn keep_out(output: &Path, root: &Path) -> Result<()> {
    let root_found = root.canonicalize().map_err(io_error(Action::Open, root))?;
    let folder = output
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    // What is not there is found out when it is written.
    let folders = [output.canonicalize(), folder.canonicalize()];
    if folders
        .into_iter()
        .flatten()
        .any(|place| place.starts_with(&root_found))
    {
        let shown = |path: &Path| escape::path(path).into_owned();
        let (output, case) = (shown(output), shown(root));
        return Err(Problem::OutputInCase { output, case }.into());
    }
    Ok(())
}

fn write(args: &ExportArgs, source: &Source<'_>, out: &mut Out<'_>) -> Result<Written> {
    let Source {
        dossier, findings, ..
    } = source;
    let carried = match args.paper {
        Paper::Html => return source.report(out),
        Paper::Pdf => return pdf::write(source, args.browser.as_deref(), out),
        Paper::Bundle => return bundle::write(source, args.with_media, out),
        Paper::Vics20 => vics::write(dossier, *findings, Version::V2_0, args.category, out),
        Paper::Vics13 => vics::write(dossier, *findings, Version::V1_3, args.category, out),
        Paper::CaseUco => case_uco::write(dossier, *findings, out),
        Paper::Ncmec => cybertip::write(dossier, *findings, args.incident.unwrap_or_default(), out),
        Paper::Dsa => dsa::write(dossier, *findings, &ground(args)?, out),
        Paper::Csv => csv(source, out),
        Paper::Xlsx => workbook::write(dossier, *findings, out),
        Paper::Stix => stix::write(dossier, *findings, out),
        Paper::Ecs => ecs::write(dossier, *findings, out),
    };
    carried.map(Written::from)
}

/// What the platform states: the parser of arguments has asked for it.
fn ground(args: &ExportArgs) -> Result<dsa::Ground> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let category = args.ground.unwrap_or(dsa::Category::ChildAbuse);
    let mut ground = dsa::Ground::new(category, &text(&args.law), &text(&args.explanation))?;
    ground.is_disabled = args.disabled;
    Ok(ground)
}

/// The rows as CSV, which no spreadsheet runs.
fn csv(source: &Source<'_>, out: &mut Out<'_>) -> Result<Carried> {
    const TABLE: Table = Table {
        separator: ',',
        bom: false,
    };
    out.text(&TABLE.row(&table::COLUMNS))?;
    table::each(source.dossier, source.findings, &mut |row| {
        let row: Vec<String> = row.iter().map(table::Cell::shown).collect();
        out.text(&TABLE.row(&row))
    })?;
    Ok(Carried::all(source.dossier.tally.findings))
}

/// Says what was written, and what the paper does not hold.
fn tell(paper: Paper, path: &Path, carried: &Carried, context: &Context<'_>) {
    let path = escape::path(path).into_owned();
    let values = [("path", path.into()), ("count", carried.written.into())];
    context.tell(&context.prose.say("paper-written", values));
    if carried.by_decision > 0 {
        let values = [("count", carried.by_decision.into())];
        context.tell(&context.prose.say("paper-left-decision", values));
    }
    if carried.without_digest > 0 {
        let values = [("count", carried.without_digest.into())];
        let text = context.prose.say("paper-left-digest", values);
        context.complain("warning", &text);
    }
    if paper == Paper::Ncmec {
        context.complain("warning", &context.prose.word("paper-draft"));
    }
}

/// What the system refused.
pub(super) fn io_error(action: Action, path: &Path) -> impl Fn(io::Error) -> Error + use<> {
    let path = path.to_owned();
    move |source| Error::Io {
        action,
        path: path.clone(),
        source,
    }
}
