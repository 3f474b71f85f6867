//! The page of commands: the help that the program itself prints.

use std::process::{Command, Stdio};

use crate::page::compare_part;

/// What the program prints, without what differs from machine to machine.
fn basma(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_basma"))
        .args(arguments)
        .env("BASMA_LANG", "en")
        .env_remove("BASMA_STORE")
        .env_remove("COLUMNS")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The commands in the order of the help.
fn commands() -> Vec<String> {
    let help = basma(&["--help"]);
    let (_, rest) = help.split_once("Commands:\n").unwrap();
    let lines = rest.lines().take_while(|line| !line.is_empty());
    // A line that begins further in goes on from the one before.
    let lines = lines.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names = lines.filter_map(|line| line.split_whitespace().next().map(str::to_owned));
    names.filter(|name| name != "help").collect()
}

#[test]
fn the_page_of_commands_is_their_help() {
    let section = |title: &str, arguments: &[&str]| {
        let help = basma(arguments);
        let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
        format!("## {title}\n\n```text\n{}\n```\n\n", lines.join("\n"))
    };
    let mut page = section("basma", &["--help"]);
    for command in commands() {
        page += &section(&format!("basma {command}"), &[&command, "--help"]);
    }
    compare_part("docs/src/reference/commands.md", "help", &page);
}

#[test]
fn the_readme_or_the_book_shows_every_command() {
    let pages = crate::page::Page::all();
    for command in commands() {
        let shown = format!("basma {command} ");
        let is_shown = pages
            .iter()
            .filter(|page| !page.path.ends_with("commands.md"))
            .any(|page| page.text.contains(&shown));
        assert!(is_shown, "no page shows {shown}");
    }
}
