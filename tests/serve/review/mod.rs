//! The pages where people decide: what they show, what they refuse, and that a decision acts.

mod decisions;
mod desk;
mod pages;
mod pictures;
mod queue;

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::client::{Answer, BOUNDARY, Part, Service, form};
use crate::store::TestStore;

use desk::*;
