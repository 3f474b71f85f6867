//! The README's commands, on the bundled example.

use std::process::Command;

use crate::desk::Outcome;

#[test]
fn the_first_command_shows_findings() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_basma"));
    command
        .args(["scan", "fixtures/dump", "--list", "hashsets/demo.csv"])
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    let outcome = Outcome::of(command.output().unwrap());
    assert_eq!(outcome.code, 1, "{outcome:?}");
    assert!(
        outcome
            .stdout
            .lines()
            .filter(|line| line.contains(" bits of pdq, "))
            .count()
            >= 10,
        "{outcome:?}"
    );
}
