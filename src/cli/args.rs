//! What can be typed.

use std::path::PathBuf;

use basma::hash::HashType;
use basma::hasher::{Sampling, Views};
use basma::list::MaxReject;
use basma::list::vpdq::Layout;
use basma::matcher::VpdqRule;
use basma::media::video::ClipLimits;
use basma::scan::ArchiveLimits;
use clap::{Args, Parser, Subcommand, ValueEnum};

use super::store::args::{
    AddArgs, AuditArgs, DiffArgs, RefreshArgs, RevokeArgs, RollbackArgs, StatusArgs,
};

/// Recognises known abuse and deepfake imagery when it reappears: copies, not look-alikes.
///
/// A LIST is a text list in any supported format, a compiled index (.basma), a folder of them, or a store. A match is a lead
/// for a person, never a verdict.
///
/// Exit codes: 0 nothing matched and every file was examined; 1 something matched; 2 the job could not be done;
/// 3 nothing matched, but some files could not be examined. `scan --fail-on` says otherwise.
#[derive(Debug, Parser)]
#[command(name = "basma", version, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// The language of what is said to people; output for programs is never translated
    #[arg(
        long,
        global = true,
        value_enum,
        default_value = "en",
        env = "BASMA_LANG"
    )]
    pub(crate) lang: Language,

    /// Say nothing but findings, warnings and errors: no summary, no progress, nothing of the lists that were loaded
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Find known material in files, folders and archives
    ///
    /// Each thread needs memory for one file and what it decodes to (--max-file-bytes, --max-decoded-bytes), and 512 MiB for
    /// archives one within the other; the number and the size of files do not matter.
    Scan(ScanArgs),
    /// Print the hashes of media files
    Hash(HashArgs),
    /// Look up what earlier scans remember: have we held any of this?
    Rematch(RematchArgs),
    /// Look hashes up in lists
    Lookup(LookupArgs),
    /// Compile lists into one memory-mapped index
    Build(BuildArgs),
    /// Tell what is inside a compiled index
    Inspect(InspectArgs),
    /// Bring the lists of a store up to date from their sources
    ///
    /// Exit codes: 0 everything is up to date; 2 something is not: a source failed or is held back by a guard, and what was in
    /// force stays in force; 3 everything is, but malformed records were set aside; 4 somebody else is changing the store.
    Refresh(RefreshArgs),
    /// Tell how the lists of a store are; exit code 3 if any is stale or failing
    Status(StatusArgs),
    /// Withdraw entries from a list of a store, at once
    Revoke(RevokeArgs),
    /// Add pictures, clips or hashes to a list of a store, at once
    Add(AddArgs),
    /// Put the lists of an earlier generation in force again
    Rollback(RollbackArgs),
    /// Tell what changed between two generations; exit code 1 if anything did
    Diff(DiffArgs),
    /// Print what was done to a store, or check that its record is whole
    Audit(AuditArgs),
    /// Tell what this machine can decode, and what it would take to decode the rest
    Doctor(DoctorArgs),
    /// Decode for the process at the other end of standard input, and do nothing else
    #[command(hide = true)]
    DecodeWorker,
}

#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    #[command(flatten)]
    pub(crate) ffmpeg: FfmpegArgs,
    /// For people, or one JSON object
    #[arg(long, short, value_enum, default_value = "text")]
    pub(crate) format: InspectFormat,
}

/// Which ffmpeg decodes clips.
#[derive(Debug, Args)]
#[command(next_help_heading = "Media")]
pub(crate) struct FfmpegArgs {
    /// The ffmpeg that decodes what nothing built in does, in a process of its own [default: the one in PATH, if any]
    #[arg(long, value_name = "PROGRAM")]
    pub(crate) ffmpeg: Option<PathBuf>,
    /// Leave ffmpeg alone, even where it is installed: only keyframes are decoded then
    #[arg(long, conflicts_with = "ffmpeg")]
    pub(crate) no_ffmpeg: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ScanArgs {
    #[command(flatten)]
    pub(crate) files: FilesArgs,
    /// The lists to look up in; may be repeated
    #[arg(long = "list", short = 'l', required = true, value_name = "LIST")]
    pub(crate) lists: Vec<PathBuf>,
    /// The types of hash to compute and look up [default: all that the lists hold]
    #[arg(long = "type", short = 't', value_name = "TYPE", value_delimiter = ',')]
    pub(crate) types: Vec<HashType>,
    #[command(flatten)]
    pub(crate) logs: LogArgs,
    #[command(flatten)]
    pub(crate) matching: MatchingArgs,
    #[command(flatten)]
    pub(crate) import: ImportArgs,
    #[command(flatten)]
    pub(crate) media: MediaArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// What makes the exit code other than 0: matched (1), gaps (3: all of unsupported, damaged, unreadable, over-limit)
    /// or single ones of these and of low-quality and skipped (3 too); weak, what speaks for a listed clip and is too little
    /// for a match (3 too); nothing, for a job that only reports
    #[arg(
        long,
        value_name = "WHAT",
        value_enum,
        value_delimiter = ',',
        default_value = "matched,gaps,weak",
        hide_possible_values = true,
        help_heading = "Output"
    )]
    pub(crate) fail_on: Vec<FailOn>,
}

/// What a scan remembers.
#[derive(Debug, Args)]
#[command(next_help_heading = "Remembering")]
pub(crate) struct LogArgs {
    /// Record every file as it is done, so that the same command, run again after whatever ended it, goes on where it
    /// stopped and comes to the same output
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: Option<PathBuf>,
    /// Remember the hashes of what is scanned from one scan to the next: files that did not change are not read again
    #[arg(long, value_name = "FILE")]
    pub(crate) cache: Option<PathBuf>,
    /// Keep digests of paths in the cache instead of paths; their key is made beside it, as FILE.key
    #[arg(long, requires = "cache")]
    pub(crate) no_paths: bool,
    /// The most that the cache may grow to, in bytes; when it is nearly full, the next scan forgets the oldest half
    #[arg(long, value_name = "SIZE", default_value = "8G", value_parser = size, requires = "cache")]
    pub(crate) max_cache_bytes: u64,
}

#[derive(Debug, Args)]
pub(crate) struct RematchArgs {
    /// The cache or journal of earlier scans; no other file is read
    #[arg(long, required = true, value_name = "FILE")]
    pub(crate) cache: PathBuf,
    /// The lists to look up in; may be repeated
    #[arg(long = "list", short = 'l', required = true, value_name = "LIST")]
    pub(crate) lists: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) matching: MatchingArgs,
    #[command(flatten)]
    pub(crate) import: ImportArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct HashArgs {
    #[command(flatten)]
    pub(crate) files: FilesArgs,
    /// The types of hash to compute
    #[arg(
        long = "type",
        short = 't',
        value_name = "TYPE",
        value_delimiter = ',',
        default_value = "pdq,sha256"
    )]
    pub(crate) types: Vec<HashType>,
    /// Write the frames of clips as other programs read them, and nothing else, of one picture a second unless --frames
    /// says otherwise: `cpp` and `py` (lines of one clip), `old` (a JSON object of one clip), or `json`, as `tx` and HMA
    /// exchange them (one clip a line)
    #[arg(long, value_name = "LAYOUT", value_enum, hide_possible_values = true, conflicts_with_all = ["types", "format", "views", "exact"])]
    pub(crate) vpdq: Option<LayoutArg>,
    #[command(flatten)]
    pub(crate) media: MediaArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct LookupArgs {
    /// Hashes as HASH or TYPE:HASH; without any, one a line from standard input, as HASH or TYPE HASH
    #[arg(value_name = "HASH")]
    pub(crate) hashes: Vec<String>,
    /// Look up the clips whose frames are in these files, in any layout of vPDQ, as a scan looks up clips
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with_all = ["hashes", "hash_type", "explain"])]
    pub(crate) vpdq: Vec<PathBuf>,
    /// The lists to look up in; may be repeated
    #[arg(long = "list", short = 'l', required = true, value_name = "LIST")]
    pub(crate) lists: Vec<PathBuf>,
    /// The type of hashes given without one [default: the type of that length that the lists hold]
    #[arg(long = "type", short = 't', value_name = "TYPE")]
    pub(crate) hash_type: Option<HashType>,
    /// Say on standard error how each hash was searched for, and what that cost
    #[arg(long)]
    pub(crate) explain: bool,
    #[command(flatten)]
    pub(crate) matching: MatchingArgs,
    #[command(flatten)]
    pub(crate) import: ImportArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct BuildArgs {
    /// Text lists, or folders of them
    #[arg(required = true, value_name = "LIST")]
    pub(crate) lists: Vec<PathBuf>,
    /// The index to write; an existing one is replaced whole, or not at all
    #[arg(long, short, value_name = "FILE.basma")]
    pub(crate) output: PathBuf,
    /// The type of hash in lists that name none
    #[arg(long = "type", short = 't', value_name = "TYPE")]
    pub(crate) hash_type: Option<HashType>,
    /// The search structure for perceptual hashes
    #[arg(long, value_enum, default_value = "auto")]
    pub(crate) structure: StructureArg,
    /// The PDQ quality, 0 to 100, below which an entry that states one is left out
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u8).range(0..=100))]
    pub(crate) min_quality: u8,
    /// What to do when one list says different things of one hash
    #[arg(long, value_enum, default_value = "merge")]
    pub(crate) on_conflict: ConflictArg,
    /// About how much memory to work in; what does not fit goes to temporary files beside the index
    #[arg(long, value_name = "SIZE", default_value = "512M", value_parser = size)]
    pub(crate) memory: u64,
    #[command(flatten)]
    pub(crate) import: ImportArgs,
}

#[derive(Debug, Args)]
pub(crate) struct InspectArgs {
    /// The compiled index
    #[arg(value_name = "FILE.basma")]
    pub(crate) index: PathBuf,
    /// Check every byte, and that every structure finds every hash
    #[arg(long)]
    pub(crate) verify: bool,
    /// For people, or one JSON object
    #[arg(long, short, value_enum, default_value = "text")]
    pub(crate) format: InspectFormat,
}

/// Which files.
#[derive(Debug, Args)]
pub(crate) struct FilesArgs {
    /// Files and folders; folders are walked, links in them are not followed
    #[arg(required_unless_present = "paths_from", value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Take the paths from this file, one a line, or from standard input (-): each as often as it is named
    #[arg(long, value_name = "FILE", conflicts_with = "paths")]
    pub(crate) paths_from: Option<PathBuf>,
    /// The paths in that file end with a zero byte each, as `find -print0` writes them, not with a line
    #[arg(long, short = '0', requires = "paths_from")]
    pub(crate) null: bool,
    /// Take archives as files like others, and do not look into them; pictures and clips in other files are examined still
    #[arg(long)]
    pub(crate) no_archives: bool,
    /// How many archives may lie one within the other
    #[arg(long, value_name = "N", default_value_t = ArchiveLimits::default().depth)]
    pub(crate) max_depth: u32,
    /// How many times its own size may be unpacked of an archive, above 256 MiB
    #[arg(long, value_name = "N", default_value_t = ArchiveLimits::default().ratio)]
    pub(crate) max_ratio: u64,
    /// Leave out files and folders of these names, or with a slash of these paths below a PATH: *, ?, **, [a-z], {a,b};
    /// may be repeated
    #[arg(long, value_name = "PATTERN")]
    pub(crate) exclude: Vec<String>,
}

/// How near is near enough.
#[derive(Debug, Args)]
#[command(next_help_heading = "Matching")]
pub(crate) struct MatchingArgs {
    /// How many bits may differ, for PDQ, or as TYPE=N for another type [default: pdq=31; of the 64-bit types
    /// gradient-dct and vert-gradient-dct 4, gradient and vert-gradient 2, the others 0]
    #[arg(long, short, value_name = "N", value_delimiter = ',', value_parser = radius)]
    pub(crate) radius: Vec<Radius>,
    /// The PDQ quality, 0 to 100, below which a picture is too flat to be looked up or listed
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u8).range(0..=100))]
    pub(crate) min_quality: u8,
    /// The most matches of one file or hash: the nearest are shown, more are counted
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub(crate) limit: usize,
    /// Whose rule of vPDQ decides whether clips match, in place of our own: py (80 % of the file's pictures within 31 bits)
    /// or cpp (80 % of the listed ones within 30)
    #[arg(long, value_name = "RULE", value_enum, conflicts_with = "radius")]
    pub(crate) compat: Option<Compat>,
}

/// A rule of vPDQ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Compat {
    Py,
    Cpp,
}

impl From<Compat> for VpdqRule {
    fn from(compat: Compat) -> VpdqRule {
        match compat {
            Compat::Py => VpdqRule::Py,
            Compat::Cpp => VpdqRule::Cpp,
        }
    }
}

/// How strictly text lists are read.
#[derive(Debug, Args)]
#[command(next_help_heading = "Reading lists")]
pub(crate) struct ImportArgs {
    /// How many bad lines to tolerate, as a number or N%; they are named and left out
    #[arg(long, value_name = "N|P%", default_value = "0")]
    pub(crate) max_reject: MaxReject,
    /// Write every bad line here, with its number and what is wrong with it
    #[arg(long, value_name = "FILE")]
    pub(crate) rejects: Option<PathBuf>,
    /// Accept 0x prefixes, spaces and dashes in hashes
    #[arg(long)]
    pub(crate) lenient_hex: bool,
    /// Leave out entries that are no media hashes (URLs, texts) instead of refusing the list
    #[arg(long)]
    pub(crate) skip_unsupported: bool,
    /// Accept a list most of whose PDQ hashes have a number of set bits that PDQ does not make
    #[arg(long)]
    pub(crate) allow_unusual_pdq: bool,
    /// Take a store that others than its owner can read or write
    #[arg(long)]
    pub(crate) shared_store: bool,
}

/// How pictures are decoded.
#[derive(Debug, Args)]
#[command(next_help_heading = "Media")]
pub(crate) struct MediaArgs {
    /// What is hashed of a picture: as stored; also as viewers show it, upright, over white and black, in managed
    /// colours; or these in all eight positions (mirrored and turned copies are found too)
    #[arg(long, value_enum, default_value = "upright")]
    pub(crate) views: ViewsArg,
    /// Make PDQ of every pixel, bit for bit as the reference does: never a reduced decode. Large JPEG files take
    /// several times as long; without it a hash may differ by a bit or two, at most six on photographs
    #[arg(long)]
    pub(crate) exact: bool,
    /// The largest picture file, in bytes (K, M, G: powers of 1024)
    #[arg(long, value_name = "SIZE", default_value = "256M", value_parser = size)]
    pub(crate) max_file_bytes: u64,
    /// The largest picture, in pixels
    #[arg(long, value_name = "N", default_value_t = 100_000_000)]
    pub(crate) max_pixels: u64,
    /// The largest decoded picture, with what its decoder needs, in bytes; a thread needs at most this, beside the file
    #[arg(long, value_name = "SIZE", default_value = "384M", value_parser = size)]
    pub(crate) max_decoded_bytes: u64,
    /// The most frames of an animation, or pages of a document
    #[arg(long, value_name = "N", default_value_t = 256)]
    pub(crate) max_frames: u32,
    /// The most pixels of all frames or pages of a file together
    #[arg(long, value_name = "N", default_value_t = 250_000_000)]
    pub(crate) max_total_pixels: u64,
    /// The longest decode of a file that is no clip, or of one keyframe, in seconds of processor time
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) max_seconds: u64,
    /// A program to decode AVIF with, in a process of its own: avifdec, heif-dec, heif-convert or ffmpeg, which read any
    /// bytes in C
    #[arg(long, value_name = "PROGRAM")]
    pub(crate) avif_converter: Option<PathBuf>,
    /// Which pictures of a clip are hashed: keyframes, and one or two a second where these are too few; distinct, which
    /// differ from the one before, for lists; interval=SECONDS; all; vpdq=SECONDS, which the reference of vPDQ takes
    /// [default: keyframes, distinct for a list]
    #[arg(long, value_name = "WHICH")]
    pub(crate) frames: Option<Sampling>,
    #[command(flatten)]
    pub(crate) ffmpeg: FfmpegArgs,
    /// The most pictures of a clip
    #[arg(long, value_name = "N", default_value_t = ClipLimits::default().frames)]
    pub(crate) max_clip_frames: u32,
    /// The longest decode of a clip, in seconds of processor time
    #[arg(long, value_name = "N", default_value_t = ClipLimits::default().time.as_secs())]
    pub(crate) max_clip_seconds: u64,
    /// How many threads work, at most 512 [default: one for each core]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    pub(crate) jobs: Option<u16>,
}

/// Where to, and in what form.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArgs {
    /// For people, or one JSON object a line, or CSV for spreadsheets
    #[arg(long, short, value_enum, default_value = "text")]
    pub(crate) format: Format,
    /// Write here instead of standard output (-); an existing file is replaced whole, or not at all
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// What stands between the cells of CSV: a comma, a semicolon or `tab` [default: ,]
    #[arg(long, value_name = "CHAR", value_parser = separator)]
    pub(crate) csv_separator: Option<char>,
    /// Begin CSV with a byte-order mark, by which Excel knows UTF-8
    #[arg(long)]
    pub(crate) bom: bool,
}

/// An outcome that makes a job fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
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
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Jsonl,
    Csv,
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

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum LayoutArg {
    Cpp,
    Py,
    Json,
    Old,
}

impl From<LayoutArg> for Layout {
    fn from(layout: LayoutArg) -> Layout {
        match layout {
            LayoutArg::Cpp => Layout::Cpp,
            LayoutArg::Py => Layout::Py,
            LayoutArg::Json => Layout::Json,
            LayoutArg::Old => Layout::Old,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ViewsArg {
    Stored,
    Upright,
    All,
}

impl From<ViewsArg> for Views {
    fn from(views: ViewsArg) -> Views {
        match views {
            ViewsArg::Stored => Views::Stored,
            ViewsArg::Upright => Views::Upright,
            ViewsArg::All => Views::All,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum StructureArg {
    /// What the measurements say is fastest
    Auto,
    /// None: every search compares every hash
    Exhaustive,
    /// A BK-tree for every perceptual type
    BkTree,
    /// Multi-index hashing for every perceptual type
    Mih,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ConflictArg {
    /// Keep all that is said
    Merge,
    /// Refuse
    Error,
    /// Keep the first
    First,
    /// Keep the last
    Last,
}

/// A radius for one type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Radius {
    pub(crate) hash_type: HashType,
    pub(crate) bits: u32,
}

fn radius(text: &str) -> Result<Radius, String> {
    let (hash_type, bits) = match text.split_once('=') {
        Some((name, bits)) => (name.parse::<HashType>().map_err(|e| e.to_string())?, bits),
        None => (HashType::Pdq, text),
    };
    let bits: u32 = bits
        .parse()
        .map_err(|_| "a number of bits is needed".to_owned())?;
    match hash_type.bits() {
        _ if !hash_type.is_perceptual() => {
            Err(format!("{hash_type} is a digest: equal or nothing"))
        }
        most if bits > most => Err(format!("at most {most} bits can differ")),
        _ => Ok(Radius { hash_type, bits }),
    }
}

fn separator(text: &str) -> Result<char, String> {
    match text {
        "," | "comma" => Ok(','),
        ";" | "semicolon" => Ok(';'),
        "\t" | "tab" => Ok('\t'),
        _ => Err("one of , ; tab is needed".to_owned()),
    }
}

fn size(text: &str) -> Result<u64, String> {
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
    let number: u64 = digits
        .parse()
        .map_err(|_| "a number is needed, with K, M or G behind it or nothing".to_owned())?;
    number
        .checked_mul(1 << shift)
        .ok_or_else(|| "too large".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn sizes_and_radii_are_checked() {
        assert_eq!(size("3k"), Ok(3072));
        assert!(size("").is_err() && size("M").is_err() && size("99999999999G").is_err());
        let pdq = |bits| {
            Ok(Radius {
                hash_type: HashType::Pdq,
                bits,
            })
        };
        assert_eq!(radius("pdq=10"), pdq(10));
        assert_eq!(radius("10"), pdq(10));
        assert!(radius("md5=1").is_err() && radius("300").is_err() && radius("pdq=-1").is_err());
    }
}
