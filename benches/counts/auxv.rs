//! What the kernel tells a process of its memory, hidden from those that are counted.
//!
//! Since Linux 6.4 a process can ask for the place of the kernel's own functions by `prctl`. `valgrind` 3.19 passes the call on, and
//! has unmapped that place. Where the call is refused, the answer is read from a file, which `valgrind` does replace.

#[cfg(target_os = "linux")]
pub(crate) fn hide() -> Result<(), String> {
    use std::collections::BTreeMap;

    use seccompiler::{
        SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
        SeccompRule, TargetArch,
    };

    /// `PR_GET_AUXV` of `linux/prctl.h`.
    const GET_AUXV: u64 = 0x4155_5856;

    let filter = || -> Result<(), Box<dyn std::error::Error>> {
        let asks = SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, GET_AUXV)?;
        let rules = BTreeMap::from([(libc::SYS_prctl, vec![SeccompRule::new(vec![asks])?])]);
        let refuse = SeccompAction::Errno(libc::EINVAL as u32);
        let arch = TargetArch::try_from(std::env::consts::ARCH)?;
        let filter = SeccompFilter::new(rules, SeccompAction::Allow, refuse, arch)?;
        let program = seccompiler::BpfProgram::try_from(filter)?;
        // Processes inherit it from the thread that starts them.
        seccompiler::apply_filter(&program)?;
        Ok(())
    };
    filter().map_err(|error| format!("a call of the system cannot be refused: {error}"))
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn hide() -> Result<(), String> {
    Err("it is done on Linux alone".to_owned())
}
