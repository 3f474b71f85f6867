//! One item of a HEIF file to its pixels.
//!
//! The grid of tiles that a photograph is made of, and overlays, are put together here, under limits. No file can ask
//! for more tiles, or larger ones, than its picture has room for. Crop, rotation and mirror of the container are
//! applied, as every viewer does, and EXIF is not asked. Source: ISO/IEC 23008-12, 6.5 and 6.6.2.

use std::collections::BTreeMap;
use std::sync::Arc;

use heifer_isobmff::boxes::{ColorInfo, ItemReference, Property};
use heifer_isobmff::{Error as HeifError, HeifFile, ItemId};
use image::{DynamicImage, GenericImageView, RgbImage, imageops};

use super::super::alpha::Alpha;
use super::super::color::{self, Management, Samples};
use super::super::hevc::{self, Colors};
use super::super::progress::{Progress, Refusal};
use super::super::{Picture, still};
use super::likeness::Likeness;
use crate::Error;
use crate::error::{Limit, Reason};

/// The most bytes of one coded picture. A tile takes 100 KB, a whole photograph in one piece 10 MB. While it is decoded
/// the clock is not looked at.
const CODED: u64 = 32 << 20;

/// The names of auxiliary pictures that hold alpha.
const ALPHA: [&str; 2] = [
    "urn:mpeg:hevc:2015:auxid:1",
    "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha",
];

/// The most units of one coded picture; HEVC allows 600 slices (table A.8).
const UNITS: usize = 4096;

/// One item of a file.
#[derive(Clone, Copy)]
pub(super) struct Item<'a> {
    pub(super) file: &'a HeifFile<'a>,
    pub(super) id: ItemId,
    /// Whether its luma is alpha, which is of the full range whatever it says.
    is_alpha: bool,
}

/// The pixels of an item.
struct Canvas {
    /// What a viewer shows.
    shown: DynamicImage,
    /// All of what is coded, where less than half of it is shown.
    whole: Option<DynamicImage>,
}

impl From<RgbImage> for Canvas {
    fn from(shown: RgbImage) -> Canvas {
        Canvas {
            shown: shown.into(),
            whole: None,
        }
    }
}

impl Canvas {
    /// Cuts the picture, and keeps the whole where less than half of its pixels remain.
    fn cut(
        self,
        progress: &mut Progress<'_>,
        (x, y): (u32, u32),
        (width, height): (u32, u32),
    ) -> Result<Canvas, Refusal> {
        let pixels = |width: u32, height: u32| u64::from(width) * u64::from(height);
        let all = pixels(self.shown.width(), self.shown.height());
        let cut = self.shown.crop_imm(x, y, width, height);
        if pixels(width, height) >= all / 2 {
            return Ok(Canvas { shown: cut, ..self });
        }
        // The whole, the part, and what a rotation makes of it.
        progress.admit_size(self.shown.width(), self.shown.height(), 3 * 3)?;
        Ok(Canvas {
            shown: cut,
            whole: self.whole.or(Some(self.shown)),
        })
    }
}

impl<'a> Item<'a> {
    pub(super) fn new(file: &'a HeifFile<'a>, id: ItemId) -> Item<'a> {
        Item {
            file,
            id,
            is_alpha: false,
        }
    }

    /// Decodes the item as the next frame. Where most of its picture is not shown, all of the picture is another. A
    /// thumbnail that is like its picture is left out.
    pub(super) fn decode(
        self,
        likenesses: &mut BTreeMap<ItemId, Likeness>,
        progress: &mut Progress<'_>,
    ) -> Result<(), Refusal> {
        if self.kind()? == *b"jpeg" {
            return self.jpeg(progress);
        }
        let Canvas { shown, whole } = self.canvas(progress)?;
        let pictures = self.file.referenced_items(self.id, b"thmb");
        let is_referenced = |r: &ItemReference| r.ref_type.0 == *b"thmb" && r.to.contains(&self.id);
        if !pictures.is_empty() && whole.is_none() {
            let likeness = Likeness::new(&shown);
            let is_like = |id| {
                likenesses
                    .get(id)
                    .is_some_and(|other| likeness.is_like(other))
            };
            if pictures.iter().any(is_like) {
                return Ok(());
            }
        } else if self.file.references.iter().any(is_referenced) {
            likenesses.insert(self.id, Likeness::new(&shown));
        }
        progress.manage(self.management()?);
        // A picture whose alpha is broken is looked at without it.
        let size = (shown.width(), shown.height());
        let mut alpha = self.alpha(size, progress).unwrap_or_else(|refusal| {
            progress.miss(refusal);
            None
        });
        for image in std::iter::once(shown).chain(whole) {
            if !progress.may_go_on(image.width(), image.height()) {
                break;
            }
            let picture =
                Picture::new(image).ok_or(Error::Damaged(Reason::PictureWithoutPixels))?;
            // Of all that is coded there is no alpha: it is of what is shown.
            progress.hand_on(0, picture.with_alpha(alpha.take()));
        }
        Ok(())
    }

    /// A picture in JPEG, to be turned as the container says.
    fn jpeg(self, progress: &mut Progress<'_>) -> Result<(), Refusal> {
        let turned = self
            .file
            .item_properties(self.id)?
            .filter_map(|property| match property {
                // Against the clock, as EXIF counts the ways.
                Property::Rotation(1) => Some(8),
                Property::Rotation(2) => Some(3),
                Property::Rotation(3) => Some(6),
                Property::Mirror(true) => Some(4),
                Property::Mirror(false) => Some(2),
                _ => None,
            });
        progress.turn(turned.collect());
        let stream = self.file.item_data(self.id)?;
        let own = self.management()?;
        progress.manage(own.or_else(|| color::of_jpeg(&stream)));
        let outcome = still::jpeg(&stream, progress);
        progress.turn(Vec::new());
        outcome
    }

    /// The pixels of the item, upright.
    fn canvas(self, progress: &mut Progress<'_>) -> Result<Canvas, Refusal> {
        let mut canvas = match &self.kind()? {
            b"hvc1" | b"hev1" => self.coded(progress)?,
            b"grid" => self.grid(progress)?.into(),
            b"iovl" => self.overlay(progress)?.into(),
            b"iden" => match self.file.referenced_items(self.id, b"dimg") {
                &[id] => self.source(id)?.canvas(progress)?.shown.into_rgb8().into(),
                _ => return Err(damaged(Reason::HeifDerivedSource)),
            },
            other => {
                let kind = other.escape_ascii().to_string();
                return Err(Error::Unsupported(Reason::HeifItemType { kind }).into());
            }
        };
        for property in self.file.item_properties(self.id)? {
            canvas.shown = match *property {
                Property::CleanAperture {
                    width,
                    height,
                    horiz_offset,
                    vert_offset,
                } => {
                    let lengths = canvas.shown.dimensions();
                    let area = crop(lengths, [width, height], [horiz_offset, vert_offset])?;
                    canvas = canvas.cut(progress, area.corner, area.size)?;
                    continue;
                }
                // Against the clock.
                Property::Rotation(1) => canvas.shown.rotate270(),
                Property::Rotation(2) => canvas.shown.rotate180(),
                Property::Rotation(3) => canvas.shown.rotate90(),
                Property::Mirror(true) => canvas.shown.flipv(),
                Property::Mirror(false) => canvas.shown.fliph(),
                _ => continue,
            };
        }
        Ok(canvas)
    }

    /// A source of a derived picture. One step alone: pictures of pictures could go round in circles.
    fn source(self, id: ItemId) -> Result<Item<'a>, Refusal> {
        let source = Item { id, ..self };
        if matches!(&source.kind()?, b"iden" | b"iovl") {
            return Err(Error::Unsupported(Reason::HeifDerivedTwice).into());
        }
        Ok(source)
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
            let plane = plane.canvas(progress)?.shown.into_luma8();
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

    /// What viewers do to its colours, by profiles and code points. These are its own, and those of the first of its parts.
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
    fn coded(self, progress: &mut Progress<'_>) -> Result<Canvas, Refusal> {
        if let Some((width, height)) = self.file.image_size(self.id)? {
            progress.admit_size(width, height, 3 + 3)?;
        }
        let (frame, colors) = self.decoded(progress)?;
        let coded = (frame.widths[0], frame.heights[0]);
        progress.admit_size(coded.0, coded.1, 3 + 3)?;
        let mut canvas = RgbImage::new(coded.0, coded.1);
        hevc::draw(&frame, colors, (0, 0), coded, &mut canvas);
        // What the container says counts; the codec may have rounded it up.
        let shown = self.file.image_size(self.id)?.unwrap_or(coded);
        let size = (coded.0.min(shown.0), coded.1.min(shown.1));
        if size == coded {
            return Ok(canvas.into());
        }
        Canvas::from(canvas).cut(progress, (0, 0), size)
    }

    /// Pictures laid over each other, the last on top (ISO/IEC 23008-12, 6.6.2.2).
    fn overlay(self, progress: &mut Progress<'_>) -> Result<RgbImage, Refusal> {
        let data = self.file.item_data(self.id)?;
        let cut = || damaged(Reason::HeifOverlayCut);
        let (&[_version, flags, ..], Some(fields)) = (&*data, data.get(2..)) else {
            return Err(cut());
        };
        let (fill, fields) = fields.split_at_checked(8).ok_or_else(cut)?;
        let width = if flags & 1 == 1 { 4 } else { 2 };
        let mut numbers = fields.chunks_exact(width).map(|field| match *field {
            [a, b, c, d] => i32::from_be_bytes([a, b, c, d]),
            [a, b] => i16::from_be_bytes([a, b]).into(),
            _ => 0,
        });
        let mut number = || numbers.next().ok_or_else(cut);
        // A size has no sign.
        let mask = if width == 2 { 0xFFFF } else { u32::MAX };
        let size = [number()?, number()?].map(|length| length.cast_unsigned() & mask);
        progress.admit_size(size[0], size[1], 3 + 3)?;
        // Of 16-bit colours the upper byte.
        let ground = image::Rgb([fill[0], fill[2], fill[4]]);
        let mut canvas = RgbImage::from_pixel(size[0], size[1], ground);
        for &id in self.file.referenced_items(self.id, b"dimg") {
            let (x, y) = (number()?, number()?);
            let part = self.source(id)?.canvas(progress)?.shown.into_rgb8();
            imageops::replace(&mut canvas, &part, x.into(), y.into());
        }
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
            return Err(damaged(Reason::HeifGridEmpty));
        };
        let (columns, rows) = (u32::from(grid.columns), u32::from(grid.rows));
        // Each tile shows something: otherwise small pictures could take long.
        let needed =
            |length: u32, tile: u32, count: u32| tile > 0 && length.div_ceil(tile) == count;
        if tiles.len() as u64 != u64::from(columns) * u64::from(rows)
            || !needed(width, tile_width, columns)
            || !needed(height, tile_height, rows)
        {
            return Err(damaged(Reason::HeifGridCount));
        }
        let mut canvas = RgbImage::new(width, height);
        for (place, &id) in (0..).zip(tiles) {
            let tile = Item { id, ..self };
            let size = self.file.image_size(id)?;
            if !matches!(&tile.kind()?, b"hvc1" | b"hev1") {
                return Err(Error::Unsupported(Reason::HeifGridCodec).into());
            }
            let turned = |property: &Property| {
                use Property::{CleanAperture, Mirror, Rotation};
                matches!(property, CleanAperture { .. } | Mirror(_) | Rotation(1..))
            };
            if self.file.item_properties(id)?.any(turned) {
                return Err(Error::Unsupported(Reason::HeifGridTurned).into());
            }
            if size != Some((tile_width, tile_height)) {
                return Err(damaged(Reason::HeifGridSizes));
            }
            let (frame, colors) = tile.decoded(progress)?;
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

    fn decoded(
        self,
        progress: &mut Progress<'_>,
    ) -> Result<(heifer_hevc_dec::recon::Frame, Colors), Refusal> {
        let config = self.file.hevc_config(self.id)?;
        let config = config.ok_or_else(|| damaged(Reason::HeifWithoutParameters))?;
        let data = self.file.item_data(self.id)?;
        within(Limit::CodedBytes, data.len(), CODED)?;
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
            within(Limit::CodedUnits, nals.len(), UNITS as u64)?;
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

    /// The type of the item.
    pub(super) fn kind(self) -> Result<[u8; 4], HeifError> {
        Ok(self.file.item(self.id)?.item_type.0)
    }

    /// The items whose pixels a grid shows: at least an eighth of their width and height.
    pub(super) fn tiles(self) -> Result<Vec<ItemId>, HeifError> {
        if self.kind()? != *b"grid" {
            return Ok(Vec::new());
        }
        let grid = self.file.grid(self.id)?;
        let tiles = self.file.referenced_items(self.id, b"dimg");
        let size = match tiles.first() {
            Some(&first) => self.file.image_size(first)?.unwrap_or_default(),
            None => return Ok(Vec::new()),
        };
        let columns = u32::from(grid.columns).max(1);
        let is_shown = |length: u32, tile: u32, place: u32| {
            let start = u64::from(tile) * u64::from(place);
            u64::from(length).saturating_sub(start) >= u64::from(tile) / 8
        };
        let places = (0..).zip(tiles).filter(|&(place, _)| {
            is_shown(grid.output_width, size.0, place % columns)
                && is_shown(grid.output_height, size.1, place / columns)
        });
        Ok(places.map(|(_, &id)| id).collect())
    }
}

/// A part of a picture.
pub(super) struct Area {
    corner: (u32, u32),
    pub(super) size: (u32, u32),
}

/// The clean aperture, which is given as a size and the distance of its centre from the
/// picture's, as fractions.
pub(super) fn crop(
    lengths: (u32, u32),
    size: [(u32, u32); 2],
    offset: [(i32, u32); 2],
) -> Result<Area, Refusal> {
    let lengths = [lengths.0, lengths.1];
    let mut corner = [0; 2];
    let mut cropped = [0; 2];
    for axis in 0..2 {
        let ((length, over), (shift, under)) = (size[axis], offset[axis]);
        if over == 0 || under == 0 {
            return Err(damaged(Reason::HeifCropFraction));
        }
        let length = f64::from(length) / f64::from(over);
        let shift = f64::from(shift) / f64::from(under);
        let start = shift + (f64::from(lengths[axis]) - length) / 2.0;
        corner[axis] = (start.round().max(0.0) as u32).min(lengths[axis]);
        cropped[axis] = (length.round() as u32).min(lengths[axis] - corner[axis]);
    }
    if cropped.contains(&0) {
        return Err(damaged(Reason::HeifCropEmpty));
    }
    Ok(Area {
        corner: (corner[0], corner[1]),
        size: (cropped[0], cropped[1]),
    })
}

pub(super) fn within(what: Limit, found: usize, limit: u64) -> Result<(), Error> {
    let found = found as u64;
    if found > limit {
        return Err(Error::OverLimit { what, found, limit });
    }
    Ok(())
}

pub(super) fn damaged(reason: Reason) -> Refusal {
    Error::Damaged(reason).into()
}

impl From<HeifError> for Refusal {
    fn from(error: HeifError) -> Refusal {
        Refusal::Ours(match error {
            HeifError::Unimplemented(_) => Error::Unsupported(Reason::HeifNotSupported {
                message: error.to_string(),
            }),
            _ => Error::Damaged(Reason::HeifBroken {
                message: error.to_string(),
            }),
        })
    }
}
