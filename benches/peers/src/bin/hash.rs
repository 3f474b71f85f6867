//! Times hashing of picture files by basma, and by its peers in Rust.
//!
//! `hash ENGINE SECONDS FILE...` hashes the files over and over for so many seconds of this thread's own time. It prints one
//! line of `name=value` pairs with images per second. For basma the line also has where the time goes, in milliseconds an
//! image. For engines that make PDQ it has the hash of each file.

use std::hint::black_box;

use basma::hash::HashType;
use basma::hasher::{Hasher, pdq};
use basma::media::{Limits, decode_luma};
use cpu_time::ThreadTime;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [engine, seconds, files @ ..] = arguments.as_slice() else {
        panic!("usage: hash ENGINE SECONDS FILE...");
    };
    let seconds: f64 = seconds.parse().expect("seconds");
    let pdq = Hasher::new([HashType::Pdq]);
    let exact = pdq.clone().with_exact(true);
    let dhash = Hasher::new([HashType::GradientIh3]);
    let hash: Box<dyn Fn(&str) -> String> = match engine.as_str() {
        "basma" => Box::new(|file| basma_hash(&pdq, file)),
        "basma-exact" => Box::new(|file| basma_hash(&exact, file)),
        "basma-dhash" => Box::new(|file| basma_hash(&dhash, file)),
        "pdqhash" => Box::new(pdqhash_crate),
        "image_hasher" => Box::new(image_hasher_dhash),
        other => panic!("no engine is called {other}"),
    };
    let begun = ThreadTime::now();
    let mut done = 0_u32;
    while done == 0 || begun.elapsed().as_secs_f64() < seconds {
        for file in files {
            black_box(hash(file));
            done += 1;
        }
    }
    print!("rate={:.3}", f64::from(done) / begun.elapsed().as_secs_f64());
    if engine == "basma" {
        stages(files, done / files.len() as u32);
    }
    for file in files {
        print!(" hash={}", hash(file));
    }
    println!();
}

fn basma_hash(hasher: &Hasher, file: &str) -> String {
    let bytes = std::fs::read(file).expect("a file");
    let fingerprint = hasher.hash_bytes(&bytes);
    fingerprint.prints.first().expect("a picture").hash.to_string()
}

/// What each step takes, one after the other as the hasher does them.
fn stages(files: &[String], rounds: u32) {
    let names = ["read_ms", "decode_ms", "hash_ms"];
    let mut sums = [0.0; 3];
    for file in files.iter().cycle().take(files.len() * rounds.max(1) as usize) {
        let mut stage = 0;
        let mut begun = ThreadTime::now();
        let mut done = || {
            sums[stage] += begun.elapsed().as_secs_f64();
            stage += 1;
            begun = ThreadTime::now();
        };
        let bytes = std::fs::read(file).expect("a file");
        done();
        let mut picture = None;
        decode_luma(&bytes, &Limits::default(), |frame| picture = Some(frame.picture)).expect("a picture");
        done();
        black_box(pdq(&picture.expect("a frame")));
        done();
    }
    let images = files.len() as f64 * f64::from(rounds.max(1));
    for (name, sum) in names.into_iter().zip(sums) {
        print!(" {name}={:.4}", sum * 1e3 / images);
    }
}

fn pdqhash_crate(file: &str) -> String {
    let bytes = std::fs::read(file).expect("a file");
    let image = pdqhash::image::load_from_memory(&bytes).expect("a picture");
    let (hash, _) = pdqhash::generate_pdq(&image).expect("a hash");
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn image_hasher_dhash(file: &str) -> String {
    let bytes = std::fs::read(file).expect("a file");
    let image = image::load_from_memory(&bytes).expect("a picture");
    let hasher = image_hasher::HasherConfig::with_bytes_type::<[u8; 8]>().hash_alg(image_hasher::HashAlg::Gradient);
    let hash = hasher.to_hasher().hash_image(&image);
    hash.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}
