//! `/h`: files to hashes.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode};
use basma::hash::{Hash, HashType, Pdq, View};
use basma::hasher::Fingerprint;
use serde_json::json;

use super::failure::{Answered, Failure};
use super::kinds::{ContentType, bad_request};
use super::params::Params;
use super::upload::{MISSING, Upload};
use crate::serve::answer::{self, Refusal};
use crate::serve::curation::SignalType;
use crate::serve::media::Received;
use crate::serve::service::Service;
use crate::serve::verdict::{NOT_EXAMINED, not_examined};

/// `POST /h/hash`
pub(super) async fn post(
    State(service): State<Arc<Service>>,
    params: Params,
    request: Request,
) -> Answered {
    let upload = Upload::receive(&service, request, MISSING).await?;
    let types = params.get("types");
    let signal_type = upload
        .content_type
        .selection(types, &service.curation.state())?;
    let hashed = hash(&service, upload.file, signal_type).await?;
    answer(signal_type, &hashed)
}

fn answer(signal_type: SignalType, hashed: &Hashed) -> Answered {
    let text = hashed.hash.map(|hash| hash.to_string());
    let body = json!({ signal_type.name(): text.unwrap_or_default() });
    let mut response = answer::json(StatusCode::OK, &body);
    if let Some(reason) = hashed.reason {
        let reason = HeaderValue::from_static(reason);
        response.headers_mut().insert(NOT_EXAMINED, reason);
    }
    Ok(response)
}

/// The hash of a file.
pub(super) struct Hashed {
    /// None of a picture that is too flat.
    pub(super) hash: Option<Hash>,
    /// Why it may not be the hash of all of the file.
    pub(super) reason: Option<&'static str>,
}

/// Hashes a file.
///
/// # Errors
/// [`Failure::Unexamined`] where it cannot be.
pub(super) async fn hash(
    service: &Arc<Service>,
    file: Received,
    signal_type: SignalType,
) -> Result<Hashed, Failure> {
    match signal_type {
        SignalType::Pdq => picture(&service.hash(file, &[HashType::Pdq]).await?),
        SignalType::VideoMd5 => {
            let fingerprint = service.hash(file, &[HashType::Md5]).await?;
            let hash = fingerprint.digests.first().copied();
            let hash = Some(hash.ok_or_else(|| unexamined(&fingerprint))?);
            Ok(Hashed { hash, reason: None })
        }
    }
}

/// The hash of the picture as it is stored. HMA gives none of a flat one.
fn picture(fingerprint: &Fingerprint) -> Result<Hashed, Failure> {
    let is_stored = |print: &&basma::hash::FrameHash| print.view == View::ORIGINAL;
    let stored = fingerprint.prints.iter().find(is_stored);
    let stored = stored.ok_or_else(|| unexamined(fingerprint))?;
    Ok(Hashed {
        hash: (stored.quality >= Pdq::QUALITY).then_some(stored.hash),
        reason: not_examined(fingerprint).filter(|_| !is_first_whole(fingerprint)),
    })
}

/// Whether the first picture of a file is whole: it is where a limit ends the frames after it.
pub(super) fn is_first_whole(fingerprint: &Fingerprint) -> bool {
    let media = fingerprint.media.as_ref();
    fingerprint.error.is_none() && media.is_some_and(|media| media.partial.is_none())
}

pub(super) fn unexamined(fingerprint: &Fingerprint) -> Failure {
    Failure::Unexamined(not_examined(fingerprint).unwrap_or("no-picture"))
}

/// `GET /h/hash`
pub(super) async fn get(State(service): State<Arc<Service>>, params: Params) -> Answered {
    let known = ["url", "content_type", "types"];
    let [url] = params.required(["url"], &known)?;
    let (content_type, file) = fetched(&service, url, &params).await?;
    let types = params.get("types");
    let signal_type = content_type.selection(types, &service.curation.state())?;
    answer(signal_type, &hash(&service, file, signal_type).await?)
}

/// The file of a URL, and what kind of file it is.
pub(super) async fn fetched(
    service: &Arc<Service>,
    url: &str,
    params: &Params,
) -> Result<(ContentType, Received), Refusal> {
    let lower = url.to_ascii_lowercase();
    if !lower.starts_with("http://") && !lower.starts_with("https://") {
        return Err(bad_request("Invalid or unsafe URL provided"));
    }
    let told = params.filled("content_type").map(ContentType::named);
    let told = told.transpose()?;
    let fetched = service.fetch(url).await?;
    let served = fetched.content_type.unwrap_or_default();
    let served = served.split(';').next().unwrap_or_default().trim();
    let content_type = match told {
        Some(told) => told,
        None if served.starts_with("image/") => ContentType::Photo,
        None if served.starts_with("video/") => ContentType::Video,
        None => {
            return Err(bad_request(format!(
                "unsupported url ContentType: '{served}', if you know the expected type, provide it with the content_type \
                 query param"
            )));
        }
    };
    Ok((content_type, fetched.received))
}
