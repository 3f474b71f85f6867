//! What a report says of the error of each list: the figures that were counted, or that there are none for it.

use std::collections::BTreeMap;

use super::{Calibration, Stratified};
use crate::report::{CalibrationQuote, Conditions, ShareQuote, StratumQuote, UsedList};

/// The rules that decide what matches, by name. Bounds that were counted by other rules say nothing.
pub(super) fn rules(conditions: &Conditions) -> BTreeMap<String, String> {
    let types: Vec<&str> = conditions.types.iter().map(|name| name.as_ref()).collect();
    let mut rules = BTreeMap::from([
        ("types".to_owned(), types.join(",")),
        ("min_quality".to_owned(), conditions.min_quality.to_string()),
    ]);
    for (hash_type, bits) in &conditions.radii {
        rules.insert(format!("radius.{hash_type}"), bits.to_string());
    }
    let named = [
        (
            "vpdq_rule",
            conditions.vpdq_rule.as_deref().map(str::to_owned),
        ),
        ("views", conditions.views.as_deref().map(str::to_owned)),
        ("frames", conditions.frames.clone()),
        ("exact", conditions.exact.map(|exact| exact.to_string())),
    ];
    for (name, value) in named {
        rules.extend(value.map(|value| (name.to_owned(), value)));
    }
    rules
}

/// The rules that a list has for itself.
pub(super) fn own_rules(list: &UsedList) -> BTreeMap<String, String> {
    let radii = list.radii.iter();
    let radii = radii.map(|(hash_type, bits)| (format!("radius.{hash_type}"), bits.to_string()));
    let quality = list.min_quality.iter();
    let quality = quality.map(|quality| ("min_quality".to_owned(), quality.to_string()));
    radii.chain(quality).collect()
}

/// The counts of one kind of picture.
fn quoted(row: &Stratified) -> StratumQuote {
    let by_tier = row.tiers.iter().map(|(tier, rate)| ShareQuote {
        tier: tier.clone().into(),
        matched: rate.count,
        high_ppb: rate.high_ppb,
    });
    StratumQuote {
        stratum: row.stratum.clone().into(),
        files: row.files,
        by_tier: by_tier.collect(),
    }
}

impl Calibration {
    /// Adds to each list of a scan what was counted for it. `signed_by` is the id of the key whose signature of the file
    /// was checked.
    pub fn quote(&self, sha256: &str, signed_by: Option<&str>, conditions: &mut Conditions) {
        // The types that a scan computes follow from its lists.
        let of = |conditions: &Conditions| {
            let mut rules = rules(conditions);
            rules.remove("types");
            rules
        };
        let mut own = self.rules.clone();
        own.remove("types");
        let is_alike = of(conditions) == own;
        for list in &mut conditions.lists {
            let counted = self.list(&list.list);
            let content = list.content();
            let state = match counted {
                None => "list-not-calibrated",
                Some(counted) if counted.sha256.as_deref() != content || content.is_none() => {
                    "list-differs"
                }
                Some(counted) if !is_alike || counted.rules != own_rules(list) => "rules-differ",
                Some(_) => "calibrated",
            };
            let mut quote = CalibrationQuote::of_state(state);
            if let (true, Some(row)) = (
                state == "calibrated",
                counted.and_then(|list| list.strata.first()),
            ) {
                quote.files = Some(row.files);
                quote.matched = Some(row.matched.count);
                quote.low_ppb = Some(row.matched.low_ppb);
                quote.high_ppb = Some(row.matched.high_ppb);
                quote.population = Some(self.population.clone());
                quote.made = Some(self.made.clone());
                quote.sha256 = Some(sha256.to_owned());
                quote.signed_by = signed_by.map(str::to_owned);
                quote.strata = counted
                    .iter()
                    .flat_map(|list| &list.strata)
                    .map(quoted)
                    .collect();
            }
            list.calibration = Some(quote);
        }
    }
}
