//! `/m/raw_lookup` and `/m/lookup`: hashes and files to matches.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use basma::hash::{Hash, HashType, Pdq};
use basma::matcher::{Found, Match};
use serde::Serialize;
use serde_json::json;

use super::failure::{Answered, Failure};
use super::hashes::{fetched, hash, is_first_whole, unexamined};
use super::kinds::{ContentType, bad_request, signal_type};
use super::params::Params;
use super::upload::{MISSING, Upload};
use crate::serve::answer::{self, Refusal};
use crate::serve::caller::{Caller, Role};
use crate::serve::curation::{self, Item, SignalType, number_of};
use crate::serve::decide::now;
use crate::serve::media::{Received, failed};
use crate::serve::service::Service;
use crate::serve::verdict::not_examined;
use crate::verdict::Verdict;

/// The header that says how many more matches there are.
const MORE: HeaderName = HeaderName::from_static("x-basma-more");

/// Which matches are wanted.
struct Wanted<'p> {
    /// Of these banks alone.
    banks: Option<Vec<&'p str>>,
    /// At most so many bits.
    max_distance: Option<u32>,
    /// What is switched off, and banks that lose their toss, are left out where there is one.
    coin: Option<Coin<'p>>,
}

/// Where the toss of a request comes from.
pub(in crate::serve) enum Coin<'p> {
    Random,
    Seed(&'p str),
    /// Every bank wins.
    Bypassed,
}

impl Coin<'_> {
    /// At least 0 and less than 1.
    pub(in crate::serve) fn toss(&self) -> f64 {
        let bits = match self {
            Coin::Bypassed => return 0.0,
            Coin::Random => getrandom::u64().unwrap_or(u64::MAX),
            Coin::Seed(seed) => {
                let mut head = [0; 8];
                head.copy_from_slice(&blake3::hash(seed.as_bytes()).as_bytes()[..8]);
                u64::from_le_bytes(head)
            }
        };
        // The 53 bits that a float holds; a bank of ratio 0 never wins by chance.
        ((bits >> 11) as f64 / (1_u64 << 53) as f64).max(f64::MIN_POSITIVE)
    }
}

impl<'p> Wanted<'p> {
    fn read(params: &'p Params, caller: &Caller) -> Result<Wanted<'p>, Failure> {
        let banks = params.get("banks").map(|banks| banks.split(',').collect());
        let max_distance = params.bits("max_distance")?;
        if max_distance.is_some() && !caller.sees_distances() {
            return Err(Refusal::missing_role(&[Role::Distances, Role::Curator]).into());
        }
        Ok(Wanted {
            banks,
            max_distance,
            coin: None,
        })
    }

    fn with_coin(self, params: &'p Params, bypassed: bool) -> Wanted<'p> {
        let seed = params.get("seed").map_or(Coin::Random, Coin::Seed);
        let coin = Some(if bypassed { Coin::Bypassed } else { seed });
        Wanted { coin, ..self }
    }

    /// The matches that are wanted: the name of the bank, and the id of the content.
    fn pick<'a>(
        &self,
        state: &'a curation::State,
        matches: &'a [Match],
    ) -> Vec<(&'a str, u64, &'a Match)> {
        let now = now();
        let mut tossed: Option<f64> = None;
        let mut wins = |ratio: f64| {
            let Some(coin) = &self.coin else {
                return true;
            };
            ratio >= 1.0 || ratio >= *tossed.get_or_insert_with(|| coin.toss())
        };
        let mut picked = Vec::with_capacity(matches.len());
        for found in matches {
            let id = match state.item(&found.list, found.id.as_deref()) {
                Item::Gone => continue,
                Item::Content(id) => id,
                Item::Published => number_of(&found.list, found.id.as_deref(), &found.hash),
            };
            let bank = state.bank_of(&found.list);
            let name = bank.map_or(found.list.as_str(), |bank| bank.name.as_str());
            let is_near = self.max_distance.is_none_or(|most| found.distance <= most);
            let is_named = self
                .banks
                .as_ref()
                .is_none_or(|banks| banks.contains(&name));
            let is_on = self.coin.is_none() || state.is_on(id, now);
            let is_there = !state.is_gone(&found.list);
            if is_near && is_named && is_on && is_there && wins(bank.map_or(1.0, |b| b.ratio)) {
                picked.push((name, id, found));
            }
        }
        picked
    }
}

/// A match, as clients read it. The fields are in the order of their names.
#[derive(Serialize)]
struct Told<'a> {
    bank_content_id: u64,
    distance: String,
    entry: Entry<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    generation: Option<u64>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    quarantined: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    tier: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    view: Option<String>,
}

/// What a list says of a match.
#[derive(Serialize)]
struct Entry<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    labels: &'a [String],
    list: &'a str,
}

/// To those who may not see it, a distance is like any other.
fn distance(found: &Match, caller: &Caller) -> String {
    let told = if caller.sees_distances() {
        found.distance
    } else {
        0
    };
    told.to_string()
}

type ByBank<'a> = BTreeMap<&'a str, Vec<Told<'a>>>;

fn by_bank<'a>(picked: Vec<(&'a str, u64, &'a Match)>, caller: &Caller) -> ByBank<'a> {
    let mut banks = ByBank::new();
    let sees = caller.sees_distances();
    for (bank, id, found) in picked {
        banks.entry(bank).or_default().push(Told {
            bank_content_id: id,
            distance: distance(found, caller),
            entry: Entry {
                id: found.id.as_deref(),
                labels: &found.labels,
                list: &found.list,
            },
            generation: found.generation,
            quarantined: found.is_quarantined,
            tier: sees.then(|| found.tier.name()),
            view: sees.then(|| found.view.to_string()),
        });
    }
    banks
}

fn told(value: &impl Serialize, more: u64) -> Response {
    let mut response = answer::serialized(StatusCode::OK, value);
    if more > 0 {
        response.headers_mut().insert(MORE, HeaderValue::from(more));
    }
    response
}

/// What one hash matches.
fn look(service: &Service, hash: &Hash) -> Result<Found, Refusal> {
    let mut found = service.matcher()?.lookup(hash).map_err(failed)?;
    service.judge(&mut found.matches);
    service.watch.metrics.found(&found);
    service.note_hash(hash, &found);
    Ok(found)
}

/// The hash that a request names.
fn asked(service: &Service, name: &str, text: &str) -> Result<Hash, Refusal> {
    let known = signal_type(name, &service.curation.state())?;
    let fault = |fault| bad_request(format!("invalid signal: {fault}"));
    known.hash(text).map_err(fault)
}

/// `GET /m/raw_lookup`
pub(super) async fn raw(
    State(service): State<Arc<Service>>,
    caller: Caller,
    params: Params,
) -> Answered {
    let known = ["signal", "signal_type", "banks", "include_distance"];
    let [signal, name] = params.required(["signal", "signal_type"], &known)?;
    let with_distance = params.flag("include_distance")?;
    let wanted = Wanted::read(&params, &caller)?;
    let hash = asked(&service, name, signal)?;
    let found = look(&service, &hash)?;
    let state = service.curation.state();
    let picked = wanted.pick(&state, &found.matches);
    let mut response = if with_distance {
        let matches = picked.iter().map(
            |(_, id, found)| json!({"bank_content_id": id, "distance": distance(found, &caller)}),
        );
        let matches: Vec<_> = matches.collect();
        told(&json!({ "matches": matches }), found.more)
    } else {
        let ids: Vec<u64> = picked.iter().map(|(_, id, _)| *id).collect();
        told(&json!({ "matches": ids }), found.more)
    };
    Verdict::of(picked.iter().map(|(.., found)| *found), None).state(&service, &mut response);
    Ok(response)
}

/// `GET /m/lookup`
pub(super) async fn get(
    State(service): State<Arc<Service>>,
    caller: Caller,
    params: Params,
) -> Answered {
    // It has no effect here, but must be written as what it is.
    params.flag("bypass_coinflip")?;
    let wanted = Wanted::read(&params, &caller)?.with_coin(&params, false);
    if let Some(url) = params.filled("url") {
        let (content_type, file) = fetched(&service, url, &params).await?;
        let only = params.filled("signal_type");
        let looked = Looked {
            only,
            ..Looked::at(&service, content_type, file, params.get("types")).await?
        };
        return looked.answer(&service, &caller, &wanted);
    }
    let (Some(signal), Some(name)) = (params.get("signal"), params.get("signal_type")) else {
        let message = "Either url or both signal and signal_type are required";
        return Err(bad_request(message).into());
    };
    let hash = asked(&service, name, signal)?;
    let found = look(&service, &hash)?;
    let state = service.curation.state();
    let picked = wanted.pick(&state, &found.matches);
    let verdict = Verdict::of(picked.iter().map(|(.., found)| *found), None);
    let mut response = told(&by_bank(picked, &caller), found.more);
    verdict.state(&service, &mut response);
    Ok(response)
}

/// `POST /m/lookup`
pub(super) async fn post(
    State(service): State<Arc<Service>>,
    caller: Caller,
    params: Params,
    request: Request,
) -> Answered {
    let bypassed = params.flag("bypass_coinflip")?;
    let wanted = Wanted::read(&params, &caller)?.with_coin(&params, bypassed);
    let upload = Upload::receive(&service, request, MISSING).await?;
    let types = params.get("types");
    let looked = Looked::at(&service, upload.content_type, upload.file, types).await?;
    looked.answer(&service, &caller, &wanted)
}

/// A file that was looked up.
struct Looked<'p> {
    own: SignalType,
    examined: Examined,
    /// The one type whose matches are wanted, without the name of the type.
    only: Option<&'p str>,
}

impl<'p> Looked<'p> {
    async fn at(
        service: &Arc<Service>,
        content_type: ContentType,
        file: Received,
        types: Option<&str>,
    ) -> Result<Looked<'p>, Failure> {
        let own = content_type.selection(types, &service.curation.state())?;
        let examined = match own {
            SignalType::Pdq => picture(service, file).await?,
            SignalType::VideoMd5 => video(service, file).await?,
        };
        Ok(Looked {
            own,
            examined,
            only: None,
        })
    }

    fn answer(&self, service: &Service, caller: &Caller, wanted: &Wanted<'_>) -> Answered {
        let Looked {
            own,
            examined,
            only,
        } = self;
        let state = service.curation.state();
        let picked = wanted.pick(&state, &examined.found.matches);
        let unseen = examined.reason.filter(|_| !examined.is_seen);
        if let (true, Some(reason)) = (picked.is_empty(), unseen) {
            return Err(Failure::Unexamined(reason));
        }
        let mut types: BTreeMap<&str, ByBank<'_>> = BTreeMap::new();
        types.insert(own.name(), ByBank::new());
        // What a list holds of other types is said under their own names, where anything matches.
        for hash_type in HashType::ALL {
            let is_so = |(.., found): &&(&str, u64, &Match)| found.hash.hash_type() == hash_type;
            let of_type: Vec<_> = picked.iter().filter(is_so).copied().collect();
            if !of_type.is_empty() {
                let is_own = hash_type == own.hash_type();
                let name = if is_own { own.name() } else { hash_type.name() };
                types.insert(name, by_bank(of_type, caller));
            }
        }
        let more = examined.found.more;
        let mut response = match only {
            Some(name) => told(&types.remove(name).unwrap_or_default(), more),
            None => told(&types, more),
        };
        let matches = picked.iter().map(|(.., found)| *found);
        Verdict::of(matches, examined.reason).state(service, &mut response);
        Ok(response)
    }
}

/// What a file matches.
struct Examined {
    found: Found,
    /// Why not all of it was looked at.
    reason: Option<&'static str>,
    /// Whether the first picture was, of which alone HMA answers.
    is_seen: bool,
}

async fn picture(service: &Arc<Service>, file: Received) -> Result<Examined, Failure> {
    let (fingerprint, found) = service.examine(file).await?;
    let reason = not_examined(&fingerprint);
    if found.matches.is_empty() {
        if fingerprint.prints.is_empty() {
            return Err(unexamined(&fingerprint));
        }
        let is_flat = |print: &basma::hash::FrameHash| {
            print.hash.hash_type() == HashType::Pdq && print.quality < Pdq::QUALITY
        };
        // HMA looks the empty hash of a flat picture up.
        if reason.is_none() && fingerprint.prints.iter().all(is_flat) {
            return Err(bad_request("invalid signal: invalid PDQ hash").into());
        }
    }
    Ok(Examined {
        found,
        reason,
        is_seen: is_first_whole(&fingerprint),
    })
}

async fn video(service: &Arc<Service>, file: Received) -> Result<Examined, Failure> {
    let hashed = hash(service, file, SignalType::VideoMd5).await?;
    let found = match &hashed.hash {
        Some(hash) => look(service, hash)?,
        None => Found::default(),
    };
    Ok(Examined {
        found,
        reason: hashed.reason,
        is_seen: false,
    })
}
