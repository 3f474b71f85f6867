//! Which language a visitor reads.

use std::cell::RefCell;

use axum::http::{HeaderMap, HeaderValue, Uri, header};
use clap::ValueEnum as _;

use super::visitor::cookie;
use crate::cli::args::Language;
use crate::cli::prose::Prose;

/// The cookie that keeps the choice.
const COOKIE: &str = "basma_language";

/// The languages with their own names.
pub(super) const NAMES: [(Language, &str, &str); 3] = [
    (Language::En, "en", "English"),
    (Language::Fr, "fr", "Français"),
    (Language::Ar, "ar", "العربية"),
];

fn named(name: &str) -> Option<Language> {
    Language::from_str(name, true).ok()
}

/// The choice that an address makes: `?lang=`.
pub(super) fn chosen(uri: &Uri) -> Option<Language> {
    let mut pairs = uri
        .query()?
        .split('&')
        .filter_map(|pair| pair.split_once('='));
    pairs
        .find(|(name, _)| *name == "lang")
        .and_then(|(_, name)| named(name))
}

/// The language of a request: the choice of its address, the one that was made before, what the browser prefers.
pub(super) fn of_request(uri: &Uri, headers: &HeaderMap) -> Language {
    let kept = || cookie(headers, COOKIE).and_then(named);
    chosen(uri)
        .or_else(kept)
        .or_else(|| preferred(headers))
        .unwrap_or(Language::En)
}

/// The first of the languages that the browser prefers most.
fn preferred(headers: &HeaderMap) -> Option<Language> {
    let text = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut best: Option<(f32, Language)> = None;
    for range in text.split(',') {
        let (tag, weight) = range.split_once(";q=").unwrap_or((range, "1"));
        let name = tag.trim().split('-').next().unwrap_or_default();
        let weight: f32 = weight.trim().parse().unwrap_or(0.0);
        if let Some(language) = named(name)
            && weight > best.map_or(0.0, |(known, _)| known)
        {
            best = Some((weight, language));
        }
    }
    best.map(|(_, language)| language)
}

/// Keeps a choice.
pub(super) fn cookie_of(language: Language) -> HeaderValue {
    let (_, tag, _) = NAMES[language as usize];
    let text = format!("{COOKIE}={tag}; Path=/review; Max-Age=31536000; HttpOnly; SameSite=Strict");
    HeaderValue::from_str(&text).expect("ASCII")
}

thread_local! {
    static PROSE: RefCell<[Option<Prose>; 3]> = const { RefCell::new([None, None, None]) };
}

/// Says something in a language. Messages are read once for each thread.
pub(super) fn with_prose<T>(language: Language, say: impl FnOnce(&Prose) -> T) -> T {
    let prose = PROSE.with_borrow_mut(|all| {
        let prose = &mut all[language as usize];
        prose.get_or_insert_with(|| Prose::new(language)).for_page()
    });
    say(&prose)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_wins_then_the_choice_then_the_browser() {
        let of = |uri: &str, kept: &'static str, accepted: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, HeaderValue::from_static(kept));
            headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(accepted));
            of_request(&uri.parse().unwrap(), &headers)
        };
        assert_eq!(of("/review", "", ""), Language::En);
        assert_eq!(of("/review", "", "de, fr-CH;q=0.7, ar;q=0.9"), Language::Ar);
        assert_eq!(of("/review", "a=b; basma_language=fr", "ar"), Language::Fr);
        assert_eq!(
            of("/review?lang=en", "basma_language=fr", "ar"),
            Language::En
        );
        assert_eq!(
            of("/review?lang=xx", "basma_language=yy", "fr;q=x"),
            Language::En
        );
    }

    #[test]
    fn each_language_keeps_itself() {
        for (language, tag, _) in NAMES {
            let text = cookie_of(language);
            assert!(
                text.to_str()
                    .unwrap()
                    .starts_with(&format!("{COOKIE}={tag};"))
            );
        }
    }
}
