//! Contents of banks.

use super::*;

/// Contents of banks.
pub(super) fn contents<'a>(
    server: &str,
    [picture, other, flat]: [&'a [u8]; 3],
    [hash, small_hash, other_hash, upper]: [&str; 4],
) -> Vec<Step<'a>> {
    let added = |id: u64, hash: &str| {
        json(format!(
            "{{\"id\":{id},\"signals\":{{\"pdq\":\"{hash}\"}}}}"
        ))
    };
    let signal = |hash: &str| sends(format!("{{\"pdq\": \"{hash}\"}}"));
    let form = |metadata: &'static str| {
        Form(vec![
            Part::file("photo", other),
            Part::field("metadata", metadata),
            Part::field("note", "seen twice"),
        ])
    };
    let extra = |name: &str, value: &str, kind: &str| {
        says(&format!(
            "Invalid metadata: 1 validation error for BankedContentMetadata\n{name}\n  Extra inputs are not permitted [type=extra_forbidden, input_value={value}, input_type={kind}]\n    For further information visit https://errors.pydantic.dev/2.14/v/extra_forbidden"
        ))
    };
    let bank = r#""bank":{"matching_enabled_ratio":1.0,"name":"TEST_BANK"}"#;
    let missing = || says("content '99999' not found");
    vec![
        step(
            "a file",
            "POST /c/bank/TEST_BANK/content",
            photo(picture),
            200,
            added(1, hash),
        ),
        step(
            "with metadata and note",
            "POST /c/bank/TEST_BANK/content",
            form(
                r#"{"content_id":"case-17","content_uri":"https://example.test/17","json":{"a":1}}"#,
            ),
            200,
            added(2, other_hash),
        ),
        step(
            "bad metadata",
            "POST /c/bank/TEST_BANK/content",
            form(r#"{"x":1}"#),
            400,
            extra("x", "1", "int"),
        ),
        step(
            "metadata of coop",
            "POST /c/bank/TEST_BANK/content",
            form(r#"{"case":"x"}"#),
            400,
            extra("case", "'x'", "str"),
        ),
        step(
            "flat",
            "POST /c/bank/TEST_BANK/content",
            photo(flat),
            400,
            says("Invalid pdq signal: invalid PDQ hash"),
        ),
        step(
            "by url",
            format!("POST /c/bank/TEST_BANK/content?url=http://{server}/small.png"),
            Nothing,
            200,
            added(3, small_hash),
        ),
        step(
            "neither",
            "POST /c/bank/TEST_BANK/content",
            Nothing,
            400,
            says("Neither `url` nor multipart file upload was received"),
        ),
        step(
            "the same again",
            "POST /c/bank/TEST_BANK/content",
            photo(picture),
            200,
            added(4, hash),
        ),
        step(
            "a signal",
            "POST /c/bank/TEST_BANK/signal",
            sends(format!("{{\"pdq\": \"{hash}\", \"note\": \"by hash\"}}")),
            200,
            added(5, hash),
        ),
        step(
            "upper case",
            "POST /c/bank/TEST_BANK/signal",
            signal(upper),
            400,
            says("Invalid pdq signal: invalid PDQ hash"),
        ),
        step(
            "another length",
            "POST /c/bank/TEST_BANK/signal",
            signal(&hash[1..]),
            400,
            says("Invalid pdq signal: invalid PDQ hash"),
        ),
        step(
            "unknown type",
            "POST /c/bank/TEST_BANK/signal",
            sends(format!("{{\"sha256\": \"{hash}\"}}")),
            400,
            says("No such signal type sha256"),
        ),
        step(
            "two types",
            "POST /c/bank/TEST_BANK/signal",
            sends(format!(
                "{{\"pdq\": \"{hash}\", \"video_md5\": \"0123456789abcdef0123456789abcdef\"}}"
            )),
            200,
            json(format!(
                "{{\"id\":6,\"signals\":{{\"pdq\":\"{hash}\",\"video_md5\":\"0123456789abcdef0123456789abcdef\"}}}}"
            )),
        ),
        step(
            "nothing",
            "POST /c/bank/TEST_BANK/signal",
            sends("{}"),
            400,
            says("No signals given"),
        ),
        step(
            "missing bank",
            "POST /c/bank/NOPE/signal",
            signal(hash),
            404,
            says("bank 'NOPE' not found"),
        ),
        step(
            "a bank that is off",
            "POST /c/bank/OFF2/signal",
            signal(hash),
            200,
            added(7, hash),
        ),
        step(
            "a content",
            "GET /c/bank/TEST_BANK/content/1",
            Nothing,
            200,
            json(format!(
                "{{{bank},\"disable_until_ts\":1,\"id\":1,\"original_media_uri\":null}}"
            )),
        ),
        step(
            "with signals",
            "GET /c/bank/TEST_BANK/content/2?include_signals=true",
            Nothing,
            200,
            json(format!(
                "{{{bank},\"disable_until_ts\":1,\"id\":2,\"metadata\":{{\"collab\":null,\"content_id\":\"case-17\",\"content_uri\":\"https://example.test/17\",\"json\":{{\"a\":1}}}},\"note\":\"seen twice\",\"original_media_uri\":null,\"signals\":{{\"pdq\":\"{other_hash}\"}}}}"
            )),
        ),
        // HMA answers with the content of the other bank.
        step(
            "of another bank",
            "GET /c/bank/OFF2/content/1",
            Nothing,
            404,
            says("content '1' not found"),
        ),
        step(
            "missing",
            "GET /c/bank/TEST_BANK/content/99999",
            Nothing,
            404,
            missing(),
        ),
        step(
            "no number",
            "GET /c/bank/TEST_BANK/content/abc",
            Nothing,
            404,
            Text(NOT_FOUND.into()),
        ),
        step(
            "switched off",
            "PUT /c/bank/TEST_BANK/content/3",
            sends(r#"{"disable_until_ts":0,"note":"off"}"#),
            200,
            json(format!(
                "{{{bank},\"collab_metadata\":{{}},\"disable_until_ts\":0,\"id\":3,\"note\":\"off\",\"original_media_uri\":null,\"user_metadata\":null}}"
            )),
        ),
        step(
            "too far",
            "PUT /c/bank/TEST_BANK/content/1",
            sends(r#"{"disable_until_ts":99999999999}"#),
            400,
            says("disable_until_ts must be less than 5 years in the future"),
        ),
        step(
            "set, missing",
            "PUT /c/bank/TEST_BANK/content/99999",
            sends(r#"{"note":"x"}"#),
            404,
            missing(),
        ),
        step(
            "deleted",
            "DELETE /c/bank/TEST_BANK/content/5",
            Nothing,
            200,
            json(r#"{"deleted":1}"#),
        ),
        step(
            "again",
            "DELETE /c/bank/TEST_BANK/content/5",
            Nothing,
            200,
            json(r#"{"deleted":0}"#),
        ),
    ]
}
