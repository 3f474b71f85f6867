//! `basma case stamp`: the time-stamp token of an authority.

use std::fs::File;
use std::io::Read as _;
use std::ops::ControlFlow;
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use basma::error::{Action, CaseProblem};
use basma::evidence::record::{Head, Timestamp};
use basma::evidence::{Body, CaseReader};
use basma::{Error, Result};
use sha2::{Digest as _, Sha256};

use super::{failed, open, tell_added};
use crate::cli::args::case::StampArgs;
use crate::cli::output::Stopped;
use crate::cli::{Context, Verdict};

/// The largest token: it holds the certificates of its authority.
const TOKEN_BYTES_MAX: u64 = 256 * 1024;

/// The object identifier of SHA-256 in DER, which stands before a digest in a token.
const SHA256: [u8; 11] = [6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1];

pub(super) fn run(args: &StampArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    let token = read(&args.token)?;
    let digests = digests(&token);
    let mut case = open(&args.case, &args.signer)?;
    let of = meant(&case.reader()?, &digests)?;
    let of = of.ok_or_else(|| failed(&args.token, CaseProblem::Token))?;
    let number = of.number;
    let stamp = Timestamp {
        of,
        sha256: hex(&Sha256::digest(&token)),
        token: BASE64_STANDARD.encode(&token),
    };
    let added = case.add(Body::Timestamp(stamp))?;
    case.sync()?;
    tell_added(&case, added, context);
    let values = [("number", number.to_string().into())];
    context.tell(&context.prose.say("case-stamped", values));
    Ok(Verdict::Done)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    let mut token = Vec::new();
    let read = File::open(path).and_then(|file| {
        let read = file.take(TOKEN_BYTES_MAX + 1).read_to_end(&mut token);
        read.map(|_| ())
    });
    read.map_err(|source| Error::Io {
        action: Action::Read,
        path: path.to_owned(),
        source,
    })?;
    // DER begins with a sequence.
    if token.len() as u64 > TOKEN_BYTES_MAX || token.first() != Some(&0x30) {
        return Err(failed(path, CaseProblem::Token));
    }
    Ok(token)
}

/// The digests in a token: octet strings of 32 bytes after the identifier of SHA-256, with or without its parameters.
fn digests(token: &[u8]) -> Vec<String> {
    let places = memchr::memmem::find_iter(token, &SHA256);
    let after = places.filter_map(|place| token.get(place + SHA256.len()..));
    let strings = after.filter_map(|rest| {
        let rest = rest.strip_prefix(&[5, 0]).unwrap_or(rest);
        rest.strip_prefix(&[4, 32])?.first_chunk::<32>()
    });
    strings.map(|digest| hex(digest)).collect()
}

/// The record that has one of these digests.
fn meant(case: &CaseReader, digests: &[String]) -> Result<Option<Head>> {
    let mut found = None;
    case.each(&[], |record, text| {
        let sha256 = hex(&Sha256::digest(text));
        if digests.contains(&sha256) {
            found = Some(Head {
                number: record.number,
                sha256,
            });
            return Ok(ControlFlow::Break(()));
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(found)
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_found_behind_its_algorithm_alone() {
        let digest = [7; 32];
        let with = [
            &[0x30, 0x31, 0x30, 0x0d][..],
            &SHA256,
            &[5, 0, 4, 32],
            &digest,
        ]
        .concat();
        assert_eq!(digests(&with), [hex(&digest)]);
        let without = [&[0x30][..], &SHA256, &[4, 32], &digest].concat();
        assert_eq!(digests(&without), [hex(&digest)]);
        assert!(digests(&[&[0x30, 4, 32][..], &digest].concat()).is_empty());
        assert!(digests(&with[..with.len() - 1]).is_empty());
    }
}
