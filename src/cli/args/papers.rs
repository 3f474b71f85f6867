//! Arguments of `basma case export`.

use std::path::PathBuf;

use basma::papers::cybertip::IncidentType;
use basma::papers::dsa::Category;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Args, ValueEnum};

use super::case::SignerArgs;
use super::values::number;
use crate::cli::html::thumbnail::Thumbnails;

/// A paper of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Paper {
    /// A report in Arabic, French and English, as one page
    Html,
    /// The same, printed by a browser of the Chromium family
    Pdf,
    /// Report, records, keys and digests as one archive
    Bundle,
    /// Project VIC VICS 2.0
    #[value(name = "vics")]
    Vics20,
    /// Project VIC VICS 1.3
    #[value(name = "vics-1-3")]
    Vics13,
    /// CASE/UCO 1.4 as JSON-LD
    CaseUco,
    /// A draft for the CyberTipline of NCMEC, which is never submitted
    Ncmec,
    /// Statements of reasons by the Digital Services Act
    Dsa,
    /// Rows
    Csv,
    /// A workbook
    Xlsx,
    /// STIX 2.1
    Stix,
    /// Events by the Elastic Common Schema, one a line
    Ecs,
}

impl Paper {
    /// Its name.
    pub(crate) fn name(self) -> String {
        let value = self.to_possible_value();
        let value = value.expect("no paper is hidden");
        value.get_name().to_owned()
    }

    /// How the name of its file ends.
    pub(crate) fn ending(self) -> &'static str {
        match self {
            Paper::Html => "html",
            Paper::Pdf => "pdf",
            Paper::Bundle | Paper::Ncmec => "zip",
            Paper::Vics20 | Paper::Vics13 | Paper::Stix => "json",
            Paper::CaseUco => "jsonld",
            Paper::Dsa | Paper::Ecs => "jsonl",
            Paper::Csv => "csv",
            Paper::Xlsx => "xlsx",
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// The folder of the case
    #[arg(value_name = "CASE")]
    pub(crate) case: PathBuf,
    /// The paper
    #[arg(long = "as", id = "export_paper", value_name = "PAPER", value_enum)]
    pub(crate) paper: Paper,
    /// Write here instead of into the folder of the case
    #[arg(long = "output", short, id = "export_output", value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// For the bundle: add the files of confirmed findings, sealed to the recipients of the case
    #[arg(long = "with-media", id = "export_media")]
    pub(crate) with_media: bool,
    /// For the report: how the small pictures look that `--thumbnail-of` asks for; each is named in the record of the export
    #[arg(
        long = "thumbnails",
        id = "export_thumbnails",
        value_name = "HOW",
        value_enum,
        requires = "export_thumbnail_of"
    )]
    pub(crate) thumbnails: Option<Thumbnails>,
    /// For the report: a finding whose picture is shown, by its number, or all; may be repeated
    #[arg(
        long = "thumbnail-of",
        id = "export_thumbnail_of",
        value_name = "FINDING",
        value_delimiter = ',',
        value_parser = Pictured::parse,
        requires = "export_thumbnails"
    )]
    pub(crate) thumbnail_of: Vec<Pictured>,
    /// For small pictures, and the files of the bundle: try the passwords in this file, one a line, on encrypted archives
    #[arg(
        long = "passwords",
        id = "export_passwords",
        value_name = "FILE",
        hide_short_help = true
    )]
    pub(crate) passwords: Option<PathBuf>,
    /// The browser that prints the PDF
    #[arg(
        long = "browser",
        id = "export_browser",
        value_name = "PROGRAM",
        hide_short_help = true
    )]
    pub(crate) browser: Option<PathBuf>,
    /// For VICS: the category of confirmed findings, as a number of the receiver's country
    #[arg(long = "category", id = "export_category", value_name = "N", hide_short_help = true, value_parser = number::<u32>(0..=99))]
    pub(crate) category: Option<u32>,
    /// For NCMEC: what the report is about [default: material]
    #[arg(long = "incident", id = "export_incident", value_name = "TYPE", hide_short_help = true, value_parser = incident())]
    pub(crate) incident: Option<IncidentType>,
    /// For DSA: the category of the statements
    #[arg(long = "ground", id = "export_ground", value_name = "CATEGORY", required_if_eq("export_paper", "dsa"), hide_short_help = true, value_parser = category())]
    pub(crate) ground: Option<Category>,
    /// For DSA: the law that makes the content illegal
    #[arg(
        long = "law",
        id = "export_law",
        value_name = "TEXT",
        required_if_eq("export_paper", "dsa"),
        hide_short_help = true
    )]
    pub(crate) law: Option<String>,
    /// For DSA: why the content is illegal by that law
    #[arg(
        long = "explanation",
        id = "export_explanation",
        value_name = "TEXT",
        required_if_eq("export_paper", "dsa"),
        hide_short_help = true
    )]
    pub(crate) explanation: Option<String>,
    /// For DSA: access was disabled, and the content was not removed
    #[arg(long = "disabled", id = "export_disabled", hide_short_help = true)]
    pub(crate) disabled: bool,
    #[command(flatten)]
    pub(crate) signer: SignerArgs,
}

/// A finding whose picture is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pictured {
    /// Each that the report shows.
    All,
    /// The one of this number.
    Finding(u64),
}

impl Pictured {
    fn parse(text: &str) -> Result<Pictured, std::num::ParseIntError> {
        if text == "all" {
            return Ok(Pictured::All);
        }
        text.parse().map(Pictured::Finding)
    }
}

impl ExportArgs {
    /// The first option that is for another paper.
    pub(crate) fn misplaced(&self) -> Option<&'static str> {
        use Paper::{Bundle, Dsa, Html, Ncmec, Pdf, Vics13, Vics20};
        let options: [(bool, &'static str, &[Paper]); 10] = [
            (self.with_media, "with-media", &[Bundle]),
            (
                self.thumbnails.is_some(),
                "thumbnails",
                &[Html, Pdf, Bundle],
            ),
            (self.passwords.is_some(), "passwords", &[Html, Pdf, Bundle]),
            (self.browser.is_some(), "browser", &[Pdf]),
            (self.category.is_some(), "category", &[Vics13, Vics20]),
            (self.incident.is_some(), "incident", &[Ncmec]),
            (self.ground.is_some(), "ground", &[Dsa]),
            (self.law.is_some(), "law", &[Dsa]),
            (self.explanation.is_some(), "explanation", &[Dsa]),
            (self.disabled, "disabled", &[Dsa]),
        ];
        let mut options = options.into_iter();
        let found =
            options.find(|(is_there, _, papers)| *is_there && !papers.contains(&self.paper));
        found.map(|(_, name, _)| name)
    }
}

fn incident() -> impl clap::builder::TypedValueParser<Value = IncidentType> {
    let names = IncidentType::ALL.map(IncidentType::name);
    PossibleValuesParser::new(names).map(|name| {
        let known = IncidentType::ALL
            .into_iter()
            .find(|known| known.name() == name);
        known.expect("one of the names that are taken")
    })
}

fn category() -> impl clap::builder::TypedValueParser<Value = Category> {
    let names = Category::ALL.map(Category::name);
    PossibleValuesParser::new(names).map(|name| {
        let known = Category::ALL.into_iter().find(|known| known.name() == name);
        known.expect("one of the names that are taken")
    })
}
