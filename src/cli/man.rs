//! `basma man`: a manual page for each command, for those who package it.

use basma::error::Action;
use std::path::Path;

use clap::CommandFactory as _;

use super::Verdict;
use super::args::{Cli, ManArgs};
use super::output::Stopped;

pub(super) fn run(args: &ManArgs) -> Result<Verdict, Stopped> {
    write(&args.folder)?;
    Ok(Verdict::Done)
}

/// Writes the pages, in English, into a folder that is there.
fn write(folder: &Path) -> basma::Result<()> {
    clap_mangen::generate_to(Cli::command(), folder).map_err(|source| basma::Error::Io {
        action: Action::Write,
        path: folder.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn every_command_that_is_shown_has_a_page() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path()).unwrap();
        let page = |name: &str| fs::read_to_string(folder.path().join(format!("{name}.1")));
        assert!(page("basma").unwrap().contains("copies, not look"));
        for command in Cli::command().get_subcommands() {
            let page = page(&format!("basma-{}", command.get_name()));
            assert_eq!(
                page.is_ok(),
                !command.is_hide_set(),
                "{}",
                command.get_name()
            );
        }
        assert!(page("basma-scan").unwrap().contains("fail"));
        assert!(write(Path::new("/nowhere/at/all")).is_err());
    }
}
