//! Walls around the processes that open media: what they may ask of the system.
//!
//! A process that opens media needs its input, its memory and one connection to its owner. `confine` gives up the rest, by
//! what the system has for it: Landlock against files and the network, seccomp against calls of the system, and limits on
//! resources. What a system lacks is told, never passed over: [`Wall`] says what stands.

#[cfg(target_os = "linux")]
mod filter;
#[cfg(target_os = "linux")]
mod landlocked;
#[cfg(target_os = "linux")]
mod limited;
#[cfg(all(test, target_os = "linux"))]
mod tests;
mod wall;

pub use wall::Wall;

#[cfg(target_os = "linux")]
pub(crate) use limited::allow_time;

use std::path::PathBuf;

/// What a process may do behind its wall.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    /// It computes: no files, no network, no other processes.
    Decoder {
        /// All the memory that it may map, in bytes.
        memory: u64,
    },
    /// It also starts programs, which decode clips. They stand behind the same wall.
    Programs {
        /// The programs: these files, and the libraries beside them, may be read.
        programs: Vec<PathBuf>,
        /// The one folder in which files may be written, if there is one.
        scratch: Option<PathBuf>,
    },
}

/// Gives up everything but what the profile allows, for this thread and all that it starts. This cannot be undone. Programs may
/// open this one file again.
///
/// # Errors
/// Where limits cannot be set, or a wall that the system has cannot be built.
#[cfg(target_os = "linux")]
pub(crate) fn confine(
    profile: &Profile,
    readable: Option<&std::fs::File>,
) -> std::io::Result<Wall> {
    limited::limit(profile)?;
    rustix::thread::set_no_new_privs(true)?;
    if let Profile::Decoder { .. } = profile {
        // Other processes of the same user could look into it, and it into them.
        rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable)?;
    }
    // Landlock is set up by calls that the filter refuses.
    let landlock = landlocked::restrict(profile, readable)?;
    let seccomp = filter::apply(profile)?;
    Ok(Wall { landlock, seccomp })
}
