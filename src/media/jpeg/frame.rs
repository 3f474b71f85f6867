//! The frame header: the size of a picture, its components and how they lie in it (ITU-T T.81, B.2.2).

use super::Refusal;
use crate::error::Reason;

/// The size of a picture and its components.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) width: usize,
    /// Zero where it is announced behind the first scan.
    pub(super) height: usize,
    pub(super) progressive: bool,
    count: usize,
    components: [Component; 4],
    /// The largest sampling factors, along each row and down each column.
    pub(super) largest: (usize, usize),
}

/// One component of a frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Component {
    pub(super) id: u8,
    /// The sampling factors, along each row and down each column: how many blocks of it an MCU has.
    pub(super) factors: (usize, usize),
    /// The number of its quantisation table.
    pub(super) quantisation: usize,
}

impl Frame {
    /// Reads the header of a frame of 8-bit samples.
    pub(super) fn read(segment: &[u8], progressive: bool) -> Result<Frame, Refusal> {
        let [precision, h1, h2, w1, w2, count, rest @ ..] = segment else {
            return Err(Refusal::Damaged(&Reason::JpegFrameHeaderCut));
        };
        if *precision != 8 {
            return Err(Refusal::Unsupported(match precision {
                12 => &Reason::JpegTwelveBits,
                _ => &Reason::JpegSampleBits,
            }));
        }
        let count = usize::from(*count);
        let (parts, behind) = rest.as_chunks::<3>();
        if count == 0 || parts.len() != count || !behind.is_empty() {
            return Err(Refusal::Damaged(&Reason::JpegFrameHeaderLength));
        }
        if !matches!(count, 1 | 3 | 4) {
            return Err(Refusal::Unsupported(&Reason::JpegComponents));
        }
        let mut components = [Component::default(); 4];
        for (component, [id, factors, table]) in components.iter_mut().zip(parts) {
            let factors = (usize::from(factors >> 4), usize::from(factors & 15));
            let sound = (1..=4).contains(&factors.0) && (1..=4).contains(&factors.1) && *table < 4;
            if !sound {
                return Err(Refusal::Damaged(&Reason::JpegFrameHeaderBroken));
            }
            *component = Component {
                id: *id,
                factors,
                quantisation: (*table).into(),
            };
        }
        if count == 1 {
            // Of one component each MCU is one block, whatever the factors say (A.2.2).
            components[0].factors = (1, 1);
        }
        let all = &components[..count];
        let largest = |factor: fn(&Component) -> usize| all.iter().map(factor).max().unwrap_or(1);
        let largest = (largest(|c| c.factors.0), largest(|c| c.factors.1));
        let whole = |c: &Component| largest.0 % c.factors.0 == 0 && largest.1 % c.factors.1 == 0;
        if !all.iter().all(whole) {
            return Err(Refusal::Unsupported(&Reason::JpegFractionalSampling));
        }
        let width = u16::from_be_bytes([*w1, *w2]).into();
        if width == 0 {
            return Err(Refusal::Damaged(&Reason::JpegWithoutPixels));
        }
        Ok(Frame {
            width,
            height: u16::from_be_bytes([*h1, *h2]).into(),
            progressive,
            count,
            components,
            largest,
        })
    }

    pub(super) fn components(&self) -> &[Component] {
        &self.components[..self.count]
    }

    /// How many MCUs of all components stand side by side and below each other.
    pub(super) fn mcus(&self) -> (usize, usize) {
        let (across, down) = self.largest;
        (
            self.width.div_ceil(8 * across),
            self.height.div_ceil(8 * down),
        )
    }

    /// How many samples a component has in a row, and how many rows.
    pub(super) fn samples(&self, component: usize) -> (usize, usize) {
        let (across, down) = self.components[component].factors;
        (
            (self.width * across).div_ceil(self.largest.0),
            (self.height * down).div_ceil(self.largest.1),
        )
    }

    /// How many blocks of a component stand side by side and below each other. Those that fill the last MCUs are included.
    pub(super) fn blocks(&self, component: usize) -> (usize, usize) {
        let ((columns, rows), (across, down)) = (self.mcus(), self.components[component].factors);
        (columns * across, rows * down)
    }

    /// Whether a component has a sample for each pixel.
    pub(super) fn is_full(&self, component: usize) -> bool {
        self.components[component].factors == self.largest
    }
}
