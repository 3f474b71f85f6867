//! Limits of the system on what a process may use.

use std::io;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::Profile;

/// How many files a decoder may have open: its connection, its input, and copies of these.
const DECODER_FILES: u64 = 32;

/// How many files programs may have open.
const PROGRAMS_FILES: u64 = 256;

/// The largest file that programs may write.
const WRITTEN_BYTES_MAX: u64 = 1 << 30;

/// Sets the limits of a profile.
pub(super) fn limit(profile: &Profile) -> io::Result<()> {
    lower(Resource::Core, 0)?;
    match profile {
        Profile::Decoder { memory } => {
            lower(Resource::Fsize, 0)?;
            lower(Resource::Nofile, DECODER_FILES)?;
            lower(Resource::Nproc, 0)?;
            lower(Resource::As, *memory)
        }
        Profile::Programs { .. } => {
            lower(Resource::Fsize, WRITTEN_BYTES_MAX)?;
            lower(Resource::Nofile, PROGRAMS_FILES)
        }
    }
}

/// Lowers a limit for good. One that is lower already stays.
fn lower(resource: Resource, most: u64) -> io::Result<()> {
    let hard = getrlimit(resource).maximum;
    let most = Some(hard.map_or(most, |hard| hard.min(most)));
    let limit = Rlimit {
        current: most,
        maximum: most,
    };
    Ok(setrlimit(resource, limit)?)
}

/// Lets the process run until it has used so much time of the processor, to the next second.
pub(crate) fn allow_time(time: Duration) -> io::Result<()> {
    let Rlimit { maximum, .. } = getrlimit(Resource::Cpu);
    let most = time.as_secs().saturating_add(1);
    let current = Some(maximum.map_or(most, |hard| hard.min(most)));
    Ok(setrlimit(Resource::Cpu, Rlimit { current, maximum })?)
}
