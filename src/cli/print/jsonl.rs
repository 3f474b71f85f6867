//! One JSON object a line, as [`basma::report`] writes it.

use basma::hash::Hash;
use basma::matcher::Found;
use basma::report::{self, Conditions, Lookup, LookupSummary, RematchSummary};
use basma::scan::{Finding, Rematch, Summary};

use super::Job;

/// A file. Where the conditions of the scan quote a calibration, each match does.
pub(super) fn finding(job: Job, finding: &Finding, quoted: Option<&Conditions>) -> String {
    report::line(&match job {
        Job::Scan => match quoted {
            Some(quoted) => report::Finding::of_scan(finding).with_calibration(quoted),
            None => report::Finding::of_scan(finding),
        },
        Job::Hash(sampling) => report::Finding::of_hashing(finding, sampling),
    })
}

pub(super) fn summary(job: Job, summary: &Summary, conditions: Option<Conditions>) -> String {
    let line = match job {
        Job::Scan => report::Summary::of_scan(summary),
        Job::Hash(_) => report::Summary::of_hashing(summary),
    };
    report::line(&match conditions {
        Some(conditions) => line.with_conditions(conditions),
        None => line,
    })
}

pub(super) fn lookup(hash: &Hash, id: Option<&str>, found: &Found) -> String {
    let mut lookup = Lookup::new(hash, found);
    lookup.query.id = id.map(str::to_owned);
    report::line(&lookup)
}

pub(super) fn lookup_summary(looked_up: u64, matched: u64) -> String {
    report::line(&LookupSummary::new(looked_up, matched))
}

pub(super) fn rematch_summary(rematch: &Rematch, conditions: Conditions) -> String {
    report::line(&RematchSummary::new(rematch).with_conditions(conditions))
}
