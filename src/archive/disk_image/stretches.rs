//! Stretches of an image that are used, and what lies between them.

use std::ops::Range;

/// The most stretches that are remembered once those that touch are together. Before, there may be twice as many: so
/// there are as many new ones between two times that all are sorted.
const STRETCHES_MAX: usize = 1 << 21;

/// Where files and structures are, in any order.
#[derive(Default)]
pub(super) struct Stretches {
    stretches: Vec<Range<u64>>,
    /// There were too many: no more are remembered.
    is_cut: bool,
    /// How many bytes the image has.
    len: u64,
    most: usize,
}

impl Stretches {
    /// None, of an image that has so many bytes.
    pub(super) fn new(len: u64) -> Stretches {
        Stretches {
            len,
            most: STRETCHES_MAX,
            ..Stretches::default()
        }
    }

    /// Adds a stretch, as far as the image goes.
    pub(super) fn add(&mut self, stretch: Range<u64>) {
        let stretch = stretch.start..stretch.end.min(self.len);
        if stretch.is_empty() {
            return;
        }
        if let Some(last) = self.stretches.last_mut()
            && (last.start..=last.end).contains(&stretch.start)
        {
            last.end = last.end.max(stretch.end);
            return;
        }
        if self.stretches.len() >= 2 * self.most && !self.is_cut {
            self.merge();
            self.is_cut = self.stretches.len() > self.most;
        }
        if !self.is_cut {
            self.stretches.push(stretch);
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

    /// All of them in their order, none touching another.
    pub(super) fn sorted(&mut self) -> &[Range<u64>] {
        self.merge();
        &self.stretches
    }
}

/// What lies between stretches and behind them, in blocks of this size; and whether it is too much to be told.
pub(super) fn between(used: [Stretches; 2], len: u64, block: u64) -> (Vec<Range<u64>>, bool) {
    let mut all = Stretches::new(len);
    let mut is_cut = false;
    for stretches in used {
        is_cut |= stretches.is_cut;
        for stretch in stretches.stretches {
            let end = stretch.end.checked_next_multiple_of(block);
            all.add(stretch.start..end.unwrap_or(len));
        }
    }
    is_cut |= all.is_cut;
    let mut free = Vec::new();
    let mut until = 0;
    for stretch in all.sorted() {
        if stretch.start > until {
            free.push(until..stretch.start.min(len));
        }
        until = until.max(stretch.end);
    }
    if until < len {
        free.push(until..len);
    }
    free.retain(|stretch| !stretch.is_empty());
    (free, is_cut)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_between_is_what_no_byte_of_which_is_used() {
        let stretches = [0..700, 5000..5001, 4096..4200, 600..900];
        let mut used = Stretches::new(u64::MAX);
        stretches
            .iter()
            .for_each(|stretch| used.add(stretch.clone()));
        // What is told may lie behind the end of all that can be.
        let mut other = Stretches::new(u64::MAX);
        other.add(2048..2560);
        other.add(u64::MAX - 1..u64::MAX);
        let (free, is_cut) = between([used, other], 6000, 512);
        assert_eq!(free, [1024..2048, 2560..4096, 4608..5000, 5120..6000]);
        assert!(!is_cut);
        assert_eq!(
            between([Stretches::default(), Stretches::default()], 0, 512),
            (Vec::new(), false)
        );
    }

    #[test]
    fn stretches_that_touch_are_one_in_any_order_and_too_many_are_told() {
        // Each second one, and then those between: one stretch in the end.
        let (count, most) = (1 << 10, 1 << 10);
        let new = || Stretches {
            most,
            ..Stretches::new(u64::MAX)
        };
        let mut used = new();
        for round in 0..8 {
            for number in (0..count).chain(0..count) {
                used.add(number * 16 + round * 2..number * 16 + round * 2 + 2);
            }
        }
        assert!(!used.is_cut);
        assert_eq!(used.sorted(), std::slice::from_ref(&(0..count * 16)));
        // Too many that do not touch: no more are remembered, and none is sorted again.
        let mut used = new();
        for number in (0..3 * count).rev() {
            used.add(number * 8..number * 8 + 1);
        }
        assert!(used.is_cut);
        assert_eq!(used.stretches.len() as u64, 2 * count);
        used.add(1..2);
        assert_eq!(used.stretches.len() as u64, 2 * count);
        let (_, is_cut) = between([used, Stretches::default()], 100, 1);
        assert!(is_cut);
    }

    #[test]
    fn what_is_behind_the_end_takes_no_room() {
        let mut used = Stretches {
            most: 4,
            ..Stretches::new(1000)
        };
        for number in 0..100 {
            used.add(2000 + number * 8..2001 + number * 8);
        }
        used.add(900..1100);
        assert!(!used.is_cut);
        assert_eq!(used.sorted(), std::slice::from_ref(&(900..1000)));
    }
}
