//! The role of a file in a folder of lists, by its name. It is a list, an unfinished upload, or a companion of a list.

use std::cmp::Ordering;

/// What a file is by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Nothing speaks against a list.
    List,
    /// Checksums of other files, to which a list is held where they name it.
    Checksums,
    /// A file that is being written under another name than its own.
    Upload,
    /// A signature, a note, a marker, a backup, or a file of the system.
    Companion,
    /// A signature, or a list in a wrapping that cannot be read. It is a signature where the list stands beside it.
    Wrapping,
}

/// Endings that programs give to a file while they write it.
const UPLOADS: [&str; 27] = [
    "part",
    "partial",
    "filepart",
    "crdownload",
    "tmp",
    "temp",
    "~tmp",
    "download",
    "opdownload",
    "cyberduckpart",
    "duckpart",
    "aria2",
    "!ut",
    "!qb",
    "bc!",
    "swp",
    "swo",
    "swn",
    "lock",
    "lck",
    "inprogress",
    "in-progress",
    "in_progress",
    "incomplete",
    "uploading",
    "upload",
    "writing",
];

/// Endings of files with checksums. Those after `sha512` are of methods that are not computed here.
const CHECKSUMS: [&str; 16] = [
    "md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3", "sfv", "crc", "crc32", "b2",
    "b3", "blake2", "blake2b", "blake3", "cksum",
];

/// What the names of files with checksums of many files end with.
const SUMS: [&str; 4] = ["checksum", "checksums", "digests", "cksums"];

/// Endings of signatures, certificates and time stamps, notes, markers, backups, and files of the system.
const COMPANIONS: [&str; 60] = [
    "sig",
    "asc",
    "minisig",
    "sign",
    "signature",
    "sigstore",
    "p7s",
    "p7b",
    "pem",
    "crt",
    "cer",
    "der",
    "pub",
    "att",
    "ots",
    "tsr",
    "tsq",
    "torrent",
    "meta4",
    "metalink",
    "par2",
    "zsync",
    "md",
    "html",
    "htm",
    "pdf",
    "doc",
    "docx",
    "odt",
    "rtf",
    "xsd",
    "dtd",
    "log",
    "err",
    "pid",
    "done",
    "ok",
    "ready",
    "complete",
    "completed",
    "finished",
    "fin",
    "success",
    "trigger",
    "trg",
    "flag",
    "sem",
    "bak",
    "backup",
    "old",
    "orig",
    "rej",
    "save",
    "prev",
    "ini",
    "lnk",
    "url",
    "webloc",
    "db",
    "manifest",
];

/// Names of notes, where nothing follows but `.txt`. A list of what changes may well be called after that.
const NOTES: [&str; 8] = [
    "license",
    "licence",
    "copying",
    "copyright",
    "notice",
    "changelog",
    "authors",
    "contributing",
];

/// What a file is by its name.
pub(super) fn role(name: &[u8]) -> Role {
    let name = String::from_utf8_lossy(name).to_lowercase();
    let parts: Vec<&str> = name.split('.').collect();
    let (first, endings) = parts.split_first().expect("a split gives a part");
    let is_autosave = name.len() > 1 && name.starts_with('#') && name.ends_with('#');
    if name.starts_with('.') || name.starts_with("~$") || name.ends_with('~') || is_autosave {
        return Role::Companion;
    }
    // A token may follow: `list.csv.tmp.4711`, and precede: `list.csv.6f3b1c22.partial`.
    let is_token = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_hexdigit());
    let tokens = endings.iter().rev().take_while(|part| is_token(part));
    let meant = &endings[..endings.len() - tokens.count()];
    if meant.last().is_some_and(|ending| UPLOADS.contains(ending)) {
        return Role::Upload;
    }
    if are_checksums(&parts) {
        return Role::Checksums;
    }
    let last = endings.last().copied().unwrap_or_default();
    let is_readme = ["readme", "read_me"].iter().any(|readme| {
        let rest = first.strip_prefix(readme);
        rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    });
    let is_note = is_readme || NOTES.contains(first) && matches!(endings, [] | ["txt"]);
    let is_system = ["thumbs", "ehthumbs", "desktop"].contains(first)
        && ["db", "ini"].contains(&last)
        || first.starts_with("icon\r")
        || ["_success", "_started", "_committed"].contains(first)
        || name.contains(":zone.identifier")
        || name.contains("@syno");
    let is_conflict = name.contains(".sync-conflict-") || name.contains("conflicted copy");
    let is_proof = matches!(
        endings,
        [.., "sigstore" | "intoto" | "provenance", "json" | "jsonl"]
    );
    match () {
        () if is_note || is_system || is_conflict || is_proof => Role::Companion,
        () if COMPANIONS.contains(&last) => Role::Companion,
        () if ["gpg", "pgp", "p7m"].contains(&last) => Role::Wrapping,
        () => Role::List,
    }
}

/// Whether a name, in its parts, is that of checksums: `x.sha256`, `x.csv.md5.txt`, `SHA256SUMS`, `x_checksums.txt`.
fn are_checksums(parts: &[&str]) -> bool {
    let parts = match parts {
        [before @ .., "txt"] => before,
        all => all,
    };
    let (Some(last), more) = (parts.last(), parts.len() > 1) else {
        return false;
    };
    let without_sum = last.strip_suffix('s').unwrap_or(last);
    let without_sum = without_sum.strip_suffix("sum").unwrap_or(last);
    let is_method = |text: &str| CHECKSUMS.contains(&text.replace('-', "").as_str());
    // `md5.txt` may be a list of MD5; `x.md5.txt` is not.
    if more && (is_method(last) || is_method(without_sum) || ["sum", "sums"].contains(last)) {
        return true;
    }
    let ends_with_method = ["sha"]
        .iter()
        .chain(&CHECKSUMS)
        .any(|m| without_sum.ends_with(m));
    SUMS.iter().any(|sums| last.ends_with(sums)) || (without_sum != *last && ends_with_method)
}

/// Of a file with checksums, what the name of the file is that it is beside: `x.csv` of `x.csv.sha256.txt`.
pub(super) fn subject(name: &[u8]) -> Option<&[u8]> {
    let cut = |name: &[u8]| {
        let at = name.iter().rposition(|&byte| byte == b'.')?;
        (at > 0).then_some(at)
    };
    let mut at = cut(name)?;
    if name[at..].eq_ignore_ascii_case(b".txt") {
        at = cut(&name[..at])?;
    }
    Some(&name[..at])
}

/// The order in which people count: numbers by their value, all else by its bytes.
pub(super) fn natural(a: &[u8], b: &[u8]) -> Ordering {
    let (mut left, mut right) = (a, b);
    loop {
        let (Some(x), Some(y)) = (left.first(), right.first()) else {
            // `01` and `1` count alike, and are two names.
            return left.len().cmp(&right.len()).then_with(|| a.cmp(b));
        };
        if x.is_ascii_digit() && y.is_ascii_digit() {
            let (x, after_x) = number(left);
            let (y, after_y) = number(right);
            match x.len().cmp(&y.len()).then_with(|| x.cmp(y)) {
                Ordering::Equal => (left, right) = (after_x, after_y),
                order => return order,
            }
        } else if x == y {
            (left, right) = (&left[1..], &right[1..]);
        } else {
            return x.cmp(y);
        }
    }
}

/// The digits at the beginning of a text without leading zeros, and what follows them.
fn number(text: &[u8]) -> (&[u8], &[u8]) {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (number, rest) = text.split_at(digits);
    let zeros = number.iter().take_while(|&&byte| byte == b'0').count();
    (&number[zeros..], rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_beside_a_list_is_never_the_list() {
        let of = |role_of: Role, names: &[&str]| {
            for name in names {
                assert_eq!(role(name.as_bytes()), role_of, "{name}");
            }
        };
        of(
            Role::List,
            &[
                "2026-01-31.csv",
                "list",
                "list-9",
                "list-10.jsonl",
                "LIST.TXT",
                "md5.txt",
                "sha256.csv",
                "pdq.vpdq",
                "newsletter.csv",
                "noticeboard.csv",
                "changes-0001.jsonl",
                "changelog.csv",
                "news.txt",
                "a\u{fffd}b",
                "2026.01.31",
                "partial.csv",
                "delta.deadbeef",
                "قائمة.csv",
            ],
        );
        of(
            Role::Checksums,
            &[
                "2026-01-31.csv.sha256",
                "2026-01-31.csv.md5",
                "2026-01-31.md5",
                "x.csv.SHA512",
                "x.csv.sha-256",
                "x.csv.sha256sum",
                "x.csv.sha256.txt",
                "SHA256SUMS",
                "MD5SUMS",
                "md5sum.txt",
                "SHA512SUMS.txt",
                "x-SHA256SUMS",
                "x_checksums.txt",
                "CHECKSUM",
                "x.csv.b2",
                "x.sfv",
            ],
        );
        of(
            Role::Upload,
            &[
                "x.csv.part",
                "x.csv.filepart",
                "x.csv.partial",
                "x.csv.6f3b1c22.partial",
                "x.csv.partial.6f3b1c22",
                "x.csv.TMP",
                "x.csv.tmp.4711",
                "x.csv.crdownload",
                "x.csv.swp",
                "x.inprogress",
            ],
        );
        of(
            Role::Companion,
            &[
                ".DS_Store",
                "._x.csv",
                ".x.csv.swp",
                "~$x.xlsx",
                "x.csv~",
                "#x.csv#",
                "desktop.ini",
                "Thumbs.db",
                "README",
                "README.txt",
                "readme-first.csv",
                "LICENSE",
                "x.csv.sig",
                "x.csv.asc",
                "x.csv.minisig",
                "SHA256SUMS.asc",
                "x.csv.bak",
                "x.csv.done",
                "_SUCCESS",
                "x.sync-conflict-20260131-1.csv",
                "x.csv:Zone.Identifier",
                "x.intoto.jsonl",
            ],
        );
        of(Role::Wrapping, &["x.csv.gpg"]);
    }

    #[test]
    fn checksums_name_what_they_are_beside() {
        let of =
            |name: &'static str| subject(name.as_bytes()).map(|s| std::str::from_utf8(s).unwrap());
        assert_eq!(of("x.csv.sha256"), Some("x.csv"));
        assert_eq!(of("x.csv.md5.TXT"), Some("x.csv"));
        assert_eq!(of("SHA256SUMS"), None);
        assert_eq!(of("SHA256SUMS.txt"), None);
        assert_eq!(of(".sha256"), None);
    }

    #[test]
    fn people_count_nine_before_ten() {
        let mut names = [
            "list-10",
            "list-9",
            "list-010",
            "list",
            "list-1-2",
            "list-1-10",
            "2026-02-01",
            "2026-01-31",
            "b",
            "a",
        ];
        names.sort_by(|a, b| natural(a.as_bytes(), b.as_bytes()));
        assert_eq!(
            names,
            [
                "2026-01-31",
                "2026-02-01",
                "a",
                "b",
                "list",
                "list-1-2",
                "list-1-10",
                "list-9",
                "list-010",
                "list-10"
            ]
        );
        let long = |digits: &str| format!("x{digits}").into_bytes();
        assert_eq!(
            natural(&long(&"9".repeat(400)), &long(&"1".repeat(401))),
            Ordering::Less
        );
    }
}
