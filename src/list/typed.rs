//! `TYPE HASH` or `TYPE:HASH` on each line, as `tx hash` prints and `tx` reads.
//!
//! What `basma hash` prints after a hash, its quality and file, may stand behind it. White space is spaces and tabs. The name of a rotation may stand in front. The hash is then that of the turned
//! picture, and the rotation is kept as metadata.
//!
//! `tx dataset -P` writes behind the hash which list holds it, the opinion about it, and its labels:
//! `'my list' INVESTIGATION_SEED a,b`.

use super::entry::{Entry, Opinion};
use super::field;
use super::kind::{self, Kind, looks_like_hash};
use super::line::{Fault, Line, LineResult, quoted};
use super::{ReadOptions, hashed};
use crate::list::vpdq::entries;

pub(super) fn parse(line: &Line<'_>, options: &ReadOptions) -> Result<LineResult, Fault> {
    let text = line.utf8()?;
    let (mut at, mut name, mut rest) = word(text, 0);
    let rotation = is_rotation(name).then_some(name);
    if rotation.is_some() {
        (at, name, rest) = word(text, rest);
    }
    // With a colon between type and hash, and perhaps a blank after it.
    if let Some((prefix, ..)) = kind::prefix(name) {
        (name, rest) = (prefix, at + prefix.len() + 1);
    }
    if looks_like_hash(name.as_bytes()) {
        let message = format!(
            "a hash without a type in a list of typed lines; write its type in front; got {}",
            quoted(&text.as_bytes()[at..])
        );
        return Err(Fault::new(at, "E010", message));
    }
    if Kind::is_vpdq(name) {
        let start = text.len() - text[rest..].trim_start_matches([' ', '\t']).len();
        let entries = entries::signal(&text[start..], start, line.number)?;
        let rotation = rotation.map(|name| ("rotation".to_owned(), name.to_ascii_uppercase()));
        let with_rotation = |mut entry: Entry| {
            entry.meta.extend(rotation.clone());
            entry
        };
        return Ok(LineResult::Entries(
            entries.into_iter().map(with_rotation).collect(),
        ));
    }
    let Some((hash_type, media)) = Kind::resolve(name, at, options.skip_unsupported)? else {
        return Ok(LineResult::Skipped);
    };
    let (at, first, end) = word(text, rest);
    let tail = text[end..].trim_matches([' ', '\t']);
    if !tail.is_empty()
        && rotation.is_none()
        && first.len() == 2 * hash_type.bytes()
        && let Ok(hash) = kind::hash(hash_type, first, at, false)
        && let Some(entry) = hashed::parse(tail, Entry::new(hash, line.number))
    {
        let media = entry.media.or(media);
        return Ok(LineResult::Entries(vec![entry.with_media(media)]));
    }
    if rotation.is_none()
        && first.len() == 2 * hash_type.bytes()
        && let Some((list, opinion, labels)) = of_tx(tail)
    {
        let hash = kind::hash(hash_type, first, at, false)?;
        let mut entry = Entry::new(hash, line.number);
        (entry.list, entry.opinion, entry.media) = (list, opinion, media);
        entry.labels = labels;
        return Ok(LineResult::Entries(vec![entry]));
    }
    let (at, hash) = operand(text, rest, options.lenient_hex)?;
    let hash = kind::hash(hash_type, hash, at, options.lenient_hex)?;
    let mut entry = Entry::new(hash, line.number);
    entry.media = media;
    entry.meta = rotation
        .map(|name| ("rotation".to_owned(), name.to_ascii_uppercase()))
        .into_iter()
        .collect();
    Ok(LineResult::Entries(vec![entry]))
}

/// What `tx dataset -P` writes behind a hash: the list between quotes, unless there is one alone; the opinion; labels with
/// commas between them.
fn of_tx(tail: &str) -> Option<(Option<String>, Opinion, Vec<String>)> {
    let (list, rest) = match tail.chars().next()? {
        quote @ ('\'' | '"') => {
            let (list, rest) = unquoted(&tail[1..], quote)?;
            (Some(list), rest.strip_prefix(' ')?)
        }
        _ => (None, tail),
    };
    let (opinion, labels) = match rest.split_once(' ') {
        Some((opinion, labels)) => {
            let labels = labels.split(',').filter(|label| !label.is_empty());
            (opinion, labels.map(str::to_owned).collect())
        }
        None => (rest, Vec::new()),
    };
    let is_of_tx = |name: &&str| TX_OPINIONS.contains(name);
    let opinion = Some(opinion).filter(is_of_tx).and_then(field::opinion)?;
    Some((list.filter(|list| !list.is_empty()), opinion, labels))
}

/// The opinions of `tx`, as it writes them.
const TX_OPINIONS: [&str; 4] = [
    "POSITIVE_CLASS",
    "INVESTIGATION_SEED",
    "NEGATIVE_CLASS",
    "DISPUTED",
];

/// A text as Python shows it, up to its closing quote, and what stands behind. `None` for letters that it writes as numbers.
fn unquoted(text: &str, quote: char) -> Option<(String, &str)> {
    let mut plain = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => plain.push(
                letters
                    .next()
                    .map(|(_, c)| c)
                    .filter(|c| "\\'\"".contains(*c))?,
            ),
            letter if letter == quote => return Some((plain, &text[at + 1..])),
            letter => plain.push(letter),
        }
    }
    None
}

/// Whether a line holds the frames of a video, which may be long.
pub(super) fn is_video(text: &[u8]) -> bool {
    let head = text[..text.len().min(64)].utf8_chunks().next();
    let head = head.map_or("", |chunk| chunk.valid());
    let (_, mut name, rest) = word(head, 0);
    if is_rotation(name) {
        (_, name, _) = word(head, rest);
    }
    Kind::is_vpdq(name)
}

/// Whether this format would make something of a line.
pub(super) fn recognises(text: &str) -> bool {
    let (_, mut name, mut rest) = word(text, 0);
    if is_rotation(name) {
        (_, name, rest) = word(text, rest);
    }
    if kind::prefix(name).is_some_and(|(_, _, from)| from < name.len()) {
        return true;
    }
    let name = name.strip_suffix(':').unwrap_or(name);
    let (_, operand, _) = word(text, rest);
    !operand.is_empty() && (Kind::from_name(name).is_some() || looks_like_hash(operand.as_bytes()))
}

/// The hash that stands alone on the rest of a line, and where.
pub(super) fn operand(text: &str, from: usize, lenient: bool) -> Result<(usize, &str), Fault> {
    let (at, hash, rest) = word(text, from);
    let tail = text[rest..].trim_matches([' ', '\t']);
    if lenient {
        Ok((at, text[at..].trim_end_matches([' ', '\t'])))
    } else if tail.is_empty() {
        Ok((at, hash))
    } else {
        let at = rest + text[rest..].find(tail).unwrap_or(0);
        let message = format!(
            "nothing may follow the hash on this line but what `basma hash` prints; put more into a table with a header, such \
             as type,hash,id,labels; got {}",
            quoted(tail.as_bytes())
        );
        Err(Fault::new(at, "E013", message))
    }
}

/// The next word from a position: where it starts, itself, where it ends.
fn word(text: &str, from: usize) -> (usize, &str, usize) {
    let rest = text[from..].trim_start_matches([' ', '\t']);
    let at = text.len() - rest.len();
    let end = at + rest.find([' ', '\t']).unwrap_or(rest.len());
    (at, &text[at..end], end)
}

fn is_rotation(name: &str) -> bool {
    const ROTATIONS: [&str; 8] = [
        "ORIGINAL",
        "ROTATE90",
        "ROTATE180",
        "ROTATE270",
        "FLIPX",
        "FLIPY",
        "FLIPPLUS1",
        "FLIPMINUS1",
    ];
    ROTATIONS.iter().any(|r| r.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::super::sample::{MD5, PDQ, SHA1, faults, hashes, message, read, read_with};
    use super::super::{Media, Opinion, ReadOptions};

    #[test]
    fn lines_of_tx_are_read_whatever_their_case_and_space() {
        let upper = PDQ.to_uppercase();
        let text = format!(
            "\u{feff}# demo\n\npdq {PDQ}\n PDQ\t{upper}  \r\nvideo_md5 {MD5}\nsha-1  {SHA1}\nROTATE90 pdq {PDQ}"
        );
        let list = read(&text);
        assert_eq!(list.source.format, "typed lines");
        let pdq = format!("pdq:{PDQ}");
        let expected = [
            &pdq,
            &pdq,
            &format!("md5:{MD5}"),
            &format!("sha1:{SHA1}"),
            &pdq,
        ];
        assert_eq!(
            hashes(&list.entries),
            expected.map(|hash| (hash.clone(), ""))
        );
        assert_eq!(
            list.entries.iter().map(|e| e.line).collect::<Vec<_>>(),
            [3, 4, 5, 6, 7]
        );
        assert_eq!(list.entries[2].media, Some(Media::Video));
        assert_eq!(
            list.entries[4].meta,
            [("rotation".to_owned(), "ROTATE90".to_owned())]
        );
        assert_eq!(
            (
                list.counts.lines,
                list.counts.imported,
                list.counts.structure
            ),
            (7, 5, 2)
        );
    }

    #[test]
    fn a_colon_may_stand_between_type_and_hash() {
        let text =
            format!("md5:{MD5}\nSHA-1: {SHA1}\nflipx pdq:{PDQ}\nvideo_md5:{MD5}\npdq {PDQ}\n");
        let list = read(&text);
        assert_eq!(list.source.format, "typed lines");
        let types: Vec<String> = list
            .entries
            .iter()
            .map(|e| e.hash.hash_type().to_string())
            .collect();
        assert_eq!(types, ["md5", "sha1", "pdq", "md5", "pdq"]);
        assert_eq!(list.entries[3].media, Some(Media::Video));
        assert_eq!(
            faults(format!("md5:{MD5}\nmd5:{SHA1}\nphash:{MD5}\nmd5:{MD5} x\n")),
            ["2:5 E011", "3:1 E010", "4:38 E013"]
        );
    }

    #[test]
    fn what_tx_writes_of_its_lists_is_read() {
        let text = format!(
            "pdq {PDQ} 'Sample Signals' INVESTIGATION_SEED\nvideo_md5 {MD5} \"Ana's\" POSITIVE_CLASS b c,a,,a\n\
             pdq {PDQ} 'Ana\\'s \"list\"' DISPUTED\nsha1 {SHA1} NEGATIVE_CLASS\n"
        );
        let list = read(&text);
        let said = |entry: &super::Entry| (entry.list.clone(), entry.opinion, entry.labels.clone());
        let said: Vec<_> = list.entries.iter().map(said).collect();
        let list_of = |name: &str| Some(name.to_owned());
        assert_eq!(
            said,
            [
                (list_of("Sample Signals"), Opinion::Seed, vec![]),
                (
                    list_of("Ana's"),
                    Opinion::Positive,
                    vec!["a".to_owned(), "b c".to_owned()]
                ),
                (list_of("Ana's \"list\""), Opinion::Disputed, vec![]),
                (None, Opinion::Negative, vec![]),
            ]
        );
        assert_eq!(list.entries[1].media, Some(Media::Video));
        assert_eq!(
            faults(format!(
                "md5 {MD5}\nmd5 {MD5} 'a' LIKELY\nmd5 {MD5} 'a POSITIVE_CLASS\nmd5 {MD5} '\\x00' DISPUTED\nmd5 {PDQ} 'a' DISPUTED\n"
            )),
            ["2:38 E013", "3:38 E013", "4:38 E013", "5:70 E013"]
        );
    }

    #[test]
    fn a_comment_that_is_an_entry_without_its_sign_is_told() {
        let list = read(format!(
            "# pdq hashes of May\n#md5 {MD5}\n# commit {SHA1}\nmd5 {MD5}\n"
        ));
        assert_eq!(
            (list.entries.len(), list.warned, list.warnings[0].line),
            (1, 1, 2)
        );
        assert_eq!(list.warnings[0].code, "W020");
        let bare = read(format!("#{SHA1}\n# {MD5} x\n{MD5}\n"));
        assert_eq!((bare.entries.len(), bare.warned), (1, 1));
        let checksums = read(format!("#{MD5}  a\n# of {MD5}  a\n{MD5}  b\n"));
        assert_eq!((checksums.entries.len(), checksums.warned), (1, 1));
        let frames = read(format!("#0,100,{PDQ},0.000\n1,100,{PDQ},0.040\n"));
        assert_eq!((frames.entries.len(), frames.warned), (1, 1));
    }

    #[test]
    fn every_bad_line_is_named_with_its_column() {
        let text = format!(
            "pdq {PDQ}\n{PDQ}\npdq {PDQ},case-1\npdq {PDQ} case-1\npdq {MD5}\n  md5 xyz\nphash {MD5}\nmd5\n"
        );
        assert_eq!(
            faults(&text),
            [
                "2:1 E010",
                "3:69 E013",
                "4:70 E013",
                "5:5 E011",
                "6:7 E012",
                "7:1 E010",
                "8:4 E011"
            ]
        );
        assert_eq!(
            message(format!("pdq {PDQ}\nphash {MD5}\n")),
            "list:2:1: E010 no hash type is called \"phash\"; known: pdq, mean64-ih3-lsb, mean-dct64-ih3-lsb, \
             gradient64-ih3-lsb, gradient-dct64-ih3-lsb, vert-gradient64-ih3-lsb, vert-gradient-dct64-ih3-lsb, \
             double-gradient64-ih3-lsb, double-gradient-dct64-ih3-lsb, blockhash64-ih3-lsb, md5, sha1, sha256"
        );
    }

    #[test]
    fn kinds_that_are_not_read_are_named_and_skipped_on_request_alone() {
        let text =
            format!("raw_text some words\nphotodna {PDQ}\nurl https://example.org\nmd5 {MD5}\n");
        assert_eq!(faults(&text), ["1:1 E010", "2:1 E010", "3:1 E010"]);
        assert_eq!(
            message(&text),
            "list:1:1: E010 \"raw_text\" is not a media hash; remove the line or skip unsupported kinds"
        );
        let options = ReadOptions {
            skip_unsupported: true,
            ..ReadOptions::default()
        };
        let counts = read_with(&text, &options).counts;
        assert_eq!((counts.lines, counts.imported, counts.skipped), (4, 1, 3));
    }

    #[test]
    fn lenient_hex_takes_the_rest_of_the_line() {
        let text = "md5 0x90015098 3cd24fb0 d6963f7d-28e17f72\n";
        assert_eq!(faults(text), ["1:16 E013"]);
        let options = ReadOptions {
            lenient_hex: true,
            ..ReadOptions::default()
        };
        assert_eq!(
            hashes(&read_with(text, &options).entries),
            [(format!("md5:{MD5}"), "")]
        );
    }
}
