//! One JSON object a line, as [`basma::report`] writes it.

use basma::hash::Hash;
use basma::matcher::Found;
use basma::report::{self, Conditions, Lookup, LookupSummary, RematchSummary};
use basma::scan::{Finding, Rematch, Summary};

use super::Job;

pub(super) fn finding(job: Job, finding: &Finding) -> String {
    report::line(&match job {
        Job::Scan => report::Finding::of_scan(finding),
        Job::Hash(_) => report::Finding::of_hashing(finding),
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

pub(super) fn lookup(hash: &Hash, found: &Found) -> String {
    report::line(&Lookup::new(hash, found))
}

pub(super) fn lookup_summary(looked_up: u64, matched: u64) -> String {
    report::line(&LookupSummary::new(looked_up, matched))
}

pub(super) fn rematch_summary(rematch: &Rematch, conditions: Conditions) -> String {
    report::line(&RematchSummary::new(rematch).with_conditions(conditions))
}
