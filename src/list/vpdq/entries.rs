//! The frames of videos as entries. A file has one video in any layout of [`crate::list::vpdq`], or one in each line.
//!
//! A file of one video is a list of one clip, whose id is the file's stem. Several videos, in lines of arrays or of
//! `vpdq [..]`, have an id each. It is made of the frames, so it stays the same wherever they are read.

use std::collections::HashMap;

use crate::list::clip::clip_entries;
use crate::list::entry::Entry;
use crate::list::ledger::{Halt, Ledger};
use crate::list::line::{Fault, LINE_MAX_VPDQ, Line, LineResult, lines, quoted};
use crate::list::vpdq::{Frame, Layout, Lines, array, body, clip_prints, name, object, records};

pub(in crate::list) fn read(
    text: &[u8],
    layout: Layout,
    ledger: &mut Ledger<'_>,
) -> Result<(), Halt> {
    match layout {
        Layout::Cpp | Layout::Py => read_lines(text, layout, ledger),
        Layout::Json | Layout::Old => read_json(text, layout, ledger),
    }
}

fn read_lines(text: &[u8], layout: Layout, ledger: &mut Ledger<'_>) -> Result<(), Halt> {
    // What is listed of a frame depends on all of them. Reading twice takes less memory than keeping what is wrong.
    let mut reader = Lines::new(layout);
    let told = lines(text).filter(|line| !line.is_structure());
    let frames: Vec<Frame> = told.filter_map(|line| reader.parse(&line).ok()).collect();
    let stem = ledger.stem();
    let entries = match clip(&frames, &stem) {
        Ok(entries) => entries,
        // Without a single frame each line says what is wrong with it.
        Err(_) if frames.is_empty() => Vec::new(),
        Err(fault) => return Err(ledger.halt(Line { number: 1, text }.problem(fault))),
    };
    drop(frames);
    let place = |entry: Entry| Some((entry.frame.as_deref()?.index, entry));
    let mut entries: HashMap<u32, Entry> = entries.into_iter().filter_map(place).collect();
    let mut reader = Lines::new(layout);
    for line in lines(text) {
        ledger.comment(&line, |comment| {
            let frame = Lines::new(layout).parse(comment)?;
            Ok(LineResult::Entries(vec![Entry::new(
                frame.hash.into(),
                line.number,
            )]))
        });
        let read = if line.is_structure() {
            Ok(LineResult::Structure)
        } else {
            reader
                .parse(&line)
                .map(|frame| match entries.remove(&frame.number) {
                    Some(mut entry) => {
                        entry.line = line.number;
                        LineResult::Entries(vec![entry])
                    }
                    None if frame.quality < crate::hash::Pdq::QUALITY => LineResult::LowQuality,
                    None => LineResult::Alike,
                })
        };
        ledger.record(&line, read)?;
    }
    Ok(())
}

fn read_json(text: &[u8], layout: Layout, ledger: &mut Ledger<'_>) -> Result<(), Halt> {
    let records = records(text, layout);
    let stem = (records.len() == 1).then(|| ledger.stem());
    let (before, _) = body(text);
    let whole = match records.as_slice() {
        [record] => lines(record.text).count() > 1,
        _ => false,
    };
    for line in lines(text) {
        // Before a document, and between those that are lines.
        if line.is_structure() && (line.number <= before as u64 || !whole) {
            ledger.record(&line, Ok(LineResult::Structure))?;
            continue;
        }
        let record = if whole { records[0] } else { line };
        let read = record
            .check(LINE_MAX_VPDQ)
            .and_then(|()| frames(record.utf8()?, layout))
            .and_then(|frames| match &stem {
                Some(stem) => clip(&frames, stem),
                None => clip(&frames, &name(&frames)),
            });
        let read = read.map(|entries| LineResult::Entries(at_line(entries, record.number)));
        ledger.record(&record, read)?;
        if whole {
            break;
        }
    }
    Ok(())
}

/// The clip that the rest of a typed line, or a cell of a table, holds in JSON.
pub(in crate::list) fn signal(text: &str, at: usize, line: u64) -> Result<Vec<Entry>, Fault> {
    let layout = match text.trim_start().as_bytes().first() {
        Some(b'[') => Layout::Json,
        Some(b'{') => Layout::Old,
        _ => {
            let got = quoted(text.as_bytes());
            let message = format!("vpdq is followed by frames in JSON; got {got}");
            return Err(Fault::new(at, "E012", message));
        }
    };
    let frames = frames(text, layout).map_err(|fault| fault.shifted(at))?;
    let entries = clip(&frames, &name(&frames)).map_err(|fault| fault.shifted(at))?;
    Ok(at_line(entries, line))
}

fn frames(text: &str, layout: Layout) -> Result<Vec<Frame>, Fault> {
    match layout {
        Layout::Old => object(text),
        _ => array(text),
    }
}

fn clip(frames: &[Frame], id: &str) -> Result<Vec<Entry>, Fault> {
    let (prints, spacing) = clip_prints(frames);
    let clip_ms = prints.iter().filter_map(|print| print.ms).max();
    let mut entries = clip_entries(&prints, clip_ms, spacing);
    if entries.is_empty() {
        let message = format!(
            "nothing of the video can be listed: all {} frames are below quality {}",
            frames.len(),
            crate::hash::Pdq::QUALITY
        );
        return Err(Fault::new(0, "E054", message));
    }
    for entry in &mut entries {
        entry.id = Some(id.to_owned());
    }
    Ok(entries)
}

fn at_line(mut entries: Vec<Entry>, line: u64) -> Vec<Entry> {
    for entry in &mut entries {
        entry.line = line;
    }
    entries
}

#[cfg(test)]
mod tests {
    use crate::list::sample::{MD5, PDQ, faults, faults_with, read, read_with};
    use crate::list::{ClipFrame, List, Media, ReadOptions};

    /// Another, 128 bits of which are set too.
    const OTHER: &str = "e6cf059c4c6696362cc9d6663cd9c263714169d98327399993363d9c3d9cc666";

    fn places(list: &List) -> Vec<(u64, u32, Option<u64>)> {
        let frames = list.entries.iter();
        frames
            .map(|entry| {
                let frame = entry.frame.as_deref().unwrap();
                (entry.line, frame.index, frame.ms)
            })
            .collect()
    }

    #[test]
    fn the_four_layouts_are_one_clip() {
        let cpp = format!(
            "0,100,{PDQ},0.000\n30,49,{OTHER},1.000\n60,100,{PDQ},2.000\n90,50,{OTHER},3.000\n"
        );
        let list = read(&cpp);
        assert_eq!(list.source.format, "vpdq");
        assert_eq!(places(&list), [(1, 0, Some(0)), (4, 90, Some(3000))]);
        let counts = (
            list.counts.lines,
            list.counts.imported,
            list.counts.low_quality,
        );
        assert_eq!(counts, (4, 3, 1));
        let first = &list.entries[0];
        assert_eq!(
            (first.id.as_deref(), first.media),
            (Some("list"), Some(Media::Video))
        );
        assert_eq!(
            first.frame.as_deref(),
            Some(&ClipFrame {
                index: 0,
                ms: Some(0),
                until_ms: Some(2000),
                clip_ms: Some(3000),
                listed: Some(3),
                distinct: Some(2),
                alike: Some(2),
                every_ms: Some(1000),
            })
        );
        let py = format!("{PDQ},100,0.000\n{OTHER},49,1.000\n{PDQ},100,2.000\n{OTHER},50,3.000\n");
        assert_eq!(read(&py).source.format, "vpdq of python");
        assert_eq!(places(&read(&py)), [(1, 0, Some(0)), (4, 3, Some(3000))]);
        let strings: Vec<String> = py.lines().map(|line| format!("\"{line}\"")).collect();
        let json = format!("# tx\n[\n{}\n]\n\n", strings.join(",\n"));
        let list = read(&json);
        assert_eq!(list.source.format, "vpdq of tx");
        assert_eq!(places(&list), [(2, 0, Some(0)), (2, 3, Some(3000))]);
        assert_eq!((list.counts.lines, list.counts.imported), (8, 7));
        assert_eq!(list.entries[1].id.as_deref(), Some("list"));
        let old = format!(
            "{{\"0\":{{\"quality\":100,\"hash\":\"{PDQ}\",\"timestamp\":0.0}},\"9\":{{\"quality\":50,\"hash\":\"{OTHER}\",\"timestamp\":3}}}}"
        );
        assert_eq!(read(&old).source.format, "vpdq of old tx");
        assert_eq!(places(&read(&old)), [(1, 0, Some(0)), (1, 9, Some(3000))]);
    }

    #[test]
    fn frames_without_times_are_listed_without_them() {
        let list = read(format!("0,100,{PDQ}\n1,100,{OTHER}\n"));
        assert_eq!(places(&list), [(1, 0, None), (2, 1, None)]);
        assert!(!list.entries[0].frame.as_deref().unwrap().is_sparse());
    }

    #[test]
    fn videos_on_lines_have_ids_made_of_their_frames() {
        let array = |times: [&str; 2]| {
            format!("[\"{PDQ},100,{}\", \"{OTHER},100,{}\"]", times[0], times[1])
        };
        let (one, coarse) = (array(["0.0", "12.345"]), array(["0.0", "12.3"]));
        let list = read(format!("VPDQ {one}\nmd5 {MD5}\nvpdq {coarse}\n"));
        assert_eq!(list.source.format, "typed lines");
        let ids: Vec<&str> = list
            .entries
            .iter()
            .filter_map(|e| e.id.as_deref())
            .collect();
        assert_eq!((ids.len(), ids[0].len()), (4, 21));
        assert!(ids[0].starts_with("vpdq-") && ids.iter().all(|id| id == &ids[0]));
        let lines: Vec<u64> = list.entries.iter().map(|entry| entry.line).collect();
        assert_eq!(lines, [1, 1, 2, 3, 3]);
        let other = format!("[\"{OTHER},100,0.0\"]");
        let list = read(format!("{one}\n\n{other}\n"));
        assert_eq!(list.source.format, "vpdq of tx");
        assert_eq!(list.entries[0].id.as_deref(), Some(ids[0]));
        assert_ne!(list.entries[2].id, list.entries[0].id);
        assert_eq!((list.counts.imported, list.counts.structure), (2, 1));
    }

    #[test]
    fn the_export_of_tx_holds_videos_too() {
        let text = format!(
            "signal_type,signal_str,collab,category,tags\r\nvpdq,\"[\"\"{PDQ},100,0.0\"\", \"\"{OTHER},100,1.0\"\"]\",c,NEGATIVE_CLASS,x\r\nmd5,{MD5},c,,\r\n"
        );
        let list = read(text);
        assert_eq!(places_of(&list), [Some(0), Some(1), None]);
        for entry in &list.entries[..2] {
            assert!(entry.id.as_deref().unwrap().starts_with("vpdq-"));
            assert_eq!(entry.opinion, crate::list::Opinion::Negative);
            assert_eq!((entry.list.as_deref(), entry.labels.len()), (Some("c"), 1));
        }
    }

    #[test]
    fn rows_of_videos_may_be_longer_than_others() {
        let frames: Vec<String> = (0..1000)
            .map(|i| format!("\"\"{PDQ},100,{i}.0\"\""))
            .collect();
        let row = |name: &str| {
            format!(
                "signal_type,signal_str\n{name},\"[{}]\"\n",
                frames.join(", ")
            )
        };
        assert_eq!(read(row("vpdq")).entries.len(), 1);
        assert_eq!(faults(row("pdq")), ["2:1 E003"]);
    }

    fn places_of(list: &List) -> Vec<Option<u32>> {
        let index = |entry: &super::Entry| Some(entry.frame.as_deref()?.index);
        list.entries.iter().map(index).collect()
    }

    #[test]
    fn long_lines_are_for_videos_alone() {
        let frames: Vec<String> = (0..2000)
            .map(|i| format!("\"{PDQ},100,{i}.0000\""))
            .collect();
        let line = format!("vpdq [{}]", frames.join(","));
        assert!(line.len() > crate::list::LINE_MAX);
        assert_eq!(read(&line).entries.len(), 1);
        assert_eq!(
            faults(format!("md5 {MD5}\nmd5 {}\n", "0".repeat(70_000))),
            ["2:1 E003"]
        );
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        assert_eq!(faults("[]"), ["1:1 E050"]);
        assert_eq!(faults(format!("0,101,{PDQ},0.0\n")), ["1:3 E051"]);
        assert_eq!(
            faults(format!(
                "0,90,{PDQ},0.0\n0,90,{PDQ},0.0\n9999999999,90,{PDQ},1\n1,x,{PDQ},-1\n"
            )),
            ["2:1 E051", "3:1 E051", "4:3 E051"]
        );
        assert_eq!(faults(format!("0,90,{PDQ},nan\n")), ["1:71 E052"]);
        assert_eq!(
            faults(format!("0,90,{PDQ},0\n{PDQ},90,1.000\n1,90,{MD5},1\n")),
            ["2:1 E053", "3:6 E011"]
        );
        assert_eq!(
            faults(format!("{PDQ},90,0.000\n{PDQ},90,inf\n")),
            ["2:69 E052"]
        );
        assert_eq!(
            faults(format!("{PDQ},90,1.000\n{PDQ},90,0.5\n")),
            ["2:1 E051"]
        );
        assert_eq!(
            faults(format!("0,49,{PDQ},0\n1,0,{OTHER},1\n")),
            ["1:1 E054"]
        );
        assert_eq!(
            faults(format!("[\"{PDQ},90,0.0\",\n \"{PDQ},90,1e999\"]")),
            ["2:71 E052"]
        );
        assert_eq!(faults(format!("[\"{PDQ},90,0.0\",\n 17]")), ["2:2 E060"]);
        assert_eq!(faults(format!("[\"{PDQ},90,0.0\"")), ["1:74 E060"]);
        assert_eq!(faults(format!("[\"{PDQ},90\"]")), ["1:3 E023"]);
        assert_eq!(
            faults(format!(
                "{{\"0\":{{\"quality\":100,\"hash\":\"{PDQ}\",\"timestamp\":NaN}}}}"
            )),
            ["1:107 E052"]
        );
        assert_eq!(
            faults(format!("md5 {MD5}\nvpdq [\"{PDQ},9,0.0\"]\nvpdq x\n")),
            ["2:6 E054", "3:6 E012"]
        );
    }

    #[test]
    fn bad_frames_within_the_tolerance_are_set_aside() {
        let options = ReadOptions {
            max_reject: "1".parse().unwrap(),
            ..ReadOptions::default()
        };
        let list = read_with(
            format!("0,90,{PDQ},0\n1,90,{MD5},1\n2,90,{OTHER},2\n"),
            &options,
        );
        assert_eq!((list.entries.len(), list.counts.rejected), (2, 1));
        let none = format!("0,90,{MD5},0\n1,90,{PDQ},9e9\n");
        assert_eq!(faults_with(none, &options), ["1:6 E011", "2:71 E051"]);
    }

    #[test]
    fn one_name_that_looks_like_a_time_makes_no_video() {
        let list = read(format!("{PDQ},100,1.000\n{PDQ},100,a.jpg\n"));
        assert_eq!(
            (list.source.format.as_str(), list.entries.len()),
            ("pdq-photo-hasher", 2)
        );
    }
}
