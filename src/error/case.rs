//! What is wrong with a case file, its keys and its records.

use super::holder::LockHolder;
use super::kinds::kinds;

kinds! {
    /// What is wrong with a case, in an [`Error::Case`](super::Error::Case).
    CaseProblem in "case-file" {
        // The folder.
        Absent "absent" "there is no case; `basma case new` makes one";
        Occupied "occupied" "exists and is not empty; name a new folder";
        Empty "empty" "holds no record; restore records.jsonl from a copy";
        Open { mode: String } "open" "others may read or write it (mode {mode}): `chmod go= DIR`";
        Locked { holder: LockHolder } "locked" "the case is locked by {holder}; try again when it is free";
        Failed "failed" "an earlier write failed; run the command again";
        NotAFile "not-a-file" "is a link or something else that is no file, which no case holds; restore it from a copy";
        NumberTooLarge "number-too-large" "a number of the record is over 9007199254740991, which not every reader of JSON keeps; record what it stands for in a note";
        TextTooLong { bytes: u64, limit: u64 } "text-too-long" "a record of {bytes} bytes is over the limit of {limit}; shorten its texts";

        // Verification.
        Broken { record: u64, fault: RecordFault } "broken" "record {record} {fault}";
        HeadMissing { head: String } "head-missing" "no record has the digest {head}: records at its end were removed, or it is another case";
        KeyFileChanged "key-file-changed" "is not the public key that the records name; restore it from a copy";
        OpenedByOther { found: String, expected: String } "opened-by-other" "was opened by key {found}, not by key {expected}: name the public key of who opened it";
        SignatureOfOther { file: String } "signature-of-other" "{file}: is no signature of these records by a key of the case: records were removed at the end, or it is of another case; compare with a copy";

        // Keys.
        KeyUnnamed "key-unnamed" "no key is named: name one with --key or BASMA_CASE_KEY, `basma case keygen` makes one";
        KeyNone "key-none" "is no secret key of minisign; `basma case keygen` makes one";
        KeyPublicNone "key-public-none" "is no public key of minisign";
        KeyCostly "key-costly" "asks for more work than any key of minisign; `basma case keygen` makes another";
        KeyPassword "key-password" "is encrypted, and the password is missing or wrong; give it in BASMA_KEY_PASSWORD";
        KeyReadable { mode: String } "key-readable" "others may read this key (mode {mode}): `chmod go= FILE`";
        KeyExists "key-exists" "exists already; name a new file, keys are never replaced";
        KeyForeign { key: String } "key-foreign" "key {key} is no key of this case: an examiner of the case adds it with `basma case admit`";
        KeyExpired { key: String, since: String } "key-expired" "key {key} expired on {since}: an examiner of the case adds another";
        KeyOfAnother { key: String, person: String } "key-of-another" "key {key} is that of {person}; name your own key";
        KeyTwice { key: String } "key-twice" "key {key} is a key of this case already";
        AgentAbsent "agent-absent" "no agent answers at SSH_AUTH_SOCK; start one, or name a file";
        AgentKeyAbsent { key: String } "agent-key-absent" "the agent holds no Ed25519 key '{key}'; `ssh-add -l` lists its keys";
        AgentRefused "agent-refused" "the agent did not sign; a key in a file can";

        // What is asked.
        NotThere { number: u64, kind: String } "not-there" "record {number} is no {kind}; `basma case show` lists what there is";
        SamePerson { person: String } "same-person" "{person} decided this already; another person decides next";
        DecidedAlready { number: u64 } "decided-already" "record {number} decides this; an appeal changes it";
        NotDecided { number: u64 } "not-decided" "finding {number} is not decided, so there is nothing to appeal against";
        BeyondAppeal { list: String } "beyond-appeal" "it is an exact match of list '{list}', which the case puts beyond appeal; escalate it";
        WithoutReason "without-reason" "a decision needs a reason; give one";
        WithoutDigest { number: u64 } "without-digest" "finding {number} has no digest or hash in the details of the case: it cannot be listed";
        NotAllowing { list: String, of: String } "not-allowing" "list '{list}' of the store allows nothing that list '{of}' holds; name a list of what is allowed that covers it";
        Token "token" "is no time-stamp response or token (RFC 3161) of a record of this case";

        // Sealed files.
        RecipientNone { text: String } "recipient-none" "'{text}' is no public key of age; it begins with age1";
        RecipientsNone "recipients-none" "the case has no recipient to seal to; open it with --recipient";
        IdentityNone "identity-none" "holds no secret key of age; it begins with AGE-SECRET-KEY-1";
        IdentityOther "identity-other" "is not sealed to this key";
        SealedDamaged "sealed-damaged" "is no file of age, or was changed";
        SealedUnknown { file: String } "sealed-unknown" "no record names a sealed file '{file}'; `basma case show` lists them";
    }
}

kinds! {
    /// Why a record does not hold.
    RecordFault in "record-fault" {
        Unfinished "unfinished" "is not finished: its process was killed or the file was cut; the next command that adds to the case sets it aside";
        TooLong { limit: u64 } "too-long" "is longer than {limit} bytes";
        NotARecord "not-a-record" "is no record in canonical JSON: it was changed";
        Newer { schema: String } "newer" "is of the format {schema}: a later release reads it";
        OtherCase { case: String } "other-case" "is of another case, {case}";
        Missing { number: u64 } "missing" "has the number {number}: records before it were removed or moved";
        Repeated { number: u64 } "repeated" "has the number {number}, which came before: it was put in twice or moved";
        Chain "chain" "does not follow the record before it: a record was changed, removed or put in";
        KeyUnknown { key: String } "key-unknown" "is signed by key {key}, which no record before it adds";
        KeyOfAnother { key: String, person: String } "key-of-another" "is signed by key {key}, which is that of {person}";
        KeyExpired { key: String } "key-expired" "is signed by key {key} after its last day";
        KeyBroken "key-broken" "adds a key that cannot be read";
        Signature "signature" "has a signature that is not of its bytes: it was changed";
        FirstNotOpened "first-not-opened" "is the first, and does not open a case";
        OpenedTwice "opened-twice" "opens the case a second time";
        Reference { number: u64, kind: String } "reference" "is about record {number}, which is no {kind}";
        Counts { found: u64, expected: u64 } "counts" "has counts that add up to {found}, not {expected}";
        SamePerson { person: String } "same-person" "seconds a decision of the same person, {person}";
        Detail { name: String } "detail" "has a detail '{name}' that is not what it committed to: the detail was changed";
        DetailStray { name: String } "detail-stray" "has a detail '{name}' that it does not name, or that stands there twice";
        SealedChanged { file: String } "sealed-changed" "names the sealed file '{file}', which was changed";
        PaperChanged { file: String } "paper-changed" "names the paper '{file}', which was changed: export it again, or restore it from a copy";
    }
}
