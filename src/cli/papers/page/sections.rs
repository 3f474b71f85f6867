//! The parts of the page beside findings.

use basma::papers::Dossier;

use crate::cli::html::words;
use crate::cli::html::{code, html, paragraph, plain, row};
use crate::cli::prose::Prose;

/// The largest number of rows of one kind: roots, options, lists, gaps.
const ROWS_MAX: usize = 200;

/// A section with a title, and a table of rows if there are any.
pub(super) fn section(prose: &Prose, title: &str, content: &str) -> String {
    let title = html(&prose.word(title));
    format!("<section>\n<h2>{title}</h2>\n{content}</section>\n")
}

pub(super) fn table(rows: &str) -> String {
    format!("<table class=\"facts\">\n{rows}</table>\n")
}

/// A text of the records, in its own direction.
pub(super) fn text(text: &str) -> String {
    format!("<bdi>{}</bdi>", html(&plain(text)))
}

/// A time of the records.
pub(super) fn time(prose: &Prose, time: &str) -> String {
    let values = [("number", words::moment(prose, time))];
    html(&prose.say("page-number", values))
}

pub(super) fn number(prose: &Prose, number: u64) -> String {
    html(&prose.say("page-number", [("number", number.into())]))
}

/// A table under a smaller heading.
fn part(heading: &str, rows: &str) -> String {
    format!(
        "<div class=\"list\">\n<h3>{heading}</h3>\n{}</div>\n",
        table(rows)
    )
}

/// The title, the case, and how to check it.
pub(super) fn head(prose: &Prose, dossier: &Dossier) -> String {
    let head = &dossier.head;
    let mut rows = String::new();
    let mut add = |id: &str, cell: String| rows += &row(&prose.word(id), &cell);
    add("paper-case", code(&dossier.case));
    add("paper-name", text(&dossier.title));
    add("paper-purpose", text(&dossier.purpose));
    add("paper-legal-basis", text(&dossier.legal_basis));
    add("paper-opened", time(prose, &dossier.opened));
    let last = format!(
        "{} · {}",
        number(prose, head.number),
        time(prose, &head.time)
    );
    add("paper-head", last);
    add("paper-head-digest", code(&head.digest));
    let policy = if dossier.two_persons {
        paragraph("note", &prose.word("paper-two-persons"))
    } else {
        String::new()
    };
    let command = format!("basma verify CASE --head {}", head.digest);
    format!(
        "<header>\n<h1>{}</h1>\n{}{}{policy}{}<pre><code>{}</code></pre>\n</header>\n",
        html(&prose.word("paper-title")),
        paragraph("verdict", &prose.word("page-verdict")),
        table(&rows),
        paragraph("note", &prose.word("paper-check")),
        html(&plain(&command)),
    )
}

/// The number of findings by decision.
pub(super) fn result(prose: &Prose, dossier: &Dossier) -> String {
    let tally = &dossier.tally;
    let rows = [
        ("paper-all", tally.findings),
        ("case-standing-confirmed", tally.confirmed),
        ("case-standing-rejected", tally.rejected),
        ("case-standing-escalated", tally.escalated),
        ("case-standing-undecided", tally.undecided),
        ("case-standing-open", tally.open()),
    ];
    let rows = rows.map(|(id, count)| row(&prose.word(id), &number(prose, count)));
    section(prose, "paper-result", &table(&rows.concat()))
}

/// The reports that arrived, with their time limits.
pub(super) fn reports(prose: &Prose, dossier: &Dossier) -> String {
    if dossier.clocks.is_empty() {
        return String::new();
    }
    let reports = dossier.clocks.iter().take(ROWS_MAX).map(|report| {
        let from = match report.reporter.as_str() {
            "victim" => html(&prose.word("paper-reporter-victim")),
            "trusted-flagger" => html(&prose.word("paper-reporter-flagger")),
            "citizen" => html(&prose.word("paper-reporter-citizen")),
            "authority" => html(&prose.word("paper-reporter-authority")),
            other => text(other),
        };
        let mut rows = row(&prose.word("paper-reporter"), &from);
        rows += &row(&prose.word("paper-received"), &time(prose, &report.time));
        rows += &row(&prose.word("paper-channel"), &text(&report.channel));
        if let Some(deadline) = &report.deadline {
            rows += &row(&prose.word("paper-deadline"), &time(prose, deadline));
        }
        part(&record(prose, report.record), &rows)
    });
    section(prose, "paper-reports", &reports.collect::<String>())
}

/// The name of a record.
fn record(prose: &Prose, record: u64) -> String {
    format!(
        "{} {}",
        html(&prose.word("paper-record")),
        number(prose, record)
    )
}

/// What each scan looked through, and what it did not.
pub(super) fn coverage(prose: &Prose, dossier: &Dossier) -> String {
    if dossier.coverage.is_empty() {
        let none = paragraph("alert", &prose.word("paper-coverage-none"));
        return section(prose, "paper-coverage", &none);
    }
    let scans = dossier.coverage.iter().take(ROWS_MAX).map(|coverage| {
        let mut rows = row(
            &prose.word("paper-discovered"),
            &number(prose, coverage.discovered),
        );
        for (status, count) in &coverage.statuses {
            rows += &row(&words::status(prose, status), &number(prose, *count));
        }
        rows += &row(&prose.word("paper-ended"), &time(prose, &coverage.ended));
        let name = prose.say("paper-scan", [("number", coverage.scan.into())]);
        let mut text = part(&html(&name), &rows);
        if coverage.is_interrupted {
            text += &paragraph("alert", &prose.word("page-interrupted"));
        }
        if !coverage.gaps.is_empty() {
            let gaps = coverage.gaps.iter().take(ROWS_MAX);
            let gaps = gaps.map(|(reason, count)| {
                format!(
                    "<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n",
                    code(reason),
                    number(prose, *count)
                )
            });
            let gaps: String = gaps.collect();
            text += &format!(
                "<h4>{}</h4>\n{}",
                html(&prose.word("paper-gaps")),
                table(&gaps)
            );
        }
        text
    });
    section(prose, "paper-coverage", &scans.collect::<String>())
}

pub(super) fn lists(prose: &Prose, dossier: &Dossier) -> String {
    let lists = dossier.lists.iter().take(ROWS_MAX).map(|list| {
        let mut rows = String::new();
        let mut add = |id: &str, cell: String| rows += &row(&prose.word(id), &cell);
        if let Some(generation) = list.generation {
            add("paper-generation", number(prose, generation));
        }
        if let Some(digest) = &list.digest {
            add("paper-list-digest", code(digest));
        }
        match &list.signed_by {
            Some(key) => add("paper-signed", code(key)),
            None => add("paper-signed", html(&prose.word("paper-signed-none"))),
        }
        for (id, said) in [
            ("paper-purpose", &list.purpose),
            ("paper-legal-basis", &list.legal_basis),
        ] {
            if let Some(said) = said {
                add(id, text(said));
            }
        }
        if !list.uses.is_empty() {
            add("page-uses", code(&list.uses.join(", ")));
        }
        if let Some(protects) = &list.protects {
            add("page-protects", html(&words::protects(prose, protects)));
        }
        if let Some(expires) = &list.expires {
            add("paper-expires", time(prose, expires));
        }
        part(&code(&list.name), &rows)
    });
    section(prose, "paper-lists", &lists.collect::<String>())
}

/// The uses of lists that were refused.
pub(super) fn refusals(prose: &Prose, dossier: &Dossier) -> String {
    if dossier.refusals.is_empty() {
        return String::new();
    }
    let each = dossier.refusals.iter().take(ROWS_MAX).map(|refused| {
        let mut rows = String::new();
        let mut add = |id: &str, cell: String| rows += &row(&prose.word(id), &cell);
        add("paper-why", html(&words::refusal(prose, &refused.refusal)));
        let scan = match refused.scan {
            Some(scan) => prose.say("paper-scan", [("number", scan.into())]),
            None => prose.word("paper-refused-before"),
        };
        add("paper-refused-scan", html(&scan));
        add("paper-examiner", text(&refused.by.id));
        for (id, stated) in [
            ("paper-use", &refused.refusal.purpose),
            ("paper-region", &refused.refusal.region),
            ("paper-legal-basis", &refused.refusal.legal_basis),
        ] {
            if let Some(stated) = stated {
                add(id, text(stated));
            }
        }
        part(&time(prose, &refused.time), &rows)
    });
    section(prose, "paper-refused", &each.collect::<String>())
}

/// The measured error of the lists, or that there is none.
pub(super) fn error(prose: &Prose, dossier: &Dossier) -> String {
    if dossier.calibrations.is_empty() {
        let none = paragraph("alert", &prose.word("paper-not-calibrated"));
        return section(prose, "paper-error", &none);
    }
    let each = dossier.calibrations.iter().take(ROWS_MAX).map(|measured| {
        let mut rows = row(&prose.word("paper-measured"), &time(prose, &measured.time));
        if let Some(digest) = &measured.digest {
            rows += &row(&prose.word("paper-list-digest"), &code(digest));
        }
        for (name, value) in measured.statement.iter().take(ROWS_MAX) {
            rows += &format!(
                "<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n",
                code(name),
                code(value)
            );
        }
        part(&code(&measured.list), &rows)
    });
    section(prose, "paper-error", &each.collect::<String>())
}

pub(super) fn scans(prose: &Prose, dossier: &Dossier) -> String {
    let scans = dossier.scans.iter().take(ROWS_MAX).map(|scan| {
        let mut rows = String::new();
        let mut add = |id: &str, cell: String| rows += &row(&prose.word(id), &cell);
        add("paper-started", time(prose, &scan.started));
        add("paper-examiner", text(&scan.by.id));
        add("paper-tool", code(&scan.tool));
        if let Some(binary) = &scan.binary {
            add("paper-binary", code(binary));
        }
        add("paper-sandbox", code(&scan.sandbox));
        let roots = scan.roots.iter().take(ROWS_MAX).map(|root| match root {
            Some(root) => code(root),
            None => html(&prose.word("paper-path-sealed")),
        });
        let roots: Vec<String> = roots.collect();
        add("paper-roots", roots.join("<br/>"));
        let options = scan.options.iter().take(ROWS_MAX);
        let options = options.map(|(name, value)| code(&format!("{name}={value}")));
        let options: Vec<String> = options.collect();
        if !options.is_empty() {
            add("paper-options", options.join("<br/>"));
        }
        let name = prose.say("paper-scan", [("number", scan.record.into())]);
        part(&html(&name), &rows)
    });
    section(prose, "paper-scans", &scans.collect::<String>())
}

pub(super) fn keys(prose: &Prose, dossier: &Dossier) -> String {
    let keys = dossier.keys.iter().take(ROWS_MAX).map(|key| {
        let mut rows = row(&prose.word("paper-examiner"), &text(&key.holder));
        rows += &row(&prose.word("paper-key"), &code(&key.public));
        part(&code(&key.id), &rows)
    });
    section(prose, "paper-keys", &keys.collect::<String>())
}
