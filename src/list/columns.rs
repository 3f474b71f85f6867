//! What the columns of a table mean, by the names that people give them.

use super::entry::Media;
use super::kind::{Kind, looks_like_hash};
use super::line::{Fault, quoted};
use crate::hash::HashType;

/// More columns than any list has. Each cell of a column that is not known is kept with the column's name, so that a
/// list of thousands of tiny cells would cost many times its size.
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
    /// Times of a picture of a clip, in milliseconds.
    Ms,
    UntilMs,
    ClipMs,
    EveryMs,
    /// Anything else, kept under the column's name.
    Meta,
}

impl Role {
    fn of(name: &str) -> Role {
        let plain: String = name
            .chars()
            .map(|c| match c {
                ' ' | '-' => '_',
                c => c.to_ascii_lowercase(),
            })
            .collect();
        match plain.as_str() {
            "op" | "operation" => Role::Op,
            "type" | "hash_type" | "signal_type" | "indicator_type" | "algorithm" => Role::Type,
            "hash" | "hash_value" | "hash_digest" | "digest" | "signal" | "signal_str"
            | "indicator" | "value" => Role::Hash,
            "id" | "content_id" | "item_id" => Role::Id,
            "list" | "list_name" | "collab" => Role::List,
            "label" | "labels" | "tag" | "tags" => Role::Labels,
            "category" => Role::Category,
            "opinion" => Role::Opinion,
            "severity" => Role::Severity,
            "media" | "media_type" => Role::Media,
            "quality" => Role::Quality,
            "source" => Role::Source,
            "added" | "added_on" => Role::Added,
            "valid_until" | "expires" => Role::ValidUntil,
            "ms" => Role::Ms,
            "until_ms" => Role::UntilMs,
            "clip_ms" => Role::ClipMs,
            "every_ms" => Role::EveryMs,
            other => match Kind::from_name(other.strip_suffix("_hash").unwrap_or(other)) {
                Some(Kind::Hash(hash_type, media)) => Role::Hashes(hash_type, media),
                _ => Role::Meta,
            },
        }
    }

    fn is_hash(self) -> bool {
        matches!(self, Role::Hash | Role::Hashes(..))
    }
}

/// The columns of a table.
pub(super) struct Columns {
    /// Role and name of each.
    pub(super) columns: Vec<(Role, String)>,
}

impl Columns {
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
        let has =
            |columns: &[(Role, String)], role| columns.iter().any(|(other, _)| *other == role);
        // A type that belongs to no hash is some other type, and a category beside an opinion is some other category.
        let no_hash = !has(&columns, Role::Hash);
        let opinion = has(&columns, Role::Opinion);
        for (role, _) in &mut columns {
            if (no_hash && *role == Role::Type) || (opinion && *role == Role::Category) {
                *role = Role::Meta;
            }
        }
        if columns.len() > COLUMNS_MAX {
            let message = format!(
                "the header has {} columns, more than {COLUMNS_MAX}",
                columns.len()
            );
            return Err(Fault::fatal(0, "E023", message));
        }
        if let Some(i) = columns
            .iter()
            .position(|(_, name)| looks_like_hash(name.as_bytes()))
        {
            let message = format!(
                "the first line names no columns but holds a hash; add a header line such as type,hash; got {}",
                quoted(columns[i].1.as_bytes())
            );
            return Err(Fault::fatal(i, "E020", message));
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
            let message = "no column holds hashes; name one hash (with a column type beside it), pdq, md5, sha1 or sha256";
            return Err(Fault::fatal(0, "E021", message));
        }
        Ok(Columns { columns })
    }
}

/// Whether a line is the header of a table with this delimiter: how many of its columns are known, 0 if it is not.
pub(super) fn header_score(line: &str, delimiter: char) -> usize {
    let cells = || {
        line.split(delimiter)
            .map(|cell| cell.trim().trim_matches('"'))
    };
    if cells().any(|cell| looks_like_hash(cell.as_bytes())) {
        return 0;
    }
    let known = cells().filter(|cell| Role::of(cell) != Role::Meta).count();
    // One known word among others may be chance, unless it is where the hashes are.
    let has_hash = cells().any(|cell| Role::of(cell).is_hash());
    if has_hash || known >= 2 { known } else { 0 }
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
    }

    #[test]
    fn a_line_with_a_hash_is_no_header() {
        assert_eq!(header_score("type,hash,note", ','), 2);
        assert_eq!(header_score("md5", ','), 1);
        assert_eq!(header_score("pdq,ffffffffffffffffffffffffffffffff", ','), 0);
        assert_eq!(header_score("some,words,label", ','), 0);
    }
}
