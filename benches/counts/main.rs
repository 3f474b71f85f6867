//! How many instructions do the hot paths take, and more than they took before?
//!
//! `cargo bench --bench counts` runs each path under `valgrind`, which counts instructions. Times are noise on a shared machine;
//! counts of one build differ by far less than 1 %. The bench compares them with `benches/counts/kept.json` and fails where
//! one differs by more than 5 %, up or down: a gain is kept too. `BASMA_BLESS=1` writes what it counted.
//!
//! `cargo test --bench counts` does the same with the build that tests use, and the gate runs it. That build inlines less and
//! makes fewer vectors than a release. So it shows that more work is done, and not that the compiler makes less of it: the
//! first command does.
//!
//! Counts depend on the profile, the compiler and the instruction set. They are kept for each of these. `valgrind` has AVX2 and no
//! AVX-512, so the kernels for AVX-512 and NEON are not counted. Where counts cannot be compared, the bench says NOT CHECKED
//! and succeeds.
//!
//! A path is run in a process of its own, on files that were made before. A second process only loads them, and its count is
//! taken off.

mod auxv;
mod kept;
#[path = "../lists/mod.rs"]
mod lists;
mod paths;

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use kept::{Kept, Key};
use paths::HotPath;

/// What begins the arguments of a process that is counted.
const COUNTED: &str = "--counted";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [first, name, folder, work] = &arguments[..]
        && first == COUNTED
    {
        counted(name, Path::new(folder), work == "run");
        return ExitCode::SUCCESS;
    }
    if let Err(reason) = valgrind().and_then(|()| auxv::hide()) {
        return not_checked(&reason);
    }
    let folder = tempfile::tempdir().expect("a folder for the inputs");
    paths::write_inputs(folder.path());
    let key = Key::of_this_build(&vectors(folder.path()));
    let mut kept = Kept::read();
    let is_blessing = std::env::var_os("BASMA_BLESS").is_some();
    if !is_blessing && !kept.has(&key) {
        return not_checked(&format!(
            "{} holds no counts of {key}; BASMA_BLESS=1 keeps them",
            kept::PATH
        ));
    }
    println!("instructions, {key}");
    println!("| path | instructions | kept | differs by |\n|---|---|---|---|");
    let mut is_kept = true;
    for path in paths::ALL {
        let [loaded, run] = ["load", "run"].map(|work| count(path.name, folder.path(), work));
        let instructions = run.saturating_sub(loaded);
        let before = kept.count(&key, path.name);
        let differs = before.map(|before| kept::percent(before, instructions));
        let is_within = differs.is_some_and(|percent| percent.abs() <= kept::BAND_PERCENT);
        is_kept &= is_within;
        println!(
            "| {} | {instructions} | {} | {}{} |",
            path.name,
            before.map_or("none".to_owned(), |count| count.to_string()),
            differs.map_or("-".to_owned(), |percent| format!("{percent:+.1} %")),
            if is_within { "" } else { " **" },
        );
        if is_blessing {
            kept.keep(&key, path.name, instructions);
        }
    }
    if is_blessing {
        kept.write();
        return ExitCode::SUCCESS;
    }
    if is_kept {
        return ExitCode::SUCCESS;
    }
    println!(
        "a path marked ** differs by more than {} %: find out why, or keep the counts by BASMA_BLESS=1",
        kept::BAND_PERCENT
    );
    ExitCode::FAILURE
}

fn not_checked(reason: &str) -> ExitCode {
    println!("== NOT CHECKED: instructions of hot paths: {reason}");
    ExitCode::SUCCESS
}

/// Whether instructions can be counted here.
fn valgrind() -> Result<(), String> {
    let version = Command::new("valgrind").arg("--version").output();
    match version {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(format!("valgrind ended with {}", output.status)),
        Err(error) => Err(format!("valgrind cannot be run: {error}")),
    }
}

/// What a process does that is counted.
fn counted(name: &str, folder: &Path, runs: bool) {
    if name == VECTORS {
        println!("{}", detected());
        return;
    }
    let path = paths::ALL.iter().find(|path| path.name == name);
    let HotPath { load, .. } = path.expect("the name of a path");
    let mut run = load(folder);
    if runs {
        run();
    }
}

/// Asks a counted process for the instruction set that it detects.
const VECTORS: &str = "vectors";

fn detected() -> &'static str {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx512vpopcntdq") {
        return "AVX-512";
    } else if std::arch::is_x86_feature_detected!("avx2") {
        return "AVX2";
    }
    "baseline"
}

fn vectors(folder: &Path) -> String {
    let (printed, _) = under_valgrind(VECTORS, folder, "load");
    printed.trim().to_owned()
}

/// The instructions of a whole process.
fn count(name: &str, folder: &Path, work: &str) -> u64 {
    let (_, told) = under_valgrind(name, folder, work);
    let line = told.lines().find(|line| line.contains("I   refs:"));
    let line = line.unwrap_or_else(|| panic!("valgrind counted nothing:\n{told}"));
    let (_, refs) = line.split_once("refs:").expect("the line was found by it");
    let digits: String = refs.chars().filter(char::is_ascii_digit).collect();
    digits.parse().expect("a number of instructions")
}

/// What a counted process printed, and what `valgrind` told.
fn under_valgrind(name: &str, folder: &Path, work: &str) -> (String, String) {
    let this = std::env::current_exe().expect("the path of this program");
    let output = Command::new("valgrind")
        .args(["--tool=cachegrind", "--cache-sim=no"])
        .arg("--cachegrind-out-file=/dev/null")
        .arg(this)
        .args([COUNTED, name])
        .arg(folder)
        .arg(work)
        .stdin(Stdio::null())
        .output()
        .expect("valgrind was there a moment ago");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{name}: {told}");
    (String::from_utf8_lossy(&output.stdout).into_owned(), told)
}
