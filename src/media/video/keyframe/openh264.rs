//! The decoder of H.264: C++ behind a safe interface.
//!
//! The interface is safe. The decoder is only as safe as its authors made it. Any bytes may take over the process in which it
//! runs. So it runs in a [worker](super::super::Worker), or where the caller names it.

use openh264::OpenH264API;
use openh264::decoder::{Decoder, DecoderConfig, Flush};
use openh264::formats::YUVSource as _;

use super::Luma;
use crate::error::{Limit, Reason};
use crate::{Error, Result};

/// The luma of one keyframe, as it is stored, with at most so many pixels.
///
/// # Errors
/// [`Error::Damaged`] where the decoder makes nothing of it, [`Error::OverLimit`] for a larger picture.
pub(in super::super) fn decode(stream: &[u8], limit: u64) -> Result<Luma> {
    let failed = |error: openh264::Error| {
        // Behind what went wrong it says what it was compiled with.
        let text = error.to_string();
        let message = text.split(" User Message:").next().unwrap_or_default();
        Error::Damaged(Reason::H264Broken {
            message: message.to_owned(),
        })
    };
    // By default broken parts are not made up from other pictures.
    let config = DecoderConfig::new().flush_after_decode(Flush::Flush);
    let api = OpenH264API::from_source();
    let mut decoder = Decoder::with_api_config(api, config).map_err(failed)?;
    let picture = decoder.decode(stream).map_err(failed)?;
    let picture = picture.ok_or(Error::Damaged(Reason::H264NotWhole))?;
    let (width, height) = picture.dimensions();
    let found = width as u64 * height as u64;
    if found > limit {
        let what = Limit::Pixels;
        return Err(Error::OverLimit { what, found, limit });
    }
    let rows = picture.y().chunks(picture.strides().0.max(1)).take(height);
    let mut samples = Vec::with_capacity(width * height);
    for row in rows {
        let row = row.get(..width);
        samples.extend_from_slice(row.ok_or(Error::Damaged(Reason::H264HalfRow))?);
    }
    Ok(Luma {
        width: width as u32,
        height: height as u32,
        samples,
    })
}
