//! Where a list behind an interface stands: between refreshes, and within a window.

use serde::{Deserialize, Serialize};

use super::config::Interface;
use super::crawl::Crawl;
use crate::list::Mode;
use crate::store::layout::clock;
use crate::store::layout::raw::Digest;

/// The state after a window that was exhausted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Standing {
    /// Where the next window begins, as the provider counts.
    pub(super) cursor: Option<String>,
    /// When the last exhausted window was begun, in seconds since 1970 UTC.
    pub(super) exhausted: i64,
    /// Windows whose page could not be read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) owed: Vec<Owed>,
}

/// A window whose page could not be read, which is asked for again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Owed {
    pub(super) window: Window,
    /// The digest of the bytes that came.
    pub(super) letter: Option<Digest>,
}

/// What is asked for: all that was updated between two moments, or since a cursor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Window {
    /// From a second on, and before another.
    Times(i64, i64),
    /// Since a cursor of the provider; from the beginning, if there is none.
    Since(Option<String>),
}

impl Window {
    pub(super) fn is_of_times(&self) -> bool {
        matches!(self, Window::Times(..))
    }

    /// The earlier and the later half, where there are more seconds than one.
    pub(super) fn halves(&self) -> Option<[Window; 2]> {
        match *self {
            Window::Times(from, to) if to - from > 1 => {
                let middle = from + (to - from) / 2;
                Some([Window::Times(from, middle), Window::Times(middle, to)])
            }
            _ => None,
        }
    }

    pub(super) fn shown(&self) -> (String, String) {
        match self {
            Window::Times(from, to) => (clock::text(*from), clock::text(*to)),
            Window::Since(cursor) => (cursor.clone().unwrap_or_default(), String::new()),
        }
    }
}

impl Standing {
    /// Whether withdrawals may have been missed since.
    pub(super) fn is_stale(&self, interface: &Interface, now: i64) -> bool {
        let age = now.saturating_sub(self.exhausted);
        interface.stale_seconds().is_some_and(|most| age > most)
    }

    pub(super) fn after(progress: &Progress) -> Standing {
        Standing {
            cursor: progress.cursor.clone(),
            exhausted: progress.begun,
            owed: progress.owed.clone(),
        }
    }
}

/// How far a fetch has come. It stands beside the pages that are there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Progress {
    /// Whether the pages are the whole list, or what has changed.
    pub(super) mode: Mode,
    /// The cursor that the pages come after.
    after: Option<String>,
    /// When the first page was asked for.
    pub(super) begun: i64,
    /// What is left, the next last.
    pub(super) windows: Vec<Window>,
    /// The page of the last window that comes next; its first, if none is named.
    pub(super) next: Option<String>,
    /// Where the next fetch begins once this one is over.
    pub(super) cursor: Option<String>,
    pub(super) pages: u64,
    pub(super) records: u64,
    #[serde(default)]
    pub(super) owed: Vec<Owed>,
    /// Whether it ended before a page that cannot be read.
    #[serde(default)]
    pub(super) is_cut: bool,
    /// Of an HMA, how far its numbers were asked for.
    #[serde(default, skip_serializing_if = "Crawl::is_new")]
    pub(super) crawl: Crawl,
}

impl Progress {
    pub(super) fn new(
        interface: &Interface,
        standing: Option<&Standing>,
        mode: Mode,
        now: i64,
    ) -> Progress {
        let cursor = standing.and_then(|standing| standing.cursor.clone());
        let time = cursor
            .as_deref()
            .and_then(|cursor| cursor.parse::<i64>().ok());
        let from = time.map(|time| time.saturating_sub(interface.overlap_seconds()).max(0));
        let window = match interface {
            Interface::Ncmec(_) => Window::Times(from.unwrap_or(0), now),
            Interface::Tat(_) | Interface::Hma(_) => Window::Since(cursor.clone()),
            Interface::ThreatExchange(_) | Interface::StopNcii(_) => {
                Window::Since(from.map(|from| from.to_string()))
            }
        };
        let owed = standing.into_iter().flat_map(|standing| &standing.owed);
        // What is owed comes first, so that what is newer comes after it.
        let owed = owed.map(|owed| owed.window.clone());
        let windows = std::iter::once(window).chain(owed).collect();
        Progress {
            mode,
            after: cursor.clone(),
            begun: now,
            windows,
            next: None,
            cursor: match interface {
                Interface::Ncmec(_) => Some(now.to_string()),
                _ => cursor,
            },
            pages: 0,
            records: 0,
            owed: Vec::new(),
            is_cut: false,
            crawl: Crawl::default(),
        }
    }

    /// Whether this, which waits, is the beginning of what is wanted now, and its links still lead on.
    pub(super) fn goes_on(&self, wanted: &Progress, interface: &Interface, now: i64) -> bool {
        let age = now.saturating_sub(self.begun);
        self.mode == wanted.mode
            && self.after == wanted.after
            && !self.is_cut
            && (0..interface.link_seconds()).contains(&age)
    }

    /// Takes account of where a page says that the next window begins.
    pub(super) fn reach(&mut self, interface: &Interface, cursor: Option<String>, now: i64) {
        let Some(cursor) = cursor else { return };
        let number = |cursor: &str| cursor.parse::<i64>().ok();
        self.cursor = match interface {
            // The window itself says it.
            Interface::Ncmec(_) => return,
            Interface::Tat(_) | Interface::Hma(_) => Some(cursor),
            // Pages are in no order, and a time to come would skip what comes before it.
            Interface::ThreatExchange(_) | Interface::StopNcii(_) => {
                let known = self.cursor.as_deref().and_then(number);
                let reached = number(&cursor).map(|time| time.min(now));
                known
                    .into_iter()
                    .chain(reached)
                    .max()
                    .map(|time| time.to_string())
            }
        };
    }
}
