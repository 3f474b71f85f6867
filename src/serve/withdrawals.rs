//! Withdrawals by a token, as a running service takes part in them: it erases what it holds, then says when no request is
//! answered from older lists.
//!
//! A request is answered from the lists as they were when it looked. So requests are counted in rounds. A round ends when
//! lists of another generation answer. Once every request of the rounds before is over, no answer holds what those lists
//! held. What such requests noted for the review is erased after that.

use std::collections::BTreeSet;
use std::mem;
use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};

use basma::Result;

use super::service::Service;
use super::watch::log::TARGET;
use crate::cli::rights::{Answered, Asked, answer, asked};

/// A request that is under way, or what is left of its work.
pub(super) type UnderWay = Arc<()>;

/// Requests under way, and the withdrawal that the service takes part in.
#[derive(Debug, Default)]
pub(super) struct Withdrawals {
    round: RwLock<UnderWay>,
    /// Of the one thread that follows the store.
    pending: Mutex<Option<Pending>>,
}

#[derive(Debug)]
struct Pending {
    asked: Asked,
    /// What is erased: of withdrawals before that were not finished, too.
    texts: BTreeSet<String>,
    answered: Answered,
    /// The generation that answers since the last round ended, and that round.
    turned: Option<(u64, Weak<()>)>,
    /// The generation that answered when it began.
    first: u64,
    /// Whether the command ended. What could not be erased is tried again where the lists have changed.
    is_over: bool,
}

impl Withdrawals {
    /// Counts a request until this is dropped.
    pub(super) fn enter(&self) -> UnderWay {
        let round = self.round.read().unwrap_or_else(PoisonError::into_inner);
        round.clone()
    }

    /// Ends a round.
    fn turn(&self) -> Weak<()> {
        let mut round = self.round.write().unwrap_or_else(PoisonError::into_inner);
        Arc::downgrade(&mem::take(&mut *round))
    }
}

impl Service {
    /// Takes the next step of a withdrawal, if there is one.
    pub(super) fn withdraw_step(&self) -> Result<()> {
        let store = self.store.path();
        let mut pending = self
            .withdrawals
            .pending
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let now = if self.read_only { None } else { asked(store)? };
        match (&mut *pending, now) {
            (None, None) => return Ok(()),
            (Some(known), None) if known.is_over => {}
            // What is noted for the review of requests before is on its way still.
            (Some(known), None) => (known.is_over, known.turned) = (true, None),
            (Some(known), Some(now)) if known.asked == now => {}
            (known, Some(now)) => {
                // Of one that nobody waits for any more, too.
                let mut texts = now.texts.clone();
                texts.extend(known.take().into_iter().flat_map(|known| known.texts));
                self.review.withhold(texts.clone());
                let mut new = Pending {
                    answered: Answered {
                        id: now.id.clone(),
                        request_seconds: self.deadline.as_secs(),
                        ..Answered::default()
                    },
                    asked: now,
                    texts: texts.clone(),
                    turned: None,
                    first: self.state().map_or(0, |state| state.generation),
                    is_over: false,
                };
                self.erase(&mut new.answered, &texts);
                answer(store, &new.answered)?;
                *known = Some(new);
            }
        }
        let Some(known) = &mut *pending else {
            return Ok(());
        };
        let generation = self.state().map_or(0, |state| state.generation);
        if known.is_over && known.answered.has_failed && generation == known.first {
            // The command failed before it changed any list: the entry counts, and what is kept of it.
            self.review.withhold(BTreeSet::new());
            *pending = None;
            return Ok(());
        }
        let is_turned = |(turned, _): &(u64, Weak<()>)| *turned == generation;
        if !known.turned.as_ref().is_some_and(is_turned) {
            known.turned = Some((generation, self.withdrawals.turn()));
        }
        let is_drained = known
            .turned
            .as_ref()
            .is_some_and(|(_, round)| round.strong_count() == 0);
        let is_told = known.answered.generation == generation && !known.answered.has_failed;
        if !is_drained || (is_told && !known.is_over) {
            return Ok(());
        }
        known.answered.has_failed = false;
        let texts = known.texts.clone();
        self.erase(&mut known.answered, &texts);
        known.answered.generation = generation;
        if !known.is_over {
            return answer(store, &known.answered);
        }
        if !known.answered.has_failed {
            self.review.withhold(BTreeSet::new());
            *pending = None;
        }
        Ok(())
    }

    /// Erases what holds one of these texts in the files of the service, and in its memory.
    fn erase(&self, answered: &mut Answered, texts: &BTreeSet<String>) {
        let of_queue = self.review.erase(self.store.path(), texts);
        let of_contents = self.curation.erase(texts);
        // It names quarantined entries. A flood that lasts is known again within a block.
        if let Some(breaker) = &self.breaker {
            breaker.clear();
        }
        let erased = &mut answered.erased;
        for (count, done) in [
            (&mut erased.queue, of_queue),
            (&mut erased.contents, of_contents),
        ] {
            match done {
                Ok(more) => *count += more,
                Err(error) => {
                    answered.has_failed = true;
                    let error = error.to_string();
                    tracing::error!(target: TARGET, error, "a withdrawal cannot be carried out");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_is_over_when_its_requests_are_and_no_other() {
        let withdrawals = Withdrawals::default();
        let first = withdrawals.enter();
        let round = withdrawals.turn();
        let second = withdrawals.enter();
        assert_eq!(round.strong_count(), 1);
        let work = first.clone();
        drop(first);
        assert_eq!(round.strong_count(), 1);
        drop(work);
        assert_eq!(round.strong_count(), 0);
        let next = withdrawals.turn();
        assert_eq!(next.strong_count(), 1);
        drop(second);
        assert_eq!(next.strong_count(), 0);
    }
}
