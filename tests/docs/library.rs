//! The examples of the library in the documentation: they stand here too, where they are compiled and run.

use std::error::Error;
use std::ops::ControlFlow;

use basma::scan::{Scan, Status};

use crate::page::Page;

const SOURCE: &str = include_str!("library.rs");

/// Code without indentation, so that it compares wherever it stands.
fn plain(code: &str) -> String {
    let lines = code.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_example_of_the_library_is_one_that_runs() {
    let source = plain(SOURCE);
    let mut count = 0;
    for page in Page::all() {
        for block in page.blocks("rust") {
            let code = plain(&block.lines.join("\n"));
            assert!(
                source.contains(&code),
                "{}:{}: not in library.rs",
                page.name(),
                block.line
            );
            count += 1;
        }
    }
    assert!(count > 0);
}

#[test]
fn the_example_of_the_readme_runs() -> Result<(), Box<dyn Error>> {
    use basma::{Matcher, hasher::Hasher};
    let matcher = Matcher::open(["hashsets/demo.csv"])?;
    let hasher = Hasher::new(matcher.hash_types());
    let fingerprint = hasher.hash_bytes(&std::fs::read("fixtures/dump/chat/IMG-WA0003.jpg")?);
    for found in matcher.find(&fingerprint)?.matches {
        println!("{} {:?}: {} bits", found.list, found.id, found.distance);
    }
    println!("not examined: {:?}", fingerprint.gap());
    assert_eq!(matcher.find(&fingerprint)?.matches.len(), 1);
    Ok(())
}

#[test]
fn the_tutorial_of_the_engineer_runs() -> Result<(), Box<dyn Error>> {
    use basma::{Matcher, hasher::Hasher};
    let matcher = Matcher::open(["hashsets/demo.csv"])?;
    let hasher = Hasher::new(matcher.hash_types());

    let upload = std::fs::read("fixtures/dump/chat/IMG-WA0003.jpg")?;
    let fingerprint = hasher.hash_bytes(&upload);
    let found = matcher.find(&fingerprint)?;
    let decision = if let Some(nearest) = found.matches.first() {
        format!("review: {} bits from {:?}", nearest.distance, nearest.id)
    } else if let Some(error) = &fingerprint.error {
        format!("not examined as a whole: {error}")
    } else {
        "no match".to_owned()
    };
    assert_eq!(decision, "review: 6 bits from Some(\"figure-1\")");

    let fingerprint = hasher.hash_bytes(&std::fs::read("fixtures/dump/downloads/notes.jpg")?);
    assert!(fingerprint.prints.is_empty());
    assert!(fingerprint.error.is_some());

    let mut damaged = 0;
    let summary = Scan::new(matcher).run(["fixtures/dump"], |finding| {
        damaged += u64::from(finding.status == Status::Damaged);
        ControlFlow::Continue(())
    })?;
    assert_eq!((summary.discovered, damaged), (31, 2));
    Ok(())
}
