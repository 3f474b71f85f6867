//! Planes that are rotated by a few degrees, and quadrilaterals of them as squares.

use super::plane::Plane;

/// The side of a plane beside which it fades to its mean, as a share of the side.
const FADE: f32 = 0.1;

impl Plane {
    /// The plane rotated about its centre. Each side of a row and of a column has so many samples more.
    pub(super) fn rotated(&self, degrees: f64, [margin_x, margin_y]: [usize; 2]) -> Plane {
        let (width, height) = (self.width + 2 * margin_x, self.height + 2 * margin_y);
        let (sin, cos) = degrees.to_radians().sin_cos();
        let (sin, cos) = (sin as f32, cos as f32);
        let middle = |side: usize| (side - 1) as f32 / 2.0;
        let mut samples = Vec::with_capacity(width * height);
        for row in 0..height {
            let dy = row as f32 - middle(height);
            let dx = -middle(width);
            let x = middle(self.width) + cos * dx - sin * dy;
            let y = middle(self.height) + sin * dx + cos * dy;
            let point = |column: usize| {
                let along = column as f32;
                self.point(x + along * cos, y + along * sin)
            };
            samples.extend((0..width).map(point));
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
