//! What the project stands on is what `deny.toml` allows: licences, and where the sources come from.

use std::process::Command;

use serde_json::Value;

/// The words of a licence expression that are licences.
fn licences(expression: &str) -> Vec<&str> {
    let words = expression.split(|c: char| c.is_whitespace() || "()/".contains(c));
    let is_licence = |word: &&str| !["", "OR", "AND", "WITH"].contains(word);
    words.filter(is_licence).collect()
}

/// Whether an expression of SPDX can be kept with these licences: `OR` chooses, `AND` and `WITH` ask for both.
fn is_allowed(expression: &str, allowed: &[&str]) -> bool {
    // "/" is how crates wrote "OR" once. No dependency nests an OR within an AND within an OR.
    let expression = expression.replace('/', " OR ");
    let all = |part: &str| {
        part.split(" AND ").all(|part| {
            let any = part.trim_matches(|c: char| "() ".contains(c));
            any.split(" OR ").any(|choice| {
                let licence = choice.split(" WITH ").next().unwrap_or(choice);
                allowed.contains(&licence.trim_matches(|c: char| "() ".contains(c)))
            })
        })
    };
    if expression.contains(" AND ") {
        all(&expression)
    } else {
        expression.split(" OR ").any(all)
    }
}

#[test]
fn every_dependency_has_a_licence_and_a_source_that_are_allowed() {
    let root = env!("CARGO_MANIFEST_DIR");
    let rules = std::fs::read_to_string(format!("{root}/deny.toml")).unwrap();
    let rules: toml::Table = rules.parse().unwrap();
    let allowed = rules["licenses"]["allow"].as_array().unwrap();
    let allowed: Vec<&str> = allowed.iter().map(|name| name.as_str().unwrap()).collect();

    // What was built to run this test is there, what the Python package needs is fetched. Other systems need more.
    let about = Command::new("rustc").arg("-vV").output().unwrap().stdout;
    let about = String::from_utf8(about).unwrap();
    let host = about.lines().find_map(|line| line.strip_prefix("host: "));
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        .args(["--filter-platform", host.unwrap()])
        .current_dir(root)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 100, "{} packages", packages.len());
    let mut met: Vec<&str> = Vec::new();
    for package in packages {
        let name = &package["name"];
        let licence = package["license"].as_str().unwrap_or_default();
        assert!(is_allowed(licence, &allowed), "{name}: {licence}");
        met.extend(licences(licence));
        if name != "basma" && name != "basma-python" {
            let source = package["source"].as_str().unwrap_or_default();
            let registry = "registry+https://github.com/rust-lang/crates.io-index";
            assert_eq!(source, registry, "{name}");
        }
    }
    for licence in &allowed {
        assert!(
            met.contains(licence),
            "{licence} is allowed, and nobody needs it"
        );
    }
    assert!(!is_allowed("GPL-3.0-only", &allowed) && !is_allowed("MIT AND GPL-2.0", &allowed));
    assert!(
        is_allowed("MIT/GPL-2.0", &allowed) && is_allowed("(MIT OR GPL-2.0) AND ISC", &allowed)
    );
}
