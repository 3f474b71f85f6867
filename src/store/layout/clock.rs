//! The time, in seconds since 1970-01-01 UTC.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;

pub(in crate::store) fn now() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// As RFC 3339 has it, in UTC; seconds beyond the calendar.
pub(in crate::store) fn text(seconds: i64) -> String {
    let time = Timestamp::from_second(seconds);
    time.map_or_else(|_| seconds.to_string(), |time| time.to_string())
}
