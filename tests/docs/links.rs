//! Links between pages, to headings and to files of the repository.

use std::collections::{BTreeSet, HashMap};
use std::path::{Component, Path, PathBuf};

use crate::page::{Page, ROOT};

/// The text of a page without its code, in which nothing is a link.
fn prose(text: &str) -> String {
    let mut inside = false;
    let lines = text.lines().map(|line| {
        let is_fence = line.starts_with("```");
        inside ^= is_fence;
        let kept = if inside || is_fence { "" } else { line };
        // Odd pieces stand between backquotes.
        let pieces: Vec<&str> = kept.split('`').step_by(2).collect();
        pieces.join(" ")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The targets of `[text](target)` and `![text](target)`.
fn targets(text: &str) -> Vec<String> {
    let prose = prose(text);
    let starts = prose.match_indices("](").map(|(at, _)| at + 2);
    starts
        .map(|at| prose[at..].split(')').next().unwrap_or_default().to_owned())
        .collect()
}

/// The anchors of a page, as mdBook and GitHub make them of headings.
fn anchors(text: &str) -> Vec<String> {
    let mut inside = false;
    let mut found: Vec<String> = Vec::new();
    for line in text.lines() {
        inside ^= line.starts_with("```");
        let heading = line.trim_start_matches('#');
        if inside || heading.len() == line.len() || !heading.starts_with(' ') {
            continue;
        }
        let name = heading.trim().to_lowercase();
        let kept = name.chars().filter_map(|c| match c {
            ' ' => Some('-'),
            c => (c.is_alphanumeric() || matches!(c, '-' | '_')).then_some(c),
        });
        found.push(kept.collect());
    }
    found
}

/// A path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                assert!(plain.pop(), "{} leaves the repository", path.display())
            }
            Component::CurDir => {}
            part => plain.push(part),
        }
    }
    plain
}

#[test]
fn every_link_leads_somewhere() {
    let pages = Page::all();
    let anchors: HashMap<&Path, Vec<String>> = pages
        .iter()
        .map(|page| (page.path.as_path(), anchors(&page.text)))
        .collect();
    let mut dead = Vec::new();
    for page in &pages {
        for target in targets(&page.text) {
            if target.starts_with("https://") || target.starts_with("mailto:") {
                continue;
            }
            let (file, anchor) = target.split_once('#').unwrap_or((&target, ""));
            let path = match file {
                "" => page.path.clone(),
                file => plain(&page.path.parent().unwrap().join(file)),
            };
            let is_there = Path::new(ROOT).join(&path).exists();
            let has_anchor = anchor.is_empty()
                || anchors
                    .get(path.as_path())
                    .is_some_and(|all| all.iter().any(|a| a == anchor));
            // A reader of the book has the book alone: its pages link to each other and to pictures beside them.
            let leaves_the_book =
                page.path.starts_with("docs/src") && !path.starts_with("docs/src");
            if !is_there || !has_anchor || leaves_the_book {
                dead.push(format!("{}: {target}", page.name()));
            }
        }
    }
    assert!(dead.is_empty(), "{dead:#?}");
}

#[test]
fn headings_of_one_page_have_names_of_their_own() {
    for page in Page::all() {
        let all = anchors(&page.text);
        let distinct: BTreeSet<&String> = all.iter().collect();
        assert_eq!(all.len(), distinct.len(), "{}: {all:?}", page.name());
    }
}

#[test]
fn the_summary_names_every_page_once() {
    let summary = Page::read("docs/src/SUMMARY.md");
    let mut named = targets(&summary.text);
    named.sort();
    let pages = Page::all();
    let of_book = pages
        .iter()
        .filter_map(|page| page.path.strip_prefix("docs/src").ok());
    let mut held: Vec<String> = of_book.map(|path| path.display().to_string()).collect();
    held.retain(|path| path != "SUMMARY.md");
    held.sort();
    assert_eq!(named, held);
}

#[test]
fn the_readme_is_short() {
    let readme = Page::read("README.md");
    assert!(readme.text.lines().count() <= 120);
}

#[test]
fn targets_and_anchors_are_seen() {
    let text =
        "# A b\n[x](y.md#z) `[no](code)`\n```\n[no](code)\n# no\n```\n## `c.d`: *e*\n![p](q.svg)\n";
    assert_eq!(targets(text), ["y.md#z", "q.svg"]);
    assert_eq!(anchors(text), ["a-b", "cd-e"]);
}
