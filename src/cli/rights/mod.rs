//! The rights of people: what lists are for, how often they err.

mod calibrate;
mod quote;

pub(super) use calibrate::run as calibrate;
pub(super) use quote::{add_calibration, calibration_lines, counted};
