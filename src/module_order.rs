//! Modules of the crate import each other in one order only. Each may use those that stand before it in [`ORDER`].

use std::fs;
use std::path::Path;

const ORDER: [&str; 18] = [
    "escape", "error", "cancel", "hash", "disk", "sqlite", "sandbox", "media", "archive", "hasher",
    "list", "index", "store", "matcher", "scan", "report", "evidence", "papers",
];

/// The modules of this crate that a line of code names. `Error`, `Result`, `CancelToken` and `Matcher` stand at the root.
fn named(code: &str) -> Vec<usize> {
    let parts = code.split("crate::").skip(1).flat_map(|rest| {
        let rest = rest.split(';').next().unwrap_or(rest);
        rest.strip_prefix('{')
            .map_or(vec![rest], |list| list.split(',').map(str::trim).collect())
    });
    let first = |part: &str| {
        let end = part.find(|c: char| !c.is_alphanumeric() && c != '_');
        match &part[..end.unwrap_or(part.len())] {
            "Error" | "Result" => "error".to_owned(),
            "CancelToken" => "cancel".to_owned(),
            "Matcher" => "matcher".to_owned(),
            name => name.to_owned(),
        }
    };
    let place = |name: String| ORDER.iter().position(|module| *module == name);
    parts.map(first).filter_map(place).collect()
}

fn check(path: &Path, module: usize, upward: &mut Vec<String>) {
    if path.is_dir() && !path.ends_with("tests") {
        for entry in fs::read_dir(path).unwrap() {
            check(&entry.unwrap().path(), module, upward);
        }
    } else if path.extension().is_some_and(|end| end == "rs") && !path.ends_with("tests.rs") {
        let text = fs::read_to_string(path).unwrap();
        // Tests may use everything, and so may links in documentation.
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        let code = code.split("#[cfg(all(test").next().unwrap();
        let lines = code
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        let code = lines.collect::<Vec<_>>().join("\n");
        for used in named(&code).into_iter().filter(|used| *used > module) {
            upward.push(format!("{} uses {}", path.display(), ORDER[used]));
        }
    }
}

#[test]
fn modules_import_only_what_stands_before_them() {
    let source = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"));
    let mut upward = Vec::new();
    for (module, name) in ORDER.iter().enumerate() {
        let file = source.join(name).with_extension("rs");
        let path = if file.exists() {
            file
        } else {
            source.join(name)
        };
        assert!(path.exists(), "no module {name}");
        check(&path, module, &mut upward);
    }
    assert!(upward.is_empty(), "{}", upward.join("\n"));
    // The check itself sees an import of each form.
    assert_eq!(named("use crate::{Result, scan::Scan};"), [1, 14]);
    assert_eq!(named("fn f() -> crate::store::View {"), [12]);
}
