//! Marks of records, looked for in one pass through a file.

use std::io::{self, Read};

use crate::archive::source::Source;

/// So much is looked through at a time.
const WINDOW: u64 = 1 << 16;

/// A window of the file that moves forward only, as far as it is asked. So a reader that continues behind a false mark
/// does not read the bytes around it again.
#[derive(Default)]
pub(super) struct Marks {
    window: Vec<u8>,
    /// Where it begins.
    start: u64,
}

impl Marks {
    /// The first of these marks that lies between two places.
    pub(super) fn find(
        &mut self,
        source: &mut Source,
        from: u64,
        until: u64,
        marks: &[[u8; 4]],
    ) -> io::Result<Option<u64>> {
        if from < self.start || from > self.end() {
            self.window.clear();
            self.start = from;
        }
        let mut at = from;
        loop {
            let end = self.end();
            let ahead = (at - self.start) as usize..(end.min(until).max(at) - self.start) as usize;
            let window = &self.window[ahead];
            for found in memchr::memmem::find_iter(window, b"PK") {
                let mark = window.get(found..found + 4);
                if mark.is_some_and(|mark| marks.iter().any(|known| known == mark)) {
                    return Ok(Some(at + found as u64));
                }
            }
            if end >= until {
                return Ok(None);
            }
            // A mark may lie across.
            at = at.max(end.saturating_sub(3));
            self.window.drain(..(at - self.start) as usize);
            self.start = at;
            source.go_to(end)?;
            let mut more = source.by_ref().take(WINDOW.min(until - end));
            if more.read_to_end(&mut self.window)? == 0 {
                return Ok(None);
            }
        }
    }

    fn end(&self) -> u64 {
        self.start + self.window.len() as u64
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::archive::zip::record::{ENTRY, LOCAL};

    /// All marks up to a place, each looked for from behind the last.
    fn all(bytes: &[u8], until: u64) -> Vec<u64> {
        let mut source = Source::new(io::Cursor::new(bytes.to_vec()), bytes.len() as u64);
        let (mut marks, mut at, mut all) = (Marks::default(), 0, Vec::new());
        while let Some(found) = marks.find(&mut source, at, until, &[LOCAL, ENTRY]).unwrap() {
            all.push(found);
            at = found + 1;
        }
        all
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn every_mark_is_found_wherever_windows_end(
            shifts in prop::collection::vec(0_usize..12, 1..6),
            short in 0_u64..9,
        ) {
            let mut bytes = Vec::new();
            for (window, shift) in (1..).zip(shifts) {
                bytes.resize((window * WINDOW as usize).saturating_sub(shift).max(bytes.len()), b'P');
                bytes.extend(if shift % 2 == 0 { LOCAL } else { ENTRY });
            }
            let until = bytes.len() as u64 - short;
            let expected = (0..bytes.len() as u64).filter(|&at| {
                let mark = &bytes[at as usize..];
                at + 4 <= until && (mark.starts_with(&LOCAL) || mark.starts_with(&ENTRY))
            });
            prop_assert_eq!(all(&bytes, until), expected.collect::<Vec<_>>());
        }
    }
}
