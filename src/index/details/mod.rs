//! The details of listed pictures: tiles and local features, and the order in which they are searched.
//!
//! A descriptor differs from that of a copy in some 20 of its 256 bits. Some bits of it, the [`key`], choose a bucket. A query
//! looks into the bucket of its own key, into those that differ in one bit, and into some that differ in two. Which two
//! is told by the bits that are most likely to differ. So this search misses some features, unlike that for hashes. A
//! picture has many features, and few of them suffice. [`linear`] is the oracle, and answers where there are few features.

mod check;
mod key;
#[cfg(feature = "media")]
mod linear;
#[cfg(feature = "media")]
mod search;
#[cfg(all(test, feature = "media"))]
mod tests;
mod write;

pub(super) use key::Key;
#[cfg(feature = "media")]
pub(crate) use linear::near as linear;
#[cfg(feature = "media")]
pub(crate) use search::FeatureHit;
pub(super) use write::{Frozen, NewDetails, encoded};

use zerocopy::little_endian::{U16, U32};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::Index;
use super::layout::{Section, Table};
use crate::Result;
use crate::error::IndexDamage;
use crate::hash::{Details, LocalFeature};

/// A picture whose details are listed.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct Picture {
    /// The row whose hash it has.
    pub(super) row: U32,
    /// Where its features end; they begin where those of the picture before end.
    pub(super) end: U32,
    pub(super) width: U16,
    pub(super) height: U16,
}

const _: () = assert!(size_of::<Picture>() == 12);

/// The sections of the details of one type.
#[derive(Clone, Debug)]
pub(super) struct DetailSections {
    pub(super) pictures: Section,
    pub(super) features: Section,
    pub(super) starts: Section,
    pub(super) order: Section,
    pub(super) key: Key,
}

impl DetailSections {
    /// The sections, where they can be of as many rows.
    pub(super) fn new(
        [pictures, features, starts, order]: [Section; 4],
        rows: usize,
        key: Key,
    ) -> Option<DetailSections> {
        let buckets = starts.count.checked_sub(1)?;
        let is_sound = (1..=rows).contains(&pictures.count)
            && features.count >= 1
            && order.count == features.count
            && buckets.is_power_of_two()
            && (1..=key::BUCKET_BITS_MAX).contains(&buckets.trailing_zeros());
        is_sound.then_some(DetailSections {
            pictures,
            features,
            starts,
            order,
            key,
        })
    }

    /// How many bits choose a bucket.
    fn bits(&self) -> u32 {
        (self.starts.count - 1).trailing_zeros()
    }
}

impl Index {
    /// The details of a row, where it has any.
    pub(super) fn details_of(&self, table: &Table, row: usize) -> Result<Option<Details>> {
        let Some(sections) = &table.details else {
            return Ok(None);
        };
        let mut range = 0..sections.pictures.count;
        while !range.is_empty() {
            let middle = range.start + range.len() / 2;
            let picture: &Picture = self.blocks.element(&sections.pictures, middle)?;
            match (picture.row.get() as usize).cmp(&row) {
                std::cmp::Ordering::Less => range.start = middle + 1,
                std::cmp::Ordering::Greater => range.end = middle,
                std::cmp::Ordering::Equal => {
                    return self.details_at(sections, middle).map(Some);
                }
            }
        }
        Ok(None)
    }

    /// The details of the picture with this number.
    fn details_at(&self, sections: &DetailSections, picture: usize) -> Result<Details> {
        let features = self.features_of(sections, picture)?;
        let record: &Picture = self.blocks.element(&sections.pictures, picture)?;
        let bytes = LocalFeature::BYTES;
        let all = self.blocks.elements(&sections.features, features, bytes)?;
        let (all, _) = all.as_chunks::<{ LocalFeature::BYTES }>();
        let all = all.iter().map(|bytes| LocalFeature::from_bytes(*bytes));
        let sides = [record.width.get(), record.height.get()];
        Ok(Details::of(sides, all))
    }

    /// The places of the features of a picture.
    fn features_of(
        &self,
        sections: &DetailSections,
        picture: usize,
    ) -> Result<std::ops::Range<usize>> {
        let end = |picture: usize| -> Result<usize> {
            let record: &Picture = self.blocks.element(&sections.pictures, picture)?;
            Ok(record.end.get() as usize)
        };
        let start = picture.checked_sub(1).map_or(Ok(0), end)?;
        let features = start..end(picture)?;
        let most = Details::FEATURES_MAX + Details::TILES + Details::GRID;
        let is_sound = features.start < features.end
            && features.len() <= most
            && features.end <= sections.features.count;
        if is_sound {
            return Ok(features);
        }
        let ordinal = picture as u64;
        Err(self.blocks.damaged(IndexDamage::DetailsPicture { ordinal }))
    }
}
