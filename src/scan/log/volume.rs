//! Which file system a file is on: another drive at the same place holds other files, whatever they are called.
//!
//! A file system is told by its own number (ext4, btrfs, ZFS: made of its UUID). Some volumes have no such number, or it is the
//! number of the device. Examples are FAT, exFAT, NTFS and XFS. These are told by the name that the system gives the device by
//! its UUID or serial number. Where there is none either, the number of the device tells. Two exchanges cannot be seen then. A
//! drive without any name may take the place of another under the same device number. And a drive may be a copy of the other
//! byte by byte. Of network file systems the system may know no number at all.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// Where Linux lists devices by the UUIDs of what is on them.
const BY_UUID: &str = "/dev/disk/by-uuid";

/// The names of file systems, of those devices whose names had to be looked for.
#[derive(Debug, Default)]
pub(super) struct Volumes(Mutex<HashMap<u64, String>>);

impl Volumes {
    /// What tells the file system of a path from others; nothing where the system does not say.
    #[cfg(unix)]
    pub(super) fn identity(&self, path: &Path) -> String {
        use std::os::unix::fs::MetadataExt as _;
        let (Ok(metadata), Ok(of)) = (std::fs::metadata(path), rustix::fs::statvfs(path)) else {
            return String::new();
        };
        let device = metadata.dev();
        if of.f_fsid != 0 && of.f_fsid != device {
            return format!("fsid {:x}", of.f_fsid);
        }
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let name =
            names
                .entry(device)
                .or_insert_with(|| match named_in(Path::new(BY_UUID), device) {
                    Some(uuid) => format!("uuid {uuid}"),
                    None => format!("device {device:x}"),
                });
        name.clone()
    }

    #[cfg(not(unix))]
    pub(super) fn identity(&self, _: &Path) -> String {
        String::new()
    }
}

/// The name of a device in a folder of links to devices.
#[cfg(unix)]
fn named_in(folder: &Path, device: u64) -> Option<String> {
    use std::os::unix::fs::MetadataExt as _;
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .ok()?
        .flatten()
        .filter(|entry| std::fs::metadata(entry.path()).is_ok_and(|to| to.rdev() == device))
        .map(|entry| crate::escape::escape(entry.file_name().as_encoded_bytes()).into_owned())
        .collect();
    names.sort_unstable();
    names.into_iter().next()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::{MetadataExt as _, symlink};

    #[test]
    fn one_file_system_is_told_from_another() {
        let folder = tempfile::tempdir().unwrap();
        let volumes = Volumes::default();
        let here = volumes.identity(folder.path());
        std::fs::write(folder.path().join("file"), "").unwrap();
        assert_ne!(here, "");
        assert_eq!(volumes.identity(&folder.path().join("file")), here);
        assert_eq!(Volumes::default().identity(folder.path()), here);
        assert_eq!(volumes.identity(&folder.path().join("missing")), "");
        #[cfg(target_os = "linux")]
        assert_ne!(volumes.identity(Path::new("/proc/version")), here);
    }

    #[test]
    fn a_device_is_known_by_its_uuid() {
        let folder = tempfile::tempdir().unwrap();
        let null = std::fs::metadata("/dev/null").unwrap().rdev();
        assert_eq!(named_in(folder.path(), null), None);
        symlink("/dev/zero", folder.path().join("0000-0001")).unwrap();
        symlink("/dev/null", folder.path().join("ABCD-1234")).unwrap();
        symlink("/missing", folder.path().join("0000-0000")).unwrap();
        assert_eq!(named_in(folder.path(), null).as_deref(), Some("ABCD-1234"));
        assert_eq!(named_in(&folder.path().join("missing"), null), None);
    }
}
