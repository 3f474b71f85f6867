//! A small writer of JPEG files from coefficients: in any order of scans and any subsampling, with any marks.

/// Where the coefficients of a block stand, by their number (ITU-T T.81, figure A.6).
const ZIGZAG: [usize; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// A picture as coefficients.
#[derive(Clone)]
pub(crate) struct Sketch {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) components: Vec<Component>,
    /// What stands before the frame header.
    pub(crate) marks: Vec<u8>,
    /// The marker of the frame header.
    pub(crate) frame: u8,
    /// How many MCUs stand between restarts; 0 for all.
    pub(crate) restart_interval: u16,
    /// Whether the Huffman codes are written, and not taken as known.
    pub(crate) codes: bool,
}

/// One component of a picture.
#[derive(Clone)]
pub(crate) struct Component {
    pub(crate) id: u8,
    pub(crate) factors: (usize, usize),
    /// The step of every coefficient.
    pub(crate) step: u16,
    /// How many blocks stand side by side, with those that fill the last MCUs.
    columns: usize,
    /// The coefficients, row by row.
    pub(crate) blocks: Vec<[i16; 64]>,
}

/// What a scan holds: the components, and the coefficients in zigzag order. Then the bit that was sent before, and the bit that
/// is sent now.
#[derive(Clone)]
pub(crate) struct Scan {
    pub(crate) parts: Vec<usize>,
    pub(crate) band: (usize, usize),
    pub(crate) bits: (u8, u8),
}

impl Scan {
    /// All coefficients of some components.
    pub(crate) fn of(parts: &[usize]) -> Scan {
        Scan::band(parts, (0, 63), (0, 0))
    }

    pub(crate) fn band(parts: &[usize], band: (usize, usize), bits: (u8, u8)) -> Scan {
        Scan {
            parts: parts.to_vec(),
            band,
            bits,
        }
    }
}

impl Sketch {
    /// A picture whose components have these factors; `sample` gives the sample of a component at a place among its own.
    pub(crate) fn new(
        (width, height): (usize, usize),
        factors: &[(usize, usize)],
        step: u16,
        sample: impl Fn(usize, usize, usize) -> f64,
    ) -> Sketch {
        let largest = |factor: fn(&(usize, usize)) -> usize| factors.iter().map(factor).max();
        let largest = (largest(|f| f.0).unwrap(), largest(|f| f.1).unwrap());
        let components = factors.iter().enumerate().map(|(i, &factors)| {
            let columns = width.div_ceil(8 * largest.0) * factors.0;
            let rows = height.div_ceil(8 * largest.1) * factors.1;
            let last = (
                (width * factors.0).div_ceil(largest.0) - 1,
                (height * factors.1).div_ceil(largest.1) - 1,
            );
            let block = |at: usize| {
                let (left, top) = (at % columns * 8, at / columns * 8);
                let pixel =
                    |x: usize, y: usize| sample(i, (left + x).min(last.0), (top + y).min(last.1));
                quantised(&transform(pixel), step)
            };
            Component {
                id: i as u8 + 1,
                factors,
                step,
                columns,
                blocks: (0..columns * rows).map(block).collect(),
            }
        });
        Sketch {
            width,
            height,
            components: components.collect(),
            marks: Vec::new(),
            frame: 0xC1,
            restart_interval: 0,
            codes: true,
        }
    }

    /// The file with these scans.
    pub(crate) fn file(&self, scans: &[Scan]) -> Vec<u8> {
        let mut file = self.head();
        for scan in scans {
            file.extend(self.scan(scan));
        }
        file.extend(b"\xFF\xD9");
        file
    }

    /// What stands before the first scan.
    pub(crate) fn head(&self) -> Vec<u8> {
        let mut file = b"\xFF\xD8".to_vec();
        file.extend(&self.marks);
        for (i, component) in self.components.iter().enumerate() {
            let mut table = vec![0x10 | i as u8];
            table.extend([component.step; 64].map(u16::to_be_bytes).as_flattened());
            file.extend(segment(0xDB, &table));
        }
        let [h, w] = [self.height, self.width].map(|side| (side as u16).to_be_bytes());
        let mut frame = vec![8, h[0], h[1], w[0], w[1], self.components.len() as u8];
        for (i, component) in self.components.iter().enumerate() {
            let (across, down) = component.factors;
            frame.extend([component.id, (across << 4 | down) as u8, i as u8]);
        }
        file.extend(segment(self.frame, &frame));
        if self.codes {
            file.extend(codes());
        }
        if self.restart_interval > 0 {
            file.extend(segment(0xDD, &self.restart_interval.to_be_bytes()));
        }
        file
    }

    /// A scan header and its data.
    pub(crate) fn scan(&self, scan: &Scan) -> Vec<u8> {
        let mut header = vec![scan.parts.len() as u8];
        for &part in &scan.parts {
            header.extend([self.components[part].id, 0x00]);
        }
        header.extend([
            scan.band.0 as u8,
            scan.band.1 as u8,
            scan.bits.0 << 4 | scan.bits.1,
        ]);
        let mut file = segment(0xDA, &header);
        let mut bits = Bits::default();
        let mut predictions = [0; 4];
        for (mcu, blocks) in self.mcus(&scan.parts).iter().enumerate() {
            let interval = usize::from(self.restart_interval);
            if interval > 0 && mcu > 0 && mcu % interval == 0 {
                bits.finish();
                bits.bytes
                    .extend([0xFF, 0xD0 + ((mcu / interval - 1) % 8) as u8]);
                predictions = [0; 4];
            }
            for &(part, block) in blocks {
                let block = &self.components[part].blocks[block];
                if scan.band.0 == 0 {
                    bits.dc(block[0], &mut predictions[part], scan.bits);
                }
                let zigzag = ZIGZAG.map(|place| block[place]);
                let band = &zigzag[scan.band.0.max(1)..=scan.band.1];
                if scan.bits.0 > 0 && scan.band.0 > 0 {
                    bits.refine(band, scan.bits.1);
                } else if scan.band.1 > 0 {
                    bits.ac(band, scan.bits.1);
                }
            }
        }
        bits.finish();
        file.extend(bits.bytes);
        file
    }

    /// The blocks of each MCU of a scan, as component and place.
    fn mcus(&self, parts: &[usize]) -> Vec<Vec<(usize, usize)>> {
        let most = |factor: fn(&Component) -> usize| self.components.iter().map(factor).max();
        let (across, down) = (
            most(|c| c.factors.0).unwrap(),
            most(|c| c.factors.1).unwrap(),
        );
        let (mut columns, mut rows) = (
            self.width.div_ceil(8 * across),
            self.height.div_ceil(8 * down),
        );
        let alone = parts.len() == 1;
        if alone {
            let (h, v) = self.components[parts[0]].factors;
            columns = (self.width * h).div_ceil(8 * across);
            rows = (self.height * v).div_ceil(8 * down);
        }
        let mcu = |at: usize| {
            let mut blocks = Vec::new();
            for &part in parts {
                let component = &self.components[part];
                let (h, v) = if alone { (1, 1) } else { component.factors };
                for y in 0..v {
                    for x in 0..h {
                        let (x, y) = (at % columns * h + x, at / columns * v + y);
                        blocks.push((part, y * component.columns + x));
                    }
                }
            }
            blocks
        };
        (0..columns * rows).map(mcu).collect()
    }
}

/// A segment with its marker and length.
pub(crate) fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u16 + 2).to_be_bytes();
    [&[0xFF, marker], length.as_slice(), content].concat()
}

/// Codes of one length for all symbols: 5 bits for DC coefficients, 9 for AC coefficients.
fn codes() -> Vec<u8> {
    let mut dc = vec![0x00];
    dc.extend(std::array::from_fn::<u8, 16, _>(|i| {
        if i == 4 { 16 } else { 0 }
    }));
    dc.extend(0..16);
    // There may be 255 codes of a length at most.
    let mut ac = vec![0x10];
    ac.extend(std::array::from_fn::<u8, 16, _>(|i| {
        if i == 8 { 0xFB } else { 0 }
    }));
    ac.extend(0..0xFB);
    [segment(0xC4, &dc), segment(0xC4, &ac)].concat()
}

/// The coefficients of 8 by 8 pixels, row by row (A.3.3).
pub(crate) fn transform(pixel: impl Fn(usize, usize) -> f64) -> [f64; 64] {
    let wave = |u: usize, x: usize| {
        let scale = if u == 0 { 0.5f64.sqrt() } else { 1.0 } / 2.0;
        scale * ((2 * x + 1) as f64 * u as f64 * std::f64::consts::PI / 16.0).cos()
    };
    let pixels: [f64; 64] = std::array::from_fn(|i| pixel(i % 8, i / 8) - 128.0);
    let waves: [f64; 64] = std::array::from_fn(|i| wave(i / 8, i % 8));
    let rows: [f64; 64] = std::array::from_fn(|i| {
        (0..8)
            .map(|x| pixels[i / 8 * 8 + x] * waves[i % 8 * 8 + x])
            .sum()
    });
    std::array::from_fn(|i| {
        (0..8)
            .map(|y| rows[y * 8 + i % 8] * waves[i / 8 * 8 + y])
            .sum()
    })
}

/// The coefficients in steps.
pub(crate) fn quantised(coefficients: &[f64; 64], step: u16) -> [i16; 64] {
    coefficients.map(|c| (c / f64::from(step)).round().clamp(-1023.0, 1023.0) as i16)
}

/// Entropy-coded data that is being written.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    window: u32,
    count: u32,
}

impl Bits {
    fn put(&mut self, bits: u32, count: u32) {
        for i in (0..count).rev() {
            self.window = self.window << 1 | (bits >> i & 1);
            self.count += 1;
            if self.count == 8 {
                self.bytes.push(self.window as u8);
                if self.window as u8 == 0xFF {
                    self.bytes.push(0);
                }
                (self.window, self.count) = (0, 0);
            }
        }
    }

    /// Fills the last byte with ones.
    fn finish(&mut self) {
        while self.count > 0 {
            self.put(1, 1);
        }
    }

    fn value(&mut self, value: i32, size: u32) {
        let bits = if value < 0 { value - 1 } else { value };
        self.put(bits as u32 & ((1 << size) - 1), size);
    }

    fn dc(&mut self, value: i16, prediction: &mut i32, (before, now): (u8, u8)) {
        let value = i32::from(value) >> now;
        if before > 0 {
            self.put(value as u32 & 1, 1);
            return;
        }
        let difference = value - *prediction;
        *prediction = value;
        let size = difference
            .unsigned_abs()
            .checked_ilog2()
            .map_or(0, |log| log + 1);
        self.put(size, 5);
        self.value(difference, size);
    }

    fn symbol(&mut self, run: usize, size: u32) {
        self.put((run as u32) << 4 | size, 9);
    }

    /// The first bits of a band.
    fn ac(&mut self, band: &[i16], now: u8) {
        let mut run = 0;
        for &value in band {
            let value = i32::from(value);
            let magnitude = value.unsigned_abs() >> now;
            if magnitude == 0 {
                run += 1;
                continue;
            }
            while run > 15 {
                self.symbol(15, 0);
                run -= 16;
            }
            let size = magnitude.ilog2() + 1;
            self.symbol(run, size);
            self.value(value.signum() * magnitude as i32, size);
            run = 0;
        }
        if run > 0 {
            self.symbol(0, 0);
        }
    }

    /// One more bit of a band.
    fn refine(&mut self, band: &[i16], now: u8) {
        let mut run = 0;
        let mut corrections = Vec::new();
        for &value in band {
            let magnitude = u32::from(value.unsigned_abs()) >> now;
            match magnitude {
                0 => run += 1,
                1 => {
                    self.symbol(run, 1);
                    self.put(u32::from(value > 0), 1);
                    run = 0;
                    self.put_all(&mut corrections);
                }
                _ => corrections.push(magnitude & 1),
            }
            if run == 16 {
                self.symbol(15, 0);
                run = 0;
                self.put_all(&mut corrections);
            }
        }
        if run > 0 || !corrections.is_empty() {
            self.symbol(0, 0);
            self.put_all(&mut corrections);
        }
    }

    fn put_all(&mut self, bits: &mut Vec<u32>) {
        for bit in bits.drain(..) {
            self.put(bit, 1);
        }
    }
}
