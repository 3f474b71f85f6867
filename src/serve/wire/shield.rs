//! The shape of Arachnid Shield, from the service's own lists.
//!
//! It has three classes. A match whose labels name child sexual abuse is `csam`, any other is `harmful-abusive-material`. What
//! could not be examined has no class.

use std::future::Future;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use basma::hash::{HashType, Pdq};
use basma::matcher::{Match, Tier};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::receive::{self, bad};
use super::within;
use crate::serve::answer::{self, Refusal};
use crate::serve::hma::Coin;
use crate::serve::inspect::Inspected;
use crate::serve::media::{Received, failed};
use crate::serve::service::Service;
use crate::verdict::{Unchecked, Verdict};

/// How many hashes are looked up at a time.
const HASHES_MAX: usize = 10_000;

/// How many near matches of a file are named.
const DETAILS_MAX: usize = 100;

/// The longest error that is put into other words, in bytes.
const ERROR_MAX: usize = 1 << 20;

/// Labels that name child sexual abuse, as lists of hotlines have them: whole words, in small letters.
const CSAM: [&str; 10] = [
    "csam",
    "csai",
    "csem",
    "cam",
    "child-sexual-abuse",
    "iwf",
    "a1",
    "a2",
    "b1",
    "b2",
];

/// What a file shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Class {
    NoKnownMatch,
    HarmfulAbusiveMaterial,
    Csam,
}

impl Class {
    fn of(found: &Match) -> Class {
        let is_csam = found.labels.iter().any(|label| {
            let label = label.to_ascii_lowercase();
            // Labels of some lists are a scheme and a word: `iwf:a1`.
            let mut words = label.split([':', '=', '/']);
            words.any(|word| CSAM.contains(&word))
        });
        if is_csam {
            Class::Csam
        } else {
            Class::HarmfulAbusiveMaterial
        }
    }
}

/// The gravest class of matches, and whether the file itself is listed.
fn class(matches: &[Match]) -> (Class, Option<&'static str>) {
    let class = matches.iter().map(Class::of).max();
    let is_exact = matches.iter().any(|found| found.tier == Tier::Identical);
    let kind = class.map(|_| if is_exact { "exact" } else { "near" });
    (class.unwrap_or(Class::NoKnownMatch), kind)
}

/// A near match. The digests of the listed file are empty: lists of hashes do not name them, and callers are told no hash.
fn detail(found: &Match) -> Value {
    json!({
        "timestamp": found.ms as f64 / 1000.0,
        "sha1_base32": "",
        "sha256_hex": "",
        "classification": Class::of(found),
    })
}

/// `POST /v1/media/`: the file is the body.
pub(super) async fn media(State(service): State<Arc<Service>>, request: Request) -> Response {
    if receive::media_type(request.headers()).is_none() {
        return bad("the media type of the file is needed, as Content-Type").into_response();
    }
    let received = receive::body(request.into_body(), service.body_bytes);
    scanned(&service, received).await
}

#[derive(Deserialize)]
struct ByUrl {
    url: String,
}

/// `POST /v1/url/`: the file is fetched.
pub(super) async fn url(State(service): State<Arc<Service>>, request: Request) -> Response {
    let fetched = async {
        let ByUrl { url } = receive::json(request.into_body()).await?;
        Ok(service.fetch(&url).await?.received)
    };
    scanned(&service, fetched).await
}

/// The answer about a file, once it is there.
async fn scanned(
    service: &Arc<Service>,
    received: impl Future<Output = Result<Received, Refusal>>,
) -> Response {
    let work = async {
        let received = received.await?;
        let bytes = received.bytes();
        Ok((bytes, service.inspect(received).await))
    };
    let (bytes, inspected) = match within(service.deadline, work).await {
        Ok(done) => done,
        Err(refusal) => {
            let verdict = Verdict::from(&refusal);
            let mut response = refusal.into_response();
            verdict.state(service, &mut response);
            return response;
        }
    };
    let mut response = match &inspected.verdict {
        Verdict::NotChecked(unchecked) => not_checked(*unchecked).into_response(),
        verdict => answer::json(StatusCode::OK, &object(bytes, &inspected, verdict)),
    };
    inspected.verdict.state(service, &mut response);
    response
}

fn not_checked(unchecked: Unchecked) -> Refusal {
    let message = format!("the file was not checked: {}", unchecked.code());
    Refusal::new(StatusCode::SERVICE_UNAVAILABLE, message)
}

fn object(bytes: u64, inspected: &Inspected, verdict: &Verdict) -> Value {
    let (class, kind) = class(&inspected.matches);
    let is_known = !matches!(verdict, Verdict::NotExamined(_));
    let near = inspected.matches.iter();
    let near = near.filter(|found| found.tier != Tier::Identical);
    let details: Vec<Value> = near.take(DETAILS_MAX).map(detail).collect();
    let digest = |hash_type| inspected.digest(hash_type);
    let sha1 = digest(HashType::Sha1).map(|digest| base32(digest.as_bytes()));
    json!({
        "size_bytes": bytes,
        "sha1_base32": sha1.unwrap_or_default(),
        "sha256_hex": digest(HashType::Sha256).map(ToString::to_string).unwrap_or_default(),
        "classification": is_known.then_some(class),
        "match_type": kind,
        "near_match_details": details,
    })
}

#[derive(Deserialize)]
struct ByHashes {
    hashes: Vec<String>,
}

/// `POST /v1/pdq/`: hashes in base64, answered by the same text.
pub(super) async fn pdq(
    State(service): State<Arc<Service>>,
    request: Request,
) -> Result<Response, Refusal> {
    let work = async {
        let ByHashes { hashes } = receive::json(request.into_body()).await?;
        if hashes.len() > HASHES_MAX {
            return Err(bad("more than 10000 hashes: ask in several requests"));
        }
        let matcher = service.matcher()?.clone();
        if !matcher.hash_types().contains(&HashType::Pdq) {
            return Err(not_checked(Unchecked::ListsEmpty));
        }
        let parsed = hashes.iter().map(|text| pdq_of(text));
        let parsed = parsed.collect::<Result<Vec<_>, _>>()?;
        let asked: Vec<_> = parsed.into_iter().map(Into::into).collect();
        let noting = service.clone();
        let found = service.work(move |_| {
            let mut found = matcher.lookup_batch(&asked).map_err(failed)?;
            for (hash, found) in asked.iter().zip(&mut found) {
                noting.judge(&mut found.matches);
                noting.note_hash(hash, found);
            }
            Ok(found)
        });
        Ok((hashes, found.await?))
    };
    let (hashes, found) = within(service.deadline, work).await?;
    let toss = Coin::Random.toss();
    let scanned = hashes.into_iter().zip(found).map(|(text, mut found)| {
        service.keep_in_force(&mut found.matches, toss);
        let (class, kind) = class(&found.matches);
        let details = found.matches.first().map(detail);
        let object = json!({
            "classification": class,
            "match_type": kind,
            "near_match_details": details,
        });
        (text, object)
    });
    let scanned: Map<String, Value> = scanned.collect();
    Ok(answer::json(
        StatusCode::OK,
        &json!({ "scanned_hashes": scanned }),
    ))
}

/// A PDQ hash from the base64 of its 32 bytes.
pub(super) fn pdq_of(text: &str) -> Result<Pdq, Refusal> {
    let bytes = STANDARD.decode(text).ok();
    let bytes = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let bytes = bytes.ok_or_else(|| bad("a hash is not the base64 of 32 bytes"))?;
    Ok(Pdq(bytes))
}

/// Bytes in base32, whose length needs no padding.
fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    bytes
        .chunks(5)
        .flat_map(|five| {
            let mut bits = [0; 8];
            bits[3..3 + five.len()].copy_from_slice(five);
            let bits = u64::from_be_bytes(bits);
            (0..8).map(move |place| LETTERS[(bits >> (35 - 5 * place) & 31) as usize] as char)
        })
        .collect()
}

/// An error in its words: `detail` in place of `message`.
pub(super) async fn in_its_words(response: Response) -> Response {
    let kind = receive::media_type(response.headers());
    let (mut parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, ERROR_MAX).await;
    let text = String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned();
    let message = match serde_json::from_str::<Value>(&text) {
        Ok(object) if kind.as_deref() == Some("application/json") => object["message"].clone(),
        // Pages are for people.
        _ if text.is_empty() || text.starts_with('<') => {
            parts.status.canonical_reason().unwrap_or("error").into()
        }
        _ => text.into(),
    };
    let text = json!({ "detail": message }).to_string();
    parts.headers.remove(header::CONTENT_LENGTH);
    let json = header::HeaderValue::from_static("application/json");
    parts.headers.insert(header::CONTENT_TYPE, json);
    Response::from_parts(parts, Body::from(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base32_is_that_of_rfc_4648() {
        assert_eq!(base32(b"fooba"), "MZXW6YTB");
        let sha1 = [0xda, 0x39, 0xa3, 0xee, 0x5e, 0x6b, 0x4b, 0x0d, 0x32, 0x55];
        let sha1 = [
            sha1,
            [0xbf, 0xef, 0x95, 0x60, 0x18, 0x90, 0xaf, 0xd8, 0x07, 0x09],
        ];
        assert_eq!(base32(&sha1.concat()), "3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ");
    }

    #[test]
    fn a_hash_is_32_bytes() {
        let text = STANDARD.encode([7; 32]);
        assert_eq!(pdq_of(&text).unwrap(), Pdq([7; 32]));
        for wrong in ["", "AAAA", &STANDARD.encode([7; 33]), "not base64"] {
            assert!(pdq_of(wrong).is_err(), "{wrong}");
        }
    }
}
