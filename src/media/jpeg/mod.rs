//! JPEG files to pixels, or to as much of their luma as PDQ needs. The latter is as fast as reading their entropy-coded data.
//!
//! Sequential and progressive files of 8-bit samples in Huffman codes (ITU-T T.81) are read. Scans may have any order,
//! and subsampling may be by any whole number. Where there are no codes, the standard ones of Motion JPEG are taken.
//! What is seen is what libjpeg-turbo shows, bit for bit, and so is what is made of broken data. Other variants are
//! refused by name.
//!
//! A file is read in one of three ways:
//!
//! - [`luma`]: of large pictures PDQ needs luma alone and averages it over wide windows. So chroma is passed over. Of each 8 by
//!   8 block of luma no more is made than its mean, or those of its quarters. That leaves the shorter side at least
//!   [`SIDE_MIN`] samples. The samples of PDQ are made of the coefficients ([`sampling`]). At anything broken this reader gives
//!   up.
//! - [`whole`]: all components of a scan that holds them all, to pixels, row by row ([`raster`]).
//! - [`coefficients`]: of anything in many scans all coefficients are held, and the pixels made of them.
//!
//! What the bits go through:
//!
//! 1. headers and tables ([`segments`], [`frame`], [`scan_header`], [`standard`]);
//! 2. data without its stuffing, read 56 bits at a time ([`bits`]);
//! 3. codes looked up by the next 10 bits, several at once where coefficients are only passed over ([`huffman`]);
//! 4. blocks in the order of the scan ([`scan`]), or parts of them ([`refinement`]);
//! 5. the coefficients of a block to its pixels ([`idct`]) or means ([`transform`], where [`overshoot`] has no objection);
//! 6. these to rows ([`plane`], [`upsample`]) and colours ([`color`]).
//!
//! Errors in the data put every code behind them out of step. So most of them show at the end of the data at the
//! latest.

mod bits;
mod coefficients;
mod color;
mod frame;
mod frequencies;
mod huffman;
mod idct;
mod luma;
mod overshoot;
mod plane;
mod raster;
mod reduction;
mod refinement;
mod sampling;
mod scan;
mod scan_header;
mod segments;
mod standard;
mod strips;
#[cfg(test)]
mod tests;
mod transform;
mod upsample;
mod whole;

use image::{DynamicImage, GrayImage, RgbImage};

use super::clock::Clock;
use super::{PdqSamples, Picture};
use crate::Error;
use crate::error::Reason;
use coefficients::Coefficients;
use color::Color;
use frame::Frame;
use plane::Plane;
use raster::Raster;
use reduction::Reduction;
use refinement::Band;
use scan::End;
use scan_header::Scan;
use segments::{Next, Segments};
use strips::Strips;

/// How many samples the shorter side of a reduced picture has at least. Of 272 photographs some were up to 10 bits of
/// PDQ off with 192 and up to 20 with 128. At most 6 are promised (`cargo bench --bench drift`).
const SIDE_MIN: usize = 256;

/// Why there is no picture of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It is in a variant that is not read here.
    Unsupported(&'static Reason),
    /// It is broken before its picture begins, in this way.
    Damaged(&'static Reason),
    /// Its entropy-coded data is broken or cut short.
    Broken,
    /// The time is over.
    Late,
}

impl Refusal {
    /// The error that it is.
    pub(super) fn error(self, clock: &Clock) -> Error {
        match self {
            Refusal::Unsupported(reason) => Error::Unsupported(reason.clone()),
            Refusal::Damaged(reason) => Error::Damaged(reason.clone()),
            Refusal::Broken => Error::Damaged(Reason::JpegDataBroken),
            Refusal::Late => clock.error(),
        }
    }
}

/// What is wrong with a file of which there is a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// The end of the image is missing.
    Cut,
    /// Its data, or what stands between its scans, is broken.
    Broken,
    /// Behind a scan of all components there is another: readers differ in which of the two they show.
    SecondScan,
}

impl Flaw {
    pub(super) fn reason(self) -> Reason {
        match self {
            Flaw::Cut => Reason::PictureCut,
            Flaw::Broken => Reason::JpegBrokenInside,
            Flaw::SecondScan => Reason::JpegSentTwice,
        }
    }
}

/// Luma as it is kept, the samples of PDQ, and what is wrong with the file.
type Reduced = (Vec<u8>, Vec<PdqSamples>, Option<Flaw>);

/// A JPEG file, read up to the data of its first scan.
pub(super) struct File<'a> {
    segments: Segments<'a>,
    frame: Frame,
    color: Color,
    first: Scan,
}

impl<'a> File<'a> {
    /// Reads the headers of a file.
    pub(super) fn open(bytes: &'a [u8]) -> Result<File<'a>, Refusal> {
        let mut segments = Segments::new(bytes);
        let Next::Scan(first) = segments.next_scan()? else {
            return Err(Refusal::Damaged(&Reason::JpegWithoutPicture));
        };
        let mut frame = segments.frame()?;
        if frame.height == 0 {
            frame = segments.add_height()?;
        }
        Ok(File {
            color: segments.color()?,
            segments,
            frame,
            first,
        })
    }

    /// The same file, of which inks are shown as red, green and blue. `None` where it has none.
    pub(super) fn into_inks(self) -> Option<File<'a>> {
        let color = self.color.inks()?;
        Some(File { color, ..self })
    }

    pub(super) fn width(&self) -> u32 {
        self.frame.width as u32
    }

    pub(super) fn height(&self) -> u32 {
        self.frame.height as u32
    }

    /// How much memory decoding takes at most, of luma alone where `luma`.
    pub(super) fn memory(&self, luma: bool) -> u64 {
        let pixels = (self.frame.width * self.frame.height * self.color.bytes()) as u64;
        if self.is_at_once() {
            return pixels;
        }
        let wanted = self.wanted(luma && self.scale().is_some());
        let held = (0..wanted).map(|i| coefficients::memory(&self.frame, i));
        pixels + held.sum::<u64>()
    }

    /// Decodes the picture, to luma at a reduced scale where `luma` and its size allow it.
    pub(super) fn decode(
        mut self,
        luma: bool,
        clock: &Clock,
    ) -> Result<(Picture, Option<Flaw>), Refusal> {
        match self.scale().filter(|_| luma) {
            Some(8) => self.reduced::<1>(clock),
            Some(4) => self.reduced::<2>(clock),
            Some(_) => self.reduced::<8>(clock),
            None => self.full(clock),
        }
    }

    /// Whether the first scan is the picture.
    fn is_at_once(&self) -> bool {
        !self.frame.progressive && whole::is_whole(&self.frame, &self.first)
    }

    /// How many components are of interest.
    fn wanted(&self, luma: bool) -> usize {
        if luma {
            1
        } else {
            self.frame.components().len()
        }
    }

    /// How many pixels a sample of luma may stand for along each side; `None` where all pixels are needed.
    ///
    /// Small pictures are soon decoded. With few pixels to a sample of PDQ it matters that colours out of range are cut off.
    /// Luma does not show that.
    fn scale(&self) -> Option<u32> {
        let luma = matches!(self.color, Color::Grey | Color::YCbCr) && self.frame.is_full(0);
        match self.frame.width.min(self.frame.height) / SIDE_MIN {
            _ if !luma => None,
            8.. => Some(8),
            4.. => Some(4),
            2.. => Some(1),
            _ => None,
        }
    }

    fn reduced<const N: usize>(
        &mut self,
        clock: &Clock,
    ) -> Result<(Picture, Option<Flaw>), Refusal> {
        let read = if self.is_at_once() {
            let read = luma::read::<N>(&self.segments, &self.frame, &self.first, clock);
            read.map(|read| {
                self.segments.at = read.at;
                (read.means, read.samples, self.flaw_behind(true))
            })
        } else {
            self.reduced_of_scans::<N>(clock)
        };
        let (means, samples, flaw) = match read {
            Ok(read) => read,
            Err(Refusal::Broken) => return self.full(clock),
            Err(refusal) => return Err(refusal),
        };
        let (width, height) = (self.width(), self.height());
        let picture = if N == 8 {
            GrayImage::from_raw(width, height, means).and_then(|image| Picture::new(image.into()))
        } else {
            Picture::reduced(width, height, 8 / N as u32, means, samples)
        };
        Ok((
            picture.expect("there are as many samples as the size says"),
            flaw,
        ))
    }

    /// Luma with `N` by `N` samples of each block, and the samples of PDQ, of a picture in many scans.
    fn reduced_of_scans<const N: usize>(&mut self, clock: &Clock) -> Result<Reduced, Refusal> {
        let frame = self.frame;
        let mut plane = Plane::<N>::new(&frame);
        let mut reduction = None;
        let flaw = self.each_row(1, clock, |row, coefficients| {
            if N == 8 {
                if row == 0 {
                    plane = Plane::new(&frame);
                }
                coefficients.each_block(row, |_, x, y, pixels| plane.put(x, y, pixels));
                plane.row_done(row);
                return Ok(());
            }
            if row == 0 {
                let steps = coefficients.steps(0);
                reduction = steps.map(|steps| Reduction::<N>::new(steps, &frame));
            }
            // Before the first scan of luma there are no steps, and no such file has a picture.
            let reduction = reduction.as_mut().ok_or(Refusal::Broken)?;
            for (x, y, held) in coefficients.blocks(0, row) {
                reduction.add(x, y, held);
            }
            reduction.row_done(row);
            Ok(())
        })?;
        let (means, samples) = if N == 8 {
            (plane.into_samples(), Vec::new())
        } else {
            reduction.ok_or(Refusal::Broken)?.into_samples()
        };
        Ok((means, samples, flaw))
    }

    fn full(&mut self, clock: &Clock) -> Result<(Picture, Option<Flaw>), Refusal> {
        let mut raster = Raster::new(&self.frame, self.color);
        let (pixels, flaw) = if self.is_at_once() {
            let mut whole = whole::Whole::new(&self.segments, &self.first, raster)?;
            let (bytes, at) = (self.segments.bytes, self.segments.at);
            let End { at, sound } =
                scan::read(bytes, at, &self.frame, &self.first, clock, &mut whole)?;
            let (pixels, sound_blocks) = whole.into_pixels();
            self.segments.at = at;
            (pixels, self.flaw_behind(sound && sound_blocks))
        } else {
            let (frame, color) = (self.frame, self.color);
            let flaw = self.each_row(frame.components().len(), clock, |row, coefficients| {
                if row == 0 {
                    raster = Raster::new(&frame, color);
                }
                coefficients.each_block(row, |component, x, y, pixels| {
                    raster.put(component, x, y, pixels);
                });
                raster.row_done(row);
                Ok(())
            })?;
            (raster.into_pixels(), flaw)
        };
        let (width, height) = (self.width(), self.height());
        let image = if self.color == Color::Grey {
            GrayImage::from_raw(width, height, pixels).map(DynamicImage::from)
        } else {
            RgbImage::from_raw(width, height, pixels).map(DynamicImage::from)
        };
        let picture = image.and_then(Picture::new);
        Ok((
            picture.expect("there are as many pixels as the size says"),
            flaw,
        ))
    }

    /// Reads all scans, as far as they hold something of the first components. It hands on the coefficients of each row of
    /// MCUs. These may begin anew from the first. Gives what is wrong with the file.
    fn each_row(
        &mut self,
        components: usize,
        clock: &Clock,
        mut each: impl FnMut(usize, &Coefficients) -> Result<(), Refusal>,
    ) -> Result<Option<Flaw>, Refusal> {
        let strips = Strips::open(self.segments.clone(), &self.frame, self.first, components);
        if let Some(strips) = strips {
            match strips.read(clock, &mut each) {
                Err(Refusal::Broken) => {}
                read => return read,
            }
        }
        let (coefficients, flaw) = self.coefficients(components, clock)?;
        for row in 0..self.frame.mcus().1 {
            each(row, &coefficients)?;
            clock.check().map_err(|_| Refusal::Late)?;
        }
        Ok(flaw)
    }

    /// All coefficients of the first components, scan by scan, and what is wrong with the file.
    fn coefficients(
        &self,
        components: usize,
        clock: &Clock,
    ) -> Result<(Coefficients, Option<Flaw>), Refusal> {
        let mut coefficients = Coefficients::new(self.frame, components);
        let mut segments = self.segments.clone();
        let mut sound = true;
        let mut next = Next::Scan(self.first);
        let end = loop {
            let scan = match next {
                Next::Scan(scan) => scan,
                Next::End => break None,
                Next::Cut => break Some(Flaw::Cut),
            };
            if coefficients.want(&scan) {
                coefficients.take_steps(&segments, &scan)?;
                let mut band = Band::new(&self.frame, &segments, &scan)?;
                let mut blocks = band.blocks(&mut coefficients);
                let (bytes, at) = (segments.bytes, segments.at);
                let end = scan::read(bytes, at, &self.frame, &scan, clock, &mut blocks)?;
                sound &= end.sound && band.is_sound();
                segments.at = end.at;
            } else {
                segments.pass_over_scan();
            }
            clock.check().map_err(|_| Refusal::Late)?;
            next = match segments.next_scan() {
                Ok(next) => next,
                // What was sent so far is seen.
                Err(_) => break Some(Flaw::Broken),
            };
        };
        let whole = sound && coefficients.are_complete();
        Ok((coefficients, end.or((!whole).then_some(Flaw::Broken))))
    }

    /// What is wrong behind the only scan, or in it where it is not sound.
    fn flaw_behind(&mut self, sound: bool) -> Option<Flaw> {
        let mut second = false;
        let end = loop {
            match self.segments.next_scan() {
                Ok(Next::Scan(_)) => {
                    second = true;
                    self.segments.pass_over_scan();
                }
                Ok(Next::End) => break None,
                Ok(Next::Cut) => break Some(Flaw::Cut),
                Err(_) => break Some(Flaw::Broken),
            }
        };
        let inside = (!sound).then_some(Flaw::Broken);
        end.or(inside).or(second.then_some(Flaw::SecondScan))
    }
}
