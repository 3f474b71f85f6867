//! What clients ask that the documents of HMA do not show.

use super::*;

/// What clients do that HMA's own documents do not show.
pub(super) fn clients<'a>(hash: &str, other: &'a [u8]) -> Vec<Step<'a>> {
    let all = r#"[{"matching_enabled_ratio":1.0,"name":"TEST_BANK"},{"matching_enabled_ratio":1.0,"name":"OFF"},{"matching_enabled_ratio":0.0,"name":"OFF2"},{"matching_enabled_ratio":7.0,"name":"OVER"}]"#;
    let coop = || json(r#"{"matching_enabled_ratio":0.5,"name":"COOP_X"}"#);
    let refused = || says("exchanges are configured in sources.toml of the store, by its operator");
    let form = Form(vec![
        Part::file("photo", other),
        Part::field("content_id", "7"),
    ]);
    let second = format!("/m/lookup?signal_type=pdq&signal={hash}&banks=COOP_X");
    vec![
        step("two slashes", "GET //c/banks", Nothing, 200, json(all)),
        step(
            "a ratio as text",
            "POST /c/banks",
            sends(r#"{"name":"COOP_X","enabled_ratio":"0.5"}"#),
            201,
            coop(),
        ),
        step(
            "enabled as text",
            "POST /c/banks",
            sends(r#"{"name":"GEM_X","enabled":"false","matching_enabled_ratio":0.25}"#),
            201,
            json(r#"{"matching_enabled_ratio":1.0,"name":"GEM_X"}"#),
        ),
        step(
            "a field that is not known",
            "POST //c/bank/COOP_X/content",
            form,
            200,
            Such(|told| told["id"] == 8),
        ),
        step(
            "nothing of it is near",
            format!("GET {second}"),
            Nothing,
            200,
            json("{}"),
        ),
        step(
            "is a bank an exchange?",
            "GET /c/exchange/COOP_X",
            Nothing,
            404,
            says("Exchange 'COOP_X' not found"),
        ),
        step(
            "credentials of one",
            "POST /c/exchange/COOP_X/credentials",
            sends(r#"{"credential_json":{}}"#),
            404,
            Text(NOT_FOUND.into()),
        ),
        step("no exchanges", "GET /c/exchanges", Nothing, 200, json("[]")),
        step(
            "ways to fetch",
            "GET /c/exchanges/apis",
            Nothing,
            200,
            json(r#"["file","folder","http"]"#),
        ),
        step(
            "one way",
            "GET /c/exchanges/api/file",
            Nothing,
            200,
            json(r#"{"has_set_authentification":false,"supports_authentification":false}"#),
        ),
        step(
            "its schema",
            "GET /c/exchanges/api/file/schema",
            Nothing,
            200,
            json(
                r#"{"config_schema":{"fields":[{"choices":null,"default":null,"help":"one file, which is replaced","name":"path","required":true,"type":"string"}]},"credentials_schema":null}"#,
            ),
        ),
        // HMA would fetch whatever a request names.
        step(
            "a new one",
            "POST /c/exchanges",
            sends(
                r#"{"bank": "LOCAL_LIST", "api": "local_file", "api_json": {"filename": "list_tx.txt"}}"#,
            ),
            403,
            refused(),
        ),
        step(
            "missing",
            "GET /c/exchange/NOPE",
            Nothing,
            404,
            says("Exchange 'NOPE' not found"),
        ),
        step(
            "its status",
            "GET /c/exchange/NOPE/status",
            Nothing,
            404,
            says("Exchange 'NOPE' not found"),
        ),
    ]
}
