//! What one row of a table says.

use super::columns::{Columns, Role};
use super::entry::{ClipFrame, Entry, Media};
use super::kind::{self, Kind, Untyped};
use super::line::{Fault, LineResult};
use super::record::Record;
use super::{ReadOptions, Removal, Target, field};
use crate::hash::Hash;
use crate::list::vpdq::entries;

/// Reads a row that has as many cells as the header, or an empty one more.
pub(super) fn result(
    record: &Record<'_>,
    columns: &Columns,
    untyped: &mut Untyped,
    options: &ReadOptions,
) -> Result<LineResult, Fault> {
    let texts = record.texts()?;
    let columns = &columns.columns;
    let cells: Vec<Cell<'_>> = columns
        .iter()
        .zip(texts)
        .enumerate()
        .map(|(i, ((role, name), text))| Cell {
            i,
            role: *role,
            name,
            text,
        })
        .filter(|cell| !cell.text.is_empty())
        .collect();
    let find = |role| cells.iter().find(|cell| cell.role == role);
    let is_video = find(Role::Type).is_some_and(|cell| Kind::is_vpdq(cell.text));
    let video = find(Role::Hash).filter(|_| is_video);
    let (hashes, frames) = match video {
        Some(cell) => {
            let placed = |fault| record.placed(cell.i, fault);
            let frames = entries::signal(cell.text, 0, record.line.number).map_err(placed)?;
            (Vec::new(), frames)
        }
        None => match hashes(record, &cells, columns, untyped, options)? {
            Some(hashes) => (hashes, Vec::new()),
            None => return Ok(LineResult::Skipped),
        },
    };
    let remove = match find(Role::Op) {
        None => false,
        Some(op) if op.text.eq_ignore_ascii_case("add") => false,
        Some(op) if op.text.eq_ignore_ascii_case("remove") => true,
        Some(op) => {
            return Err(record.placed(op.i, field::unknown("op", "add or remove", op.text)));
        }
    };
    if let Some(first) = frames.first() {
        if remove {
            let id = first.id.clone().unwrap_or_default();
            let id = find(Role::Id).map_or(id, |cell| cell.text.to_owned());
            return Ok(LineResult::Removals(vec![Removal {
                list: find(Role::List).map(|list| list.text.to_owned()),
                target: Target::Id(id),
                line: record.line.number,
            }]));
        }
        let told = |mut entry: Entry| {
            for cell in cells.iter().filter(|cell| cell.role != Role::Quality) {
                fill(&mut entry, cell).map_err(|fault| record.placed(cell.i, fault))?;
            }
            Ok(entry)
        };
        let entries: Result<Vec<Entry>, Fault> = frames.into_iter().map(told).collect();
        return Ok(LineResult::Entries(entries?));
    }
    match (remove, hashes.first()) {
        (false, Some((first, _))) => {
            let mut entry = Entry::new(*first, record.line.number);
            for cell in &cells {
                fill(&mut entry, cell).map_err(|fault| record.placed(cell.i, fault))?;
            }
            let placed = |(i, fault)| record.placed(i, fault);
            entry.frame = frame(&cells).map_err(placed)?.map(Box::new);
            if entry.frame.is_some() {
                entry.media.get_or_insert(Media::Video);
            }
            let entries = hashes.into_iter().map(|(hash, media)| Entry {
                hash,
                media: entry.media.or(media),
                // A digest is of the whole file.
                frame: entry
                    .frame
                    .clone()
                    .filter(|_| hash.hash_type().is_perceptual()),
                ..entry.clone()
            });
            Ok(LineResult::Entries(entries.collect()))
        }
        (true, first) => {
            let targets: Vec<Target> = match (first, find(Role::Id)) {
                (Some(_), id) => {
                    let target = |hash| match id {
                        Some(id) => Target::Entry(hash, id.text.to_owned()),
                        None => Target::Hash(hash),
                    };
                    hashes.into_iter().map(|(hash, _)| target(hash)).collect()
                }
                (None, Some(id)) => vec![Target::Id(id.text.to_owned())],
                (None, None) => {
                    return Err(Fault::new(0, "E026", "the removal has neither hash nor id"));
                }
            };
            let removals = targets.into_iter().map(|target| Removal {
                list: find(Role::List).map(|list| list.text.to_owned()),
                target,
                line: record.line.number,
            });
            Ok(LineResult::Removals(removals.collect()))
        }
        (false, None) => Err(Fault::new(0, "E026", "the row has no hash")),
    }
}

/// The hashes of a row; `None` if it is to be skipped.
fn hashes(
    record: &Record<'_>,
    cells: &[Cell<'_>],
    columns: &[(Role, String)],
    untyped: &mut Untyped,
    options: &ReadOptions,
) -> Result<Option<Vec<Typed>>, Fault> {
    let lenient = options.lenient_hex;
    let name = cells.iter().find(|cell| cell.role == Role::Type);
    let has_type = columns.iter().any(|(role, _)| *role == Role::Type);
    let mut hashes = Vec::new();
    for cell in cells {
        let placed = |fault| record.placed(cell.i, fault);
        let (hash_type, media) = match (cell.role, name) {
            (Role::Hashes(hash_type, media), _) => (hash_type, media),
            (Role::Hash, Some(name)) => {
                let kind = Kind::resolve(name.text, 0, options.skip_unsupported);
                match kind.map_err(|fault| record.placed(name.i, fault))? {
                    Some(kind) => kind,
                    None => return Ok(None),
                }
            }
            (Role::Hash, None)
                if has_type && options.hash_type.is_none() && kind::prefix(cell.text).is_none() =>
            {
                return Err(placed(Fault::new(
                    0,
                    "E010",
                    "the row has a hash and no type",
                )));
            }
            (Role::Hash, None) => match untyped.kind(cell.text, 0, options).map_err(placed)? {
                Some(kind) => kind,
                None => return Ok(None),
            },
            _ => continue,
        };
        let hash = kind::hash(hash_type, cell.text, 0, lenient).map_err(placed)?;
        hashes.push((hash, media));
    }
    Ok(Some(hashes))
}

/// A cell that is not empty.
struct Cell<'a> {
    /// The number of its column, from 0.
    i: usize,
    role: Role,
    /// The name of its column.
    name: &'a str,
    text: &'a str,
}

/// A hash, and the kind of file that the name of its type speaks of.
type Typed = (Hash, Option<Media>);

/// Where in a clip the picture stands, if the row says when it is shown there. A fault comes with the cell's number.
fn frame(cells: &[Cell<'_>]) -> Result<Option<ClipFrame>, (usize, Fault)> {
    let number = |role| {
        let cell = cells.iter().find(|cell| cell.role == role);
        let number = cell.map(|cell| {
            let wrong = || {
                (
                    cell.i,
                    field::unknown("time", "a whole number of milliseconds", cell.text),
                )
            };
            cell.text.parse::<u64>().map_err(|_| wrong())
        });
        number.transpose()
    };
    let Some(ms) = number(Role::Ms)? else {
        return Ok(None);
    };
    let index = cells.iter().find(|cell| cell.role == Role::Frame);
    let index = index.map(|cell| {
        let wrong = |_| (cell.i, field::unknown("frame", "a whole number", cell.text));
        cell.text.parse().map_err(wrong)
    });
    Ok(Some(ClipFrame {
        index: index.transpose()?.unwrap_or(0),
        ms: Some(ms),
        until_ms: number(Role::UntilMs)?,
        clip_ms: number(Role::ClipMs)?,
        every_ms: number(Role::EveryMs)?.map(|ms| u32::try_from(ms).unwrap_or(u32::MAX)),
        ..ClipFrame::default()
    }))
}

/// Adds to an entry what one cell says of it.
fn fill(entry: &mut Entry, cell: &Cell<'_>) -> Result<(), Fault> {
    let text = || cell.text.to_owned();
    match cell.role {
        Role::Op | Role::Type | Role::Hash | Role::Hashes(..) => {}
        Role::Ms | Role::UntilMs | Role::ClipMs | Role::EveryMs => {}
        Role::Id => entry.id = Some(text()),
        Role::List => entry.list = Some(text()),
        Role::Labels => {
            entry.labels.extend(field::labels(cell.text));
            entry.labels.sort_unstable();
            entry.labels.dedup();
        }
        Role::Category => match field::opinion(cell.text) {
            Some(opinion) => entry.opinion = opinion,
            None => entry.meta.push((cell.name.to_owned(), text())),
        },
        Role::Opinion => {
            let opinion = field::opinion(cell.text);
            entry.opinion =
                opinion.ok_or_else(|| field::unknown("opinion", field::OPINIONS, cell.text))?;
        }
        Role::Severity => entry.severity = Some(field::severity(cell.text)?),
        Role::Media => entry.media = Some(field::media(cell.text)?),
        Role::Quality => entry.quality = Some(field::quality(cell.text, "E025")?),
        Role::Source => entry.source = Some(text()),
        Role::Added => entry.added = Some(field::time(cell.text)?),
        Role::ValidUntil => entry.valid_until = Some(field::time(cell.text)?),
        Role::Meta | Role::Frame => entry.meta.push((cell.name.to_owned(), text())),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::sample::{MD5, PDQ, SHA1, faults, hashes, read, read_with};
    use super::super::{Opinion, ReadOptions, Severity, Target};
    use crate::hash::HashType;

    #[test]
    fn the_export_of_tx_is_read() {
        let text = format!(
            "signal_type,signal_str,collab,category,tags\r\npdq,{PDQ},\"a, b\",INVESTIGATION_SEED,x y\r\nvideo_md5,{MD5},c,false_positive,\r\n"
        );
        let list = read(&text);
        assert_eq!(list.source.format, "csv");
        assert_eq!(
            hashes(&list.entries),
            [(format!("pdq:{PDQ}"), ""), (format!("md5:{MD5}"), "")]
        );
        let first = &list.entries[0];
        assert_eq!(
            (first.list.as_deref(), first.opinion),
            (Some("a, b"), Opinion::Seed)
        );
        assert_eq!(first.labels, ["x", "y"]);
        assert_eq!(list.entries[1].opinion, Opinion::Negative);
        assert_eq!(
            (
                list.counts.lines,
                list.counts.imported,
                list.counts.structure
            ),
            (3, 2, 1)
        );
    }

    #[test]
    fn one_row_may_give_several_hashes_of_one_item() {
        let text = format!(
            "\u{feff}ID;MD5;SHA-1;PDQ;quality;Severity;Notes;category\ncase-1;{MD5};{SHA1};{PDQ};97;high;\"two\nlines\";A1\n\n# done\n"
        );
        let list = read(&text);
        assert_eq!(
            hashes(&list.entries),
            [
                (format!("md5:{MD5}"), "case-1"),
                (format!("sha1:{SHA1}"), "case-1"),
                (format!("pdq:{PDQ}"), "case-1")
            ]
        );
        let entry = &list.entries[2];
        assert_eq!(
            (entry.quality, entry.severity, entry.line),
            (Some(97), Some(Severity::High), 2)
        );
        let meta = [("Notes", "two\nlines"), ("category", "A1")]
            .map(|(k, v)| (k.to_owned(), v.to_owned()));
        assert_eq!(entry.meta, meta);
        assert_eq!(
            (
                list.counts.lines,
                list.counts.imported,
                list.counts.structure
            ),
            (5, 2, 3)
        );
    }

    #[test]
    fn a_low_quality_hash_beside_others_is_left_out_with_a_warning() {
        let list = read(format!("md5\tpdq\tquality\n{MD5}\t{PDQ}\t10\n"));
        assert_eq!(list.source.format, "tsv");
        assert_eq!(hashes(&list.entries), [(format!("md5:{MD5}"), "")]);
        assert_eq!(
            (list.warnings[0].code, list.warnings[0].column),
            ("W030", 34)
        );
    }

    #[test]
    fn a_type_may_be_told_or_follow_from_the_length() {
        let text = format!("hash,id\n{PDQ},a\n");
        assert_eq!(faults(&text), ["2:1 E014"]);
        let options = ReadOptions {
            hash_type: Some(HashType::Pdq),
            ..ReadOptions::default()
        };
        assert_eq!(
            hashes(&read_with(&text, &options).entries),
            [(format!("pdq:{PDQ}"), "a")]
        );
        assert_eq!(
            hashes(&read(format!("hash\n{MD5}\n")).entries),
            [(format!("md5:{MD5}"), "")]
        );
    }

    #[test]
    fn every_bad_row_is_named_with_its_column() {
        let text = format!(
            "type,hash,quality,added,op,severity,media,opinion\nmd5,{MD5},,,,,,\nmd5,{MD5}\nmd5,\"{SHA1}\",,,,,,\n,{MD5},,,,,,\nmd5,,,,,,,\n\
             url,x,,,,,,\nmd5,{MD5},101,,,,,\nmd5,{MD5},,soon,,,,\nmd5,{MD5},,,drop,,,\nmd5,{MD5},,,,bad,,\nmd5,{MD5},,,,,audio,\nmd5,{MD5},,,,,,?\n"
        );
        assert_eq!(
            faults(&text),
            [
                "3:1 E023",
                "4:6 E011",
                "5:2 E010",
                "6:1 E026",
                "7:1 E010",
                "8:38 E025",
                "9:39 E025",
                "10:40 E025",
                "11:41 E025",
                "12:42 E025",
                "13:43 E025"
            ]
        );
        assert_eq!(faults("id,note,label\n1,2,3\n"), ["1:1 E021"]);
        assert_eq!(faults(format!("md5,hash_md5\n{MD5},{MD5}\n")), ["1:5 E022"]);
    }

    #[test]
    fn a_delimiter_at_the_end_of_rows_is_harmless() {
        let list = read(format!("md5;note\n{MD5};x;\n"));
        assert_eq!(list.entries[0].meta, [("note".to_owned(), "x".to_owned())]);
    }

    #[test]
    fn removals_withdraw_a_hash_or_an_item_or_one_entry() {
        let text =
            format!("op,id,md5\nremove,,{MD5}\nREMOVE,b,\nremove,a,{MD5}\nadd,c,{MD5}\nremove,,\n");
        assert_eq!(faults(&text), ["6:1 E026"]);
        let list = read(text.replace("remove,,\n", ""));
        assert_eq!(list.entries.len(), 1);
        let hash = list.entries[0].hash;
        assert_eq!(list.removals[0].target, Target::Hash(hash));
        assert_eq!(list.removals[1].target, Target::Id("b".into()));
        assert_eq!(list.removals[2].target, Target::Entry(hash, "a".into()));
    }

    #[test]
    fn a_type_may_stand_in_front_of_a_hash() {
        let text = format!("hash,id\nmd5:{MD5},a\nSHA-1: {SHA1},b\npdq:{PDQ},c\n{MD5},d\n");
        let read_as = [
            (format!("md5:{MD5}"), "a"),
            (format!("sha1:{SHA1}"), "b"),
            (format!("pdq:{PDQ}"), "c"),
            (format!("md5:{MD5}"), "d"),
        ];
        assert_eq!(hashes(&read(&text).entries), read_as);
        assert_eq!(hashes(&read(text.replace(',', "\t")).entries), read_as);
        let text = format!(
            "type,hash,md5\nsha1,sha1:{SHA1},\n,md5:{MD5},\nmd5,sha1:{SHA1},\n,,pdq:{PDQ}\n"
        );
        assert_eq!(faults(&text), ["4:5 E010", "5:3 E010"]);
    }

    #[test]
    fn the_number_of_a_frame_is_a_number() {
        let text = format!("pdq,Frame,ms\n{PDQ},7,100\n");
        assert_eq!(read(&text).entries[0].frame.as_deref().unwrap().index, 7);
        assert_eq!(faults(text.replace(",7,", ",x,")), ["2:66 E025"]);
    }
}
