//! The frame of every page: its head, its navigation, its end; and the page that says why something was not done.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::language::{NAMES, with_prose};
use super::visitor::Visitor;
use crate::cli::args::Language;
use crate::cli::html::html;
use crate::cli::prose::Prose;

/// The places of the navigation, with the messages that name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Queue,
    Lists,
    Overturned,
    Load,
    /// A page that the navigation does not name.
    Elsewhere,
}

const PLACES: [(Place, &str, &str); 4] = [
    (Place::Queue, "/review", "review-queue"),
    (Place::Lists, "/review/lists", "review-lists"),
    (Place::Overturned, "/review/overturned", "review-overturned"),
    (Place::Load, "/review/load", "review-load"),
];

/// A page: `content` is HTML, and `title` is a text.
pub(super) fn page(
    visitor: &Visitor,
    status: StatusCode,
    place: Place,
    write: impl FnOnce(&Prose) -> (String, String),
) -> Response {
    with_prose(visitor.language, |prose| {
        let (title, content) = write(prose);
        let text = frame(prose, visitor, place, &title, &content);
        answer(status, text)
    })
}

/// The page that says why something was not done.
pub(super) fn fault(visitor: &Visitor, status: StatusCode, id: &str) -> Response {
    let said = with_prose(visitor.language, |prose| prose.word(id));
    fault_of(visitor, status, &said)
}

/// [`fault`], with a text of its own.
pub(super) fn fault_of(visitor: &Visitor, status: StatusCode, said: &str) -> Response {
    page(visitor, status, Place::Elsewhere, |prose| {
        let title = prose.word("review-fault");
        let back = html(&prose.word("review-back"));
        let (head, said) = (html(&title), with_code(said));
        let content = format!(
            "<h1>{head}</h1>\n<p class=\"alert\" role=\"alert\">{said}</p>\n<p><a href=\"/review\">{back}</a></p>\n"
        );
        (title, content)
    })
}

fn answer(status: StatusCode, text: String) -> Response {
    let mut response = (status, text).into_response();
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, html);
    response
}

fn frame(prose: &Prose, visitor: &Visitor, place: Place, title: &str, content: &str) -> String {
    let (tag, direction) = match prose.language() {
        Language::En => ("en", "ltr"),
        Language::Fr => ("fr", "ltr"),
        Language::Ar => ("ar", "rtl"),
    };
    let title = html(title);
    let skip = html(&prose.word("review-skip-to-content"));
    let navigation = navigation(prose, visitor, place);
    let languages = languages(prose);
    format!(
        "<!DOCTYPE html>
<html lang=\"{tag}\" dir=\"{direction}\">
<head>
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<meta name=\"color-scheme\" content=\"light dark\">
<meta name=\"robots\" content=\"noindex\">
<title>{title} · basma</title>
<link rel=\"stylesheet\" href=\"/review/style.css\">
<script src=\"/review/app.js\" defer></script>
</head>
<body>
<a class=\"to-content\" href=\"#content\">{skip}</a>
<header class=\"bar\">
<p class=\"product\"><a href=\"/review\">basma</a></p>
{navigation}{languages}</header>
<main id=\"content\" tabindex=\"-1\">
{content}</main>
</body>
</html>
"
    )
}

fn navigation(prose: &Prose, visitor: &Visitor, place: Place) -> String {
    if visitor.caller.is_none() {
        return String::new();
    }
    let label = html(&prose.word("review-navigation"));
    let mut text = format!("<nav aria-label=\"{label}\"><ul>\n");
    for (of, path, id) in PLACES {
        let current = if of == place {
            " aria-current=\"page\""
        } else {
            ""
        };
        let name = html(&prose.word(id));
        text += &format!("<li><a href=\"{path}\"{current}>{name}</a></li>\n");
    }
    text += "</ul></nav>\n";
    let name = prose.say("review-who", [("name", visitor.name().into())]);
    text += &format!("<div class=\"who\"><span>{}</span>", html(&name));
    if visitor.has_keys {
        let (token, leave) = (&visitor.token, html(&prose.word("review-log-out")));
        text += &format!(
            " <form method=\"post\" action=\"/review/logout\">{}<button>{leave}</button></form>",
            token_field(token)
        );
    }
    text + "</div>\n"
}

/// Links to the same page in the other languages.
fn languages(prose: &Prose) -> String {
    let label = html(&prose.word("review-languages"));
    let mut text = format!("<nav class=\"languages\" aria-label=\"{label}\"><ul>\n");
    for (language, tag, name) in NAMES {
        let current = if language == prose.language() {
            " aria-current=\"true\""
        } else {
            ""
        };
        text += &format!(
            "<li><a href=\"?lang={tag}\" lang=\"{tag}\" hreflang=\"{tag}\"{current}>{name}</a></li>\n"
        );
    }
    text + "</ul></nav>\n"
}

/// The field that each form carries.
pub(super) fn token_field(token: &str) -> String {
    format!(
        "<input type=\"hidden\" name=\"token\" value=\"{}\">",
        html(token)
    )
}

/// A number as the language writes it.
pub(super) fn number(prose: &Prose, count: u64) -> String {
    html(&prose.say("page-number", [("number", count.into())]))
}

/// A time, which keeps its order beside text of any direction.
pub(super) fn moment(prose: &Prose, seconds: i64) -> String {
    html(&prose.say("review-span", [("span", prose.moment(seconds))]))
}

/// A text of these messages as HTML: what stands between back-quotes is code.
pub(super) fn with_code(text: &str) -> String {
    let mut parts = text.split('`');
    let mut shown = html(parts.next().unwrap_or_default());
    while let Some(quoted) = parts.next() {
        shown += &format!("<code dir=\"ltr\">{}</code>", html(quoted));
        shown += &html(parts.next().unwrap_or_default());
    }
    shown
}

/// A paragraph of a class, of a text of these messages.
pub(super) fn note(class: &str, text: &str) -> String {
    format!("<p class=\"{class}\">{}</p>\n", with_code(text))
}
