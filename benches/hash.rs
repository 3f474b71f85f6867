//! How long does it take from pixels to a PDQ hash, against the textbook and against `image_hasher`?
//!
//! On one of two x86-64 cores (AMD EPYC), compiled for the baseline instruction set, with synthetic RGB pictures in memory.
//! Times are milliseconds, and how many times as long as PDQ from colours:
//!
//! | pixels | pdq | pdq of grey | textbook | `image_hasher` dHash | pHash |
//! |---|---|---|---|---|---|
//! | 4000x3000 | 7.1 | 2.6 | 386 (54x) | 123 (17x) | 129 (18x) |
//! | 1600x1200 | 1.26 | 0.51 | 24.8 (20x) | 19 (15x) | 24 (19x) |
//! | 800x600 | 0.5 | 0.22 | 7.9 (15x) | 6.9 (13x) | 7.2 (14x) |
//!
//! The eight turns of a picture take two passes over its pixels and eight transforms.
//!
//! Run: `cargo bench --bench hash`.

#[path = "../src/hasher/pdq/textbook.rs"]
mod textbook;

use std::hint::black_box;
use std::time::Duration;

use basma::hash::HashType;
use basma::hasher::{Family, pdq, pdq_dihedral};
use basma::media::{Picture, Pixels};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use image::{DynamicImage, Rgb, RgbImage};
use img_hash::{HashAlg, HasherConfig};

/// Camera, web and messenger sizes: 12, 2 and 0.5 megapixels.
const SIZES: [(u32, u32); 3] = [(4000, 3000), (1600, 1200), (800, 600)];

fn picture(width: u32, height: u32) -> Picture {
    let wave = |x: u32, y: u32, n: u32| ((x * x / n + y * (x + y) / 900) % 256) as u8;
    let image = RgbImage::from_fn(width, height, |x, y| {
        Rgb([500, 700, 900].map(|n| wave(x, y, n)))
    });
    Picture::from_rgb8(width, height, image.into_raw()).expect("it has pixels")
}

/// The same pixels as the peers know them.
fn image_of(picture: &Picture) -> DynamicImage {
    let Pixels::Rgb8(samples) = picture.pixels() else {
        unreachable!("the picture is RGB")
    };
    let image = RgbImage::from_raw(picture.width(), picture.height(), samples.to_vec());
    image.expect("it has all pixels").into()
}

fn textbook_pdq(picture: &Picture) -> ([u8; 32], u8) {
    let Pixels::Rgb8(samples) = picture.pixels() else {
        unreachable!("the picture is RGB")
    };
    textbook::hash(&textbook::grid(samples, picture.width() as usize, 3))
}

fn pixels_to_hash(c: &mut Criterion) {
    let ours = Family::new([HashType::GradientIh3]);
    let peer = || HasherConfig::with_bytes_type::<[u8; 8]>();
    let dhash = peer().hash_alg(HashAlg::Gradient).to_hasher();
    let phash = peer().hash_alg(HashAlg::Mean).preproc_dct().to_hasher();
    let mut group = c.benchmark_group("pixels to hash");
    group
        .sample_size(10)
        .measurement_time(Duration::from_secs(3));
    for (width, height) in SIZES {
        let rgb = picture(width, height);
        let grey = image_of(&rgb).to_luma8().into_raw();
        let grey = Picture::from_luma8(width, height, grey).expect("it has pixels");
        assert_eq!(
            pdq(&rgb).hash.0,
            textbook_pdq(&rgb).0,
            "both make the same hash"
        );

        let size = format!("{width}x{height}");
        group.throughput(Throughput::Elements(u64::from(width) * u64::from(height)));
        let mut measure = |name: &str, hash: &dyn Fn()| {
            group.bench_function(BenchmarkId::new(name, &size), |b| b.iter(hash));
        };
        measure("pdq", &|| _ = black_box(pdq(black_box(&rgb))));
        measure("pdq of grey", &|| _ = black_box(pdq(black_box(&grey))));
        measure("pdq, eight views", &|| {
            _ = black_box(pdq_dihedral(black_box(&rgb)))
        });
        measure("textbook pdq", &|| {
            _ = black_box(textbook_pdq(black_box(&rgb)))
        });
        measure("dHash", &|| _ = black_box(ours.hash(black_box(&rgb))));
        let image = &image_of(&rgb);
        measure("image_hasher dHash", &|| {
            _ = black_box(dhash.hash_image(black_box(image)))
        });
        measure("image_hasher pHash", &|| {
            _ = black_box(phash.hash_image(black_box(image)))
        });
    }
}

criterion_group!(benches, pixels_to_hash);
criterion_main!(benches);
