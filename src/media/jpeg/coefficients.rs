//! The coefficients of a picture that comes in many scans: of progressive ones (ITU-T T.81, annex G), and of those with
//! a scan for each component.
//!
//! Scans are applied in their order, as libjpeg applies them: of a component that is sent twice, the last counts.

use super::Refusal;
use super::frame::Frame;
use super::idct::{self, Block, Pixels};
use super::refinement::Band;
use super::scan::{self, End};
use super::scan_header::Scan;
use super::segments::Segments;
use super::transform::in_rows;
use crate::media::clock::Clock;

/// The coefficients of some components, as far as they have been transmitted.
pub(super) struct Coefficients {
    pub(super) frame: Frame,
    /// By component; `None` for those that are not of interest.
    planes: Vec<Option<Plane>>,
}

/// The coefficients of one component.
pub(super) struct Plane {
    blocks: Vec<Block>,
    /// How many blocks stand side by side.
    columns: usize,
    /// The steps that were in force at the first scan of the component, as libjpeg has it.
    steps: Option<Block>,
}

/// How much memory the coefficients of a component take.
pub(super) fn memory(frame: &Frame, component: usize) -> u64 {
    let (columns, rows) = frame.blocks(component);
    (columns * rows * size_of::<Block>()) as u64
}

impl Coefficients {
    /// None yet, of the first components.
    pub(super) fn new(frame: Frame, components: usize) -> Coefficients {
        let plane = |component| {
            let (columns, rows) = frame.blocks(component);
            (component < components).then(|| Plane {
                blocks: vec![[0; 64]; columns * rows],
                columns,
                steps: None,
            })
        };
        Coefficients {
            frame,
            planes: (0..frame.components().len()).map(plane).collect(),
        }
    }

    /// Whether something of a scan is of interest.
    pub(super) fn want(&self, scan: &Scan) -> bool {
        let mut parts = scan.parts().iter();
        parts.any(|part| self.planes[part.component].is_some())
    }

    /// Takes over a scan, whose data is where the segments end.
    pub(super) fn read(
        &mut self,
        segments: &mut Segments<'_>,
        scan: &Scan,
        clock: &Clock,
    ) -> Result<bool, Refusal> {
        for part in scan.parts() {
            if let Some(plane) = &mut self.planes[part.component]
                && plane.steps.is_none()
            {
                plane.steps = Some(in_rows(segments.steps(part.component)?));
            }
        }
        let frame = self.frame;
        let mut band = Band::new(self, segments, scan)?;
        let End { at, sound } =
            scan::read(segments.bytes, segments.at, &frame, scan, clock, &mut band)?;
        let sound = sound && band.is_sound();
        segments.at = at;
        Ok(sound)
    }

    #[inline(always)]
    pub(super) fn block(&mut self, component: usize, x: usize, y: usize) -> Option<&mut Block> {
        let plane = self.planes[component].as_mut()?;
        Some(&mut plane.blocks[y * plane.columns + x])
    }

    /// Whether all components that are of interest have been sent.
    pub(super) fn are_complete(&self) -> bool {
        self.planes.iter().flatten().all(|p| p.steps.is_some())
    }

    /// Hands on the pixels of the blocks in one row of MCUs, with their component and place.
    pub(super) fn each_block(
        &self,
        row: usize,
        mut each: impl FnMut(usize, usize, usize, &Pixels),
    ) {
        for (component, plane) in self.planes.iter().enumerate() {
            let Some(plane) = plane else { continue };
            let Some(steps) = &plane.steps else { continue };
            let down = self.frame.components()[component].factors.1;
            for y in row * down..(row + 1) * down {
                let blocks = &plane.blocks[y * plane.columns..(y + 1) * plane.columns];
                for (x, block) in blocks.iter().enumerate() {
                    if block[1..].iter().fold(0, |all, c| all | c) == 0 {
                        each(component, x, y, &[idct::flat(block[0], steps); 64]);
                    } else {
                        each(component, x, y, &idct::pixels(block, steps));
                    }
                }
            }
        }
    }
}
