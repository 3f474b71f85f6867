//! A list behind the interface of a provider: page by page, from where the last fetch ended.
//!
//! One line: `window -> ask for a page -> check it -> keep it -> follow its link -> ... -> the window is exhausted`.
//!
//! - The cursor moves only when all pages of a window are there. Until then the pages wait, and the next refresh goes on
//!   after the last one.
//! - Each window begins a while before the last one ended, because clocks differ. Records that come again say the same
//!   again.
//! - A provider tells of withdrawals for a limited time. Where the last exhausted window is older, all of the list is
//!   fetched, and takes the place of what is in force.
//! - A page that cannot be read is asked for again. After that the window is halved, down to a second, so that one bad
//!   page costs a second of entries. The second is owed: it is asked for at each refresh, and its bytes are kept.
//! - A link to a page that no longer works begins the window anew, once.
//!
//! What differs between providers stands in [`ask`]. An HMA has no pages, and is asked for one content after the other
//! by [`crawl`]. What their records mean stands in `list::provider`.

mod ask;
mod config;
mod crawl;
mod page;
mod state;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use ureq::http::HeaderName;

use super::super::{Fetched, Fresh, Known, SourceWarning};
use super::Http;
use super::attempts::{Attempts, Failure};
use super::client::Client;
use super::part::Download;
use super::url::FetchUrl;
use crate::error::{FetchProblem, PageFault, StatusMeaning};
use crate::list::Mode;
use crate::list::provider::Head;
use crate::store::layout::clock;
use crate::store::layout::raw::{Digest, Raw};
use crate::{Error, Result, escape};
pub(crate) use config::Interface;
use page::{Page, Token};
pub(crate) use state::Standing;
use state::{Owed, Progress, Window};

/// How many bytes of pages may be lost to a killed process.
const NOTE_BYTES: u64 = 4 << 20;

/// How many windows of a second may be owed. A provider that sends more bad pages is out of order.
const OWED_MAX: usize = 64;

/// One list behind an interface, to be fetched now.
pub(super) struct Pages<'a> {
    pub(super) http: &'a Http,
    pub(super) interface: &'a Interface,
    pub(super) client: &'a Client,
    pub(super) list: &'a str,
    pub(super) known: &'a Known,
    /// Whether what is known is of this interface, and its bytes are there.
    pub(super) is_known: bool,
    pub(super) raw: &'a Raw,
    pub(super) place: FetchUrl,
    /// The digest of the URL and of what is asked for.
    pub(super) id: Digest,
    /// Headers of every request, beside the credential.
    pub(super) headers: Vec<(HeaderName, String)>,
    /// The name and password of a session.
    pub(super) sign_in: Option<(String, String)>,
    pub(super) stopped: &'a AtomicBool,
    pub(super) warnings: &'a Mutex<Vec<SourceWarning>>,
    /// The bytes of the last page that could not be read.
    pub(super) letter: Mutex<Option<Vec<u8>>>,
    pub(super) now: i64,
}

/// How a window ended.
enum Ended {
    /// All of its pages are there. The provider may say where the next one begins.
    Exhausted,
    /// A page of it cannot be read, whatever is tried.
    Bad(PageFault),
}

impl Pages<'_> {
    pub(super) fn run(&self) -> Result<Fetched> {
        let standing = self.known.interface.as_ref();
        let is_good = |standing: &&Standing| !standing.is_stale(self.interface, self.now);
        // An HMA does not tell what has changed: all of it is fetched each time.
        let tells_changes = !matches!(self.interface, Interface::Hma(_));
        let standing = standing.filter(|_| self.is_known && tells_changes);
        let standing = standing.filter(is_good);
        let mode = standing.map_or(Mode::Snapshot, |_| Mode::Delta);
        let mut part: Download<'_, Progress> =
            Download::open(self.raw, self.list, self.id, &|| self.is_stopped())?;
        let begun = Progress::new(self.interface, standing, mode, self.now);
        let mut progress = match part.waiting() {
            Some((_, waiting)) if waiting.goes_on(&begun, self.interface, self.now) => waiting,
            _ => {
                self.restart(&mut part, &begun)?;
                begun
            }
        };
        let outcome = match self.interface {
            Interface::Hma(of) => self.crawl(&mut part, &mut progress, of),
            interface => {
                let mut token = Token::new(interface);
                self.windows(&mut part, &mut progress, &mut token)
            }
        };
        if let Err(failure) = outcome {
            // What is there waits for the rest.
            if progress.pages > 0 {
                part.mark(progress, u64::MAX)?;
                part.pause()?;
            } else {
                part.discard()?;
            }
            return Err(match failure {
                Failure::Here(error) => error,
                Failure::Final(problem) | Failure::Again(problem, _) => self.http.failed(problem),
            });
        }
        self.finish(part, progress, standing)
    }

    fn restart(&self, part: &mut Download<'_, Progress>, progress: &Progress) -> Result<()> {
        part.restart(Some(progress.clone()))?;
        let members = self.interface.members();
        let mut head = Head::new(self.interface.provider(), progress.mode, members);
        // Contents of an HMA may be switched off until a moment.
        head.at = matches!(self.interface, Interface::Hma(_)).then_some(progress.begun);
        part.write(&head.line())
    }

    /// Goes through all windows that are left.
    fn windows(
        &self,
        part: &mut Download<'_, Progress>,
        progress: &mut Progress,
        token: &mut Token,
    ) -> std::result::Result<(), Failure> {
        while let Some(window) = progress.windows.last().cloned() {
            match self.window(part, progress, token, &window)? {
                Ended::Exhausted => {
                    progress.windows.pop();
                    progress.next = None;
                }
                Ended::Bad(fault) => self.divide(progress, &window, fault)?,
            }
            part.mark(progress.clone(), NOTE_BYTES)?;
        }
        Ok(())
    }

    /// Halves a window with a bad page, or owes it.
    fn divide(
        &self,
        progress: &mut Progress,
        window: &Window,
        fault: PageFault,
    ) -> std::result::Result<(), Failure> {
        let page = progress.pages + 1;
        let bytes = lock(&self.letter).take();
        if let Some([early, late]) = window.halves() {
            progress.windows.pop();
            progress.next = None;
            progress.windows.extend([late, early]);
            return Ok(());
        }
        if window.is_of_times() && progress.owed.len() < OWED_MAX {
            progress.windows.pop();
            progress.next = None;
            let letter = bytes.map(|bytes| self.keep(&bytes)).transpose()?;
            progress.owed.push(Owed {
                window: window.clone(),
                letter,
            });
            let (from, to) = window.shown();
            self.warn(SourceWarning::PageOwed { from, to });
            return Ok(());
        }
        // Nothing leads past this page. What came before it is good, where it adds to what is in force.
        if progress.mode == Mode::Delta && progress.records > 0 {
            progress.windows.clear();
            progress.is_cut = true;
            self.warn(SourceWarning::PagesEnd { page });
            return Ok(());
        }
        Err(Failure::Final(FetchProblem::Page { page, fault }))
    }

    fn warn(&self, warning: SourceWarning) {
        lock(self.warnings).push(warning);
    }

    fn keep(&self, bytes: &[u8]) -> Result<Digest> {
        let mut rest = bytes;
        let received = self.raw.receive(
            |buffer| Ok(std::io::Read::read(&mut rest, buffer).unwrap_or(0)),
            page::BYTES_MAX,
            &|| false,
        )?;
        received.keep()
    }

    /// Fetches the pages of a window, from the one that comes next.
    fn window(
        &self,
        part: &mut Download<'_, Progress>,
        progress: &mut Progress,
        token: &mut Token,
        window: &Window,
    ) -> std::result::Result<Ended, Failure> {
        let mut is_anew = false;
        loop {
            let next = progress.next.clone();
            let place = ask::place(self.interface, &self.place, window, next.as_deref());
            let place = match place {
                Ok(place) => place,
                Err(fault) => return Ok(Ended::Bad(fault)),
            };
            let page = match self.page(&place, token) {
                Ok(page) => page,
                // Links to pages last for some hours.
                Err(Failure::Final(FetchProblem::Status {
                    status: 400 | 404 | 410,
                    ..
                })) if next.is_some() && !is_anew => {
                    is_anew = true;
                    progress.next = None;
                    self.warn(SourceWarning::PagesAnew);
                    continue;
                }
                Err(
                    Failure::Final(FetchProblem::Page { fault, .. })
                    | Failure::Again(FetchProblem::Page { fault, .. }, _),
                ) => return Ok(Ended::Bad(fault)),
                Err(failure) => return Err(failure),
            };
            let paging = page.paging;
            if paging.next.is_some() && paging.next == next {
                *lock(&self.letter) = Some(page.bytes);
                return Ok(Ended::Bad(PageFault::Loop));
            }
            let limit = self.http.size_max;
            if part.bytes() + page.bytes.len() as u64 > limit {
                return Err(Failure::Final(FetchProblem::TooLarge { limit }));
            }
            part.write(&page.bytes)?;
            part.write(b"\n")?;
            progress.pages += 1;
            progress.records += paging.records;
            progress.reach(self.interface, paging.cursor, self.now);
            match paging.next {
                None => return Ok(Ended::Exhausted),
                next => progress.next = next,
            }
            part.mark(progress.clone(), NOTE_BYTES)?;
        }
    }

    /// One page, asked for as often as may help.
    fn page(&self, place: &FetchUrl, token: &mut Token) -> std::result::Result<Page, Failure> {
        let attempts = Attempts::new(self.http, self.client, self.stopped);
        attempts.run(|| {
            if self.is_stopped() {
                return Err(Failure::Here(Error::Cancelled));
            }
            token.page(self, place)
        })
    }

    fn finish(
        &self,
        mut part: Download<'_, Progress>,
        progress: Progress,
        standing: Option<&Standing>,
    ) -> Result<Fetched> {
        let after = match standing.filter(|_| progress.is_cut) {
            // The same window comes again.
            Some(standing) => standing.clone(),
            None => Standing::after(&progress),
        };
        let name = format!("{} {}", self.interface.name(), clock::text(progress.begun));
        let mut next = Known {
            // What is missing behind a bad page is as old as before.
            as_of: Some(after.exhausted),
            name: Some(escape::escape(name.as_bytes()).into_owned()),
            place: Some(self.id),
            interface: Some(after),
            ..Known::default()
        };
        if progress.mode == Mode::Delta && progress.records == 0 {
            part.discard()?;
            next.digest = self.known.digest;
            return Ok(Fetched::Unchanged {
                signature: None,
                known: Box::new(next),
            });
        }
        let bytes = part.bytes();
        let digest = part.finish()?;
        next.digest = Some(digest);
        Ok(Fetched::Files(vec![Fresh {
            name: next.name.clone().unwrap_or_default(),
            digest,
            bytes,
            as_of: next.as_of,
            signature: None,
            mode: Some(progress.mode),
            known: next,
        }]))
    }

    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether a status says that the credential is not, or no longer, good.
fn is_denied(problem: &FetchProblem) -> bool {
    matches!(
        problem,
        FetchProblem::Status {
            meaning: StatusMeaning::Denied,
            ..
        }
    )
}

#[cfg(test)]
mod tests;
