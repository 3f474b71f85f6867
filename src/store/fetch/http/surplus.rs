//! What a server sends after the end that it announced.
//!
//! An HTTP client has no use for those bytes. Here they show that the announced length is wrong, and that the bytes are
//! only the beginning of a list. So the connection is not dropped when the body has been read, but kept to be asked.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ureq::Error;
use ureq::unversioned::transport::{Buffers, ConnectionDetails, Connector, NextTimeout, Transport};

/// How long is waited for more where a server does not close the connection as it is asked to.
const WAIT_MAX: Duration = Duration::from_secs(1);

/// The last connection that was done with.
#[derive(Clone, Debug, Default)]
pub(super) struct Last(Arc<Mutex<Option<Box<dyn Transport>>>>);

impl Last {
    fn replace(&self, transport: Option<Box<dyn Transport>>) -> Option<Box<dyn Transport>> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *last, transport)
    }

    /// Forgets a connection of before, so that it is not taken for the next.
    pub(super) fn clear(&self) {
        // Dropped after the lock was given back: one within another comes here again.
        drop(self.replace(None));
    }

    /// Whether there is more in it than was read.
    pub(super) fn has_more(&self, wait: Duration) -> bool {
        let Some(mut transport) = self.replace(None) else {
            return false;
        };
        let timeout = NextTimeout {
            after: wait.min(WAIT_MAX).into(),
            ..NextTimeout::default()
        };
        // An error is an end as well: nothing that comes after it was announced or not.
        !transport.buffers().input().is_empty() || transport.await_input(timeout).unwrap_or(false)
    }
}

impl<In: Transport> Connector<In> for Last {
    type Out = Kept;

    fn connect(
        &self,
        _: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Kept>, Error> {
        Ok(chained.map(|transport| Kept {
            transport: Some(Box::new(transport)),
            last: self.clone(),
        }))
    }
}

/// A connection that outlives the client's use of it.
#[derive(Debug)]
pub(super) struct Kept {
    /// Gone when it is dropped, and not before.
    transport: Option<Box<dyn Transport>>,
    last: Last,
}

impl Kept {
    fn transport(&mut self) -> &mut dyn Transport {
        self.transport.as_mut().expect("there until it is dropped")
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        drop(self.last.replace(self.transport.take()));
    }
}

impl Transport for Kept {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.transport().buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.transport().transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.transport().await_input(timeout)
    }

    fn is_open(&mut self) -> bool {
        self.transport().is_open()
    }

    fn is_tls(&self) -> bool {
        self.transport
            .as_ref()
            .is_some_and(|transport| transport.is_tls())
    }
}
