//! Pictures of files that matched: made small and anew, blurred and grey until a person asks.
//!
//! Only files below the folder that the operator named are read, and members of archives below it. They must still have the
//! digest of their finding.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::extract::{Path as Named, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use basma::scan::{ArchiveLimits, Origin};
use serde::Deserialize;

use super::ReviewOptions;
use super::case::Sighting;
use super::queue::Cases;
use super::visitor::Visitor;
use crate::cli::html::picture;
use crate::serve::decide::now;
use crate::serve::service::Service;

/// The longer side of a picture that is shown clearly, in pixels.
const CLEAR_SIDE: u32 = 480;

/// The longer side of a blurred one. It has no more pixels than these: nothing sharper can be made of it.
const BLURRED_SIDE: u32 = 14;

/// The most that is unpacked of an archive for one picture, in bytes.
const UNPACKED_BYTES_MAX: u64 = 1 << 30;

/// The most members of an archive that are passed over for one picture.
const MEMBERS_MAX: u64 = 100_000;

/// How long clear pictures are shown after a person asked for them.
const CLEAR_SECONDS: i64 = 600;

/// What the address of a picture says.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    look: String,
    #[serde(default)]
    until: i64,
    #[serde(default)]
    seal: String,
}

/// The query that shows the pictures of a case clearly to this visitor, for a while.
pub(super) fn seal(service: &Service, visitor: &Visitor, case: &str, look: &str) -> Option<String> {
    if !["grey", "colours"].contains(&look) {
        return None;
    }
    let until = now().saturating_add(CLEAR_SECONDS);
    let parts = ["clear", &visitor.session, case, look, &until.to_string()];
    let seal = service.review.sessions.seal(&parts);
    Some(format!("look={look}&until={until}&seal={seal}"))
}

/// Whether a query is one that [`seal`] made for this visitor, and still holds.
pub(super) fn is_clear(
    service: &Service,
    visitor: &Visitor,
    case: &str,
    look: &str,
    until: i64,
    seal: &str,
) -> bool {
    let parts = ["clear", &visitor.session, case, look, &until.to_string()];
    until > now() && service.review.sessions.is_seal(seal, &parts)
}

/// Whether there may be a picture of a file.
pub(super) fn is_there(options: &ReviewOptions, seen: &Sighting) -> bool {
    seen.finding.sha256.is_some() && path(options, seen).is_some()
}

/// The file of a sighting, if it is below the folder whose pictures can be shown.
fn path(options: &ReviewOptions, seen: &Sighting) -> Option<PathBuf> {
    if seen.finding.path.is_empty() {
        return None;
    }
    let named = basma::escape::unescape_path(&seen.finding.path)?;
    below(options.media_root.as_deref()?, &named)
}

/// A file below a folder, or a member of one, links followed. A relative name begins at the folder.
fn below(root: &Path, named: &Path) -> Option<PathBuf> {
    let root = root.canonicalize().ok()?;
    let named = root.join(named);
    let origin = Origin::of(&named).ok()?;
    let file = origin.file.canonicalize().ok()?;
    if !file.starts_with(&root) {
        return None;
    }
    let member = &named.as_os_str().as_encoded_bytes()[origin.file.as_os_str().len()..];
    let member = basma::escape::unescape_path(&basma::escape::escape(member))?;
    let mut path = file.into_os_string();
    path.push(member);
    Some(path.into())
}

/// How much of an archive is read for one picture: people wait for it.
fn limits() -> ArchiveLimits {
    ArchiveLimits::default()
        .with_unpacked_bytes(UNPACKED_BYTES_MAX)
        .with_members(MEMBERS_MAX)
}

/// The picture of a file of a case.
pub(super) async fn picture(
    State(service): State<Arc<Service>>,
    visitor: Visitor,
    Named((id, place)): Named<(String, usize)>,
    Query(asked): Query<Asked>,
) -> Response {
    let Ok(queue) = &service.review.queue else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let seen = Cases::get(&queue.cases(), &id)
        .and_then(|case| case.sightings.get(place))
        .cloned();
    let Some(seen) = seen else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let is_clear = is_clear(
        &service,
        &visitor,
        &id,
        &asked.look,
        asked.until,
        &asked.seal,
    );
    let (side, is_grey) = if is_clear {
        (CLEAR_SIDE, asked.look != "colours")
    } else {
        (BLURRED_SIDE, true)
    };
    let working = service.clone();
    let made = service.work(move |_| {
        let path = path(&working.review.options, &seen);
        let sha256 = seen.finding.sha256.as_deref();
        let opened = (limits(), &working.review.options.passwords);
        Ok(path
            .zip(sha256)
            .and_then(|(path, sha256)| picture::png(&path, sha256, opened, side, is_grey).ok()))
    });
    match made.await {
        Ok(Some(png)) => {
            let mut response = png.into_response();
            let kind = HeaderValue::from_static("image/png");
            response.headers_mut().insert(header::CONTENT_TYPE, kind);
            response
        }
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(refused) => refused.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn only_files_below_the_folder_are_shown() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("media");
        std::fs::create_dir_all(root.join("a")).unwrap();
        for name in ["media/a/in.png", "out.png"] {
            std::fs::write(folder.path().join(name), "x").unwrap();
        }
        std::os::unix::fs::symlink(folder.path().join("out.png"), root.join("link.png")).unwrap();
        std::os::unix::fs::symlink(root.join("a/in.png"), root.join("inner.png")).unwrap();
        std::fs::write(folder.path().join("out.zip"), "x").unwrap();
        std::fs::write(root.join("a/in.zip"), "x").unwrap();
        std::os::unix::fs::symlink(folder.path().join("out.zip"), root.join("link.zip")).unwrap();
        std::os::unix::fs::symlink(root.join("a/in.zip"), root.join("inner.zip")).unwrap();
        std::fs::create_dir(root.join("odd!")).unwrap();
        std::fs::write(root.join("odd!/in.png"), "x").unwrap();
        let of = |named: &Path| below(&root, named);
        assert!(of(Path::new("a/in.png")).is_some());
        assert!(of(&root.join("a/in.png")).is_some());
        assert!(of(Path::new("inner.png")).is_some());
        // A member, of an archive that a link leads to as well; a file below a folder with such a name.
        let of_archive = Some(root.canonicalize().unwrap().join("a/in.zip!/b/c.png"));
        assert_eq!(of(Path::new("a/in.zip!/b/c.png")), of_archive);
        assert_eq!(of(Path::new("inner.zip!/b/c.png")), of_archive);
        assert!(of(Path::new("odd!/in.png")).is_some_and(|path| path.is_file()));
        for named in [
            "../out.png",
            "a/../../out.png",
            "link.png",
            "a",
            "missing",
            "/etc/passwd",
            "../out.zip!/b.png",
            "link.zip!/b.png",
            "missing.zip!/b.png",
            "a!/../../out.png",
            "odd!/../../out.png",
        ] {
            assert_eq!(of(Path::new(named)), None, "{named}");
        }
    }
}
