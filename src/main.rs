//! The `basma` command.

mod cli;
#[cfg(feature = "serve")]
mod serve;
mod verdict;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
