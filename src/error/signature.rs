//! What can be wrong with the signature of a list.

/// What is wrong with a signature.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureProblem {
    /// Text that is not a public key.
    #[error("key {number} is no public key of minisign: 56 characters that begin with RW are one")]
    Key {
        /// Which of the configured keys, from 1.
        number: usize,
    },
    /// No key at all.
    #[error("no key is configured, so no signature can be right; name the publisher's public key")]
    NoKey,
    /// Bytes that are no signature.
    #[error(
        "the signature is not in the format of minisign; ask the publisher for the .minisig file"
    )]
    Garbage,
    /// The old kind of signature.
    #[error(
        "the signature is of the old kind, not of a hash; have it signed by minisign 0.10 or newer, or with -H"
    )]
    Legacy,
    /// A signature by a key that is not among the trusted ones.
    #[error("signed by key {key}, which is not trusted; if the publisher has a new key, add it")]
    OtherKey {
        /// The key's id, as minisign prints it.
        key: String,
    },
    /// A signature that is not of these bytes, or whose trusted comment was changed.
    #[error("the signature is not of these bytes; do not use them, fetch both again")]
    Mismatch,
    /// A trusted comment without what is needed.
    #[error(
        "the signed comment has no {field}; have it signed without a comment of one's own (-t)"
    )]
    Missing {
        /// The field: "timestamp" or "file".
        field: &'static str,
    },
    /// A trusted comment with a repeated field, or with a time that cannot be read.
    #[error(
        "the signed comment says no one {field}; have it signed without a comment of one's own (-t)"
    )]
    Unclear {
        /// The field: "timestamp" or "file".
        field: &'static str,
    },
    /// A signature of a file of another name.
    #[error("signed as '{found}', not as '{expected}': another list of the same publisher?")]
    OtherFile {
        /// The signed name, escaped.
        found: String,
        /// The name that is expected, escaped.
        expected: String,
    },
    /// An older list than was accepted before.
    #[error(
        "signed at {found}, before the last that was accepted, of {last} (seconds since 1970): an old list is offered again"
    )]
    Rollback {
        /// When it was signed, seconds since 1970 UTC.
        found: i64,
        /// When the last accepted one was.
        last: i64,
    },
    /// A list that is older than it may be.
    #[error(
        "signed {age} seconds ago, at most {age_max} are allowed; ask the publisher why there is nothing newer"
    )]
    Frozen {
        /// Its age in seconds.
        age: i64,
        /// What is allowed.
        age_max: i64,
    },
    /// A list that is signed in the future.
    #[error("signed {ahead} seconds in the future; check this machine's clock")]
    Future {
        /// How many seconds.
        ahead: i64,
    },
}
