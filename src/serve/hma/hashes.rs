//! `/h`: files to hashes.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode};
use basma::Error;
use basma::hash::{Hash, HashType, Pdq, View};
use basma::hasher::Fingerprint;
use serde_json::json;

use super::failure::{Answered, Failure, REASON};
use super::params::Params;
use super::upload::{MISSING, Upload};
use super::url;
use crate::serve::answer;
use crate::serve::curation::SignalType;
use crate::serve::media::Received;
use crate::serve::service::Service;

/// `POST /h/hash`
pub(super) async fn post(
    State(service): State<Arc<Service>>,
    params: Params,
    request: Request,
) -> Answered {
    let upload = Upload::receive(&service, request, MISSING).await?;
    hashed(&service, upload, &params).await
}

async fn hashed(service: &Arc<Service>, upload: Upload, params: &Params) -> Answered {
    let types = params.get("types");
    let signal_type = upload
        .content_type
        .selection(types, &service.curation.state())?;
    let hashed = hash(service, upload.file, signal_type).await?;
    let text = hashed.hash.map(|hash| hash.to_string());
    let body = json!({ signal_type.name(): text.unwrap_or_default() });
    let mut response = answer::json(StatusCode::OK, &body);
    if let Some(reason) = hashed.reason {
        let reason = HeaderValue::from_static(reason);
        response.headers_mut().insert(REASON, reason);
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
        reason: fingerprint.error.as_ref().map(Error::code),
    })
}

pub(super) fn unexamined(fingerprint: &Fingerprint) -> Failure {
    let code = fingerprint.error.as_ref().map(Error::code);
    Failure::Unexamined(code.unwrap_or("no-picture"))
}

/// `GET /h/hash`
pub(super) async fn get(State(service): State<Arc<Service>>, params: Params) -> Answered {
    let known = ["url", "content_type", "types"];
    let [url] = params.required(["url"], &known)?;
    let upload = url::fetch(&service, url, &params).await?;
    hashed(&service, upload, &params).await
}
