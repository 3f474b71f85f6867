//! Forms with a file in them.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest as _, Multipart, Request};
use axum::http::StatusCode;

use super::kinds::{ContentType, bad_request};
use crate::serve::answer::Refusal;
use crate::serve::media::Received;
use crate::serve::service::Service;

/// The largest field that is no file, in bytes.
const FIELD_MAX: usize = 1 << 20;

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
        let form = Multipart::from_request(request, service).await;
        let mut form = form.map_err(|_| bad_request(missing))?;
        let mut fields = BTreeMap::new();
        let mut files: Vec<(String, Received)> = Vec::new();
        let mut parts = 0;
        let mut room = service.body_bytes;
        while let Some(field) = form.next_field().await.map_err(|error| torn(&error))? {
            parts += 1;
            if parts > PARTS_MAX {
                return Err(bad_request("The form has too many parts"));
            }
            let name = field.name().unwrap_or_default().to_owned();
            if field.file_name().is_none() {
                fields.entry(name).or_insert(text(field).await?);
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

async fn file(mut field: Field<'_>, most: u64) -> Result<Received, Refusal> {
    let mut received = Received::new(most);
    while let Some(chunk) = field.chunk().await.map_err(|error| torn(&error))? {
        received.push(&chunk)?;
    }
    Ok(received)
}

async fn text(mut field: Field<'_>) -> Result<String, Refusal> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| torn(&error))? {
        if bytes.len() + chunk.len() > FIELD_MAX {
            let message = "Content too large";
            return Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, message));
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| bad_request("The form has a field that is no UTF-8"))
}

fn torn(_: &MultipartError) -> Refusal {
    bad_request("The form is not complete")
}
