//! Soft-binding resolution of C2PA: from a picture, or its hash, to the credentials of the original that it is a copy of.
//!
//! Originals stand in lists of what is allowed, and in entries that a list says are off its subject. An entry names its manifest
//! by its id or a label, and where the manifest is by a label.

use std::sync::Arc;

use axum::extract::{Query, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use basma::hash::Hash;
use basma::hasher::Fingerprint;
use basma::list::Opinion;
use basma::matcher::Match;
use basma::scan::{Finding, Status};
use serde::Deserialize;
use serde_json::{Value, json};

use super::receive::{self, bad};
use super::shield::pdq_of;
use super::within;
use crate::serve::answer::{self, Refusal};
use crate::serve::caller::Caller;
use crate::serve::media::{failed, hash_here};
use crate::serve::service::Service;
use crate::verdict::{Judgement, Verdict};

/// The name of PDQ among soft bindings: the public list of algorithms has none. A value is the 32 bytes of the hash.
const ALGORITHM: &str = "basma.pdq.1";

/// The longest value in a URL, in bytes.
const VALUE_MAX: usize = 1024;

/// How many results there are, unless the caller says otherwise, and at most.
const RESULTS: usize = 10;
const RESULTS_MAX: usize = 100;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ByBinding {
    alg: Option<String>,
    value: Option<String>,
    max_results: Option<String>,
}

#[derive(Deserialize)]
struct Binding {
    alg: String,
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ByContent {
    alg: Option<String>,
    max_results: Option<String>,
    hint_alg: Option<String>,
    hint_value: Option<String>,
}

/// `GET /services/supportedAlgorithms`
pub(super) async fn algorithms() -> Response {
    let object = json!({ "watermarks": [], "fingerprints": [{ "alg": ALGORITHM }] });
    answer::json(StatusCode::OK, &object)
}

/// `GET /manifests/ID`: manifests are elsewhere, where `endpoint` says.
pub(super) async fn manifest() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "no manifest is kept here")
}

/// `GET /matches/byBinding`
pub(super) async fn by_binding(
    State(service): State<Arc<Service>>,
    caller: Caller,
    Query(asked): Query<ByBinding>,
) -> Result<Response, Refusal> {
    let value = asked.value.ok_or_else(|| bad("value is needed"))?;
    if value.len() > VALUE_MAX {
        let message = "the value is too long; use POST";
        return Err(Refusal::new(StatusCode::URI_TOO_LONG, message));
    }
    let alg = asked.alg.ok_or_else(|| bad("alg is needed"))?;
    let most = most(asked.max_results.as_deref())?;
    bound(&service, &caller, &Binding { alg, value }, most).await
}

/// `POST /matches/byBinding`
pub(super) async fn by_large_binding(
    State(service): State<Arc<Service>>,
    caller: Caller,
    Query(asked): Query<ByBinding>,
    request: Request,
) -> Result<Response, Refusal> {
    let most = most(asked.max_results.as_deref())?;
    let binding = within(service.deadline, receive::json(request.into_body())).await?;
    bound(&service, &caller, &binding, most).await
}

/// `POST /matches/byContent`: the file is the body.
pub(super) async fn by_content(
    State(service): State<Arc<Service>>,
    caller: Caller,
    Query(asked): Query<ByContent>,
    request: Request,
) -> Result<Response, Refusal> {
    let most = most(asked.max_results.as_deref())?;
    if let Some(alg) = &asked.alg {
        check(alg)?;
    }
    // A hint by another algorithm is of no use here.
    let hint = asked.hint_alg.filter(|alg| alg == ALGORITHM);
    let hint = hint.and(asked.hint_value).as_deref().map(pdq_of);
    let hint = hint.transpose()?;
    let kind = receive::media_type(request.headers()).unwrap_or_default();
    if !["image/", "video/", "application/"]
        .iter()
        .any(|of| kind.starts_with(of))
    {
        return Err(other_type());
    }
    let work = async {
        let received = receive::body(request.into_body(), service.body_bytes).await?;
        let bytes = received.bytes();
        let of = service.clone();
        let work = move |stop| {
            let hasher = of.hasher();
            let fingerprint = hash_here(hasher, received, stop)?;
            of.originals(bytes, &fingerprint, hint.map(Into::into))
        };
        service.work(work).await
    };
    let (found, verdict) = within(service.deadline, work).await?;
    let mut response = results(&caller, &found, most).into_response();
    verdict.state(&service, &mut response);
    Ok(response)
}

impl Service {
    /// The originals of a file, and whether all of it was examined.
    fn originals(
        &self,
        bytes: u64,
        fingerprint: &Fingerprint,
        hint: Option<Hash>,
    ) -> Result<(Vec<Match>, Verdict), Refusal> {
        let listed = self.matcher()?;
        let finding = Finding::of_fingerprint("", bytes, fingerprint, &self.hasher(), listed);
        let finding = finding.map_err(failed)?;
        if finding.status == Status::Unsupported {
            return Err(other_type());
        }
        let mut judgement = Judgement::default();
        judgement.add(&finding);
        let allowed = listed.of_allowed();
        let mut found = allowed.find(fingerprint).map_err(failed)?.matches;
        found.extend(off_subject(finding.suppressed));
        if let Some(hint) = hint {
            found.extend(self.originals_of(&hint)?);
        }
        Ok((found, judgement.verdict()))
    }

    /// The originals that a hash is near to.
    fn originals_of(&self, hash: &Hash) -> Result<Vec<Match>, Refusal> {
        let matcher = self.matcher()?;
        let allowed = matcher.of_allowed().lookup(hash).map_err(failed)?;
        let listed = matcher.lookup(hash).map_err(failed)?;
        let negative = off_subject(listed.suppressed);
        Ok(allowed.matches.into_iter().chain(negative).collect())
    }
}

async fn bound(
    service: &Arc<Service>,
    caller: &Caller,
    binding: &Binding,
    most: usize,
) -> Result<Response, Refusal> {
    check(&binding.alg)?;
    let hash = pdq_of(&binding.value)?.into();
    let of = service.clone();
    let found = service.work(move |_| of.originals_of(&hash));
    let found = within(service.deadline, found).await?;
    Ok(results(caller, &found, most).into_response())
}

fn check(alg: &str) -> Result<(), Refusal> {
    if alg == ALGORITHM {
        return Ok(());
    }
    Err(bad(&format!("the one algorithm here is {ALGORITHM}")))
}

fn most(text: Option<&str>) -> Result<usize, Refusal> {
    let Some(text) = text else {
        return Ok(RESULTS);
    };
    let most = text.parse::<usize>().ok().filter(|most| *most > 0);
    let most = most.ok_or_else(|| bad("maxResults is a number from 1 on"))?;
    Ok(most.min(RESULTS_MAX))
}

fn other_type() -> Refusal {
    let message = "the file is no picture or clip that is read here";
    Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message)
}

/// The manifests of originals, the nearest first, each once.
fn results(caller: &Caller, found: &[Match], most: usize) -> Response {
    let mut nearest: Vec<&Match> = found.iter().collect();
    nearest.sort_by_key(|found| found.distance);
    let mut matches: Vec<Value> = Vec::new();
    for found in nearest {
        let Some(manifest) = manifest_of(found) else {
            continue;
        };
        if matches.iter().any(|known| known["manifestId"] == manifest) {
            continue;
        }
        let mut object = json!({ "manifestId": manifest });
        if let Some(endpoint) = found
            .labels
            .iter()
            .find(|label| label.starts_with("https://"))
        {
            object["endpoint"] = endpoint.as_str().into();
        }
        if caller.sees_distances() {
            object["similarityScore"] = score(found).into();
        }
        matches.push(object);
        if matches.len() == most {
            break;
        }
    }
    answer::json(StatusCode::OK, &json!({ "matches": matches }))
}

/// What lists themselves say is off their subject.
fn off_subject(suppressed: Vec<Match>) -> impl Iterator<Item = Match> {
    let is_off = |found: &Match| found.opinion == Opinion::Negative && found.allowed_by.is_none();
    suppressed.into_iter().filter(is_off)
}

/// The manifest that an entry names.
fn manifest_of(found: &Match) -> Option<&str> {
    let mut names = found.id.iter().chain(&found.labels);
    let is_manifest = |name: &&String| {
        let mut urns = ["urn:c2pa:", "urn:uuid:"].into_iter();
        urns.any(|urn| name.contains(urn))
    };
    names.find(is_manifest).map(String::as_str)
}

/// How near it is: 100 for the same hash, 0 for one in which every bit differs.
fn score(found: &Match) -> u32 {
    100 - found.distance * 100 / found.hash.hash_type().bits()
}
