//! A worker, from the inside.

use std::io::{self, BufReader, BufWriter, Write as _};
use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;
use std::panic::catch_unwind;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::time::{ClockId, clock_gettime};

use super::super::keyframe::{Luma, decode_h264};
use super::protocol::{Answer, Request};
use crate::error::Reason;
#[cfg(target_os = "linux")]
use crate::sandbox::Profile;
use crate::{Error, Result};

/// All the memory that a worker may map, where the system can bound that. It has room for its program, a picture of 8K with its reference pictures, and
/// what is asked and answered.
#[cfg(target_os = "linux")]
const MEMORY_BYTES: u64 = 1 << 30;

/// Decodes what the process at the other end of standard input asks for, until it is gone. The program of a
/// [`Worker`](super::Worker) does nothing else. Before anything is read, the process gives up what it does not need. That is
/// opening and writing files, starting processes, leaving a core. It also gives up more memory than 1 GiB. On Linux it goes
/// behind a [wall](crate::sandbox).
///
/// # Errors
/// Where standard input is no socket, or the process may not give up what it should.
pub fn serve() -> io::Result<()> {
    let socket = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    socket.peer_addr()?;
    confine()?;
    let mut reader = BufReader::with_capacity(1 << 16, &socket);
    let mut writer = BufWriter::with_capacity(1 << 16, &socket);
    while let Some(request) = Request::read(&mut reader)? {
        let before = now();
        allow(before + request.time)?;
        let answer = Answer {
            picture: decode(&request),
            took: now().saturating_sub(before),
        };
        answer.write(&mut writer)?;
        writer.flush()?;
    }
    Ok(())
}

fn decode(request: &Request<'_>) -> Result<Luma> {
    catch_unwind(|| decode_h264(&request.stream, request.pixels)).unwrap_or_else(|_| {
        let codec = "H.264".to_owned();
        Err(Error::Damaged(Reason::CodecPanicked { codec }))
    })
}

/// Gives up what decoding does not need.
#[cfg(target_os = "linux")]
fn confine() -> io::Result<()> {
    let memory = MEMORY_BYTES;
    crate::sandbox::confine(&Profile::Decoder { memory }, None).map(drop)
}

/// Gives up what decoding does not need.
#[cfg(not(target_os = "linux"))]
fn confine() -> io::Result<()> {
    for resource in [Resource::Core, Resource::Fsize, Resource::Nofile] {
        let limit = Rlimit {
            current: Some(0),
            maximum: Some(0),
        };
        setrlimit(resource, limit)?;
    }
    Ok(())
}

/// Lets the process run until it has used so much time of the processor, to the next second.
fn allow(time: Duration) -> io::Result<()> {
    let Rlimit { maximum, .. } = getrlimit(Resource::Cpu);
    let most = time.as_secs() + 2;
    let current = Some(maximum.map_or(most, |hard| hard.min(most)));
    Ok(setrlimit(Resource::Cpu, Rlimit { current, maximum })?)
}

/// The time that this process has run.
fn now() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).unwrap_or_default()
}
