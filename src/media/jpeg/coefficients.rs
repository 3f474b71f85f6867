//! The coefficients of a picture that comes in many scans. These are progressive pictures (ITU-T T.81, annex G), and
//! those with a scan for each component.
//!
//! Scans are applied in their order, as libjpeg applies them: of a component that is sent twice, the last counts.

use super::Refusal;
use super::frame::Frame;
use super::idct::{self, Block, Pixels};
use super::scan_header::Scan;
use super::segments::Segments;
use super::transform::{in_row, in_rows};

/// The coefficients of some components, as far as they have been transmitted. They are of all rows of MCUs, or of one at a
/// time.
pub(super) struct Coefficients {
    pub(super) frame: Frame,
    /// By component; `None` for those that are not of interest.
    planes: Vec<Option<Plane>>,
}

/// The coefficients of one component.
struct Plane {
    blocks: Vec<Held>,
    /// How many blocks stand side by side, and how many of their rows are held.
    columns: usize,
    rows: usize,
    /// The steps that were in force at the first scan of the component, as libjpeg has it, in zigzag order.
    steps: Option<[u16; 64]>,
}

/// The coefficients of one block.
#[derive(Clone, Copy)]
pub(super) struct Held {
    pub(super) values: Block,
    /// Which of them, by their number, are not zero; the first is never among them.
    pub(super) others: u64,
}

impl Held {
    pub(super) const NOTHING: Held = Held {
        values: [0; 64],
        others: 0,
    };

    /// Puts a coefficient, but for the first, in its place.
    #[inline(always)]
    pub(super) fn put(&mut self, number: usize, value: i16) {
        self.values[in_row(number)] = value;
        let bit = 1 << (number & 63);
        self.others = if value == 0 {
            self.others & !bit
        } else {
            self.others | bit
        };
    }

    /// The pixels, with these steps.
    #[inline(always)]
    pub(super) fn pixels(&self, steps: &Block) -> Pixels {
        idct::pixels_of(&self.values, steps, self.others == 0)
    }
}

/// How much memory the coefficients of a component take.
pub(super) fn memory(frame: &Frame, component: usize) -> u64 {
    let (columns, rows) = frame.blocks(component);
    (columns * rows * size_of::<Held>()) as u64
}

impl Coefficients {
    /// None yet, of the first components and all rows of MCUs.
    pub(super) fn new(frame: Frame, components: usize) -> Coefficients {
        Coefficients::of_rows(frame, components, frame.mcus().1)
    }

    /// The same of one row of MCUs at a time.
    pub(super) fn strip(frame: Frame, components: usize) -> Coefficients {
        Coefficients::of_rows(frame, components, 1)
    }

    fn of_rows(frame: Frame, components: usize, mcus: usize) -> Coefficients {
        let plane = |component: usize| {
            let columns = frame.blocks(component).0;
            let rows = mcus * frame.components()[component].factors.1;
            (component < components).then(|| Plane {
                blocks: vec![Held::NOTHING; columns * rows],
                columns,
                rows,
                steps: None,
            })
        };
        Coefficients {
            frame,
            planes: (0..frame.components().len()).map(plane).collect(),
        }
    }

    /// Forgets the coefficients, to begin with another row of MCUs.
    pub(super) fn clear(&mut self) {
        for plane in self.planes.iter_mut().flatten() {
            plane.blocks.fill(Held::NOTHING);
        }
    }

    /// Whether something of a scan is of interest.
    pub(super) fn want(&self, scan: &Scan) -> bool {
        let mut parts = scan.parts().iter();
        parts.any(|part| self.planes[part.component].is_some())
    }

    /// Takes over the steps that are in force at a scan, for the components that it is the first of.
    pub(super) fn take_steps(
        &mut self,
        segments: &Segments<'_>,
        scan: &Scan,
    ) -> Result<(), Refusal> {
        for part in scan.parts() {
            if let Some(plane) = &mut self.planes[part.component]
                && plane.steps.is_none()
            {
                plane.steps = Some(*segments.steps(part.component)?);
            }
        }
        Ok(())
    }

    /// The steps of a component, in zigzag order, once a scan of it has come.
    pub(super) fn steps(&self, component: usize) -> Option<&[u16; 64]> {
        self.planes[component].as_ref()?.steps.as_ref()
    }

    #[inline(always)]
    pub(super) fn block(&mut self, component: usize, x: usize, y: usize) -> Option<&mut Held> {
        let plane = self.planes[component].as_mut()?;
        Some(&mut plane.blocks[y % plane.rows * plane.columns + x])
    }

    /// Whether all components that are of interest have been sent.
    pub(super) fn are_complete(&self) -> bool {
        self.planes.iter().flatten().all(|p| p.steps.is_some())
    }

    /// The blocks of a component in one row of MCUs, with their places.
    pub(super) fn blocks(
        &self,
        component: usize,
        row: usize,
    ) -> impl Iterator<Item = (usize, usize, &Held)> {
        let down = self.frame.components()[component].factors.1;
        let plane = self.planes[component].as_ref();
        let rows = (row * down..(row + 1) * down).filter_map(move |y| Some((y, plane?)));
        rows.flat_map(|(y, plane)| {
            let first = y % plane.rows * plane.columns;
            let blocks = &plane.blocks[first..first + plane.columns];
            blocks.iter().enumerate().map(move |(x, held)| (x, y, held))
        })
    }

    /// Hands on the pixels of the blocks in one row of MCUs, with their component and place.
    pub(super) fn each_block(
        &self,
        row: usize,
        mut each: impl FnMut(usize, usize, usize, &Pixels),
    ) {
        for component in 0..self.planes.len() {
            let Some(steps) = self.steps(component).map(in_rows) else {
                continue;
            };
            for (x, y, held) in self.blocks(component, row) {
                each(component, x, y, &held.pixels(&steps));
            }
        }
    }
}
