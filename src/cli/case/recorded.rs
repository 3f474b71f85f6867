//! `basma scan --case`: a scan that leaves records.

use std::fs::File;
use std::io::{self, Read as _};
use std::ops::ControlFlow;

use basma::Result;
use basma::evidence::{Body, CaseReader, ScanRecorder, ScanTerms};
use basma::report::{self, Conditions};
use basma::sandbox::Wall;
use basma::scan::{Finding, Summary};
use sha2::{Digest as _, Sha256};

use super::open;
use super::stamp::hex;
use crate::cli::Context;
use crate::cli::args::case::RecordArgs;

/// A scan that is recorded.
pub(in crate::cli) struct Recorded(ScanRecorder);

/// Begins the records of a scan, if it is to be recorded. Where it opens files, it does so behind this wall.
pub(in crate::cli) fn begin(
    args: &RecordArgs,
    conditions: &Conditions,
    wall: Option<Wall>,
) -> Result<Option<Recorded>> {
    let Some(path) = &args.case else {
        return Ok(None);
    };
    let mut case = open(path, &args.signer())?;
    let terms = ScanTerms::default()
        .with_binary(binary())
        .with_sandbox(wall.map_or_else(|| "no-media".to_owned(), |wall| wall.to_string()))
        .with_purpose(case.opened().purpose.clone())
        .with_report(last_report(&case.reader()?)?);
    ScanRecorder::begin(case, conditions, terms).map(|scan| Some(Recorded(scan)))
}

impl Recorded {
    pub(in crate::cli) fn take(&mut self, finding: &Finding) -> Result<()> {
        self.0.take(&report::Finding::of_scan(finding)).map(|_| ())
    }

    pub(in crate::cli) fn refuse(&mut self, refusal: report::Refusal) -> Result<()> {
        self.0.refuse(refusal)
    }

    pub(in crate::cli) fn end(self, summary: &Summary, context: &Context<'_>) -> Result<()> {
        let case = self.0.end(&report::Summary::of_scan(summary).summary)?;
        let values = [
            ("number", case.head().number.to_string().into()),
            ("head", case.head().sha256.clone().into()),
        ];
        context.tell(&context.prose.say("case-scan-recorded", values));
        Ok(())
    }
}

/// The report that came in last.
fn last_report(case: &CaseReader) -> Result<Option<u64>> {
    let mut last = None;
    case.each(&["report"], |record, _| {
        debug_assert!(matches!(record.body, Body::Report(_)));
        last = Some(record.number);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(last)
}

/// The SHA-256 of this program; none where the system does not show its file.
fn binary() -> Option<String> {
    let mut file = File::open(std::env::current_exe().ok()?).ok()?;
    let mut digest = Sha256::new();
    let mut part = vec![0; 1 << 16];
    loop {
        match file.read(&mut part) {
            Ok(0) => return Some(hex(&digest.finalize())),
            Ok(read) => digest.update(&part[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
}
