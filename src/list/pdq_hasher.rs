//! The output of `pdq-photo-hasher`, in its four forms. The file name comes last and is not quoted.
//!
//! ```text
//! <hex>,<quality>,name                                         one hash
//! <hex>,<hex>, ... <hex>,<quality>,name                        --pdqdih-across: eight hashes
//! hash=<hex>,norm=128,delta=0,quality=100,filename=name        -d
//! hash=<hex>,xform=rot90,filename=name                         -d --pdqdih
//! hash=<hex>,quality=100,orig=<hex>,rot90=<hex>, ...,filename=name
//! ```
//!
//! The name is the id of the entry, escaped as in [`crate::escape`]. The hashes of the turned picture are further
//! entries of the same id. Their metadata names the turn under `xform`.

use super::entry::Entry;
use super::line::{Fault, Line, LineResult, quoted};
use super::{ReadOptions, field, kind};
use crate::escape;
use crate::hash::{Hash, HashType};

/// The turns, in the order in which they are printed.
const XFORMS: [&str; 8] = [
    "orig", "rot90", "rot180", "rot270", "flipx", "flipy", "flipp", "flipm",
];

/// Whether this format would make something of a line.
pub(super) fn recognises(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"hash=").unwrap_or(text);
    let hex = text
        .iter()
        .take_while(|byte| byte.is_ascii_hexdigit())
        .count();
    hex == 64 && text.get(hex) == Some(&b',')
}

pub(super) fn parse(line: &Line<'_>, options: &ReadOptions) -> Result<LineResult, Fault> {
    if line.text.starts_with(b"hash=") {
        detailed(line, options)
    } else {
        plain(line, options)
    }
}

fn plain(line: &Line<'_>, options: &ReadOptions) -> Result<LineResult, Fault> {
    let mut hashes: Vec<Hash> = Vec::new();
    let mut at = 0;
    loop {
        let rest = &line.text[at..];
        let Some(end) = rest.iter().position(|&byte| byte == b',') else {
            let message = format!(
                "a line is hash, quality and file name with commas between; got {}",
                quoted(line.text)
            );
            return Err(Fault::new(line.text.len(), "E031", message));
        };
        let field = &rest[..end];
        // A quality has at most three digits.
        let is_quality = !hashes.is_empty() && field.len() < HashType::Pdq.bytes();
        if is_quality {
            let quality = quality(field).map_err(|fault| fault.shifted(at))?;
            let turned = hashes.len() > 1;
            let name = &rest[end + 1..];
            alone(name, at + end + 1)?;
            let id = escape::escape(name);
            let entries = hashes.into_iter().enumerate().map(|(i, hash)| {
                let mut entry = Entry::new(hash, line.number);
                entry.id = Some(id.clone().into_owned());
                entry.quality = Some(quality);
                if turned {
                    entry.meta = vec![("xform".to_owned(), XFORMS[i].to_owned())];
                }
                entry
            });
            return Ok(LineResult::Entries(entries.collect()));
        }
        if hashes.len() == XFORMS.len() {
            let message = format!(
                "eight hashes are followed by a quality; got {}",
                quoted(field)
            );
            return Err(Fault::new(at, "E030", message));
        }
        hashes.push(pdq(field, at, options)?);
        at += end + 1;
    }
}

fn detailed(line: &Line<'_>, options: &ReadOptions) -> Result<LineResult, Fault> {
    let mut hashes: Vec<(Hash, Option<&str>)> = Vec::new();
    let mut common = Vec::new();
    let mut id = None;
    let mut stated = None;
    let mut at = 0;
    while at < line.text.len() {
        let rest = &line.text[at..];
        if let Some(name) = rest.strip_prefix(b"filename=") {
            alone(name, line.text.len() - name.len())?;
            id = Some(escape::escape(name).into_owned());
            break;
        }
        let end = rest
            .iter()
            .position(|&byte| byte == b',')
            .unwrap_or(rest.len());
        let pair = std::str::from_utf8(&rest[..end]).ok();
        let Some((key, value)) = pair.and_then(|pair| pair.split_once('=')) else {
            let message = format!(
                "fields are KEY=VALUE with commas between; got {}",
                quoted(rest)
            );
            return Err(Fault::new(at, "E031", message));
        };
        let value_at = at + key.len() + 1;
        match key {
            "hash" => hashes.push((pdq(value.as_bytes(), value_at, options)?, None)),
            "quality" => {
                stated = Some(quality(value.as_bytes()).map_err(|fault| fault.shifted(value_at))?);
            }
            key if XFORMS.contains(&key) => {
                let hash = pdq(value.as_bytes(), value_at, options)?;
                // The picture as it is comes twice.
                if hashes.iter().all(|(known, _)| *known != hash) || key != "orig" {
                    hashes.push((hash, Some(key)));
                }
            }
            key => common.push((key.to_owned(), value.to_owned())),
        }
        at += end + 1;
    }
    let entries = hashes.into_iter().map(|(hash, xform)| {
        let mut entry = Entry::new(hash, line.number);
        entry.id = id.clone();
        entry.quality = stated;
        entry.meta = common.clone();
        entry
            .meta
            .extend(xform.map(|xform| ("xform".to_owned(), xform.to_owned())));
        entry
    });
    Ok(LineResult::Entries(entries.collect()))
}

/// Refuses a name that holds a second line: a line end between them was lost.
fn alone(name: &[u8], at: usize) -> Result<(), Fault> {
    let is_digit = |byte: &u8| byte.is_ascii_hexdigit();
    let mut from = 0;
    while let Some(end) = name[from..].iter().position(|&byte| byte == b',') {
        let end = from + end;
        let digits = name[..end].iter().rev().take_while(|byte| is_digit(byte));
        let digits = digits.count();
        let after = name[end + 1..].first();
        // A quality, a further turn or the name of a field comes next.
        if digits >= HashType::Pdq.bytes() * 2 && after.is_some_and(u8::is_ascii_alphanumeric) {
            let start = end - HashType::Pdq.bytes() * 2;
            let message = format!(
                "a second hash in the name of a file; end the line before it; got {}",
                quoted(&name[start..])
            );
            return Err(Fault::new(at + start, "E013", message));
        }
        from = end + 1;
    }
    Ok(())
}

fn pdq(field: &[u8], at: usize, options: &ReadOptions) -> Result<Hash, Fault> {
    let text = String::from_utf8_lossy(field);
    kind::hash(HashType::Pdq, &text, at, options.lenient_hex)
}

fn quality(field: &[u8]) -> Result<u8, Fault> {
    field::quality(&String::from_utf8_lossy(field), "E030")
}

#[cfg(test)]
mod tests {
    use super::super::ReadOptions;
    use super::super::sample::{MD5, PDQ, faults, hashes, read, read_with};

    #[test]
    fn a_file_name_may_hold_commas_and_any_byte() {
        let mut text = format!("{PDQ},100,a, b.jpg\n{PDQ},50,").into_bytes();
        text.extend(b"\xe9.jpg\n");
        let list = read(&text);
        assert_eq!(list.source.format, "pdq-photo-hasher");
        let pdq = format!("pdq:{PDQ}");
        assert_eq!(
            hashes(&list.entries),
            [(pdq.clone(), "a, b.jpg"), (pdq, "\\xe9.jpg")]
        );
        assert_eq!(list.entries[0].quality, Some(100));
    }

    #[test]
    fn the_detailed_form_and_its_turns_share_the_id() {
        let text = format!(
            "hash={PDQ},norm=128,delta=0,quality=97,filename=a,b=c.jpg\nhash={PDQ},xform=rot90,filename=a,b=c.jpg\n"
        );
        let list = read(&text);
        let pdq = format!("pdq:{PDQ}");
        assert_eq!(
            hashes(&list.entries),
            [(pdq.clone(), "a,b=c.jpg"), (pdq, "a,b=c.jpg")]
        );
        assert_eq!(list.entries[0].quality, Some(97));
        assert_eq!(
            list.entries[1].meta,
            [("xform".to_owned(), "rot90".to_owned())]
        );
    }

    #[test]
    fn eight_hashes_on_a_line_are_eight_entries() {
        let turns = [PDQ; 8].join(",");
        let list = read(format!("{turns},97,a.jpg\n"));
        let turns: Vec<_> = list.entries.iter().map(|e| e.meta[0].1.as_str()).collect();
        assert_eq!(turns, super::XFORMS);
        let list = read(format!(
            "hash={PDQ},quality=97,orig={PDQ},rot90={PDQ},filename=a.jpg\n"
        ));
        assert_eq!(list.entries.len(), 2);
        assert_eq!(
            list.entries[1].meta,
            [("xform".to_owned(), "rot90".to_owned())]
        );
    }

    #[test]
    fn two_hashes_on_a_line_are_not_one() {
        let text = format!(
            "{PDQ},90,a.jpg{PDQ},80,b.jpg\nhash={PDQ},quality=90,filename=ahash={PDQ},quality=90,filename=b\n{PDQ},90,{PDQ}.jpg\n{PDQ},90,{PDQ}, b\n"
        );
        assert_eq!(faults(&text), ["1:74 E013", "2:97 E013"]);
    }

    #[test]
    fn low_quality_is_counted_and_left_out() {
        let text = format!("{PDQ},49,a.jpg\n{PDQ},50,b.jpg\n");
        let counts = read(&text).counts;
        assert_eq!((counts.imported, counts.low_quality), (1, 1));
        let options = ReadOptions {
            min_quality: 0,
            ..ReadOptions::default()
        };
        assert_eq!(read_with(&text, &options).counts.imported, 2);
    }

    #[test]
    fn lines_of_another_shape_are_named() {
        let nine = [PDQ; 9].join(",");
        let text = format!(
            "{PDQ},90,a\n{PDQ},101,a\n{PDQ},x,a\n{PDQ},90\n{PDQ}\n{MD5},90,a\n{nine},90,a\nhash={PDQ},quality=-1\nhash={PDQ},a.jpg\n"
        );
        assert_eq!(
            faults(&text),
            [
                "2:66 E030",
                "3:66 E030",
                "4:68 E031",
                "5:65 E031",
                "6:1 E011",
                "7:521 E030",
                "8:79 E030",
                "9:71 E031"
            ]
        );
    }
}
