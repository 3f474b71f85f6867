//! The `basma` command.

mod cli;
#[cfg(feature = "serve")]
mod serve;
#[cfg_attr(
    not(feature = "serve"),
    allow(dead_code, reason = "the service says more of a file")
)]
mod verdict;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
