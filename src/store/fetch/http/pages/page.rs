//! One page: its bytes, what it says of the next, and the token that it takes to get it.

use serde::Deserialize;
use ureq::http::{HeaderName, StatusCode, header};

use super::super::attempts::Failure;
use super::super::url::FetchUrl;
use super::config::Interface;
use super::{Pages, is_denied, lock};
use crate::error::{FetchProblem, PageFault};
use crate::list::provider::{JsonBroken, Paging, ncmec, stopncii, tat, threatexchange};

/// How long a page may be.
pub(super) const BYTES_MAX: u64 = 64 << 20;

/// A page that can be read.
pub(super) struct Page {
    pub(super) bytes: Vec<u8>,
    pub(super) paging: Paging,
}

/// The token of a session, for interfaces that have one. It is asked for when it is needed, and again when it is no
/// longer good.
pub(super) enum Token {
    /// The credential goes with each request.
    Unneeded,
    /// None yet.
    Wanted,
    /// The value of the header.
    Held(String),
}

/// Where the tokens of Tech Against Terrorism come from, on the same server.
const TAT_TOKENS: &str = "/token-auth/tcap/";

#[derive(Deserialize)]
struct TokenAnswer {
    token: String,
}

impl Token {
    pub(super) fn new(interface: &Interface) -> Token {
        match interface {
            Interface::Tat(_) => Token::Wanted,
            _ => Token::Unneeded,
        }
    }

    /// Asks for a page once, and once more with a new token where the old one is refused.
    pub(super) fn page(&mut self, pages: &Pages<'_>, place: &FetchUrl) -> Result<Page, Failure> {
        let is_new = matches!(self, Token::Wanted);
        match self.ask(pages, place) {
            Err(Failure::Final(problem)) if is_denied(&problem) && self.is_held() && !is_new => {
                *self = Token::Wanted;
                self.ask(pages, place)
            }
            outcome => outcome,
        }
    }

    fn is_held(&self) -> bool {
        matches!(self, Token::Held(_))
    }

    fn ask(&mut self, pages: &Pages<'_>, place: &FetchUrl) -> Result<Page, Failure> {
        if let Token::Wanted = self {
            *self = Token::Held(fetch_token(pages)?);
        }
        let mut ask: Vec<(HeaderName, String)> = pages.headers.clone();
        if let Token::Held(token) = self {
            ask.push((header::AUTHORIZATION, format!("Bearer {token}")));
        }
        let answer = pages.client.get(place, &ask)?;
        let bytes = answer.whole(BYTES_MAX)?;
        match paging(pages.interface, &bytes) {
            Ok(paging) => Ok(Page { bytes, paging }),
            // It may have been cut on its way, and be whole the next time.
            Err(fault) => {
                *lock(&pages.letter) = Some(bytes);
                Err(Failure::Again(FetchProblem::Page { page: 0, fault }, None))
            }
        }
    }
}

fn paging(interface: &Interface, page: &[u8]) -> Result<Paging, PageFault> {
    let (read, ends) = match interface {
        Interface::Ncmec(_) => match ncmec::paging(page) {
            Ok(paging) => (Some(paging), false),
            Err(broken) => (None, broken.ends),
        },
        Interface::ThreatExchange(_) => json(threatexchange::paging(page)),
        Interface::StopNcii(_) => json(stopncii::paging(page)),
        Interface::Tat(_) => json(tat::paging(page)),
        // It is crawled, and has none.
        Interface::Hma(_) => (None, false),
    };
    match (read, ends) {
        (Some(paging), _) => Ok(paging),
        (None, true) => Err(PageFault::Cut),
        (None, false) => Err(PageFault::Broken),
    }
}

fn json(read: Result<Paging, JsonBroken>) -> (Option<Paging>, bool) {
    match read {
        Ok(paging) => (Some(paging), false),
        Err(broken) => (None, broken.ends),
    }
}

/// Signs in with the name and password of the configuration.
fn fetch_token(pages: &Pages<'_>) -> Result<String, Failure> {
    let place = pages.place.at_path(TAT_TOKENS)?;
    let (user, password) = pages.sign_in.as_ref().ok_or(FetchProblem::SignIn)?;
    let body = serde_json::json!({ "username": user, "password": password }).to_string();
    let answer = pages.client.post(&place, &body)?;
    if !matches!(answer.status(), StatusCode::OK | StatusCode::CREATED) {
        return Err(answer.refusal());
    }
    let mut bytes = Vec::new();
    answer.each(0, |chunk| {
        bytes.extend_from_slice(chunk);
        if bytes.len() > 64 << 10 {
            let limit = 64 << 10;
            return Err(Failure::Final(FetchProblem::TooLarge { limit }));
        }
        Ok(())
    })?;
    let read: Option<TokenAnswer> = serde_json::from_slice(&bytes).ok();
    let is_usable =
        |token: &String| !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    let token = read.map(|answer| answer.token).filter(is_usable);
    token.ok_or(Failure::Final(FetchProblem::TokenMissing))
}
