//! What a format has no place for.

use std::collections::BTreeMap;

use basma::hash::HashType;

use super::super::Context;
use super::super::prose::Value;

/// Why an entry is not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum LeftOut {
    /// The format has no such hashes.
    Type(HashType),
    /// It has no such digests of files that are not known to be clips.
    Still(HashType),
    /// It has no frames of clips.
    Frame,
    /// It has no removals.
    Removal,
    /// It would say the opposite: the entry says what is not listed.
    Negative,
    /// It would never end: the entry no longer counts.
    Expired,
    /// It names files, and the entry has no id.
    Nameless,
    /// Each of its rows has all digests and the size of a file.
    Incomplete,
    /// The name has a line end, and each of its rows is a line.
    LineEnd,
    /// It names files, and the hash is of a member of an archive or a part of a file.
    Member,
    /// It has clips alone.
    NoClip,
    /// It holds one clip, and another is written.
    SecondClip,
    /// Its frames have a number each, and another entry has the same.
    SameFrame,
    /// It has the time of each frame, and the entry has none.
    Timeless,
    /// The quality of the picture is unknown.
    Flat,
    /// The picture is too flat to be told from others.
    TooFlat,
}

/// What was not written, counted.
#[derive(Debug, Default)]
pub(crate) struct Losses {
    entries: BTreeMap<LeftOut, u64>,
    fields: BTreeMap<&'static str, u64>,
}

impl Losses {
    pub(super) fn leave_out(&mut self, why: LeftOut) {
        *self.entries.entry(why).or_default() += 1;
    }

    pub(super) fn lose(&mut self, field: &'static str) {
        *self.fields.entry(field).or_default() += 1;
    }

    /// How many entries are not written.
    pub(super) fn left_out(&self) -> u64 {
        self.entries.values().sum()
    }

    pub(super) fn count(&self) -> u64 {
        self.entries.values().chain(self.fields.values()).sum()
    }

    /// Says what was lost, and how much of it.
    pub(crate) fn tell(&self, format: &str, context: &Context<'_>) {
        self.tell_left_out(format, context);
        for (field, count) in &self.fields {
            let values = [
                ("count", (*count).into()),
                ("format", format.into()),
                ("field", (*field).into()),
            ];
            context.complain("warning", &context.prose.say("convert-lost", values));
        }
    }

    /// Says which entries were not written.
    pub(crate) fn tell_left_out(&self, format: &str, context: &Context<'_>) {
        let prose = context.prose;
        for (why, count) in &self.entries {
            let why = match why {
                LeftOut::Type(hash_type) => {
                    prose.say("left-out-type", [("type", hash_type.name().into())])
                }
                LeftOut::Still(hash_type) => {
                    prose.say("left-out-still", [("type", hash_type.name().into())])
                }
                LeftOut::Frame => prose.word("left-out-frame"),
                LeftOut::Removal => prose.word("left-out-removal"),
                LeftOut::Negative => prose.word("left-out-negative"),
                LeftOut::Expired => prose.word("left-out-expired"),
                LeftOut::Nameless => prose.word("left-out-nameless"),
                LeftOut::Incomplete => prose.word("left-out-incomplete"),
                LeftOut::LineEnd => prose.word("left-out-line-end"),
                LeftOut::Member => prose.word("left-out-member"),
                LeftOut::NoClip => prose.word("left-out-no-clip"),
                LeftOut::SecondClip => prose.word("left-out-second-clip"),
                LeftOut::SameFrame => prose.word("left-out-same-frame"),
                LeftOut::Timeless => prose.word("left-out-timeless"),
                LeftOut::TooFlat => prose.word("left-out-too-flat"),
                LeftOut::Flat => prose.word("left-out-flat"),
            };
            let values = [
                ("count", (*count).into()),
                ("format", format.into()),
                ("why", Value::said(why)),
            ];
            context.complain("warning", &prose.say("convert-left-out", values));
        }
    }
}
