//! What can be wrong with the signature of a list.

use super::kinds::kinds;
use super::message::{Moment, TimeSpan};

kinds! {
    /// What is wrong with a signature.
    SignatureProblem in "signature" {
        Key { number: u64 } "key" "key {number} is no public key of minisign: 56 characters that begin with RW are one";
        NoKey "no-key" "no key is configured, so no signature can be right; name the publisher's public key";
        Garbage "garbage" "the signature is not in the format of minisign; ask the publisher for the .minisig file";
        Legacy "legacy" "the signature is of the old kind, not of a hash; have it signed by minisign 0.10 or newer, or with -H";
        OtherKey { key: String } "other-key" "signed by key {key}, which is not trusted; if the publisher has a new key, add it";
        Mismatch "mismatch" "the signature is not of these bytes; do not use them, fetch both again";
        Missing { field: &'static str } "missing" "the signed comment has no {field}; have it signed without a comment of one's own (-t)";
        Unclear { field: &'static str } "unclear" "the signed comment has no single valid {field}; have it signed without a comment of one's own (-t)";
        OtherFile { found: String, expected: String } "other-file" "signed as '{found}', not as '{expected}': another list of the same publisher?";
        Rollback { found: Moment, last: Moment } "rollback" "signed at {found}, before the last that was accepted, of {last}: an old list is offered again";
        Frozen { age: TimeSpan, age_max: TimeSpan } "frozen" "the signature is {age} old, and at most {age_max} is allowed; ask the publisher why there is nothing newer";
        Future { ahead: TimeSpan } "future" "the time of the signature is {ahead} in the future; check this machine's clock";
    }
}
