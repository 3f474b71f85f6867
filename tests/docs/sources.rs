//! The page of `sources.toml`: its keys and defaults are those of the reader.

use std::collections::BTreeSet;

use basma::store::Config;

use crate::page::{Page, compare_part, first_column};

const PAGE: &str = "docs/src/reference/sources-toml.md";

/// The names that a message of the parser gives for a name that it does not know.
fn expected(message: &str) -> BTreeSet<String> {
    let (_, names) = message
        .split_once("expected ")
        .unwrap_or_else(|| panic!("no names in: {message}"));
    names
        .split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

fn config(text: &str) -> BTreeSet<String> {
    expected(&Config::parse(text).unwrap_err().to_string())
}

fn of_page(heading: &str) -> BTreeSet<String> {
    let page = Page::read(PAGE);
    let section = page.section(heading);
    // The tables of values below a table of keys have headings of their own.
    let own = section.split_once("\n### ").map_or(section, |(own, _)| own);
    first_column(own).into_iter().collect()
}

#[test]
fn the_page_has_every_key_and_no_other() {
    let source = |more: &str| {
        config(&format!(
            "[[source]]\nlist = \"a\"\npurpose = \"b\"\nkind = \"local\"\nat_most = \"log\"\n{more}\n"
        ))
    };
    let url = "url = \"https://a.example/\"";
    let interface = |table: &str| {
        source(&format!(
            "[source.from.http]\n{url}\ninterface = {{ {table} }}"
        ))
    };
    for (heading, keys) in [
        ("## The file", config("zz = 1")),
        ("## `[store]`", config("[store]\nzz = 1")),
        ("## `[[source]]`", source("zz = 1")),
        ("## `[source.guards]`", source("[source.guards]\nzz = 1")),
        ("## `[source.from]`", source("[source.from]\nzz = 1")),
        (
            "## `[source.from.file]`",
            source("[source.from.file]\npath = \"a\"\nzz = 1"),
        ),
        (
            "## `[source.from.folder]`",
            source("[source.from.folder]\npath = \"a\"\nzz = 1"),
        ),
        (
            "## `[source.from.http]`",
            source(&format!("[source.from.http]\n{url}\nzz = 1")),
        ),
        ("## `[source.from.http.interface]`", interface("zz = {}")),
        (
            "### `threatexchange` and `tat`",
            interface("threatexchange = { zz = 1 }"),
        ),
        (
            "### `threatexchange` and `tat`",
            interface("tat = { zz = 1 }"),
        ),
        ("### `ncmec`", interface("ncmec = { zz = 1 }")),
        ("### `stopncii`", interface("stopncii = { zz = 1 }")),
        ("### `hma`", interface("hma = { zz = 1 }")),
        ("## `[[checker]]`", config("[[checker]]\nzz = 1")),
    ] {
        assert_eq!(of_page(heading), keys, "{heading}");
    }
}

#[test]
fn the_page_has_the_values_of_each_word() {
    let kinds =
        config("[[source]]\nlist = \"a\"\npurpose = \"b\"\nkind = \"zz\"\nat_most = \"log\"\n");
    assert_eq!(of_page("### Values of `kind`"), kinds);
    let at_most =
        config("[[source]]\nlist = \"a\"\npurpose = \"b\"\nkind = \"local\"\nat_most = \"zz\"\n");
    assert_eq!(of_page("### Values of `at_most`"), at_most);
    let service = config("[[checker]]\nname = \"a\"\nservice = \"zz\"\n");
    assert_eq!(of_page("### Values of `service`"), service);
    let fail = config(
        "[[source]]\nlist = \"a\"\npurpose = \"b\"\nkind = \"local\"\nat_most = \"log\"\nfail = \"zz\"\n",
    );
    assert_eq!(of_page("### Values of `fail`"), fail);
}

#[test]
fn the_page_shows_the_file_that_a_new_store_has() {
    compare_part(
        PAGE,
        "template",
        &format!("```toml\n{}```\n", Config::TEMPLATE),
    );
}

#[test]
fn every_example_of_a_configuration_is_read() {
    for page in Page::all() {
        for block in page.blocks("toml") {
            let text = block.lines.join("\n");
            if text.contains("[[source]]") {
                let read = Config::parse(&text);
                assert!(read.is_ok(), "{}:{}: {read:?}", page.name(), block.line);
            }
        }
    }
}
