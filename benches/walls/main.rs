//! What do walls cost? The same folders are scanned with and without workers, by turns, on two threads.
//!
//! `cargo bench --bench walls` paints JPEG pictures of 0.5 to 12 megapixels, and files of a few bytes. Each folder is scanned
//! eleven times in each way. The middle one of the ratios of neighbouring runs is told: a busy machine slows both.
//! `BASMA_BENCH_FOLDER=DIR` scans a folder of yours too.

#[cfg(target_os = "linux")]
fn main() {
    linux::run();
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("workers stand behind walls on Linux alone");
}

#[cfg(target_os = "linux")]
mod linux {
    use std::num::NonZeroUsize;
    use std::ops::ControlFlow;
    use std::path::{Path, PathBuf};
    use std::time::{Duration, Instant};

    use basma::hash::HashType;
    use basma::hasher::{Hasher, workers::Workers};
    use basma::matcher::Matcher;
    use basma::scan::Scan;
    use image::codecs::jpeg::JpegEncoder;
    use image::{Rgb, RgbImage};

    const RUNS: usize = 11;

    /// Folders: how many files of which size. A run takes a quarter of a second or more, so that its beginning is no part of
    /// the ratio.
    const PICTURES: [(&str, u32, u32, u32); 4] = [
        ("0.5 MP", 816, 612, 512),
        ("2 MP", 1632, 1224, 160),
        ("6 MP", 2832, 2124, 64),
        ("12 MP", 4000, 3000, 32),
    ];

    /// So many different pictures are in a folder, each in several files.
    const DIFFERENT: u32 = 8;

    pub(crate) fn run() {
        let workers = Workers::new(env!("CARGO_BIN_EXE_basma"), ["open-media"]).expect("a thread");
        println!("wall: {}", workers.wall().expect("a worker"));
        let folder = tempfile::tempdir().expect("a folder for the pictures");
        let mut folders = Vec::new();
        for (name, width, height, count) in PICTURES {
            let path = folder.path().join(name);
            std::fs::create_dir(&path).expect("a folder");
            for picture in 0..DIFFERENT {
                let mut encoded = Vec::new();
                JpegEncoder::new_with_quality(&mut encoded, 85)
                    .encode_image(&photograph(width, height, picture))
                    .expect("an encoded picture");
                for number in (picture..count).step_by(DIFFERENT as usize) {
                    // Equal files would be hashed once.
                    let bytes = [&encoded[..], &number.to_le_bytes()].concat();
                    std::fs::write(path.join(format!("{number}.jpg")), bytes).expect("a file");
                }
            }
            folders.push((name.to_owned(), path));
        }
        let nothings = folder.path().join("nothings");
        std::fs::create_dir(&nothings).expect("a folder");
        for number in 0..2000 {
            std::fs::write(nothings.join(number.to_string()), "x").expect("a file");
        }
        folders.push(("a few bytes".to_owned(), nothings));
        if let Some(path) = std::env::var_os("BASMA_BENCH_FOLDER") {
            folders.push(("your folder".to_owned(), PathBuf::from(path)));
        }
        for (name, path) in &folders {
            compare(name, path, &workers);
        }
    }

    fn compare(name: &str, path: &Path, workers: &Workers) {
        let mut ratios = Vec::new();
        let mut best = [Duration::MAX; 2];
        let mut files = 0;
        for _ in 0..RUNS {
            let (count, here) = scan(path, None);
            let (_, walled) = scan(path, Some(workers.clone()));
            files = count;
            best = [best[0].min(here), best[1].min(walled)];
            ratios.push(walled.as_secs_f64() / here.as_secs_f64());
        }
        ratios.sort_by(f64::total_cmp);
        let ms = best.map(|time| time.as_secs_f64() * 1000.0 / files as f64);
        println!(
            "{name}: {files} files, {:.3} ms a file without walls, {:.3} with; ratio {:.3} ({:.3} to {:.3}), of the best {:.3}",
            ms[0],
            ms[1],
            ratios[RUNS / 2],
            ratios[0],
            ratios[RUNS - 1],
            ms[1] / ms[0],
        );
    }

    fn scan(path: &Path, workers: Option<Workers>) -> (u64, Duration) {
        let hasher = Hasher::new([HashType::Pdq]).with_workers(workers);
        let scan = Scan::new(Matcher::new([]))
            .with_hasher(hasher)
            .with_jobs(NonZeroUsize::new(2).expect("not 0"));
        let started = Instant::now();
        let summary = scan.run([path], |_| ControlFlow::Continue(()));
        (summary.expect("a folder").discovered, started.elapsed())
    }

    /// A picture with detail of all sizes.
    fn photograph(width: u32, height: u32, number: u32) -> RgbImage {
        let mut noise = number.wrapping_mul(2_654_435_761) | 1;
        RgbImage::from_fn(width, height, |x, y| {
            noise ^= noise << 13;
            noise ^= noise >> 17;
            noise ^= noise << 5;
            let (u, v) = (x as f32 / width as f32, y as f32 / height as f32);
            let wave =
                |k: f32| ((u * k + number as f32).sin() + (v * k * 1.3 + u * 5.0).cos()) * 30.0;
            let base =
                128.0 + wave(7.0) + wave(23.0) * 0.7 + wave(61.0) * 0.4 + (noise >> 28) as f32;
            Rgb([base as u8, (base * 0.9) as u8, (255.0 - base) as u8])
        })
    }
}
