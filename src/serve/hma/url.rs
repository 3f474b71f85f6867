//! Files that are named by URLs.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::kinds::{ContentType, bad_request};
use super::params::Params;
use super::upload::Upload;
use crate::serve::answer::Refusal;
use crate::serve::service::Service;

/// Fetches a file, whose kind is told by the request or else by its server.
///
/// # Errors
/// Those of [`Service::fetch`]; 400 where the kind is not known.
pub(super) async fn fetch(
    service: &Arc<Service>,
    url: &str,
    params: &Params,
) -> Result<Upload, Refusal> {
    let told = params.filled("content_type").map(ContentType::named);
    let told = told.transpose()?;
    let fetched = service.fetch(url).await?;
    let content_type = match told {
        Some(told) => told,
        None => of_server(fetched.content_type.as_deref().unwrap_or_default())?,
    };
    Ok(Upload {
        content_type,
        file: fetched.received,
        fields: BTreeMap::new(),
    })
}

/// The kind of file by what its server says of it.
fn of_server(content_type: &str) -> Result<ContentType, Refusal> {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    let family = kind.split('/').next().unwrap_or_default();
    match family.to_ascii_lowercase().as_str() {
        "image" => Ok(ContentType::Photo),
        "video" => Ok(ContentType::Video),
        _ => Err(bad_request(format!(
            "unsupported url ContentType: '{kind}', if you know the expected type, provide it with the content_type query param"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_tells_the_kind_of_its_file() {
        let of = |kind: &str| of_server(kind).map_err(|refusal| refusal.message);
        assert_eq!(of("Image/JPEG; charset=x"), Ok(ContentType::Photo));
        assert_eq!(of("video/mp4"), Ok(ContentType::Video));
        let message = of("text/plain; charset=utf-8").unwrap_err();
        assert!(message.starts_with("unsupported url ContentType: 'text/plain', if"));
        assert!(of("").is_err());
    }
}
