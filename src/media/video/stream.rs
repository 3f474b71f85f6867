//! A container's bytes, read a few at a time and passed over where they are pictures.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

/// A reader that knows where it is, or where it would be in a longer file.
pub(super) struct Stream<R> {
    reader: BufReader<R>,
    at: u64,
    len: u64,
}

impl<R: Read + Seek> Stream<R> {
    /// Reads so many bytes at a time, from the first on.
    pub(super) fn new(mut reader: R, buffer: usize) -> io::Result<Stream<R>> {
        let len = reader.seek(SeekFrom::End(0))?;
        reader.seek(SeekFrom::Start(0))?;
        Ok(Stream {
            reader: BufReader::with_capacity(buffer, reader),
            at: 0,
            len,
        })
    }

    /// Where the next byte is.
    pub(super) fn at(&self) -> u64 {
        self.at
    }

    /// How many bytes there are in all.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// Goes to a place, which may lie behind the end: what is read there is the end. The system is not asked for places that
    /// no file can have.
    pub(super) fn go_to(&mut self, place: u64) -> io::Result<()> {
        let (from, to) = (self.at.min(self.len), place.min(self.len));
        let by = i64::try_from(i128::from(to) - i128::from(from)).map_err(io::Error::other)?;
        self.reader.seek_relative(by)?;
        self.at = place;
        Ok(())
    }

    /// The next bytes, all of them.
    pub(super) fn take<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.reader.read_exact(&mut bytes)?;
        self.at += N as u64;
        Ok(bytes)
    }

    /// So many bytes. The memory for them is only taken where the stream is that long.
    pub(super) fn bytes(&mut self, count: u64) -> io::Result<Vec<u8>> {
        if count > self.len.saturating_sub(self.at) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let count = usize::try_from(count).map_err(io::Error::other)?;
        let mut bytes = vec![0; count];
        self.reader.read_exact(&mut bytes)?;
        self.at += count as u64;
        Ok(bytes)
    }

    /// Adds so many bytes to others, for which memory is taken as they come.
    pub(super) fn read_to(&mut self, bytes: &mut Vec<u8>, count: u64) -> io::Result<()> {
        let read = self.reader.by_ref().take(count).read_to_end(bytes)?;
        self.at += read as u64;
        if read as u64 == count {
            Ok(())
        } else {
            Err(io::ErrorKind::UnexpectedEof.into())
        }
    }

    pub(super) fn u8(&mut self) -> io::Result<u8> {
        self.take().map(u8::from_be_bytes)
    }

    pub(super) fn u16(&mut self) -> io::Result<u16> {
        self.take().map(u16::from_be_bytes)
    }

    pub(super) fn u32(&mut self) -> io::Result<u32> {
        self.take().map(u32::from_be_bytes)
    }

    pub(super) fn u64(&mut self) -> io::Result<u64> {
        self.take().map(u64::from_be_bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::FileError;

    /// Boxes of damaged files end where no file can. The error must be that the file ends, not one of the system.
    #[test]
    fn behind_the_end_there_is_nothing_however_far() {
        let mut file = tempfile::tempfile().unwrap();
        io::Write::write_all(&mut file, b"0123456789").unwrap();
        let mut stream = Stream::new(&file, 4).unwrap();
        for place in [11, 1 << 44, i64::MAX as u64, u64::MAX] {
            stream.go_to(place).unwrap();
            assert_eq!(stream.at(), place);
            let fault = FileError::from(stream.u8().unwrap_err());
            assert!(fault.is_end());
            stream.go_to(3).unwrap();
            assert_eq!(stream.take().unwrap(), *b"34");
        }
    }
}
