//! Findings of `basma scan --format jsonl`, into the queue: all of a file, or nothing.

use std::fs::File;
use std::io::{BufReader, Seek as _, Write as _};
use std::path::Path;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use basma::error::{Action, Problem};
use basma::matcher::Cluster;
use basma::report::{Finding, Line};
use basma::{Error, Result, escape};

use super::case::Origin;
use super::language::with_prose;
use super::page::{Place, fault, fault_of, note, page, token_field};
use super::queue::{Queue, Taken};
use super::visitor::Visitor;
use crate::cli::html::{html, paragraph};
use crate::cli::page::lines::Lines;
use crate::cli::prose::Prose;
use crate::serve::decide::now;
use crate::serve::form::{Form, Part};
use crate::serve::service::Service;

/// The longest line, in bytes. The line of an hour of video has a few.
const LINE_BYTES_MAX: u64 = 16 << 20;

/// What became of the findings of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Loaded {
    added: u64,
    known: u64,
    counted: u64,
    left_out: u64,
    no_match: u64,
    /// Whether the file ends within a line, as a killed scan leaves it.
    is_cut: bool,
}

/// Loads a file that the operator named.
pub(super) fn file(queue: &Queue, path: &Path) -> Result<Loaded> {
    let failed = |source| Error::Io {
        action: Action::Open,
        path: path.to_owned(),
        source,
    };
    let name = escape::path(path).into_owned();
    let file = File::open(path).map_err(failed)?;
    if !file.metadata().map_err(failed)?.is_file() {
        return Err(Problem::NotRegularFile { path: name }.into());
    }
    load(queue, &file, &name)
}

/// Reads a file twice: a file with one wrong line must not be loaded in part.
fn load(queue: &Queue, mut file: &File, name: &str) -> Result<Loaded> {
    each(file, name, |_| {})?;
    let rewound = file.rewind();
    rewound.map_err(|source| Error::Io {
        action: Action::Read,
        path: name.into(),
        source,
    })?;
    let (mut loaded, at) = (Loaded::default(), now());
    loaded.is_cut = each(file, name, |finding| {
        let count = match queue.see(finding, Origin::Scan, at) {
            Taken::Added => &mut loaded.added,
            Taken::Known => &mut loaded.known,
            Taken::Counted => &mut loaded.counted,
            Taken::LeftOut | Taken::TooLarge | Taken::NoCluster => &mut loaded.left_out,
            Taken::NoMatch => &mut loaded.no_match,
        };
        *count += 1;
    })?;
    queue.flush()?;
    Ok(loaded)
}

/// Hands on each finding; whether the file ends within a line.
fn each(file: &File, name: &str, mut take: impl FnMut(Finding)) -> Result<bool> {
    let reader = Box::new(BufReader::new(file));
    let mut lines = Lines::new(reader, name.to_owned(), LINE_BYTES_MAX);
    let mut is_empty = true;
    while let Some(line) = lines.next()? {
        is_empty = false;
        match line {
            Line::Finding(finding) if finding.status.is_some() => {
                let cluster = finding.cluster.as_deref();
                let has_cluster = cluster.is_some_and(|name| name.parse::<Cluster>().is_ok());
                if !finding.matches.is_empty() && !has_cluster {
                    return Err(lines.wrong("a finding with matches and without a cluster"));
                }
                take(*finding);
            }
            Line::Summary(_) | Line::RematchSummary(_) | Line::Refused(_) => {}
            other => return Err(of_another_command(&other, &lines)),
        }
    }
    if is_empty && !lines.is_cut {
        let file = lines.file.clone();
        return Err(Problem::ReportEmpty { file }.into());
    }
    Ok(lines.is_cut)
}

fn of_another_command(line: &Line, lines: &Lines<'_>) -> Error {
    let (file, number) = (lines.file.clone(), lines.number);
    let problem = match line {
        Line::Finding(_) => Problem::ReportOfHashes { file, line: number },
        _ => Problem::ReportOfLookup { file, line: number },
    };
    problem.into()
}

/// The page with the form.
pub(super) async fn form(State(service): State<Arc<Service>>, visitor: Visitor) -> Response {
    if let Err(refused) = service.review.queue(&visitor) {
        return *refused;
    }
    page(&visitor, StatusCode::OK, Place::Load, |prose| {
        let title = prose.word("review-load");
        let text = format!("<h1>{}</h1>\n{}", html(&title), fields(prose, &visitor));
        (title, text)
    })
}

fn fields(prose: &Prose, visitor: &Visitor) -> String {
    let (label, load) = (
        prose.word("review-load-file"),
        prose.word("review-load-now"),
    );
    format!(
        "{}<form class=\"plain\" method=\"post\" action=\"/review/load\" enctype=\"multipart/form-data\">\n{}\
         <p><label for=\"findings\">{}</label> <input id=\"findings\" type=\"file\" name=\"findings\" required></p>\n\
         <p><button class=\"main\">{}</button></p>\n</form>\n",
        note("note", &prose.word("review-load-note")),
        token_field(&visitor.token),
        html(&label),
        html(&load)
    )
}

/// Takes a file of findings.
pub(super) async fn sent(
    State(service): State<Arc<Service>>,
    visitor: Visitor,
    request: Request,
) -> Response {
    let queue = match service.review.queue(&visitor) {
        Ok(queue) => queue.clone(),
        Err(refused) => return *refused,
    };
    let bad = || fault(&visitor, StatusCode::BAD_REQUEST, "review-fault-form");
    let Ok(mut parts) = Form::of(&service, request).await else {
        return bad();
    };
    let token = match parts.next_part().await {
        Ok(Some(field)) if field.name() == Some("token") => limited(field).await,
        _ => return bad(),
    };
    let is_own = token.is_some_and(|token| visitor.owns(&service, &token));
    if !is_own {
        return fault(&visitor, StatusCode::FORBIDDEN, "review-fault-token");
    }
    let Ok(Some(mut field)) = parts.next_part().await else {
        return bad();
    };
    if field.name() != Some("findings") {
        return bad();
    }
    let name = field.file_name().unwrap_or_default().to_owned();
    let no_room = || {
        fault(
            &visitor,
            StatusCode::INSUFFICIENT_STORAGE,
            "review-fault-room",
        )
    };
    let Ok(mut file) = tempfile::tempfile() else {
        return no_room();
    };
    let mut bytes = 0_u64;
    loop {
        let chunk = match field.chunk().await {
            Ok(Some(chunk)) => chunk,
            Ok(None) => break,
            Err(_) => return bad(),
        };
        bytes += chunk.len() as u64;
        if bytes > service.body_bytes {
            return fault(
                &visitor,
                StatusCode::PAYLOAD_TOO_LARGE,
                "review-fault-large",
            );
        }
        if file.write_all(&chunk).is_err() {
            return no_room();
        }
    }
    let loaded = tokio::task::spawn_blocking(move || {
        file.rewind().map_err(|source| Error::Io {
            action: Action::Read,
            path: "findings".into(),
            source,
        })?;
        load(&queue, &file, &escape::message(&name))
    });
    match loaded.await {
        Ok(Ok(loaded)) => told(&visitor, loaded),
        Ok(Err(error)) => {
            let said = with_prose(visitor.language, |prose| prose.error(&error));
            fault_of(&visitor, StatusCode::BAD_REQUEST, &said)
        }
        Err(_) => fault(
            &visitor,
            StatusCode::INTERNAL_SERVER_ERROR,
            "review-fault-form",
        ),
    }
}

/// A short field as text.
async fn limited(mut field: Part<'_>) -> Option<String> {
    let mut text = Vec::new();
    while let Some(chunk) = field.chunk().await.ok()? {
        text.extend_from_slice(&chunk);
        if text.len() > 256 {
            return None;
        }
    }
    String::from_utf8(text).ok()
}

fn told(visitor: &Visitor, loaded: Loaded) -> Response {
    page(visitor, StatusCode::OK, Place::Load, |prose| {
        let title = prose.word("review-load");
        let mut text = format!("<h1>{}</h1>\n<div role=\"status\">\n", html(&title));
        let counts = [
            ("review-loaded-added", loaded.added, true),
            ("review-loaded-known", loaded.known, false),
            ("review-loaded-counted", loaded.counted, false),
            ("review-loaded-no-match", loaded.no_match, false),
        ];
        for (id, count, is_always) in counts {
            if count > 0 || is_always {
                text += &paragraph("", &prose.say(id, [("count", count.into())]));
            }
        }
        if loaded.left_out > 0 {
            let count = [("count", loaded.left_out.into())];
            text += &paragraph("alert", &prose.say("review-loaded-left-out", count));
        }
        if loaded.is_cut {
            text += &paragraph("alert", &prose.word("page-cut"));
        }
        let open = html(&prose.word("review-to-queue"));
        text += &format!("</div>\n<p><a href=\"/review\">{open}</a></p>\n");
        text += &fields(prose, visitor);
        (title, text)
    })
}
