//! Stretches of an image that are used, and what lies between them.

use std::ops::Range;

/// The most stretches that are remembered.
const STRETCHES_MAX: usize = 1 << 21;

/// Where files and structures are, in any order.
#[derive(Default)]
pub(super) struct Stretches {
    stretches: Vec<Range<u64>>,
    is_cut: bool,
}

impl Stretches {
    pub(super) fn of(stretches: Vec<Range<u64>>, is_cut: bool) -> Stretches {
        Stretches { stretches, is_cut }
    }

    pub(super) fn add(&mut self, stretch: Range<u64>) {
        if stretch.is_empty() {
            return;
        }
        if let Some(last) = self.stretches.last_mut()
            && (last.start..=last.end).contains(&stretch.start)
        {
            last.end = last.end.max(stretch.end);
            return;
        }
        if self.stretches.len() >= STRETCHES_MAX {
            self.merge();
        }
        if self.stretches.len() < STRETCHES_MAX {
            self.stretches.push(stretch);
        } else {
            self.is_cut = true;
        }
    }

    /// Puts stretches together that touch.
    fn merge(&mut self) {
        self.stretches.sort_by_key(|stretch| stretch.start);
        self.stretches.dedup_by(|next, last| {
            let touches = next.start <= last.end;
            if touches {
                last.end = last.end.max(next.end);
            }
            touches
        });
    }

    /// All of them in their order, none touching another, and whether some are missing.
    pub(super) fn into_sorted(mut self) -> (Vec<Range<u64>>, bool) {
        self.merge();
        (self.stretches, self.is_cut)
    }
}

/// What lies between stretches and behind them, in blocks of this size; and whether it is too much to be told.
pub(super) fn between(used: [Stretches; 2], len: u64, block: u64) -> (Vec<Range<u64>>, bool) {
    let mut all = Stretches::default();
    let mut is_cut = false;
    for stretches in used {
        is_cut |= stretches.is_cut;
        for stretch in stretches.stretches {
            let end = stretch.end.min(len).next_multiple_of(block);
            all.add(stretch.start..end);
        }
    }
    let (used, cut) = all.into_sorted();
    let mut free = Vec::new();
    let mut until = 0;
    for stretch in used {
        if stretch.start > until {
            free.push(until..stretch.start.min(len));
        }
        until = until.max(stretch.end);
    }
    if until < len {
        free.push(until..len);
    }
    free.retain(|stretch| !stretch.is_empty());
    (free, is_cut || cut)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_between_is_what_no_byte_of_which_is_used() {
        let stretches = [0..700, 5000..5001, 4096..4200, 600..900];
        let mut used = Stretches::default();
        stretches
            .iter()
            .for_each(|stretch| used.add(stretch.clone()));
        // What is told may lie behind the end of all that can be.
        let other = Stretches::of(vec![2048..2560, u64::MAX - 1..u64::MAX], false);
        let (free, is_cut) = between([used, other], 6000, 512);
        assert_eq!(free, [1024..2048, 2560..4096, 4608..5000, 5120..6000]);
        assert!(!is_cut);
        assert_eq!(
            between([Stretches::default(), Stretches::default()], 0, 512),
            (Vec::new(), false)
        );
    }
}
