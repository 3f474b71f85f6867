//! Landlock: which files a process may open, and whether it may reach others.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, LandlockStatus, PathBeneath, Ruleset, RulesetAttr as _,
    RulesetCreatedAttr as _, RulesetStatus, Scope, path_beneath_rules,
};

use super::Profile;

/// The newest version that is asked for. The kernel gives what it has of it.
const VERSION: ABI = ABI::V7;

/// Where a system keeps programs and their libraries. Nothing that belongs to a user lies there.
const SYSTEM: [&str; 14] = [
    "/usr",
    "/lib",
    "/lib32",
    "/lib64",
    "/bin",
    "/sbin",
    "/opt",
    "/snap",
    "/nix/store",
    "/gnu/store",
    "/etc/alternatives",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
];

/// Devices that programs take for granted.
const DEVICES: [&str; 4] = ["/dev/null", "/dev/zero", "/dev/urandom", "/dev/random"];

/// Restricts this thread and all that it starts. The version of Landlock that does it; none where the system has none.
pub(super) fn restrict(profile: &Profile, readable: Option<&File>) -> io::Result<Option<u32>> {
    let failed = |error: landlock::RulesetError| io::Error::other(error);
    let created = Ruleset::default()
        .handle_access(AccessFs::from_all(VERSION))
        .and_then(|rules| rules.handle_access(AccessNet::from_all(VERSION)))
        .and_then(|rules| rules.scope(Scope::from_all(VERSION)))
        .and_then(Ruleset::create)
        .map_err(failed)?;
    let created = match profile {
        Profile::Decoder { .. } => created,
        Profile::Programs { programs, scratch } => {
            let read = AccessFs::from_read(VERSION);
            let all = AccessFs::from_all(VERSION);
            let system = SYSTEM.iter().map(PathBuf::from);
            let paths = system.chain(programs.iter().flat_map(|program| beside(program)));
            let device = AccessFs::ReadFile | AccessFs::WriteFile;
            created
                .add_rules(path_beneath_rules(paths, read))
                .and_then(|rules| rules.add_rules(path_beneath_rules(DEVICES, device)))
                .and_then(|rules| rules.add_rules(path_beneath_rules(scratch, all)))
                .map_err(failed)?
        }
    };
    let created = match readable {
        Some(file) => {
            let rule = PathBeneath::new(file, AccessFs::ReadFile);
            created.add_rule(rule).map_err(failed)?
        }
        None => created,
    };
    let status = created.restrict_self().map_err(failed)?;
    Ok(match status.landlock {
        LandlockStatus::Available { effective_abi, .. }
            if status.ruleset != RulesetStatus::NotEnforced =>
        {
            Some(effective_abi.min(VERSION) as u32)
        }
        _ => None,
    })
}

/// A program, and the folders where those that are installed by themselves keep their libraries.
fn beside(program: &Path) -> Vec<PathBuf> {
    let Ok(program) = program.canonicalize() else {
        return Vec::new();
    };
    let folder = program.parent().and_then(Path::parent);
    let libraries = folder.into_iter().flat_map(|folder| {
        // At the root of the system these are its own.
        ["lib", "lib64"].map(|name| folder.join(name))
    });
    libraries.chain([program.clone()]).collect()
}
