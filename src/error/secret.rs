//! What can be wrong with a secret of a source.

use super::kinds::kinds;

kinds! {
    /// Why a secret cannot be used. Never repeats it.
    SecretProblem in "secret" {
        NotSet { name: String } "not-set" "the environment variable {name} should hold the secret, and is not set";
        NotSetUnnamed "not-set-unnamed" "the environment variable that `env` names should hold the secret, and is not set";
        Unreadable { message: String } "unreadable" "the secret cannot be read: {message}";
        PathNotWhole "path-not-whole" "the secret cannot be read: give `file` the whole path of a file that is there";
        Public { path: String } "public" "{path} may be read by others than its owner; take that away (chmod 600)";
        Unusable "unusable" "the secret is empty, too long, or holds characters that no header may";
        Header { name: String } "header" "'{name}' is no header for a secret";
        HeaderInvalid "header-invalid" "`name` is no header";
    }
}
