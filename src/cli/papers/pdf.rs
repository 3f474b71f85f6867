//! The page as PDF, printed by a browser of the Chromium family.
//!
//! A browser shapes Arabic, orders text of both directions and tags the PDF, and it has the fonts. A library such as `typst`
//! or `krilla` would need fonts in the program and a second layout of the page. The browser has no network: names resolve to
//! nothing, and the policy of the page forbids all requests. It keeps nothing: its folder is removed.

use std::env;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use basma::error::{Action, Problem};
use basma::papers::Out;
use basma::{Error, Result, escape};

use super::{Source, Written, io_error};

/// The names of browsers that are looked for, in this order.
const BROWSERS: [&str; 6] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "brave-browser",
];

/// A page of 500 findings in three languages takes a few seconds.
const TIME_MAX: Duration = Duration::from_secs(180);

pub(super) fn write(
    source: &Source<'_>,
    browser: Option<&Path>,
    out: &mut Out<'_>,
) -> Result<Written> {
    let named = browser.map(Path::to_owned);
    let browser = named.or_else(find).ok_or(Problem::PaperBrowserMissing)?;
    let folder = tempfile::tempdir().map_err(io_error(Action::Create, &env::temp_dir()))?;
    let html = folder.path().join("page.html");
    let mut file = File::create(&html).map_err(io_error(Action::Create, &html))?;
    let written = source.report(&mut Out::new(&mut file, &html))?;
    drop(file);
    let pdf = folder.path().join("page.pdf");
    print(&browser, folder.path(), &html, &pdf)?;
    let mut file = File::open(&pdf).map_err(|error| failed(&browser, error.to_string()))?;
    let mut begin = [0; 5];
    let read = file.read_exact(&mut begin);
    if read.is_err() || &begin != b"%PDF-" {
        return Err(failed(&browser, "its output is no PDF".to_owned()));
    }
    let copied = out
        .write_all(&begin)
        .and_then(|()| io::copy(&mut file, out));
    copied.map_err(io_error(Action::Write, &pdf))?;
    Ok(written)
}

fn find() -> Option<PathBuf> {
    let folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH")?).collect();
    let places = BROWSERS.iter().flat_map(|name| {
        let folders = folders.iter().filter(|folder| folder.is_absolute());
        folders.map(|folder| folder.join(name)).collect::<Vec<_>>()
    });
    places.into_iter().find(|place| place.is_file())
}

fn failed(browser: &Path, message: String) -> Error {
    let browser = escape::path(browser).into_owned();
    let message = escape::message(&message).into_owned();
    Problem::PaperBrowserFailed { browser, message }.into()
}

fn print(browser: &Path, folder: &Path, html: &Path, pdf: &Path) -> Result<()> {
    let log = folder.join("log");
    let errors = File::create(&log).map_err(io_error(Action::Create, &log))?;
    let option = |name: &str, path: &Path| {
        let mut option = OsString::from(name);
        option.push(path);
        option
    };
    let mut command = Command::new(browser);
    command
        .args([
            "--headless",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-extensions",
            "--disable-sync",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            "--no-pdf-header-footer",
            "--export-tagged-pdf",
        ])
        .arg(option("--user-data-dir=", &folder.join("profile")))
        .arg(option("--print-to-pdf=", pdf));
    // The browser refuses to run as root within its own sandbox.
    #[cfg(unix)]
    if is_root() {
        command.arg("--no-sandbox");
    }
    command
        .arg(option("file://", html))
        .env("HOME", folder)
        .env("XDG_CONFIG_HOME", folder)
        .env("XDG_CACHE_HOME", folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(errors);
    let child = command.spawn();
    let child = child.map_err(|error| failed(browser, error.to_string()))?;
    match wait(child).map_err(|error| failed(browser, error.to_string()))? {
        Some(status) if status.success() => Ok(()),
        Some(status) => {
            let said = fs::read(&log).unwrap_or_default();
            let said = String::from_utf8_lossy(&said);
            let last = said.lines().last().unwrap_or_default();
            let last: String = last.chars().take(300).collect();
            Err(failed(browser, format!("{status}: {last}")))
        }
        None => {
            let seconds = TIME_MAX.as_secs();
            Err(failed(
                browser,
                format!("it took more than {seconds} seconds"),
            ))
        }
    }
}

#[cfg(unix)]
fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// How the browser ended; none if its time was over.
fn wait(mut child: Child) -> io::Result<Option<std::process::ExitStatus>> {
    let end = Instant::now() + TIME_MAX;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() > end {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(Duration::from_millis(50));
    }
}
