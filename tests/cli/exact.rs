//! `--exact`: PDQ of every pixel, and without it as much of a picture as need be decoded.

use basma::hash::Pdq;
use image::{ImageFormat, Rgb, RgbImage, imageops};

use crate::test_dir::{TestDir, encode, scene};

/// A scene of this size with the grain of a film, which a reduced picture does not have.
fn grainy(width: u32, height: u32) -> RgbImage {
    let large = imageops::resize(&scene(1), width, height, imageops::FilterType::Triangle);
    RgbImage::from_fn(width, height, |x, y| {
        let salt = x.wrapping_mul(73_856_093) ^ y.wrapping_mul(19_349_663);
        let grain = (salt.wrapping_mul(2_654_435_761) >> 25) as u8;
        Rgb(large
            .get_pixel(x, y)
            .0
            .map(|v| (v / 2).saturating_add(grain)))
    })
}

fn hash(test_dir: &TestDir, arguments: &[&str], path: &str) -> Pdq {
    let run = [&["hash", "--format", "jsonl"], arguments, &[path]].concat();
    let object = test_dir.run(&run).object(path);
    let hashes = object["hashes"].as_array().unwrap();
    let pdq = hashes.iter().find(|hash| hash["type"] == "pdq").unwrap();
    pdq["hash"].as_str().unwrap().parse().unwrap()
}

#[test]
fn exact_hashes_every_pixel_and_the_fast_way_stays_near() {
    let test_dir = TestDir::new();
    let mut differ = 0;
    for (number, (width, height)) in [(600, 520), (1100, 1030), (2100, 2060)]
        .into_iter()
        .enumerate()
    {
        let name = format!("{number}.jpg");
        let file = encode(&grainy(width, height), ImageFormat::Jpeg);
        // What the library decodes, in a format that is always hashed exactly.
        let decoded = image::load_from_memory(&file).unwrap().into_rgb8();
        test_dir.file(format!("{number}.bmp"), encode(&decoded, ImageFormat::Bmp));
        test_dir.file(&name, file);

        let exact = hash(&test_dir, &["--exact"], &name);
        let fast = hash(&test_dir, &[], &name);
        assert_eq!(exact, hash(&test_dir, &[], &format!("{number}.bmp")));
        assert!(exact.distance(&fast) <= 6, "{number}: {exact} {fast}");
        differ += u32::from(exact != fast);
        // With a 64-bit type every pixel is decoded, and PDQ is made of it.
        let with_another = hash(&test_dir, &["--type", "pdq,mean64-ih3-lsb"], &name);
        assert_eq!(with_another, exact);
    }
    assert!(differ > 0, "the option must change something");
}
