//! The options of commands that write and read indexes and lists.

use super::*;

#[derive(Debug, Args)]
pub(crate) struct BuildArgs {
    /// Text lists, or pictures and clips, or folders of them; - is standard input
    #[arg(required = true, value_name = "LIST")]
    pub(crate) lists: Vec<PathBuf>,
    /// The index to write; an existing one is replaced whole, or not at all
    #[arg(long, short, value_name = "FILE.basma")]
    pub(crate) output: PathBuf,
    /// The type of hash in lists that name none
    #[arg(long = "type", short = 't', value_name = "TYPE", value_parser = values::hash_type(), hide_short_help = true)]
    pub(crate) hash_type: Option<HashType>,
    /// The search structure for perceptual hashes: the fastest by measurements (`auto`), none (`exhaustive`: each search compares
    /// all hashes), a BK-tree, or multi-index hashing (`mih`)
    #[arg(long, default_value = "auto", value_parser = values::words::<Structure>(Structure::ALL.map(Structure::name)))]
    pub(crate) structure: Structure,
    /// The PDQ quality, 0 to 100, below which an entry that states one is left out
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = values::number::<u8>(0..=100))]
    pub(crate) min_quality: u8,
    /// What to do when one list says different things of one hash: keep all, refuse the list (`error`), or keep the first or
    /// the last
    #[arg(long, default_value = "merge", value_parser = values::words::<OnConflict>(OnConflict::ALL.map(OnConflict::name)))]
    pub(crate) on_conflict: OnConflict,
    /// About how much memory to work in; what does not fit goes to temporary files beside the index
    #[arg(long, value_name = "SIZE", default_value = "512M", value_parser = values::size)]
    pub(crate) memory: u64,
    #[command(flatten)]
    pub(crate) import: ImportArgs,
    #[command(flatten)]
    pub(crate) media: MediaArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ConvertArgs {
    /// Lists of any kind: text, indexes, stores, pictures and clips, folders; - is standard input
    #[arg(required = true, value_name = "LIST")]
    pub(crate) lists: Vec<PathBuf>,
    /// The format to write; what it has no place for is counted and said
    #[arg(long, value_name = "FORMAT", value_parser = values::words::<ListFormat>(ListFormat::all().map(ListFormat::name)))]
    pub(crate) to: ListFormat,
    /// Fail where the format has no place for something
    #[arg(long)]
    pub(crate) strict: bool,
    /// The type of hash in lists that name none
    #[arg(long = "type", short = 't', value_name = "TYPE", value_parser = values::hash_type(), hide_short_help = true)]
    pub(crate) hash_type: Option<HashType>,
    /// Write here instead of standard output (-)
    ///
    /// An existing file is replaced whole, or not at all.
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) import: ImportArgs,
    #[command(flatten)]
    pub(crate) media: MediaArgs,
}

#[derive(Debug, Args)]
pub(crate) struct InspectArgs {
    /// The compiled index; - is standard input
    #[arg(value_name = "FILE.basma")]
    pub(crate) index: PathBuf,
    /// Check every byte, and that every structure finds every hash
    #[arg(long)]
    pub(crate) verify: bool,
    /// For people, or one JSON object
    #[arg(long, short, value_enum, default_value = "text")]
    pub(crate) format: InspectFormat,
}
