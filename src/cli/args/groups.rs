//! Groups of options that several commands share.

use std::path::PathBuf;

use basma::hasher::{Sampling, Views};
use basma::list::{Mapping, MaxReject, VicsProfile};
use basma::matcher::{FloodBreaker, Tier, VpdqRule};
use basma::media::video::ClipLimits;
use basma::scan::{ArchiveLimits, Carving, Shard};
use clap::Args;

use super::rights::UseArgs;
use super::values::{
    Format, HashFormat, ListFormat, Radius, Sandbox, Show, mapping, number, radius, separator,
    size, whole, words,
};

/// Which files.
#[derive(Debug, Args)]
pub(crate) struct FilesArgs {
    /// Files and folders; folders are walked, links in them are not followed; - is standard input
    #[arg(required_unless_present = "paths_from", value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Take the paths from this file, one a line, or from standard input (-): each as often as it is named
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "paths",
        hide_short_help = true,
        help_heading = "Files"
    )]
    pub(crate) paths_from: Option<PathBuf>,
    /// The paths in that file end with a zero byte each, as `find -print0` writes them, not with a line
    #[arg(
        long,
        short = '0',
        requires = "paths_from",
        hide_short_help = true,
        help_heading = "Files"
    )]
    pub(crate) null: bool,
    /// Take archives as files like others, and do not look into them; pictures and clips in other files are examined still
    #[arg(long, hide_short_help = true, help_heading = "Files")]
    pub(crate) no_archives: bool,
    /// Try the passwords in this file, one a line, on what is encrypted in zip, 7z and PDF files
    ///
    /// They are tried until one fits, the last that fitted first. Within one archive they may take about half a minute: some
    /// 600 passwords for 7z, 7,000 for PDF of version 2.0, 60,000 for AES in zip, 160,000 for older PDF, and a million for the
    /// older cipher of zip. They appear in no output.
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "no_archives",
        hide_short_help = true,
        help_heading = "Files"
    )]
    pub(crate) passwords: Option<PathBuf>,
    /// Search files of unknown content for pictures and clips by their signatures: at blocks of 512 bytes, or at all bytes
    ///
    /// Such are copies of memory and files of unknown programs. The free space of disk images is searched too. Only what stands in one piece is
    /// found, so the file itself stays unsupported.
    #[arg(
        long,
        value_name = "PLACES",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "blocks",
        value_parser = words::<Carving>(Carving::ALL.map(Carving::name)),
        conflicts_with = "no_archives",
        hide_short_help = true,
        help_heading = "Files"
    )]
    pub(crate) carve: Option<Carving>,
    /// How many archives may lie one within the other
    #[arg(
        long,
        value_name = "N",
        default_value_t = ArchiveLimits::default().depth,
        hide_short_help = true,
        help_heading = "Files", value_parser = whole::<u32>()
    )]
    pub(crate) max_archive_depth: u32,
    /// How many times its own size may be unpacked of an archive, above 256 MiB
    #[arg(
        long,
        value_name = "N",
        default_value_t = ArchiveLimits::default().ratio,
        hide_short_help = true,
        help_heading = "Files", value_parser = whole::<u64>()
    )]
    pub(crate) max_ratio: u64,
    /// Leave out files and folders of these names; may be repeated
    ///
    /// A pattern with a slash is of paths below a PATH: `*`, `?`, `**`, `[a-z]`, `{a,b}`.
    #[arg(long, value_name = "PATTERN", help_heading = "Files")]
    pub(crate) exclude: Vec<String>,
    /// Examine the files of one of N shards alone, from 0/N on: each file is of one, by its path below PATH
    #[arg(
        long,
        value_name = "I/N",
        hide_short_help = true,
        help_heading = "Files"
    )]
    pub(crate) shard: Option<Shard>,
}

/// How near is near enough.
#[derive(Debug, Args)]
#[command(next_help_heading = "Matching")]
pub(crate) struct MatchingArgs {
    /// How many bits may differ [default: pdq=31]
    ///
    /// For PDQ, or as TYPE=N for another type. By default 31 for pdq; of the 64-bit types 4 for gradient-dct and
    /// vert-gradient-dct, 2 for gradient and vert-gradient, 0 for the others. Folders are walked without any option.
    #[arg(long, short, value_name = "N", value_delimiter = ',', value_parser = radius)]
    pub(crate) radius: Vec<Radius>,
    /// The PDQ quality, 0 to 100, below which a picture is too flat to be looked up or listed
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = number::<u8>(0..=100), hide_short_help = true)]
    pub(crate) min_quality: u8,
    /// The most matches of one file or hash: the nearest are shown, more are counted
    #[arg(long, value_name = "N", default_value_t = 100, hide_short_help = true, value_parser = whole::<usize>())]
    pub(crate) limit: usize,
    /// Whose rule of vPDQ decides whether clips match, in place of our own: py (80 % of the file's pictures within 31 bits)
    /// or cpp (80 % of the listed ones within 30)
    #[arg(long, value_name = "RULE", value_parser = words::<VpdqRule>(VpdqRule::ALL.map(VpdqRule::name)), conflicts_with = "radius", hide_short_help = true)]
    pub(crate) compat: Option<VpdqRule>,
    /// The tiers of matches that are wanted, with commas between them; others count as if they were not listed [default:
    /// all]
    #[arg(long, value_name = "TIER", value_delimiter = ',', value_parser = words::<Tier>(Tier::ALL.map(Tier::name)), hide_short_help = true)]
    pub(crate) tier: Vec<Tier>,
    #[command(flatten)]
    pub(crate) uses: UseArgs,
}

/// When an entry is quarantined.
#[derive(Debug, Args)]
pub(crate) struct FloodArgs {
    /// Quarantine an entry that matches more than N files of 1,000, and ten times as many as before; 0 quarantines none
    ///
    /// Its matches lead to review at most until they are as rare as before. Digests of a list beyond appeal are never
    /// quarantined.
    #[arg(
        long = "flood",
        value_name = "N",
        default_value_t = FloodBreaker::LIMIT,
        value_parser = number::<u32>(0..=999),
        hide_short_help = true,
        help_heading = "Matching"
    )]
    flood: u32,
}

impl FloodArgs {
    /// The limit, where any entry is quarantined.
    pub(crate) fn limit(&self) -> Option<u32> {
        (self.flood > 0).then_some(self.flood)
    }
}

/// How strictly text lists are read.
#[derive(Debug, Args)]
#[command(next_help_heading = "Reading lists")]
pub(crate) struct ImportArgs {
    /// How many bad lines to tolerate, as a number or N%; they are named and left out
    #[arg(long, value_name = "N|P%", default_value = "0", hide_short_help = true)]
    pub(crate) max_reject: MaxReject,
    /// Write every bad line here, with its number and what is wrong with it
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub(crate) rejects: Option<PathBuf>,
    /// Accept 0x prefixes, spaces and dashes in hashes
    #[arg(long, hide_short_help = true)]
    pub(crate) lenient_hex: bool,
    /// Leave out entries that are no media hashes (URLs, texts) instead of refusing the list
    #[arg(long, hide_short_help = true)]
    pub(crate) skip_unsupported: bool,
    /// Accept a list most of whose PDQ hashes have a number of set bits that PDQ does not make
    #[arg(long, hide_short_help = true)]
    pub(crate) allow_unusual_pdq: bool,
    /// A file in JSON that says where the fields of a list stand, for formats that basma does not know
    #[arg(long, value_name = "FILE", value_parser = mapping, hide_short_help = true)]
    pub(crate) map: Option<Mapping>,
    /// Whose numbers of categories a document of Project VIC has; they differ by country, and nothing follows from them
    #[arg(long, value_name = "PROFILE", value_parser = words::<VicsProfile>(VicsProfile::ALL.map(VicsProfile::name)), hide_short_help = true)]
    pub(crate) vics_profile: Option<VicsProfile>,
    /// Take a store that others than its owner can read or write
    #[arg(long, hide_short_help = true)]
    pub(crate) shared_store: bool,
}

/// The help of `--views`, which is one option with two defaults.
const VIEWS: &str = "What is hashed: stored, upright, tx-compat, all, fast, standard or thorough";

const MORE_VIEWS: &str = "\
What is hashed: stored, upright, tx-compat, all, fast, standard or thorough

What is hashed of a picture: as stored; also as viewers show it, upright, over white and black, in managed colours; \
or these in all eight positions (mirrored and turned copies are found too). The last three add some 15, 60 or 300 views, \
which undo what people change in copies. The cost is then about 1.2, 1.5 or 3 times that of upright. tx-compat is upright, and what tx and HMA hash of palettes and of CMYK.";

/// The views of what is looked up, where copies are wanted.
#[derive(Debug, Args)]
pub(crate) struct QueryViews {
    #[arg(
        long,
        value_name = "VIEWS",
        default_value = "standard",
        value_parser = words::<Views>(Views::ALL.map(Views::name)),
        hide_possible_values = true,
        help = VIEWS,
        long_help = MORE_VIEWS,
        help_heading = "Matching"
    )]
    pub(crate) views: Views,
}

/// The views of what is listed, compared with its like, or answered as other programs do.
#[derive(Debug, Args)]
pub(crate) struct PlainViews {
    #[arg(
        long,
        value_name = "VIEWS",
        default_value = "upright",
        value_parser = words::<Views>(Views::ALL.map(Views::name)),
        hide_possible_values = true,
        help = VIEWS,
        long_help = MORE_VIEWS,
        help_heading = "Matching"
    )]
    pub(crate) views: Views,
}

/// How pictures are decoded.
#[derive(Debug, Args)]
#[command(next_help_heading = "Media")]
pub(crate) struct MediaArgs {
    /// Make PDQ of every pixel, bit for bit as the reference does: never a reduced decode. Large JPEG files take
    /// several times as long; without it a hash may differ by a bit or two, at most six on photographs
    #[arg(long, hide_short_help = true)]
    pub(crate) exact: bool,
    /// The largest picture file, in bytes (K, M, G: powers of 1024)
    #[arg(long, value_name = "SIZE", default_value = "256M", value_parser = size, hide_short_help = true)]
    pub(crate) max_file_bytes: u64,
    /// The largest picture, in pixels
    #[arg(
        long,
        value_name = "N",
        default_value_t = 100_000_000,
        hide_short_help = true, value_parser = whole::<u64>()
    )]
    pub(crate) max_pixels: u64,
    /// The largest decoded picture, with what its decoder needs, in bytes; a thread needs at most this, beside the file
    #[arg(long, value_name = "SIZE", default_value = "384M", value_parser = size, hide_short_help = true)]
    pub(crate) max_decoded_bytes: u64,
    /// The most frames of an animation, or pages of a document
    #[arg(long, value_name = "N", default_value_t = 256, hide_short_help = true, value_parser = whole::<u32>())]
    pub(crate) max_frames: u32,
    /// The most pixels of all frames or pages of a file together
    #[arg(
        long,
        value_name = "N",
        default_value_t = 250_000_000,
        hide_short_help = true, value_parser = whole::<u64>()
    )]
    pub(crate) max_total_pixels: u64,
    /// The longest decode of a file that is no clip, or of one keyframe, in seconds of processor time
    #[arg(long, value_name = "N", default_value_t = 10, hide_short_help = true, value_parser = whole::<u64>())]
    pub(crate) max_seconds: u64,
    /// A program to decode AVIF with, in a process of its own: avifdec, heif-dec, heif-convert or ffmpeg, which read any
    /// bytes in C
    #[arg(long, value_name = "PROGRAM", hide_short_help = true)]
    pub(crate) avif_converter: Option<PathBuf>,
    /// Which pictures of a clip are hashed: keyframes, and one or two a second where these are too few; distinct, which
    /// differ from the one before, for lists; interval=SECONDS; all; vpdq=SECONDS, which the reference of vPDQ takes
    /// [default: keyframes, distinct for a list]
    #[arg(long, value_name = "WHICH", hide_short_help = true)]
    pub(crate) frames: Option<Sampling>,
    #[command(flatten)]
    pub(crate) ffmpeg: FfmpegArgs,
    /// The most pictures of a clip
    #[arg(long, value_name = "N", default_value_t = ClipLimits::default().frames, hide_short_help = true, value_parser = whole::<u32>())]
    pub(crate) max_clip_frames: u32,
    /// The longest decode of a clip, in seconds of processor time
    #[arg(long, value_name = "N", default_value_t = ClipLimits::default().time.as_secs(), hide_short_help = true, value_parser = whole::<u64>())]
    pub(crate) max_clip_seconds: u64,
    /// How many threads work, at most 512 [default: one for each core]
    #[arg(long, short, value_name = "N", value_parser = number::<u16>(1..=512), hide_short_help = true)]
    pub(crate) jobs: Option<u16>,
}

/// Where to, and in what form.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArgs {
    /// For people, or one JSON object a line, or CSV for spreadsheets
    #[arg(long, short, value_enum, default_value = "text")]
    pub(crate) format: Format,
    /// Write here instead of standard output (-)
    ///
    /// An existing file is replaced whole, or not at all.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// What stands between the cells of CSV: a comma, a semicolon or `tab` [default: ,]
    #[arg(long, value_name = "CHAR", value_parser = separator, hide_short_help = true)]
    pub(crate) csv_separator: Option<char>,
    /// Begin CSV with a byte-order mark, by which Excel knows UTF-8
    #[arg(long, hide_short_help = true)]
    pub(crate) bom: bool,
}

/// Where hashes go, and in what form: each is that of a list.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct HashOutputArgs {
    /// Lines for people, JSON Lines, CSV, or as another program reads lists: typed for tx and HMA
    ///
    /// `text`, `jsonl` and `csv` hold all that basma needs of a list. `typed` and `tx-csv` are for tx and HMA, `photo-hasher` is as pdq-photo-hasher prints; `md5sum`, `sha1sum`, `sha256sum` and `hashdeep` are as these programs write and verify them.
    #[arg(long, short, value_name = "FORMAT", default_value = "text", value_parser = words::<HashFormat>(ListFormat::OF_HASHES.map(ListFormat::name)))]
    pub(crate) format: HashFormat,
    /// Write here instead of standard output (-)
    ///
    /// An existing file is replaced whole, or not at all.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// What stands between the cells of CSV: a comma, a semicolon or `tab` [default: ,]
    #[arg(long, value_name = "CHAR", value_parser = separator, hide_short_help = true)]
    pub(crate) csv_separator: Option<char>,
    /// Begin CSV with a byte-order mark, by which Excel knows UTF-8
    #[arg(long, hide_short_help = true)]
    pub(crate) bom: bool,
}

impl HashOutputArgs {
    /// The same, in one of the forms that every command prints.
    pub(crate) fn printed(&self, format: Format) -> OutputArgs {
        OutputArgs {
            format,
            output: self.output.clone(),
            csv_separator: self.csv_separator,
            bom: self.bom,
        }
    }
}

/// Which findings people see.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct ShowArgs {
    /// Which files get a line: matches, gaps, all [default: matches,gaps]
    ///
    /// Gaps are files that were not wholly examined and may hold pictures. With --quiet the default is matches.
    #[arg(
        long,
        value_name = "WHAT",
        value_enum,
        value_delimiter = ',',
        hide_possible_values = true
    )]
    pub(crate) show: Vec<Show>,
    /// Show all of each match
    ///
    /// The files that match one listed picture stand together, the nearest first, in place of a line for each file.
    #[arg(long, short)]
    pub(crate) verbose: bool,
}

/// Which ffmpeg decodes clips.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Media")]
pub(crate) struct FfmpegArgs {
    /// The ffmpeg that decodes what nothing built in does, in a process of its own [default: the one in PATH, if any]
    #[arg(long, value_name = "PROGRAM", hide_short_help = true)]
    pub(crate) ffmpeg: Option<PathBuf>,
    /// Leave ffmpeg alone, even where it is installed: only keyframes are decoded then
    #[arg(long, conflicts_with = "ffmpeg", hide_short_help = true)]
    pub(crate) no_ffmpeg: bool,
    /// Open files in processes behind walls: require refuses to work where the wall is not whole, best takes what the system
    /// has, off opens them in this process
    #[arg(
        long,
        value_enum,
        value_name = "MODE",
        default_value = "best",
        hide_short_help = true
    )]
    pub(crate) sandbox: Sandbox,
}
