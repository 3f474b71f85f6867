//! Text to frames.

use std::collections::HashSet;
use std::path::Path;

use super::{Frame, Layout, Video, array, object, times};
use crate::error::Rejection;
use crate::hash::HashType;
use crate::list::{Fault, LINE_MAX, LINE_MAX_VPDQ, Line, hash, lines, quoted, without_bom};
use crate::{Error, Result};

/// How many lines are asked which layout they are in.
const LINES_ASKED: usize = 20;

/// From which time on there is none, in seconds.
const SECONDS_END: f64 = 1e9;

/// The videos of a file in any layout. There is one, or one for each line where each line is an array of
/// [`Layout::Json`]. The path stands in messages. Blank lines and, outside of JSON, lines that begin with `#` are
/// passed over.
///
/// The memory that it takes is that of the frames, which is less than that of their text.
///
/// # Errors
/// [`Error::List`] with the first thing that is wrong and its line and column. The code is E006 for what is in none of
/// the layouts, or one of the codes of [`crate::list`].
pub fn read(path: &Path, bytes: &[u8]) -> Result<Vec<Video>> {
    let text = without_bom(bytes);
    let refuse = |line: &Line<'_>, fault: Fault| {
        Error::List(Box::new(Rejection {
            path: path.to_owned(),
            problems: vec![line.problem(fault)],
            total: 1,
        }))
    };
    let whole = Line { number: 1, text };
    let Some(layout) = layout(text) else {
        let message = if body(text).1.is_empty() {
            Fault::new(0, "E050", NO_FRAMES)
        } else {
            Fault::new(0, "E006", "no frames of a video (vPDQ) in any layout")
        };
        return Err(refuse(&whole, message));
    };
    if matches!(layout, Layout::Cpp | Layout::Py) {
        let mut reader = Lines::new(layout);
        let mut frames = Vec::new();
        for line in lines(text).filter(|line| !line.is_structure()) {
            frames.push(reader.parse(&line).map_err(|fault| refuse(&line, fault))?);
        }
        return Ok(vec![Video { layout, frames }]);
    }
    let mut videos = Vec::new();
    for record in records(text, layout) {
        let frames = record
            .check(LINE_MAX_VPDQ)
            .and_then(|()| match layout {
                Layout::Json => array(record.utf8()?),
                _ => object(record.utf8()?),
            })
            .map_err(|fault| refuse(&record, fault))?;
        videos.push(Video { layout, frames });
    }
    Ok(videos)
}

pub(super) const NO_FRAMES: &str = "a video without frames: was it hashed at all?";

/// The layout of a text, if it is in one.
fn layout(text: &[u8]) -> Option<Layout> {
    json_layout(text).or_else(|| lines_layout(text))
}

/// The layout in JSON of a text.
pub(crate) fn json_layout(text: &[u8]) -> Option<Layout> {
    let (_, body) = body(text);
    let inside = |open: u8| Some(body.strip_prefix(&[open])?.trim_ascii_start());
    if let Some(inside) = inside(b'[') {
        return matches!(inside.first(), Some(b'"' | b']')).then_some(Layout::Json);
    }
    let key = inside(b'{')?.strip_prefix(b"\"")?;
    let digits = key.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (digits > 0 && key.get(digits) == Some(&b'"')).then_some(Layout::Old)
}

/// The layout in lines of a text. It is that of one line that can be nothing else, or of all lines that are asked.
pub(crate) fn lines_layout(text: &[u8]) -> Option<Layout> {
    let asked = || {
        let texts = lines(text).filter(|line| !line.is_structure());
        texts.map(|line| line.text).take(LINES_ASKED)
    };
    if asked().any(is_cpp) {
        return Some(Layout::Cpp);
    }
    // A file name may be a number too, but hardly every one, and hardly with three decimals and more.
    let mut decimals = false;
    let all = asked().all(|line| match py(line) {
        Some(seconds) => {
            let rest = seconds.split_once('.').map_or("", |(_, rest)| rest);
            decimals |= rest.bytes().take_while(u8::is_ascii_digit).count() >= 3;
            true
        }
        None => false,
    });
    (all && decimals).then_some(Layout::Py)
}

fn is_cpp(line: &[u8]) -> bool {
    let Ok(line) = std::str::from_utf8(&line[..line.len().min(LINE_MAX)]) else {
        return false;
    };
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (mut fields, mut all) = (line.split(',').map(str::trim), [""; 5]);
    let count = all.iter_mut().zip(&mut fields).map(|(a, f)| *a = f).count();
    let [frame, quality, hash, time, _] = all;
    number(frame)
        && number(quality)
        && is_hash(hash)
        && (count == 3 || (count == 4 && time.parse::<f64>().is_ok()))
}

/// The time of a line of hash, quality and time.
fn py(line: &[u8]) -> Option<&str> {
    let line = std::str::from_utf8(&line[..line.len().min(LINE_MAX)]).ok()?;
    let mut fields = line.splitn(3, ',').map(str::trim);
    let (hash, quality, time) = (fields.next()?, fields.next()?, fields.next()?);
    let number = quality.parse::<i64>().is_ok() && time.parse::<f64>().is_ok();
    (is_hash(hash) && number).then_some(time)
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// What follows blank lines and comments, and how many these are.
pub(crate) fn body(text: &[u8]) -> (usize, &[u8]) {
    let mut rest = text;
    let mut before = 0;
    while !rest.is_empty() {
        let end = rest.iter().position(|&byte| byte == b'\n');
        let end = end.map_or(rest.len(), |at| at + 1);
        let line = rest[..end].trim_ascii_start();
        if !matches!(line.first(), None | Some(b'#')) {
            break;
        }
        rest = &rest[end..];
        before += 1;
    }
    (before, rest.trim_ascii_start())
}

/// The arrays of a text, one on each line, or else all of it as one record. Leading comments are left out of that
/// record.
pub(crate) fn records(text: &[u8], layout: Layout) -> Vec<Line<'_>> {
    let (before, _) = body(text);
    let first = lines(text).nth(before);
    let is_whole = first.is_some_and(|line| line.text.trim_ascii_end().ends_with(b"]"));
    if layout == Layout::Json && is_whole {
        return lines(text).filter(|line| !line.is_structure()).collect();
    }
    let Some(first) = first else {
        return Vec::new();
    };
    let start = first.text.as_ptr() as usize - text.as_ptr() as usize;
    let rest = &text[start..];
    let rest = rest.strip_suffix(b"\n").unwrap_or(rest);
    vec![Line {
        text: rest.strip_suffix(b"\r").unwrap_or(rest),
        ..first
    }]
}

/// Reads frames that stand on lines.
pub(crate) struct Lines {
    layout: Layout,
    order: Order,
}

impl Lines {
    pub(crate) fn new(layout: Layout) -> Lines {
        Lines {
            layout,
            order: Order::default(),
        }
    }

    pub(crate) fn parse(&mut self, line: &Line<'_>) -> std::result::Result<Frame, Fault> {
        line.check(LINE_MAX)?;
        let text = line.utf8()?;
        let mixed = match self.layout {
            Layout::Cpp => py(line.text).is_some(),
            _ => is_cpp(line.text),
        };
        if mixed || matches!(line.text.trim_ascii_start().first(), Some(b'[' | b'{')) {
            let message = format!(
                "a frame in another layout than those before it; were two files joined? got {}",
                quoted(line.text)
            );
            return Err(Fault::new(0, "E053", message));
        }
        match self.layout {
            Layout::Cpp => {
                let fields = fields(text);
                let (number, quality, hash, time) = match *fields.as_slice() {
                    [number, quality, hash] => (number, quality, hash, None),
                    [number, quality, hash, time] => (number, quality, hash, Some(time)),
                    _ => {
                        return Err(count(&fields, "number, quality, hash and time", line));
                    }
                };
                let frame = Frame {
                    number: frame_number(number.1, number.0)?,
                    quality: frame_quality(quality.1, quality.0)?,
                    hash: pdq(hash)?,
                    seconds: time.map(|(at, time)| seconds(time, at)).transpose()?,
                };
                self.order.numbered(frame)
            }
            _ => {
                let frame = triple(text, line)?.0;
                self.order.counted(frame)
            }
        }
    }
}

/// `HASH,QUALITY,SECONDS`, and whether the time is coarse. The number is left 0.
pub(super) fn triple(text: &str, line: &Line<'_>) -> std::result::Result<(Frame, bool), Fault> {
    let fields = fields(text);
    let [hash, quality, time] = *fields.as_slice() else {
        return Err(count(&fields, "hash, quality and time", line));
    };
    let frame = Frame {
        number: 0,
        quality: frame_quality(quality.1, quality.0)?,
        hash: pdq(hash)?,
        seconds: Some(seconds(time.1, time.0)?),
    };
    Ok((frame, times::is_coarse(time.1)))
}

/// What holds of the frames of a video together.
#[derive(Default)]
pub(super) struct Order {
    numbers: HashSet<u32>,
    count: u32,
    last: f64,
}

impl Order {
    /// A frame with a number, which no other may have.
    pub(super) fn numbered(&mut self, frame: Frame) -> std::result::Result<Frame, Fault> {
        if self.numbers.insert(frame.number) {
            Ok(frame)
        } else {
            let message = format!("frame {} comes twice; are these two videos?", frame.number);
            Err(Fault::new(0, "E051", message))
        }
    }

    /// A frame without, which gets the next one, and comes no earlier than the one before it.
    pub(super) fn counted(&mut self, frame: Frame) -> std::result::Result<Frame, Fault> {
        let number = self.count;
        self.count = number.saturating_add(1);
        let seconds = frame.seconds.unwrap_or(self.last);
        if seconds < self.last {
            let message = format!(
                "{seconds} seconds come after {}; are these two videos?",
                self.last
            );
            return Err(Fault::new(0, "E051", message));
        }
        self.last = seconds;
        Ok(Frame { number, ..frame })
    }
}

/// The fields of a line and where they are, without white space around them. No line has more than five that are asked for.
fn fields(text: &str) -> Vec<(usize, &str)> {
    let mut at = 0;
    let pieces = text.split(',').take(5).map(|piece| {
        let start = at + (piece.len() - piece.trim_start().len());
        at += piece.len() + 1;
        (start, piece.trim())
    });
    pieces.collect()
}

fn count(fields: &[(usize, &str)], wanted: &str, line: &Line<'_>) -> Fault {
    let many = match fields.len() {
        5.. => "more".to_owned(),
        few => format!("{few} fields"),
    };
    let got = quoted(line.text);
    Fault::new(
        0,
        "E023",
        format!("a frame is {wanted}, {many} were found; got {got}"),
    )
}

fn pdq((at, text): (usize, &str)) -> std::result::Result<crate::hash::Pdq, Fault> {
    let hash = hash(HashType::Pdq, text, at, false)?;
    Ok(hash.as_pdq().expect("parsed as PDQ"))
}

/// The number of a frame that stands at a place.
pub(super) fn frame_number(text: &str, at: usize) -> std::result::Result<u32, Fault> {
    text.parse().map_err(|_| {
        let got = quoted(text.as_bytes());
        let message = format!("the number of a frame is whole, from 0 to 4294967295; got {got}");
        Fault::new(at, "E051", message)
    })
}

/// The quality that stands at a place.
pub(super) fn frame_quality(text: &str, at: usize) -> std::result::Result<u8, Fault> {
    text.parse().ok().filter(|&q| q <= 100).ok_or_else(|| {
        let got = quoted(text.as_bytes());
        let message = format!("a quality is a whole number from 0 to 100; got {got}");
        Fault::new(at, "E051", message)
    })
}

/// The time that stands at a place.
pub(super) fn seconds(text: &str, at: usize) -> std::result::Result<f64, Fault> {
    let got = || quoted(text.as_bytes());
    let seconds: Option<f64> = text.parse().ok();
    match seconds {
        Some(seconds) if !seconds.is_finite() => Err(Fault::new(
            at,
            "E052",
            format!("a time that is no number; got {}", got()),
        )),
        // The sign of zero means nothing.
        Some(seconds) if (0.0..SECONDS_END).contains(&seconds) => Ok(seconds + 0.0),
        _ => {
            let message = format!("a time is in seconds, from 0 to below 10^9; got {}", got());
            Err(Fault::new(at, "E051", message))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::write;
    use super::*;
    use crate::hash::Pdq;
    use proptest::prelude::*;

    fn read_text(text: &str) -> Result<Vec<Video>> {
        read(Path::new("clip"), text.as_bytes())
    }

    /// `line:column code` of what is wrong.
    fn fault(text: &str) -> String {
        match read_text(text) {
            Err(Error::List(rejection)) => {
                let problem = &rejection.problems[0];
                format!("{}:{} {}", problem.line, problem.column, problem.code)
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_three_columns_that_older_files_have_are_read() {
        let hash = "5a".repeat(32);
        let videos = read_text(&format!("# old\n0,100,{hash}\n\n30,0,{hash}\n")).unwrap();
        let numbers: Vec<_> = videos[0]
            .frames
            .iter()
            .map(|f| (f.number, f.seconds))
            .collect();
        assert_eq!(numbers, [(0, None), (30, None)]);
    }

    #[test]
    fn times_of_tx_may_have_exponents_and_come_back_where_they_are_even() {
        let hash = "5a".repeat(32);
        let array = |times: &[&str]| {
            let strings: Vec<String> = times.iter().map(|t| format!("\"{hash},99,{t}\"")).collect();
            format!("[{}]", strings.join(", "))
        };
        let times = |text: &str| -> Vec<f64> {
            let frames = &read_text(text).unwrap()[0].frames;
            frames.iter().filter_map(|frame| frame.seconds).collect()
        };
        assert_eq!(
            times(&array(&["0.0", "1.23e+02", "2.46e+02"])),
            [0.0, 123.0, 246.0]
        );
        assert_eq!(times(&array(&["0.0", "12.3", "24.7"])), [0.0, 12.33, 24.66]);
        // Three decimals say that nothing was lost.
        assert_eq!(
            times(&array(&["0.000", "12.300", "24.700"])),
            [0.0, 12.3, 24.7]
        );
        assert_eq!(times(&array(&["0.0", "12.3", "26.7"])), [0.0, 12.3, 26.7]);
    }

    #[test]
    fn a_file_may_hold_an_array_on_each_line() {
        let hash = "5a".repeat(32);
        let line = format!("[\"{hash},99,0.0\"]\n");
        assert_eq!(read_text(&line.repeat(3)).unwrap().len(), 3);
        assert_eq!(fault(&format!("{line}[]\n")), "2:1 E050");
        assert_eq!(fault(&format!("{line}{{}}\n")), "2:1 E060");
    }

    #[test]
    fn what_is_no_video_says_where() {
        let hash = "5a".repeat(32);
        assert_eq!(fault(""), "1:1 E050");
        assert_eq!(fault("Dear all,"), "1:1 E006");
        assert_eq!(
            fault(&format!("0,9,{hash},0\n{hash},9,0.000\n")),
            "2:1 E053"
        );
        assert_eq!(fault(&format!("0,9,{hash},0\n0,9,{hash},0\n")), "2:1 E051");
        assert_eq!(fault(&format!("0, 9, {hash}, Infinity\n")), "1:73 E052");
        assert_eq!(
            fault(&format!("[\n\"{hash},9,0\",\n\"{hash},200,0\"]")),
            "3:67 E051"
        );
        assert_eq!(
            fault("{\"0\": {\"quality\": 1, \"hash\": \"ab\", \"timestamp\": 0}}"),
            "1:31 E011"
        );
        assert_eq!(
            fault("{\"0\": {\"quality\": 1, \"timestamp\": -Infinity}}"),
            "1:36 E052"
        );
        assert_eq!(fault(&"[".repeat(100_000)), "1:1 E006");
        assert_eq!(
            fault(&format!("[\"{}", "[".repeat(100_000))),
            "1:100002 E060"
        );
    }

    fn any_frames() -> impl Strategy<Value = Vec<Frame>> {
        let time = prop_oneof![
            4 => (0..4_000_000_u32).prop_map(|ms| f64::from(ms) / 1000.0),
            1 => 0.0..SECONDS_END,
        ];
        let frame = (any::<u32>(), 0..=100_u8, any::<[u8; 32]>(), time);
        prop::collection::vec(frame, 1..40).prop_map(|mut frames| {
            let mut numbers = HashSet::new();
            frames.retain(|frame| numbers.insert(frame.0));
            frames.sort_by(|a, b| a.3.total_cmp(&b.3));
            let frame = |(number, quality, hash, seconds)| Frame {
                number,
                quality,
                hash: Pdq(hash),
                seconds: Some(seconds),
            };
            frames.into_iter().map(frame).collect()
        })
    }

    fn numbered(frames: &[Frame]) -> Vec<Frame> {
        let counted = (0..).zip(frames);
        counted
            .map(|(number, frame)| Frame { number, ..*frame })
            .collect()
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(frames in any_frames(), timed: bool) {
            for layout in [Layout::Cpp, Layout::Py, Layout::Json, Layout::Old] {
                let keeps_numbers = matches!(layout, Layout::Cpp | Layout::Old);
                let mut expected = if keeps_numbers { frames.clone() } else { numbered(&frames) };
                if layout == Layout::Cpp && !timed {
                    expected.iter_mut().for_each(|frame| frame.seconds = None);
                }
                let text = write(layout, &expected).unwrap();
                let video = Video { layout, frames: expected };
                prop_assert_eq!(read_text(&text).unwrap(), vec![video]);
            }
        }

        #[test]
        fn cut_or_changed_text_is_read_or_refused(frames in any_frames(), cut in 0.0..1.0_f64, at in 0.0..1.0_f64, byte: u8) {
            for layout in [Layout::Cpp, Layout::Py, Layout::Json, Layout::Old] {
                let mut text = write(layout, &numbered(&frames)).unwrap().into_bytes();
                let place = |share: f64, text: &[u8]| (share * text.len() as f64) as usize;
                let changed = place(at, &text);
                text[changed] = byte;
                text.truncate(place(cut, &text));
                match read(Path::new("clip"), &text) {
                    Ok(videos) => prop_assert!(videos.iter().all(|video| !video.frames.is_empty())),
                    Err(Error::List(rejection)) => prop_assert_eq!(rejection.total, 1),
                    Err(error) => panic!("{error}"),
                }
            }
        }
    }
}
