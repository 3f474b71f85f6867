//! What HMA 1.1.7 was seen to answer, asked again: paths, statuses, bodies.
//!
//! The requests are those of captures of the real server, in their order; pictures and hashes are of the project's own making.
//! Where an answer differs on purpose, the step says so.

mod banks;
mod basics;
mod clients;
mod contents;
mod hashes;
mod lookups;

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
struct Step<'a> {
    what: &'a str,
    method: String,
    path: String,
    sends: Sends<'a>,
    status: u16,
    gets: Gets,
}

const NOT_FOUND: &str = "<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n<p>The requested \
                         URL was not found on the server. If you entered the URL manually please check your spelling and \
                         try again.</p>\n";
const WRONG_METHOD: &str = "<!doctype html>\n<html lang=en>\n<title>405 Method Not Allowed</title>\n<h1>Method Not \
                            Allowed</h1>\n<p>The method is not allowed for the requested URL.</p>\n";
const FAULT: &str = r#"{"message":"The server encountered an internal error and was unable to complete your request. Either the server is overloaded or there is an error in the application."}"#;
const NO_DICT: &str = r#"[{"type":"model_type","loc":[],"msg":"Input should be a valid dictionary or instance of BankCreateRequest","input":null,"ctx":{"class_name":"BankCreateRequest"},"url":"https://errors.pydantic.dev/2.14/v/model_type"}]"#;

impl Step<'_> {
    fn check(&self, service: &Service) {
        let Step {
            what,
            method,
            path,
            sends,
            status,
            gets,
        } = self;
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
    request: impl AsRef<str>,
    sends: Sends<'a>,
    status: u16,
    gets: Gets,
) -> Step<'a> {
    let (method, path) = request.as_ref().split_once(' ').unwrap();
    Step {
        what,
        method: method.to_owned(),
        path: path.to_owned(),
        sends,
        status,
        gets,
    }
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
    let files = [
        ("/a.png".to_owned(), ("image/png", picture.clone())),
        ("/small.png".to_owned(), ("image/png", small.clone())),
        (
            "/needles.txt".to_owned(),
            ("text/plain", b"needles".to_vec()),
        ),
    ];
    let server = crate::files::serve(files.into_iter().collect()).to_string();
    let store = TestStore::without_lists();
    let service = Service::start(&store.path(), &["--fetch-from", &server]);
    let upper = hash.to_uppercase();
    let none = "0".repeat(64);
    let mut done = 0;

    done += run(&service, basics::core());
    done += run(&service, basics::configuration());
    done += run(&service, hashes::hasher(&picture, &flat, &hash));
    done += run(&service, banks::banks());
    done += run(
        &service,
        contents::contents(
            &server,
            [&picture, &other, &flat],
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

    done += run(
        &service,
        lookups::raw_lookups(&hash, &upper, &none, distance),
    );
    done += run(
        &service,
        lookups::lookups(&hash, &none, [&picture, &unlisted, &flat]),
    );
    done += run(&service, hashes::urls(&server, &hash));
    done += run(&service, lookups::comparisons(&hash));
    done += run(&service, clients::clients(&hash, &other));
    assert!(done >= 100, "{done} captures are asked again");
}
