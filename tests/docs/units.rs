//! The units of systemd in the book are those of the Debian package.

use std::fs;
use std::path::Path;

use crate::page::{ROOT, compare_part};

#[test]
fn the_units_in_the_book_are_those_of_the_package() {
    let unit = |name: &str| {
        let path = Path::new(ROOT).join("packages/debian").join(name);
        let text = fs::read_to_string(path).unwrap();
        format!("```ini\n# /usr/lib/systemd/system/{name}\n{text}```\n\n")
    };
    let units = unit("basma-refresh.service") + &unit("basma-refresh.timer");
    compare_part("docs/src/guides/stores.md", "units", &units);
}
