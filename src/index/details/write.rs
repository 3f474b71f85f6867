//! Details on their way into an index.

use std::io::{self, Seek, Write};

use zerocopy::IntoBytes;
use zerocopy::little_endian::U32;

use super::Picture;
use super::key::{Key, bucket_bits};
use crate::Result;
use crate::disk::mmap::Bytes;
use crate::disk::spool::{Scratch, Spool};
use crate::error::Limit;
use crate::hash::{Details, HashType, LocalFeature};
use crate::index::format::Role;
use crate::index::plan::within_u32;
use crate::index::writer::Writer;

/// The bytes of details: width, height, tiles and features.
pub(in crate::index) fn encoded(details: &Details) -> Vec<u8> {
    let mut bytes = [details.width, details.height]
        .map(u16::to_le_bytes)
        .concat();
    bytes.extend(details.all().flat_map(|feature| feature.bytes()));
    bytes
}

/// The details of the rows of one type, in the order of the rows. They take 16 bytes of memory for each picture, and 4 for each
/// feature while they are written.
pub(in crate::index) struct NewDetails {
    features: Spool,
    /// Of each picture its row, and where its features begin.
    pictures: Vec<(u32, u32, [u16; 2])>,
}

/// The details of rows, no more to come.
pub(in crate::index) struct Frozen {
    features: Bytes,
    pictures: Vec<(u32, u32, [u16; 2])>,
}

impl NewDetails {
    pub(in crate::index) fn new(scratch: &Scratch) -> NewDetails {
        NewDetails {
            features: scratch.spool(32),
            pictures: Vec::new(),
        }
    }

    fn count(&self) -> u64 {
        self.features.len() / LocalFeature::BYTES as u64
    }

    /// Takes the details of a row as [`encoded`] wrote them.
    pub(in crate::index) fn push(&mut self, row: u32, bytes: &[u8]) -> Result<()> {
        let ([a, b, c, d], features) = bytes.split_first_chunk().expect("they begin with 4 bytes");
        let sides = [[*a, *b], [*c, *d]].map(u16::from_le_bytes);
        let start = within_u32(Limit::Features, self.count())?;
        self.pictures.push((row, start, sides));
        self.features.push(features)
    }

    pub(in crate::index) fn finish(self) -> Result<Option<Frozen>> {
        within_u32(Limit::Features, self.count())?;
        if self.pictures.is_empty() {
            return Ok(None);
        }
        Ok(Some(Frozen {
            features: self.features.freeze()?,
            pictures: self.pictures,
        }))
    }
}

impl Frozen {
    fn count(&self) -> usize {
        self.features.len() / LocalFeature::BYTES
    }

    /// The features of the picture with this number.
    fn of(&self, picture: usize) -> std::ops::Range<usize> {
        let start = |picture: usize| {
            self.pictures
                .get(picture)
                .map(|(_, start, _)| *start as usize)
        };
        let end = start(picture + 1).unwrap_or(self.count());
        start(picture).expect("one of the pictures")..end
    }

    /// Those of a picture and their number, for each row that has any; rows stand in a new order.
    fn in_order(&self, rows: impl Iterator<Item = u32>) -> Vec<(u32, usize)> {
        let placed = (0..).zip(rows).filter_map(|(new, old)| {
            let place = self.pictures.binary_search_by_key(&old, |(row, ..)| *row);
            Some((new, place.ok()?))
        });
        placed.collect()
    }

    /// The sections before structures. `rows` are the rows in the order of the file, by their places among those pushed.
    pub(in crate::index) fn write<W: Write + Seek>(
        &self,
        writer: &mut Writer<W>,
        hash_type: HashType,
        rows: impl Iterator<Item = u32>,
    ) -> io::Result<Placed> {
        let placed = Placed(self.in_order(rows));
        writer.section(Role::Pictures, Some(hash_type), placed.0.len())?;
        let mut end = 0;
        for &(row, picture) in &placed.0 {
            end += self.of(picture).len() as u32;
            let [width, height] = self.pictures[picture].2;
            let picture = Picture {
                row: row.into(),
                end: end.into(),
                width: width.into(),
                height: height.into(),
            };
            writer.write_all(picture.as_bytes())?;
        }
        writer.section(Role::Features, Some(hash_type), self.count())?;
        for features in self.each(&placed) {
            writer.write_all(features.as_flattened())?;
        }
        Ok(placed)
    }

    fn each(&self, placed: &Placed) -> impl Iterator<Item = &[[u8; LocalFeature::BYTES]]> {
        let (all, _) = self.features.as_chunks::<{ LocalFeature::BYTES }>();
        let pictures = placed.0.iter();
        pictures.map(|(_, picture)| &all[self.of(*picture)])
    }

    /// The sections that are searched: a counting sort of the features by their buckets.
    pub(in crate::index) fn write_order<W: Write + Seek>(
        &self,
        writer: &mut Writer<W>,
        hash_type: HashType,
        placed: &Placed,
    ) -> io::Result<()> {
        let bits = bucket_bits(self.count() as u64);
        let buckets = || {
            let all = self.each(placed).flatten();
            all.map(|bytes| {
                Key::Even.bucket(&LocalFeature::from_bytes(*bytes).descriptor, bits) as usize
            })
        };
        let mut ends = vec![0_u32; 1 << bits];
        for bucket in buckets() {
            ends[bucket] += 1;
        }
        let mut start = 0;
        for end in &mut ends {
            start += std::mem::replace(end, start);
        }
        let mut order = vec![U32::ZERO; self.count()];
        for (ordinal, bucket) in (0_u32..).zip(buckets()) {
            let place = &mut ends[bucket];
            order[*place as usize] = ordinal.into();
            *place += 1;
        }
        writer.section(Role::FeatureStarts, Some(hash_type), ends.len() + 1)?;
        writer.write_all(&0_u32.to_le_bytes())?;
        for end in ends {
            writer.write_all(&end.to_le_bytes())?;
        }
        writer.section(Role::FeatureOrder, Some(hash_type), order.len())?;
        writer.write_all(order.as_bytes())
    }
}

/// Rows of the file with the numbers of their pictures.
pub(in crate::index) struct Placed(Vec<(u32, usize)>);
