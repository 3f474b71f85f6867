//! Passwords that are tried on what is encrypted, and how many of them.

use std::fmt;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::crypt::{HmacSha1, pbkdf2};
use super::gap::{Gap, GapKind};
use crate::error::{Action, Problem, Reason};
use crate::{Error, Result, escape};

/// The largest file of passwords, in bytes.
const BYTES_MAX: u64 = 64 << 20;

/// The most passwords.
const PASSWORDS_MAX: usize = 1_000_000;

/// How many steps of hashing, of 64 bytes each, all attempts on one archive may take. These are about half a minute.
const STEPS_MAX: u64 = 1 << 27;

/// How many rounds the digest of the passwords takes: a cache that has it is no help in guessing them.
const DIGEST_ROUNDS: u32 = 100_000;

/// Passwords that are tried on encrypted archives, in their order. Clones share them, and nothing prints them.
///
/// ```
/// use basma::scan::Passwords;
/// let passwords = Passwords::from_lines(b"first\r\nsecond\n")?;
/// assert_eq!(passwords.len(), 2);
/// assert_eq!(format!("{passwords:?}"), "Passwords(2)");
/// # Ok::<(), basma::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Passwords(Option<Arc<All>>);

struct All {
    /// Unlike for all that were read by this process.
    id: u64,
    passwords: Vec<Vec<u8>>,
    digest: [u8; 20],
}

impl Passwords {
    /// Those in a file, one a line. They are bytes, which need not be UTF-8. A line may end as Windows ends it, and empty lines
    /// are left out.
    ///
    /// # Errors
    /// [`Error::Io`], and those of [`from_lines`](Self::from_lines).
    pub fn read(path: &Path) -> Result<Passwords> {
        let mut bytes = Vec::new();
        let file = File::open(path).map_err(Error::io(Action::Open, path))?;
        file.take(BYTES_MAX + 1)
            .read_to_end(&mut bytes)
            .map_err(Error::io(Action::Read, path))?;
        let shown = escape::path(path);
        Passwords::of_lines(&bytes, &shown)
    }

    /// Those in these bytes.
    ///
    /// # Errors
    /// [`Error::Argument`] where there are more than a million, or none, or more than 64 MiB of them.
    pub fn from_lines(bytes: &[u8]) -> Result<Passwords> {
        Passwords::of_lines(bytes, "-")
    }

    fn of_lines(bytes: &[u8], path: &str) -> Result<Passwords> {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let path = || path.to_owned();
        let wide = of_utf16(bytes);
        let bytes = wide.as_deref().map_or(bytes, str::as_bytes);
        // Editors of Windows begin a file with this mark.
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let lines = bytes.split(|byte| *byte == b'\n');
        let lines = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line));
        let lines = lines.filter(|line| !line.is_empty());
        let passwords: Vec<Vec<u8>> = lines.take(PASSWORDS_MAX + 1).map(<[u8]>::to_vec).collect();
        if passwords.len() > PASSWORDS_MAX || bytes.len() as u64 > BYTES_MAX {
            let limit = PASSWORDS_MAX as u64;
            return Err(Problem::PasswordsTooMany {
                path: path(),
                limit,
            }
            .into());
        }
        if passwords.is_empty() {
            return Err(Problem::PasswordsMissing { path: path() }.into());
        }
        let mut all = blake3::Hasher::new();
        for password in &passwords {
            all.update(&(password.len() as u64).to_le_bytes());
            all.update(password);
        }
        let key = HmacSha1::new(all.finalize().as_bytes());
        Ok(Passwords(Some(Arc::new(All {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            passwords,
            digest: pbkdf2(&key, b"basma passwords", DIGEST_ROUNDS, 1),
        }))))
    }

    /// Those that another process sent, which knew how many there may be.
    #[cfg(target_os = "linux")]
    pub(crate) fn sent(lines: &[u8]) -> Option<Passwords> {
        let passwords: Vec<Vec<u8>> = lines
            .split(|byte| *byte == b'\n')
            .map(<[u8]>::to_vec)
            .collect();
        let is_sound = passwords.len() <= PASSWORDS_MAX;
        is_sound.then(|| {
            Passwords(Some(Arc::new(All {
                id: 0,
                passwords,
                digest: [0; 20],
            })))
        })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    fn all(&self) -> &[Vec<u8>] {
        self.0.as_ref().map_or(&[], |all| &all.passwords)
    }

    /// Tells these apart from others; 0 for none.
    #[cfg(target_os = "linux")]
    pub(crate) fn id(&self) -> u64 {
        self.0.as_ref().map_or(0, |all| all.id)
    }

    /// A digest that takes long to compute; `None` for none.
    pub(crate) fn digest(&self) -> Option<[u8; 20]> {
        self.0.as_ref().map(|all| all.digest)
    }

    /// The lines that they are read from again.
    #[cfg(target_os = "linux")]
    pub(crate) fn to_lines(&self) -> Vec<u8> {
        self.all().join(&b'\n')
    }
}

/// What stands in a file of UTF-16, which some programs of Windows write. It begins with a mark.
fn of_utf16(bytes: &[u8]) -> Option<String> {
    let read: fn([u8; 2]) -> u16 = match bytes {
        [0xFF, 0xFE, ..] => u16::from_le_bytes,
        [0xFE, 0xFF, ..] => u16::from_be_bytes,
        _ => return None,
    };
    let units: Vec<u16> = bytes[2..]
        .as_chunks()
        .0
        .iter()
        .map(|unit| read(*unit))
        .collect();
    Some(String::from_utf16_lossy(&units))
}

impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Passwords({})", self.len())
    }
}

/// How a password fits.
pub(super) enum Fit<T> {
    /// A checksum holds.
    Whole(T),
    /// Its first bytes do, and no more: it counts only where the password opened something before, or is the only one.
    Likely(T),
    No,
}

/// Passwords as they are tried on one archive and all that is nested in it.
#[derive(Default)]
pub(super) struct Keyring(Mutex<Ring>);

struct Ring {
    passwords: Passwords,
    /// The place of the last that opened something.
    last: Option<usize>,
    steps: Steps,
}

impl Default for Ring {
    fn default() -> Ring {
        Ring {
            passwords: Passwords::default(),
            last: None,
            steps: Steps(STEPS_MAX),
        }
    }
}

/// How much may still be hashed.
pub(super) struct Steps(u64);

impl Steps {
    /// Takes so many steps; `false`, and nothing is left, if there were fewer.
    pub(super) fn take(&mut self, steps: u64) -> bool {
        let is_enough = steps <= self.0;
        self.0 = self.0.saturating_sub(steps);
        is_enough
    }

    /// Takes the steps of so many bytes.
    pub(super) fn take_bytes(&mut self, bytes: u64) -> bool {
        self.take(bytes.div_ceil(64))
    }
}

impl Keyring {
    pub(super) fn set(&self, passwords: Passwords) {
        let mut ring = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ring.passwords = passwords;
    }

    /// Tries all passwords, the last good one first. `closed` says what it is without any.
    pub(super) fn open<T>(
        &self,
        closed: Reason,
        mut attempt: impl FnMut(&[u8], &mut Steps) -> io::Result<Option<Fit<T>>>,
    ) -> std::result::Result<T, Gap> {
        let unsupported = |reason: Reason| Err((GapKind::Unsupported, reason.into()));
        let mut ring = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Ring {
            passwords,
            last,
            steps,
        } = &mut *ring;
        if passwords.is_empty() {
            return unsupported(closed);
        }
        let all = passwords.all();
        let first = *last;
        let others = (0..all.len()).filter(|place| Some(*place) != first);
        let mut likely = None;
        for (tried, place) in first.into_iter().chain(others).enumerate() {
            let before = steps.0;
            match attempt(&all[place], steps).map_err(super::gap::gap_of)? {
                Some(Fit::Whole(opened)) => {
                    // Only guessing has an end: what is opened is limited as all content is.
                    steps.0 = before;
                    *last = Some(place);
                    return Ok(opened);
                }
                Some(Fit::Likely(opened)) => {
                    let is_trusted = Some(place) == *last || all.len() == 1;
                    likely = likely.or(is_trusted.then_some(opened));
                }
                Some(Fit::No) => {}
                None if likely.is_some() => break,
                None => {
                    let tried = tried as u64;
                    return unsupported(Reason::PasswordAttempts { tried });
                }
            }
        }
        likely.map_or_else(|| unsupported(Reason::PasswordNoneFits), Ok)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_lines_of_bytes() {
        let passwords = Passwords::from_lines(b"\xEF\xBB\xBFa\r\n\n\xFF b\nc").unwrap();
        assert_eq!(passwords.all(), [&b"a"[..], b"\xFF b", b"c"]);
        assert_eq!(passwords.to_lines(), b"a\n\xFF b\nc");
        let same = Passwords::from_lines(b"a\n\xFF b\nc\n").unwrap();
        assert_eq!(passwords.digest(), same.digest());
        let other = Passwords::from_lines(b"a\n\xFF b\nd\n").unwrap();
        assert_ne!(passwords.digest(), other.digest());
        assert_eq!(format!("{passwords:?}"), "Passwords(3)");
        let wide = |read: fn(u16) -> [u8; 2]| {
            let units = "\u{feff}é\r\n\nb".encode_utf16();
            Passwords::from_lines(&units.flat_map(read).collect::<Vec<u8>>()).unwrap()
        };
        for wide in [wide(u16::to_le_bytes), wide(u16::to_be_bytes)] {
            assert_eq!(wide.all(), ["é".as_bytes(), b"b"]);
        }
    }

    #[test]
    fn a_million_lines_are_read_and_one_more_is_refused() {
        let lines = b"x\n".repeat(PASSWORDS_MAX);
        assert_eq!(Passwords::from_lines(&lines).unwrap().len(), PASSWORDS_MAX);
        let lines = [&lines[..], b"y"].concat();
        assert!(Passwords::from_lines(&lines).is_err());
        assert!(Passwords::from_lines(b"\r\n\n").is_err());
    }

    #[test]
    fn the_last_good_password_is_tried_first_and_the_steps_have_an_end() {
        let ring = Keyring::default();
        let closed = || Reason::ZipEncrypted;
        let attempts = |good: &'static [u8], cost: u64| {
            let mut tried = Vec::new();
            let opened = ring.open(closed(), |password, steps| {
                if !steps.take(cost) {
                    return Ok(None);
                }
                tried.push(password.to_vec());
                Ok(Some(if password == good {
                    Fit::Whole(())
                } else {
                    Fit::No
                }))
            });
            (tried.concat(), opened.err().map(|(_, reasons)| reasons))
        };
        assert_eq!(attempts(b"c", 1).1, Some(Reason::ZipEncrypted.into()));
        ring.set(Passwords::from_lines(b"a\nb\nc\n").unwrap());
        assert_eq!(attempts(b"b", 1), (b"ab".to_vec(), None));
        assert_eq!(attempts(b"c", 1), (b"bac".to_vec(), None));
        let none = Some(Reason::PasswordNoneFits.into());
        assert_eq!(attempts(b"d", 1), (b"cab".to_vec(), none));
        let tried = Some(Reason::PasswordAttempts { tried: 1 }.into());
        assert_eq!(attempts(b"a", STEPS_MAX / 2 + 1), (b"c".to_vec(), tried));
    }
}
