//! The picture of a terminal in the README: drawn anew from a run of its first command.

use std::process::Command;

use crate::page::{ROOT, compare_file};

#[path = "../../docs/terminal.rs"]
mod terminal;

#[test]
fn the_picture_shows_what_the_first_command_prints() {
    let command = "basma scan fixtures/dump --list hashsets/demo.csv";
    let output = Command::new("sh")
        .arg("-c")
        .arg(command.replacen("basma", "exec \"$BASMA\"", 1) + " 2>&1")
        .env("BASMA", env!("CARGO_BIN_EXE_basma"))
        .env("BASMA_LANG", "en")
        .current_dir(ROOT)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    compare_file("docs/src/terminal.svg", &terminal::draw(command, &text));
}
