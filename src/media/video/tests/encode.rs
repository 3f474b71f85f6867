//! Films of painted scenes, in H.264.

use std::borrow::Borrow;

use image::RgbImage;
use openh264::OpenH264API;
use openh264::encoder::{Encoder, EncoderConfig, IntraFramePeriod, QpRange, RateControlMode};
use openh264::formats::{RgbSliceU8, YUVBuffer};

use super::write::{Coded, part};

/// A scene like no other: soft patches of light of many sizes.
pub(crate) fn scene(number: u32, width: u32, height: u32) -> RgbImage {
    let mut noise = number.wrapping_add(1).wrapping_mul(2_654_435_761) | 1;
    let patches = RgbImage::from_fn(18, 14, |_, _| {
        noise ^= noise << 13;
        noise ^= noise >> 17;
        noise ^= noise << 5;
        let light = 20 + (noise >> 16) % 216;
        image::Rgb([light as u8; 3])
    });
    image::imageops::resize(
        &patches,
        width,
        height,
        image::imageops::FilterType::Triangle,
    )
}

/// Pictures in H.264, 40 ms apart, of which every so many stand alone, as a stream has them (annex B).
pub(crate) fn stream(pictures: impl IntoIterator<Item: Borrow<RgbImage>>, gop: u32) -> Vec<Coded> {
    let config = EncoderConfig::new()
        .skip_frames(false)
        .scene_change_detect(false)
        .rate_control_mode(RateControlMode::Off)
        .qp(QpRange::new(20, 20))
        .intra_frame_period(IntraFramePeriod::from_num_frames(gop));
    let mut encoder = Encoder::with_api_config(OpenH264API::from_source(), config).unwrap();
    let mut coded = Vec::new();
    for (picture, i) in pictures.into_iter().zip(0..) {
        let picture = picture.borrow();
        let size = (picture.width() as usize, picture.height() as usize);
        let yuv = YUVBuffer::from_rgb8_source(RgbSliceU8::new(picture.as_raw(), size));
        let bytes = encoder.encode(&yuv).unwrap().to_vec();
        let key = nals(&bytes).iter().any(|nal| nal[0] & 31 == 5);
        coded.push(Coded {
            bytes,
            ms: i * 40,
            key,
        });
    }
    coded
}

/// The same as MP4 and Matroska have them: what `avcC` holds, and pictures without it.
pub(crate) fn film(
    pictures: impl IntoIterator<Item: Borrow<RgbImage>>,
    gop: u32,
) -> (Vec<u8>, Vec<Coded>) {
    let mut coded = stream(pictures, gop);
    let first = coded[0].bytes.clone();
    let kind = |kind: u8| {
        nals(&first)
            .into_iter()
            .find(|nal| nal[0] & 31 == kind)
            .unwrap()
    };
    let (sps, pps) = (kind(7), kind(8));
    let size = |nal: &[u8]| (nal.len() as u16).to_be_bytes();
    let mut avcc = vec![1, sps[1], sps[2], sps[3], 0xFF, 0xE1];
    avcc.extend([&size(sps)[..], sps, &[1], &size(pps), pps].concat());
    for picture in &mut coded {
        let mut sized = Vec::new();
        for nal in nals(&picture.bytes) {
            if let 7 | 8 = nal[0] & 31 {
                continue;
            }
            sized.extend((nal.len() as u32).to_be_bytes());
            sized.extend(nal);
        }
        picture.bytes = sized;
    }
    (avcc, coded)
}

/// The box of a configuration.
pub(crate) fn avcc(configuration: &[u8]) -> Vec<u8> {
    part(b"avcC", configuration)
}

fn nals(stream: &[u8]) -> Vec<&[u8]> {
    let starts: Vec<usize> = (0..stream.len().saturating_sub(3))
        .filter(|&at| stream[at..].starts_with(&[0, 0, 1]))
        .collect();
    let ends = starts.iter().skip(1).copied().chain([stream.len()]);
    let nal = |(start, end): (&usize, usize)| {
        let nal = &stream[start + 3..end];
        let zeros = nal.iter().rev().take_while(|&&byte| byte == 0).count();
        &nal[..nal.len() - zeros]
    };
    starts.iter().zip(ends).map(nal).collect()
}
