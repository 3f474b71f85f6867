//! The pages of output for programs: every column and every field has a row.

use std::process::Command;

use serde_json::Value;

use crate::page::{Page, ROOT, compare_part, first_column};

const SCAN: [&str; 4] = ["scan", "fixtures/dump", "--list", "hashsets/demo.csv"];
const HASH: [&str; 2] = ["hash", "fixtures/dump"];
const LOOKUP: [&str; 4] = [
    "lookup",
    "pdq:19c67389c67ccda632d9d99bc71e0c6438e76193ce4a2619f9e62596c659d261",
    "--list",
    "hashsets/demo.csv",
];

fn basma(arguments: &[&str], format: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_basma"))
        .args(arguments)
        .args(["--format", format, "--quiet"])
        .current_dir(ROOT)
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_columns_of_csv_are_those_that_are_written() {
    let columns = |name: &str, arguments: &[&str]| {
        let text = basma(arguments, "csv");
        let head = text.lines().next().unwrap_or_default();
        format!(
            "`basma {name}`:\n\n```text\n{}\n```\n\n",
            head.replace(',', "\n")
        )
    };
    let all = columns("scan", &SCAN) + &columns("hash", &HASH) + &columns("lookup", &LOOKUP);
    compare_part("docs/src/reference/csv.md", "columns", &all);
    let explained = first_column(Page::read("docs/src/reference/csv.md").section("## Meaning"));
    for column in all.lines().filter(|line| {
        line.bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    }) {
        let is_explained = column.is_empty() || explained.iter().any(|name| name == column);
        assert!(is_explained, "{column} is not explained");
    }
}

#[test]
fn the_fields_of_json_have_a_row_each() {
    let explained = first_column(Page::read("docs/src/reference/json.md").section("## Fields"));
    let mut missing = Vec::new();
    for text in [
        basma(&SCAN, "jsonl"),
        basma(&HASH, "jsonl"),
        basma(&LOOKUP, "jsonl"),
    ] {
        for line in text.lines() {
            let object: Value = serde_json::from_str(line).unwrap();
            visit(&object, &mut |field| {
                if !explained.iter().any(|name| name == field) {
                    missing.push(field.to_owned());
                }
            });
        }
    }
    missing.sort();
    missing.dedup();
    assert!(missing.is_empty(), "{missing:?}");
}

/// Shows every field to `see`; those of counts by name are names.
fn visit(value: &Value, see: &mut impl FnMut(&str)) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| visit(value, see)),
        Value::Object(object) => {
            for (field, value) in object {
                see(field);
                let is_counts = matches!(
                    field.as_str(),
                    "tiers"
                        | "lists"
                        | "labels"
                        | "unsupported_kinds"
                        | "radii"
                        | "looked_into"
                        | "looked_into_bytes"
                        | "reasons"
                );
                if !is_counts {
                    visit(value, see);
                }
            }
        }
        _ => {}
    }
}
