//! The report of a case as one HTML file, in Arabic, French and English.
//!
//! All three are made of the same dossier, so that they cannot differ in facts. The page needs nothing else: no script,
//! nothing from the network, and no picture that was not asked for. Each printed page states the digest of the last
//! record.

mod findings;
mod sections;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use basma::Result;
use basma::papers::{Carried, CaseFinding, Dossier, Findings, Out};
use sha2::{Digest as _, Sha256};

use super::Written;
use super::pictures::{Asked, Shown};
use crate::cli::args::Language;
use crate::cli::html::html;
use crate::cli::prose::Prose;

/// The style of all pages, and that of this one.
const STYLE: &str = concat!(
    include_str!("../../page/style.css"),
    include_str!("style.css")
);

/// The largest number of findings that the page shows. Nobody reads a longer page.
pub(super) const SHOWN_MAX: usize = 500;

/// The languages, in the order of the page.
const LANGUAGES: [(Language, &str, &str, &str); 3] = [
    (Language::Ar, "ar", "rtl", "العربية"),
    (Language::Fr, "fr", "ltr", "Français"),
    (Language::En, "en", "ltr", "English"),
];

/// Writes the page.
///
/// # Errors
/// Those of the findings and of the writer.
pub(super) fn write(
    dossier: &Dossier,
    findings: &dyn Findings,
    asked: Option<&Asked>,
    out: &mut Out<'_>,
) -> Result<Written> {
    let mut carried = Carried::default();
    let is_named = |finding: u64| asked.is_some_and(|asked| asked.names(finding));
    let shown = shown(findings, &is_named, &mut carried)?;
    let pictures = asked.map(|asked| asked.make(&shown));
    out.text(&head(dossier, pictures.is_some()))?;
    for (language, tag, direction, _) in LANGUAGES {
        let prose = Prose::new(language).for_page();
        out.text(&format!(
            "<article class=\"language\" id=\"{tag}\" lang=\"{tag}\" dir=\"{direction}\">\n"
        ))?;
        out.text(&sections::head(&prose, dossier))?;
        out.text(&sections::result(&prose, dossier))?;
        out.text(&sections::reports(&prose, dossier))?;
        out.text(&findings::all(&prose, dossier, &shown, pictures.as_ref()))?;
        out.text(&sections::coverage(&prose, dossier))?;
        out.text(&sections::refusals(&prose, dossier))?;
        out.text(&sections::lists(&prose, dossier))?;
        out.text(&sections::error(&prose, dossier))?;
        out.text(&sections::scans(&prose, dossier))?;
        out.text(&sections::keys(&prose, dossier))?;
        out.text("</article>\n")?;
    }
    out.text("</main>\n</body>\n</html>\n")?;
    Ok(Written {
        carried,
        thumbnails: pictures.as_ref().map(Shown::recorded),
        ..Written::default()
    })
}

/// The findings that the page shows: confirmed ones first, rejected ones last, each kind by its records. Those that were
/// named are among them.
fn shown(
    findings: &dyn Findings,
    is_named: &dyn Fn(u64) -> bool,
    carried: &mut Carried,
) -> Result<Vec<CaseFinding>> {
    const ORDER: [&str; 5] = ["confirmed", "escalated", "undecided", "open", "rejected"];
    let place = |finding: &CaseFinding| {
        let place = ORDER.iter().position(|name| *name == finding.outcome());
        place.unwrap_or(3)
    };
    let mut kinds: [Vec<CaseFinding>; 5] = Default::default();
    let mut named = Vec::new();
    findings.each(&mut |finding| {
        carried.written += 1;
        let kind = &mut kinds[place(finding)];
        if is_named(finding.record) {
            named.push(finding.clone());
        } else if kind.len() < SHOWN_MAX {
            kind.push(finding.clone());
        }
        Ok(())
    })?;
    let mut shown = kinds.concat();
    shown.truncate(SHOWN_MAX.saturating_sub(named.len()));
    shown.append(&mut named);
    shown.sort_by_key(|finding| (place(finding), finding.record));
    Ok(shown)
}

/// What stands before the content. The policy allows this style, pictures within the page if there are any, and nothing
/// else.
fn head(dossier: &Dossier, has_pictures: bool) -> String {
    let pictures = if has_pictures { "img-src data:; " } else { "" };
    let style = format!("{STYLE}{}", margins(dossier));
    let digest = BASE64_STANDARD.encode(Sha256::digest(&style));
    let titles = LANGUAGES.map(|(language, ..)| Prose::new(language).word("paper-title"));
    let title = html(&titles.join(" · "));
    let links = LANGUAGES.map(|(_, tag, _, name)| {
        format!("<a href=\"#{tag}\" lang=\"{tag}\" hreflang=\"{tag}\">{name}</a>")
    });
    format!(
        "<!DOCTYPE html>
<html lang=\"ar\" dir=\"rtl\">
<head>
<meta charset=\"utf-8\"/>
<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{digest}'; {pictures}base-uri 'none'; form-action 'none'\"/>
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>
<meta name=\"color-scheme\" content=\"light dark\"/>
<meta name=\"referrer\" content=\"no-referrer\"/>
<meta name=\"robots\" content=\"noindex\"/>
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<nav>{}</nav>
<main>
",
        links.join(" ")
    )
}

/// What stands at the foot of each printed page: the case, the last record and its digest.
fn margins(dossier: &Dossier) -> String {
    let head = &dossier.head;
    let text = format!("basma {} / {} / {}", dossier.case, head.number, head.digest);
    let is_plain = |c: &char| c.is_ascii_alphanumeric() || " ./-".contains(*c);
    let text: String = text.chars().filter(is_plain).collect();
    format!(
        "@page {{ @bottom-left {{ content: \"{text}\"; font: 6.5pt ui-monospace, \"DejaVu Sans Mono\", monospace; }} \
        @bottom-right {{ content: counter(page) \" / \" counter(pages); font: 8pt system-ui, sans-serif; direction: ltr; }} }}\n"
    )
}

#[cfg(test)]
mod tests;
