//! The kinds of records of a case, and what each holds.
//!
//! Times are RFC 3339, in UTC. Digests are SHA-256, in hexadecimal. What may have to be erased one day, such as a hash,
//! stands in a record as a [`Commitment`]. Its value and its salt are in `details/` of the case, or sealed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The name of the format.
pub const SCHEMA: &str = "basma-case/1";

/// The digest that stands for the record before the first.
pub const NONE: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// A record of a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Record {
    /// The format: [`SCHEMA`].
    pub schema: String,
    /// Its number, from 1 on without gaps. It names what the record is about: a finding, an appeal.
    pub number: u64,
    /// The case, a random UUID.
    pub case: String,
    /// The SHA-256 of the line before, without its line end; [`NONE`] of the first.
    pub previous: String,
    /// The time at which it was written.
    pub time: String,
    /// Who wrote it.
    pub by: Person,
    /// What it says.
    #[serde(flatten)]
    pub body: Body,
    /// The id of the key that signs it.
    pub key: String,
    /// Ed25519 of its canonical text without this field, in base64.
    pub signature: String,
}

/// Who did something, by a name that the institution gave: no name of a person is needed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The person, as the institution knows it.
    pub id: String,
    /// What for: `examiner`, `supervisor`, `appeals`.
    pub role: String,
}

/// The SHA-256 of a salt of 32 random bytes and a value. It says which value it was once the salt is known, and
/// nothing otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Commitment {
    /// The digest, in hexadecimal.
    pub commitment: String,
}

/// What a record says, by its kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "body", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Body {
    /// The case begins.
    Opened(Opened),
    /// A further key may sign.
    Examiner(Examiner),
    /// A report came in.
    Report(Report),
    /// A scan begins.
    Scan(Box<Scan>),
    /// A list that a scan looks up in.
    List(Box<List>),
    /// A file that matches, or that something speaks for.
    Finding(Box<Finding>),
    /// A file that was not wholly examined.
    Gap(Gap),
    /// A scan ended, and what it looked at.
    Coverage(Box<Coverage>),
    /// A finding is decided.
    Decision(Decision),
    /// A decision is appealed against.
    Appeal(Appeal),
    /// An appeal is decided.
    AppealDecided(AppealDecided),
    /// A paper was made of the case.
    Export(Export),
    /// A sealed file was opened.
    Unsealed(Unsealed),
    /// A time-stamp token of an authority was attached.
    Timestamp(Timestamp),
    /// An entry was withdrawn, and what the case held of it.
    Withdrawn(Withdrawn),
    /// Details were erased because their time is over.
    Purged(Purged),
    /// The calibrated error of a list.
    Calibration(Box<Calibration>),
    /// A remark.
    Note(Note),
    /// An unfinished last line was set aside.
    Recovered(Recovered),
    /// The clock was set back. The numbers of records decide their order, not their times.
    Clock(Clock),
}

impl Body {
    /// The name of its kind.
    pub const fn kind(&self) -> &'static str {
        match self {
            Body::Opened(_) => "opened",
            Body::Examiner(_) => "examiner",
            Body::Report(_) => "report",
            Body::Scan(_) => "scan",
            Body::List(_) => "list",
            Body::Finding(_) => "finding",
            Body::Gap(_) => "gap",
            Body::Coverage(_) => "coverage",
            Body::Decision(_) => "decision",
            Body::Appeal(_) => "appeal",
            Body::AppealDecided(_) => "appeal-decided",
            Body::Export(_) => "export",
            Body::Unsealed(_) => "unsealed",
            Body::Timestamp(_) => "timestamp",
            Body::Withdrawn(_) => "withdrawn",
            Body::Purged(_) => "purged",
            Body::Calibration(_) => "calibration",
            Body::Note(_) => "note",
            Body::Recovered(_) => "recovered",
            Body::Clock(_) => "clock",
        }
    }
}

/// The first record of a case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// What the institution calls the case; no name of a person.
    pub title: String,
    /// What the case is for.
    pub purpose: String,
    /// The law or decision that allows it.
    pub legal_basis: String,
    /// What the case asks of decisions.
    pub policy: Policy,
    /// The public key of who opens it, as minisign writes it.
    pub key: String,
    /// Until when that key may sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_expires: Option<String>,
    /// The public keys (age) that identities and paths are sealed to.
    pub recipients: Vec<String>,
}

/// What a case asks of decisions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Whether a decision needs a second person.
    pub two_persons: bool,
    /// The lists whose exact matches no rejection undoes.
    pub beyond_appeal: Vec<String>,
    /// Whether paths are sealed.
    pub sealed_paths: bool,
}

/// A further key that may sign, of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Examiner {
    /// The person.
    pub person: Person,
    /// The public key, as minisign writes it.
    pub key: String,
    /// Until when it may sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
}

/// A report that came in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The channel: `portal`, `hotline`, `mail`, or another word.
    pub channel: String,
    /// Who reports: `victim`, `trusted-flagger`, `citizen`, `authority`.
    pub reporter: String,
    /// The number that the channel gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// When it came in.
    pub received: String,
    /// Until when it is to be answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<String>,
    /// The identity of who reports, if it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<Sealed>,
}

/// A file in `sealed/` of the case, encrypted to the recipients of the case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// Its name in `sealed/`.
    pub file: String,
    /// The SHA-256 of the encrypted file.
    pub sha256: String,
}

/// The begin of a scan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scan {
    /// The program and its version.
    pub tool: String,
    /// The SHA-256 of the program's file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub binary: Option<String>,
    /// The offset of local time from UTC, in seconds.
    pub utc_offset: i64,
    /// Where the time comes from: `system`.
    pub clock: String,
    /// What was scanned.
    pub roots: Vec<Root>,
    /// What kept decoders apart from the system; `no-media` where no file was opened.
    pub sandbox: String,
    /// The options that change what is found, by name.
    pub options: BTreeMap<String, String>,
    /// The purpose that the scan states.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// The report that it answers: the number of its record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<u64>,
}

/// A file or folder that is scanned.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Root {
    /// Its path, escaped.
    pub path: Commitment,
    /// The number of the device that holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
}

/// A list that a scan looks up in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct List {
    /// The scan: the number of its record.
    pub scan: u64,
    /// The list.
    pub list: String,
    /// Its format; `store` for a list of a store.
    pub format: String,
    /// The number of its entries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entries: Option<u64>,
    /// The SHA-256 of its file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// The edition that the list names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// The generation of its store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generation: Option<u64>,
    /// When that generation was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
    /// The time of its source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// What a match may lead to at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<String>,
    /// What it may be used for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// The law or decision that allows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_basis: Option<String>,
    /// Until when it may be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// The id of the key whose signature of the list was checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_by: Option<String>,
}

/// A file that matches, or that something speaks for. Its number is that of its record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The scan: the number of its record.
    pub scan: u64,
    /// `matched`, or `suppressed` or `weak` where something speaks against a match.
    pub status: String,
    /// The path, escaped; the place in an archive follows a `!/`.
    pub path: Commitment,
    /// The file.
    pub file: FileFacts,
    /// Hashes of its stored pixels, by which it can be listed or allowed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hashes: Vec<FileHash>,
    /// What a reader must know, and why not all of the file was examined.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
    /// The codes of why not all of the file was examined.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reason_codes: Vec<String>,
    /// The matches, nearest first.
    pub matches: Vec<Match>,
    /// How many more listed hashes are within the radius.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more: u64,
}

/// What is known of a file beside its path.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFacts {
    /// The SHA-256.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Commitment>,
    /// The SHA-1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha1: Option<Commitment>,
    /// The MD5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub md5: Option<Commitment>,
    /// The size in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// The media type, by content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media: Option<String>,
    /// The width in pixels, as stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// The height.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// The length of a clip in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clip_ms: Option<u64>,
}

/// A perceptual hash of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileHash {
    /// The type of hash.
    pub algorithm: String,
    /// The hash.
    pub hash: Commitment,
    /// Its quality.
    pub quality: u8,
}

/// A listed item that a file matches.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Match {
    /// The list.
    pub list: String,
    /// The item, as the list names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// The type of hash.
    pub algorithm: String,
    /// The listed hash.
    pub hash: Commitment,
    /// The number of differing bits.
    pub distance: u32,
    /// The largest number of differing bits that matches.
    pub radius: u32,
    /// What the match is worth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// The quality of the file's hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality: Option<u8>,
    /// The view that was hashed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view: Option<String>,
    /// The part of the picture that was hashed, in thousandths of its sides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<[i16; 4]>,
    /// The number of the frame, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frame: Option<u32>,
    /// The time at which that frame is shown, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ms: Option<u64>,
    /// What the list says about the item.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// What the match may lead to at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<String>,
    /// The generation of the store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generation: Option<u64>,
    /// The other types of hash by which the file matches the same item: independent confirmations.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub confirmed_by: Vec<String>,
    /// `suppressed` or `weak`; absent of a match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing: Option<String>,
}

/// A file that was not wholly examined.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The scan: the number of its record.
    pub scan: u64,
    /// The path, escaped.
    pub path: Commitment,
    /// Its status.
    pub status: String,
    /// Why, by codes.
    pub reason_codes: Vec<String>,
    /// Its size in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
}

/// The end of a scan. The counts by status add up to `discovered`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// The scan: the number of its record.
    pub scan: u64,
    /// Whether the scan was interrupted. The counts are then of the files before that.
    pub interrupted: bool,
    /// The number of files and members of archives.
    pub discovered: u64,
    /// How many there are of each status.
    pub statuses: BTreeMap<String, u64>,
    /// How many files were not wholly examined, by the code of the reason.
    pub reasons: BTreeMap<String, u64>,
    /// The size of all files, in bytes.
    pub bytes: u64,
    /// The number of files and members that hashes were made of.
    pub examined: u64,
    /// The number of members of archives.
    pub members: u64,
    /// The number of files and folders that a pattern left out.
    pub excluded: u64,
    /// The number of roots below which there is no file to examine.
    pub bare_roots: u64,
    /// How many findings the scan recorded.
    pub findings: u64,
    /// How many files with gaps it recorded.
    pub gaps: u64,
    /// The paths, where the case seals them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paths: Option<Sealed>,
}

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// It is what the list says.
    Confirm,
    /// It is not.
    Reject,
    /// Another person decides.
    Escalate,
    /// It cannot be said.
    Undecided,
}

named!(Choice {
    Confirm = "confirm",
    Reject = "reject",
    Escalate = "escalate",
    Undecided = "undecided",
});

/// What a person had seen of a file when they decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Seen {
    /// Nothing but the facts of the record.
    #[default]
    Facts,
    /// A picture that was blurred or without colours.
    Reduced,
    /// The file itself, as a viewer shows it. Only this is viewing for a report to NCMEC.
    Viewed,
}

named!(Seen { Facts = "facts", Reduced = "reduced", Viewed = "viewed" });

/// A decision about a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The finding: the number of its record.
    pub finding: u64,
    /// What was decided.
    pub decision: Choice,
    /// Why.
    pub why: String,
    /// What was seen of the file.
    pub seen: Seen,
    /// The decision of another person that this one seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u64>,
    /// Whether it is in force: a case can ask for a second person.
    pub in_force: bool,
    /// What it changed in lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<Effect>,
}

/// What a decision changes in a list of a store.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// `allow`: the picture no longer matches. `add`: the picture was added.
    pub act: String,
    /// The list that was changed.
    pub list: String,
    /// The item that the change names.
    pub entry: String,
    /// Until when it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
}

/// An appeal against a decision.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appeal {
    /// The finding.
    pub finding: u64,
    /// The decision that is appealed against; absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<u64>,
    /// Why.
    pub why: String,
    /// When it came in.
    pub received: String,
    /// The identity of who appeals, if it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<Sealed>,
    /// Whether the file still matches the lists of today; absent where it was not looked up again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub still_matches: Option<bool>,
}

/// An appeal that is decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppealDecided {
    /// The appeal: the number of its record.
    pub appeal: u64,
    /// The finding.
    pub finding: u64,
    /// Whether the decision was wrong.
    pub overturned: bool,
    /// Why.
    pub why: String,
    /// What was seen of the file.
    pub seen: Seen,
    /// What it changed in lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<Effect>,
}

/// A paper that was made of the case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    /// What it is: `html`, `pdf`, `vics-2.0`.
    pub paper: String,
    /// The name of the file.
    pub file: String,
    /// The SHA-256 of the file.
    pub sha256: String,
    /// The last record that it was made of.
    pub head: Head,
}

/// A record that stands for all up to it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Its number.
    pub number: u64,
    /// The SHA-256 of its line.
    pub sha256: String,
}

/// A sealed file that was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsealed {
    /// The sealed file.
    pub sealed: Sealed,
    /// Why.
    pub why: String,
}

/// A time-stamp token (RFC 3161) of an authority.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timestamp {
    /// The record that the token is of.
    pub of: Head,
    /// The token, in DER and base64.
    pub token: String,
    /// The SHA-256 of the token.
    pub sha256: String,
}

/// What was erased because an entry was withdrawn.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawn {
    /// The list.
    pub list: String,
    /// The item, if it may be named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// Why.
    pub why: String,
    /// The records whose details were erased.
    pub records: Vec<u64>,
    /// How many details were erased.
    pub erased: u64,
}

/// Details that were erased because their time is over.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purged {
    /// Details of records before this time were erased.
    pub before: String,
    /// Why.
    pub why: String,
    /// How many details were erased.
    pub erased: u64,
    /// The sealed files that were removed.
    pub sealed: Vec<Sealed>,
}

/// The calibrated error of a list, as a signed file of calibration states it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calibration {
    /// The list.
    pub list: String,
    /// The SHA-256 of the list that was calibrated.
    pub list_sha256: String,
    /// The SHA-256 of the file of calibration.
    pub sha256: String,
    /// When it was made.
    pub made: String,
    /// The statement, by name.
    pub statement: BTreeMap<String, String>,
}

/// A remark.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The remark; no name of a person.
    pub text: String,
    /// What it is about: the number of a record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<u64>,
}

/// An unfinished last line, which a process that was killed left.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recovered {
    /// The number of its bytes.
    pub bytes: u64,
    /// The SHA-256 of the bytes.
    pub sha256: String,
    /// The file beside the records that holds them.
    pub file: String,
}

/// A clock that was set back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// The time of the record before, which is later than that of this one.
    pub before: String,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}
