//! What can be typed about case files.

use std::path::PathBuf;

use basma::evidence::record::{Choice, Seen};
use clap::{Args, Subcommand};

use super::papers::ExportArgs;
use super::store::{StoreArgs, StoreFormat, time};
use super::values::{whole, words};

/// What is done to a case.
#[derive(Debug, Subcommand)]
pub(crate) enum CaseCommand {
    /// Open a case: a new folder, whose records nobody can change unseen
    New(NewArgs),
    /// Make a key that signs records, or one that identities are sealed to
    Keygen(KeygenArgs),
    /// Let the key of another person sign in a case
    Admit(AdmitArgs),
    /// Record a report that came in, with its deadline; who reports is sealed
    Receive(ReceiveArgs),
    /// Record a remark
    Note(NoteArgs),
    /// Attach the time-stamp token (RFC 3161) of an authority
    Stamp(StampArgs),
    /// Show what is in a case: reports, scans, findings and how they stand
    Show(ShowCaseArgs),
    /// Decide about a finding
    Decide(DecideArgs),
    /// Check that a case is whole: nothing changed, removed, moved or put in
    Verify(VerifyArgs),
    /// Open a sealed file, such as the identity of who reports; this is recorded
    Unseal(UnsealArgs),
    /// Sign all records in one file, which the program minisign checks
    Sign(SignArgs),
    /// Make a paper of a case: report, PDF, formats for police, platforms and authorities
    ///
    /// The case is verified first. The paper states the digest of the last record. The export is itself a record of the case.
    Export(ExportArgs),
}

/// Who signs.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Signing")]
pub(crate) struct SignerArgs {
    /// The secret key that signs: a file of minisign, or agent:NAME for an Ed25519 key of the agent at SSH_AUTH_SOCK
    ///
    /// Its password is read from BASMA_KEY_PASSWORD.
    #[arg(
        long = "key",
        id = "case_key",
        value_name = "FILE|agent:NAME",
        env = "BASMA_CASE_KEY",
        hide_env_values = true
    )]
    pub(crate) key: Option<String>,
    /// The file of a secret key of age, which opens a signing key that is encrypted with age
    #[arg(
        long = "key-identity",
        id = "key_identity",
        value_name = "FILE",
        hide_short_help = true
    )]
    pub(crate) identity: Option<PathBuf>,
}

/// Which case a scan is recorded in.
#[derive(Debug, Args)]
#[command(next_help_heading = "Case")]
pub(crate) struct RecordArgs {
    /// Record the scan in this case: lists, findings, gaps and counts, each signed
    #[arg(
        long = "case",
        id = "case_of_scan",
        value_name = "CASE",
        hide_short_help = true
    )]
    pub(crate) case: Option<PathBuf>,
    /// The secret key that signs: a file of minisign, or agent:NAME for an Ed25519 key of the agent at SSH_AUTH_SOCK
    ///
    /// Its password is read from BASMA_KEY_PASSWORD.
    // As in `SignerArgs`, which the short help of a scan has no room for.
    #[arg(
        long = "key",
        id = "case_key",
        value_name = "FILE|agent:NAME",
        env = "BASMA_CASE_KEY",
        hide_env_values = true,
        hide_short_help = true
    )]
    key: Option<String>,
    /// The file of a secret key of age, which opens a signing key that is encrypted with age
    #[arg(
        long = "key-identity",
        id = "key_identity",
        value_name = "FILE",
        hide_short_help = true
    )]
    identity: Option<PathBuf>,
}

impl RecordArgs {
    /// Who signs.
    pub(crate) fn signer(&self) -> SignerArgs {
        SignerArgs {
            key: self.key.clone(),
            identity: self.identity.clone(),
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct NewArgs {
    /// The folder of the case
    #[arg(value_name = "CASE")]
    pub(crate) case: PathBuf,
    /// What the case is for
    #[arg(long = "purpose", id = "case_purpose", value_name = "TEXT")]
    pub(crate) purpose: String,
    /// The law or decision that allows it
    #[arg(long = "legal-basis", id = "case_basis", value_name = "TEXT")]
    pub(crate) legal_basis: String,
    /// What the institution calls the case; no name of a person
    #[arg(
        long = "title",
        id = "case_title",
        value_name = "TEXT",
        default_value = ""
    )]
    pub(crate) title: String,
    /// Who opens it, as the institution knows them
    #[arg(long = "person", id = "case_person", value_name = "ID")]
    pub(crate) person: String,
    /// What their part is
    #[arg(
        long = "role",
        id = "case_role",
        value_name = "ROLE",
        default_value = "examiner"
    )]
    pub(crate) role: String,
    /// A public key of age that identities and paths are sealed to; may be repeated
    #[arg(long = "recipient", id = "case_recipients", value_name = "age1...")]
    pub(crate) recipients: Vec<String>,
    /// Ask for a second person before a decision is in force
    #[arg(long = "two-persons", id = "case_two")]
    pub(crate) two_persons: bool,
    /// A list whose exact matches cannot be rejected; may be repeated
    #[arg(long = "beyond-appeal", id = "case_beyond", value_name = "LIST")]
    pub(crate) beyond_appeal: Vec<String>,
    /// Seal the paths of files, so that only the recipients read them
    #[arg(
        long = "seal-paths",
        id = "case_seal_paths",
        requires = "case_recipients"
    )]
    pub(crate) seal_paths: bool,
    #[command(flatten)]
    pub(crate) signer: SignerArgs,
}

#[derive(Debug, Args)]
pub(crate) struct KeygenArgs {
    /// The new file of the secret key; the public one is written beside it, as FILE.pub
    #[arg(id = "key_file", value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Make a key of age, for --recipient and --identity
    #[arg(long = "age", id = "key_of_age")]
    pub(crate) age: bool,
}

#[derive(Debug, Args)]
pub(crate) struct AdmitArgs {
    /// The folder of the case
    #[arg(value_name = "CASE")]
    pub(crate) case: PathBuf,
    /// The public key: 56 characters, or a file of minisign
    #[arg(id = "admit_key", value_name = "PUBLIC-KEY")]
    pub(crate) public: String,
    /// Whose key it is, as the institution knows them
    #[arg(long = "person", id = "admit_person", value_name = "ID")]
    pub(crate) person: String,
    /// What their part is
    #[arg(
        long = "role",
        id = "case_role",
        value_name = "ROLE",
        default_value = "examiner"
    )]
    pub(crate) role: String,
    /// When the key ends, as 2027-01-31T00:00:00Z
    #[arg(long = "until", id = "admit_until", value_name = "TIME", value_parser = time)]
    pub(crate) until: Option<i64>,
    #[command(flatten)]
    pub(crate) signer: SignerArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ReceiveArgs {
    /// The folder of the case
    #[arg(value_name = "CASE")]
    pub(crate) case: PathBuf,
    /// Who reports: victim, trusted-flagger, citizen or authority
    #[arg(
        long = "from",
        id = "report_from",
        value_name = "WHO",
        value_parser = ["victim", "trusted-flagger", "citizen", "authority"],
        hide_possible_values = true
    )]
    pub(crate) from: String,
    /// The channel: portal, hotline, mail or another word
    #[arg(
        long = "channel",
        id = "report_channel",
        value_name = "WORD",
        default_value = "portal"
    )]
    pub(crate) channel: String,
    /// The number that the channel gave the report
    #[arg(long = "reference", id = "report_reference", value_name = "TEXT")]
    pub(crate) reference: Option<String>,
    /// When it came in [default: now]
    #[arg(long = "received", id = "report_received", value_name = "TIME", value_parser = time)]
    pub(crate) received: Option<i64>,
    /// How many hours there are to answer it [default: 48 for a victim or a trusted flagger]
    #[arg(long = "hours", id = "report_hours", value_name = "N", value_parser = whole::<u32>())]
    pub(crate) hours: Option<u32>,
    /// A file with the identity of who reports, or - for standard input; it is sealed. Without it the report is anonymous
    #[arg(long = "reporter", id = "report_identity", value_name = "FILE")]
    pub(crate) identity: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) signer: SignerArgs,
}

#[derive(Debug, Args)]
pub(crate) struct NoteArgs {
    /// The folder of the case
    #[arg(value_name = "CASE")]
    pub(crate) case: PathBuf,
    /// The remark; no name of a person
    #[arg(id = "note_text", value_name = "TEXT")]
    pub(crate) text: String,
    /// The number of the record that it is about
    #[arg(long = "about", id = "note_about", value_name = "RECORD", value_parser = whole::<u64>())]
    pub(crate) about: Option<u64>,
    #[command(flatten)]
    pub(crate) signer: SignerArgs,
}

#[derive(Debug, Args)]
pub(crate) struct StampArgs {
    /// The folder of the case
    #[arg(value_name = "CASE")]
    pub(crate) case: PathBuf,
    /// The file of the authority: a response or a token, in DER, of the SHA-256 of a record
    #[arg(id = "stamp_token", value_name = "FILE")]
    pub(crate) token: PathBuf,
    #[command(flatten)]
    pub(crate) signer: SignerArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ShowCaseArgs {
    /// The folder of the case
    #[arg(value_name = "CASE")]
    pub(crate) case: PathBuf,
    /// For people, or the records as they are kept, one a line
    #[arg(
        long = "format",
        short = 'f',
        id = "case_format",
        value_enum,
        default_value = "text"
    )]
    pub(crate) format: StoreFormat,
}

/// What a decision rests on, and what it changes.
#[derive(Debug, Args)]
pub(crate) struct GroundsArgs {
    /// Why
    #[arg(long = "why", id = "case_why", value_name = "TEXT")]
    pub(crate) why: String,
    /// What was seen of the file: facts (the record alone), reduced (a small or blurred picture), or viewed (the file itself)
    #[arg(
        long = "seen",
        id = "case_seen",
        value_name = "WHAT",
        default_value = "facts",
        value_parser = words::<Seen>(Seen::ALL.map(Seen::name)),
        hide_possible_values = true
    )]
    pub(crate) seen: Seen,
    /// Allow a rejected file in this list of the store, so that it no longer matches the lists that it covers
    #[arg(long = "allow-in", id = "case_allow", value_name = "LIST")]
    pub(crate) allow_in: Option<String>,
    /// Add a confirmed file to this list of the store
    #[arg(long = "add-to", id = "case_add", value_name = "LIST")]
    pub(crate) add_to: Option<String>,
    /// When such an entry ends, as 2027-01-31T00:00:00Z [default: for --allow-in, after a year]
    #[arg(long = "until", id = "case_until", value_name = "TIME", value_parser = time)]
    pub(crate) until: Option<i64>,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    #[command(flatten)]
    pub(crate) signer: SignerArgs,
}

#[derive(Debug, Args)]
pub(crate) struct DecideArgs {
    /// The folder of the case
    #[arg(value_name = "CASE")]
    pub(crate) case: PathBuf,
    /// The number of the finding
    #[arg(id = "case_finding", value_name = "FINDING", value_parser = whole::<u64>())]
    pub(crate) finding: u64,
    /// The decision: confirm, reject, escalate or undecided
    #[arg(
        id = "case_choice",
        value_name = "DECISION",
        value_parser = words::<Choice>(Choice::ALL.map(Choice::name)),
        hide_possible_values = true
    )]
    pub(crate) choice: Choice,
    #[command(flatten)]
    pub(crate) grounds: GroundsArgs,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// The folder of the case
    #[arg(value_name = "CASE")]
    pub(crate) case: PathBuf,
    /// The public key of who opened the case: 56 characters, or a file of minisign
    ///
    /// Without it the case is checked against itself: another person could have made all of it.
    #[arg(long = "opened-by", id = "verify_key", value_name = "PUBLIC-KEY")]
    pub(crate) key: Option<String>,
    /// The SHA-256 of a record, as a paper or a time-stamp states it
    ///
    /// Records that were removed at the end are only seen by it.
    #[arg(long = "head", id = "verify_head", value_name = "SHA-256")]
    pub(crate) head: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct UnsealArgs {
    /// The folder of the case
    #[arg(value_name = "CASE")]
    pub(crate) case: PathBuf,
    /// The name of the sealed file, as `basma case show` names it
    #[arg(id = "sealed_file", value_name = "SEALED")]
    pub(crate) sealed: String,
    /// The file of the secret key of age
    #[arg(
        long = "identity",
        id = "unseal_identity",
        value_name = "FILE",
        required = true
    )]
    pub(crate) identity: PathBuf,
    /// Why it is opened
    #[arg(long = "why", id = "unseal_why", value_name = "TEXT")]
    pub(crate) why: String,
    #[command(flatten)]
    pub(crate) signer: SignerArgs,
}

#[derive(Debug, Args)]
pub(crate) struct SignArgs {
    /// The folder of the case
    #[arg(value_name = "CASE")]
    pub(crate) case: PathBuf,
    #[command(flatten)]
    pub(crate) signer: SignerArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The number of the finding
    #[arg(id = "case_finding", value_name = "FINDING", value_parser = whole::<u64>())]
    pub(crate) finding: u64,
    /// The folder of the case
    #[arg(long = "case", id = "explain_case", value_name = "CASE")]
    pub(crate) case: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct AppealArgs {
    /// The folder of the case
    #[arg(value_name = "CASE")]
    pub(crate) case: PathBuf,
    /// The number of the finding
    #[arg(id = "case_finding", value_name = "FINDING", value_parser = whole::<u64>())]
    pub(crate) finding: u64,
    /// Decide the appeal that waits, as another person: uphold or overturn
    #[arg(
        long = "decide",
        id = "appeal_outcome",
        value_name = "OUTCOME",
        value_parser = ["uphold", "overturn"],
        hide_possible_values = true
    )]
    pub(crate) outcome: Option<String>,
    /// Look the file up again in these lists; may be repeated
    #[arg(long = "list", short = 'l', id = "appeal_lists", value_name = "LIST")]
    pub(crate) lists: Vec<PathBuf>,
    /// When the appeal came in [default: now]
    #[arg(long = "received", id = "appeal_received", value_name = "TIME", value_parser = time)]
    pub(crate) received: Option<i64>,
    #[command(flatten)]
    pub(crate) grounds: GroundsArgs,
}
