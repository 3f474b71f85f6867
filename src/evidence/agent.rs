//! Keys that an agent of SSH holds: the process that signs never has the secret.
//!
//! The protocol is that of <https://datatracker.ietf.org/doc/draft-ietf-sshm-ssh-agent/>: a message is its length in
//! four bytes, a byte that names it, and its content.

use std::path::Path;

use crate::Result;
use crate::error::CaseProblem;

use super::folder::failed;

/// A key of an agent.
#[derive(Debug)]
pub(super) struct Agent {
    #[cfg_attr(
        not(unix),
        allow(dead_code, reason = "agents answer at sockets of Unix")
    )]
    socket: std::path::PathBuf,
    point: [u8; 32],
}

/// The largest answer. One that names a thousand keys is smaller.
#[cfg(unix)]
const ANSWER_BYTES_MAX: u32 = 256 * 1024;
#[cfg(unix)]
const REQUEST_IDENTITIES: u8 = 11;
#[cfg(unix)]
const IDENTITIES_ANSWER: u8 = 12;
#[cfg(unix)]
const SIGN_REQUEST: u8 = 13;
#[cfg(unix)]
const SIGN_RESPONSE: u8 = 14;
#[cfg(unix)]
const ED25519: &[u8] = b"ssh-ed25519";
/// How long an agent may take, which may ask a person.
#[cfg(unix)]
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(120);

impl Agent {
    pub(super) fn point(&self) -> [u8; 32] {
        self.point
    }
}

#[cfg(not(unix))]
impl Agent {
    pub(super) fn find(socket: &Path, _: &str) -> Result<Agent> {
        Err(failed(socket, CaseProblem::AgentAbsent))
    }

    pub(super) fn sign(&self, _: &[u8]) -> Result<Vec<u8>> {
        Err(failed(&self.socket, CaseProblem::AgentRefused))
    }
}

#[cfg(unix)]
impl Agent {
    /// The Ed25519 key of this name: its comment, or its text as `ssh-add -L` prints it.
    pub(super) fn find(socket: &Path, name: &str) -> Result<Agent> {
        let absent = || failed(socket, CaseProblem::AgentAbsent);
        let answer = ask(socket, REQUEST_IDENTITIES, &[]).ok_or_else(absent)?;
        let keys = identities(&answer).ok_or_else(absent)?;
        let named = named(name);
        let is_meant = |(point, comment): &([u8; 32], Vec<u8>)| {
            named
                .as_ref()
                .map_or(comment == name.as_bytes(), |n| n == point)
        };
        let mut meant = keys.into_iter().filter(is_meant);
        match (meant.next(), meant.next()) {
            (Some((point, _)), None) => Ok(Agent {
                socket: socket.to_owned(),
                point,
            }),
            // Of two keys with one comment neither is meant.
            _ => {
                let key = crate::escape::escape(name.as_bytes()).into_owned();
                Err(failed(socket, CaseProblem::AgentKeyAbsent { key }))
            }
        }
    }

    pub(super) fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>> {
        let refused = || failed(&self.socket, CaseProblem::AgentRefused);
        let mut request = Vec::new();
        put(&mut request, &blob(&self.point));
        put(&mut request, bytes);
        request.extend(0_u32.to_be_bytes());
        let answer = ask(&self.socket, SIGN_REQUEST, &request).ok_or_else(refused)?;
        signature(&answer).ok_or_else(refused)
    }
}

/// The key in a text as `ssh-add -L` prints it.
#[cfg(unix)]
fn named(text: &str) -> Option<[u8; 32]> {
    use base64::Engine as _;
    let mut words = text.split_whitespace();
    let is_key = words.next()?.as_bytes() == ED25519;
    let blob = base64::prelude::BASE64_STANDARD
        .decode(words.next()?)
        .ok()?;
    if is_key { point_of(&blob) } else { None }
}

#[cfg(unix)]
fn blob(point: &[u8; 32]) -> Vec<u8> {
    let mut blob = Vec::new();
    put(&mut blob, ED25519);
    put(&mut blob, point);
    blob
}

#[cfg(unix)]
fn point_of(blob: &[u8]) -> Option<[u8; 32]> {
    let mut rest = blob;
    let is_key = take(&mut rest)? == ED25519;
    let point = take(&mut rest)?;
    if is_key && rest.is_empty() {
        point.try_into().ok()
    } else {
        None
    }
}

/// The Ed25519 keys of an answer, with their comments.
#[cfg(unix)]
fn identities(answer: &[u8]) -> Option<Vec<([u8; 32], Vec<u8>)>> {
    let (kind, mut rest) = answer.split_first()?;
    if *kind != IDENTITIES_ANSWER {
        return None;
    }
    let (count, after) = rest.split_first_chunk::<4>()?;
    rest = after;
    let mut keys = Vec::new();
    for _ in 0..u32::from_be_bytes(*count) {
        let (blob, comment) = (take(&mut rest)?, take(&mut rest)?);
        keys.extend(point_of(blob).map(|point| (point, comment.to_vec())));
    }
    Some(keys)
}

#[cfg(unix)]
fn signature(answer: &[u8]) -> Option<Vec<u8>> {
    let (kind, mut rest) = answer.split_first()?;
    let mut blob = take(&mut rest)?;
    let is_ours = *kind == SIGN_RESPONSE && take(&mut blob)? == ED25519;
    let signature = take(&mut blob)?;
    (is_ours && signature.len() == 64).then(|| signature.to_vec())
}

/// A text with its length before it.
#[cfg(unix)]
fn put(request: &mut Vec<u8>, bytes: &[u8]) {
    let length = u32::try_from(bytes.len()).expect("a record has less than 4 GiB");
    request.extend(length.to_be_bytes());
    request.extend(bytes);
}

#[cfg(unix)]
fn take<'b>(rest: &mut &'b [u8]) -> Option<&'b [u8]> {
    let (length, after) = rest.split_first_chunk::<4>()?;
    let (text, after) = after.split_at_checked(u32::from_be_bytes(*length) as usize)?;
    *rest = after;
    Some(text)
}

/// Asks, and gives the answer without its length.
#[cfg(unix)]
fn ask(socket: &Path, kind: u8, content: &[u8]) -> Option<Vec<u8>> {
    use std::io::{Read as _, Write as _};
    let mut stream = std::os::unix::net::UnixStream::connect(socket).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    stream.set_write_timeout(Some(PATIENCE)).ok()?;
    let length = u32::try_from(content.len() + 1).ok()?;
    let request = [&length.to_be_bytes()[..], &[kind], content].concat();
    stream.write_all(&request).ok()?;
    let mut length = [0; 4];
    stream.read_exact(&mut length).ok()?;
    let length = u32::from_be_bytes(length);
    if length > ANSWER_BYTES_MAX {
        return None;
    }
    let mut answer = Vec::new();
    let read = stream
        .take(u64::from(length))
        .read_to_end(&mut answer)
        .ok()?;
    (read as u64 == u64::from(length)).then_some(answer)
}

#[cfg(all(test, unix))]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::os::unix::net::UnixListener;
    use std::thread;

    use super::*;
    use crate::evidence::keys::{PublicKey, SigningKey};
    use crate::evidence::tests::desk;
    use ring::signature::{Ed25519KeyPair, KeyPair as _};

    /// An agent with one key, which answers so many requests.
    fn serve(listener: UnixListener, requests: usize, spoil: bool) -> thread::JoinHandle<()> {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
        thread::spawn(move || {
            for _ in 0..requests {
                let (mut stream, _) = listener.accept().unwrap();
                let mut length = [0; 4];
                stream.read_exact(&mut length).unwrap();
                let mut request = vec![0; u32::from_be_bytes(length) as usize];
                stream.read_exact(&mut request).unwrap();
                let point: [u8; 32] = pair.public_key().as_ref().try_into().unwrap();
                let mut answer = Vec::new();
                if request[0] == REQUEST_IDENTITIES {
                    answer.push(IDENTITIES_ANSWER);
                    answer.extend(2_u32.to_be_bytes());
                    put(&mut answer, b"a key of another kind");
                    put(&mut answer, b"amina");
                    put(&mut answer, &blob(&point));
                    put(&mut answer, b"amina");
                } else {
                    let mut rest = &request[1..];
                    assert_eq!(take(&mut rest).unwrap(), blob(&point));
                    let signed = pair.sign(take(&mut rest).unwrap());
                    let mut inner = Vec::new();
                    put(&mut inner, ED25519);
                    put(&mut inner, signed.as_ref());
                    answer.push(SIGN_RESPONSE);
                    put(&mut answer, &inner);
                }
                if spoil {
                    answer.truncate(answer.len() / 2);
                }
                stream
                    .write_all(&u32::try_from(answer.len()).unwrap().to_be_bytes())
                    .unwrap();
                stream.write_all(&answer).unwrap();
            }
        })
    }

    #[test]
    fn a_key_of_an_agent_signs_as_one_of_a_file() {
        use base64::Engine as _;
        let desk = desk();
        let socket = desk.path().join("agent");
        let served = serve(UnixListener::bind(&socket).unwrap(), 2, false);
        let key = SigningKey::of_agent(&socket, "amina").unwrap();
        let signature = key.sign(b"a record").unwrap();
        let signature = base64::prelude::BASE64_STANDARD.decode(signature).unwrap();
        let public = PublicKey::parse(&key.public().to_string()).unwrap();
        assert!(public.verifies(b"a record", &signature));
        served.join().unwrap();
    }

    #[test]
    fn an_agent_that_is_absent_or_answers_nonsense_is_an_error() {
        let desk = desk();
        let socket = desk.path().join("agent");
        let absent = SigningKey::of_agent(&socket, "amina").unwrap_err();
        assert!(absent.to_string().contains("no agent answers"), "{absent}");
        let served = serve(UnixListener::bind(&socket).unwrap(), 1, true);
        assert!(SigningKey::of_agent(&socket, "amina").is_err());
        served.join().unwrap();
    }
}
