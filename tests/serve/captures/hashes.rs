//! Hashes of files, sent and fetched.

use super::*;

/// `/h/hash`
pub(super) fn hasher<'a>(picture: &'a [u8], flat: &'a [u8], hash: &str) -> Vec<Step<'a>> {
    let told = || json(format!("{{\"pdq\":\"{hash}\"}}"));
    let missing = || says("Missing multipart/form-data file upload");
    let no_url = r#"[{"type":"missing","loc":["url"],"msg":"Field required","input":{},"url":"https://errors.pydantic.dev/2.14/v/missing"}]"#;
    vec![
        step("a photo", "POST /h/hash", photo(picture), 200, told()),
        step(
            "with types",
            "POST /h/hash?types=pdq",
            photo(picture),
            200,
            told(),
        ),
        step(
            "a type of other files",
            "POST /h/hash?types=video_md5",
            photo(picture),
            400,
            says("signal type 'video_md5' doesn't exist or is disabled"),
        ),
        step(
            "no type",
            "POST /h/hash?types=",
            photo(picture),
            400,
            says("empty signal type selection"),
        ),
        step(
            "a flat picture",
            "POST /h/hash",
            photo(flat),
            200,
            json(r#"{"pdq":""}"#),
        ),
        step(
            "no picture",
            "POST /h/hash",
            photo(b"localhost\n"),
            500,
            json(FAULT),
        ),
        step(
            "a video",
            "POST /h/hash",
            Form(vec![Part::file("video", b"abc")]),
            200,
            json(r#"{"video_md5":"900150983cd24fb0d6963f7d28e17f72"}"#),
        ),
        step(
            "unknown field",
            "POST /h/hash",
            Form(vec![Part::file("file", picture)]),
            400,
            says("no such content_type: 'file'"),
        ),
        step(
            "two files",
            "POST /h/hash",
            Form(vec![
                Part::file("photo", picture),
                Part::file("video", b"abc"),
            ]),
            400,
            says("Only one file allowed per request"),
        ),
        step("no file", "POST /h/hash", Nothing, 400, missing()),
        step(
            "a raw body",
            "POST /h/hash",
            Other("image/jpeg", picture),
            400,
            missing(),
        ),
        step("no url", "GET /h/hash", Nothing, 422, Text(no_url.into())),
        step(
            "no scheme of the web",
            "GET /h/hash?url=file:///etc/passwd",
            Nothing,
            400,
            says("Invalid or unsafe URL provided"),
        ),
    ]
}

/// Files of URLs, which are fetched where the operator named their server.
pub(super) fn urls(server: &str, hash: &str) -> Vec<Step<'static>> {
    let hashed = || json(format!("{{\"pdq\":\"{hash}\"}}"));
    let get = |what: &'static str, request: &str, status: u16, gets: Gets| {
        let request = request.replace("URL", &format!("url=http://{server}"));
        step(what, format!("GET {request}"), Nothing, status, gets)
    };
    let found = r#"{"TEST_BANK":[{"bank_content_id":6,"distance":"0"},{"bank_content_id":4,"distance":"0"},{"bank_content_id":1,"distance":"0"}]}"#;
    let by_type = || Matches(format!("{{\"pdq\":{found}}}"));
    let text = "unsupported url ContentType: 'text/plain', if you know the expected type, provide it with the content_type query param";
    let failed: fn(&Value) -> bool = |told| {
        told["message"]
            .as_str()
            .is_some_and(|it| it.starts_with("Failed to fetch URL: "))
    };
    vec![
        get("hashed", "/h/hash?URL/a.png", 200, hashed()),
        get(
            "with its type",
            "/h/hash?URL/a.png&content_type=photo&types=pdq",
            200,
            hashed(),
        ),
        get("missing", "/h/hash?URL/none.jpg", 400, Such(failed)),
        get("a text", "/h/hash?URL/needles.txt", 400, says(text)),
        get(
            "as a video",
            "/h/hash?URL/needles.txt&content_type=video",
            200,
            json(r#"{"video_md5":"7753eed2d2f1617ca58bb3ef00aed3a2"}"#),
        ),
        get("looked up", "/m/lookup?URL/a.png", 200, by_type()),
        get(
            "of one type",
            "/m/lookup?URL/a.png&signal_type=pdq",
            200,
            Matches(found.into()),
        ),
        get("of types", "/m/lookup?URL/a.png&types=pdq", 200, by_type()),
    ]
}
