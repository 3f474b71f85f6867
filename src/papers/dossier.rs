//! What papers are made of: the facts of a case, and its findings as a stream.

use crate::Result;
use crate::evidence::record::Seen;
use crate::report::{MatchCalibration, Refusal, StratumQuote};

/// The facts of a case, without its findings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Dossier {
    /// The id of the case: a UUID.
    pub case: String,
    /// The last record that papers are made of.
    pub head: Head,
    /// What the institution calls the case.
    pub title: String,
    /// When the case was opened (RFC 3339).
    pub opened: String,
    /// What the case is for.
    pub purpose: String,
    /// The legal basis.
    pub legal_basis: String,
    /// Whether a decision needs a second person.
    pub two_persons: bool,
    /// The keys that sign records.
    pub keys: Vec<PublicKey>,
    /// The reports that began the case or joined it.
    pub clocks: Vec<Clock>,
    /// The scans.
    pub scans: Vec<ScanRun>,
    /// The lists that were looked up in.
    pub lists: Vec<UsedList>,
    /// What was looked through, and what was not.
    pub coverage: Vec<CoverageCount>,
    /// The uses of lists that were refused.
    pub refusals: Vec<RefusedUse>,
    /// The measured errors of lists.
    pub calibrations: Vec<Calibration>,
    /// The number of findings by decision.
    pub tally: Tally,
}

impl Dossier {
    /// How often matches like this one were wrong among lawful files; none where the lists of the scan were not calibrated
    /// on this population.
    pub fn calibration(
        &self,
        finding: &CaseFinding,
        listed: &ListedMatch,
    ) -> Option<MatchCalibration> {
        let is_of = |c: &&Calibration| {
            c.list == listed.list && c.scan.is_none_or(|scan| scan == finding.scan)
        };
        let measured = self.calibrations.iter().rev().find(is_of)?;
        let (stratum, tier) = (finding.stratum.as_deref(), listed.tier.as_deref());
        let quoted = MatchCalibration::of(&measured.strata, stratum, tier);
        (quoted.state == "calibrated").then_some(quoted)
    }
}

/// The last record that papers are made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Head {
    /// Its number.
    pub number: u64,
    /// The SHA-256 of its line, in hexadecimal.
    pub digest: String,
    /// Its time (RFC 3339, UTC). The time of a paper is this, so that the same records give the same bytes.
    pub time: String,
}

/// A person by a name of the case, and a role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Actor {
    /// The name in the case.
    pub id: String,
    /// The role.
    pub role: String,
}

/// A key that signs records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PublicKey {
    /// Its id.
    pub id: String,
    /// The key as minisign writes it, in base64.
    pub public: String,
    /// Its holder.
    pub holder: String,
}

/// A report that arrived, and the time limit that it set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Clock {
    /// The record.
    pub record: u64,
    /// When it arrived.
    pub time: String,
    /// From whom: `victim`, `trusted-flagger`, `citizen` or another word.
    pub reporter: String,
    /// How it arrived.
    pub channel: String,
    /// The end of the time limit.
    pub deadline: Option<String>,
}

/// One scan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ScanRun {
    /// The record.
    pub record: u64,
    /// When it began.
    pub started: String,
    /// The offset of local time from UTC, in seconds.
    pub utc_offset: i64,
    /// Who ran it.
    pub by: Actor,
    /// The program and its version.
    pub tool: String,
    /// The SHA-256 of the program.
    pub binary: Option<String>,
    /// What was scanned: paths, escaped; none for a path that is sealed or erased.
    pub roots: Vec<Option<String>>,
    /// The options.
    pub options: Vec<(String, String)>,
    /// How decoders were confined.
    pub sandbox: String,
}

/// A list that was looked up in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct UsedList {
    /// The record.
    pub record: u64,
    /// Its name.
    pub name: String,
    /// Its generation.
    pub generation: Option<u64>,
    /// The SHA-256 of its file.
    pub digest: Option<String>,
    /// The id of the key whose signature of it was checked.
    pub signed_by: Option<String>,
    /// What it may be used for.
    pub purpose: Option<String>,
    /// Its legal basis.
    pub legal_basis: Option<String>,
    /// When it expires.
    pub expires: Option<String>,
    /// The names of the purposes that it may be used for; any, if there is none.
    pub uses: Vec<String>,
    /// Whom it protects.
    pub protects: Option<String>,
}

/// A use of lists that was refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefusedUse {
    /// The record.
    pub record: u64,
    /// When it was refused.
    pub time: String,
    /// Who asked for it.
    pub by: Actor,
    /// The scan that was running: the number of its record.
    pub scan: Option<u64>,
    /// What was asked for, and why it was refused.
    pub refusal: Refusal,
}

/// What one scan looked through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CoverageCount {
    /// The record.
    pub record: u64,
    /// The scan: the number of its record.
    pub scan: u64,
    /// When the scan ended.
    pub ended: String,
    /// Whether the scan was interrupted.
    pub is_interrupted: bool,
    /// The number of files.
    pub discovered: u64,
    /// The number of files by status. They add up to all files.
    pub statuses: Vec<(String, u64)>,
    /// The number of files that were not wholly examined, by the code of the reason.
    pub gaps: Vec<(String, u64)>,
}

/// The measured error of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Calibration {
    /// The record.
    pub record: u64,
    /// The list.
    pub list: String,
    /// The SHA-256 of the list that was measured.
    pub digest: Option<String>,
    /// When it was measured.
    pub time: String,
    /// What was measured, by name.
    pub statement: Vec<(String, String)>,
    /// The scan that it was quoted for: the number of its record.
    pub scan: Option<u64>,
    /// What was measured, by the kind of picture and the tier of the match.
    pub strata: Vec<StratumQuote>,
}

/// The number of findings by decision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tally {
    /// All findings.
    pub findings: u64,
    /// Those that were confirmed.
    pub confirmed: u64,
    /// Those that were rejected.
    pub rejected: u64,
    /// Those that were handed on.
    pub escalated: u64,
    /// Those of which nothing could be said.
    pub undecided: u64,
}

impl Tally {
    /// The findings that wait for a decision.
    pub fn open(&self) -> u64 {
        let decided = self.confirmed + self.rejected + self.escalated + self.undecided;
        self.findings.saturating_sub(decided)
    }

    /// Counts one finding.
    pub fn add(&mut self, decision: Option<&Decision>) {
        self.findings += 1;
        match decision.map(|decision| decision.outcome) {
            None => {}
            Some(Outcome::Confirmed) => self.confirmed += 1,
            Some(Outcome::Rejected) => self.rejected += 1,
            Some(Outcome::Escalated) => self.escalated += 1,
            Some(Outcome::Undecided) => self.undecided += 1,
        }
    }
}

/// One file that matches, with its decision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CaseFinding {
    /// Its id in the case.
    pub id: String,
    /// The number of its record.
    pub record: u64,
    /// The scan that found it: the number of its record.
    pub scan: u64,
    /// When it was found.
    pub time: String,
    /// `matched`, or `authentic`, `suppressed` or `weak` where something speaks against a match.
    pub status: String,
    /// The path, escaped; none where it is sealed or erased.
    pub path: Option<String>,
    /// The size in bytes.
    pub bytes: Option<u64>,
    /// The media type.
    pub media: Option<String>,
    /// The width in pixels.
    pub width: Option<u32>,
    /// The height in pixels.
    pub height: Option<u32>,
    /// The MD5 of the file; none where it was not computed, or was erased from the case.
    pub md5: Option<String>,
    /// The SHA-1 of the file.
    pub sha1: Option<String>,
    /// The SHA-256 of the file.
    pub sha256: Option<String>,
    /// The kind of picture by which errors are counted, where it was judged.
    pub stratum: Option<String>,
    /// The perceptual hashes of the file.
    pub hashes: Vec<FileHash>,
    /// Whether values were erased from the case: the record holds their commitments alone.
    pub is_erased: bool,
    /// The matches, nearest first.
    pub matches: Vec<ListedMatch>,
    /// The decision in force.
    pub decision: Option<Decision>,
    /// Whether an appeal waits for its decision.
    pub is_appealed: bool,
}

/// A perceptual hash of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileHash {
    /// The type of hash.
    pub hash_type: String,
    /// The hash, in hexadecimal.
    pub hash: String,
}

/// One entry of a list that a file matches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListedMatch {
    /// The list.
    pub list: String,
    /// The id of the entry.
    pub entry: Option<String>,
    /// The type of hash.
    pub hash_type: String,
    /// The listed hash, in hexadecimal; none where it was erased.
    pub hash: Option<String>,
    /// The number of differing bits.
    pub distance: u32,
    /// The largest number of differing bits that matches.
    pub radius: u32,
    /// What the match is worth.
    pub tier: Option<String>,
    /// The view that was hashed.
    pub view: Option<String>,
    /// The number of the frame.
    pub frame: Option<u32>,
    /// The time of the frame, in milliseconds.
    pub ms: Option<u64>,
    /// What the list says about the entry.
    pub labels: Vec<String>,
    /// The generation of the list.
    pub generation: Option<u64>,
}

/// What a person decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The file is what the list says.
    Confirmed,
    /// The file is not what the list says.
    Rejected,
    /// Another person or body decides.
    Escalated,
    /// Nothing can be said.
    Undecided,
}

impl Outcome {
    /// All outcomes.
    pub const ALL: [Outcome; 4] = [
        Outcome::Confirmed,
        Outcome::Rejected,
        Outcome::Escalated,
        Outcome::Undecided,
    ];

    /// The word in papers for programs.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Confirmed => "confirmed",
            Outcome::Rejected => "rejected",
            Outcome::Escalated => "escalated",
            Outcome::Undecided => "undecided",
        }
    }
}

/// A decision on a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decision {
    /// The number of its record.
    pub record: u64,
    /// When it was made.
    pub time: String,
    /// What was decided.
    pub outcome: Outcome,
    /// Who decided.
    pub by: Actor,
    /// The second person, where the policy asks for one.
    pub second: Option<Actor>,
    /// Why; of two persons, both reasons.
    pub why: String,
    /// What of the file the person saw who saw most.
    pub seen: Seen,
}

impl Decision {
    /// A decision of an unnamed person, without a reason.
    pub fn new(outcome: Outcome) -> Decision {
        Decision {
            record: 0,
            time: String::new(),
            outcome,
            by: Actor::default(),
            second: None,
            why: String::new(),
            seen: Seen::Facts,
        }
    }
}

impl CaseFinding {
    /// What was decided, as a word; `open` where nothing was.
    pub fn outcome(&self) -> &'static str {
        self.decision
            .as_ref()
            .map_or("open", |decision| decision.outcome.name())
    }

    /// Whether a person confirmed it.
    pub fn is_confirmed(&self) -> bool {
        self.has(Outcome::Confirmed)
    }

    /// Whether a person who decided looked at the file itself.
    pub fn is_viewed(&self) -> bool {
        let decision = self.decision.as_ref();
        decision.is_some_and(|decision| decision.seen == Seen::Viewed)
    }

    /// Whether it may go to others who take it for known material: it was not rejected, and nothing speaks against the
    /// match but what a person confirmed.
    pub fn is_handed_on(&self) -> bool {
        self.is_confirmed() || (self.status == "matched" && !self.is_rejected())
    }

    /// Whether a person rejected it.
    pub fn is_rejected(&self) -> bool {
        self.has(Outcome::Rejected)
    }

    fn has(&self, outcome: Outcome) -> bool {
        let decision = self.decision.as_ref();
        decision.is_some_and(|decision| decision.outcome == outcome)
    }

    /// The name of the file without its folders.
    pub fn file_name(&self) -> Option<&str> {
        let path = self.path.as_deref()?;
        path.rsplit('/').next().filter(|name| !name.is_empty())
    }
}

/// The findings of a case in the order of their records. They can be read several times.
pub trait Findings {
    /// Gives each finding.
    ///
    /// # Errors
    /// Those of the records, and those of the reader.
    fn each(&self, take: &mut dyn FnMut(&CaseFinding) -> Result<()>) -> Result<()>;
}

impl Findings for [CaseFinding] {
    fn each(&self, take: &mut dyn FnMut(&CaseFinding) -> Result<()>) -> Result<()> {
        self.iter().try_for_each(take)
    }
}
