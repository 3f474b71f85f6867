//! Pictures whose coefficients are equal but for rounding: which bits may differ from the reference.

use std::fs;
use std::path::Path;

use super::{Block, Grid, Pdq};
use crate::media::{Frame, Limits, decode};

/// Files with sides of 8 or 16 pixels. The 64 samples of PDQ repeat these pixels, so many coefficients are zero but for
/// rounding. The median is among them.
const TIED: [&str; 3] = ["jpeg-8x8.jpg", "size-16x16.png", "size-8x8.png"];

#[test]
fn bits_differ_only_where_coefficients_are_equal_but_for_rounding() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/conformance");
    let table = fs::read_to_string(folder.join("pdqhash.csv")).unwrap();
    for file in TIED {
        let row = table
            .lines()
            .find_map(|row| row.strip_prefix(file)?.strip_prefix(','));
        let (hash, _) = row.unwrap().split_once(',').unwrap();
        let expected: Pdq = hash.parse().unwrap();
        let bytes = fs::read(folder.join(file)).unwrap();
        let mut block = None;
        let mut keep = |frame: Frame| block = Some(Block::new(&Grid::new(&frame.picture)));
        decode(&bytes, &Limits::default(), &mut keep).unwrap();
        let block = block.unwrap();
        let coefficients = block.0.as_flattened();
        let mut sorted = coefficients.to_vec();
        sorted.sort_by(f32::total_cmp);
        let is_tied = |coefficient: f32| (coefficient - sorted[127]).abs() < 0.0002;
        let tied = coefficients.iter().filter(|c| is_tied(**c)).count();
        assert!(
            tied >= 16,
            "{file}: {tied} coefficients are near the median"
        );
        let found = block.hash();
        for (bit, &coefficient) in coefficients.iter().enumerate() {
            let mask = 1 << (bit % 8);
            let differs = (found.0[31 - bit / 8] ^ expected.0[31 - bit / 8]) & mask != 0;
            assert!(
                !differs || is_tied(coefficient),
                "{file}: bit {bit}, {coefficient}"
            );
        }
    }
}
