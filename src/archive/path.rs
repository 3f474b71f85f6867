//! Paths of members, bounded. A few bytes of an archive can give each of its members a path of a megabyte.

use super::gap::Gap;
use crate::archive::gap::GapKind;
use crate::error::Reason;

/// The longest path of a member, in bytes, with those of the archives around it. It is four times that of Linux.
pub(super) const PATH_MAX: usize = 16 << 10;

/// The path of a member within that of the archive that it is in, which is empty for the outermost. What is too long is cut,
/// visibly and with a gap.
pub(super) fn join(outer: &[u8], name: &[u8]) -> (Vec<u8>, Option<Gap>) {
    let between: &[u8] = if outer.is_empty() { b"" } else { b"!/" };
    let len = outer.len() + between.len() + name.len();
    if len <= PATH_MAX {
        return ([outer, between, name].concat(), None);
    }
    let mark = format!("[cut: {len} bytes]");
    let parts = [outer, between, name].into_iter().flatten();
    let mut path: Vec<u8> = parts.take(PATH_MAX - mark.len()).copied().collect();
    path.extend(mark.bytes());
    let reason = Reason::MemberPathTooLong {
        limit: PATH_MAX as u64,
    };
    (path, Some((GapKind::Damaged, reason.into())))
}

/// What a link points to, no longer than a path may be.
pub(super) fn target(path: &[u8]) -> String {
    crate::escape::escape(&join(b"", path).0).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_cut_where_they_are_too_long_in_all() {
        assert_eq!(join(b"", b"a").0, b"a");
        assert_eq!(join(b"in.zip", b"a").0, b"in.zip!/a");
        let whole = vec![b'a'; PATH_MAX];
        assert_eq!(join(b"", &whole), (whole.clone(), None));
        for (outer, name) in [(&b"in"[..], &whole[..]), (&whole, b"a"), (&whole, &whole)] {
            let (path, gap) = join(outer, name);
            assert_eq!(path.len(), PATH_MAX);
            let mark = format!("a[cut: {} bytes]", outer.len() + 2 + name.len());
            assert!(path.ends_with(mark.as_bytes()));
            assert_eq!(gap.unwrap().0, GapKind::Damaged);
        }
    }
}
