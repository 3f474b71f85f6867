//! A file whose digest is made while it is written.

use std::io::{self, BufWriter, Write};

use sha2::{Digest as _, Sha256};

/// A writer that digests what passes.
pub(super) struct Hashed<W: Write> {
    writer: BufWriter<W>,
    sha256: Sha256,
}

impl<W: Write> Hashed<W> {
    pub(super) fn new(writer: W) -> Hashed<W> {
        Hashed {
            writer: BufWriter::new(writer),
            sha256: Sha256::new(),
        }
    }

    /// The writer, and the SHA-256 of what was written, in hexadecimal.
    pub(super) fn finish(self) -> io::Result<(W, String)> {
        let digest = self.sha256.finalize();
        let digest = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let writer = self.writer.into_inner();
        Ok((writer.map_err(io::IntoInnerError::into_error)?, digest))
    }
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.writer.write(bytes)?;
        self.sha256.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}
