//! Statements of reasons by article 17 of the Digital Services Act, for version 2 of the transparency database.
//!
//! One line holds at most 100 statements, which is one request. One statement is made of each confirmed finding. What
//! only the platform knows is in [`Ground`]. A statement holds no path, no digest and no name of a person.

use serde_json::{Value, json};

use super::xml::at_most;
use super::{Carried, CaseFinding, Dossier, Findings, Out};
use crate::error::Problem;
use crate::{Result, escape};

/// The largest number of characters of the facts.
const FACTS_MAX: usize = 5000;

/// The largest number of statements in a request.
const STATEMENTS_MAX: usize = 100;

/// What a platform states of its decisions.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ground {
    /// The category of the database.
    pub category: Category,
    /// The law that makes the content illegal: at most 500 characters.
    pub law: String,
    /// Why the content is illegal by it: at most 2,000 characters.
    pub explanation: String,
    /// Whether access was disabled instead of the content removed.
    pub is_disabled: bool,
}

impl Ground {
    /// A removal on this legal ground.
    ///
    /// # Errors
    /// [`Problem::PaperText`] for a text that is empty or longer than the database takes.
    pub fn new(category: Category, law: &str, explanation: &str) -> Result<Ground> {
        Ok(Ground {
            category,
            law: bounded("law", law, LAW_MAX)?,
            explanation: bounded("explanation", explanation, EXPLANATION_MAX)?,
            is_disabled: false,
        })
    }
}

/// The largest number of characters of the law, and of the explanation.
const LAW_MAX: usize = 500;
const EXPLANATION_MAX: usize = 2000;

/// A text of the platform on one line, if the database takes it.
fn bounded(name: &str, text: &str, most: usize) -> Result<String> {
    let text = escape::message(text.trim()).into_owned();
    let found = text.chars().count();
    if found == 0 || found > most {
        return Err(Problem::PaperText {
            name: name.to_owned(),
            found: found as u64,
            most: most as u64,
        }
        .into());
    }
    Ok(text)
}

/// The category and keyword of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Category {
    /// Material that shows sexual abuse of children.
    ChildAbuse,
    /// The same, made by a generator.
    ChildDeepfake,
    /// Intimate pictures without consent.
    IntimateImages,
    /// The same, made by a generator.
    IntimateDeepfake,
}

impl Category {
    /// All categories.
    pub const ALL: [Category; 4] = [
        Category::ChildAbuse,
        Category::ChildDeepfake,
        Category::IntimateImages,
        Category::IntimateDeepfake,
    ];

    /// The word for the command.
    pub fn name(self) -> &'static str {
        match self {
            Category::ChildAbuse => "child-abuse",
            Category::ChildDeepfake => "child-deepfake",
            Category::IntimateImages => "intimate-images",
            Category::IntimateDeepfake => "intimate-deepfake",
        }
    }

    fn codes(self) -> (&'static str, &'static str) {
        const MINORS: &str = "STATEMENT_CATEGORY_PROTECTION_OF_MINORS";
        const VIOLENCE: &str = "STATEMENT_CATEGORY_CYBER_VIOLENCE";
        match self {
            Category::ChildAbuse => (MINORS, "KEYWORD_CHILD_SEXUAL_ABUSE_MATERIAL"),
            Category::ChildDeepfake => (MINORS, "KEYWORD_CHILD_SEXUAL_ABUSE_MATERIAL_DEEPFAKE"),
            Category::IntimateImages => (VIOLENCE, "KEYWORD_NON_CONSENSUAL_IMAGE_SHARING"),
            Category::IntimateDeepfake => (VIOLENCE, "KEYWORD_NON_CONSENSUAL_MATERIAL_DEEPFAKE"),
        }
    }
}

/// Writes the statements.
///
/// # Errors
/// Those of the findings and of the writer.
pub fn write(
    dossier: &Dossier,
    findings: &(impl Findings + ?Sized),
    ground: &Ground,
    out: &mut Out<'_>,
) -> Result<Carried> {
    let mut carried = Carried::default();
    let mut request: Vec<Value> = Vec::new();
    findings.each(&mut |finding| {
        if !finding.is_confirmed() {
            carried.by_decision += 1;
            return Ok(());
        }
        request.push(statement(dossier, finding, ground));
        carried.written += 1;
        if request.len() == STATEMENTS_MAX {
            let statements = std::mem::take(&mut request);
            out.text(&format!("{}\n", json!({"statements": statements})))?;
        }
        Ok(())
    })?;
    if !request.is_empty() {
        out.text(&format!("{}\n", json!({"statements": request})))?;
    }
    Ok(carried)
}

fn statement(dossier: &Dossier, finding: &CaseFinding, ground: &Ground) -> Value {
    let (category, keyword) = ground.category.codes();
    let visibility = if ground.is_disabled {
        "DECISION_VISIBILITY_CONTENT_DISABLED"
    } else {
        "DECISION_VISIBILITY_CONTENT_REMOVED"
    };
    let decision = finding.decision.as_ref();
    let decided = decision.map_or(&finding.time, |decision| &decision.time);
    let mut content = vec![content_type(finding)];
    if matches!(
        ground.category,
        Category::ChildDeepfake | Category::IntimateDeepfake
    ) {
        content.push("CONTENT_TYPE_SYNTHETIC_MEDIA");
    }
    let nearest = finding.matches.first();
    let facts = nearest.map_or_else(
        || "A person confirmed that the file is on a list of known material.".to_owned(),
        |listed| {
            format!(
                "The file was compared with a list of known material. Its {} hash differs from a listed one in {} \
                bits, of which at most {} may differ. A person confirmed the match. Case {}, head record {}, \
                SHA-256 {}.",
                listed.hash_type,
                listed.distance,
                listed.radius,
                dossier.case,
                dossier.head.number,
                dossier.head.digest
            )
        },
    );
    json!({
        "decision_visibility": [visibility],
        "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT",
        "illegal_content_legal_ground": ground.law,
        "illegal_content_explanation": ground.explanation,
        "content_type": content,
        "category": category,
        "category_specification": [keyword],
        "application_date": day(decided),
        "decision_facts": at_most(&escape::message(&facts), FACTS_MAX),
        "source_type": source(dossier),
        "automated_detection": "Yes",
        "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED",
        "puid": puid(dossier, finding),
    })
}

/// Who said that the content may be illegal.
fn source(dossier: &Dossier) -> &'static str {
    let reporters = dossier.clocks.iter().map(|report| report.reporter.as_str());
    let reporters: Vec<&str> = reporters.collect();
    match () {
        () if reporters.contains(&"trusted-flagger") => "SOURCE_TRUSTED_FLAGGER",
        () if reporters.contains(&"victim") || reporters.contains(&"citizen") => {
            "SOURCE_ARTICLE_16"
        }
        () if reporters.is_empty() => "SOURCE_VOLUNTARY",
        () => "SOURCE_TYPE_OTHER_NOTIFICATION",
    }
}

fn content_type(finding: &CaseFinding) -> &'static str {
    match finding.media.as_deref() {
        Some(media) if media.starts_with("video/") => "CONTENT_TYPE_VIDEO",
        Some(media) if media.starts_with("image/") => "CONTENT_TYPE_IMAGE",
        _ => "CONTENT_TYPE_OTHER",
    }
}

/// The day of a time, in UTC.
fn day(time: &str) -> String {
    let read: Result<jiff::Timestamp, _> = time.parse();
    read.map_or_else(
        |_| time.chars().take(10).collect(),
        |t| t.to_string()[..10].to_owned(),
    )
}

/// A unique id of letters, digits, `-` and `_`.
fn puid(dossier: &Dossier, finding: &CaseFinding) -> String {
    let id = format!("{}_{}_{}", dossier.case, finding.record, finding.id);
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let id = id.chars().map(|c| if is_allowed(c) { c } else { '-' });
    id.take(500).collect()
}
