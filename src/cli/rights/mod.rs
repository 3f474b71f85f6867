//! The rights of people: what lists are for, how often they err, what is erased when.

mod calibrate;
mod contents;
mod figures;
mod purge;
mod queue;
mod quote;
mod review_pack;
mod withdraw;

pub(super) use calibrate::run as calibrate;
pub(super) use figures::run as figures;
pub(super) use purge::run as purge;
pub(super) use quote::{add_calibration, calibration_lines, counted, of_match};
pub(super) use review_pack::run as review_pack;
pub(super) use withdraw::run as withdraw;
