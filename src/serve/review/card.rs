//! A case as people see it: what matched, how near, what the list says, what was done, and what can be done.

use axum::http::Uri;
use basma::report::{Finding, Match};
use basma::store::Terms;

use super::case::{Case, EntryName, Origin, Sighting, State};
use super::page::{moment, number};
use super::scale::scale;
use super::visitor::Visitor;
use crate::cli::html::{code, html, paragraph, plain, row, value, words};
use crate::cli::prose::Prose;

/// The number of files that a card of the queue shows.
const FILES_MAX: usize = 3;

/// The number of matches that are shown of one file.
const MATCHES_MAX: usize = 5;

/// What cards need beside their case.
pub(super) struct Desk<'a> {
    pub(super) prose: &'a Prose,
    pub(super) visitor: &'a Visitor,
    /// The terms of the store's lists.
    pub(super) lists: &'a [Terms],
    /// Which pages of the queue a decision leads back to.
    pub(super) show: &'a str,
    /// Whether a file can be shown.
    pub(super) has_picture: &'a dyn Fn(&Sighting) -> bool,
    /// What shows pictures clearly, as a query; without it they are blurred.
    pub(super) clear: Option<&'a str>,
    /// Whether everything of a case is shown.
    pub(super) is_whole: bool,
}

impl Desk<'_> {
    /// The card of a case.
    pub(super) fn card(&self, case: &Case) -> String {
        let id = html(&case.id);
        let level = if self.is_whole { "h1" } else { "h2" };
        let name = case.leading().map(name_of).unwrap_or_default();
        let mut text = format!(
            "<article class=\"case cluster\" id=\"{id}\" tabindex=\"-1\" aria-labelledby=\"name-{id}\">\n\
             <div class=\"head\"><{level} id=\"name-{id}\"><a href=\"/review/case/{id}\">{}</a></{level}> {}</div>\n",
            code(&name),
            self.state(case.state)
        );
        if let Some(m) = case.leading() {
            text += &self.facts(case, m);
        }
        text += &self.files(case);
        text += &self.history(case);
        if self.visitor.caller.is_some() {
            text += &self.form(case);
        }
        text + "</article>\n"
    }

    /// How a case stands, as a badge.
    pub(super) fn state(&self, state: State) -> String {
        let name = state.name();
        let said = html(&self.prose.word(&format!("review-state-{name}")));
        format!("<span class=\"state {name}\">{said}</span>")
    }

    /// The best match, and what its list says about it.
    fn facts(&self, case: &Case, m: &Match) -> String {
        let prose = self.prose;
        let near = near(prose, m);
        let mut text = format!("<p class=\"near\"><b>{}</b>", html(&near));
        if let Some(tier) = &m.tier {
            let class = match tier.as_ref() {
                "identical" | "near" => "tier strong",
                _ => "tier",
            };
            let tier = html(&words::tier(prose, tier));
            text += &format!(" <span class=\"{class}\">{tier}</span>");
        }
        text += "</p>\n";
        text += &scale(&near, m.distance, m.radius);
        text += "<table>\n";
        let mut add = |id: &str, cell: String| text += &row(&prose.word(id), &cell);
        add("review-list", code(&m.list));
        let terms = self.lists.iter().find(|terms| terms.list == m.list);
        match terms {
            Some(terms) => add(
                "page-purpose",
                format!("<bdi>{}</bdi>", html(&plain(&terms.purpose))),
            ),
            None => add("page-purpose", html(&prose.word("review-list-unknown"))),
        }
        if let Some(id) = &m.id {
            add("review-entry", code(id));
        }
        add("review-hash", code(&format!("{}:{}", m.hash_type, m.hash)));
        if let Some(view) = view(prose, m) {
            add("review-view", html(&view));
        }
        if let Some(frame) = m.frame.filter(|frame| *frame > 0) {
            let values = [
                ("frame", frame.into()),
                ("time", prose.place(m.ms.unwrap_or(0))),
            ];
            add("review-frame", html(&prose.say("page-frame", values)));
        }
        if let Some(clip) = &m.clip {
            let values = [
                ("covered", prose.place(clip.covered_ms)),
                ("listed", prose.place(clip.listed_covered_ms)),
            ];
            add("review-clip", html(&prose.say("page-clip-covered", values)));
        }
        let labels = labels(m);
        if !labels.is_empty() {
            add("review-labels", labels);
        }
        if let Some(severity) = &m.severity {
            add("review-severity", code(severity));
        }
        if let Some(generation) = m.generation {
            add("page-generation", number(prose, generation));
        }
        let most = m
            .at_most
            .as_deref()
            .or(terms.map(|terms| terms.at_most.name()));
        if let Some(most) = most {
            add("page-at-most", html(&words::at_most(prose, most)));
        }
        if m.opinion.as_deref() == Some("disputed") {
            let disputed = html(&prose.word("match-disputed"));
            add("review-opinion", format!("<strong>{disputed}</strong>"));
        }
        add("review-cluster", code(&case.id));
        text + "</table>\n"
    }

    fn files(&self, case: &Case) -> String {
        let prose = self.prose;
        let held = case.sightings.len();
        let shown = if self.is_whole {
            held
        } else {
            held.min(FILES_MAX)
        };
        let count = [("count", (held as u64 + case.more).into())];
        let level = if self.is_whole { "h2" } else { "h3" };
        let title = html(&prose.say("review-files", count));
        let mut text = format!("<{level}>{title}</{level}>\n<ul class=\"files\">\n");
        for (place, seen) in case.sightings.iter().take(shown).enumerate() {
            text += "<li>";
            text += &self.picture(case, place, seen);
            text += &self.file(seen);
            text += "</li>\n";
        }
        text += "</ul>\n";
        let hidden = held - shown;
        if hidden > 0 {
            let more = html(&prose.say("review-files-more", [("count", hidden.into())]));
            text += &format!(
                "<p><a href=\"/review/case/{}\">{more}</a></p>\n",
                html(&case.id)
            );
        }
        if case.more > 0 {
            let more = prose.say("review-files-counted", [("count", case.more.into())]);
            text += &paragraph("alert", &more);
        }
        text
    }

    fn picture(&self, case: &Case, place: usize, seen: &Sighting) -> String {
        if !(self.has_picture)(seen) {
            return String::new();
        }
        let (class, id) = match self.clear {
            Some(_) => ("clear", "review-picture-clear"),
            None => ("blurred", "review-picture-blurred"),
        };
        let query = self
            .clear
            .map(|query| format!("?{query}"))
            .unwrap_or_default();
        let alt = html(&self.prose.word(id));
        let source = format!("/review/picture/{}/{place}{query}", case.id);
        // The address is made here alone, of a checked name and of what was sealed.
        debug_assert!(source.parse::<Uri>().is_ok());
        format!(
            "<img class=\"{class}\" loading=\"lazy\" alt=\"{alt}\" src=\"{}\">",
            html(&source)
        )
    }

    fn file(&self, seen: &Sighting) -> String {
        let prose = self.prose;
        let finding = &seen.finding;
        let name = match seen.origin {
            _ if !finding.path.is_empty() => code(&finding.path),
            Origin::LookUp => html(&prose.word("review-by-look-up")),
            Origin::Scan => html(&prose.word("review-by-scan")),
        };
        let mut text = format!("<p class=\"name\">{name}</p>\n");
        text += &format!("<p class=\"note\">{}</p>\n", kind(prose, finding));
        if self.is_whole {
            text += &self.matches(finding);
        }
        // Who decides has to compare, wherever that is.
        if !finding.authentic.is_empty() {
            text += &paragraph("alert", &prose.word("match-authentic-too"));
            text += &self.listed(&finding.authentic);
        }
        if self.is_whole {
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
            for hash in finding.hashes.iter().take(MATCHES_MAX) {
                text += &row(&plain(&hash.hash_type), &code(&hash.hash));
            }
            text += &row(&prose.word("review-seen"), &moment(prose, seen.at));
            text += "</table>\n";
        }
        if let Some(reason) = &finding.reason {
            let head = html(&prose.word("page-not-whole"));
            let code = finding.reason_code.as_deref().unwrap_or_default();
            let reason = words::reason(prose, code, reason);
            text += &format!("<p class=\"alert\">{head} {reason}</p>\n");
        }
        text
    }

    /// The matches of one file.
    fn matches(&self, finding: &Finding) -> String {
        let prose = self.prose;
        let mut text = self.listed(&finding.matches);
        let more = finding.matches.len().saturating_sub(MATCHES_MAX) as u64 + finding.more;
        if more > 0 {
            text += &paragraph(
                "note",
                &prose.say("page-matches-more", [("count", more.into())]),
            );
        }
        text
    }

    /// What a file is near to.
    fn listed(&self, matches: &[Match]) -> String {
        let prose = self.prose;
        let mut text = "<ul class=\"matches\">\n".to_owned();
        for m in matches.iter().take(MATCHES_MAX) {
            text += &format!("<li>{} · {}", code(&name_of(m)), html(&near(prose, m)));
            if let Some(view) = view(prose, m) {
                text += &format!(" · {}", html(&view));
            }
            text += "</li>\n";
        }
        text + "</ul>\n"
    }

    /// What people did.
    fn history(&self, case: &Case) -> String {
        if case.steps.is_empty() {
            return String::new();
        }
        let prose = self.prose;
        let level = if self.is_whole { "h2" } else { "h3" };
        let title = html(&prose.word("review-history"));
        let mut text = format!("<{level}>{title}</{level}>\n<ol class=\"steps\">\n");
        for done in &case.steps {
            let step = &done.step;
            let values = [("by", value(&step.by)), ("time", prose.moment(step.at))];
            let said = html(&prose.say(&format!("review-done-{}", step.act.name()), values));
            let class = if done.is_undone {
                " class=\"undone\""
            } else {
                ""
            };
            text += &format!("<li{class}>{said}");
            if !step.reason.is_empty() {
                text += &format!(" <q><bdi>{}</bdi></q>", html(&plain(&step.reason)));
            }
            if let Some(list) = step.changes.first() {
                let lists = step
                    .changes
                    .iter()
                    .filter(|change| change.list == list.list);
                let id = if list.is_added {
                    "review-change-added"
                } else {
                    "review-change-withdrawn"
                };
                let values = [("list", value(&list.list)), ("count", lists.count().into())];
                text += &format!(" {}", html(&prose.say(id, values)));
            }
            text += "</li>\n";
        }
        text + "</ol>\n"
    }
}

/// How near a file is, in words.
fn near(prose: &Prose, m: &Match) -> String {
    if m.radius == 0 && m.distance == 0 {
        return prose.say("group-exact", [("type", value(&m.hash_type))]);
    }
    let values = [
        ("type", value(&m.hash_type)),
        ("distance", m.distance.into()),
        ("radius", m.radius.into()),
    ];
    prose.say("page-near", values)
}

/// The view that was hashed, and the part of the picture.
fn view(prose: &Prose, m: &Match) -> Option<String> {
    let view = m.view.as_deref().filter(|view| *view != "original")?;
    let mut shown = words::view(prose, view);
    if let Some(region) = m.region {
        let sides = region.map(|side| prose.language().decimal(f64::from(side) / 10.0, 1));
        shown += &format!(" (\u{2068}{} %\u{2069})", sides.join(" / "));
    }
    Some(shown)
}

fn labels(m: &Match) -> String {
    let labels = m.labels.iter().take(20);
    let labels = labels.map(|label| format!("<bdi class=\"label\">{}</bdi>", html(&plain(label))));
    labels.collect::<Vec<_>>().join(" ")
}

fn name_of(m: &Match) -> String {
    name(&EntryName::of(m))
}

/// An entry as people name it: its list, and its id or else its hash.
pub(super) fn name(entry: &EntryName) -> String {
    match &entry.id {
        Some(id) => format!("{}: {id}", entry.list),
        None => format!("{}: {}:{}", entry.list, entry.hash_type, entry.hash),
    }
}

/// What a file is: media type, size in bytes, size in pixels, length.
fn kind(prose: &Prose, finding: &Finding) -> String {
    let parts = words::kind(prose, finding);
    let parts = parts
        .iter()
        .map(|part| format!("<bdi class=\"part\">{}</bdi>", html(part)));
    parts.collect::<Vec<_>>().join(" · ")
}
