//! One member of an archive, or part of a picture, to its finding.

use std::path::PathBuf;

use super::context::ScanContext;
use super::examined::{Examined, digest, sha256};
use super::log::Record;
use super::task::{MemberTask, What};
use super::{Finding, Flag, Status};
use crate::Result;
use crate::archive::Content;
use crate::error::Reason;
use crate::media::Format;

impl MemberTask {
    /// Decodes, hashes and looks up. A smaller copy of the picture that holds it gives no finding.
    pub(super) fn examine(self, context: &ScanContext<'_>) -> Result<Option<Finding>> {
        let (member, is_reduction, _held) = match self.what {
            What::Finding(finding) if finding.flags.contains(&Flag::Reduction) => return Ok(None),
            What::Finding(finding) => return Ok(Some(*finding)),
            What::Member(member, is_reduction, held) => (member, is_reduction, held),
        };
        let is_reduction = match (is_reduction, &member.content, &member.holder) {
            (Some(is_reduction), ..) => is_reduction,
            (None, Content::Bytes(bytes), Some(holder)) => {
                context.is_reduction(&member.path, bytes, holder)
            }
            _ => false,
        };
        let (mut examined, content) = match member.content {
            Content::Bytes(bytes) => (context.examine_bytes(&bytes), bytes),
            Content::Archive { bytes, gap, .. } if Format::sniff(&bytes).is_some() => {
                let examined = context.examine_bytes(&bytes);
                let gap = gap.map(Status::of_gap).or(examined.gap);
                (Examined { gap, ..examined }, bytes)
            }
            Content::Archive { kind, bytes, gap } => {
                let digests = digest(&context.scan.hasher.digest_types(), bytes.as_slice());
                let digests = digests.expect("memory can be read");
                let examined = Examined {
                    bytes: Some(bytes.len() as u64),
                    mime: Some(kind.mime().into()),
                    gap: gap.map(Status::of_gap),
                    sha256: sha256(&digests),
                    digests,
                    ..Examined::default()
                };
                (examined, bytes)
            }
            Content::Refused(kind, reasons) => {
                (Examined::refused(kind.into(), reasons), Vec::new())
            }
            Content::Known => {
                let reasons = Reason::MemberForgotten.into();
                (Examined::refused(Status::Unreadable, reasons), Vec::new())
            }
        };
        // What is wrong with the content in the archive says more than what is wrong with what came of it.
        examined.gap = member.gap.map(Status::of_gap).or(examined.gap);
        examined.fleeting |= self.of.fleeting || self.fleeting;
        if is_reduction {
            examined.flags.push(Flag::Reduction);
        }
        let finding = context.look_up(PathBuf::new(), &examined)?;
        let mut finding = self.of.named(&member.path, finding);
        if finding.status == Status::Matched {
            examined
                .tie_to(content.as_slice())
                .expect("memory can be read");
            finding.tie(&examined);
        }
        let record = Record {
            member: Some(member.path),
            ..Record::new(self.of.stamp, examined)
        };
        context.keep(&self.of.spot, Some(member.number), record)?;
        Ok((!is_reduction).then_some(finding))
    }
}
