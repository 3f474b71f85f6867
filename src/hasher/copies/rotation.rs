//! Planes that are rotated by a few degrees, and quadrilaterals of them as squares.

use std::ops::Range;

use super::axis::Axis;
use super::plane::Plane;

/// The side of a plane beside which it fades to its mean, as a share of the side.
const FADE: f32 = 0.1;

/// What is left of the sample at the edge of a side, so many samples away from it.
fn decay(count: usize, side: usize) -> Vec<f32> {
    let share = |place: usize| (-(place as f32) / (FADE * side as f32)).exp();
    (1..=count).map(share).collect()
}

/// A shift as whole samples, and the part of one that is left.
fn split(shift: f64) -> (i64, f32) {
    (shift.floor() as i64, (shift - shift.floor()) as f32)
}

/// A plane that is rotated about its centre, with more samples around it.
///
/// Columns are shifted first, then rows. The distance of samples in rows is then divided by the cosine. In columns it is
/// multiplied by it. Frames make up for both.
pub(super) struct Rotated {
    pub(super) plane: Plane,
    margins: [usize; 2],
    sides: [usize; 2],
    cosine: f64,
}

impl Rotated {
    /// The axes of a frame in samples of the plane before it was rotated: of its rows and of its columns.
    pub(super) fn axes(&self, rows: Range<f64>, columns: Range<f64>) -> [Axis; 2] {
        let moved = |frame: Range<f64>, axis: usize, scale: f64, length: usize| {
            let middle = self.sides[axis] as f64 / 2.0;
            let place = |at: f64| (at - middle) * scale + middle + self.margins[axis] as f64;
            Axis::new(place(frame.start)..place(frame.end), 0..length)
        };
        [
            moved(rows, 1, 1.0 / self.cosine, self.plane.height),
            moved(columns, 0, self.cosine, self.plane.width),
        ]
    }
}

impl Plane {
    /// The plane rotated about its centre. Each side of a row and of a column has so many samples more. Its mean was taken off.
    pub(super) fn rotated(&self, degrees: f64, margins: [usize; 2]) -> Rotated {
        let [margin_x, margin_y] = margins;
        let (sine, cosine) = degrees.to_radians().sin_cos();
        let columns_shifted = self.with_columns_shifted(sine / cosine, margin_y);
        let (width, height) = (self.width + 2 * margin_x, columns_shifted.height);
        let slope = -sine * cosine;
        let middle = (height - 1) as f64 / 2.0;
        let pad = margin_x + (slope.abs() * middle).ceil() as usize + 1;
        let fade = decay(pad, self.width);
        let mut padded = vec![0.0; self.width + 2 * pad];
        let mut samples = Vec::with_capacity(width * height);
        for (number, row) in columns_shifted.samples.chunks_exact(self.width).enumerate() {
            padded[pad..pad + self.width].copy_from_slice(row);
            let (first, last) = (row[0], row[self.width - 1]);
            for (place, share) in fade.iter().enumerate() {
                padded[pad - 1 - place] = first * share;
                padded[pad + self.width + place] = last * share;
            }
            let (whole, part) = split(slope * (number as f64 - middle));
            let start = (pad as i64 - margin_x as i64 + whole) as usize;
            let pairs = padded[start..start + width]
                .iter()
                .zip(&padded[start + 1..]);
            samples.extend(pairs.map(|(one, other)| one + (other - one) * part));
        }
        Rotated {
            plane: Plane {
                width,
                height,
                samples,
            },
            margins,
            sides: [self.width, self.height],
            cosine,
        }
    }

    /// Each column shifted by its distance from the middle times the slope, with so many rows more at both ends.
    fn with_columns_shifted(&self, slope: f64, margin: usize) -> Plane {
        let (width, height) = (self.width, self.height + 2 * margin);
        let middle = (width - 1) as f64 / 2.0;
        let shift = |x: usize| split(slope * (x as f64 - middle));
        let parts: Vec<f32> = (0..width).map(|x| shift(x).1).collect();
        // Neighbours are mostly shifted by the same number of whole samples.
        let mut runs: Vec<(Range<usize>, i64)> = Vec::new();
        for x in 0..width {
            let (whole, _) = shift(x);
            match runs.last_mut() {
                Some((run, known)) if *known == whole => run.end = x + 1,
                _ => runs.push((x..x + 1, whole)),
            }
        }
        let pad = margin + (slope.abs() * middle).ceil() as usize + 1;
        let fade = decay(pad, self.height);
        let mut padded = Vec::with_capacity(width * (self.height + 2 * pad));
        let rows = self.samples.chunks_exact(width);
        let (first, last) = (
            &self.samples[..width],
            &self.samples[width * (self.height - 1)..],
        );
        for share in fade.iter().rev() {
            padded.extend(first.iter().map(|sample| sample * share));
        }
        rows.for_each(|row| padded.extend_from_slice(row));
        for share in &fade {
            padded.extend(last.iter().map(|sample| sample * share));
        }
        let mut samples = vec![0.0; width * height];
        for (number, row) in samples.chunks_exact_mut(width).enumerate() {
            for (run, whole) in &runs {
                let start = (number + pad - margin) as i64 + whole;
                let upper = &padded[start as usize * width..][..2 * width];
                let (upper, lower) = (&upper[run.clone()], &upper[width..][run.clone()]);
                let values = upper.iter().zip(lower).zip(&parts[run.clone()]);
                for (out, ((upper, lower), part)) in row[run.clone()].iter_mut().zip(values) {
                    *out = upper + (lower - upper) * part;
                }
            }
        }
        Plane {
            width,
            height,
            samples,
        }
    }

    /// What lies at a point of a plane whose mean was taken off. The middle of the first sample is at 0.
    #[inline]
    fn point(&self, x: f32, y: f32) -> f32 {
        let (right, bottom) = ((self.width - 1) as f32, (self.height - 1) as f32);
        let (inner_x, inner_y) = (x.clamp(0.0, right), y.clamp(0.0, bottom));
        let (column, row) = (inner_x as usize, inner_y as usize);
        let (share_x, share_y) = (inner_x - column as f32, inner_y - row as f32);
        let next = usize::from(column + 1 < self.width);
        let below = if row + 1 < self.height { self.width } else { 0 };
        let at = row * self.width + column;
        let samples = &self.samples;
        let upper = samples[at] + (samples[at + next] - samples[at]) * share_x;
        let lower =
            samples[at + below] + (samples[at + below + next] - samples[at + below]) * share_x;
        let value = upper + (lower - upper) * share_y;
        let (out_x, out_y) = ((x - inner_x).abs() - 0.5, (y - inner_y).abs() - 0.5);
        if out_x <= 0.0 && out_y <= 0.0 {
            return value;
        }
        let fade = |out: f32, side: usize| out.max(0.0) / (FADE * side as f32);
        value * (-fade(out_x, self.width) - fade(out_y, self.height)).exp()
    }

    /// The quadrilateral with these corners as a square of so many samples a side. The corners are top left, top right, bottom
    /// right and bottom left. Each is x, then y, with the middle of the first sample at 0. `None` where three corners lie on
    /// one line.
    pub(super) fn straightened(&self, corners: &[[f64; 2]; 4], side: usize) -> Option<Plane> {
        let [[x0, y0], [x1, y1], [x2, y2], [x3, y3]] = *corners;
        // Heckbert, "Fundamentals of Texture Mapping and Image Warping", 1989, section 2.2.3: square to quadrilateral.
        let (dx1, dx2, dx3) = (x1 - x2, x3 - x2, x0 - x1 + x2 - x3);
        let (dy1, dy2, dy3) = (y1 - y2, y3 - y2, y0 - y1 + y2 - y3);
        let determinant = dx1 * dy2 - dx2 * dy1;
        if determinant.abs() < 1e-6 {
            return None;
        }
        let g = (dx3 * dy2 - dx2 * dy3) / determinant;
        let h = (dx1 * dy3 - dx3 * dy1) / determinant;
        let [a, b, c] = [x1 - x0 + g * x1, x3 - x0 + h * x3, x0];
        let [d, e, f] = [y1 - y0 + g * y1, y3 - y0 + h * y3, y0];
        let mut samples = Vec::with_capacity(side * side);
        for row in 0..side {
            let v = (row as f64 + 0.5) / side as f64;
            for column in 0..side {
                let u = (column as f64 + 0.5) / side as f64;
                let scale = g * u + h * v + 1.0;
                let (x, y) = ((a * u + b * v + c) / scale, (d * u + e * v + f) / scale);
                samples.push(self.point(x as f32, y as f32));
            }
        }
        let is_finite = samples.iter().all(|sample| sample.is_finite());
        is_finite.then_some(Plane {
            width: side,
            height: side,
            samples,
        })
    }
}
