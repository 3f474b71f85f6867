//! Who callers are: by their keys, or everyone of this machine where no keys are asked for.

pub(crate) mod file;
mod rate;

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use basma::Result;
use jiff::Timestamp;

use super::answer::Refusal;
use super::caller::Caller;
use super::changes::Watched;
use file::Key;
use rate::Allowance;

/// The keys in force.
pub(crate) enum Callers {
    /// Everyone of this machine may do everything.
    Local,
    Keys(Keys),
}

/// The keys of a file, which is read again when it changes.
pub(crate) struct Keys {
    path: PathBuf,
    file: Watched,
    known: RwLock<Arc<Vec<KnownKey>>>,
}

struct KnownKey {
    key: Key,
    caller: Caller,
    allowance: Option<Arc<Allowance>>,
}

impl Callers {
    /// # Errors
    /// Those of [`file::read`].
    pub(crate) fn open(path: Option<&Path>) -> Result<Callers> {
        let Some(path) = path else {
            return Ok(Callers::Local);
        };
        let file = Watched::new([path]);
        let known = file::read(path)?;
        Ok(Callers::Keys(Keys {
            path: path.to_owned(),
            file,
            known: RwLock::new(Arc::new(known_keys(known, &[]))),
        }))
    }

    /// Who makes a request with these headers.
    ///
    /// # Errors
    /// 401 without a key in force, 429 where its key is used too often.
    pub(super) fn identify(&self, headers: &HeaderMap) -> std::result::Result<Caller, Refusal> {
        match self {
            Callers::Local => Ok(Caller::local()),
            Callers::Keys(keys) => keys.identify(headers, Timestamp::now(), Instant::now()),
        }
    }

    /// The caller of a key in force, by its digest: of a session that began with it.
    pub(super) fn of_digest(&self, digest: &[u8; 32]) -> Option<Caller> {
        let Callers::Keys(keys) = self else {
            return None;
        };
        let known = keys.known.read().unwrap_or_else(PoisonError::into_inner);
        let is_in_force = |key: &&KnownKey| {
            let ends = key.key.expires;
            key.key.digest == *digest && ends.is_none_or(|end| Timestamp::now() < end)
        };
        known.iter().find(is_in_force).map(|key| key.caller.clone())
    }

    /// Whether callers must show a key.
    pub(super) fn asks_for_keys(&self) -> bool {
        matches!(self, Callers::Keys(_))
    }

    /// Reads the keys again where they changed, or where it is `asked`. Where they cannot be read, those of before stay in force.
    /// `None` where there is nothing to read.
    pub(super) fn reload(&self, asked: bool) -> Option<Result<()>> {
        let Callers::Keys(keys) = self else {
            return None;
        };
        (keys.file.changed() || asked).then(|| keys.reload())
    }
}

impl Keys {
    fn reload(&self) -> Result<()> {
        let read = file::read(&self.path)?;
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        *known = Arc::new(known_keys(read, &known));
        Ok(())
    }

    fn identify(
        &self,
        headers: &HeaderMap,
        time: Timestamp,
        now: Instant,
    ) -> std::result::Result<Caller, Refusal> {
        let secret = secret(headers).ok_or_else(Refusal::unknown_caller)?;
        let digest = blake3::Hash::from(file::digest(&secret));
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let known = known.clone();
        // All are compared, each in constant time: the time tells neither a key nor its place.
        let mut found = None;
        for key in known.iter() {
            if blake3::Hash::from(key.key.digest) == digest {
                found = Some(key);
            }
        }
        let found = found.filter(|key| key.key.expires.is_none_or(|end| time < end));
        let key = found.ok_or_else(Refusal::unknown_caller)?;
        if let Some(allowance) = &key.allowance {
            allowance.take(now).map_err(too_often)?;
        }
        Ok(key.caller.clone())
    }
}

/// The keys that were read. What a key has used of its rate stays used where the rate is the same.
fn known_keys(read: Vec<Key>, before: &[KnownKey]) -> Vec<KnownKey> {
    let known = |key: Key| {
        let same = |other: &&KnownKey| other.key.digest == key.digest && other.key.rate == key.rate;
        let same = before.iter().find(same);
        let allowance = match (key.rate, same) {
            (None, _) => None,
            (Some(_), Some(same)) => same.allowance.clone(),
            (Some(rate), None) => Some(Arc::new(Allowance::new(rate, Instant::now()))),
        };
        KnownKey {
            caller: Caller::new(key.name.clone(), key.roles),
            allowance,
            key,
        }
    };
    read.into_iter().map(known).collect()
}

/// The key of a request: a bearer token, or the password of Basic, whose user name says nothing.
fn secret(headers: &HeaderMap) -> Option<Vec<u8>> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    // Of two keys neither counts: what stands before this service may have checked the other.
    let (Some(value), None) = (values.next(), values.next()) else {
        return None;
    };
    let (scheme, rest) = value.to_str().ok()?.trim().split_once(' ')?;
    let rest = rest.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(rest.as_bytes().to_vec());
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = STANDARD.decode(rest).ok()?;
    let colon = pair.iter().position(|byte| *byte == b':')?;
    Some(pair[colon + 1..].to_vec())
}

fn too_often(wait: Duration) -> Refusal {
    let seconds = wait.as_secs() + 1;
    let message = "the key is used more often than its rate allows";
    Refusal::new(StatusCode::TOO_MANY_REQUESTS, message).after(seconds)
}

#[cfg(test)]
mod tests {
    use super::file::{Wanted, make};
    use super::*;
    use crate::serve::caller::Role;

    fn headers(values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::AUTHORIZATION, value.parse().unwrap());
        }
        headers
    }

    fn wanted(name: &str, rate: Option<u32>) -> Wanted {
        Wanted {
            name: name.to_owned(),
            roles: vec![Role::Matcher],
            expires: Some("2027-01-01T00:00:00Z".parse().unwrap()),
            rate,
        }
    }

    #[test]
    fn a_key_counts_until_it_ends_in_each_of_its_forms() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.toml");
        let key = make(&path, &wanted("ana", None)).unwrap();
        let Callers::Keys(keys) = Callers::open(Some(&path)).unwrap() else {
            panic!("keys were asked for");
        };
        let bearer = format!("Bearer {key}");
        let basic = |pair: String| format!("Basic {}", STANDARD.encode(pair));
        let before: Timestamp = "2026-12-31T23:59:59Z".parse().unwrap();
        let after: Timestamp = "2027-01-01T00:00:00Z".parse().unwrap();
        let who = |values: &[&str], time| {
            let caller = keys.identify(&headers(values), time, Instant::now());
            caller.map(|caller| caller.name)
        };
        for value in [
            bearer.clone(),
            format!("bearer {key} "),
            basic(format!("any:{key}")),
            basic(format!(":{key}")),
        ] {
            assert_eq!(who(&[&value], before).as_deref(), Ok("ana"), "{value}");
            assert_eq!(
                who(&[&value], after).unwrap_err().status,
                StatusCode::UNAUTHORIZED
            );
        }
        for values in [
            &[][..],
            &[key.as_str()],
            &["Bearer"],
            &["Bearer "],
            &["Digest x"],
            &["Basic !"],
            &[&format!("{bearer}x")],
            &[&bearer, &bearer],
        ] {
            let refusal = who(values, before).unwrap_err();
            assert_eq!(refusal.status, StatusCode::UNAUTHORIZED, "{values:?}");
        }
    }

    #[test]
    fn what_was_used_stays_used_when_the_file_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.toml");
        let key = make(&path, &wanted("ana", Some(2))).unwrap();
        let callers = Callers::open(Some(&path)).unwrap();
        let Callers::Keys(keys) = &callers else {
            panic!("keys were asked for");
        };
        let headers = headers(&[&format!("Bearer {key}")]);
        let time = "2026-12-31T00:00:00Z".parse().unwrap();
        let now = Instant::now() + Duration::from_secs(10);
        let status = || keys.identify(&headers, time, now).map_err(|r| r.status);
        assert!(status().is_ok());
        assert!(callers.reload(true).unwrap().is_ok());
        assert!(status().is_ok());
        assert_eq!(status(), Err(StatusCode::TOO_MANY_REQUESTS));
        // What is no file of keys leaves those of before in force; a key that is gone from it is gone.
        std::fs::write(&path, "[[key]").unwrap();
        assert!(callers.reload(true).unwrap().is_err());
        assert_eq!(status(), Err(StatusCode::TOO_MANY_REQUESTS));
        std::fs::write(&path, "").unwrap();
        assert!(callers.reload(false).unwrap().is_ok());
        assert_eq!(status(), Err(StatusCode::UNAUTHORIZED));
    }
}
