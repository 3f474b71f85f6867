//! What a hostile writer would do: give changed bytes the digests and checksums that make them look whole. For tests and
//! fuzzing alone.

use zerocopy::{FromBytes, IntoBytes};

use super::blocks::{self, BLOCK_BYTES};
use super::format::{HEADER_BYTES, Header, SECTION_BYTES, checksum};

/// Seals an index again after it was changed; `false` if it has no room for what that takes.
pub(super) fn seal(bytes: &mut [u8]) -> bool {
    let Ok((mut header, _)) = Header::read_from_prefix(bytes) else {
        return false;
    };
    let sections = header.sections.get() as usize;
    let body = sections
        .saturating_mul(SECTION_BYTES)
        .saturating_add(HEADER_BYTES);
    let end = header.body_end.get() as usize;
    let Some(content) = bytes.get(body..end) else {
        return false;
    };
    let level_1 = content
        .chunks(BLOCK_BYTES)
        .flat_map(blocks::digest)
        .collect();
    let (digests, root) = blocks::finish_digests(level_1);
    if bytes.len() - end != digests.len() {
        return false;
    }
    bytes[end..].copy_from_slice(&digests);
    header.root = root;
    header.checksum = checksum(&header, &bytes[HEADER_BYTES..body]);
    bytes[..HEADER_BYTES].copy_from_slice(header.as_bytes());
    true
}
