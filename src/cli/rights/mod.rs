//! The rights of people: what lists are for, how often they err, what is erased when.

mod calibrate;
mod contents;
mod figures;
mod handover;
mod purge;
mod queue;
mod quote;
mod review_pack;
mod withdraw;

pub(super) use calibrate::run as calibrate;
pub(super) use figures::run as figures;
#[cfg(feature = "serve")]
pub(crate) use handover::{Answered, Asked, answer, asked};
pub(super) use purge::run as purge;
pub(super) use quote::{add_calibration, calibration_lines, counted, expired_line, of_match};
pub(super) use review_pack::run as review_pack;
pub(super) use withdraw::run as withdraw;
#[cfg(feature = "serve")]
pub(crate) use {
    contents::rewrite as rewrite_contents,
    queue::{holds, rewrite as rewrite_queue},
};
