//! Rows of a subsampled component at full width, as libjpeg-turbo makes them.
//!
//! A sample may stand for two pixels in a row, or for two rows. Then each pixel is three quarters of its own sample and
//! one quarter of its neighbour's ("fancy" upsampling). For any other number samples are repeated.

/// How a component is laid out against the pixels. It is how many of these a sample stands for in a row and in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Steps {
    pub(super) across: usize,
    pub(super) down: usize,
    /// Whether rows are made of their neighbours too.
    fancy: bool,
}

impl Steps {
    /// For a component with so many samples in a row.
    pub(super) fn new(across: usize, down: usize, width: usize) -> Steps {
        let fancy = match (across, down) {
            (1, 2) => true,
            (2, 1 | 2) => width > 2,
            _ => false,
        };
        Steps {
            across,
            down,
            fancy,
        }
    }

    /// Whether a row is made of two rows of samples.
    pub(super) fn blends_rows(self) -> bool {
        self.fancy && self.down == 2
    }

    /// Makes a row of pixels, which may be shorter than the samples reach. It is made of the row of samples that stands for it
    /// and the nearest other one. That one is below where `lower`. `None` where the samples are the pixels.
    pub(super) fn row<'a>(
        self,
        near: &'a [u8],
        far: &'a [u8],
        lower: bool,
        sums: &'a mut Vec<u16>,
        pixels: &'a mut Vec<u8>,
    ) -> &'a [u8] {
        if self.across == 1 && !self.blends_rows() {
            return near;
        }
        match (self.fancy, self.across, self.down) {
            (true, 1, _) => {
                let half = if lower { 2 } else { 1 };
                pixels.clear();
                let pairs = near.iter().zip(far);
                pixels
                    .extend(pairs.map(|(&n, &f)| ((blend(n.into(), f.into()) + half) >> 2) as u8));
            }
            (true, _, 1) => {
                sums.clear();
                sums.extend(near.iter().map(|&n| u16::from(n)));
                spread(sums, pixels, [1, 2], 2);
            }
            (true, ..) => {
                sums.clear();
                let pairs = near.iter().zip(far);
                sums.extend(pairs.map(|(&n, &f)| blend(n.into(), f.into())));
                spread(sums, pixels, [8, 7], 4);
            }
            _ => {
                pixels.clear();
                let repeated = near
                    .iter()
                    .flat_map(|&v| std::iter::repeat_n(v, self.across));
                pixels.extend(repeated);
            }
        }
        pixels
    }
}

#[inline(always)]
fn blend(near: u16, far: u16) -> u16 {
    3 * near + far
}

/// Makes twice as many pixels as sums: those at the ends have no other neighbour. `halves` are what rounds each pixel of a
/// pair.
fn spread(sums: &[u16], pixels: &mut Vec<u8>, halves: [u16; 2], down: u32) {
    let last = sums.len() - 1;
    pixels.resize(2 * sums.len(), 0);
    pixels[0] = ((4 * sums[0] + halves[0]) >> down) as u8;
    pixels[2 * last + 1] = ((4 * sums[last] + halves[1]) >> down) as u8;
    let between = pixels[1..2 * last + 1].as_chunks_mut::<2>().0;
    let pairs = sums[..last].iter().zip(&sums[1..]);
    for ((&left, &right), pixels) in pairs.zip(between) {
        let first = (blend(left, right) + halves[1]) >> down;
        let second = (blend(right, left) + halves[0]) >> down;
        // Both at once, which vector code can do.
        *pixels = (first | second << 8).to_le_bytes();
    }
}
