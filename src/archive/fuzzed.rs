//! The doorway of the fuzzer: the module above is not public.

use std::io::Cursor;
use std::path::Path;

use super::{Archive, ArchiveLimits, Content, Kind};

impl ArchiveLimits {
    /// Walks any bytes, as the archive that they are or by their signatures, with some members known, and holds that to what it
    /// promises.
    pub fn hold_to(&self, bytes: &[u8], member_bytes_max: u64) {
        match Kind::sniff(bytes) {
            Some(kind) => {
                self.hold_kind_to(kind, bytes, member_bytes_max);
                if kind == Kind::DiskImage {
                    self.hold_kind_to(Kind::DiskImageBlocks, bytes, member_bytes_max);
                }
            }
            None => {
                for kind in [Kind::Blocks, Kind::Bytes] {
                    self.hold_kind_to(kind, bytes, member_bytes_max);
                }
            }
        }
    }

    fn hold_kind_to(&self, kind: Kind, bytes: &[u8], member_bytes_max: u64) {
        let walk = |known: &dyn Fn(u64) -> bool| {
            let source = Cursor::new(bytes.to_vec());
            let (len, name) = (bytes.len() as u64, Path::new("fuzzed.gz"));
            let mut archive = Archive::open(kind, source, len, name, self, member_bytes_max);
            let mut paths = Vec::new();
            while let Some(member) = archive.next_member(known) {
                assert_eq!(member.number, paths.len() as u64);
                assert_eq!(member.content == Content::Known, known(member.number));
                if let Content::Bytes(bytes) = &member.content {
                    assert!(bytes.len() as u64 <= member_bytes_max);
                }
                paths.push(member.path);
            }
            assert!(archive.next_member(known).is_none());
            (paths, archive.end())
        };
        let (all, _) = walk(&|_| false);
        let (odd, _) = walk(&|number| number % 2 == 1);
        let (none, _) = walk(&|_| true);
        assert!(
            all == odd && all == none,
            "what is known changes the members"
        );
    }
}
