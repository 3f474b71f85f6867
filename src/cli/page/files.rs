//! One file of a page: its name, digests, matches and, if asked for, a small picture.

use basma::report::{Finding, Match};

use super::chart;
use super::clusters::wanted_of;
use crate::cli::html::picture;
use crate::cli::html::thumbnail::{Pictures, without};
use crate::cli::html::words;
use crate::cli::html::{code, html, paragraph, plain, row, value};
use crate::cli::prose::Prose;
use crate::cli::rights;

/// The largest number of matches that are shown of one file.
const MATCHES_MAX: usize = 20;

/// A file and those of its matches that the page is about.
pub(super) fn file(
    prose: &Prose,
    finding: &Finding,
    matches: &[Match],
    pictures: Option<&Pictures>,
) -> String {
    let mut text = "<article class=\"file\">\n".to_owned();
    if let Some(pictures) = pictures {
        text += &match wanted_of(finding) {
            Some(wanted) => pictures.shown(prose, &wanted),
            None => without(prose, picture::NOT_THERE),
        };
    }
    text += &format!("<h4>{}</h4>\n<ul class=\"matches\">\n", code(&finding.path));
    for m in matches.iter().take(MATCHES_MAX) {
        text += &format!("<li>{}", one(prose, m));
        if let Some(clip) = &m.clip {
            text += &chart::timeline(prose, clip, finding.clip_ms);
            let values = [
                ("covered", prose.place(clip.covered_ms)),
                ("listed", prose.place(clip.listed_covered_ms)),
            ];
            text += &paragraph("note", &prose.say("page-clip-covered", values));
        }
        text += "</li>\n";
    }
    text += "</ul>\n";
    let hidden = (matches.len().saturating_sub(MATCHES_MAX)) as u64 + finding.more;
    if hidden > 0 {
        let more = prose.say("page-matches-more", [("count", hidden.into())]);
        text += &paragraph("note", &more);
    }
    text += "<table>\n";
    for (name, digest) in [
        ("SHA-256", &finding.sha256),
        ("SHA-1", &finding.sha1),
        ("MD5", &finding.md5),
    ] {
        if let Some(digest) = digest {
            text += &row(name, &code(digest));
        }
    }
    text += &row(&prose.word("page-kind"), &html(&kind(prose, finding)));
    if !finding.flags.is_empty() {
        let flags: Vec<String> = finding.flags.iter().map(|flag| code(flag)).collect();
        text += &row(&prose.word("page-flags"), &flags.join(" "));
    }
    text += "</table>\n";
    if let Some(reason) = &finding.reason {
        let code = finding.reason_code.as_deref().unwrap_or_default();
        let head = html(&prose.word("page-not-whole"));
        let reason = words::reason(prose, code, reason);
        text += &format!("<p class=\"alert\">{head} {reason}</p>\n");
    }
    text + "</article>\n"
}

/// One match: how near, what is listed, and what it may lead to.
fn one(prose: &Prose, m: &Match) -> String {
    let near = if m.radius > 0 || m.distance > 0 {
        let values = [
            ("type", value(&m.hash_type)),
            ("distance", m.distance.into()),
            ("radius", m.radius.into()),
        ];
        prose.say("page-near", values)
    } else {
        prose.say("group-exact", [("type", value(&m.hash_type))])
    };
    let mut text = format!("<b>{}</b>", html(&near));
    if let Some(tier) = &m.tier {
        let class = match tier.as_ref() {
            "identical" | "near" => "tier strong",
            _ => "tier",
        };
        text += &format!(
            " <span class=\"{class}\">{}</span>",
            html(&words::tier(prose, tier))
        );
    }
    if let Some(view) = m.view.as_deref().filter(|view| *view != "original") {
        let mut shown = words::view(prose, view);
        if let Some(region) = m.region {
            let sides = region.map(|side| prose.language().decimal(f64::from(side) / 10.0, 1));
            shown += &format!(" ({} %)", sides.join(" / "));
        }
        let view = prose.say("page-view", [("view", plain(&shown).into())]);
        text += &format!("<br>{}", html(&view));
    }
    if let Some(frame) = m.frame.filter(|frame| *frame > 0) {
        let values = [
            ("frame", frame.into()),
            ("time", prose.place(m.ms.unwrap_or(0))),
        ];
        text += &format!("<br>{}", html(&prose.say("page-frame", values)));
    }
    if let Some(track) = m.track {
        text += &format!(
            "<br>{}",
            html(&prose.say("page-track", [("track", track.into())]))
        );
    }
    text += &format!("<br>{}", item(prose, m));
    text += &format!("<br>{}", code(&format!("{}:{}", m.hash_type, m.hash)));
    if let Some(measured) = &m.calibration {
        let measured = rights::of_match(prose, Some(measured));
        let name = prose.word("page-calibration");
        text += &format!("<br>{}: {}", html(&name), html(&measured));
    }
    if let Some(allowed_by) = &m.allowed_by {
        let by = prose.say("match-allowed", [("list", value(allowed_by))]);
        text += &format!("<br>{}", html(&by));
    }
    text
}

/// A listed item, and what its list says about it.
pub(super) fn item(prose: &Prose, m: &Match) -> String {
    let name = match &m.id {
        Some(id) => format!("{}: {id}", m.list),
        None => m.list.clone(),
    };
    let mut text = code(&name);
    for label in m.labels.iter().take(MATCHES_MAX) {
        text += &format!(" <bdi class=\"label\">{}</bdi>", html(&plain(label)));
    }
    if m.labels.len() > MATCHES_MAX {
        let more = m.labels.len() - MATCHES_MAX;
        text += &format!(
            " {}",
            html(&prose.say("page-more", [("count", more.into())]))
        );
    }
    if let Some(severity) = &m.severity {
        text += &format!(" {}", code(severity));
    }
    if let Some(generation) = m.generation {
        let of = prose.say(
            "page-generation-number",
            [("generation", generation.into())],
        );
        text += &format!(" · {}", html(&of));
    }
    if let Some(most) = &m.at_most {
        text += &format!(" · {}", html(&words::at_most(prose, most)));
    }
    if m.opinion.as_deref() == Some("disputed") {
        text += &format!(" <strong>{}</strong>", html(&prose.word("match-disputed")));
    }
    if m.quarantined {
        let quarantined = prose.word("match-quarantined");
        text += &format!(" <strong>{}</strong>", html(&quarantined));
    }
    text
}

/// What the file is: media type, size in bytes, size in pixels, length.
fn kind(prose: &Prose, finding: &Finding) -> String {
    let parts = words::kind(prose, finding);
    let parts = parts.iter().map(|part| format!("\u{2068}{part}\u{2069}"));
    parts.collect::<Vec<_>>().join(" · ")
}
