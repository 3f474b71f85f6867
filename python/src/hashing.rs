//! Files, bytes and pixels to hashes.

use std::fs::File;
use std::path::PathBuf;

use basma::error::{Action, Problem};
use basma::hash::FrameHash;
use basma::hasher::{self, Fingerprint, Gap, Hasher, RatedPdq, Sampling};
use basma::media::video::Decoders;
use basma::media::{Picture, Pixels};
use basma::{Error, Result};
use numpy::{PyReadonlyArrayDyn, PyUntypedArrayMethods as _};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use serde_json::{Value, json};

use crate::errors::{raised, refused};
use crate::input;
use crate::work::{run, run_cancellable};

/// The hashes of a file, as JSON.
#[pyfunction]
pub(crate) fn hash_file(
    py: Python<'_>,
    path: PathBuf,
    types: Vec<String>,
    views: &str,
    exact: bool,
    sampling: &str,
    ffmpeg: Option<PathBuf>,
) -> PyResult<String> {
    let hasher = hasher(&types, views, exact, sampling, ffmpeg)?;
    run_cancellable(py, |token| {
        let hasher = hasher.with_cancel(token);
        let refused = |source| Error::Io {
            action: Action::Open,
            path: path.clone(),
            source,
        };
        let metadata = std::fs::metadata(&path).map_err(refused)?;
        if !metadata.is_file() {
            let path = basma::escape::path(&path).into_owned();
            return Err(Problem::NotRegularFile { path }.into());
        }
        let file = File::open(&path).map_err(refused)?;
        let hashed = hasher.hash_file(&file).map_err(|source| Error::Io {
            action: Action::Read,
            path: path.clone(),
            source,
        })?;
        said(hashed)
    })
}

/// The hashes of a file in memory, as JSON.
#[pyfunction]
pub(crate) fn hash_bytes(
    py: Python<'_>,
    bytes: &Bound<'_, PyBytes>,
    types: Vec<String>,
    views: &str,
    exact: bool,
    sampling: &str,
    ffmpeg: Option<PathBuf>,
) -> PyResult<String> {
    let hasher = hasher(&types, views, exact, sampling, ffmpeg)?;
    let bytes = bytes.as_bytes();
    run_cancellable(py, |token| {
        said(hasher.with_cancel(token).hash_bytes(bytes))
    })
}

/// The hashes of pixels: uint8[height, width] or uint8[height, width, 3]. As JSON.
#[pyfunction]
pub(crate) fn hash_pixels(
    py: Python<'_>,
    pixels: PyReadonlyArrayDyn<'_, u8>,
    types: Vec<String>,
    views: &str,
) -> PyResult<String> {
    let hasher = hasher(&types, views, false, "keyframes", None)?;
    let picture = picture(&pixels)?;
    run_cancellable(py, |token| {
        said(hasher.with_cancel(token).hash_pixels(picture()?))
    })
}

/// What makes a picture of pixels. It copies them.
pub(crate) fn picture<'a>(
    pixels: &'a PyReadonlyArrayDyn<'_, u8>,
) -> PyResult<impl FnOnce() -> Result<Picture> + Send + use<'a>> {
    let (width, height, is_colour) = size(pixels.shape())?;
    let samples = samples(pixels)?;
    Ok(move || {
        if is_colour {
            Picture::from_rgb8(width, height, samples.to_vec())
        } else {
            Picture::from_luma8(width, height, samples.to_vec())
        }
    })
}

/// The PDQ hash and quality of pixels, which are read where they stand.
#[pyfunction]
pub(crate) fn pdq_of_pixels<'py>(
    py: Python<'py>,
    pixels: PyReadonlyArrayDyn<'py, u8>,
) -> PyResult<(Bound<'py, PyBytes>, u8)> {
    let (width, height, is_colour) = size(pixels.shape())?;
    let samples = samples(&pixels)?;
    let RatedPdq { hash, quality, .. } = run(py, || {
        let pixels = if is_colour {
            Pixels::Rgb8(samples)
        } else {
            Pixels::Luma8(samples)
        };
        hasher::pdq_of_pixels(width, height, pixels)
    })?;
    Ok((PyBytes::new(py, &hash.0), quality))
}

fn samples<'a>(pixels: &'a PyReadonlyArrayDyn<'_, u8>) -> PyResult<&'a [u8]> {
    let samples = pixels.as_slice();
    samples.map_err(|_| refused("the pixels are not contiguous: pass numpy.ascontiguousarray(a)"))
}

fn size(shape: &[usize]) -> PyResult<(u32, u32, bool)> {
    let side = |side: usize| u32::try_from(side).ok();
    let (height, width, is_colour) = match *shape {
        [height, width] => (height, width, false),
        [height, width, 3] => (height, width, true),
        _ => {
            return Err(refused(format!(
                "a picture is an array uint8[height, width] or uint8[height, width, 3], not {shape:?}"
            )));
        }
    };
    let sides = side(width).zip(side(height));
    let (width, height) = sides.ok_or_else(|| refused("the picture is too large"))?;
    Ok((width, height, is_colour))
}

/// A hasher of the package. Clips are decoded by ffmpeg alone, where one is named: there is no program beside the package
/// that could run another decoder.
pub(crate) fn hasher(
    types: &[String],
    views: &str,
    exact: bool,
    sampling: &str,
    ffmpeg: Option<PathBuf>,
) -> PyResult<Hasher> {
    let types = types.iter().map(|name| input::hash_type(name));
    let types = types.collect::<PyResult<Vec<_>>>()?;
    let sampling: Sampling = sampling.parse().map_err(raised)?;
    let decoders = Decoders::default();
    #[cfg(unix)]
    let decoders = decoders.with_ffmpeg(ffmpeg.map(basma::media::video::Ffmpeg::new));
    #[cfg(not(unix))]
    drop(ffmpeg);
    Ok(Hasher::new(types)
        .with_views(views.parse().map_err(raised)?)
        .with_exact(exact)
        .with_sampling(sampling)
        .with_decoders(decoders))
}

/// What is known of a file, as JSON. One of which nothing is known is an error. One that was decoded in part has its
/// hashes, and says so.
fn said(mut fingerprint: Fingerprint) -> Result<String> {
    let error = fingerprint.error.take();
    let is_bare = fingerprint.prints.is_empty() && fingerprint.digests.is_empty();
    match error {
        Some(error @ Error::Cancelled) => Err(error),
        Some(error) if is_bare => Err(error),
        error => Ok(described(&fingerprint, error.as_ref()).to_string()),
    }
}

/// A fingerprint as the Python half takes it.
pub(crate) fn described(fingerprint: &Fingerprint, error: Option<&Error>) -> Value {
    let media = fingerprint.media.as_ref();
    let cut = |gap: Gap| {
        gap.reasons
            .iter()
            .next()
            .map(|first| json!([first.reason.code().name(), first.reason.to_string()]))
    };
    let problem = match error {
        Some(error) => Some(json!([error.code(), error.to_string()])),
        None => fingerprint.gap().and_then(cut),
    };
    let digests = fingerprint.digests.iter();
    let digests = digests.map(|digest| {
        let (name, hash) = (digest.hash_type().name(), digest.to_string());
        json!({"type": name, "hash": hash})
    });
    let prints = std::iter::once((1, fingerprint)).chain((2..).zip(&fingerprint.tracks));
    let prints = prints.flat_map(|(track, of)| of.prints.iter().map(move |p| print(p, track)));
    json!({
        "media": fingerprint.mime,
        "width": media.map(|media| media.width),
        "height": media.map(|media| media.height),
        "decoded": media.map(|media| media.frames),
        "clip_ms": fingerprint.clip_ms(),
        "problem": problem,
        "hashes": digests.chain(prints).collect::<Vec<_>>(),
    })
}

fn print(print: &FrameHash, track: u32) -> Value {
    json!({
        "type": print.hash.hash_type().name(),
        "hash": print.hash.to_string(),
        "quality": print.quality,
        "view": print.view.to_string(),
        "frame": print.frame,
        "ms": print.ms,
        "track": track,
    })
}
