//! The pictures of a HEIF file: what iPhones send as HEIC.
//!
//! Container and HEVC are read by safe libraries; the grid of tiles that a photograph is made of is put together here,
//! under limits: no file can ask for more tiles, or larger ones, than its picture has room for. Crop, rotation and mirror
//! of the container are applied, as every viewer does, and EXIF is not asked. Source: ISO/IEC 23008-12, 6.5 and 6.6.2.3.

use std::sync::Arc;

use heifer_isobmff::boxes::{ColorInfo, Property};
use heifer_isobmff::{BoxIter, Error as HeifError, HeifFile, ItemId};
use image::{DynamicImage, RgbImage};

use super::Picture;
use super::alpha::Alpha;
use super::color::{self, Management, Samples};
use super::hevc::{self, Colors};
use super::progress::{Progress, Refusal};
use crate::Error;

/// The most bytes that describe a file's pictures. 200 megapixels in tiles take 40 KB; beyond, looking items up by
/// number would take too long.
const DESCRIPTION: u64 = 256 << 10;

/// The most bytes of one coded picture. A tile takes 100 KB, a whole photograph in one piece 10 MB; while it is decoded
/// the clock is not looked at.
const CODED: u64 = 32 << 20;

/// The names of auxiliary pictures that hold alpha.
const ALPHA: [&str; 2] = [
    "urn:mpeg:hevc:2015:auxid:1",
    "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha",
];

/// The most units of one coded picture; HEVC allows 600 slices (table A.8).
const UNITS: usize = 4096;

/// Hands on the primary picture, then every other one that is meant to be shown.
pub(super) fn each_picture(bytes: &[u8], progress: &mut Progress<'_>) -> Result<(), Refusal> {
    for part in BoxIter::new(bytes) {
        let part = part?;
        if part.header.box_type.0 == *b"meta" {
            within("bytes of description", part.content.len(), DESCRIPTION)?;
        }
    }
    let file = HeifFile::parse(bytes)?;
    let shown = file.top_level_image_ids();
    let mut broken_alpha = None;
    let others = shown.into_iter().filter(|&id| id != file.primary_id);
    for id in std::iter::once(file.primary_id).chain(others) {
        let item = Item {
            file: &file,
            id,
            is_alpha: false,
        };
        let image = item.picture(progress)?;
        // A picture whose alpha is broken is looked at without it.
        let size = (image.width(), image.height());
        let alpha = item.alpha(size, progress).unwrap_or_else(|refusal| {
            broken_alpha.get_or_insert(refusal);
            None
        });
        progress.manage(item.management()?);
        if !progress.may_go_on(image.width(), image.height()) {
            break;
        }
        let picture = Picture::new(image)
            .ok_or_else(|| Error::Damaged("the picture has no pixels".to_owned()))?;
        progress.hand_on(0, picture.with_alpha(alpha));
    }
    broken_alpha.map_or(Ok(()), Err)
}

/// One item of a file.
#[derive(Clone, Copy)]
struct Item<'a> {
    file: &'a HeifFile<'a>,
    id: ItemId,
    /// Whether its luma is alpha, which is of the full range whatever it says.
    is_alpha: bool,
}

impl<'a> Item<'a> {
    /// What is shown of it.
    fn picture(self, progress: &mut Progress<'_>) -> Result<DynamicImage, Refusal> {
        let canvas = match &self.file.item(self.id)?.item_type.0 {
            b"hvc1" | b"hev1" => self.coded(progress)?,
            b"grid" => self.grid(progress)?,
            b"iden" => match self.file.referenced_items(self.id, b"dimg") {
                // One step alone: pictures of pictures could go round in circles.
                &[id] if self.kind_of(id)? != *b"iden" => {
                    Item { id, ..self }.picture(progress)?.into_rgb8()
                }
                _ => return Err(damaged("a derived picture without one source")),
            },
            other => {
                let kind = other.escape_ascii();
                let text = format!("a HEIF picture of type {kind} is not decoded");
                return Err(Error::Unsupported(text).into());
            }
        };
        let mut image = DynamicImage::ImageRgb8(canvas);
        for property in self.file.item_properties(self.id)? {
            image = match *property {
                Property::CleanAperture {
                    width,
                    height,
                    horiz_offset,
                    vert_offset,
                } => crop(&image, [width, height], [horiz_offset, vert_offset])?,
                // Against the clock.
                Property::Rotation(1) => image.rotate270(),
                Property::Rotation(2) => image.rotate180(),
                Property::Rotation(3) => image.rotate90(),
                Property::Mirror(true) => image.flipv(),
                Property::Mirror(false) => image.fliph(),
                _ => image,
            };
        }
        Ok(image)
    }

    /// The alpha of a picture of this size, where an auxiliary picture holds it: its luma.
    fn alpha(
        self,
        size: (u32, u32),
        progress: &mut Progress<'_>,
    ) -> Result<Option<Alpha>, Refusal> {
        for id in self.file.referencing_items(self.id, b"auxl") {
            let is_alpha = |property: &Property| match property {
                Property::AuxiliaryType(kind) => ALPHA.contains(&kind.trim_end_matches('\0')),
                _ => false,
            };
            if !self.file.item_properties(id)?.any(is_alpha) {
                continue;
            }
            let plane = Item {
                id,
                is_alpha: true,
                ..self
            };
            let plane = plane.picture(progress)?.into_luma8();
            // One of another size is stretched by viewers.
            let plane = if plane.dimensions() == size {
                plane
            } else {
                progress.admit_size(size.0, size.1, 3 + 1)?;
                image::imageops::thumbnail(&plane, size.0, size.1)
            };
            return Ok(Alpha::new(plane.into_raw().into_iter()));
        }
        Ok(None)
    }

    /// What viewers do to its colours, by profiles and code points: its own, and those of the first of its parts.
    fn management(self) -> Result<Option<Arc<Management>>, HeifError> {
        let part = self.file.referenced_items(self.id, b"dimg").first();
        let mut sayings = Vec::new();
        for id in std::iter::once(self.id).chain(part.copied()) {
            for property in self.file.item_properties(id)? {
                match property {
                    Property::Color(ColorInfo::Icc(profile)) => {
                        sayings.push(color::of_icc(profile, Samples::GreyOrRgb));
                    }
                    Property::Color(ColorInfo::Nclx {
                        primaries,
                        transfer,
                        ..
                    }) => {
                        let primaries = u8::try_from(*primaries).ok();
                        let codes = primaries.zip(u8::try_from(*transfer).ok());
                        sayings.push(codes.and_then(|(p, t)| color::of_code_points(p, t)));
                    }
                    _ => {}
                }
            }
        }
        Ok(color::together(&sayings))
    }

    /// A picture in one piece.
    fn coded(self, progress: &mut Progress<'_>) -> Result<RgbImage, Refusal> {
        if let Some((width, height)) = self.file.image_size(self.id)? {
            progress.admit_size(width, height, 3 + 3)?;
        }
        let (frame, colors) = self.decode(progress)?;
        let coded = (frame.widths[0], frame.heights[0]);
        // What the container says counts; the codec may have rounded it up.
        let shown = self.file.image_size(self.id)?.unwrap_or(coded);
        let (width, height) = (coded.0.min(shown.0), coded.1.min(shown.1));
        progress.admit_size(width, height, 3 + 3)?;
        let mut canvas = RgbImage::new(width, height);
        hevc::draw(&frame, colors, (0, 0), (width, height), &mut canvas);
        Ok(canvas)
    }

    /// A picture of tiles of one size, row by row.
    fn grid(self, progress: &mut Progress<'_>) -> Result<RgbImage, Refusal> {
        let grid = self.file.grid(self.id)?;
        let tiles = self.file.referenced_items(self.id, b"dimg");
        let (width, height) = (grid.output_width, grid.output_height);
        // The canvas, and what a rotation makes of it.
        progress.admit_size(width, height, 3 + 3)?;
        let first = tiles.first().map(|&id| self.file.image_size(id));
        let Some((tile_width, tile_height)) = first.transpose()?.flatten() else {
            return Err(damaged("a grid without tiles, or of tiles without a size"));
        };
        let (columns, rows) = (u32::from(grid.columns), u32::from(grid.rows));
        // Each tile shows something: otherwise small pictures could take long.
        let needed =
            |length: u32, tile: u32, count: u32| tile > 0 && length.div_ceil(tile) == count;
        if tiles.len() as u64 != u64::from(columns) * u64::from(rows)
            || !needed(width, tile_width, columns)
            || !needed(height, tile_height, rows)
        {
            return Err(damaged(
                "a grid of more or fewer tiles than it has room for",
            ));
        }
        let mut canvas = RgbImage::new(width, height);
        for (place, &id) in (0..).zip(tiles) {
            let tile = Item { id, ..self };
            let size = self.file.image_size(id)?;
            if !matches!(&tile.kind_of(id)?, b"hvc1" | b"hev1") {
                return Err(
                    Error::Unsupported("a grid of other than HEVC tiles".to_owned()).into(),
                );
            }
            let turned = |property: &Property| {
                use Property::{CleanAperture, Mirror, Rotation};
                matches!(property, CleanAperture { .. } | Mirror(_) | Rotation(1..))
            };
            if self.file.item_properties(id)?.any(turned) {
                return Err(
                    Error::Unsupported("a grid of turned or cropped tiles".to_owned()).into(),
                );
            }
            if size != Some((tile_width, tile_height)) {
                return Err(damaged("a grid of tiles of different sizes"));
            }
            let (frame, colors) = tile.decode(progress)?;
            // Both below the picture's own size, which is within the limits.
            let corner = (place % columns * tile_width, place / columns * tile_height);
            hevc::draw(
                &frame,
                colors,
                corner,
                (tile_width, tile_height),
                &mut canvas,
            );
        }
        Ok(canvas)
    }

    fn decode(
        self,
        progress: &mut Progress<'_>,
    ) -> Result<(heifer_hevc_dec::recon::Frame, Colors), Refusal> {
        let config = self.file.hevc_config(self.id)?;
        let config = config.ok_or_else(|| damaged("a coded picture without its parameters"))?;
        let data = self.file.item_data(self.id)?;
        within("bytes of one coded picture", data.len(), CODED)?;
        let mut nals: Vec<&[u8]> = config.nal_units.iter().map(Vec::as_slice).collect();
        let mut rest: &[u8] = &data;
        while !rest.is_empty() {
            let (length, tail) = rest
                .split_at_checked(usize::from(config.nal_length_size))
                .ok_or(HeifError::UnexpectedEof)?;
            let length = length.iter().fold(0, |sum, &b| sum << 8 | usize::from(b));
            let (nal, tail) = tail
                .split_at_checked(length)
                .ok_or(HeifError::UnexpectedEof)?;
            within("units of one coded picture", nals.len(), UNITS as u64)?;
            nals.push(nal);
            rest = tail;
        }
        let frame = hevc::decode(&nals, progress)?;
        let said = self
            .file
            .item_properties(self.id)?
            .find_map(|property| match property {
                &Property::Color(ColorInfo::Nclx {
                    matrix, full_range, ..
                }) => Some(Colors { matrix, full_range }),
                _ => None,
            });
        let mut colors = said.unwrap_or(Colors {
            matrix: frame.matrix_coeffs.into(),
            full_range: frame.full_range,
        });
        colors.full_range |= self.is_alpha;
        Ok((frame, colors))
    }

    fn kind_of(self, id: ItemId) -> Result<[u8; 4], HeifError> {
        Ok(self.file.item(id)?.item_type.0)
    }
}

/// The clean aperture: a size and the distance of its centre from the picture's, as fractions.
fn crop(
    image: &DynamicImage,
    size: [(u32, u32); 2],
    offset: [(i32, u32); 2],
) -> Result<DynamicImage, Refusal> {
    let lengths = [image.width(), image.height()];
    let mut corner = [0; 2];
    let mut cropped = [0; 2];
    for axis in 0..2 {
        let ((length, over), (shift, under)) = (size[axis], offset[axis]);
        if over == 0 || under == 0 {
            return Err(damaged("a crop by a fraction of zero"));
        }
        let length = f64::from(length) / f64::from(over);
        let shift = f64::from(shift) / f64::from(under);
        let start = shift + (f64::from(lengths[axis]) - length) / 2.0;
        corner[axis] = (start.round().max(0.0) as u32).min(lengths[axis]);
        cropped[axis] = (length.round() as u32).min(lengths[axis] - corner[axis]);
    }
    if cropped.contains(&0) {
        return Err(damaged("a crop to nothing"));
    }
    Ok(image.crop_imm(corner[0], corner[1], cropped[0], cropped[1]))
}

fn within(what: &'static str, found: usize, limit: u64) -> Result<(), Error> {
    let found = found as u64;
    if found > limit {
        return Err(Error::OverLimit { what, found, limit });
    }
    Ok(())
}

fn damaged(text: &str) -> Refusal {
    Error::Damaged(format!("HEIF: {text}")).into()
}

impl From<HeifError> for Refusal {
    fn from(error: HeifError) -> Refusal {
        Refusal::Ours(match error {
            HeifError::Unimplemented(_) => Error::Unsupported(format!("HEIF: {error}")),
            _ => Error::Damaged(format!("HEIF: {error}")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{Format, Frame, Limits, decode};
    use image::Rgb;

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
        let keep = |frame: Frame| first = Some(frame.picture.as_image().unwrap().to_rgb8());
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
        let image = DynamicImage::new_rgb8(10, 8);
        let size = |size, offset| {
            crop(&image, size, offset)
                .map(|c| (c.width(), c.height()))
                .ok()
        };
        let centred = [(0, 1); 2];
        assert_eq!(size([(6, 1), (8, 2)], centred), Some((6, 4)));
        assert_eq!(size([(100, 1), (100, 1)], centred), Some((10, 8)));
        assert_eq!(size([(6, 1), (4, 1)], [(100, 1), (0, 1)]), None);
        assert_eq!(size([(0, 1), (4, 1)], centred), None);
        assert_eq!(size([(6, 0), (4, 1)], centred), None);
    }
}
