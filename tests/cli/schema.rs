//! The JSON Schema in the book, and whether a line of output is as it says.
//!
//! Only the keywords that the schema has are known here; another is a mistake of the test. A validator of all of JSON
//! Schema would compile 54 further crates.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use crate::test_dir::TestDir;

static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
    let text = include_str!("../../docs/src/reference/report.schema.json");
    serde_json::from_str(text).unwrap()
});

/// Checks a line that the command printed as JSON, if it has a version: entries of lists have none.
pub(crate) fn check_line(line: &Value) {
    if !line["v"].is_null() {
        check(&SCHEMA, line, "").unwrap_or_else(|problem| panic!("{problem}\nin {line}"));
    }
}

/// The first problem, with its place.
fn check(schema: &Value, value: &Value, at: &str) -> Result<(), String> {
    let rules = schema.as_object().expect("a schema is an object");
    let fails = |what: &str| Err(format!("{at}: {value} is not as `{what}` says"));
    for (keyword, rule) in rules {
        let is_met = match keyword.as_str() {
            "$schema" | "$defs" | "title" | "description" => true,
            "$ref" => return check(defined(rule.as_str().unwrap()), value, at),
            "const" => value == rule,
            "enum" => rule.as_array().unwrap().contains(value),
            "type" => is_of_type(value, rule),
            "minimum" => value.as_f64() >= rule.as_f64(),
            "maximum" => value.as_f64() <= rule.as_f64(),
            "pattern" => is_like(value.as_str().unwrap_or_default(), rule.as_str().unwrap()),
            "minItems" => value.as_array().map(Vec::len) >= rule.as_u64().map(|n| n as usize),
            "maxItems" => value.as_array().map(Vec::len) <= rule.as_u64().map(|n| n as usize),
            "items" => {
                let items = value.as_array().into_iter().flatten().enumerate();
                for (place, item) in items {
                    check(rule, item, &format!("{at}/{place}"))?;
                }
                true
            }
            "anyOf" => {
                let each = rule.as_array().unwrap().iter();
                let problems = each.map(|one| check(one, value, at).err());
                let problems: Option<Vec<String>> = problems.collect();
                if let Some(problems) = problems {
                    return Err(problems.join("\nor "));
                }
                true
            }
            "required" => {
                let names = rule.as_array().unwrap().iter();
                let mut names = names.map(|name| name.as_str().unwrap());
                names.all(|name| value.get(name).is_some())
            }
            "properties" | "additionalProperties" => {
                check_fields(rules, value, at)?;
                true
            }
            other => panic!("the keyword `{other}` is not known to this test"),
        };
        if !is_met {
            return fails(keyword);
        }
    }
    Ok(())
}

fn check_fields(rules: &Map<String, Value>, value: &Value, at: &str) -> Result<(), String> {
    for (name, field) in value.as_object().into_iter().flatten() {
        let at = format!("{at}/{name}");
        let known = rules.get("properties").and_then(|known| known.get(name));
        match known.or(rules.get("additionalProperties")) {
            Some(Value::Bool(false)) => return Err(format!("{at}: the schema has no such field")),
            Some(Value::Bool(true)) | None => {}
            Some(rule) => check(rule, field, &at)?,
        }
    }
    Ok(())
}

fn defined(reference: &str) -> &'static Value {
    let found = SCHEMA.pointer(reference.strip_prefix('#').unwrap());
    found.unwrap_or_else(|| panic!("the schema does not define {reference}"))
}

fn is_of_type(value: &Value, rule: &Value) -> bool {
    match rule {
        Value::Array(types) => types.iter().any(|one| is_of_type(value, one)),
        Value::String(name) => match name.as_str() {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "boolean" => value.is_boolean(),
            "null" => value.is_null(),
            "integer" => value.is_u64() || value.is_i64(),
            "number" => value.is_number(),
            other => panic!("the type {other} is not known to this test"),
        },
        other => panic!("{other} is not a type"),
    }
}

fn is_like(text: &str, pattern: &str) -> bool {
    let digits = |text: &str| {
        let is_digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        text.bytes().all(is_digit)
    };
    match pattern {
        "^([0-9a-f]{2})+$" => !text.is_empty() && text.len().is_multiple_of(2) && digits(text),
        "^c[0-9a-f]{16}$" => text.len() == 17 && text.starts_with('c') && digits(&text[1..]),
        other => panic!("the pattern {other} is not known to this test"),
    }
}

/// Each line of each command that lists files or hashes, over fixtures and a folder of odd files. Every other test that
/// reads such lines checks them too.
#[test]
fn the_output_is_as_the_schema_says() {
    let desk = TestDir::new();
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/dump");
    let list = concat!(env!("CARGO_MANIFEST_DIR"), "/hashsets/demo.csv");
    desk.picture("odd/a.png", 1);
    desk.file("odd/empty.jpg", "");
    desk.file("odd/noise.bin", [7; 99]);
    desk.file(
        "odd/cut.png",
        &std::fs::read(desk.path("odd/a.png")).unwrap()[..900],
    );
    desk.file("odd/\u{202e}gpj.\n.txt", "x");
    let cache = &["--cache", "seen.cache"][..];
    let scanned = [&["scan", root, "odd", "-l", list, "-f", "jsonl"], cache].concat();
    let matched = desk.run(&scanned).objects();
    let with_match = matched.iter().find(|line| line["status"] == "matched");
    let listed = format!(
        "pdq:{}",
        with_match.unwrap()["matches"][0]["hash"].as_str().unwrap()
    );
    let runs: [&[&str]; 4] = [
        &[
            "scan", root, "odd", "-l", list, "-f", "jsonl", "--views", "all",
        ],
        &[
            "hash", root, "odd", "-f", "jsonl", "--type", "pdq", "--type", "md5",
        ],
        &["lookup", "-l", list, "-f", "jsonl", &listed],
        &[
            "rematch",
            "-l",
            list,
            "-f",
            "jsonl",
            "--cache",
            "seen.cache",
        ],
    ];
    for run in runs {
        let lines = desk.run(run).objects();
        assert!(lines.len() > 1, "{run:?} printed {lines:?}");
        for line in &lines {
            assert!(check(&SCHEMA, line, "").is_ok(), "{run:?}: {line}");
            // The library reads each line back whole.
            let text = line.to_string();
            let read = basma::report::Line::parse(&text).unwrap();
            assert_eq!(basma::report::line(&read).trim_end(), text);
        }
    }
}

#[test]
fn the_schema_admits_no_unknown_field_name_or_version() {
    let line = json!({ "v": 1, "path": "a", "status": "no_match", "bytes": 3, "md5": "00ff" });
    assert_eq!(check(&SCHEMA, &line, ""), Ok(()));
    for (field, value) in [
        ("status", json!("fine")),
        ("v", json!(2)),
        ("more_of_it", json!(1)),
        ("bytes", json!(-1)),
        ("bytes", Value::Null),
        ("md5", json!("0x")),
        ("reason_codes", json!(["file-empty"])),
        ("matches", json!([{ "list": "l" }])),
        (
            "hashes",
            json!([{ "type": "pdq", "hash": "00", "quality": 1, "more": 1 }]),
        ),
    ] {
        let mut wrong = line.clone();
        wrong[field] = value;
        assert!(check(&SCHEMA, &wrong, "").is_err(), "{wrong}");
    }
}
