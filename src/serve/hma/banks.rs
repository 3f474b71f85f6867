//! `/c/banks` and `/c/bank/NAME`.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::failure::{Answered, Failure};
use super::sent::Sent;
use crate::serve::answer::{self, Refusal};
use crate::serve::caller::Caller;
use crate::serve::curation::Bank;
use crate::serve::service::Service;

/// A bank, as clients read it.
pub(super) fn told(bank: &Bank) -> Value {
    json!({"name": bank.name, "matching_enabled_ratio": bank.ratio})
}

/// The bank of a name.
///
/// # Errors
/// 404 where there is none.
pub(super) fn find(service: &Service, name: &str) -> Result<Bank, Refusal> {
    let missing = || Refusal::new(StatusCode::NOT_FOUND, format!("bank '{name}' not found"));
    service.bank(name).ok_or_else(missing)
}

/// `GET /c/banks`
pub(super) async fn all(State(service): State<Arc<Service>>) -> Answered {
    let banks: Vec<Value> = service.banks().iter().map(told).collect();
    Ok(answer::json(StatusCode::OK, &banks.into()))
}

/// `GET /c/bank/NAME`
pub(super) async fn get(State(service): State<Arc<Service>>, Path(name): Path<String>) -> Answered {
    let bank = find(&service, &name)?;
    Ok(answer::json(StatusCode::OK, &told(&bank)))
}

/// `POST /c/banks`
pub(super) async fn create(
    State(service): State<Arc<Service>>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Answered {
    let sent = Sent::read(&headers, body).await?;
    let mut model = sent.model("BankCreateRequest")?;
    let name = model.text("name");
    let has_ratio = model.has("enabled_ratio");
    let ratio = model.number("enabled_ratio");
    let enabled = model.flag("enabled");
    model.check()?;
    // A ratio that is not sent is 1, whatever is said of `enabled`; one that is null leaves it to that.
    let ratio = match (has_ratio, ratio) {
        (true, Some(ratio)) => ratio,
        (true, None) if enabled == Some(false) => 0.0,
        _ => 1.0,
    };
    let bank = service
        .change(move |service| service.make_bank(&name, ratio, &caller.name))
        .await?;
    Ok(answer::json(StatusCode::CREATED, &told(&bank)))
}

/// `PUT /c/bank/NAME`
pub(super) async fn update(
    State(service): State<Arc<Service>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Answered {
    let sent = Sent::read(&headers, body).await?;
    let mut model = sent.model("BankUpdateRequest")?;
    let new_name = model.optional_text("name");
    let ratio = model.number("enabled_ratio");
    let enabled = model.flag("enabled");
    model.check()?;
    let switched = enabled.map(|enabled| f64::from(u8::from(enabled)));
    let bank = service.change(move |service| {
        let missing = || Refusal::new(StatusCode::NOT_FOUND, "Bank not found");
        let bank = service.bank(&name).ok_or_else(missing)?;
        let ratio = ratio.or(switched).unwrap_or(bank.ratio);
        service.set_bank(Bank { ratio, ..bank }, new_name.as_deref())
    });
    let bank = bank.await?;
    let mut told = told(&bank);
    if let (None, Some(enabled)) = (ratio, enabled) {
        // Here it is an integer.
        told["matching_enabled_ratio"] = u8::from(enabled).into();
    }
    Ok(answer::json(StatusCode::OK, &told))
}

/// `DELETE /c/bank/NAME`, of one that is missing too.
pub(super) async fn delete(
    State(service): State<Arc<Service>>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<axum::response::Response, Failure> {
    let deleted = service.change(move |service| match service.bank(&name) {
        Some(bank) => service.delete_bank(&bank, &caller.name),
        None => Ok(()),
    });
    deleted.await?;
    Ok(answer::json(StatusCode::OK, &json!({"message": "Done"})))
}
