//! The listed features near to those of a picture that is looked up.

use zerocopy::little_endian::U32;

use super::{DetailSections, linear};
use crate::Result;
use crate::error::IndexDamage;
use crate::hash::{Details, HashType, LocalFeature, SeenFeature};
use crate::index::simd::near_records;
use crate::index::{Hit, Index};

/// Where there are so few features, all are compared.
const LINEAR_MAX: usize = 4096;

/// A bucket with more features is passed over. So many pictures that share one feature are not told apart by it.
const BUCKET_MAX: usize = 4096;

/// A listed feature near to one that was looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FeatureHit {
    /// The number of the feature that was looked up.
    pub(crate) query: u32,
    /// The number of the picture that it is listed of.
    pub(crate) picture: u32,
    pub(crate) feature: LocalFeature,
    pub(crate) distance: u32,
}

impl Index {
    /// Whether details of any picture are listed.
    pub(crate) fn has_details(&self) -> bool {
        self.detail_sections().is_some()
    }

    pub(super) fn detail_sections(&self) -> Option<&DetailSections> {
        self.layout.table(HashType::Pdq)?.details.as_ref()
    }

    /// Most of the listed features within `radius` bits of each of these.
    pub(crate) fn features_near(
        &self,
        asked: &[SeenFeature],
        radius: u32,
    ) -> Result<Vec<FeatureHit>> {
        let Some(sections) = self.detail_sections() else {
            return Ok(Vec::new());
        };
        if sections.features.count <= LINEAR_MAX {
            return self.features_linear(sections, asked, radius);
        }
        let mut hits = Vec::new();
        let bits = sections.bits();
        let (starts, order, features) = (
            self.blocks.view(&sections.starts),
            self.blocks.view(&sections.order),
            self.blocks.view(&sections.features),
        );
        let mut near: Vec<(usize, u32)> = Vec::new();
        for (query, seen) in (0..).zip(asked) {
            let own = sections.key.bucket(&seen.feature.descriptor, bits);
            let tile = seen.feature.tile();
            for probe in sections.key.probes(bits, &seen.doubts) {
                let at = (own ^ probe) as usize * size_of::<U32>();
                let bounds = starts.bytes(at..at + 2 * size_of::<U32>())?;
                let bound = |place: usize| {
                    let bytes = bounds[place * 4..][..4].try_into().expect("cut to 4 bytes");
                    u32::from_le_bytes(bytes) as usize
                };
                let (start, end) = (bound(0), bound(1));
                if start > end || end > sections.order.count {
                    return Err(self.blocks.damaged(IndexDamage::DetailsOrder));
                }
                if end - start > BUCKET_MAX {
                    continue;
                }
                let (ordinals, _) = order.bytes(start * 4..end * 4)?.as_chunks::<4>();
                let pieces = ordinals.iter().map(|ordinal| {
                    let at = u32::from_le_bytes(*ordinal) as usize * LocalFeature::BYTES;
                    at..at + LocalFeature::BYTES
                });
                let (listed, _) = features
                    .bytes_of(0..features.len(), pieces)?
                    .as_chunks::<{ LocalFeature::BYTES }>();
                let found = &mut |ordinal, distance| near.push((ordinal, distance));
                let descriptor = &seen.feature.descriptor;
                if !near_records(listed, ordinals, descriptor, radius, found) {
                    return Err(self.blocks.damaged(IndexDamage::DetailsOrder));
                }
                for (ordinal, distance) in near.drain(..) {
                    let feature = LocalFeature::from_bytes(listed[ordinal]);
                    if feature.tile() == tile {
                        hits.push(FeatureHit {
                            query,
                            picture: self.picture_of(sections, ordinal)?,
                            feature,
                            distance,
                        });
                    }
                }
            }
        }
        Ok(hits)
    }

    /// What [`Index::features_near`] finds by comparing all.
    pub(super) fn features_linear(
        &self,
        sections: &DetailSections,
        asked: &[SeenFeature],
        radius: u32,
    ) -> Result<Vec<FeatureHit>> {
        let mut listed = Vec::with_capacity(sections.features.count);
        for picture in 0..sections.pictures.count {
            let features = self.features_of(sections, picture)?;
            let bytes = LocalFeature::BYTES;
            let all = self.blocks.elements(&sections.features, features, bytes)?;
            let (all, _) = all.as_chunks::<{ LocalFeature::BYTES }>();
            let of_picture = |bytes: &[u8; LocalFeature::BYTES]| {
                (picture as u32, LocalFeature::from_bytes(*bytes))
            };
            listed.extend(all.iter().map(of_picture));
        }
        Ok(linear(listed.into_iter(), asked, radius))
    }

    /// The number of the picture that a feature is of.
    fn picture_of(&self, sections: &DetailSections, feature: usize) -> Result<u32> {
        let mut range = 0..sections.pictures.count;
        while !range.is_empty() {
            let middle = range.start + range.len() / 2;
            let picture: &super::Picture = self.blocks.element(&sections.pictures, middle)?;
            if picture.end.get() as usize <= feature {
                range.start = middle + 1;
            } else {
                range.end = middle;
            }
        }
        if range.start == sections.pictures.count {
            let ordinal = range.start as u64;
            return Err(self.blocks.damaged(IndexDamage::DetailsPicture { ordinal }));
        }
        Ok(range.start as u32)
    }

    /// The hash of a picture by its number, and its details.
    pub(crate) fn detailed_picture(&self, picture: u32) -> Result<(Hit, Details)> {
        let wrong = || {
            let ordinal = u64::from(picture);
            self.blocks.damaged(IndexDamage::DetailsPicture { ordinal })
        };
        let table = self.layout.table(HashType::Pdq).ok_or_else(wrong)?;
        let sections = table.details.as_ref().ok_or_else(wrong)?;
        let record: &super::Picture = self.blocks.element(&sections.pictures, picture as usize)?;
        let row = record.row.get() as usize;
        if row >= table.rows.count {
            return Err(wrong());
        }
        let details = self.details_at(sections, picture as usize)?;
        let ordinal = self.hash_of_row(table, row)?;
        let hash = self.hash(table, ordinal)?;
        Ok((Hit::at(hash, 0, ordinal as u32), details))
    }
}
