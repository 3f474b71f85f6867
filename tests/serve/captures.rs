//! What HMA 1.1.7 was seen to answer, asked again: paths, statuses, bodies.
//!
//! The requests are those of captures of the real server, in their order; pictures and hashes are of the project's own making.
//! Where an answer differs on purpose, the step says so.

use image::imageops::FilterType;
use image::{ImageFormat, RgbImage, imageops};
use serde_json::Value;

use crate::client::{Answer, Part, Service};
use crate::pictures::{encode, pdq_of, scene};
use crate::store::TestStore;

/// What is sent with a request.
enum Sends<'a> {
    Nothing,
    Json(String),
    /// With a type that is not JSON's.
    Other(&'a str, &'a [u8]),
    Form(Vec<Part<'a>>),
}

/// What comes back.
enum Gets {
    /// This JSON, to the byte, with a line feed.
    Json(String),
    /// Matches: in any order, with more in each than HMA has.
    Matches(String),
    /// This text, to the byte.
    Text(String),
    /// JSON of which this is so.
    Such(fn(&Value) -> bool),
}

use Gets::{Json, Matches, Such, Text};
use Sends::{Form, Nothing, Other};

/// One request.
struct Step<'a>(&'a str, &'a str, String, Sends<'a>, u16, Gets);

const NOT_FOUND: &str = "<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n<p>The requested \
                         URL was not found on the server. If you entered the URL manually please check your spelling and \
                         try again.</p>\n";
const WRONG_METHOD: &str = "<!doctype html>\n<html lang=en>\n<title>405 Method Not Allowed</title>\n<h1>Method Not \
                            Allowed</h1>\n<p>The method is not allowed for the requested URL.</p>\n";
const FAULT: &str = r#"{"message":"The server encountered an internal error and was unable to complete your request. Either the server is overloaded or there is an error in the application."}"#;
const NO_DICT: &str = r#"[{"type":"model_type","loc":[],"msg":"Input should be a valid dictionary or instance of BankCreateRequest","input":null,"ctx":{"class_name":"BankCreateRequest"},"url":"https://errors.pydantic.dev/2.14/v/model_type"}]"#;

impl Step<'_> {
    fn check(&self, service: &Service) {
        let Step(what, method, path, sends, status, gets) = self;
        let answer = match sends {
            Nothing => service.ask(method, path, &[], b""),
            Sends::Json(text) => service.send_text(method, path, text),
            Other(kind, bytes) => service.ask(method, path, &[("Content-Type", kind)], bytes),
            Form(parts) => service.form(path, parts),
        };
        assert_eq!(
            answer.status, *status,
            "{what}: {method} {path}: {answer:?}"
        );
        let kind = answer.header("content-type");
        match gets {
            Json(json) => {
                assert_eq!(answer.text(), format!("{json}\n"), "{what}");
                assert_eq!(kind, Some("application/json"), "{what}");
            }
            Matches(json) => {
                let wanted: Value = serde_json::from_str(json).unwrap();
                assert_eq!(plain(&answer.json()), plain(&wanted), "{what}");
                assert_eq!(kind, Some("application/json"), "{what}");
            }
            Text(text) => assert_eq!(answer.text(), *text, "{what}"),
            Such(is_so) => assert!(is_so(&answer.json()), "{what}: {answer:?}"),
        }
    }
}

/// Matches without what HMA does not have, in the order of their ids.
fn plain(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let is_match = fields.contains_key("bank_content_id");
            let known = |name: &str| !is_match || ["bank_content_id", "distance"].contains(&name);
            let fields = fields.iter().filter(|(name, _)| known(name));
            fields
                .map(|(name, value)| (name.clone(), plain(value)))
                .collect()
        }
        Value::Array(values) => {
            let mut values: Vec<Value> = values.iter().map(plain).collect();
            values.sort_by_key(Value::to_string);
            values.into()
        }
        other => other.clone(),
    }
}

fn bits(one: &str, other: &str) -> u32 {
    let digits = one.chars().zip(other.chars());
    let digit = |letter: char| letter.to_digit(16).unwrap();
    digits
        .map(|(one, other)| (digit(one) ^ digit(other)).count_ones())
        .sum()
}

/// Runs the steps, and tells how many there were.
fn run(service: &Service, steps: Vec<Step<'_>>) -> usize {
    steps.iter().for_each(|step| step.check(service));
    steps.len()
}

fn step<'a>(
    what: &'a str,
    request: &'a str,
    sends: Sends<'a>,
    status: u16,
    gets: Gets,
) -> Step<'a> {
    let (method, path) = request.split_once(' ').unwrap();
    Step(what, method, path.to_owned(), sends, status, gets)
}

fn json(text: impl Into<String>) -> Gets {
    Json(text.into())
}

fn says(message: &str) -> Gets {
    Json(format!("{{\"message\":{}}}", Value::from(message)))
}

fn sends(text: impl Into<String>) -> Sends<'static> {
    Sends::Json(text.into())
}

fn photo(bytes: &[u8]) -> Sends<'_> {
    Form(vec![Part::file("photo", bytes)])
}

#[test]
fn requests_are_answered_as_hma_answers_them() {
    let store = TestStore::without_lists();
    let service = Service::start(&store.path(), &[]);
    let picture = scene(1);
    let small = imageops::resize(&picture, 96, 72, FilterType::Triangle);
    let other = scene(2);
    let flat = RgbImage::from_pixel(64, 64, image::Rgb([90, 90, 90]));
    let [hash, small_hash, other_hash] = [&picture, &small, &other].map(pdq_of);
    let png = |picture: &RgbImage| encode(picture, ImageFormat::Png);
    let (picture, small, other, flat) = (png(&picture), png(&small), png(&other), png(&flat));
    let unlisted = png(&scene(99));
    let distance = bits(&hash, &small_hash);
    assert!((1..=31).contains(&distance), "{distance}");
    assert!(bits(&hash, &other_hash) > 31);
    let upper = hash.to_uppercase();
    let none = "0".repeat(64);
    let mut done = 0;

    done += run(&service, core());
    done += run(&service, configuration());
    done += run(&service, hasher(&picture, &flat, &hash));
    done += run(&service, banks());
    done += run(
        &service,
        contents(
            &picture,
            &small,
            &other,
            &flat,
            [&hash, &small_hash, &other_hash, &upper],
        ),
    );

    // What was added is looked up within a second; the index says when.
    let built = |answer: &Answer| {
        let told = answer.json();
        told["pdq"]["index_out_of_date"] == false && told["pdq"]["db_size"] == 6
    };
    let index = service.wait_for("/c/signal_type/index", built).json();
    assert_eq!(index["pdq"]["index_size"], 6);
    assert_eq!(index["video_md5"]["db_size"], 1);
    assert!(index["pdq"]["newest_db_item"].is_i64());
    assert_eq!(
        index["pdq"]["newest_db_item"],
        index["pdq"]["index_built_to"]
    );
    let status = service.get("/m/index/status").json();
    assert_eq!(
        (&status["pdq"]["present"], &status["pdq"]["size"]),
        (&true.into(), &6.into())
    );
    assert!(status["pdq"]["built_to"].as_i64().unwrap() > 0);

    done += run(&service, raw_lookups(&hash, &upper, &none, distance));
    done += run(
        &service,
        lookups(&hash, &none, [&picture, &unlisted, &flat]),
    );
    done += run(&service, comparisons(&hash));
    done += run(&service, clients(&hash, &other));
    assert!(done >= 100, "{done} captures are asked again");
}

/// Status, unknown paths, wrong methods.
fn core() -> Vec<Step<'static>> {
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
fn configuration() -> Vec<Step<'static>> {
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

/// `/h/hash`
fn hasher<'a>(picture: &'a [u8], flat: &'a [u8], hash: &str) -> Vec<Step<'a>> {
    let told = || json(format!("{{\"pdq\":\"{hash}\"}}"));
    let missing = || says("Missing multipart/form-data file upload");
    let no_url = r#"[{"type":"missing","loc":["url"],"msg":"Field required","input":{},"url":"https://errors.pydantic.dev/2.14/v/missing"}]"#;
    let off = || says("URL fetching is off");
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
        // HMA fetches whatever it is told; here an operator must have allowed it.
        step(
            "a url",
            "GET /h/hash?url=http://127.0.0.1:9/a.jpg",
            Nothing,
            403,
            off(),
        ),
        step(
            "a url with its type",
            "GET /h/hash?url=http://127.0.0.1:9/a.jpg&content_type=photo&types=pdq",
            Nothing,
            403,
            off(),
        ),
    ]
}

/// `/c/banks` and `/c/bank/NAME`
fn banks() -> Vec<Step<'static>> {
    let bank = |name: &str, ratio: &str| {
        json(format!(
            "{{\"matching_enabled_ratio\":{ratio},\"name\":\"{name}\"}}"
        ))
    };
    let no_name = r#"[{"type":"missing","loc":["name"],"msg":"Field required","input":{},"url":"https://errors.pydantic.dev/2.14/v/missing"}]"#;
    let all = r#"[{"matching_enabled_ratio":1.0,"name":"TEST_BANK"},{"matching_enabled_ratio":0.5,"name":"HALF"},{"matching_enabled_ratio":1.0,"name":"OFF"},{"matching_enabled_ratio":0.0,"name":"OFF2"},{"matching_enabled_ratio":7.0,"name":"OVER"}]"#;
    vec![
        step("none", "GET /c/banks", Nothing, 200, json("[]")),
        step(
            "a bank",
            "POST /c/banks",
            sends(r#"{"name":"TEST_BANK"}"#),
            201,
            bank("TEST_BANK", "1.0"),
        ),
        step(
            "again",
            "POST /c/banks",
            sends(r#"{"name":"TEST_BANK"}"#),
            403,
            says("Bank already exists"),
        ),
        step(
            "bad name",
            "POST /c/banks",
            sends(r#"{"name":"test bank"}"#),
            400,
            says("Bank names must be UPPER_WITH_UNDERSCORE"),
        ),
        step(
            "no name",
            "POST /c/banks",
            sends("{}"),
            422,
            Text(no_name.into()),
        ),
        step(
            "no JSON",
            "POST /c/banks",
            sends("nope"),
            422,
            Text(NO_DICT.into()),
        ),
        step(
            "another type",
            "POST /c/banks",
            Other("application/x-www-form-urlencoded", br#"{"name":"X"}"#),
            422,
            Text(NO_DICT.into()),
        ),
        step(
            "with ratio",
            "POST /c/banks",
            sends(r#"{"name":"HALF","enabled_ratio":0.5}"#),
            201,
            bank("HALF", "0.5"),
        ),
        step(
            "enabled alone is ignored",
            "POST /c/banks",
            sends(r#"{"name":"OFF","enabled":false}"#),
            201,
            bank("OFF", "1.0"),
        ),
        step(
            "enabled with no ratio",
            "POST /c/banks",
            sends(r#"{"name":"OFF2","enabled":false,"enabled_ratio":null}"#),
            201,
            bank("OFF2", "0.0"),
        ),
        step(
            "beyond 1",
            "POST /c/banks",
            sends(r#"{"name":"OVER","enabled_ratio":7}"#),
            201,
            bank("OVER", "7.0"),
        ),
        step("all", "GET /c/banks", Nothing, 200, json(all)),
        step(
            "one",
            "GET /c/bank/TEST_BANK",
            Nothing,
            200,
            bank("TEST_BANK", "1.0"),
        ),
        step(
            "missing",
            "GET /c/bank/NOPE",
            Nothing,
            404,
            says("bank 'NOPE' not found"),
        ),
        step(
            "renamed",
            "PUT /c/bank/HALF",
            sends(r#"{"name":"HALF_2","enabled_ratio":0.25}"#),
            200,
            bank("HALF_2", "0.25"),
        ),
        step(
            "a taken name",
            "PUT /c/bank/HALF_2",
            sends(r#"{"name":"OFF"}"#),
            403,
            says("Bank name already exists"),
        ),
        step(
            "set, missing",
            "PUT /c/bank/NOPE",
            sends(r#"{"enabled":true}"#),
            404,
            says("Bank not found"),
        ),
        step(
            "enabled",
            "PUT /c/bank/HALF_2",
            sends(r#"{"enabled":true}"#),
            200,
            bank("HALF_2", "1"),
        ),
        step(
            "a float again",
            "GET /c/bank/HALF_2",
            Nothing,
            200,
            bank("HALF_2", "1.0"),
        ),
        step(
            "deleted",
            "DELETE /c/bank/HALF_2",
            Nothing,
            200,
            says("Done"),
        ),
        step(
            "deleted, missing",
            "DELETE /c/bank/NOPE",
            Nothing,
            200,
            says("Done"),
        ),
        step(
            "is deleted",
            "GET /c/bank/HALF_2",
            Nothing,
            404,
            says("bank 'HALF_2' not found"),
        ),
    ]
}

/// Contents of banks.
fn contents<'a>(
    picture: &'a [u8],
    small: &'a [u8],
    other: &'a [u8],
    flat: &'a [u8],
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
            "POST /c/bank/TEST_BANK/content?url=http://127.0.0.1:9/a.jpg",
            Nothing,
            403,
            says("URL fetching is off"),
        ),
        step(
            "neither",
            "POST /c/bank/TEST_BANK/content",
            Nothing,
            400,
            says("Neither `url` nor multipart file upload was received"),
        ),
        step(
            "a smaller copy",
            "POST /c/bank/TEST_BANK/content",
            photo(small),
            200,
            added(3, small_hash),
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

/// `/m/raw_lookup`: what is off is in.
fn raw_lookups<'a>(hash: &str, upper: &str, none: &str, distance: u32) -> Vec<Step<'a>> {
    let raw = |what: &'a str, query: &str, status: u16, gets: Gets| {
        Step(
            what,
            "GET",
            format!("/m/raw_lookup?{query}"),
            Nothing,
            status,
            gets,
        )
    };
    let pair = |id: u64, distance: u32| {
        format!("{{\"bank_content_id\":{id},\"distance\":\"{distance}\"}}")
    };
    let all = [
        pair(3, distance),
        pair(7, 0),
        pair(6, 0),
        pair(4, 0),
        pair(1, 0),
    ]
    .join(",");
    let pdq = format!("signal_type=pdq&signal={hash}");
    let invalid = || says("invalid signal: invalid PDQ hash");
    let missing = format!(
        "[{{\"type\":\"missing\",\"loc\":[\"signal_type\"],\"msg\":\"Field required\",\"input\":{{\"signal\":\"{hash}\"}},\"url\":\"https://errors.pydantic.dev/2.14/v/missing\"}}]"
    );
    vec![
        raw(
            "all",
            &pdq,
            200,
            Matches("{\"matches\":[3,7,6,4,1]}".into()),
        ),
        raw(
            "with distance",
            &format!("{pdq}&include_distance=true"),
            200,
            Matches(format!("{{\"matches\":[{all}]}}")),
        ),
        raw(
            "of a bank",
            &format!("{pdq}&include_distance=true&banks=OFF2"),
            200,
            json(format!("{{\"matches\":[{}]}}", pair(7, 0))),
        ),
        raw(
            "of an unknown bank",
            &format!("{pdq}&banks=NOPE"),
            200,
            json(r#"{"matches":[]}"#),
        ),
        raw(
            "nothing",
            &format!("signal_type=pdq&signal={none}"),
            200,
            json(r#"{"matches":[]}"#),
        ),
        raw("no hash", "signal_type=pdq&signal=zz", 400, invalid()),
        raw(
            "upper case",
            &format!("signal_type=pdq&signal={upper}"),
            400,
            invalid(),
        ),
        raw("empty", "signal_type=pdq&signal=", 400, invalid()),
        raw(
            "bad type",
            &format!("signal_type=sha256&signal={hash}"),
            400,
            says("No such SignalType 'sha256'"),
        ),
        raw("no type", &format!("signal={hash}"), 422, Text(missing)),
        // HMA says "-", which a client that reads integers cannot.
        raw(
            "a digest",
            "signal_type=video_md5&signal=0123456789abcdef0123456789abcdef&include_distance=true",
            200,
            json(format!("{{\"matches\":[{}]}}", pair(6, 0))),
        ),
        step(
            "posted",
            "POST /m/raw_lookup",
            Nothing,
            405,
            Text(WRONG_METHOD.into()),
        ),
    ]
}

/// `/m/lookup`: what is off is out.
fn lookups<'a>(hash: &str, none: &str, [picture, unlisted, flat]: [&'a [u8]; 3]) -> Vec<Step<'a>> {
    let get = |what: &'a str, query: &str, status: u16, gets: Gets| {
        Step(
            what,
            "GET",
            format!("/m/lookup?{query}"),
            Nothing,
            status,
            gets,
        )
    };
    let pairs = |ids: &[u64]| {
        let pairs: Vec<String> = ids
            .iter()
            .map(|id| format!("{{\"bank_content_id\":{id},\"distance\":\"0\"}}"))
            .collect();
        format!("[{}]", pairs.join(","))
    };
    let test_bank = format!("{{\"TEST_BANK\":{}}}", pairs(&[6, 4, 1]));
    let bypassed = format!(
        "{{\"pdq\":{{\"OFF2\":{},\"TEST_BANK\":{}}}}}",
        pairs(&[7]),
        pairs(&[6, 4, 1])
    );
    let pdq = format!("signal_type=pdq&signal={hash}");
    let off = || says("URL fetching is off");
    let found = || Matches(test_bank.clone());
    vec![
        get("by bank", &pdq, 200, found()),
        get("with seed", &format!("{pdq}&seed=abc"), 200, found()),
        get(
            "bypassed without effect",
            &format!("{pdq}&bypass_coinflip=true"),
            200,
            found(),
        ),
        get(
            "of banks",
            &format!("{pdq}&banks=OFF2,TEST_BANK"),
            200,
            found(),
        ),
        get(
            "nothing",
            &format!("signal_type=pdq&signal={none}"),
            200,
            json("{}"),
        ),
        step(
            "nothing asked",
            "GET /m/lookup",
            Nothing,
            400,
            says("Either url or both signal and signal_type are required"),
        ),
        step(
            "no type",
            "GET /m/lookup?signal=aa",
            Nothing,
            400,
            says("Either url or both signal and signal_type are required"),
        ),
        get(
            "bad type",
            &format!("signal_type=nope&signal={hash}"),
            400,
            says("No such SignalType 'nope'"),
        ),
        get("by url", "url=http://127.0.0.1:9/a.jpg", 403, off()),
        get(
            "by url and type",
            "url=http://127.0.0.1:9/a.jpg&signal_type=pdq",
            403,
            off(),
        ),
        get(
            "by url and types",
            "url=http://127.0.0.1:9/a.jpg&types=pdq",
            403,
            off(),
        ),
        step(
            "a file",
            "POST /m/lookup",
            photo(picture),
            200,
            Matches(format!("{{\"pdq\":{test_bank}}}")),
        ),
        step(
            "bypassed",
            "POST /m/lookup?bypass_coinflip=true",
            photo(picture),
            200,
            Matches(bypassed),
        ),
        step(
            "of a bank",
            "POST /m/lookup?banks=OFF2&bypass_coinflip=true",
            photo(picture),
            200,
            Matches(format!("{{\"pdq\":{{\"OFF2\":{}}}}}", pairs(&[7]))),
        ),
        step(
            "flat",
            "POST /m/lookup",
            photo(flat),
            400,
            says("invalid signal: invalid PDQ hash"),
        ),
        step(
            "no match",
            "POST /m/lookup",
            photo(unlisted),
            200,
            json(r#"{"pdq":{}}"#),
        ),
        step(
            "a video",
            "POST /m/lookup",
            Form(vec![Part::file("video", b"abc")]),
            200,
            json(r#"{"video_md5":{}}"#),
        ),
        step(
            "no file",
            "POST /m/lookup",
            Nothing,
            400,
            says("Missing multipart/form-data file upload"),
        ),
    ]
}

/// `/m/compare`
fn comparisons(hash: &str) -> Vec<Step<'static>> {
    let compare = |what: &'static str, body: String, status: u16, gets: Gets| {
        step(what, "POST /m/compare", sends(body), status, gets)
    };
    let last = if hash.ends_with('0') { "3" } else { "0" };
    let near = format!("{}{last}", &hash[..63]);
    let none = "0".repeat(64);
    let [to_near, to_none] = [&near, &none].map(|other| bits(hash, other));
    vec![
        compare(
            "near",
            format!("{{\"pdq\": [\"{hash}\", \"{near}\"]}}"),
            200,
            json(format!("{{\"pdq\":[true,{{\"distance\":{to_near}}}]}}")),
        ),
        compare(
            "far",
            format!("{{\"pdq\": [\"{hash}\", \"{none}\"]}}"),
            200,
            json(format!("{{\"pdq\":[false,{{\"distance\":{to_none}}}]}}")),
        ),
        // HMA fails with 500.
        compare(
            "digests",
            format!(
                "{{\"video_md5\": [\"{0}\", \"{0}\"], \"pdq\": [\"{hash}\", \"{hash}\"]}}",
                "0".repeat(32)
            ),
            200,
            json(r#"{"pdq":[true,{"distance":0}],"video_md5":[true,{"distance":0}]}"#),
        ),
        compare(
            "three",
            format!("{{\"pdq\": [\"{hash}\", \"{hash}\", \"{hash}\"]}}"),
            400,
            says("Comparison hash list length must be exactly 2"),
        ),
        compare(
            "no list",
            format!("{{\"pdq\": \"{hash}\"}}"),
            400,
            says("Comparison hashes for pdq was not a list"),
        ),
        compare(
            "bad hash",
            format!("{{\"pdq\": [\"{hash}\", \"zz\"]}}"),
            400,
            says("Invalid pdq hash: invalid PDQ hash"),
        ),
        compare(
            "no object",
            "[]".into(),
            400,
            says("Request input was not a dict"),
        ),
        compare(
            "bad type",
            format!("{{\"nope\": [\"{hash}\", \"{hash}\"]}}"),
            400,
            says("No such SignalType 'nope'"),
        ),
    ]
}

/// What clients do that HMA's own documents do not show.
fn clients<'a>(hash: &str, other: &'a [u8]) -> Vec<Step<'a>> {
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
        Step(
            "nothing of it is near",
            "GET",
            second,
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
