//! Rows of a subsampled component at full width, as libjpeg-turbo makes them.
//!
//! Where a sample stands for two pixels in a row, or two rows, each pixel is three quarters of its own sample and one
//! quarter of its neighbour's ("fancy" upsampling); for any other number samples are repeated.

/// How a component is laid out against the pixels: how many of these a sample stands for in a row and in a column.
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

    /// Makes a row of pixels, which may be shorter than the samples reach, of the row of samples that stands for it and
    /// the nearest other one, which is below where `lower`. `None` where the samples are the pixels.
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
        pixels.clear();
        match (self.fancy, self.across, self.down) {
            (true, 1, _) => {
                let half = if lower { 2 } else { 1 };
                let pairs = near.iter().zip(far);
                pixels.extend(
                    pairs.map(|(&n, &f)| ((3 * u16::from(n) + u16::from(f) + half) >> 2) as u8),
                );
            }
            (true, _, 1) => {
                pixels.resize(2 * near.len(), 0);
                spread(
                    near,
                    pixels,
                    |near, far| 3 * u16::from(near) + u16::from(far),
                    [1, 2],
                    2,
                    |v| 4 * u16::from(v),
                );
            }
            (true, ..) => {
                sums.clear();
                sums.extend(
                    near.iter()
                        .zip(far)
                        .map(|(&n, &f)| 3 * u16::from(n) + u16::from(f)),
                );
                pixels.resize(2 * near.len(), 0);
                spread(
                    sums,
                    pixels,
                    |near, far| 3 * near + far,
                    [8, 7],
                    4,
                    |v| 4 * v,
                );
            }
            _ => pixels.extend(
                near.iter()
                    .flat_map(|&v| std::iter::repeat_n(v, self.across)),
            ),
        }
        pixels
    }
}

/// Twice as many pixels as samples: those at the ends have no other neighbour.
#[inline(always)]
fn spread<T: Copy>(
    samples: &[T],
    pixels: &mut [u8],
    blend: impl Fn(T, T) -> u16,
    halves: [u16; 2],
    down: u32,
    alone: impl Fn(T) -> u16,
) {
    let last = samples.len() - 1;
    pixels[0] = ((alone(samples[0]) + halves[0]) >> down) as u8;
    pixels[2 * last + 1] = ((alone(samples[last]) + halves[1]) >> down) as u8;
    let between = pixels[1..2 * last + 1].as_chunks_mut::<2>().0;
    for (pair, pixels) in samples.windows(2).zip(between) {
        *pixels = [
            ((blend(pair[0], pair[1]) + halves[1]) >> down) as u8,
            ((blend(pair[1], pair[0]) + halves[0]) >> down) as u8,
        ];
    }
}
