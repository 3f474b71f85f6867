//! One hash on each line and nothing else. The type is told, or seen in the first line where its length allows, or stands
//! in front: `TYPE:HASH`.

use super::entry::Entry;
use super::kind::{self, Untyped};
use super::line::{Fault, Line, LineResult};
use super::{ReadOptions, typed};

pub(super) fn parse(
    line: &Line<'_>,
    untyped: &mut Untyped,
    options: &ReadOptions,
) -> Result<LineResult, Fault> {
    let text = line.utf8()?;
    if kind::prefix(text.trim_start_matches([' ', '\t'])).is_some() {
        return typed::parse(line, options);
    }
    let (at, text) = typed::operand(text, 0, options.lenient_hex)?;
    let hash_type = untyped.hash_type(text, at, options.lenient_hex)?;
    let hash = kind::hash(hash_type, text, at, options.lenient_hex)?;
    Ok(LineResult::Entries(vec![Entry::new(hash, line.number)]))
}

#[cfg(test)]
mod tests {
    use super::super::ReadOptions;
    use super::super::sample::{
        MD5, PDQ, SHA1, faults, faults_with, hashes, message, read, read_with,
    };
    use crate::hash::HashType;

    fn told(hash_type: HashType) -> ReadOptions {
        ReadOptions {
            hash_type: Some(hash_type),
            ..ReadOptions::default()
        }
    }

    #[test]
    fn the_type_is_told_or_follows_from_the_length() {
        let list = read(format!("{MD5}\n  {MD5}\t\n"));
        assert_eq!(list.source.format, "bare hashes");
        assert_eq!(
            hashes(&list.entries),
            [(format!("md5:{MD5}"), ""), (format!("md5:{MD5}"), "")]
        );
        assert_eq!(hashes(&read(SHA1).entries), [(format!("sha1:{SHA1}"), "")]);
        let list = read_with(PDQ, &told(HashType::Pdq));
        assert_eq!(hashes(&list.entries), [(format!("pdq:{PDQ}"), "")]);
    }

    #[test]
    fn a_type_may_stand_in_front() {
        let list = read(format!("{MD5}\nsha1:{SHA1}\npdq: {PDQ}\n"));
        assert_eq!(list.source.format, "bare hashes");
        let types: Vec<_> = list
            .entries
            .iter()
            .map(|entry| entry.hash.hash_type())
            .collect();
        assert_eq!(types, [HashType::Md5, HashType::Sha1, HashType::Pdq]);
    }

    #[test]
    fn what_cannot_be_seen_is_shown() {
        let said = |text: &str| message(format!("{MD5}\n{text}\n"));
        assert_eq!(
            said(&format!("{MD5}\u{a0}")),
            format!(
                "list:2:33: E013 nothing may follow the hash on this line; got \"\\u{{00a0}}\""
            )
        );
        assert_eq!(
            said(&MD5.replace('0', "\u{43e}")),
            format!(
                "list:2:2: E012 md5 hashes are hexadecimal alone, without U+043E; got \"{}\"",
                MD5.replace('0', "\u{43e}")
            )
        );
        assert!(said("kAFQmDzST7DWlj99KOF/cg==").contains("base64"));
    }

    #[test]
    fn ambiguous_lengths_are_refused_once() {
        assert_eq!(faults(format!("{PDQ}\n{PDQ}\n")), ["1:1 E014"]);
        assert_eq!(
            message(PDQ),
            format!(
                "list:1:1: E014 a hash of 64 digits may be pdq or sha256; say which type the list holds; got \"{}\"...",
                &PDQ[..40]
            )
        );
        assert_eq!(faults("00112233445566aa"), ["1:1 E014"]);
    }

    #[test]
    fn lengths_do_not_mix() {
        assert_eq!(
            faults(format!("{MD5}\n{SHA1}\n12\n")),
            ["2:1 E015", "3:1 E011"]
        );
        assert_eq!(
            faults_with(format!("{PDQ}\n{MD5}\nx"), &told(HashType::Pdq)),
            ["2:1 E011", "3:1 E012"]
        );
        assert_eq!(faults(format!("{MD5}\n{MD5} x\n")), ["2:34 E013"]);
    }
}
