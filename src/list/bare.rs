//! One hash on each line and nothing else. The type is told, or seen in the first line where its length allows.

use super::ReadOptions;
use super::entry::Entry;
use super::kind::{self, Untyped};
use super::line::{Fate, Fault, Line};
use super::typed::operand;

pub(super) fn parse(
    line: &Line<'_>,
    untyped: &mut Untyped,
    options: &ReadOptions,
) -> Result<Fate, Fault> {
    let (at, text) = operand(line.utf8()?, 0, options.lenient_hex)?;
    let hash_type = untyped.hash_type(text, at, options.lenient_hex)?;
    let hash = kind::hash(hash_type, text, at, options.lenient_hex)?;
    Ok(Fate::Entries(vec![Entry::new(hash, line.number)]))
}
