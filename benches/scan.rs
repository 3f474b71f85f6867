//! How long does a scan take for each file, and how much of that is decoding? What do more threads bring?
//!
//! `cargo bench --bench scan` scans a folder of JPEG photographs that it paints itself (2 and 0.5 megapixels). It does so on
//! one thread and on all. Beside it, it only decodes the same files: the share that no hashing or lookup can save. Then 2,000
//! files of one byte: the price of a file that is nothing. `BASMA_BENCH_FOLDER=DIR` scans a folder of yours.
//!
//! Measured on two cores of a Sapphire Rapids, ratios from one run. A scan on one thread takes 0.47 times as long as decoding
//! every pixel. Two threads are 1.9 times as fast as one. A file that is nothing costs 20 microseconds.

use std::hint::black_box;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use basma::Matcher;
use basma::media::{Limits, decode};
use basma::scan::Scan;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};

/// A picture with detail of all sizes: what the sums of a few waves look like, with noise on top.
fn photograph(width: u32, height: u32, number: u32) -> RgbImage {
    let mut noise = number.wrapping_mul(2_654_435_761) | 1;
    RgbImage::from_fn(width, height, |x, y| {
        noise ^= noise << 13;
        noise ^= noise >> 17;
        noise ^= noise << 5;
        let (u, v) = (x as f32 / width as f32, y as f32 / height as f32);
        let wave = |k: f32| ((u * k + number as f32).sin() + (v * k * 1.3 + u * 5.0).cos()) * 30.0;
        let base = 128.0 + wave(7.0) + wave(23.0) * 0.7 + wave(61.0) * 0.4 + (noise >> 28) as f32;
        Rgb([base as u8, (base * 0.9) as u8, (255.0 - base) as u8])
    })
}

fn folder() -> (tempfile::TempDir, PathBuf, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder for the pictures");
    let (photos, nothings) = (folder.path().join("photos"), folder.path().join("nothings"));
    std::fs::create_dir_all(&photos).expect("a folder");
    std::fs::create_dir_all(&nothings).expect("a folder");
    for number in 0..24 {
        let (width, height, quality) = if number % 2 == 0 {
            (1600, 1200, 80)
        } else {
            (800, 600, 75)
        };
        let file = std::fs::File::create(photos.join(format!("{number}.jpg"))).expect("a file");
        JpegEncoder::new_with_quality(file, quality)
            .encode_image(&photograph(width, height, number))
            .expect("an encoded picture");
    }
    for number in 0..2000 {
        std::fs::write(nothings.join(number.to_string()), "x").expect("a file");
    }
    (folder, photos, nothings)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(folder).into_iter().flatten();
    entries
        .filter(|e| e.file_type().is_file())
        .map(|e| e.into_path())
        .collect()
}

fn scan(matcher: &Matcher, folder: &Path, jobs: usize) -> u64 {
    let jobs = NonZeroUsize::new(jobs).expect("at least one thread");
    let scan = Scan::new(matcher.clone()).with_jobs(jobs);
    let summary = scan.run([folder], |finding| {
        black_box(finding);
        ControlFlow::Continue(())
    });
    summary.expect("a folder that exists").discovered
}

fn bench(c: &mut Criterion) {
    let (_folder, photos, nothings) = folder();
    let photos = std::env::var_os("BASMA_BENCH_FOLDER").map_or(photos, PathBuf::from);
    let matcher = Matcher::open([concat!(env!("CARGO_MANIFEST_DIR"), "/hashsets/demo.csv")])
        .expect("the demo list");
    let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);

    let paths = files(&photos);
    let mut group = c.benchmark_group("photographs");
    group
        .sample_size(10)
        .throughput(Throughput::Elements(paths.len() as u64));
    group.bench_function("decode alone, 1 thread", |b| {
        b.iter(|| {
            for path in &paths {
                let bytes = std::fs::read(path).expect("a file");
                let _ = black_box(decode(&bytes, &Limits::default(), |frame| {
                    drop(black_box(frame))
                }));
            }
        });
    });
    for jobs in [1, cores] {
        let id = BenchmarkId::new("scan, threads", jobs);
        group.bench_with_input(id, &jobs, |b, &jobs| {
            b.iter(|| scan(&matcher, &photos, jobs))
        });
    }
    group.finish();

    let mut group = c.benchmark_group("files of one byte");
    group.sample_size(10).throughput(Throughput::Elements(2000));
    group.bench_function("scan, 1 thread", |b| {
        b.iter(|| scan(&matcher, &nothings, 1))
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
