//! A store as its operator meets it: the nightly job, what it says, its exit codes, and that readers follow.

mod decisions;
mod generations;
mod refresh;

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Stdio;

use serde_json::Value;

use crate::test_dir::{Outcome, TestDir, encode, hash_of, scene};

const SOURCE: &str = "[[source]]
list = \"demo\"
purpose = \"tests\"
kind = \"snapshot\"
at_most = \"block\"
guards = { growth = 1000 }
[source.from.file]
path = \"../demo.txt\"
settle_seconds = 0
";

const OWN: &str =
    "[[source]]\nlist = \"own\"\npurpose = \"tests\"\nkind = \"local\"\nat_most = \"review\"\n";

/// A desk with a store on it, refreshed once.
fn test_dir(scenes: &[u64]) -> TestDir {
    let test_dir = TestDir::new();
    test_dir
        .run(&["refresh", "--init", "--store", "st"])
        .expect(0);
    test_dir.file("st/sources.toml", SOURCE.to_owned() + OWN);
    test_dir.list("demo.txt", scenes);
    test_dir.run(&["refresh", "--store", "st"]).expect(0);
    test_dir
}

fn records(outcome: &Outcome) -> Vec<Value> {
    let lines = outcome.stdout.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
        .collect()
}

impl Outcome {
    /// Holds it to an exit code.
    fn expect(self, code: i32) -> Outcome {
        assert_eq!(self.code, code, "{self:?}");
        self
    }
}
