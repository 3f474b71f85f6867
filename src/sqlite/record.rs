//! A row: its types first, then its values.

use super::varint;

/// How many columns a row may have: as many as SQLite allows.
const COLUMNS_MAX: usize = 2000;

/// How many bytes a value of a type has. Two types have no meaning.
pub(crate) fn length(serial: u64) -> Option<u64> {
    Some(match serial {
        0 | 8 | 9 => 0,
        1..=4 => serial,
        5 => 6,
        6 | 7 => 8,
        10 | 11 => return None,
        serial => (serial - 12) / 2,
    })
}

/// The type of each value of a row of so many bytes, and where the value begins. All of them lie within the row. `head` has the
/// types at least, which come first.
pub(crate) fn values(head: &[u8], len: u64) -> Option<Vec<(u64, u64)>> {
    let (end, mut at) = varint(head, 0)?;
    let end = usize::try_from(end).ok();
    let end = end.filter(|end| (at..=head.len()).contains(end))?;
    let (mut values, mut value) = (Vec::new(), end as u64);
    while at < end {
        let (serial, next) = varint(&head[..end], at)?;
        let behind = value.checked_add(length(serial)?)?;
        if behind > len || values.len() == COLUMNS_MAX {
            return None;
        }
        values.push((serial, value));
        (at, value) = (next, behind);
    }
    // No table is without columns. A row without values would be passed over.
    (!values.is_empty()).then_some(values)
}

/// A number in two's complement, the highest byte first.
pub(crate) fn integer(bytes: &[u8]) -> i64 {
    let negative = bytes.first().is_some_and(|byte| byte & 0x80 != 0);
    let begin = if negative { -1 } else { 0 };
    bytes
        .iter()
        .fold(begin, |value: i64, byte| value << 8 | i64::from(*byte))
}
