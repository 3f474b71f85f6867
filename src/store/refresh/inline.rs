//! Secrets do not stand in `sources.toml`: where one does, the configuration is refused, and nothing of it is repeated.
//!
//! A message that quotes what is wrong ends up in mails and logs. So errors name keys and places, and values only where a
//! value cannot be a secret.

use toml::{Table, Value};

use crate::error::Problem;
use crate::{Error, Result, escape};

/// Words in the names of keys whose values are secrets.
const SECRET_WORDS: [&str; 12] = [
    "token",
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "apikey",
    "privatekey",
    "accesskey",
    "authorization",
    "cookie",
    "credential",
];

/// How values begin that are secrets by their form.
const SECRET_FORMS: [&str; 4] = ["bearer ", "basic ", "token ", "-----begin"];

/// The longest name of an environment variable.
const NAME_MAX: usize = 128;

/// Takes a configuration apart if no secret stands in it.
pub(super) fn check(text: &str) -> Result<()> {
    let table: Table = toml::from_str(text).map_err(|error| told(text, &error))?;
    walk(&table, &mut Vec::new())
}

/// What is wrong with a configuration, with its place and without the line that is there.
pub(super) fn told(text: &str, error: &toml::de::Error) -> Error {
    let at = error.span().map_or(0, |span| span.start.min(text.len()));
    let before = &text.as_bytes()[..at];
    let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
    let column = before
        .iter()
        .rev()
        .take_while(|&&byte| byte != b'\n')
        .count()
        + 1;
    let message = escape::escape(error.message().trim().as_bytes()).into_owned();
    Problem::SourcesSyntax {
        line: line as u64,
        column: column as u64,
        message,
    }
    .into()
}

fn walk(table: &Table, path: &mut Vec<String>) -> Result<()> {
    for (key, value) in table {
        path.push(key.clone());
        if key == "auth" {
            if !is_auth(value) {
                return Err(refused(&path[..path.len() - 1], "auth"));
            }
        } else {
            walk_value(key, value, path)?;
        }
        path.pop();
    }
    Ok(())
}

fn walk_value(key: &str, value: &Value, path: &mut Vec<String>) -> Result<()> {
    match value {
        Value::Table(table) if is_named(key) && is_secret_from(table) => Ok(()),
        Value::Table(table) => walk(table, path),
        Value::Array(values) => {
            for (number, value) in (1..).zip(values) {
                let key_of = format!("{key}[{number}]");
                let last = path.len() - 1;
                path[last] = key_of;
                walk_value(key, value, path)?;
            }
            Ok(())
        }
        value => {
            let is_text_of_secret = value.as_str().is_some_and(is_secret_text);
            let is_of_headers = path.iter().any(|key| key.eq_ignore_ascii_case("headers"));
            if is_named(key) || is_text_of_secret || is_of_headers {
                return Err(refused(&path[..path.len() - 1], key));
            }
            Ok(())
        }
    }
}

fn refused(path: &[String], key: &str) -> Error {
    let mut place: Vec<&str> = path.iter().map(String::as_str).collect();
    place.push(key);
    let place = escape::escape(place.join(".").as_bytes()).into_owned();
    Problem::SourcesSecret { place }.into()
}

/// Whether a key is one whose value is a secret.
fn is_named(key: &str) -> bool {
    let key: String = key.to_lowercase().replace(['-', '_', ' '], "");
    ["bearer", "pass", "key", "headervalue"].contains(&key.as_str())
        || SECRET_WORDS.iter().any(|word| key.contains(word))
}

/// Whether a text has the form of a secret. Such forms are a URL with a password, the value of a header, a private key.
fn is_secret_text(text: &str) -> bool {
    let lower = text.trim_start().to_ascii_lowercase();
    let in_url = text.split_once("://").is_some_and(|(_, rest)| {
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        // A password may hold a slash, and then the part before it looks like a host and a port.
        let port = authority.rsplit_once(':').map_or("", |(_, port)| port);
        let is_odd = !port
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b']');
        authority.contains('@') || rest.contains('@') && is_odd
    });
    in_url || SECRET_FORMS.iter().any(|form| lower.starts_with(form))
}

/// Whether this says how a server is told who asks, and all secrets in it are named.
fn is_auth(value: &Value) -> bool {
    let Some((key, value, 1)) = value.as_table().and_then(|table| {
        let (key, value) = table.iter().next()?;
        Some((key.as_str(), value.as_table()?, table.len()))
    }) else {
        return false;
    };
    let has = |plain: &str, secret: &str| {
        let of_secret = value.get(secret).and_then(Value::as_table);
        value.len() == 2
            && value.get(plain).is_some_and(Value::is_str)
            && of_secret.is_some_and(is_secret_from)
    };
    match key {
        "bearer" => is_secret_from(value),
        "basic" => has("user", "password"),
        "header" => has("name", "value"),
        _ => false,
    }
}

/// Whether this names where a secret is.
fn is_secret_from(table: &Table) -> bool {
    let mut named = table
        .iter()
        .filter_map(|(key, value)| Some((key.as_str(), value.as_str()?)));
    match (named.next(), table.len()) {
        // What is no name of a variable is likely the secret itself.
        (Some(("env", name)), 1) => {
            let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
            let begins = name
                .bytes()
                .next()
                .is_some_and(|byte| !byte.is_ascii_digit());
            begins && name.len() <= NAME_MAX && name.bytes().all(is_letter)
        }
        (Some(("file", path)), 1) => !path.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Config;

    const SECRET: &str = "s3cretValue";

    fn refused(http: &str) -> String {
        let text = format!(
            "[[source]]\nlist = \"demo\"\npurpose = \"tests\"\nkind = \"snapshot\"\nat_most = \"log\"\n[source.from.http]\n{http}\n"
        );
        match Config::parse(&text) {
            Ok(_) => String::new(),
            Err(error) => format!("{error} {error:?}"),
        }
    }

    #[test]
    fn what_names_its_secrets_is_taken() {
        for auth in [
            "",
            "auth = { bearer = { env = \"DEMO_TOKEN\" } }",
            "auth = { bearer = { file = \"/etc/basma/token\" } }",
            "auth = { basic = { user = \"me\", password = { env = \"P\" } } }",
            "auth = { header = { name = \"X-Api-Key\", value = { env = \"K\" } } }",
            "[source.from.http.auth.bearer]\nenv = \"T\"",
        ] {
            let said = refused(&format!("url = \"https://a.example/x@y:z\"\n{auth}"));
            assert_eq!(said, "", "{auth}");
        }
    }

    #[test]
    fn a_secret_that_is_written_is_refused_and_never_repeated() {
        let url = "url = \"https://a.example/x\"\n";
        let with_url = |more: &str| format!("{url}{more}");
        let all = [
            with_url("auth = { bearer = \"SECRET\" }"),
            with_url("auth = \"SECRET\""),
            with_url("auth = [\"SECRET\"]"),
            with_url("auth = { SECRET = 1 }"),
            with_url("auth = { bearer = { SECRET = \"x\" } }"),
            with_url("auth = { bearer = { token = \"SECRET\" } }"),
            with_url("auth = { bearer = { env = \"SECRET with blanks\" } }"),
            with_url("auth = { bearer = { env = \"A\", file = \"SECRET\" } }"),
            with_url("auth = { basic = { user = \"me\", password = \"SECRET\" } }"),
            with_url("auth = { basic = \"me:SECRET\" }"),
            with_url("auth = { header = { name = \"X\", value = \"SECRET\" } }"),
            with_url("auth = { header = \"X: SECRET\" }"),
            with_url("auth.bearer.SECRET.x = 1"),
            with_url("token = \"SECRET\""),
            with_url("password = [\"SECRET\"]"),
            with_url("api_key = \"SECRET\""),
            with_url("bearer = \"SECRET\""),
            with_url("headers = { X-Mine = \"SECRET\" }"),
            with_url("headers = [\"Authorization: SECRET\"]"),
            with_url("note = \"Bearer SECRET\""),
            with_url("proxy = \"http://me:SECRET@proxy.example:8080\""),
            with_url("ca = \"-----BEGIN PRIVATE KEY----- SECRET\""),
            "url = \"https://me:SECRET@a.example/x\"".to_owned(),
            "url = \"https://SECRET@a.example/x\"".to_owned(),
            "url = \"https://me:SECRET/x@a.example/x\"".to_owned(),
            // What is no TOML: the line is not repeated, either.
            with_url("auth = { bearer = \"SECRET }"),
            with_url("auth = { bearer = 'SECRET' "),
            with_url("token = SECRET"),
            with_url("token = \"SECRET\\q\""),
            with_url("token = \"SECRET\" \"SECRET\""),
            with_url("token = \"a\"\ntoken = \"SECRET\""),
            with_url("SECRET"),
            with_url("[SECRET"),
            with_url("token = \"\"\"SECRET"),
        ];
        for http in all {
            let said = refused(&http.replace("SECRET", SECRET));
            assert!(!said.is_empty(), "{http}");
            assert!(!said.contains(SECRET), "{http}: {said}");
        }
    }
}
