//! One file to one finding.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::walk::Found;
use super::{Finding, Flag, Scan, Status};
use crate::hash::{Hash, HashType};
use crate::hasher::{Digests, Fingerprint};
use crate::{Error, Result};

/// The hashes of a file, and whether it kept still meanwhile.
struct Read {
    bytes: u64,
    stable: bool,
    fingerprint: Fingerprint,
}

impl Scan {
    /// Reads, decodes, hashes and looks up one file.
    ///
    /// # Errors
    /// A damaged index alone: then no file can be examined.
    pub(super) fn examine(&self, found: Found) -> Result<Finding> {
        let begun = Instant::now();
        let finding = match found {
            Found::File(path) => self.examine_file(path)?,
            Found::Special(path, what) => {
                Finding::without_content(path, Status::Skipped, what.to_owned())
            }
            Found::Unreadable(path, reason) => {
                Finding::without_content(path, Status::Unreadable, reason)
            }
        };
        Ok(Finding {
            elapsed: begun.elapsed(),
            ..finding
        })
    }

    fn examine_file(&self, path: PathBuf) -> Result<Finding> {
        let read = File::open(&path).and_then(|file| self.hash_file(&file));
        let Read {
            bytes,
            stable,
            fingerprint,
        } = match read {
            Ok(read) => read,
            Err(error) => {
                return Ok(Finding::without_content(
                    path,
                    Status::Unreadable,
                    error.to_string(),
                ));
            }
        };
        let found = self.matcher.find(&fingerprint)?;
        let mut finding = Finding {
            bytes: Some(bytes),
            mime: fingerprint.mime,
            size: fingerprint.media.as_ref().map(|m| (m.width, m.height)),
            frames: fingerprint.media.as_ref().map_or(0, |m| m.frames),
            flags: flags(&fingerprint),
            matches: found.matches,
            suppressed: found.suppressed,
            more: found.more,
            cluster: found.cluster,
            ..Finding::without_content(path, Status::Clean, String::new())
        };
        let mut gap = self.gap(&fingerprint, bytes);
        if !stable {
            finding.flags.push(Flag::Unstable);
            let reason = "it changed while it was read; scan it again".to_owned();
            gap = Some((Status::Unreadable, reason));
        }
        finding.status = match (&gap, finding.matches.is_empty()) {
            (_, false) => Status::Matched,
            (Some((status, _)), true) => *status,
            (None, true) => Status::Clean,
        };
        finding.reason = gap.map(|(_, reason)| reason);
        finding.digests = digests(&finding, &fingerprint);
        finding.prints = fingerprint.prints;
        Ok(finding)
    }

    fn hash_file(&self, file: &File) -> io::Result<Read> {
        let before = file.metadata()?;
        // One that grows as fast as it is read would never end. Files that the system makes up say that they are empty.
        let most = before.len().max(1 << 20);
        let fingerprint = self.hasher.hash_reader(file.take(most))?;
        let after = file.metadata()?;
        Ok(Read {
            bytes: before.len(),
            stable: before.len() == after.len() && before.modified()? == after.modified()?,
            fingerprint,
        })
    }

    /// What kept the file from being wholly examined and trusted, if anything did.
    fn gap(&self, fingerprint: &Fingerprint, bytes: u64) -> Option<(Status, String)> {
        if let Some(trouble) = &fingerprint.trouble {
            let status = match trouble {
                Error::OverLimit { .. } => Status::OverLimit,
                Error::Damaged(_) => Status::Damaged,
                _ => Status::Unsupported,
            };
            let reason = if bytes == 0 {
                "the file is empty".to_owned()
            } else {
                trouble.to_string()
            };
            return Some((status, reason));
        }
        // Without it nothing but digests was wanted, and they were computed.
        let media = fingerprint.media.as_ref()?;
        if let Some(reason) = &media.partial {
            return Some((Status::Damaged, reason.clone()));
        }
        if media.capped {
            let reason = format!("only the first {} frames were examined", media.frames);
            return Some((Status::OverLimit, reason));
        }
        let quality = fingerprint
            .prints
            .iter()
            .map(|print| print.quality)
            .max()
            .unwrap_or(0);
        let needed = self.matcher.policy().min_quality;
        (quality < needed).then(|| {
            let reason =
                format!("too flat to be told from others: quality {quality}, {needed} is needed");
            (Status::LowQuality, reason)
        })
    }
}

impl Finding {
    pub(super) fn without_content(path: PathBuf, status: Status, reason: String) -> Finding {
        Finding {
            path,
            status,
            reason: (!reason.is_empty()).then_some(reason),
            mime: None,
            bytes: None,
            size: None,
            frames: 0,
            digests: Vec::new(),
            prints: Vec::new(),
            matches: Vec::new(),
            suppressed: Vec::new(),
            more: 0,
            cluster: None,
            flags: Vec::new(),
            elapsed: Duration::ZERO,
        }
    }
}

/// The digests that were wanted; of a match SHA-256 as well, which ties the finding to these very bytes.
fn digests(finding: &Finding, fingerprint: &Fingerprint) -> Vec<Hash> {
    let mut digests = fingerprint.digests.clone();
    if let (Status::Matched, Some(content)) = (finding.status, &fingerprint.content)
        && digests.iter().all(|d| d.hash_type() != HashType::Sha256)
    {
        let mut sha256 = Digests::new([HashType::Sha256]);
        sha256.update(content);
        digests.extend(sha256.finish());
    }
    digests
}

fn flags(fingerprint: &Fingerprint) -> Vec<Flag> {
    let Some(media) = &fingerprint.media else {
        return Vec::new();
    };
    let flags = [
        (Flag::Partial, media.partial.is_some()),
        (Flag::Capped, media.capped),
        (Flag::Turned, media.orientation != 1),
    ];
    flags
        .into_iter()
        .filter_map(|(flag, raised)| raised.then_some(flag))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::ops::ControlFlow;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;
    use crate::hasher::Hasher;
    use crate::matcher::Matcher;

    /// However the threads take turns, sooner or later the file grows while it is read.
    #[test]
    fn a_file_that_grows_while_it_is_read_is_not_clean() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("growing");
        std::fs::write(&path, vec![7; 4 << 20]).unwrap();
        let scan = Scan::new(Matcher::new([])).with_hasher(Hasher::new([HashType::Sha256]));
        let over = AtomicBool::new(false);
        let unstable = |finding: &Finding| {
            assert_eq!(
                finding.status == Status::Unreadable,
                finding.flags == [Flag::Unstable]
            );
            finding.status == Status::Unreadable
        };
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut file = File::options().append(true).open(&path).unwrap();
                while !over.load(Ordering::Relaxed) {
                    file.write_all(b"x").unwrap();
                }
            });
            let found = (0..10_000).any(|_| {
                let mut seen = false;
                scan.run([&path], |finding| {
                    seen = unstable(&finding);
                    ControlFlow::Continue(())
                })
                .unwrap();
                seen
            });
            over.store(true, Ordering::Relaxed);
            assert!(found);
        });
        let mut last = None;
        scan.run([&path], |finding| {
            last = Some(finding.status);
            ControlFlow::Continue(())
        })
        .unwrap();
        assert_eq!(last, Some(Status::Clean), "nobody writes any more");
    }
}
