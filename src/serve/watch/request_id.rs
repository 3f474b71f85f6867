//! What a request is known by: a client's own id, or one that is made.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::{HeaderMap, HeaderName, HeaderValue};

pub(super) const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The longest id of a client.
const BYTES_MAX: usize = 128;

/// Makes ids that no other process makes.
pub(crate) struct RequestIds {
    process: u64,
    next: AtomicU64,
}

impl RequestIds {
    pub(crate) fn new() -> RequestIds {
        let mut bytes = [0; 8];
        // Without random bytes ids are told apart within a process alone, which is what they are read by.
        let _ = getrandom::fill(&mut bytes);
        RequestIds {
            process: u64::from_le_bytes(bytes),
            next: AtomicU64::new(0),
        }
    }

    /// The id of a request. One that would forge lines of a log, or fill it, is not taken.
    pub(super) fn of(&self, headers: &HeaderMap) -> HeaderValue {
        let theirs = headers.get(HEADER).filter(|id| is_plain(id.as_bytes()));
        theirs.cloned().unwrap_or_else(|| {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let id = format!("{:016x}-{number}", self.process);
            HeaderValue::from_str(&id).expect("digits and a hyphen")
        })
    }
}

fn is_plain(id: &[u8]) -> bool {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"._:-".contains(byte);
    (1..=BYTES_MAX).contains(&id.len()) && id.iter().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_clients_are_kept_where_they_are_plain() {
        let ids = RequestIds::new();
        let of = |id: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(HEADER, HeaderValue::from_str(id).unwrap());
            ids.of(&headers).to_str().unwrap().to_owned()
        };
        assert_eq!(of("a-1.b:2_c"), "a-1.b:2_c");
        let long = "a".repeat(BYTES_MAX + 1);
        let made: Vec<String> = ["", "a b", "a=\"b\"", &long].map(of).into();
        assert!(made.iter().all(|id| id.len() < 40), "{made:?}");
        assert_eq!(
            made.iter().collect::<std::collections::BTreeSet<_>>().len(),
            4
        );
    }
}
