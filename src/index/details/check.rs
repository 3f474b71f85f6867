//! Whether the details of an index are sound.

use zerocopy::little_endian::U32;

use super::Picture;
use crate::Result;
use crate::error::IndexDamage;
use crate::hash::LocalFeature;
use crate::index::Index;
use crate::index::layout::Table;

impl Index {
    /// Goes through all details of a type: each is of a row, and each feature is in its bucket once.
    pub(in crate::index) fn check_details(&self, table: &Table) -> Result<()> {
        let Some(sections) = &table.details else {
            return Ok(());
        };
        let mut before = None;
        let mut end = 0;
        for picture in 0..sections.pictures.count {
            let record: &Picture = self.blocks.element(&sections.pictures, picture)?;
            let row = record.row.get();
            let is_in_order = before.replace(row).is_none_or(|before| before < row);
            let has_sides = record.width.get() > 0 && record.height.get() > 0;
            if !is_in_order || row as usize >= table.rows.count || !has_sides {
                let ordinal = picture as u64;
                return Err(self.blocks.damaged(IndexDamage::DetailsPicture { ordinal }));
            }
            end = self.features_of(sections, picture)?.end;
        }
        let wrong = || Err(self.blocks.damaged(IndexDamage::DetailsOrder));
        if end != sections.features.count {
            return wrong();
        }
        let bits = sections.bits();
        let start = |bucket: usize| -> Result<usize> {
            let start: &U32 = self.blocks.element(&sections.starts, bucket)?;
            Ok(start.get() as usize)
        };
        if start(0)? != 0 || start(1 << bits)? != sections.order.count {
            return wrong();
        }
        for number in 0..1_usize << bits {
            let postings = start(number)?..start(number + 1)?;
            if postings.start > postings.end || postings.end > sections.order.count {
                return wrong();
            }
            let mut before = None;
            for posting in postings {
                let ordinal: &U32 = self.blocks.element(&sections.order, posting)?;
                let ordinal = ordinal.get() as usize;
                // As each stands in the one bucket of its bits, none is missing where all ascend and their number agrees.
                if ordinal >= sections.features.count
                    || before
                        .replace(ordinal)
                        .is_some_and(|before| before >= ordinal)
                {
                    return wrong();
                }
                let features = ordinal..ordinal + 1;
                let bytes = LocalFeature::BYTES;
                let bytes = self.blocks.elements(&sections.features, features, bytes)?;
                let feature = LocalFeature::from_bytes(bytes.try_into().expect("of that size"));
                if sections.key.bucket(&feature.descriptor, bits) as usize != number {
                    return wrong();
                }
            }
        }
        Ok(())
    }
}
