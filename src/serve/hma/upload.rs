//! Forms with a file in them.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::Request;
use axum::http::StatusCode;

use super::kinds::{ContentType, bad_request};
use crate::serve::answer::Refusal;
use crate::serve::form::{Broken, Form, Part};
use crate::serve::media::{Received, no_memory, too_large};
use crate::serve::memory::{BODIES, Share};
use crate::serve::service::Service;

/// The most bytes of fields that are no file, all of them together.
const FIELDS_MAX: usize = 1 << 20;

/// The most parts of a form.
const PARTS_MAX: usize = 100;

/// A form: its fields, and its one file.
pub(super) struct Upload {
    pub(super) content_type: ContentType,
    pub(super) file: Received,
    pub(super) fields: BTreeMap<String, String>,
}

impl Upload {
    /// Receives a form.
    ///
    /// # Errors
    /// 400 where it is none, breaks off, or has no file or several; 413 where it is too large.
    pub(super) async fn receive(
        service: &Arc<Service>,
        request: Request,
        missing: &str,
    ) -> Result<Upload, Refusal> {
        let form = Form::of(service, request).await;
        let mut form = form.map_err(|_| bad_request(missing))?;
        let mut fields = BTreeMap::new();
        let mut files: Vec<(String, Received)> = Vec::new();
        let mut parts = 0;
        let mut room = service.body_bytes;
        let mut left = FIELDS_MAX;
        let mut share = BODIES.share();
        while let Some(field) = form.next_part().await.map_err(broken)? {
            parts += 1;
            if parts > PARTS_MAX {
                return Err(bad_request("The form has too many parts"));
            }
            let name = field.name().unwrap_or_default().to_owned();
            if field.file_name().is_none() {
                let text = text(field, &mut left, &mut share).await?;
                fields.entry(name).or_insert(text);
                continue;
            }
            let received = file(field, room).await?;
            room -= received.bytes();
            if files.len() < 2 {
                files.push((name, received));
            }
        }
        if files.len() > 1 {
            return Err(bad_request("Only one file allowed per request"));
        }
        let (name, file) = files.pop().ok_or_else(|| bad_request(missing))?;
        Ok(Upload {
            content_type: ContentType::named(&name)?,
            file,
            fields,
        })
    }
}

/// What HMA says where a form has no file.
pub(super) const MISSING: &str = "Missing multipart/form-data file upload";

async fn file(mut field: Part<'_>, most: u64) -> Result<Received, Refusal> {
    let mut received = Received::new(most);
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        received.push(&chunk)?;
    }
    Ok(received)
}

async fn text(mut field: Part<'_>, left: &mut usize, share: &mut Share) -> Result<String, Refusal> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        *left = left.checked_sub(chunk.len()).ok_or_else(too_large)?;
        if !share.grow(chunk.len() as u64) {
            return Err(no_memory());
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| bad_request("The form has a field that is no UTF-8"))
}

fn broken(broken: Broken) -> Refusal {
    match broken {
        Broken::Torn => bad_request("The form is not complete"),
        Broken::HeadTooLong => Refusal::new(
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Broken::HEAD_TOO_LONG,
        ),
    }
}
