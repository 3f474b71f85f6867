//! The content of a file of an image.

use std::io::{self, Read};

use super::volume::Extent;
use crate::archive::source::Source;

/// The content of a file, stretch by stretch.
pub(super) struct Content<'s> {
    source: &'s mut Source,
    extents: std::vec::IntoIter<Extent>,
    /// What is left of the stretch that it is at.
    extent: Extent,
}

impl Content<'_> {
    pub(super) fn new(source: &mut Source, extents: Vec<Extent>) -> Content<'_> {
        Content {
            source,
            extents: extents.into_iter(),
            extent: Extent::Zeros(0),
        }
    }
}

impl Read for Content<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if buf.is_empty() {
            return Ok(0);
        }
        while self.extent.len() == 0 {
            match self.extents.next() {
                Some(extent) => self.extent = extent,
                None => return Ok(0),
            }
        }
        let most = usize::try_from(self.extent.len()).unwrap_or(usize::MAX);
        let most = most.min(buf.len());
        let buf = &mut buf[..most];
        match &mut self.extent {
            Extent::Zeros(left) => {
                buf.fill(0);
                *left -= buf.len() as u64;
                Ok(buf.len())
            }
            Extent::Held(bytes) => {
                buf.copy_from_slice(&bytes[..buf.len()]);
                bytes.drain(..buf.len());
                Ok(buf.len())
            }
            Extent::At(stretch) => {
                self.source.go_to(stretch.start)?;
                let read = self.source.read(buf)?;
                if read == 0 {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                stretch.start += read as u64;
                Ok(read)
            }
        }
    }
}
