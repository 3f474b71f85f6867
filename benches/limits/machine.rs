//! What the memory of the machine gives.

use std::hint::black_box;

use crate::fastest;
use crate::lists::Random;

const LINE_BYTES: usize = 64;
const PASSES: usize = 3;
const READS: usize = 1 << 18;

/// A cache line.
type Line = [u64; LINE_BYTES / 8];

pub(crate) fn print() {
    println!(
        "| reading | in order, GB/s | a line, each waits for the last, ns | a line, none waits, ns |"
    );
    println!("|---|---|---|---|");
    for (name, bytes) in [
        ("16 KiB", 16 << 10),
        ("1 MiB", 1 << 20),
        ("16 MiB", 16 << 20),
        ("256 MiB", 256 << 20),
        ("1 GiB", 1 << 30),
    ] {
        let memory = Memory::of(bytes);
        println!(
            "| {name} | {:.1} | {:.1} | {:.1} |",
            memory.in_order(),
            memory.waiting(),
            memory.scattered()
        );
    }
    println!();
}

/// So many bytes, each line with the number of another in a circle through all of them.
pub(crate) struct Memory {
    lines: Vec<Line>,
}

impl Memory {
    pub(crate) fn of(bytes: usize) -> Memory {
        let count = (bytes / LINE_BYTES).max(2);
        // Sattolo's shuffle makes one circle.
        let mut next: Vec<u32> = (0..count as u32).collect();
        let mut random = Random(0x11e5);
        for last in (1..count).rev() {
            next.swap(last, random.below(last));
        }
        let lines = next
            .into_iter()
            .map(|next| [u64::from(next); LINE_BYTES / 8]);
        Memory {
            lines: lines.collect(),
        }
    }

    /// Gigabytes a second, from the first to the last.
    pub(crate) fn in_order(&self) -> f64 {
        let ns = fastest(PASSES, || {
            let mut sums = [0_u64; LINE_BYTES / 8];
            for line in &self.lines {
                for (sum, word) in sums.iter_mut().zip(line) {
                    *sum = sum.wrapping_add(*word);
                }
            }
            black_box(sums);
        });
        (self.lines.len() * LINE_BYTES) as f64 / ns
    }

    /// Nanoseconds of one line, where each names the next.
    pub(crate) fn waiting(&self) -> f64 {
        let mut at = 0;
        let ns = fastest(PASSES, || {
            for _ in 0..READS {
                at = self.lines[at][0] as usize;
            }
            black_box(at);
        });
        ns / READS as f64
    }

    /// Nanoseconds of one line, where all places are known before.
    pub(crate) fn scattered(&self) -> f64 {
        let mut random = Random(0x5ca7);
        let places: Vec<u32> = (0..READS)
            .map(|_| random.below(self.lines.len()) as u32)
            .collect();
        let ns = fastest(PASSES, || {
            let read = places.iter().map(|&at| self.lines[at as usize][0]);
            black_box(read.fold(0, u64::wrapping_add));
        });
        ns / READS as f64
    }
}
