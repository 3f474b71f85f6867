//! `basma report`: the findings of a scan as one page for people to read, print and hand on.
//!
//! The page contains everything that it needs: nothing is fetched, and no script runs. The findings file is untrusted:
//! all of its text passes through [`html`](mod@super::html).

mod chart;
mod clusters;
mod evidence;
mod files;
mod gaps;
pub(crate) mod lines;
mod overview;
mod scanned;

use std::env;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use basma::error::Problem;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::args::{Language, ReportArgs};
use super::html::html;
use super::html::picture;
use super::output::{Output, Stopped};
use super::prose::Prose;
use super::{Context, Verdict, lists};
use evidence::Evidence;
use lines::Lines;

const STYLE: &str = include_str!("style.css");

pub(super) fn run(args: &ReportArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    let read = std::slice::from_ref(&args.findings);
    lists::keep_apart(args.output.as_deref(), read, &[])?;
    let made = made()?;
    context.tell_pipes([args.findings.as_path()]);
    let evidence = Evidence::read(&mut Lines::open(&args.findings)?)?;
    let prose = context.prose.for_page();
    let passwords = picture::passwords(args.passwords.as_deref())?;
    let mut out = Output::open(args.output.as_deref())?;
    out.write(&head(&prose))?;
    out.write(&overview::head(&prose, &evidence, made))?;
    let clusters = clusters::count(&evidence.groups);
    out.write(&overview::result(&prose, &evidence, clusters))?;
    out.write(&overview::distances(&prose, &evidence))?;
    let thumbnails = args.thumbnails.map(|style| (style, &passwords));
    clusters::write(&prose, &evidence.groups, thumbnails, |text| out.write(text))?;
    out.write(&gaps::leads(&prose, &evidence.counts))?;
    out.write(&gaps::gaps(&prose, &evidence.counts))?;
    let ending = evidence.counts.ending.as_ref();
    if let Some(conditions) = ending.and_then(|ending| ending.conditions()) {
        out.write(&scanned::conditions(&prose, conditions, made))?;
    }
    out.write(&gaps::reading(&prose))?;
    out.write("</main>\n</body>\n</html>\n")?;
    out.finish()?;
    Ok(Verdict::Done)
}

/// The time of the report, in seconds since 1970. Builds that must give the same bytes each time set it.
fn made() -> basma::Result<i64> {
    match env::var("SOURCE_DATE_EPOCH") {
        Err(_) => Ok(Timestamp::now().as_second()),
        Ok(text) => text
            .parse()
            .map_err(|_| Problem::ReportTime { text }.into()),
    }
}

/// What stands before the content. The policy allows this style and pictures within the page, and nothing else.
fn head(prose: &Prose) -> String {
    let (tag, direction) = match prose.language() {
        Language::En => ("en", "ltr"),
        Language::Fr => ("fr", "ltr"),
        Language::Ar => ("ar", "rtl"),
    };
    let digest = BASE64_STANDARD.encode(Sha256::digest(STYLE));
    let title = html(&prose.word("page-title"));
    format!(
        "<!DOCTYPE html>
<html lang=\"{tag}\" dir=\"{direction}\">
<head>
<meta charset=\"utf-8\">
<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<meta name=\"color-scheme\" content=\"light dark\">
<meta name=\"referrer\" content=\"no-referrer\">
<meta name=\"robots\" content=\"noindex\">
<title>{title}</title>
<style>{STYLE}</style>
</head>
<body>
<main>
"
    )
}
