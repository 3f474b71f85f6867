//! The requests of HMA 1.1.7.
//!
//! One table says what there is: routes, their description, and what `Allow` lists come of it.
//!
//! | module | |
//! |---|---|
//! | `operation` | the table's form |
//! | `params`, `sent`, `upload`, `metadata` | queries, JSON and forms, with pydantic's words for faults |
//! | `hashes`, `lookup`, `compare` | `/h`, `/m` |
//! | `banks`, `contents`, `signals`, `types`, `exchanges` | `/c` |
//! | `kinds` | kinds of files and their hashes |
//! | `openapi` | the description as a document |
//! | `failure` | how a request fails |

mod banks;
mod compare;
mod contents;
mod exchanges;
mod failure;
mod hashes;
mod kinds;
mod lookup;
mod metadata;
mod openapi;
mod operation;
mod params;
mod sent;
mod signals;
mod types;
mod upload;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;

pub(super) use lookup::Coin;
use operation::{Field, Operation, delete, get, post, put};

use super::service::Service;

const SIGNAL: Field = Field::text("signal", "The hash, in lower-case hexadecimal");
const SIGNAL_TYPE: Field = Field::text("signal_type", "`pdq` or `video_md5`");
const BANKS: Field = Field::text("banks", "Names of banks with commas between them");
const SEED: Field = Field::text(
    "seed",
    "Fixes the toss by which banks of a ratio below 1 take part",
);
const MOST: Field = Field::integer(
    "max_distance",
    "The largest distance that is wanted, in bits",
);
const URL: Field = Field::text("url", "Where the file is");
const CONTENT_TYPE: Field = Field::text("content_type", "`photo` or `video`");
const TYPES: Field = Field::text("types", "Types of hash with commas between them");
const BYPASS: Field = Field::truth("bypass_coinflip", "Whether every bank takes part");
const DISTANCE: Field = Field::truth("include_distance", "Whether distances are told");
const WITH_SIGNALS: Field = Field::truth("include_signals", "Whether hashes are told");
const WITH_METADATA: Field = Field::truth("include_metadata", "Whether metadata are told");

/// Everything that HMA's clients ask, in the order of its paths.
fn operations() -> Vec<Operation> {
    let lookup = [
        URL,
        CONTENT_TYPE,
        TYPES,
        SIGNAL,
        SIGNAL_TYPE,
        BANKS,
        SEED,
        BYPASS,
        MOST,
    ];
    let file = ["photo", "video"];
    vec![
        get("/c/bank/{bank_name}", "A bank", banks::get).answers(200, "BankConfig"),
        put(
            "/c/bank/{bank_name}",
            "Gives a bank another name or ratio",
            banks::update,
        )
        .takes("BankUpdateRequest")
        .answers(200, "BankConfig"),
        delete("/c/bank/{bank_name}", "Deletes a bank", banks::delete)
            .answers(200, "SuccessResponse"),
        post("/c/bank/{bank_name}/content", "Adds a file", contents::post)
            .asks(&[URL, CONTENT_TYPE])
            .takes_form(&file)
            .answers(200, "AddedContent"),
        get(
            "/c/bank/{bank_name}/content/{content_id}",
            "A content",
            contents::get,
        )
        .asks(&[WITH_SIGNALS, WITH_METADATA])
        .answers(200, "BankContentResponse"),
        put(
            "/c/bank/{bank_name}/content/{content_id}",
            "Switches a content on or off",
            contents::update,
        )
        .takes("ContentUpdateRequest")
        .answers(200, "BankContentResponse"),
        delete(
            "/c/bank/{bank_name}/content/{content_id}",
            "Deletes a content",
            contents::delete,
        )
        .answers(200, "Deleted"),
        post("/c/bank/{bank_name}/signal", "Adds a hash", signals::post)
            .takes("Signals")
            .answers(200, "AddedContent"),
        post(
            "/c/bank/{bank_name}/signals",
            "Adds many hashes, all or none",
            signals::post_all,
        )
        .takes("ManySignals")
        .answers(200, "AddedContents"),
        get("/c/banks", "All banks", banks::all).answers(200, "Banks"),
        post("/c/banks", "Makes a bank", banks::create)
            .takes("BankCreateRequest")
            .answers(201, "BankConfig"),
        get("/c/content_type", "Kinds of files", types::content_types).answers(200, "ContentTypes"),
        get(
            "/c/exchange/{exchange_name}",
            "A list that is fetched",
            exchanges::get,
        )
        .answers(200, "ExchangeConfig"),
        put(
            "/c/exchange/{exchange_name}",
            "Says that a list stays fetched",
            exchanges::update,
        )
        .takes("ExchangeUpdateRequest")
        .answers(200, "ExchangeConfig"),
        delete(
            "/c/exchange/{exchange_name}",
            "Is refused: see sources.toml",
            exchanges::refuse,
        )
        .answers(403, "ErrorResponse"),
        get(
            "/c/exchange/{exchange_name}/status",
            "How the last fetch went",
            exchanges::status,
        )
        .answers(200, "ExchangeStatus"),
        get("/c/exchanges", "Lists that are fetched", exchanges::all).answers(200, "Names"),
        post(
            "/c/exchanges",
            "Is refused: see sources.toml",
            exchanges::refuse,
        )
        .answers(403, "ErrorResponse"),
        get(
            "/c/exchanges/api/{api_name}",
            "A way to fetch",
            exchanges::get_api,
        )
        .answers(200, "Api"),
        post(
            "/c/exchanges/api/{api_name}",
            "Is refused: see sources.toml",
            exchanges::refuse,
        )
        .answers(403, "ErrorResponse"),
        get(
            "/c/exchanges/api/{api_name}/schema",
            "What it must be told",
            exchanges::schema,
        )
        .answers(200, "ApiSchema"),
        get("/c/exchanges/apis", "Ways to fetch", exchanges::apis).answers(200, "Names"),
        get("/c/signal_type", "Types of hash", types::signal_types).answers(200, "SignalTypes"),
        get(
            "/c/signal_type/index",
            "What is held of each type",
            types::index,
        )
        .answers(200, "SignalTypeIndex"),
        put(
            "/c/signal_type/{signal_type_name}",
            "Switches a type on or off",
            types::set_signal_type,
        )
        .takes("SignalTypeUpdateRequest")
        .answers_nothing(),
        get("/h/hash", "Hashes the file of a URL", hashes::get)
            .asks(&[URL.required(), CONTENT_TYPE, TYPES])
            .answers(200, "HashResponse"),
        post("/h/hash", "Hashes a file", hashes::post)
            .asks(&[TYPES])
            .takes_form(&file)
            .answers(200, "HashResponse"),
        post("/m/compare", "How near two hashes are", compare::post)
            .takes("CompareRequest")
            .answers(200, "CompareResponse"),
        get(
            "/m/index/status",
            "How many hashes are looked up in",
            types::status,
        )
        .asks(&[SIGNAL_TYPE])
        .answers(200, "IndexStatusResponse"),
        get("/m/lookup", "Looks a hash up, by bank", lookup::get)
            .asks(&lookup)
            .answers(200, "LookupResponse"),
        post("/m/lookup", "Looks a file up, by bank", lookup::post)
            .asks(&[TYPES, BANKS, SEED, BYPASS, MOST])
            .takes_form(&file)
            .answers(200, "FileLookupResponse"),
        get(
            "/m/raw_lookup",
            "Looks a hash up, whatever is switched off",
            lookup::raw,
        )
        .asks(&[
            SIGNAL.required(),
            SIGNAL_TYPE.required(),
            BANKS,
            DISTANCE,
            MOST,
        ])
        .answers(200, "RawLookupResponse"),
        get("/openapi/openapi.json", "This document", openapi::get).answers(200, "OpenApi"),
        get("/site-map", "All paths", openapi::site_map).answers(200, "Names"),
    ]
}

/// The routes of HMA.
pub(super) fn routes() -> Router<Arc<Service>> {
    // The largest body is bounded where it is read.
    operation::router(operations()).layer(DefaultBodyLimit::disable())
}
