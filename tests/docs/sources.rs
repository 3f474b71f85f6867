//! The page of `sources.toml`: its keys and defaults are those of the reader.

use std::collections::BTreeSet;

use basma::store::fetch::Origin;
use basma::store::{Config, Shares};

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

fn origin(json: &str) -> BTreeSet<String> {
    expected(
        &serde_json::from_str::<Origin>(json)
            .unwrap_err()
            .to_string(),
    )
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
    let file = r#"{"path": "a", "zz": 1}"#;
    for (heading, keys) in [
        ("## The file", config("zz = 1")),
        ("## `[store]`", config("[store]\nzz = 1")),
        ("## `[[source]]`", source("zz = 1")),
        ("## `[source.guards]`", source("[source.guards]\nzz = 1")),
        ("## `[source.from]`", origin(r#"{"zz": 1}"#)),
        (
            "## `[source.from.file]`",
            origin(&format!("{{\"file\": {file}}}")),
        ),
        (
            "## `[source.from.folder]`",
            origin(&format!("{{\"folder\": {file}}}")),
        ),
        (
            "## `[source.from.http]`",
            origin(r#"{"http": {"url": "https://a.example/", "zz": 1}}"#),
        ),
        (
            "## `auth`",
            origin(r#"{"http": {"url": "https://a.example/", "auth": {"zz": 1}}}"#),
        ),
    ] {
        assert_eq!(of_page(heading), keys, "{heading}");
    }
}

#[test]
fn the_page_has_the_values_of_kind_and_at_most() {
    let kinds =
        config("[[source]]\nlist = \"a\"\npurpose = \"b\"\nkind = \"zz\"\nat_most = \"log\"\n");
    assert_eq!(of_page("### Values of `kind`"), kinds);
    let at_most =
        config("[[source]]\nlist = \"a\"\npurpose = \"b\"\nkind = \"local\"\nat_most = \"zz\"\n");
    assert_eq!(of_page("### Values of `at_most`"), at_most);
}

#[test]
fn the_page_has_the_defaults_of_the_reader() {
    let Origin::Http(http) =
        serde_json::from_str(r#"{"http": {"url": "https://a.example/"}}"#).unwrap()
    else {
        panic!("http is read as something else");
    };
    let Origin::Folder(folder) = serde_json::from_str(r#"{"folder": {"path": "a"}}"#).unwrap()
    else {
        panic!("folder is read as something else");
    };
    let seconds = |seconds: basma::store::fetch::Seconds| seconds.0.as_secs_f64().to_string();
    let keep = Config::parse("").unwrap().keep.to_string();
    let shares = Shares::default();
    let page = Page::read(PAGE);
    for (heading, key, value) in [
        ("## `[store]`", "keep", keep),
        (
            "## `[source.guards]`",
            "shrink",
            format!("{:?}", shares.shrink),
        ),
        (
            "## `[source.guards]`",
            "growth",
            format!("{:?}", shares.growth),
        ),
        (
            "## `[source.guards]`",
            "rejects",
            format!("{:?}", shares.rejects),
        ),
        (
            "## `[source.from.folder]`",
            "settle_seconds",
            folder.settle_seconds.to_string(),
        ),
        (
            "## `[source.from.folder]`",
            "size_max",
            folder.size_max.to_string(),
        ),
        (
            "## `[source.from.http]`",
            "timeout_seconds",
            seconds(http.timeout_seconds),
        ),
        (
            "## `[source.from.http]`",
            "connect_timeout_seconds",
            seconds(http.connect_timeout_seconds),
        ),
        (
            "## `[source.from.http]`",
            "idle_timeout_seconds",
            seconds(http.idle_timeout_seconds),
        ),
        (
            "## `[source.from.http]`",
            "retries",
            http.retries.to_string(),
        ),
        (
            "## `[source.from.http]`",
            "backoff_seconds",
            seconds(http.backoff_seconds),
        ),
        (
            "## `[source.from.http]`",
            "size_max",
            http.size_max.to_string(),
        ),
    ] {
        let row = format!("| `{key}` | `{value}` |");
        assert!(
            page.section(heading).contains(&row),
            "{heading} has no row {row}"
        );
    }
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
