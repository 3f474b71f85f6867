//! The options of commands that hash pictures, and look hashes up.

use super::*;

#[derive(Debug, Args)]
pub(crate) struct CompareArgs {
    /// The picture, clip or folder of them whose copies are searched for; - is standard input
    #[arg(value_name = "REFERENCE")]
    pub(crate) reference: PathBuf,
    #[command(flatten)]
    pub(crate) files: FilesArgs,
    #[command(flatten)]
    pub(crate) search: SearchArgs,
}

#[derive(Debug, Args)]
pub(crate) struct HashArgs {
    #[command(flatten)]
    pub(crate) files: FilesArgs,
    /// The types of hash to compute [default: pdq,sha256, or what the format holds]
    #[arg(
        long = "type",
        short = 't',
        value_name = "TYPE",
        value_delimiter = ',',
        value_parser = values::hash_type(), hide_short_help = true
    )]
    pub(crate) types: Vec<HashType>,
    /// Write the frames of clips as other programs read them, and nothing else: cpp, py, old or json
    ///
    /// Of one picture a second, unless --frames says otherwise. `cpp` and `py` are lines of one clip; `old` is a JSON object of
    /// one clip; `json`, which `tx` and HMA exchange, has one clip a line.
    #[arg(long, value_name = "LAYOUT", value_parser = values::words::<Layout>(Layout::ALL.map(Layout::name)), hide_possible_values = true, conflicts_with_all = ["types", "format", "views", "exact"])]
    pub(crate) vpdq: Option<Layout>,
    /// Write a list of one's own: JSON Lines with tiles and local features beside the PDQ hash of a picture
    ///
    /// They find copies that were cropped or covered. They tell more of a picture than a hash does: keep such a list as safe as
    /// the pictures.
    #[arg(long, conflicts_with_all = ["vpdq", "format"])]
    pub(crate) for_list: bool,
    #[command(flatten)]
    pub(crate) views: PlainViews,
    #[command(flatten)]
    pub(crate) media: MediaArgs,
    #[command(flatten)]
    pub(crate) output: HashOutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct LookupArgs {
    /// Hashes as HASH or TYPE:HASH, or pictures and clips; without any, what `basma hash` prints, from standard input
    #[arg(value_name = "HASH|FILE")]
    pub(crate) hashes: Vec<String>,
    /// Look up clips, as a scan does, by the frames in these files, in any layout of vPDQ
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with_all = ["hashes", "hash_type", "explain"])]
    pub(crate) vpdq: Vec<PathBuf>,
    /// The lists to look up in; may be repeated
    #[arg(long = "list", short = 'l', required = true, value_name = "LIST")]
    pub(crate) lists: Vec<PathBuf>,
    /// The type of hashes given without one [default: the type of that length that the lists hold]
    #[arg(long = "type", short = 't', value_name = "TYPE", value_parser = values::hash_type(), hide_short_help = true)]
    pub(crate) hash_type: Option<HashType>,
    /// Say on standard error how each hash was searched for, and what that cost
    #[arg(long)]
    pub(crate) explain: bool,
    #[command(flatten)]
    pub(crate) matching: MatchingArgs,
    #[command(flatten)]
    pub(crate) import: ImportArgs,
    #[command(flatten)]
    pub(crate) views: QueryViews,
    #[command(flatten)]
    pub(crate) media: MediaArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}
