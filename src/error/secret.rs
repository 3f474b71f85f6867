//! What can be wrong with a secret of a source.

/// Why a secret cannot be used. Never says it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SecretProblem {
    /// The environment variable is not there.
    #[error("the environment variable {name} should hold the secret, and is not set")]
    NotSet {
        /// Its name, escaped; not where it may be the secret itself.
        name: String,
    },
    /// The file cannot be read.
    #[error("the secret cannot be read: {0}")]
    Unreadable(String),
    /// The file is not for its owner alone.
    #[error("{path} may be read by others than its owner; take that away (chmod 600)")]
    Public {
        /// The file, escaped.
        path: String,
    },
    /// There is nothing in it, or what no header may hold.
    #[error("the secret is empty, too long, or holds characters that no header may")]
    Unusable,
    /// A header that is not the operator's to set.
    #[error("{name} is no header for a secret")]
    Header {
        /// Its name in quotes, where it is a header at all.
        name: String,
    },
}
