//! Scan headers: which components come, and what of their coefficients (ITU-T T.81, B.2.3).

use super::Refusal;
use super::frame::Frame;
use crate::error::Reason;

/// One scan header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scan {
    count: usize,
    parts: [ComponentHeader; 4],
    /// The first and the last coefficient, in zigzag order.
    pub(super) band: (usize, usize),
    /// The bit position that was transmitted before (0 for none), and the one that is now.
    pub(super) bits: (u32, u32),
    /// How many MCUs stand between restarts; 0 for all.
    pub(super) restart_interval: usize,
}

/// One component of a scan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct ComponentHeader {
    /// Its number in the frame.
    pub(super) component: usize,
    /// The numbers of its Huffman codes.
    pub(super) dc: usize,
    pub(super) ac: usize,
}

impl Scan {
    /// Reads a scan header.
    pub(super) fn read(
        segment: &[u8],
        frame: &Frame,
        restart_interval: usize,
    ) -> Result<Scan, Refusal> {
        let broken = Refusal::Damaged(&Reason::JpegScanHeaderBroken);
        let [count @ 1..=4, rest @ ..] = segment else {
            return Err(broken);
        };
        let count = usize::from(*count);
        let Some((parts, &[first, last, bits])) = rest.split_at_checked(2 * count) else {
            return Err(broken);
        };
        let mut scan = Scan {
            count,
            parts: [ComponentHeader::default(); 4],
            band: (0, 63),
            bits: (0, 0),
            restart_interval,
        };
        let mut taken = [false; 4];
        for (part, [id, tables]) in scan.parts.iter_mut().zip(parts.as_chunks::<2>().0) {
            let mut components = frame.components().iter().zip(&taken);
            let found = components.position(|(component, taken)| component.id == *id && !taken);
            let component = found.ok_or(broken)?;
            taken[component] = true;
            let (dc, ac) = (usize::from(tables >> 4), usize::from(tables & 15));
            if dc > 3 || ac > 3 {
                return Err(broken);
            }
            *part = ComponentHeader { component, dc, ac };
        }
        if frame.progressive {
            scan.band = (first.into(), last.into());
            scan.bits = ((bits >> 4).into(), (bits & 15).into());
            let ((first, last), (before, now)) = (scan.band, scan.bits);
            let band = if first == 0 { last == 0 } else { count == 1 };
            let sound = band && first <= last && last <= 63 && now <= 13;
            if !sound || before != 0 && before != now + 1 {
                return Err(broken);
            }
        }
        Ok(scan)
    }

    /// The components, in the order of their blocks.
    pub(super) fn parts(&self) -> &[ComponentHeader] {
        &self.parts[..self.count]
    }

    /// Whether the first bits of DC coefficients are in it, for which it needs a code.
    pub(super) fn has_dc(&self) -> bool {
        self.band.0 == 0 && self.bits.0 == 0
    }

    /// Whether AC coefficients are in it.
    pub(super) fn has_ac(&self) -> bool {
        self.band.1 > 0
    }
}
