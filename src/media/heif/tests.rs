//! Files that the reader of HEIF is tested on, written by an encoder of HEVC.

use heifer_isobmff::boxes::HevcConfig;
use heifer_isobmff::writer::{HeifWriter, ImageSpec};
use heifer_isobmff::{HeifFile, ItemId};

use super::item::crop;
use crate::error::Reason;
use crate::media::{Decoded, Format, Frame, Limits, PartialCause, decode};
use image::{Rgb, RgbImage};

/// Tiles of the encoder are 512 pixels a side.
fn photograph(width: u32, height: u32) -> (RgbImage, Vec<u8>) {
    let picture = RgbImage::from_fn(width, height, |x, y| {
        let wave = (x as f32 / 40.0).sin() * (y as f32 / 60.0).cos();
        Rgb([(x / 3) as u8, (y / 4) as u8, (128.0 + 100.0 * wave) as u8])
    });
    let options = heifer::EncodeOptions::default();
    let bytes = heifer::encode_rgb8(width, height, picture.as_raw(), &options).unwrap();
    (picture, bytes)
}

fn first(bytes: &[u8]) -> RgbImage {
    let mut first = None;
    let keep = |frame: Frame| {
        first.get_or_insert(frame.picture.as_image().unwrap().to_rgb8());
    };
    assert_eq!(
        decode(bytes, &Limits::default(), keep).unwrap().format,
        Format::Heif
    );
    first.unwrap()
}

fn mean_difference(a: &RgbImage, b: &RgbImage) -> f64 {
    assert_eq!(a.dimensions(), b.dimensions());
    let samples = a.as_raw().iter().zip(b.as_raw());
    let sum: u64 = samples.map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / a.as_raw().len() as f64
}

#[test]
fn a_photograph_of_tiles_is_put_together() {
    let (picture, bytes) = photograph(600, 520);
    assert!(mean_difference(&first(&bytes), &picture) < 2.0);
}

#[test]
fn the_containers_rotation_and_mirror_are_applied() {
    let (picture, bytes) = photograph(300, 200);
    let upright = image::imageops::rotate270(&picture);
    let mirrored = image::imageops::flip_horizontal(&picture);
    for (property, shown) in [(b"irot\x01", upright), (b"imir\x01", mirrored)] {
        // In place of what tells the depth of the samples, which nothing here asks for.
        let mut turned = bytes.clone();
        let depth = turned
            .windows(4)
            .rposition(|window| window == b"pixi")
            .unwrap();
        turned[depth..depth + 5].copy_from_slice(property);
        assert!(
            mean_difference(&first(&turned), &shown) < 2.0,
            "{property:?}"
        );
    }
}

#[test]
fn every_cut_and_every_flipped_byte_is_an_answer() {
    let flat = RgbImage::from_pixel(64, 64, Rgb([200, 100, 50]));
    let options = heifer::EncodeOptions::default();
    let whole = heifer::encode_rgb8(64, 64, flat.as_raw(), &options).unwrap();
    for at in 0..whole.len() {
        assert!(decode(&whole[..at], &Limits::default(), |_| {}).is_err());
        let mut damaged = whole.clone();
        damaged[at] ^= 0x41;
        let _ = decode(&damaged, &Limits::default(), |_| {});
    }
}

#[test]
fn a_crop_is_of_the_middle_and_never_of_nothing() {
    let size = |size, offset| crop((10, 8), size, offset).map(|area| area.size).ok();
    let centred = [(0, 1); 2];
    assert_eq!(size([(6, 1), (8, 2)], centred), Some((6, 4)));
    assert_eq!(size([(100, 1), (100, 1)], centred), Some((10, 8)));
    assert_eq!(size([(6, 1), (4, 1)], [(100, 1), (0, 1)]), None);
    assert_eq!(size([(0, 1), (4, 1)], centred), None);
    assert_eq!(size([(6, 0), (4, 1)], centred), None);
}

/// The parameters and the slices of a small picture.
fn coded(width: u32, height: u32, shade: u8) -> (HevcConfig, Vec<Vec<u8>>) {
    let picture = RgbImage::from_fn(width, height, |x, y| {
        Rgb([shade, (x * 2) as u8, (y * 3) as u8])
    });
    let options = heifer::EncodeOptions::default();
    let bytes = heifer::encode_rgb8(width, height, picture.as_raw(), &options).unwrap();
    let file = HeifFile::parse(&bytes).unwrap();
    let data = file.item_data(file.primary_id).unwrap();
    let (mut slices, mut rest) = (Vec::new(), &data[..]);
    while let Some((length, tail)) = rest.split_first_chunk::<4>() {
        let (slice, tail) = tail.split_at(u32::from_be_bytes(*length) as usize);
        slices.push(slice.to_vec());
        rest = tail;
    }
    (
        file.hevc_config(file.primary_id).unwrap().unwrap().clone(),
        slices,
    )
}

/// A file of pictures of 64 by 64 pixels in these shades of red, changed by the caller.
fn file(shades: &[u8], change: impl Fn(usize, &mut ImageSpec<'_>)) -> (HeifWriter, Vec<ItemId>) {
    let mut writer = HeifWriter::new();
    let ids = shades.iter().enumerate().map(|(i, &shade)| {
        let (config, slices) = coded(64, 64, shade);
        let mut spec = ImageSpec::new(64, 64, config, &slices);
        change(i, &mut spec);
        writer.add_image(&spec)
    });
    let ids = ids.collect();
    (writer, ids)
}

/// The red of the middle of each picture, in tens, and what was decoded.
fn reds(bytes: &[u8]) -> (Vec<u32>, Decoded) {
    let mut reds = Vec::new();
    let decoded = decode(bytes, &Limits::default(), |frame| {
        let image = frame.picture.as_image().unwrap().to_rgb8();
        let red = image.get_pixel(image.width() / 2, image.height() / 2).0[0];
        reds.push((u32::from(red) + 5) / 10);
    });
    (reds, decoded.unwrap())
}

#[test]
fn bytes_behind_the_last_box_are_no_reason_to_read_nothing() {
    let (writer, _) = file(&[200], |_, _| {});
    let whole = writer.finish();
    for behind in [
        &b"\0"[..],
        b"\0\0\0\0\0\0\0",
        b"\xFF\xFF\xFF\xFFmdat",
        b"\0\0\x01\x0a\x0e\0\0\0Image_UTC_DataSEFHk\0\0\0\x01\0\0\0SEFT",
        &[0x77; 1000],
    ] {
        let (found, decoded) = reds(&[&whole[..], behind].concat());
        assert_eq!(found, [20], "{behind:?}");
        // Data of pictures that are not there is damage; anything else is a trailer.
        assert_eq!(
            decoded.partial.is_some(),
            behind.ends_with(b"mdat"),
            "{behind:?}"
        );
    }
}

#[test]
fn a_cut_picture_hides_no_other() {
    let (writer, _) = file(&[60, 120, 180], |_, _| {});
    let whole = writer.finish();
    let (all, decoded) = reds(&whole);
    assert_eq!((all, decoded.partial), (vec![6, 12, 18], None));
    let (found, decoded) = reds(&whole[..whole.len() - 5]);
    assert_eq!(
        (found, decoded.partial_cause),
        (vec![6, 12], PartialCause::Damaged)
    );
    assert!(decoded.partial.is_some());
}

#[test]
fn a_picture_in_another_codec_hides_no_other_and_is_named() {
    for (place, remain) in [(0, [12, 18]), (1, [6, 18]), (2, [6, 12])] {
        let (writer, _) = file(&[60, 120, 180], |_, _| {});
        let mut bytes = writer.finish();
        let kinds = memchr::memmem::find_iter(&bytes, b"hvc1").collect::<Vec<_>>();
        bytes[kinds[place]..kinds[place] + 4].copy_from_slice(b"av01");
        let (found, decoded) = reds(&bytes);
        assert_eq!(
            (found, decoded.partial_cause),
            (remain.to_vec(), PartialCause::Unsupported)
        );
        let kind = "av01".to_owned();
        assert_eq!(decoded.partial, Some(Reason::HeifItemType { kind }));
    }
}

#[test]
fn hidden_pictures_thumbnails_and_masks_are_looked_at() {
    let (mut writer, ids) = file(&[60, 90, 120, 180, 60], |i, spec| {
        spec.hidden = i == 1;
        spec.auxiliary_type = (i == 3).then_some("urn:mpeg:hevc:2015:auxid:1");
    });
    writer.add_reference(*b"thmb", ids[2], &[ids[0]]);
    writer.add_reference(*b"thmb", ids[4], &[ids[0]]);
    writer.add_reference(*b"auxl", ids[3], &[ids[0]]);
    // Of a thumbnail that is like its picture there is nothing to see.
    let (found, decoded) = reds(&writer.finish());
    assert_eq!((found, decoded.partial), (vec![6, 9, 12, 18], None));
}

#[test]
fn what_a_crop_leaves_out_is_looked_at_too() {
    let (writer, _) = file(&[200], |_, spec| spec.crop = Some((16, 16)));
    let mut sizes = Vec::new();
    let each = |frame: Frame| sizes.push(frame.picture.width());
    assert_eq!(
        decode(&writer.finish(), &Limits::default(), each)
            .unwrap()
            .frames,
        2
    );
    assert_eq!(sizes, [16, 64]);
    // Most of it is shown.
    let (writer, _) = file(&[200], |_, spec| spec.crop = Some((60, 50)));
    assert_eq!(reds(&writer.finish()).1.frames, 1);
}

#[test]
fn tiles_that_a_grid_does_not_show_are_looked_at() {
    let (_, mut bytes) = photograph(600, 600);
    assert_eq!(reds(&bytes).1.frames, 1);
    let grid = [0, 0, 1, 1, 2, 88, 2, 88];
    let at = memchr::memmem::find(&bytes, &grid).unwrap();
    bytes[at + 4..at + 8].copy_from_slice(&[2, 1, 2, 1]);
    // One tile is shown, three are but for a row or a column of pixels.
    assert!(reds(&bytes).1.frames >= 4);
}

#[test]
fn an_overlay_is_drawn_and_its_sources_are_looked_at() {
    let (mut writer, ids) = file(&[200], |_, _| {});
    // These bytes stand behind the four zeros of its block of EXIF. They are the rest of the colour, a size of 80 by 70, a
    // place.
    let rest = [90, 0, 0, 0, 0, 0, 0, 80, 0, 70, 0, 16, 0xFF, 0xFF];
    writer.add_exif(ids[0], &rest);
    let mut bytes = writer.finish();
    for (from, to) in [(b"Exif", b"iovl"), (b"cdsc", b"dimg")] {
        let at = memchr::memmem::find(&bytes, from).unwrap();
        bytes[at..at + 4].copy_from_slice(to);
    }
    let mut pictures = Vec::new();
    let each = |frame: Frame| pictures.push(frame.picture.as_image().unwrap().to_rgb8());
    assert_eq!(
        decode(&bytes, &Limits::default(), each).unwrap().partial,
        None
    );
    let [_, overlay] = &pictures[..] else {
        panic!("{} pictures", pictures.len());
    };
    assert_eq!(overlay.dimensions(), (80, 70));
    assert_eq!(overlay.get_pixel(0, 0).0, [0, 90, 0]);
    assert!(overlay.get_pixel(20, 0).0[0].abs_diff(200) < 9);
    assert_eq!(overlay.get_pixel(20, 66).0, [0, 90, 0]);
}
