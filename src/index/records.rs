//! Which records go into an index, and the place of each. Only records that rows refer to are written, so withdrawn
//! ones are not in the file.

use std::io::{self, Write};

use super::rows::record;
use crate::disk::mmap::{Bytes, Pace};

/// The smallest record of a row's metadata: 4 bytes of length and 10 fields of at least a byte. Two of them never begin
/// within so many bytes. So one bit for each stretch of this size tells them apart.
const RECORD_BYTES_MIN: u64 = 4 + 10;

/// Records on their way into an index.
pub(super) struct Records {
    /// The records of the file that no row refers to; they stand first.
    head: Vec<u8>,
    all: Bytes,
    kept: Vec<u64>,
    gaps: Vec<Gap>,
}

/// Records that are left out, in a row.
struct Gap {
    /// Where they end.
    end: u64,
    /// How many bytes are left out before that.
    bytes: u64,
}

impl Records {
    /// The records of the head, and none of a row's among so many bytes of them.
    pub(super) fn new(head: Vec<u8>, bytes: usize) -> Records {
        Records {
            head,
            all: Bytes::Owned(Vec::new()),
            kept: vec![0; (bytes as u64 / RECORD_BYTES_MIN / 64 + 1) as usize],
            gaps: Vec::new(),
        }
    }

    /// Puts the record at an offset into the index.
    pub(super) fn keep(&mut self, offset: u64) {
        let (word, bit) = bit(offset);
        self.kept[word] |= bit;
    }

    /// The records that offsets count in.
    pub(super) fn of(self, all: Bytes) -> Records {
        Records { all, ..self }
    }

    /// How many records of rows are kept.
    pub(super) fn kept(&self) -> usize {
        let ones = self.kept.iter().map(|word| word.count_ones() as usize);
        ones.sum()
    }

    /// Writes the head and what is kept. From then on, places are known.
    pub(super) fn write(&mut self, out: &mut impl Write) -> io::Result<()> {
        out.write_all(&self.head)?;
        let (mut at, mut left_out) = (0, 0);
        let mut pace = Pace::default();
        while at < self.all.len() as u64 {
            let end = at + 4 + record(&self.all, at).len() as u64;
            let (word, bit) = bit(at);
            if self.kept[word] & bit != 0 {
                out.write_all(&self.all[at as usize..end as usize])?;
            } else {
                left_out += end - at;
                match self.gaps.last_mut() {
                    Some(gap) if gap.end == at => gap.end = end,
                    _ => self.gaps.push(Gap { end, bytes: 0 }),
                }
                let gap = self.gaps.last_mut().expect("one was pushed");
                gap.bytes = left_out;
            }
            pace.passed((end - at) as usize, &self.all);
            at = end;
        }
        self.all.release();
        Ok(())
    }

    /// Where a record that is kept stands in the index.
    pub(super) fn place(&self, offset: u64) -> u64 {
        let gaps = self.gaps.partition_point(|gap| gap.end <= offset);
        let left_out = gaps.checked_sub(1).map_or(0, |gap| self.gaps[gap].bytes);
        self.head.len() as u64 + offset - left_out
    }
}

fn bit(offset: u64) -> (usize, u64) {
    let bit = offset / RECORD_BYTES_MIN;
    ((bit / 64) as usize, 1 << (bit % 64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn kept_records_are_written_and_found(
            contents in prop::collection::vec((10usize..40, any::<bool>()), 0..50),
        ) {
            let (mut all, mut places) = (Vec::new(), Vec::new());
            for (i, &(length, keep)) in contents.iter().enumerate() {
                places.extend(keep.then_some((all.len() as u64, i)));
                all.extend((length as u32).to_le_bytes());
                all.extend(vec![i as u8; length]);
            }
            let mut records = Records::new(vec![255; 3], all.len());
            for &(place, _) in &places {
                records.keep(place);
            }
            let mut records = records.of(Bytes::Owned(all));
            prop_assert_eq!(records.kept(), places.len());
            let mut written = Vec::new();
            records.write(&mut written).unwrap();
            let mut length = 3;
            for (place, i) in places {
                let content = record(&written, records.place(place));
                prop_assert_eq!(content, vec![i as u8; contents[i].0]);
                length += 4 + content.len();
            }
            prop_assert_eq!(written.len(), length);
        }
    }
}
