//! Status, types, what is not there.

use super::*;

/// Status, unknown paths, wrong methods.
pub(super) fn core() -> Vec<Step<'static>> {
    let not_loaded = "INDEX-NOT-LOADED".to_owned();
    vec![
        step(
            "nothing is listed yet",
            "GET /status",
            Nothing,
            503,
            Text(not_loaded),
        ),
        step(
            "live",
            "GET /status/live",
            Nothing,
            200,
            Text("I-AM-ALIVE".into()),
        ),
        step(
            "site map",
            "GET /site-map",
            Nothing,
            200,
            Such(|paths| {
                let paths = paths.as_array().unwrap();
                [
                    "/c/bank/<bank_name>/content/<int:content_id>",
                    "/m/lookup",
                    "/h/hash",
                    "/status",
                ]
                .iter()
                .all(|path| paths.contains(&Value::from(*path)))
            }),
        ),
        step(
            "unknown path",
            "GET /nope",
            Nothing,
            404,
            Text(NOT_FOUND.into()),
        ),
        step(
            "wrong method",
            "DELETE /m/lookup",
            Nothing,
            405,
            Text(WRONG_METHOD.into()),
        ),
        step(
            "before anything is listed",
            "GET /m/raw_lookup?signal_type=pdq&signal=f8f8f0cee0f4a84f06370a22038f67f0b36e2ed596221e1d33e6b39c4e9c9b22",
            Nothing,
            503,
            says("index not yet ready"),
        ),
        step(
            "openapi",
            "GET /openapi/openapi.json",
            Nothing,
            200,
            Such(|it| it["openapi"] == "3.1.0"),
        ),
        step(
            "options",
            "OPTIONS /m/lookup",
            Nothing,
            200,
            Text(String::new()),
        ),
    ]
}

/// Types, and the index before anything is banked.
pub(super) fn configuration() -> Vec<Step<'static>> {
    vec![
        step(
            "types",
            "GET /c/signal_type",
            Nothing,
            200,
            json(
                r#"[{"enabled_ratio":1.0,"name":"pdq"},{"enabled_ratio":1.0,"name":"video_md5"}]"#,
            ),
        ),
        step(
            "kinds",
            "GET /c/content_type",
            Nothing,
            200,
            json(r#"[{"enabled":true,"name":"photo"},{"enabled":true,"name":"video"}]"#),
        ),
        step(
            "index",
            "GET /c/signal_type/index",
            Nothing,
            200,
            json(
                r#"{"pdq":{"db_size":0,"index_built_to":-1,"index_out_of_date":false,"index_size":0,"newest_db_item":-1},"video_md5":{"db_size":0,"index_built_to":-1,"index_out_of_date":false,"index_size":0,"newest_db_item":-1}}"#,
            ),
        ),
        step(
            "status",
            "GET /m/index/status",
            Nothing,
            200,
            json(
                r#"{"pdq":{"built_to":-1,"present":false,"size":0},"video_md5":{"built_to":-1,"present":false,"size":0}}"#,
            ),
        ),
        step(
            "one type",
            "GET /m/index/status?signal_type=pdq",
            Nothing,
            200,
            json(r#"{"pdq":{"built_to":-1,"present":false,"size":0}}"#),
        ),
        step(
            "bad type",
            "GET /m/index/status?signal_type=nope",
            Nothing,
            400,
            says("No such signal type 'nope'"),
        ),
        // HMA fails here with 500.
        step(
            "a type is set",
            "PUT /c/signal_type/pdq",
            sends(r#"{"enabled_ratio": 1.0}"#),
            204,
            Text(String::new()),
        ),
    ]
}
