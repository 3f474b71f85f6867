//! What a summary says of the error of the lists.

use basma::Result;
use basma::evidence::PublicKey;
use basma::evidence::calibration::Calibration;
use basma::report::{CalibrationQuote, Conditions, MatchCalibration};

use crate::cli::args::CalibrationArgs;
use crate::cli::html::plain;
use crate::cli::prose::{Prose, Value};

/// Adds what a file of calibration says of the lists to the conditions.
pub(in crate::cli) fn add_calibration(
    args: &CalibrationArgs,
    lists: &[std::path::PathBuf],
    shared_store: bool,
    conditions: &mut Conditions,
) -> Result<()> {
    let Some(path) = &args.calibration else {
        return Ok(());
    };
    let key = args.calibration_key.as_deref();
    let key = key.map(PublicKey::read).transpose()?;
    crate::cli::conditions::digest_stores(lists, shared_store, conditions)?;
    Calibration::quote_file(path, key.as_ref(), conditions)
}

/// A line for each list that is calibrated, and one that names the others.
pub(in crate::cli) fn calibration_lines(prose: &Prose, conditions: &Conditions) -> Vec<String> {
    let mut lines = Vec::new();
    let mut others = Vec::new();
    for list in &conditions.lists {
        match list
            .calibration
            .as_ref()
            .and_then(|quote| counted(prose, quote))
        {
            Some(counted) => {
                let values = [
                    ("list", list.list.clone().into()),
                    ("counted", Value::said(counted)),
                ];
                lines.push(prose.say("calibration-list", values));
            }
            None => others.push(list.list.clone()),
        }
    }
    others.dedup();
    if !others.is_empty() {
        let values = [("lists", others.join(", ").into())];
        lines.push(prose.say("calibration-none", values));
    }
    lines
}

/// A line that names the lists that matched nothing because they may not be used any more, if there are any.
pub(in crate::cli) fn expired_line(prose: &Prose, conditions: &Conditions) -> Option<String> {
    let expired = conditions
        .lists
        .iter()
        .filter(|list| list.expired == Some(true));
    let mut names: Vec<&str> = expired.map(|list| list.list.as_str()).collect();
    names.dedup();
    let values = [("lists", names.join(", ").into())];
    (!names.is_empty()).then(|| prose.say("expired-lists", values))
}

/// What was counted for a list; none where nothing was.
pub(in crate::cli) fn counted(prose: &Prose, quote: &CalibrationQuote) -> Option<String> {
    let (files, matched, high) = (quote.files?, quote.matched?, quote.high_ppb?);
    let values = [
        ("files", files.into()),
        ("matched", matched.into()),
        ("of", one_in(high).into()),
    ];
    let mut text = prose.say("calibration-counted", values);
    if quote.signed_by.is_none() {
        text += &prose.word("calibration-unchecked");
    }
    Some(text)
}

/// How often matches like one match were wrong among lawful files, or that nobody counted.
pub(in crate::cli) fn of_match(prose: &Prose, measured: Option<&MatchCalibration>) -> String {
    let counted = measured.and_then(|m| Some((m.files?, m.matched?, m.high_ppb?, m)));
    let Some((files, matched, high, measured)) = counted else {
        return prose.word("page-calibration-none");
    };
    let stratum = measured.stratum.as_deref().unwrap_or("all");
    let named = prose.known(&format!("stratum-{stratum}"));
    let values = [
        (
            "stratum",
            Value::said(named.unwrap_or_else(|| plain(stratum))),
        ),
        ("files", files.into()),
        ("matched", matched.into()),
        ("of", one_in(high).into()),
    ];
    prose.say("calibration-match", values)
}

/// So many files of which at most one matches, rounded so that more is not promised than was counted.
fn one_in(high_ppb: u64) -> u64 {
    1_000_000_000 / high_ppb.max(1)
}
