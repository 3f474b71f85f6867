//! Matroska (RFC 9559): attachments, padding, unknown elements, and what stands behind the segment.

use crate::error::Reason;
use std::io::{self, Read, Seek};
use std::ops::Range;

use super::{Collector, Input, NAME_BYTES_MAX, Piece};

/// The most elements that are looked at.
const ELEMENTS_MAX: u32 = 1 << 22;

const HEADER: u32 = 0x1A45_DFA3;
const SEGMENT: u32 = 0x1853_8067;
const CLUSTER: u32 = 0x1F43_B675;
const ATTACHMENTS: u32 = 0x1941_A469;
const ATTACHED_FILE: u32 = 0x61A7;
const FILE_NAME: u32 = 0x466E;
const FILE_DATA: u32 = 0x465C;
/// Beside clusters and attachments: seeking, information, tracks, cues, chapters, tags, padding, checksums.
const SECTIONS: [u32; 8] = [
    0x114D_9B74,
    0x1549_A966,
    0x1654_AE6B,
    0x1C53_BB6B,
    0x1043_A770,
    0x1254_C367,
    0xEC,
    0xBF,
];

/// An element by its places. One of unknown size has no end.
struct Element {
    id: u32,
    content: u64,
    end: Option<u64>,
}

impl Element {
    /// The element at a place; `None` if there can be none.
    fn at<R: Read + Seek>(input: &mut Input<R>, at: u64) -> io::Result<Option<Element>> {
        let head = input.up_to(at, 12)?;
        let Some(id_len) = head.first().map(|first| first.leading_zeros() as usize + 1) else {
            return Ok(None);
        };
        let Some(size_len) = head
            .get(id_len)
            .map(|first| first.leading_zeros() as usize + 1)
        else {
            return Ok(None);
        };
        if id_len > 4 || size_len > 8 || head.len() < id_len + size_len {
            return Ok(None);
        }
        let number = |bytes: &[u8]| {
            bytes
                .iter()
                .fold(0, |number, byte| number << 8 | u64::from(*byte))
        };
        let id = number(&head[..id_len]) as u32;
        let mask = (1u64 << (7 * size_len)) - 1;
        let size = number(&head[id_len..id_len + size_len]) & mask;
        let content = at + (id_len + size_len) as u64;
        Ok(Some(Element {
            id,
            content,
            end: (size != mask).then(|| content.saturating_add(size)),
        }))
    }
}

/// Adds the parts of a Matroska file.
pub(super) fn collect<R: Read + Seek>(
    input: &mut Input<R>,
    collector: &mut Collector,
) -> io::Result<()> {
    let len = input.len();
    let mut walk = Walk {
        input,
        collector,
        left: ELEMENTS_MAX,
    };
    let mut at = 0;
    let mut has_segment = false;
    while let Some(element) = walk.next(at)? {
        let end = element.end.unwrap_or(len).min(len);
        match element.id {
            HEADER if !has_segment => {}
            SEGMENT if !has_segment => {
                has_segment = true;
                at = walk.segment(element.content..end)?;
                continue;
            }
            // Padding and checksums may stand between.
            0xEC | 0xBF => walk.search("void", element.content..end)?,
            _ => break,
        }
        at = end;
    }
    walk.search("behind", at..len)
}

struct Walk<'w, R> {
    input: &'w mut Input<R>,
    collector: &'w mut Collector,
    left: u32,
}

impl<R: Read + Seek> Walk<'_, R> {
    fn next(&mut self, at: u64) -> io::Result<Option<Element>> {
        if self.left == 0 {
            self.collector.limit(Reason::PartsElements {
                limit: ELEMENTS_MAX.into(),
            });
            return Ok(None);
        }
        self.left -= 1;
        Element::at(self.input, at)
    }

    fn search(&mut self, place: &str, range: Range<u64>) -> io::Result<()> {
        self.collector.search_input(place, self.input, range)
    }

    /// Goes through a segment; the place behind it.
    fn segment(&mut self, range: Range<u64>) -> io::Result<u64> {
        let mut at = range.start;
        while at < range.end {
            let Some(element) = self.next(at)? else {
                break;
            };
            // Another file begins.
            if matches!(element.id, HEADER | SEGMENT) {
                return Ok(at);
            }
            let end = element.end.unwrap_or(range.end).min(range.end);
            at = match (element.id, element.end) {
                (CLUSTER, _) => self.cluster(element.content, end, element.end.is_some())?,
                (ATTACHMENTS, _) => self.attachments(element.content..end)?,
                (id, _) if SECTIONS.contains(&id) => {
                    self.search(&name(id), element.content..end)?;
                    end
                }
                // A file of any kind may begin before its content.
                _ => {
                    self.search("segment", at..range.end)?;
                    range.end
                }
            };
        }
        Ok(if at < range.end { at } else { range.end })
    }

    /// Goes through a cluster; its blocks are read by decoders.
    fn cluster(&mut self, from: u64, until: u64, is_sized: bool) -> io::Result<u64> {
        let mut at = from;
        while at < until {
            let Some(element) = self.next(at)? else {
                break;
            };
            let end = element.end.unwrap_or(until).min(until);
            match element.id {
                // Blocks, and the numbers that stand before them.
                0xA3 | 0xA0 | 0xAF | 0xE7 | 0xA7 | 0xAB => {}
                0xEC | 0xBF | 0x5854 => self.search("cluster", element.content..end)?,
                _ if is_sized => break,
                _ => return Ok(at),
            }
            at = end;
        }
        if at < until && is_sized {
            self.search("cluster", at..until)?;
        }
        Ok(if is_sized { until } else { at })
    }

    /// Each attached file is a part, of any kind.
    fn attachments(&mut self, range: Range<u64>) -> io::Result<u64> {
        let mut at = range.start;
        while at < range.end {
            let Some(file) = self.next(at)? else {
                break;
            };
            let end = file.end.unwrap_or(range.end).min(range.end);
            if file.id == ATTACHED_FILE {
                self.attached(file.content..end)?;
            } else {
                self.search("attachments", file.content..end)?;
            }
            at = end;
        }
        if at < range.end {
            self.search("attachments", at..range.end)?;
        }
        Ok(range.end)
    }

    fn attached(&mut self, range: Range<u64>) -> io::Result<()> {
        let (mut at, mut name, mut data) = (range.start, Vec::new(), Vec::new());
        while at < range.end {
            let Some(field) = self.next(at)? else {
                break;
            };
            let end = field.end.unwrap_or(range.end).min(range.end);
            match field.id {
                FILE_NAME => {
                    name = self.input.up_to(
                        field.content,
                        (end - field.content).min(NAME_BYTES_MAX as u64),
                    )?
                }
                FILE_DATA => data.push(field.content..end),
                _ => {}
            }
            at = end;
        }
        for data in data.into_iter().filter(|data| data.start < data.end) {
            self.collector
                .add_named("attachment", &name, vec![Piece::Range(data)]);
        }
        Ok(())
    }
}

/// The name of an element's place.
fn name(id: u32) -> String {
    match id {
        0xEC => "void".to_owned(),
        0x1254_C367 => "tags".to_owned(),
        _ => format!("element-{id:x}"),
    }
}
