//! The page of `sources.toml` in the documentation: its defaults are those of the reader.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::store::fetch::Origin;
use crate::store::{Config, Shares};

/// The page from a heading to the next of its level.
fn section<'a>(page: &'a str, heading: &str) -> &'a str {
    let (_, rest) = page.split_once(&format!("\n{heading}\n")).unwrap();
    rest.split("\n## ").next().unwrap()
}

fn page() -> String {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/docs/src/reference/sources-toml.md"
    );
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn the_page_has_every_key_of_secrets_and_no_other() {
    // What is written in place of a secret is not repeated in a message about `sources.toml`.
    let json = r#"{"http": {"url": "https://a.example/", "auth": {"zz": 1}}}"#;
    let message = serde_json::from_str::<Origin>(json)
        .unwrap_err()
        .to_string();
    let (_, known) = message.split_once("expected ").unwrap();
    let known: BTreeSet<&str> = known.split('`').skip(1).step_by(2).collect();
    let page = page();
    let rows = section(&page, "## `auth`").lines();
    let keys = rows.filter_map(|row| row.strip_prefix("| `")?.split('`').next());
    assert_eq!(keys.collect::<BTreeSet<&str>>(), known);
    assert!(known.len() > 1, "{known:?}");
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
    let seconds = |time: Duration| time.as_secs_f64().to_string();
    let keep = Config::parse("").unwrap().keep.to_string();
    let shares = Shares::default();
    let page = page();
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
            seconds(http.timeout_seconds.0),
        ),
        (
            "## `[source.from.http]`",
            "connect_timeout_seconds",
            seconds(http.connect_timeout_seconds.0),
        ),
        (
            "## `[source.from.http]`",
            "idle_timeout_seconds",
            seconds(http.idle_timeout_seconds.0),
        ),
        (
            "## `[source.from.http]`",
            "retries",
            http.retries.to_string(),
        ),
        (
            "## `[source.from.http]`",
            "backoff_seconds",
            seconds(http.backoff_seconds.0),
        ),
        (
            "## `[source.from.http]`",
            "size_max",
            http.size_max.to_string(),
        ),
    ] {
        let row = format!("| `{key}` | `{value}` |");
        assert!(
            section(&page, heading).contains(&row),
            "{heading} has no row {row}"
        );
    }
}
