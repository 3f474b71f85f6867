//! The records of folders of a disc (ECMA-119, 9.1).

/// What stands before the name.
const HEADER_BYTES: usize = 33;

/// How names are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Names {
    /// With a version behind them: `A.TXT;1`.
    Plain,
    /// In UCS-2, which Joliet has.
    Wide,
}

impl Names {
    /// A name as people know it.
    pub(super) fn read(self, name: &[u8]) -> Vec<u8> {
        let name = match self {
            Names::Plain => name.to_vec(),
            Names::Wide => {
                let units = name.as_chunks().0.iter();
                let units: Vec<u16> = units.map(|unit| u16::from_be_bytes(*unit)).collect();
                String::from_utf16_lossy(&units).into_bytes()
            }
        };
        let version = name.iter().rposition(|byte| *byte == b';');
        let is_version = |digits: &[u8]| digits.iter().all(u8::is_ascii_digit);
        let name = match version {
            Some(at) if at > 0 && is_version(&name[at + 1..]) => &name[..at],
            _ => &name[..],
        };
        match name {
            [rest @ .., b'.'] if !rest.is_empty() => rest.to_vec(),
            name => name.to_vec(),
        }
    }
}

/// A record.
#[derive(Clone, Debug)]
pub(super) struct Record {
    block: u64,
    /// Blocks before the content.
    attributes: u64,
    pub(super) size: u64,
    flags: u8,
    /// It is written with gaps between its parts.
    pub(super) is_interleaved: bool,
    pub(super) name: Vec<u8>,
    /// What systems add.
    pub(super) system: Vec<u8>,
}

impl Record {
    /// Reads the record that these bytes are.
    pub(super) fn read(bytes: &[u8]) -> Option<Record> {
        let number = |at: usize| {
            let bytes = bytes.get(at..at + 4)?.try_into().ok()?;
            Some(u64::from(u32::from_le_bytes(bytes)))
        };
        let name_bytes = usize::from(*bytes.get(32)?);
        let name = bytes.get(HEADER_BYTES..HEADER_BYTES + name_bytes)?;
        // Names are filled up to an even place.
        let system = HEADER_BYTES + name_bytes + (name_bytes + 1) % 2;
        let is_sound = name_bytes > 0;
        is_sound.then_some(Record {
            block: number(2)?,
            attributes: u64::from(bytes[1]),
            size: number(10)?,
            flags: bytes[25],
            is_interleaved: bytes[26] != 0 || bytes[27] != 0,
            name: name.to_vec(),
            system: bytes.get(system..).unwrap_or_default().to_vec(),
        })
    }

    /// Where its content begins.
    pub(super) fn begin(&self, block_bytes: u64) -> u64 {
        (self.block + self.attributes) * block_bytes
    }

    pub(super) fn is_folder(&self) -> bool {
        self.flags & 0x02 != 0
    }

    /// Whether the file goes on in the next record.
    pub(super) fn goes_on(&self) -> bool {
        self.flags & 0x80 != 0
    }

    /// Whether it is of the folder itself, or of that around it.
    pub(super) fn is_own(&self) -> bool {
        matches!(self.name.as_slice(), [0 | 1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_versions() {
        let of = |name: &[u8]| Names::Plain.read(name);
        assert_eq!(of(b"A.TXT;1"), b"A.TXT");
        assert_eq!(of(b"README.;12"), b"README");
        assert_eq!(of(b"a;b"), b"a;b");
        assert_eq!(of(b";1"), b";1");
        assert_eq!(
            Names::Wide.read(&[0, b'a', 4, 0x36, 0, b';', 0, b'1']),
            "aж".as_bytes()
        );
    }
}
