//! Names that the code has in one table and the documentation in another.

use std::process::Command;

use basma::hash::HashType;
use basma::scan::{Flag, Status};
use basma::store::Guard;

use crate::page::{Page, first_column};

fn assert_column(page: &str, heading: &str, names: &[&str]) {
    let found = first_column(Page::read(page).section(heading));
    assert_eq!(found, names, "{page}: {heading}");
}

#[test]
fn statuses_and_flags_are_those_of_the_code() {
    let page = "docs/src/reference/statuses.md";
    assert_column(page, "## Statuses", &Status::ALL.map(Status::name));
    // A reduction is remembered and is no finding.
    let flags = Flag::ALL.map(Flag::name);
    let shown: Vec<&str> = flags
        .into_iter()
        .filter(|name| *name != "reduction")
        .collect();
    assert_column(page, "## Flags", &shown);
}

#[test]
fn guards_are_those_of_the_code() {
    let mut names = Guard::ALL.map(Guard::name);
    names.sort_unstable();
    let mut found = first_column(Page::read("docs/src/guides/guards.md").section("## The guards"));
    found.sort();
    assert_eq!(found, names);
}

#[test]
fn hash_types_have_their_bits_and_radii() {
    let page = Page::read("docs/src/reference/hash-types.md");
    let rows: Vec<&str> = page
        .section("## Types")
        .lines()
        .skip_while(|l| !l.starts_with("| `"))
        .collect();
    for (row, hash_type) in rows.iter().zip(HashType::ALL) {
        let start = format!(
            "| `{hash_type}` | {} | {} |",
            hash_type.bits(),
            hash_type.default_radius()
        );
        assert!(row.starts_with(&start), "{row} does not begin with {start}");
    }
    assert_column(
        "docs/src/reference/hash-types.md",
        "## Types",
        &HashType::ALL.map(HashType::name),
    );
}

#[test]
fn fail_on_has_the_words_of_the_command() {
    let output = Command::new(env!("CARGO_BIN_EXE_basma"))
        .args(["scan", "x", "--list", "y", "--fail-on", "zz"])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    let (_, words) = text.split_once("[possible values: ").unwrap();
    let words: Vec<&str> = words.split(']').next().unwrap().split(", ").collect();
    assert_column("docs/src/reference/exit-codes.md", "## `--fail-on`", &words);
}

#[test]
fn features_are_those_of_the_package() {
    let manifest = Page::read("Cargo.toml");
    let lines = manifest.section("[features]").lines();
    let names = lines
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once(" = ["));
    let mut names: Vec<&str> = names
        .map(|(name, _)| name)
        .filter(|name| *name != "default")
        .collect();
    names.sort_unstable();
    let page = Page::read("docs/src/tutorials/engineer.md");
    let mut found = first_column(page.section("## Add the library"));
    found.sort();
    assert_eq!(found, names);
}
