//! What guards find: kinds with stable codes.

use crate::error::{Decimal, Message, Moment, TimeSpan, kinds};

kinds! {
    /// What a [`Guard`](super::Guard) found.
    GuardFinding in "guard" {
        // How much changes.
        Gone { part: u64, before: u64, percent: Decimal, most: Decimal } "gone" "{part} of {before} entries ({percent} %) would go or no longer count, at most {most} % may";
        GoneSince { part: u64, before: u64, percent: Decimal, since: Moment, most: Decimal } "gone-since" "{part} of {before} entries ({percent} %, together with what changed since {since}) would go or no longer count, at most {most} % may";
        GoneTypes { types: String } "gone-types" "all entries of {types} would go or no longer count";
        Come { part: u64, before: u64, percent: Decimal, most: Decimal } "come" "{part} of {before} entries ({percent} %) would come, at most {most} % may";
        ComeSince { part: u64, before: u64, percent: Decimal, since: Moment, most: Decimal } "come-since" "{part} of {before} entries ({percent} %, together with what changed since {since}) would come, at most {most} % may";
        BecomesLocal { entries: u64 } "becomes-local" "it becomes local: all its {entries} entries would go";
        Dropped "dropped" "sources.toml names no source of it any more; all its entries would go";

        // What it holds.
        Malformed { rejected: u64, records: u64, most: Decimal } "malformed" "{rejected} of {records} records are malformed, at most {most} % may be";
        MalformedFirst { rejected: u64, records: u64, most: Decimal, line: u64, code: &'static str, problem: Message } "malformed-first" "{rejected} of {records} records are malformed, at most {most} % may be; the first: line {line}: {code} {problem}";
        Degenerate { count: u64, first: String } "degenerate" "{count} hashes stand for flat pictures; the first: {first}";
        Canary { count: u64, named: String } "canary" "{count} entries match harmless pictures of the canary set: {named}";
        NoEntry "no-entry" "it holds no entry at all";
        NoEntryCounts { entries: u64 } "no-entry-counts" "none of its {entries} entries counts: they have expired, or say that they are not what the list is about";

        // Which edition it is.
        VersionBack { version: u64, known: u64 } "version-back" "it is version {version}, and version {known} is in force";
        VersionAgain { version: u64 } "version-again" "it is version {version} again, with other content";
        VersionMissing { known: u64 } "version-missing" "it names no version, and version {known} is in force";
        Gap { previous: u64, known: u64 } "gap" "it changes version {previous}, and {known} is in force: a file between them is missing";
        GapFromNone { previous: u64 } "gap-from-none" "it changes version {previous}, and no version is in force: a file between them is missing";
        OtherKind { found: &'static str, declared: &'static str } "other-kind" "its manifest names it a {found}, and the source is declared a {declared}";
        OtherList { found: String, known: String } "other-list" "its manifest names it list '{found}', and was '{known}' before";
        RolledBack { name: String, digest: String } "rolled-back" "{name} ({digest}) was rolled back from";
        Signature { error: Message } "signature" "{error}";

        // Times.
        Older { found: Moment, known: Moment } "older" "it is of {found}, and what is in force is of {known}";
        Ahead { as_of: Moment } "ahead" "it is of {as_of}, which is yet to come";
        TooOld { as_of: Moment, age: TimeSpan, most: TimeSpan } "too-old" "it is of {as_of}, {age} ago, and at most {most} is allowed: ask the provider why there is nothing newer";
        Clock { here: Moment, known: Moment } "clock" "it is {here} here, and this store was refreshed at {known}: set the clock";

        // What is in force.
        InForceDamaged { error: Message } "in-force-damaged" "{error}";
    }
}
