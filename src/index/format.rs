//! The index file, byte by byte: the specification of version 4, and of older ones as far as they differ.
//!
//! All integers are unsigned and little-endian. Nothing is aligned to more than one byte for the reader's sake.
//! Sections begin at multiples of 64 for the cache's sake. A file is never changed after it is published.
//!
//! ```text
//! header | section table | body: sections and the zeros between them | digests of the body
//! ```
//!
//! # Header, 64 bytes
//! | offset | size | field | may be trusted |
//! |---|---|---|---|
//! | 0 | 8 | magic: `89` `basma` `0d 0a`, never the start of UTF-8 text | compared first |
//! | 8 | 4 | version: 4, 3, 2 or 1 | compared second, since everything below depends on it |
//! | 12 | 4 | sections: number of records in the section table, at most 256 | once the table fits the file; proven by the checksum |
//! | 16 | 8 | file size in bytes | once it equals the size of the file at hand |
//! | 24 | 8 | body end: where the digests begin | once the digests from there end exactly at the file size |
//! | 32 | 16 | root: the digest of the last level of digests | after the checksum |
//! | 48 | 16 | checksum: the digest of the header, with zeros here, and the section table | by computing it |
//!
//! A *digest* is the first 16 bytes of BLAKE3.
//!
//! # Section table, 32 bytes per section, from offset 64
//! | offset | size | field | may be trusted |
//! |---|---|---|---|
//! | 0 | 2 | role, see below | after the checksum, where known in this version |
//! | 2 | 2 | hash type: [`HashType::code`], 0 for sections of the whole file | after the checksum, where known |
//! | 4 | 4 | zeros | compared |
//! | 8 | 8 | offset from the start of the file, a multiple of 64 | once it follows the section before it by less than 64 bytes |
//! | 16 | 8 | length in bytes | once it ends inside the body |
//! | 24 | 8 | count of elements | once it is length divided by the role's element size |
//!
//! Records ascend by hash type, then role, and no pair occurs twice; sections lie in the same order. The bytes between
//! sections are zeros.
//!
//! # Roles
//! | role | section | element | of |
//! |---|---|---|---|
//! | 1 | records | 4 bytes of length (at most 1 MiB), then as many of content | the file |
//! | 2 | lists | 8 bytes: the offset, in *records*, of a list's name | the file |
//! | 3 | sources | 8 bytes: the offset, in *records*, of a source | the file |
//! | 4 | hashes | [`HashType::bytes`] bytes: each distinct hash once | a hash type |
//! | 5 | row starts | 4 bytes: the first row of a hash; one element more than hashes, the last is the number of rows | a hash type |
//! | 6 | rows | 20 bytes, below | a hash type |
//! | 7 | BK-tree | 12 bytes, below | a perceptual hash type, optional |
//! | 8 | pictures | 12 bytes, below; from version 3 on | PDQ, optional |
//! | 9 | features | 35 bytes, below; from version 3 on | PDQ, optional |
//! | 16 | multi-index hashing | chunks, below; from version 2 on | a perceptual hash type, optional |
//! | 17 | feature starts | 4 bytes: the first posting of a bucket; one element more than buckets; from version 3 on | PDQ, optional |
//! | 18 | feature order | 4 bytes, posting: the ordinal of a feature; from version 3 on | PDQ, optional |
//! | 19-31 | kept for further search structures | | |
//!
//! Roles 1 to 3 occur once, roles 4 to 6 once for each hash type of the file. Hashes ascend by their bytes, unless there
//! is a BK-tree: then they stand in its order. There are at most 2^32 - 2 hashes and 2^32 - 1 rows of a type. The content
//! of records is specified in the module `metadata`.
//!
//! **A row** is one line of a list that holds the hash. Rows of a hash ascend by list, then in the order in which they
//! were read. The references may be trusted once compared with the counts of the sections they point into, at each use.
//!
//! | offset | size | field |
//! |---|---|---|
//! | 0 | 8 | offset, in *records*, of the row's metadata |
//! | 8 | 4 | line in the source, from 1 |
//! | 12 | 4 | source: ordinal in *sources* |
//! | 16 | 4 | list: ordinal in *lists* |
//!
//! **A node** of the BK-tree stands in preorder: a node, then the subtrees of its children by ascending distance. The
//! subtrees do not overlap.
//!
//! | offset | size | field |
//! |---|---|---|
//! | 0 | 4 | nodes: how many nodes its subtree has, itself included; 1 in a leaf |
//! | 4 | 4 | hashes: how many hashes its subtree has |
//! | 8 | 2 | nearest: how far the nearest hash of the subtree is from the parent's pivot, at least; 0 in the root |
//! | 10 | 2 | farthest: how far the farthest one is, at most; 0 in the root |
//!
//! The hashes of a subtree are contiguous. An inner node's first one is its pivot, the others are its children's in
//! order. There are no pointers, so no cycle can be written. A reader only moves forward, inside the parent's bounds,
//! and visits each node at most once. Depth is at most 8 edges, so a stack of 9 frames does. Nodes and hashes may be
//! trusted once they fit in what is left of the parent, at each visit.
//!
//! **Multi-index hashing** divides the B bits of a hash into m chunks; m is the section's count. Chunk i has the bits
//! from i x B / m to before (i + 1) x B / m, rounded down. Bit b of a hash is bit b mod 8 of byte b / 8. Chunks have 4
//! to 24 bits. For each chunk in turn stand three parts, each at a multiple of 64 from the section's start. Zeros stand
//! between them. Their sizes follow from B, m and the number of hashes, and the last one ends the section.
//!
//! | part | size | meaning | may be trusted |
//! |---|---|---|---|
//! | bucket starts | 4 x (2^bits + 1) | for each value of the chunk the first posting; then the number of hashes | where not more than the next one and the number of hashes, at each use |
//! | ordinals | 4 x hashes | posting: the ordinal of a hash that has this value; they ascend within a bucket | where less than the number of hashes, at each use |
//! | sketches | 2 or 8 x hashes | posting: of a 256-bit hash, the lowest 16 bits of its next chunk, fewer where that has fewer; of a 64-bit hash, the whole of it. After the last chunk comes the first | |
//!
//! Every hash has one posting in each chunk. Wrong postings in a file whose digests agree cannot be told from right ones
//! at a lookup; verifying tells.
//!
//! **Details** of pictures are four sections, roles 8, 9, 17 and 18, which occur together. A picture is a row whose list holds
//! details beside the hash. Pictures ascend by their rows.
//!
//! | offset | size | field of a picture | may be trusted |
//! |---|---|---|---|
//! | 0 | 4 | row: the ordinal of the row | compared with the number of rows, at each use |
//! | 4 | 4 | end: where its features end; they begin where those of the picture before end | where they are 1 to 148 and among the features, at each use |
//! | 8 | 2 | width of the plane in which the features were found | |
//! | 10 | 2 | height of it | |
//!
//! | offset | size | field of a feature |
//! |---|---|---|
//! | 0 | 1 | x, in 256ths of the width; of a tile its number, 0 to 4; of a part of a document 5 to 19 |
//! | 1 | 1 | y, in 256ths of the height; of a tile 0 |
//! | 2 | 1 | size in the high three bits, direction in the low five; 224 of a tile or part |
//! | 3 | 32 | descriptor; of a tile or part its PDQ hash |
//!
//! Buckets are 2^b, with b from 1 to 24: feature starts has one element more. The first b bits of a descriptor's key
//! are the number of its bucket. Bit 0 of a descriptor is the highest of its first byte. The key is the bits 248, 44, 175, 154,
//! 172, 17, 80, 121, 130, 37, 67, 6, 98, 59, 70, 116, 255, 213, 56, 23, 102, 190, 110 and 228. Feature order holds each feature once: by bucket, then ascending. Starts
//! may be trusted where not more than the next one and the number of features, at each use. Postings may be trusted where
//! less than the number of features.
//!
//! **Version 3** has the first 24 bits of a descriptor as its key, and is otherwise the same.
//!
//! **Version 2** has no details. An index without details is written in version 2, so that older programs read it.
//!
//! **Version 1** has no multi-index hashing either, and is otherwise the same.
//!
//! # Digests: why a damaged file gives no wrong answer
//! Opening takes constant time, so it cannot look at the body; yet no flipped bit may change an answer. The body is cut
//! into blocks of 16 KiB from its first byte, the last one shorter. The digests of all blocks form level 1. A level
//! that is longer than one block is cut in the same way. The digests of its blocks form the next level. The last level
//! fits one block. The root in the header is the digest of that level. For level 1, if it is empty, the root is the
//! digest of no bytes. The levels stand from the body's end to the file's end, level 1 first.
//!
//! A reader proves a block on first touch, from the root down, and remembers it in one bit. Nothing is read any other
//! way. So an answer comes from bytes that the header vouches for, or it is an error. One checksum over each section
//! would make the opening cost seconds. This costs 0.1 % of space, and a few microseconds at the first touch of a
//! block. A tree of digests also recognises a file mixed from two builds (an interrupted copy in place). There, old
//! blocks would agree with old digests under a new header.
//!
//! # Limits
//! This protects from accident, not from malice: a program that can write the file can write its root. Hostile files can
//! answer anything, but they cannot make a reader panic, loop, or read outside the file. A block proven once is not
//! proven again: damage that reaches memory afterwards is beyond this format.

use Role::*;
use zerocopy::little_endian::{U16, U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::blocks::{self, DIGEST_BYTES, Digest};
use super::details::Picture;
use crate::hash::{HashType, LocalFeature};

pub(super) const MAGIC: [u8; 8] = *b"\x89basma\r\n";

pub(super) const VERSION: u32 = 4;

pub(super) const SECTIONS_MAX: usize = 256;

pub(super) const ALIGNMENT: usize = 64;

/// The most hashes of one type: their number and one more must fit 32 bits.
pub(super) const HASHES_MAX: u64 = u32::MAX as u64 - 1;

/// The most rows of one type.
pub(super) const ROWS_MAX: u64 = u32::MAX as u64;

#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct Header {
    pub(super) magic: [u8; 8],
    pub(super) version: U32,
    pub(super) sections: U32,
    pub(super) file_bytes: U64,
    pub(super) body_end: U64,
    pub(super) root: Digest,
    pub(super) checksum: Digest,
}

pub(super) const HEADER_BYTES: usize = size_of::<Header>();

const _: () = assert!(HEADER_BYTES == 64);

const _: () = assert!(DIGEST_BYTES == 16);

#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct SectionRecord {
    pub(super) role: U16,
    pub(super) hash_type: U16,
    pub(super) zeros: U32,
    pub(super) offset: U64,
    pub(super) length: U64,
    pub(super) count: U64,
}

pub(super) const SECTION_BYTES: usize = size_of::<SectionRecord>();

const _: () = assert!(SECTION_BYTES == 32);

#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct Row {
    pub(super) metadata: U64,
    pub(super) line: U32,
    pub(super) source: U32,
    pub(super) list: U32,
}

const _: () = assert!(size_of::<Row>() == 20);

#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct Node {
    pub(super) nodes: U32,
    pub(super) hashes: U32,
    pub(super) nearest: U16,
    pub(super) farthest: U16,
}

const _: () = assert!(size_of::<Node>() == 12);

/// What a section holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u16)]
pub(super) enum Role {
    Records = 1,
    Lists = 2,
    Sources = 3,
    Hashes = 4,
    RowStarts = 5,
    Rows = 6,
    BkTree = 7,
    Pictures = 8,
    Features = 9,
    Mih = 16,
    FeatureStarts = 17,
    FeatureOrder = 18,
}

impl Role {
    const ALL: [Role; 12] = [
        Records,
        Lists,
        Sources,
        Hashes,
        RowStarts,
        Rows,
        BkTree,
        Pictures,
        Features,
        Mih,
        FeatureStarts,
        FeatureOrder,
    ];

    /// The roles of details, which occur together.
    pub(super) const OF_DETAILS: [Role; 4] = [Pictures, Features, FeatureStarts, FeatureOrder];

    pub(super) const fn code(self) -> u16 {
        self as u16
    }

    pub(super) fn from_code(code: u16) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.code() == code)
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Records => "records",
            Lists => "lists",
            Sources => "sources",
            Hashes => "hashes",
            RowStarts => "row starts",
            Rows => "rows",
            BkTree => "bk-tree",
            Pictures => "pictures",
            Features => "features",
            Mih => "mih",
            FeatureStarts => "feature starts",
            FeatureOrder => "feature order",
        }
    }

    pub(super) const fn is_of_a_type(self) -> bool {
        !matches!(self, Records | Lists | Sources)
    }

    /// The size of an element in bytes; `None` where elements differ in size.
    pub(super) fn element_bytes(self, hash_type: Option<HashType>) -> Option<u64> {
        match self {
            Records | Mih => None,
            Lists | Sources => Some(8),
            Hashes => hash_type.map(|t| t.bytes() as u64),
            RowStarts => Some(4),
            Rows => Some(size_of::<Row>() as u64),
            BkTree => Some(size_of::<Node>() as u64),
            Pictures => Some(size_of::<Picture>() as u64),
            Features => Some(LocalFeature::BYTES as u64),
            FeatureStarts | FeatureOrder => Some(4),
        }
    }
}

/// The checksum a header should have.
pub(super) fn checksum(header: &Header, table: &[u8]) -> Digest {
    let unsigned = Header {
        checksum: [0; DIGEST_BYTES],
        ..*header
    };
    blocks::digest_of_parts(&[unsigned.as_bytes(), table])
}
