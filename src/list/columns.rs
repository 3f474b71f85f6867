//! What the columns of a table mean, by the names that people give them.

use super::entry::Media;
use super::kind::{Kind, holds_hash, plain};
use super::line::{Fault, quoted, without_bom};
use super::mapping::Mapping;
use super::record::{Cell, Record};
use crate::hash::HashType;

/// More columns than any list has. Each cell of an unknown column is kept with the name of the column. A list of
/// thousands of tiny cells would cost many times its size.
pub(super) const COLUMNS_MAX: usize = 256;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Op,
    Type,
    /// Hashes whose type another column names, or the reader.
    Hash,
    /// Hashes of one type.
    Hashes(HashType, Option<Media>),
    Id,
    List,
    Labels,
    /// An [`Opinion`](super::Opinion), or in other lists a word that is kept as it is.
    Category,
    Opinion,
    Severity,
    Media,
    Quality,
    Source,
    Added,
    ValidUntil,
    /// The number of a picture of a clip.
    Frame,
    /// Times of a picture of a clip, in milliseconds.
    Ms,
    UntilMs,
    ClipMs,
    EveryMs,
    /// Anything else, kept under the column's name.
    Meta,
}

impl Role {
    pub(super) fn of(name: &str) -> Role {
        match plain(name).as_str() {
            "op" | "operation" => Role::Op,
            "type" | "hashtype" | "signaltype" | "indicatortype" | "algorithm"
            | "hashalgorithm" => Role::Type,
            "hash" | "hashvalue" | "hashdigest" | "digest" | "signal" | "signalstr"
            | "indicator" | "value" => Role::Hash,
            "id" | "contentid" | "itemid" => Role::Id,
            "list" | "listname" | "collab" => Role::List,
            "label" | "labels" | "tag" | "tags" => Role::Labels,
            "category" => Role::Category,
            "opinion" => Role::Opinion,
            "severity" => Role::Severity,
            "media" | "mediatype" => Role::Media,
            "quality" => Role::Quality,
            "source" => Role::Source,
            "added" | "addedon" => Role::Added,
            "validuntil" | "expires" => Role::ValidUntil,
            "frame" => Role::Frame,
            "ms" => Role::Ms,
            "untilms" => Role::UntilMs,
            "clipms" => Role::ClipMs,
            "everyms" => Role::EveryMs,
            _ => match Kind::from_name(name) {
                Some(Kind::Hash(hash_type, media)) => Role::Hashes(hash_type, media),
                _ => Role::Meta,
            },
        }
    }

    /// Whether its cells are text of any kind, which may hold line ends.
    pub(super) fn is_prose(self) -> bool {
        matches!(
            self,
            Role::Meta | Role::Source | Role::Labels | Role::Category
        )
    }

    pub(super) fn is_hash(self) -> bool {
        matches!(self, Role::Hash | Role::Hashes(..))
    }
}

/// The columns of the tables that basma writes of lists, in their order.
///
/// A table with exactly these is read as one that it wrote: an apostrophe that keeps a spreadsheet from running a cell
/// is taken away.
pub const TABLE_COLUMNS: [&str; 20] = [
    "id",
    "type",
    "hash",
    "list",
    "labels",
    "severity",
    "opinion",
    "media",
    "quality",
    "source",
    "added",
    "valid_until",
    "frame",
    "ms",
    "until_ms",
    "clip_ms",
    "every_ms",
    "view",
    "flags",
    "track",
];

/// The columns of a table.
pub(super) struct Columns {
    /// Role and name of each.
    pub(super) columns: Vec<(Role, String)>,
}

impl Columns {
    /// Reads a header by a mapping. The fault's position is the number of the column at fault.
    pub(super) fn mapped(names: &[&str], mapping: &Mapping) -> Result<Columns, Fault> {
        if let Some(missing) = mapping.missing(names) {
            let message = format!(
                "the mapping names a column that is not here: {}; got {}",
                quoted(missing.as_bytes()),
                quoted(names.join(", ").as_bytes())
            );
            return Err(Fault::fatal(0, "E021", message));
        }
        let columns = names
            .iter()
            .map(|name| (mapping.role(name), (*name).to_owned()));
        Columns::checked(columns.collect())
    }

    /// Reads a header. The fault's position is the number of the column at fault.
    pub(super) fn new<'a>(names: impl Iterator<Item = &'a str>) -> Result<Columns, Fault> {
        let mut columns: Vec<(Role, String)> = names
            .map(str::trim)
            .enumerate()
            .map(|(i, name)| match name {
                "" => (Role::Meta, format!("column {}", i + 1)),
                name => (Role::of(name), name.to_owned()),
            })
            .collect();
        // INTERPOL's database has words of its own for the kind of a file, and an id under a name of its own.
        let is_named = |name: &str| columns.iter().any(|(_, other)| other == name);
        if ["PhotoDNA", "Image ID", "Is distributed", "Baseline"]
            .into_iter()
            .all(is_named)
        {
            for (role, name) in &mut columns {
                match name.as_str() {
                    "Image ID" => *role = Role::Id,
                    "Media Type" => *role = Role::Meta,
                    _ => {}
                }
            }
        }
        // Words that say it where no other column does.
        if !columns.iter().any(|(role, _)| role.is_hash()) {
            let is_vague = |(_, name): &&mut (Role, String)| {
                matches!(plain(name).as_str(), "checksum" | "filehash" | "hashsum")
            };
            columns
                .iter_mut()
                .filter(is_vague)
                .for_each(|(role, _)| *role = Role::Hash);
        }
        let has =
            |columns: &[(Role, String)], role| columns.iter().any(|(other, _)| *other == role);
        // A type without a hash is another type. A category beside an opinion is another category.
        let no_hash = !has(&columns, Role::Hash);
        let opinion = has(&columns, Role::Opinion);
        for (role, _) in &mut columns {
            if (no_hash && *role == Role::Type) || (opinion && *role == Role::Category) {
                *role = Role::Meta;
            }
        }
        Columns::checked(columns)
    }

    /// Whether they are [`TABLE_COLUMNS`].
    pub(super) fn are_ours(&self) -> bool {
        let names = self.columns.iter().map(|(_, name)| name.as_str());
        names.eq(TABLE_COLUMNS)
    }

    fn checked(columns: Vec<(Role, String)>) -> Result<Columns, Fault> {
        if columns.len() > COLUMNS_MAX {
            let message = format!(
                "the header has {} columns, more than {COLUMNS_MAX}",
                columns.len()
            );
            return Err(Fault::fatal(0, "E023", message));
        }
        if let Some(i) = columns
            .iter()
            .position(|(_, name)| holds_hash(name.as_bytes()))
        {
            let message = format!(
                "the first line names no columns but holds a hash; add a header line such as type,hash; got {}",
                quoted(columns[i].1.as_bytes())
            );
            return Err(Fault::fatal(i, "E020", message));
        }
        // The rest of a row whose line end was lost in the header: the column would be another one.
        if let Some(i) = columns.iter().position(|(_, name)| name.contains('"')) {
            let message = format!(
                "a quote stands in the name of a column; remove it, or end the header where its line ends; got {}",
                quoted(columns[i].1.as_bytes())
            );
            return Err(Fault::fatal(i, "E024", message));
        }
        for (i, (role, name)) in columns.iter().enumerate() {
            let twice = columns[..i].iter().find(|(other, other_name)| match role {
                // Both are kept, under names that must differ to be told apart.
                Role::Meta | Role::Labels => other_name == name,
                role => other == role,
            });
            if let Some((_, other)) = twice {
                let message = format!(
                    "two columns mean the same: {} and {}; remove one",
                    quoted(other.as_bytes()),
                    quoted(name.as_bytes())
                );
                return Err(Fault::fatal(i, "E022", message));
            }
        }
        if !columns.iter().any(|(role, _)| role.is_hash()) {
            let names: Vec<&str> = columns.iter().map(|(_, name)| name.as_str()).collect();
            let message = format!(
                "no column of this header holds hashes; name one hash (with a column type beside it), pdq, md5, sha1 or \
                 sha256; got {}",
                quoted(names.join(", ").as_bytes())
            );
            return Err(Fault::fatal(0, "E021", message));
        }
        Ok(Columns { columns })
    }

    /// Whether a record holds the names of the columns, as the header does.
    pub(super) fn is_named_by(&self, record: &Record<'_>) -> bool {
        let is_name = |(at, (cell, (_, name))): (usize, (&Cell<'_>, &(Role, String)))| {
            let text = match at {
                // A file that was joined to another may begin with a byte-order mark.
                0 => without_bom(&cell.text),
                _ => &cell.text,
            };
            text.trim_ascii() == name.as_bytes()
        };
        let cells = record.cells.iter().zip(&self.columns);
        record.count == self.columns.len() && cells.enumerate().all(is_name)
    }

    /// The columns that by their names hold hashes and are not read.
    pub(super) fn unread(&self) -> impl Iterator<Item = (usize, &str)> {
        const WORDS: [&str; 9] = [
            "hash",
            "digest",
            "checksum",
            "fingerprint",
            "md5",
            "sha1",
            "sha2",
            "pdq",
            "crc",
        ];
        let is_unread = |name: &str| match Kind::from_name(name) {
            Some(Kind::Vpdq | Kind::Unread) => true,
            _ => {
                // Labels, among other networks.
                let name = plain(name).replace("hashtag", "");
                WORDS.iter().any(|word| name.contains(word))
            }
        };
        let columns = self.columns.iter().enumerate();
        columns
            .filter(move |(_, (role, name))| *role == Role::Meta && is_unread(name))
            .map(|(i, (_, name))| (i, name.as_str()))
    }

    /// Whether two columns hold hashes of one length, so that cells which slipped by one column would still be read.
    pub(super) fn has_twins(&self) -> bool {
        let mut lengths: Vec<usize> = self
            .columns
            .iter()
            .filter_map(|(role, _)| match role {
                Role::Hashes(hash_type, _) => Some(hash_type.bytes()),
                _ => None,
            })
            .collect();
        let count = lengths.len();
        lengths.sort_unstable();
        lengths.dedup();
        lengths.len() < count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(header: &str) -> Fault {
        Columns::new(header.split(',')).err().unwrap()
    }

    #[test]
    fn headers_in_the_wild_are_understood() {
        let roles = |header: &str| -> Vec<Role> {
            let columns = Columns::new(header.split(',')).ok().unwrap().columns;
            columns.into_iter().map(|(role, _)| role).collect()
        };
        assert_eq!(
            roles("signal_type,signal_str,collab,category,tags"),
            [
                Role::Type,
                Role::Hash,
                Role::List,
                Role::Category,
                Role::Labels
            ]
        );
        assert_eq!(
            roles("ID, SHA-1 ,Type,note"),
            [
                Role::Id,
                Role::Hashes(HashType::Sha1, None),
                Role::Meta,
                Role::Meta
            ]
        );
    }

    #[test]
    fn a_header_must_say_where_the_hashes_are_and_say_it_once() {
        assert_eq!(fault("id,label").code, "E021");
        assert_eq!(fault("hash,type,value").code, "E022");
        assert_eq!(fault("md5,note,note").code, "E022");
        assert_eq!(fault("pdq,ffffffffffffffffffffffffffffffff").code, "E020");
        assert_eq!(fault(&format!("md5{}", ",x".repeat(300))).code, "E023");
        assert_eq!(fault("note,md5,id\"x").code, "E024");
    }

    #[test]
    fn hash_types_are_known_by_the_names_that_people_give_them() {
        for (names, hash_type) in [
            (
                "md5|MD5Hash|md5sum|MD5 Hash|FileHash-MD5|md5_checksum|hash.md5|Hash (MD5)",
                HashType::Md5,
            ),
            (
                "SHA-1|sha1sum|SHA1 digest|file_sha1|checksum sha1",
                HashType::Sha1,
            ),
            (
                "sha256sum|sha-256|SHA256 Hash|SHA-2-256|\u{200b}sha256",
                HashType::Sha256,
            ),
            (
                "pdq_hash|PDQ Hash|pdqhash|pdq256|image pdq hash",
                HashType::Pdq,
            ),
            (
                "gradient64_ih3_lsb|gradient64-ih3-lsb hash",
                HashType::GradientIh3,
            ),
        ] {
            for name in names.split('|') {
                let role = Role::of(name);
                assert!(
                    matches!(role, Role::Hashes(found, _) if found == hash_type),
                    "{name}"
                );
            }
        }
        for (name, role) in [
            ("ValidUntil", Role::ValidUntil),
            ("Hash Value", Role::Hash),
            ("hashType", Role::Type),
        ] {
            assert_eq!(Role::of(name), role);
        }
        let columns = Columns::new("file,checksum".split(','))
            .ok()
            .unwrap()
            .columns;
        assert_eq!(columns[1].0, Role::Hash);
        let columns =
            Columns::new("md5,checksum,phash,SHA-512,hashtag,photoDNA,vpdq,note".split(','));
        let columns = columns.ok().unwrap();
        let unread: Vec<&str> = columns.unread().map(|(_, name)| name).collect();
        assert_eq!(unread, ["checksum", "phash", "SHA-512", "photoDNA", "vpdq"]);
    }
}
