//! PDQ as the paper has it, for checking and for comparison. It makes four passes of running sums over a full-size copy of the
//! luma. Then it transforms one coefficient after the other. Slow, and short enough to be obviously right.
//!
//! It uses nothing else of this crate, so that the benchmark can include it as well.

/// The 64x64 samples of a picture of 8-bit samples. `channels` is 1 (grey) or 3 (RGB), and each side at least 1 pixel.
pub(crate) fn grid(samples: &[u8], width: usize, channels: usize) -> [[f32; 64]; 64] {
    let luma = |p: &[u8]| match p {
        [grey] => f32::from(*grey),
        [r, g, b] => (f64::from(*r) * 0.299 + f64::from(*g) * 0.587 + f64::from(*b) * 0.114) as f32,
        _ => panic!("grey or RGB"),
    };
    let mut luma: Vec<f32> = samples.chunks_exact(channels).map(luma).collect();
    let height = luma.len() / width;
    let mut other = luma.clone();
    for _ in 0..2 {
        for y in 0..height {
            box_filter(&luma, &mut other, y * width, 1, width);
        }
        for x in 0..width {
            box_filter(&other, &mut luma, x, width, height);
        }
    }
    let sample = |i: usize, length: usize| ((i as f64 + 0.5) * length as f64 / 64.0) as usize;
    std::array::from_fn(|i| {
        std::array::from_fn(|j| luma[sample(i, height) * width + sample(j, width)])
    })
}

/// The mean of the window around each of `length` pixels, which lie `stride` apart from `start` on.
fn box_filter(from: &[f32], to: &mut [f32], start: usize, stride: usize, length: usize) {
    let at = |i: usize| start + i * stride;
    let window = length.div_ceil(128);
    let ahead = window / 2;
    let (mut sum, mut count) = (0.0f32, 0);
    for i in 0..length + ahead {
        if i < length {
            sum += from[at(i)];
            count += 1;
        }
        if i >= window {
            sum -= from[at(i - window)];
            count -= 1;
        }
        if i >= ahead {
            to[at(i - ahead)] = sum / count as f32;
        }
    }
}

/// The hash, most significant byte first, and the quality of a grid.
pub(crate) fn hash(grid: &[[f32; 64]; 64]) -> ([u8; 32], u8) {
    let block = block(grid);
    let mut sorted = block.concat();
    sorted.sort_by(f32::total_cmp);
    let mut hash = [0; 32];
    for (bit, coefficient) in block.concat().into_iter().enumerate() {
        if coefficient > sorted[127] {
            hash[31 - bit / 8] |= 1 << (bit % 8);
        }
    }
    (hash, quality(grid))
}

/// The 16x16 low frequencies: D * grid * D^T.
pub(crate) fn block(grid: &[[f32; 64]; 64]) -> [[f32; 16]; 16] {
    let scale = (2.0f64 / 64.0).sqrt() as f32;
    let d: [[f32; 64]; 16] = std::array::from_fn(|i| {
        std::array::from_fn(|j| {
            let angle = std::f64::consts::PI / 2.0 / 64.0 * (i + 1) as f64 * (2 * j + 1) as f64;
            (f64::from(scale) * angle.cos()) as f32
        })
    });
    // D * grid first, then its product with D^T, each sum in order of k.
    let dot = |row: &[f32; 64], column: &dyn Fn(usize) -> f32| {
        (0..64).fold(0.0, |sum, k| sum + row[k] * column(k))
    };
    std::array::from_fn(|i| {
        let t: [f32; 64] = std::array::from_fn(|j| dot(&d[i], &|k| grid[k][j]));
        std::array::from_fn(|j| dot(&t, &|k| d[j][k]))
    })
}

fn quality(grid: &[[f32; 64]; 64]) -> u8 {
    let step = |u: f32, v: f32| (((u - v) * 100.0 / 255.0) as i32).abs();
    let mut sum = 0;
    for (i, j) in (0..64 * 63).map(|n| (n / 63, n % 63)) {
        sum += step(grid[i][j], grid[i][j + 1]);
        sum += step(grid[j][i], grid[j + 1][i]);
    }
    (sum / 90).min(100) as u8
}
