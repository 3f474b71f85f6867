//! A connection that ends where its client takes nothing of an answer.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

use super::ending::{Returned, Traffic};

/// A stream whose writes fail once nothing was written for a time. It is given back once this is dropped.
pub(super) struct Impatient<S> {
    /// There until this is dropped.
    stream: Option<S>,
    most: Duration,
    /// When it fails, while a write waits.
    end: Pin<Box<Sleep>>,
    waits: bool,
    traffic: Arc<Traffic>,
    returned: Returned<S>,
}

impl<S> Impatient<S> {
    pub(super) fn new(
        stream: S,
        most: Duration,
        traffic: Arc<Traffic>,
        returned: Returned<S>,
    ) -> Impatient<S> {
        Impatient {
            stream: Some(stream),
            most,
            end: Box::pin(tokio::time::sleep(most)),
            waits: false,
            traffic,
            returned,
        }
    }

    fn stream(&mut self) -> Pin<&mut S>
    where
        S: Unpin,
    {
        Pin::new(self.stream.as_mut().expect("it is there until the drop"))
    }

    /// The result of a write, or an error if it has waited too long.
    fn within<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            if self.waits {
                self.traffic.waits(false);
            }
            self.waits = false;
            return written;
        }
        if !self.waits {
            self.waits = true;
            self.traffic.waits(true);
            self.end.as_mut().reset(Instant::now() + self.most);
        }
        ready!(self.end.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Impatient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = self.stream().poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.traffic.received();
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Impatient<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = self.stream().poll_write(context, bytes);
        self.within(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = self.stream().poll_write_vectored(context, parts);
        self.within(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        let stream = self.stream.as_ref();
        stream.is_some_and(AsyncWrite::is_write_vectored)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = self.stream().poll_flush(context);
        self.within(context, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let ended = self.stream().poll_shutdown(context);
        self.within(context, ended)
    }
}

impl<S> Drop for Impatient<S> {
    fn drop(&mut self) {
        if let Some(stream) = self.stream.take() {
            self.returned.put(stream);
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    #[test]
    fn an_answer_that_nobody_takes_ends() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let (ours, mut theirs) = tokio::io::duplex(8);
            let (most, returned) = (Duration::from_millis(20), Returned::new());
            let mut stream = Impatient::new(ours, most, Arc::default(), returned.clone());
            stream.write_all(b"12345678").await.unwrap();
            let error = stream.write_all(b"9").await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::TimedOut);
            // Time in which nothing waits does not count.
            let mut taken = [0; 8];
            theirs.read_exact(&mut taken).await.unwrap();
            stream.write_all(b"9").await.unwrap();
            assert!(returned.take().is_none());
            drop(stream);
            assert!(returned.take().is_some());
        });
    }
}
