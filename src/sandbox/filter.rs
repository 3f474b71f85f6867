//! seccomp: which calls of the system a process may make.
//!
//! A decoder has a list of what it may call. Everything else fails with "operation not permitted", so that a library that
//! tries it goes on without. Programs such as ffmpeg call too much for that: for them the list holds what is refused.

use std::collections::BTreeMap;
use std::io;

use libc::c_long;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch, apply_filter,
};

use super::Profile;

/// What a decoder may call, whatever the arguments are. None of these opens, names or starts anything.
pub(super) const ALLOWED: &[c_long] = &[
    libc::SYS_brk,
    libc::SYS_clock_getres,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_close,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_fstat,
    libc::SYS_futex,
    libc::SYS_getpid,
    libc::SYS_getrandom,
    libc::SYS_gettid,
    libc::SYS_gettimeofday,
    libc::SYS_lseek,
    libc::SYS_madvise,
    libc::SYS_mremap,
    libc::SYS_munmap,
    libc::SYS_nanosleep,
    libc::SYS_pread64,
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_recvfrom,
    libc::SYS_recvmsg,
    libc::SYS_restart_syscall,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sched_getaffinity,
    libc::SYS_sched_yield,
    libc::SYS_sendmsg,
    libc::SYS_sendto,
    libc::SYS_sigaltstack,
    libc::SYS_write,
    libc::SYS_writev,
];

/// What programs may not call: the network, other processes, the system itself.
pub(super) const REFUSED: &[c_long] = &[
    libc::SYS_accept,
    libc::SYS_accept4,
    libc::SYS_acct,
    libc::SYS_add_key,
    libc::SYS_bind,
    libc::SYS_bpf,
    libc::SYS_chroot,
    libc::SYS_connect,
    libc::SYS_delete_module,
    libc::SYS_finit_module,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fsopen,
    libc::SYS_init_module,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_io_uring_setup,
    libc::SYS_kcmp,
    libc::SYS_kexec_load,
    libc::SYS_keyctl,
    libc::SYS_listen,
    libc::SYS_mknodat,
    libc::SYS_mount,
    libc::SYS_move_mount,
    libc::SYS_name_to_handle_at,
    libc::SYS_open_by_handle_at,
    libc::SYS_open_tree,
    libc::SYS_perf_event_open,
    libc::SYS_personality,
    libc::SYS_pidfd_getfd,
    libc::SYS_pivot_root,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_ptrace,
    libc::SYS_quotactl,
    libc::SYS_reboot,
    libc::SYS_request_key,
    libc::SYS_setns,
    libc::SYS_socket,
    libc::SYS_swapoff,
    libc::SYS_swapon,
    libc::SYS_syslog,
    libc::SYS_umount2,
    libc::SYS_unshare,
    libc::SYS_userfaultfd,
];

/// Whether this thread, and all that it starts, is held to the calls of the profile. It is not on a system without seccomp.
pub(super) fn apply(profile: &Profile) -> io::Result<bool> {
    let Ok(architecture) = TargetArch::try_from(std::env::consts::ARCH) else {
        return Ok(false);
    };
    let program = program(profile, architecture).map_err(io::Error::other)?;
    match apply_filter(&program) {
        Ok(()) => Ok(true),
        // What was built is right for every kernel that has filters.
        Err(seccompiler::Error::Prctl(_) | seccompiler::Error::Seccomp(_)) => Ok(false),
        Err(error) => Err(io::Error::other(error)),
    }
}

fn program(
    profile: &Profile,
    architecture: TargetArch,
) -> Result<BpfProgram, seccompiler::BackendError> {
    let refuse = SeccompAction::Errno(libc::EPERM.unsigned_abs());
    let all = |calls: &[c_long]| -> BTreeMap<c_long, Vec<SeccompRule>> {
        calls.iter().map(|call| (*call, Vec::new())).collect()
    };
    let filter = match profile {
        Profile::Decoder { .. } => {
            let mut rules = all(ALLOWED);
            rules.extend(conditional()?);
            SeccompFilter::new(rules, refuse, SeccompAction::Allow, architecture)?
        }
        Profile::Programs { .. } => {
            SeccompFilter::new(all(REFUSED), SeccompAction::Allow, refuse, architecture)?
        }
    };
    filter.try_into()
}

/// What a decoder may call with some arguments alone.
fn conditional() -> Result<Vec<(c_long, Vec<SeccompRule>)>, seccompiler::BackendError> {
    let rule = |argument: u8, operator: SeccompCmpOp, value: u64| {
        let condition = SeccompCondition::new(argument, SeccompCmpArgLen::Dword, operator, value)?;
        SeccompRule::new(vec![condition])
    };
    // Memory that can be run is how data becomes a program.
    let is_data = || {
        let executable = u64::from(libc::PROT_EXEC.unsigned_abs());
        rule(2, SeccompCmpOp::MaskedEq(executable), 0)
    };
    let of_file = |command: libc::c_int| rule(1, SeccompCmpOp::Eq, command.unsigned_abs().into());
    let duplicates = [
        of_file(libc::F_DUPFD_CLOEXEC)?,
        of_file(libc::F_GETFD)?,
        of_file(libc::F_GETFL)?,
    ];
    // A program that aborts sends itself a signal.
    let own = rule(0, SeccompCmpOp::Eq, std::process::id().into())?;
    Ok(vec![
        (libc::SYS_mmap, vec![is_data()?]),
        (libc::SYS_mprotect, vec![is_data()?]),
        (libc::SYS_fcntl, duplicates.to_vec()),
        (libc::SYS_tgkill, vec![own.clone()]),
        (libc::SYS_tkill, vec![own]),
        // The limit on its own time.
        (libc::SYS_prlimit64, vec![rule(0, SeccompCmpOp::Eq, 0)?]),
    ])
}
