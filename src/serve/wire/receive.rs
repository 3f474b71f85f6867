//! Files in the body of a request.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use crate::serve::answer::Refusal;
use crate::serve::form::{Broken, Form};
use crate::serve::media::{Received, no_memory};
use crate::serve::memory::BODIES;
use crate::serve::service::Service;

/// The largest body of JSON, in bytes.
const JSON_MAX: u64 = 4 << 20;

/// How long the rest of a file that is too large is read. Its client then reads the answer and not an error.
const DRAIN: Duration = Duration::from_secs(5);

/// The media type of a body, in small letters and without parameters.
pub(super) fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let kind = value.split(';').next().unwrap_or_default();
    Some(kind.trim().to_ascii_lowercase())
}

/// The file that is the body, or the one file in the form that it is.
///
/// # Errors
/// 400 where the body breaks off, or the form has no file or several; 413 where the file is too large.
pub(super) async fn file(service: &Arc<Service>, request: Request) -> Result<Received, Refusal> {
    if media_type(request.headers()).as_deref() == Some("multipart/form-data") {
        return form(service, request).await;
    }
    body(request.into_body(), service.body_bytes).await
}

/// All of a body, of at most so many bytes.
pub(super) async fn body(mut body: Body, most: u64) -> Result<Received, Refusal> {
    let mut received = Received::new(most);
    while let Some(chunk) = next(&mut body).await? {
        if let Err(refusal) = received.push(&chunk) {
            let rest = async { while let Ok(Some(_)) = next(&mut body).await {} };
            let _ = timeout(DRAIN, rest).await;
            return Err(refusal);
        }
    }
    Ok(received)
}

/// A body of JSON.
pub(super) async fn json<T: DeserializeOwned>(body: Body) -> Result<T, Refusal> {
    let mut share = BODIES.share();
    let most = body.size_hint().upper().unwrap_or(JSON_MAX).min(JSON_MAX);
    if !share.grow(most) {
        return Err(no_memory());
    }
    let bytes = axum::body::to_bytes(body, JSON_MAX as usize).await;
    let bytes = bytes.map_err(|_| bad("the body is not complete, or larger than 4 MiB"))?;
    serde_json::from_slice(&bytes)
        .map_err(|error| bad(&format!("the body is not as it should be: {error}")))
}

async fn next(body: &mut Body) -> Result<Option<Bytes>, Refusal> {
    loop {
        let frame = poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await;
        let Some(frame) = frame else {
            return Ok(None);
        };
        let frame = frame.map_err(|_| bad("the body is not complete"))?;
        // Frames without data are trailers.
        if let Ok(data) = frame.into_data() {
            return Ok(Some(data));
        }
    }
}

async fn form(service: &Arc<Service>, request: Request) -> Result<Received, Refusal> {
    let form = Form::of(service, request).await;
    let mut form = form.map_err(|_| bad("the form is none"))?;
    let mut file = None;
    let mut room = service.body_bytes;
    while let Some(mut field) = form.next_part().await.map_err(broken)? {
        let is_file = field.file_name().is_some() || field.name() == Some("file");
        let mut received = Received::new(room);
        while let Some(chunk) = field.chunk().await.map_err(broken)? {
            if let Err(refusal) = received.push(&chunk) {
                drop(field);
                // What is left of a part is passed over with it.
                let rest = async { while let Ok(Some(_)) = form.next_part().await {} };
                let _ = timeout(DRAIN, rest).await;
                return Err(refusal);
            }
        }
        // Fields that are no file take room too.
        room -= received.bytes();
        if is_file && file.replace(received).is_some() {
            return Err(bad("the form has several files"));
        }
    }
    file.ok_or_else(|| bad("the form has no file"))
}

fn broken(broken: Broken) -> Refusal {
    match broken {
        Broken::Torn => bad("the form is not complete"),
        Broken::HeadTooLong => Refusal::new(
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Broken::HEAD_TOO_LONG,
        ),
    }
}

pub(super) fn bad(message: &str) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, message)
}
