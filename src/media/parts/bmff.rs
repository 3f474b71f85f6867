//! Files of boxes (ISO/IEC 14496-12): MP4, HEIC, AVIF and JPEG XL.
//!
//! What tables refer to is media data, which decoders read. All other boxes are searched, and the media data that
//! nothing refers to. Three things are parts that share the media data. A film in a file of pictures, a picture in a
//! film, and a second film. Such a part is the file once more, with the type of a box changed.

use std::io::{self, Read, Seek};
use std::ops::Range;

use super::tables::{Pictures, Tracks};
use super::{Collector, Input, Piece, exif};
use crate::error::Reason;
use crate::media::Format;

/// How deep boxes may lie one within the other, and how many there may be in a file.
const DEPTH_MAX: u32 = 16;
const BOXES_MAX: u32 = 1 << 20;

/// The most films and lists of pictures in one file.
const INDEXES_MAX: usize = 64;

/// The largest box that is read whole.
pub(super) const BOX_BYTES_MAX: u64 = 64 << 20;

/// Boxes that are used as far as they go where a file is cut.
const KNOWN: [&[u8; 4]; 12] = [
    b"ftyp", b"moov", b"mdat", b"moof", b"meta", b"free", b"skip", b"wide", b"uuid", b"udta",
    b"jxlc", b"jxlp",
];

/// A box by its places.
#[derive(Clone, Copy, Debug)]
pub(super) struct BoxPlace {
    pub(super) kind: [u8; 4],
    pub(super) start: u64,
    /// The first byte of its content.
    pub(super) content: u64,
    pub(super) end: u64,
}

impl BoxPlace {
    /// The box at a place within what ends at `end`; `None` if there can be none.
    pub(super) fn at<R: Read + Seek>(
        input: &mut Input<R>,
        at: u64,
        end: u64,
    ) -> io::Result<Option<BoxPlace>> {
        let Some(head) = input.array::<8>(at)? else {
            return Ok(None);
        };
        let [a, b, c, d, kind @ ..] = head;
        let (size, header) = match u32::from_be_bytes([a, b, c, d]) {
            0 => (end.saturating_sub(at), 8),
            1 => match input.array::<8>(at + 8)? {
                Some(size) => (u64::from_be_bytes(size), 16),
                None => return Ok(None),
            },
            size => (u64::from(size), 8),
        };
        let sound = kind.iter().all(|byte| matches!(byte, b' '..=b'~' | 0xA9));
        // What would reach beyond the end and has no type that is known is no box. It is the beginning of something else.
        let is_cut = size > end.saturating_sub(at);
        if size < header || !sound || at + header > end || is_cut && !KNOWN.contains(&&kind) {
            return Ok(None);
        }
        Ok(Some(BoxPlace {
            kind,
            start: at,
            content: at + header,
            end: at.saturating_add(size).min(end),
        }))
    }
}

/// What was seen of a file.
#[derive(Default)]
struct Seen {
    boxes: u32,
    movies: Vec<BoxPlace>,
    metas: Vec<BoxPlace>,
    fragments: Vec<BoxPlace>,
    /// Media data.
    data: Vec<BoxPlace>,
    /// Behind the last box.
    end: u64,
}

/// Adds the parts of a file of boxes.
pub(super) fn collect<R: Read + Seek>(
    format: Format,
    input: &mut Input<R>,
    collector: &mut Collector,
) -> io::Result<()> {
    let mut seen = Seen::default();
    let len = input.len();
    let mut at = 0;
    while let Some(place) = BoxPlace::at(input, at, len)? {
        // Another type is the beginning of another file.
        let is_other = &place.kind == b"ftyp" && seen.begins();
        if is_other || !seen.count(collector) {
            break;
        }
        match &place.kind {
            b"moov" => seen.movies.push(place),
            b"meta" => seen.metas.push(place),
            b"moof" => {
                seen.fragments.push(place);
                collector.search_input("moof", input, place.content..place.end)?;
            }
            b"mdat" | b"idat" => seen.data.push(place),
            // The coded picture of JPEG XL.
            b"jxlc" | b"jxlp" => {
                collector.search_coded_input("pixels", input, place.content..place.end)?;
            }
            b"Exif" => {
                // An offset stands before it.
                let bytes = (place.end - place.content).min(BOX_BYTES_MAX);
                let bytes = input.up_to(place.content, bytes)?;
                exif::collect_owned(bytes.get(4..).unwrap_or_default(), "thumbnail", collector);
            }
            #[cfg(feature = "jxl")]
            b"brob" => {
                let bytes = (place.end - place.content).min(BOX_BYTES_MAX);
                let bytes = input.up_to(place.content, bytes)?;
                super::brotli::collect(&bytes, collector);
            }
            _ => collector.search_input(&name(&place.kind), input, place.content..place.end)?,
        }
        at = place.end;
    }
    seen.end = at;
    collect_media(format, &seen, input, collector)?;
    collector.search_input("behind", input, at..len)
}

impl Seen {
    fn begins(&self) -> bool {
        !self.movies.is_empty() || !self.data.is_empty() || !self.metas.is_empty()
    }

    /// Counts a box; whether more may be looked at.
    fn count(&mut self, collector: &mut Collector) -> bool {
        self.boxes += 1;
        if self.boxes > BOXES_MAX {
            collector.limit(Reason::PartsBoxes {
                limit: BOXES_MAX.into(),
            });
        }
        self.boxes <= BOXES_MAX
    }
}

/// Films, pictures, and the media data of both.
fn collect_media<R: Read + Seek>(
    format: Format,
    seen: &Seen,
    input: &mut Input<R>,
    collector: &mut Collector,
) -> io::Result<()> {
    let is_film = format == Format::Mp4;
    let (mut tracks, mut pictures) = (Tracks::default(), Pictures::default());
    let mut boxes = Seen::default();
    for movie in &seen.movies {
        tracks.read(input, *movie)?;
        search_within(*movie, 0, &mut boxes, input, collector)?;
    }
    for fragment in &seen.fragments {
        tracks.read_fragment(input, *fragment)?;
    }
    for meta in &seen.metas {
        pictures.read(input, *meta)?;
        search_within(*meta, 0, &mut boxes, input, collector)?;
    }
    if tracks.is_cut() || pictures.is_cut() {
        collector.limit(Reason::PartsTables);
    }
    // Each part is the file with all other indexes changed.
    if seen.movies.len() + seen.metas.len() > INDEXES_MAX {
        collector.limit(Reason::PartsIndexes {
            limit: INDEXES_MAX as u64,
        });
        return Ok(());
    }
    // The decoder of this file takes its first film, or its pictures.
    for movie in seen.movies.iter().skip(usize::from(is_film)) {
        let others = seen
            .movies
            .iter()
            .filter(|other| other.start != movie.start);
        let mut changes: Vec<_> = others.map(Change::hides).collect();
        if !is_film {
            changes.extend(seen.metas.iter().map(Change::hides));
            changes.push(Change::FILM);
        }
        collector.add("film", "mp4", changed(seen.end, changes));
    }
    if is_film && pictures.has_pictures() {
        let mut changes: Vec<_> = seen.movies.iter().map(Change::hides).collect();
        changes.push(Change::PICTURE);
        collector.add("picture", "heic", changed(seen.end, changes));
    }
    let mut used = tracks.into_used();
    used.extend(pictures.into_used());
    let mut rest = Rest::default();
    let free = unused(&seen.data, used);
    // Of films there is too much.
    if !is_film {
        for coded in unused(&seen.data, free.clone()) {
            collector.search_coded_input("pixels", input, coded)?;
        }
    }
    for free in free {
        rest.add(free, input, collector)?;
    }
    rest.search(collector);
    Ok(())
}

/// What media data nothing refers to. Short stretches are searched together: there can be one between any two samples.
#[derive(Default)]
struct Rest(Vec<u8>);

impl Rest {
    const SHORT_MAX: u64 = 64 << 10;
    const TOGETHER_MAX: usize = 1 << 20;

    fn add<R: Read + Seek>(
        &mut self,
        range: Range<u64>,
        input: &mut Input<R>,
        collector: &mut Collector,
    ) -> io::Result<()> {
        if range.end - range.start > Self::SHORT_MAX {
            return collector.search_input("mdat", input, range);
        }
        self.0
            .extend(input.up_to(range.start, range.end - range.start)?);
        // Nothing goes on from one stretch to another.
        self.0.extend([0; 16]);
        if self.0.len() > Self::TOGETHER_MAX {
            self.search(collector);
        }
        Ok(())
    }

    fn search(&mut self, collector: &mut Collector) {
        collector.search_owned("mdat", &std::mem::take(&mut self.0));
    }
}

/// The stretches of media data that are not used.
fn unused(data: &[BoxPlace], mut used: Vec<Range<u64>>) -> Vec<Range<u64>> {
    used.sort_by_key(|range| range.start);
    let mut free = Vec::new();
    for data in data {
        let mut at = data.content;
        let first = used.partition_point(|range| range.start < data.content);
        // One before it may reach into it.
        let before = used[..first]
            .iter()
            .map(|range| range.end)
            .max()
            .unwrap_or(0);
        at = at.max(before.min(data.end));
        for range in used[first..]
            .iter()
            .take_while(|range| range.start < data.end)
        {
            if range.start > at {
                free.push(at..range.start);
            }
            at = at.max(range.end);
        }
        if at < data.end {
            free.push(at..data.end);
        }
    }
    free
}

/// Four bytes of a file that a part has otherwise.
struct Change(u64, [u8; 4]);

impl Change {
    /// The first brand, by which a file is known.
    const FILM: Change = Change(8, *b"isom");
    const PICTURE: Change = Change(8, *b"heic");

    /// Makes a box free space.
    fn hides(place: &BoxPlace) -> Change {
        Change(place.start + 4, *b"free")
    }
}

/// The first bytes of a file with changes.
fn changed(end: u64, mut changes: Vec<Change>) -> Vec<Piece> {
    changes.sort_by_key(|change| change.0);
    let (mut pieces, mut at) = (Vec::new(), 0);
    for Change(place, bytes) in changes {
        pieces.push(Piece::Range(at..place));
        pieces.push(Piece::Bytes(bytes.to_vec()));
        at = place + 4;
    }
    pieces.push(Piece::Range(at..end.max(at)));
    pieces
}

/// Searches a box whose tables are known, box by box.
fn search_within<R: Read + Seek>(
    place: BoxPlace,
    depth: u32,
    seen: &mut Seen,
    input: &mut Input<R>,
    collector: &mut Collector,
) -> io::Result<()> {
    let from = match &place.kind {
        // Of QuickTime it has no version.
        b"meta" => match BoxPlace::at(input, place.content, place.end)? {
            Some(first) if &first.kind == b"hdlr" => place.content,
            _ => place.content + 4,
        },
        _ => place.content,
    };
    let mut at = from;
    while let Some(inner) = BoxPlace::at(input, at, place.end)? {
        if !seen.count(collector) {
            return Ok(());
        }
        at = inner.end;
        match &inner.kind {
            b"trak" | b"mdia" | b"minf" | b"stbl" | b"udta" | b"meta" | b"ilst" | b"covr"
            | b"iprp" | b"ipco"
                if depth < DEPTH_MAX =>
            {
                search_within(inner, depth + 1, seen, input, collector)?;
            }
            _ => {
                let kind = if &place.kind == b"covr" {
                    "cover".to_owned()
                } else {
                    name(&inner.kind)
                };
                collector.search_input(&kind, input, inner.content..inner.end)?;
            }
        }
    }
    collector.search_input(&name(&place.kind), input, at..place.end)
}

/// The name of a box's place.
pub(super) fn name(kind: &[u8; 4]) -> String {
    if kind.iter().all(u8::is_ascii_alphanumeric) {
        String::from_utf8_lossy(kind).into_owned()
    } else {
        format!("box-{:08x}", u32::from_be_bytes(*kind))
    }
}
