//! One way to end a job before its end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::{Error, Result};

/// Ends jobs from another thread. Clones share one state: a job that holds one ends soon after another is cancelled.
///
/// ```
/// use basma::{CancelToken, Error, hash::HashType, hasher::Hasher};
/// let token = CancelToken::new();
/// let hasher = Hasher::new([HashType::Md5]).with_cancel(token.clone());
/// token.cancel();
/// assert!(matches!(hasher.hash_reader(&b"abc"[..]), Err(Error::Cancelled)));
/// ```
#[derive(Clone, Debug, Default)]
pub struct CancelToken(Arc<AtomicBool>);

impl CancelToken {
    /// A token that is not cancelled.
    pub fn new() -> CancelToken {
        CancelToken::default()
    }

    /// Asks every job that holds the token to end. This cannot be undone.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the jobs are to end.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Nothing, as long as the job may go on.
    ///
    /// # Errors
    /// [`Error::Cancelled`] once it is to end.
    pub fn check(&self) -> Result<()> {
        if self.is_cancelled() {
            Err(Error::Cancelled)
        } else {
            Ok(())
        }
    }
}

/// A flag that something else sets, as a handler of signals does. It is only read.
impl From<Arc<AtomicBool>> for CancelToken {
    fn from(flag: Arc<AtomicBool>) -> CancelToken {
        CancelToken(flag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_are_cancelled_together_and_flags_from_outside() {
        let token = CancelToken::new();
        let other = token.clone();
        assert!(other.check().is_ok());
        token.cancel();
        assert!(matches!(other.check(), Err(Error::Cancelled)));

        let flag = Arc::new(AtomicBool::new(false));
        let token = CancelToken::from(flag.clone());
        assert!(!token.is_cancelled());
        flag.store(true, Ordering::Relaxed);
        assert!(token.is_cancelled());
    }
}
