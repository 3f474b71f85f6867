//! Forms, part by part. What stands before a part and in its head is kept in memory until the part begins: it is bounded.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::multipart::{Field, Multipart, MultipartRejection};
use axum::extract::{FromRequest as _, Request};
use hyper::body::{Frame, SizeHint};

use super::service::Service;

/// The most bytes that may come between two pieces of parts: the head of a part, and what a connection reads at a time.
const UNREAD_MAX: usize = 256 << 10;

/// A form whose parts are read one behind the other.
pub(super) struct Form {
    parts: Multipart,
    unread: Unread,
}

/// One part.
pub(super) struct Part<'a> {
    field: Field<'a>,
    unread: Unread,
}

/// Why a form cannot be read on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// It breaks off, or is none.
    Torn,
    /// More stands before a part, or in its head, than is kept.
    HeadTooLong,
}

impl Broken {
    pub(super) const HEAD_TOO_LONG: &'static str = "The head of a part is too long";
}

/// How many bytes came since something was read of a part.
#[derive(Clone, Debug, Default)]
struct Unread(Arc<AtomicUsize>);

impl Unread {
    fn broken(&self) -> Broken {
        if self.0.load(Ordering::Relaxed) > UNREAD_MAX {
            Broken::HeadTooLong
        } else {
            Broken::Torn
        }
    }

    fn read(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

impl Form {
    /// The form that is the body of a request.
    ///
    /// # Errors
    /// That of a request that has none.
    pub(super) async fn of(
        service: &Arc<Service>,
        request: Request,
    ) -> Result<Form, MultipartRejection> {
        let unread = Unread::default();
        let bounded = |body| {
            let unread = unread.clone();
            Body::new(Bounded { body, unread })
        };
        let parts = Multipart::from_request(request.map(bounded), service).await?;
        Ok(Form { parts, unread })
    }

    /// The next part; none after the last.
    ///
    /// # Errors
    /// Where the form cannot be read on.
    pub(super) async fn next_part(&mut self) -> Result<Option<Part<'_>>, Broken> {
        let field = self.parts.next_field().await;
        let field = field.map_err(|_| self.unread.broken())?;
        self.unread.read();
        let unread = self.unread.clone();
        Ok(field.map(|field| Part { field, unread }))
    }
}

impl Part<'_> {
    pub(super) fn name(&self) -> Option<&str> {
        self.field.name()
    }

    pub(super) fn file_name(&self) -> Option<&str> {
        self.field.file_name()
    }

    /// The next piece of the part; none after the last.
    ///
    /// # Errors
    /// Where the form cannot be read on.
    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>, Broken> {
        let chunk = self.field.chunk().await;
        let chunk = chunk.map_err(|_| self.unread.broken())?;
        self.unread.read();
        Ok(chunk)
    }
}

/// A body that fails where too much of it comes without a part being read.
struct Bounded {
    body: Body,
    unread: Unread,
}

impl HttpBody for Bounded {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        let Some(Ok(frame)) = frame else {
            return Poll::Ready(frame);
        };
        let bytes = frame.data_ref().map_or(0, Bytes::len);
        let before = self.unread.0.fetch_add(bytes, Ordering::Relaxed);
        if before.saturating_add(bytes) > UNREAD_MAX {
            return Poll::Ready(Some(Err(axum::Error::new(Broken::HEAD_TOO_LONG))));
        }
        Poll::Ready(Some(Ok(frame)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
