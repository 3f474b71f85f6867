//! A scan shared by several machines: each file is of exactly one.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use crate::error::Problem;
use crate::{Error, Result};

/// One of several scans that share the files below the same roots.
///
/// Which shard has a file is told by its path below its root alone. So it does not matter where a machine mounts the root, or
/// how many files there are. The members of an archive are of the shard that has the archive.
///
/// ```
/// use basma::scan::Shard;
/// let shards: Vec<Shard> = ["0/3", "1/3", "2/3"].map(|text| text.parse().unwrap()).to_vec();
/// let holders = shards.iter().filter(|shard| shard.holds("chat/a.jpg".as_ref()));
/// assert_eq!(holders.count(), 1);
/// assert!("3/3".parse::<Shard>().is_err() && "1/0".parse::<Shard>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    index: u32,
    of: u32,
}

impl Shard {
    /// The shard with this number, from 0, of so many.
    ///
    /// # Errors
    /// [`Error::Argument`] for a number that is not below the number of shards.
    pub fn new(index: u32, of: u32) -> Result<Shard> {
        if index < of {
            return Ok(Shard { index, of });
        }
        let text = format!("{index}/{of}");
        Err(Problem::Shard { text }.into())
    }

    /// Its number, from 0.
    pub fn index(self) -> u32 {
        self.index
    }

    /// How many shards there are.
    pub fn of(self) -> u32 {
        self.of
    }

    /// Whether it has the file with this path below the root.
    pub fn holds(self, path: &Path) -> bool {
        let digest = blake3::hash(path.as_os_str().as_encoded_bytes());
        let head = digest.as_bytes().first_chunk().expect("32 bytes");
        u64::from_le_bytes(*head) % u64::from(self.of) == u64::from(self.index)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

impl FromStr for Shard {
    type Err = Error;

    /// Reads `0/8`: the first of eight.
    fn from_str(text: &str) -> Result<Shard> {
        let number = |text: &str| text.parse::<u32>().ok();
        let numbers = text.split_once('/');
        let numbers = numbers.and_then(|(index, of)| number(index).zip(number(of)));
        match numbers {
            Some((index, of)) => Shard::new(index, of),
            None => {
                let text = text.escape_default().to_string();
                Err(Problem::Shard { text }.into())
            }
        }
    }
}

/// What all shards of a scan have seen alike, if they looked at the same files.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Coverage {
    /// The shard that was examined.
    pub shard: Shard,
    /// How many files were walked, those of other shards included.
    pub walked: u64,
    /// A digest of their paths below their roots, in the order of the walk, in hexadecimal.
    pub digest: String,
}

/// What a walk has seen, as it goes on.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    shard: Shard,
    walked: u64,
    paths: blake3::Hasher,
}

impl Seen {
    pub(super) fn new(shard: Shard) -> Seen {
        Seen {
            shard,
            walked: 0,
            paths: blake3::Hasher::new(),
        }
    }

    /// Counts a file; whether it is of the shard.
    pub(super) fn takes(&mut self, path: &Path) -> bool {
        self.walked += 1;
        self.paths.update(path.as_os_str().as_encoded_bytes());
        // No path holds it: two paths are not one.
        self.paths.update(&[0]);
        self.shard.holds(path)
    }

    pub(super) fn coverage(&self) -> Coverage {
        let digest = self.paths.finalize().to_hex();
        Coverage {
            shard: self.shard,
            walked: self.walked,
            digest: digest[..32].to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;
    use crate::Matcher;
    use crate::hash::HashType;
    use crate::hasher::Hasher;
    use crate::report::Summary;
    use crate::scan::Scan;

    fn scanned(root: &Path, shard: Option<Shard>) -> (Vec<String>, crate::scan::Summary) {
        let mut paths = Vec::new();
        let scan = Scan::new(Matcher::new([])).with_hasher(Hasher::new([HashType::Md5]));
        let summary = scan.with_shard(shard).run([root], |finding| {
            let below = finding.path.strip_prefix(root).unwrap();
            paths.push(below.display().to_string());
            ControlFlow::Continue(())
        });
        (paths, summary.unwrap())
    }

    #[test]
    fn each_file_is_of_one_shard_wherever_its_root_is_mounted() {
        let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        for folder in &folders {
            for i in 0..60 {
                let inner = folder.path().join(format!("{}", i % 7));
                std::fs::create_dir_all(&inner).unwrap();
                std::fs::write(inner.join(format!("{i}")), "x").unwrap();
            }
        }
        let (all, _) = scanned(folders[0].path(), None);
        for of in [1, 2, 5, 64] {
            let (mut together, mut summaries) = (Vec::new(), Vec::new());
            for index in 0..of {
                let shard = Shard::new(index, of).unwrap();
                let (here, summary) = scanned(folders[0].path(), Some(shard));
                let (there, _) = scanned(folders[1].path(), Some(shard));
                assert_eq!(here, there);
                together.extend(here);
                summaries.push(Summary::of_hashing(&summary).summary);
            }
            together.sort();
            let mut all = all.clone();
            all.sort();
            assert_eq!(together, all);
            let whole = Summary::merge(summaries).unwrap().summary;
            assert_eq!((whole.discovered, whole.hashed), (60, Some(60)));
        }
    }

    #[test]
    fn a_file_that_came_between_two_shards_is_no_proof() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a"), "x").unwrap();
        let shard = |index| scanned(folder.path(), Some(Shard::new(index, 2).unwrap())).1;
        let first = Summary::of_hashing(&shard(0)).summary;
        std::fs::write(folder.path().join("b"), "x").unwrap();
        let second = Summary::of_hashing(&shard(1)).summary;
        let error = Summary::merge([first, second]).unwrap_err().to_string();
        assert!(error.contains("saw other files"), "{error}");
    }
}
