//! For people: matches in full, other files in a line where there is something to say, sums at the end.

use std::collections::BTreeMap;
use std::time::Duration;

use basma::escape;
use basma::hash::Hash;
use basma::hasher::View;
use basma::list::Opinion;
use basma::matcher::{Found, Match};
use basma::scan::{Finding, Status, Summary};

use super::Job;
use crate::cli::prose::{Prose, bytes};

pub(super) fn finding(prose: &Prose, finding: &Finding) -> String {
    let path = escape::path(&finding.path);
    let status = prose.word(&format!("status-{}", finding.status.name()));
    let mut text = match finding.status {
        Status::Matched => format!("{status} {path}\n"),
        Status::Clean if finding.suppressed.is_empty() => return String::new(),
        _ => match &finding.reason {
            Some(reason) => format!("{status} {path}: {reason}\n"),
            None => format!("{status} {path}\n"),
        },
    };
    text += &matches(prose, &finding.matches, &finding.suppressed, finding.more);
    if let (Status::Matched, Some(reason)) = (finding.status, &finding.reason) {
        text += &format!(
            "    {}\n",
            prose.say("match-reason", [("reason", reason.as_str().into())])
        );
    }
    text
}

fn matches(prose: &Prose, found: &[Match], suppressed: &[Match], more: u64) -> String {
    let mut text: String = found.iter().map(|m| matched(prose, m)).collect();
    for m in suppressed {
        text += &matched(prose, m);
        text += &format!("    {}\n", prose.word("match-suppressed"));
    }
    if more > 0 {
        text += &format!(
            "    {}\n",
            prose.say("match-more", [("count", more.into())])
        );
    }
    text
}

/// One line for each hash: type, hash, quality, path.
pub(super) fn hashes(prose: &Prose, finding: &Finding) -> String {
    let path = escape::path(&finding.path);
    let mut text = String::new();
    for print in &finding.prints {
        let view = match print.view {
            View::Original => String::new(),
            view => prose.say("match-view", [("view", view.name().into())]),
        };
        let frame = match finding.frames {
            0 | 1 => String::new(),
            _ => prose.say("match-frame", [("frame", print.frame.into())]),
        };
        let (hash_type, quality) = (print.hash.hash_type(), print.quality);
        text += &format!(
            "{hash_type} {} {quality:>3} {path}{frame}{view}\n",
            print.hash
        );
    }
    for digest in &finding.digests {
        text += &format!("{} {digest}   - {path}\n", digest.hash_type());
    }
    if finding.status != Status::Clean {
        let status = prose.word(&format!("status-{}", finding.status.name()));
        text += &format!(
            "{status} {path}: {}\n",
            finding.reason.as_deref().unwrap_or_default()
        );
    }
    text
}

pub(super) fn lookup(prose: &Prose, hash: &Hash, found: &Found) -> String {
    if found.matches.is_empty() && found.suppressed.is_empty() {
        return prose.say("nothing-found", [("hash", format!("{hash:?}").into())]) + "\n";
    }
    let status = match found.matches.is_empty() {
        true => "status-suppressed",
        false => "status-matched",
    };
    let mut text = format!("{} {hash:?}\n", prose.word(status));
    text += &matches(prose, &found.matches, &found.suppressed, found.more);
    text
}

pub(super) fn summary(prose: &Prose, job: Job, summary: &Summary, time: Duration) -> String {
    let mut lines = vec![prose.say(
        "summary-files",
        [
            ("discovered", summary.discovered.into()),
            ("bytes", bytes(summary.bytes).into()),
            ("seconds", format!("{:.1}", time.as_secs_f64()).into()),
        ],
    )];
    match job {
        Job::Scan => {
            let counts = Status::ALL.map(|status| (status.name(), summary.count(status).into()));
            lines.push(prose.say("summary-counts", counts));
            for (message, counts) in [
                ("summary-by-list", &summary.by_list),
                ("summary-by-label", &summary.by_label),
            ] {
                if !counts.is_empty() {
                    lines.push(prose.say(message, [("counts", list(counts).into())]));
                }
            }
            if summary.suppressed > 0 {
                lines.push(prose.say("summary-suppressed", [("count", summary.suppressed.into())]));
            }
        }
        Job::Hash => {
            let hashed = summary.count(Status::Clean) + summary.count(Status::LowQuality);
            let failed = summary.discovered - hashed;
            let counts = [
                ("discovered", summary.discovered.into()),
                ("hashed", hashed.into()),
                ("failed", failed.into()),
            ];
            lines[0] = prose.say("summary-hash", counts);
        }
    }
    if summary.excluded > 0 {
        lines.push(prose.say("summary-excluded", [("count", summary.excluded.into())]));
    }
    if summary.interrupted {
        lines.push(prose.word("summary-interrupted"));
    }
    lines.join("\n") + "\n"
}

fn matched(prose: &Prose, m: &Match) -> String {
    let id = m.id.as_deref().map(|id| escape::escape(id.as_bytes()));
    let list = escape::escape(m.list.as_bytes());
    let mut how = if m.hash.hash_type().is_perceptual() {
        let values = [
            ("type", m.hash.hash_type().name().into()),
            ("distance", m.distance.into()),
            ("radius", m.radius.into()),
        ];
        prose.say("match-near", values)
    } else {
        prose.say("match-exact", [("type", m.hash.hash_type().name().into())])
    };
    if m.view != View::Original {
        how += &prose.say("match-view", [("view", m.view.name().into())]);
    }
    if m.frame > 0 {
        how += &prose.say("match-frame", [("frame", m.frame.into())]);
    }
    let mut text = match id {
        Some(id) => format!("    {list}: {id}: {how}"),
        None => format!("    {list}: {}: {how}", m.hash),
    };
    if !m.labels.is_empty() {
        text += &format!(" [{}]", escape::escape(m.labels.join(", ").as_bytes()));
    }
    text.push('\n');
    if m.opinion == Opinion::Disputed {
        text += &format!("    {}\n", prose.word("match-disputed"));
    }
    text
}

fn list(counts: &BTreeMap<String, u64>) -> String {
    let counts = counts
        .iter()
        .map(|(name, count)| format!("{} {count}", escape::escape(name.as_bytes())));
    counts.collect::<Vec<_>>().join(", ")
}
