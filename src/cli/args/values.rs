//! Values of options: words of a fixed set, radii, sizes.

use std::ffi::OsStr;
use std::io::Read as _;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::str::FromStr;

use basma::error::{Action, Problem, ReasonCode};
use basma::hash::HashType;
use basma::list::Mapping;
use basma::list::vpdq::Layout;
use basma::{Error, Result};
use clap::builder::{PossibleValue, PossibleValuesParser, StringValueParser, TypedValueParser};
use clap::{CommandFactory as _, ValueEnum};

use super::Cli;
use crate::cli::convert::Document;
use crate::cli::help::TOPICS;

/// An outcome that makes a job fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FailOn {
    Matched,
    Gaps,
    LowQuality,
    Unsupported,
    Damaged,
    Unreadable,
    OverLimit,
    Skipped,
    Weak,
    Nothing,
    /// A reason why a file was not, or not wholly, examined.
    Reason(ReasonCode),
}

impl FailOn {
    /// Those that are no reasons, by their names.
    const NAMED: [(&str, FailOn); 10] = [
        ("matched", FailOn::Matched),
        ("gaps", FailOn::Gaps),
        ("low-quality", FailOn::LowQuality),
        ("unsupported", FailOn::Unsupported),
        ("damaged", FailOn::Damaged),
        ("unreadable", FailOn::Unreadable),
        ("over-limit", FailOn::OverLimit),
        ("skipped", FailOn::Skipped),
        ("weak", FailOn::Weak),
        ("nothing", FailOn::Nothing),
    ];
}

/// Reads what makes a job fail, and names it all to completions.
#[derive(Clone, Copy, Debug)]
pub(super) struct FailOnParser;

impl TypedValueParser for FailOnParser {
    type Value = FailOn;

    fn parse_ref(
        &self,
        command: &clap::Command,
        arg: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<FailOn, clap::Error> {
        let named = FailOn::NAMED.into_iter();
        let mut named = named.filter(|(name, _)| value == *name);
        if let Some((_, known)) = named.next() {
            return Ok(known);
        }
        if let Some(Ok(code)) = value.to_str().map(str::parse::<ReasonCode>) {
            return Ok(FailOn::Reason(code));
        }
        // The error names those that are no reasons.
        let names = PossibleValuesParser::new(FailOn::NAMED.map(|(name, _)| name));
        names
            .parse_ref(command, arg, value)
            .map(|_| FailOn::Nothing)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let names = FailOn::NAMED.map(|(name, _)| name);
        Some(Box::new(names.into_iter().map(PossibleValue::new)))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Jsonl,
    Csv,
}

/// Formats in which lists are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ListFormat {
    Jsonl,
    Csv,
    Text,
    Typed,
    TxCsv,
    PhotoHasher,
    Md5sum,
    Sha1sum,
    Sha256sum,
    Hashdeep,
    /// The frames of clips in a layout of vPDQ.
    Vpdq(Layout),
    /// A document of another institution.
    Document(Document),
}

impl ListFormat {
    /// Those in which `hash` prints. It has an option of its own for the layouts of vPDQ, which say how frames are chosen.
    pub(crate) const OF_HASHES: [ListFormat; 10] = [
        ListFormat::Jsonl,
        ListFormat::Csv,
        ListFormat::Text,
        ListFormat::Typed,
        ListFormat::TxCsv,
        ListFormat::PhotoHasher,
        ListFormat::Md5sum,
        ListFormat::Sha1sum,
        ListFormat::Sha256sum,
        ListFormat::Hashdeep,
    ];

    pub(crate) fn all() -> impl Iterator<Item = ListFormat> {
        let layouts = Layout::ALL.map(ListFormat::Vpdq);
        let documents = [Document::Vics, Document::Icse, Document::Dfxml].map(ListFormat::Document);
        let all = ListFormat::OF_HASHES.into_iter().chain(layouts);
        all.chain(documents)
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            ListFormat::Jsonl => "jsonl",
            ListFormat::Csv => "csv",
            ListFormat::Text => "text",
            ListFormat::Typed => "typed",
            ListFormat::TxCsv => "tx-csv",
            ListFormat::PhotoHasher => "photo-hasher",
            ListFormat::Md5sum => "md5sum",
            ListFormat::Sha1sum => "sha1sum",
            ListFormat::Sha256sum => "sha256sum",
            ListFormat::Hashdeep => "hashdeep",
            ListFormat::Document(Document::Vics) => "vics",
            ListFormat::Document(Document::Icse) => "icse",
            ListFormat::Document(Document::Dfxml) => "dfxml",
            ListFormat::Vpdq(Layout::Cpp) => "vpdq-cpp",
            ListFormat::Vpdq(Layout::Py) => "vpdq-py",
            ListFormat::Vpdq(Layout::Old) => "vpdq-old",
            // No other layout is known.
            ListFormat::Vpdq(_) => "vpdq-json",
        }
    }
}

impl FromStr for ListFormat {
    type Err = Error;

    fn from_str(name: &str) -> Result<ListFormat> {
        let named = ListFormat::all().find(|format| format.name() == name);
        named.ok_or_else(|| {
            let known: Vec<&str> = ListFormat::all().map(ListFormat::name).collect();
            let known = known.join(", ");
            let text = name.to_owned();
            Problem::NameUnknown { text, known }.into()
        })
    }
}

/// The form in which `hash` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HashFormat {
    Printed(Format),
    /// As another program reads lists.
    List(ListFormat),
}

impl FromStr for HashFormat {
    type Err = Error;

    fn from_str(name: &str) -> Result<HashFormat> {
        Ok(match name.parse()? {
            ListFormat::Text => HashFormat::Printed(Format::Text),
            ListFormat::Jsonl => HashFormat::Printed(Format::Jsonl),
            ListFormat::Csv => HashFormat::Printed(Format::Csv),
            format => HashFormat::List(format),
        })
    }
}

/// Files that people see a line of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Show {
    Matches,
    Gaps,
    All,
}

/// Whether output is painted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

/// Whether files are opened behind walls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Sandbox {
    Require,
    Best,
    Off,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum InspectFormat {
    Text,
    Jsonl,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    En,
    Fr,
    Ar,
}

/// A word of a fixed set: the value that it names.
pub(super) fn words<T>(
    names: impl IntoIterator<Item = &'static str>,
) -> impl TypedValueParser<Value = T>
where
    T: FromStr<Err = Error> + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(names).try_map(|name| name.parse::<T>())
}

/// A type of hash, by its name in either case.
pub(super) fn hash_type() -> HashTypeParser {
    HashTypeParser
}

/// Reads types of hash, and names them all to completions and in help.
#[derive(Clone, Copy, Debug)]
pub(super) struct HashTypeParser;

impl TypedValueParser for HashTypeParser {
    type Value = HashType;

    fn parse_ref(
        &self,
        command: &clap::Command,
        arg: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<HashType, clap::Error> {
        let parse = |name: &str| name.parse::<HashType>();
        parse.parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let names = HashType::ALL.into_iter().map(|t| t.name());
        Some(Box::new(names.map(PossibleValue::new)))
    }
}

/// A command or a topic of help. Any name is read, and the known ones are named to completions.
#[derive(Clone, Copy, Debug)]
pub(super) struct About;

impl TypedValueParser for About {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        arg: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let commands = Cli::command();
        let shown = commands.get_subcommands().filter(|c| !c.is_hide_set());
        let mut names: Vec<String> = shown.map(|c| c.get_name().to_owned()).collect();
        names.extend(TOPICS.map(str::to_owned));
        names.sort();
        names.dedup();
        Some(Box::new(names.into_iter().map(PossibleValue::new)))
    }
}

/// A radius for one type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Radius {
    pub(crate) hash_type: HashType,
    pub(crate) bits: u32,
}

pub(super) fn radius(text: &str) -> Result<Radius> {
    let (hash_type, bits) = match text.split_once('=') {
        Some((name, bits)) => (name.parse::<HashType>()?, bits),
        None => (HashType::Pdq, text),
    };
    let bits: u32 = bits.parse().map_err(|_| Problem::RadiusNotANumber)?;
    match hash_type.bits() {
        _ if !hash_type.is_perceptual() => {
            let hash_type = hash_type.to_string();
            Err(Problem::RadiusOfDigest { hash_type }.into())
        }
        most if bits > most => Err(Problem::RadiusTooLarge { most: most.into() }.into()),
        _ => Ok(Radius { hash_type, bits }),
    }
}

/// The mapping in a file.
pub(super) fn mapping(path: &str) -> Result<Mapping> {
    let file = std::fs::File::open(path);
    let mut text = String::new();
    let read = file.and_then(|file| file.take(MAPPING_BYTES_MAX).read_to_string(&mut text));
    read.map_err(|source| Error::Io {
        action: Action::Read,
        path: path.into(),
        source,
    })?;
    Mapping::parse(&text)
}

/// How long a mapping may be. A longer file is cut, and is no JSON then.
const MAPPING_BYTES_MAX: u64 = 1 << 20;

/// A whole number.
pub(super) fn whole<T: Whole>() -> impl TypedValueParser<Value = T> {
    number(0..=T::MOST)
}

/// A whole number in a range.
pub(super) fn number<T: Whole>(range: RangeInclusive<u64>) -> impl TypedValueParser<Value = T> {
    let (least, most) = range.into_inner();
    StringValueParser::new().try_map(move |text| -> Result<T> {
        let is_open = (least, most) == (0, T::MOST);
        let refused = || {
            if is_open {
                Problem::NumberNeeded
            } else {
                Problem::NumberBetween { least, most }
            }
        };
        let number: u64 = text.parse().map_err(|_| refused())?;
        let number = Some(number).filter(|number| (least..=most).contains(number));
        let number = number.and_then(|number| T::try_from(number).ok());
        number.ok_or_else(|| refused().into())
    })
}

/// A type of whole numbers from 0.
pub(crate) trait Whole: TryFrom<u64> + Clone + Send + Sync + 'static {
    const MOST: u64;
}

impl Whole for u8 {
    const MOST: u64 = u8::MAX as u64;
}

impl Whole for u16 {
    const MOST: u64 = u16::MAX as u64;
}

impl Whole for u32 {
    const MOST: u64 = u32::MAX as u64;
}

impl Whole for u64 {
    const MOST: u64 = u64::MAX;
}

impl Whole for usize {
    const MOST: u64 = usize::MAX as u64;
}

pub(super) fn address(text: &str) -> Result<SocketAddr, Problem> {
    text.parse().map_err(|_| Problem::AddressNeeded)
}

pub(super) fn separator(text: &str) -> Result<char, Problem> {
    match text {
        "," | "comma" => Ok(','),
        ";" | "semicolon" => Ok(';'),
        "\t" | "tab" => Ok('\t'),
        _ => Err(Problem::Separator),
    }
}

pub(super) fn size(text: &str) -> Result<u64, Problem> {
    let (digits, shift) = match text.to_ascii_uppercase().strip_suffix(['K', 'M', 'G']) {
        Some(digits) => {
            let unit = text.as_bytes()[text.len() - 1].to_ascii_uppercase();
            let shift = [(b'K', 10), (b'M', 20), (b'G', 30)]
                .into_iter()
                .find(|u| u.0 == unit);
            (digits.to_owned(), shift.map_or(0, |u| u.1))
        }
        None => (text.to_owned(), 0),
    };
    let number: u64 = digits.parse().map_err(|_| Problem::SizeNotANumber)?;
    number.checked_mul(1 << shift).ok_or(Problem::SizeTooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_radii_are_checked() {
        assert_eq!(size("3k"), Ok(3072));
        assert!(size("").is_err() && size("M").is_err() && size("99999999999G").is_err());
        let pdq = |bits| Radius {
            hash_type: HashType::Pdq,
            bits,
        };
        assert_eq!(radius("pdq=10").unwrap(), pdq(10));
        assert_eq!(radius("10").unwrap(), pdq(10));
        assert!(radius("md5=1").is_err() && radius("300").is_err() && radius("pdq=-1").is_err());
    }
}
