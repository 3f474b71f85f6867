//! Recognises known abuse and deepfake imagery when it reappears.
//!
//! basma ("fingerprint", بصمة) hashes pictures perceptually and looks the hashes up in lists of known material. It
//! scans folders so that every file is accounted for. It finds *copies* (recompressed, resized, greyed, converted), not
//! look-alikes; it classifies nothing. A match is a lead for a person, never a verdict.
//!
//! # Hash a picture and look it up
//!
//! ```
//! use basma::{Matcher, hash::HashType, hasher::Hasher};
//! # std::env::set_current_dir(env!("CARGO_MANIFEST_DIR")).unwrap();
//!
//! let matcher = Matcher::open(["hashsets/demo.csv"])?;
//! let hasher = Hasher::new([HashType::Pdq]);
//!
//! let upload = std::fs::read("fixtures/dump/chat/IMG-WA0003.jpg").unwrap();
//! let fingerprint = hasher.hash_bytes(&upload);
//! if let Some(error) = &fingerprint.error {
//!     // What was not looked at is never "nothing found".
//!     eprintln!("{}: {error}", error.code());
//! }
//! let found = matcher.find(&fingerprint)?;
//! assert_eq!(found.matches[0].id.as_deref(), Some("figure-1"));
//! assert!(found.matches[0].distance <= 31);
//! # Ok::<(), basma::Error>(())
//! ```
//!
//! # Scan a folder
//!
//! ```
//! use basma::{Matcher, scan::{Scan, Status}};
//! use std::ops::ControlFlow;
//! # std::env::set_current_dir(env!("CARGO_MANIFEST_DIR")).unwrap();
//!
//! let matcher = Matcher::open(["hashsets/demo.csv"])?;
//! let summary = Scan::new(matcher).run(["fixtures/dump"], |finding| {
//!     if finding.status == Status::Matched {
//!         println!("{}: {} bits", finding.path.display(), finding.matches[0].distance);
//!     }
//!     ControlFlow::Continue(())
//! })?;
//! assert_eq!(summary.discovered, 31);
//! # Ok::<(), basma::Error>(())
//! ```
//!
//! # The modules, in the order in which data flows
//!
//! | module | |
//! |---|---|
//! | [`mod@hash`] | the values: [`Pdq`](hash::Pdq), 64-bit hashes, digests; hexadecimal, Hamming distance |
//! | [`media`] | untrusted bytes to pixels, under limits |
//! | [`hasher`] | pixels to hashes, files to fingerprints |
//! | [`list`] | interchange formats to entries with their provenance |
//! | [`index`] | entries to one immutable, memory-mapped file, searched exactly |
//! | [`store`] | lists that live: generations, refreshed from their sources, added to and withdrawn from at once |
//! | [`matcher`] | hashes, lists and policy to matches |
//! | [`scan`] | folders to findings |
//! | [`report`] | findings, matches and summaries to JSON and back |
//! | [`evidence`] | scans, findings and decisions to signed records that others can check |
//! | [`papers`] | cases to the formats that institutions take |
//! | [`escape`], [`disk`] | file names as safe text; files that are written whole or not at all |
//!
//! # Features
//!
//! | feature | adds | without it |
//! |---|---|---|
//! | `media` (default) | decoding, hashing and scanning files: [`media`], [`hasher`], [`scan`] | lists, indexes and stores alone, with about half of the dependencies |
//! | `heif`, `jxl` (default) | HEIC and HEVC, JPEG XL | such files are unsupported, and the reason names the feature |
//! | `h264` (default) | keyframes of H.264 without ffmpeg; needs a C++ compiler | ffmpeg decodes them, where it is installed |
//! | `archives` (default) | looking inside zip, tar and compressed files | such files are unsupported, and the reason names the feature |
//! | `refresh` (default) | fetching the lists of a [`store`] over HTTP, and signatures | lists are read from files |
//! | `evidence` (default) | case files: records that are signed and chained, keys, sealed files | no case is kept or checked |
//! | `cli` (default) | the command `basma` | no parser of arguments is compiled |
//!
//! `basma = { version = "0.1", default-features = false, features = ["media"] }` is enough to hash pictures and look them up.
//!
//! # Invariants
//!
//! - The library never prints, and reads no environment and no configuration.
//! - It opens no socket but in `store::fetch`, and that of an agent whose key signs a case. It writes no file but what
//!   [`disk::atomic_file`] is asked for, those of a [`store`] or a case, and nameless temporary ones. These hold what an [`index::Builder`] or [`scan::Groups`] cannot keep in
//!   the memory that it is given. It runs no program but what it is given: a [`media::Converter`], in a temporary
//!   folder, and those of [`media::video::Decoders`] and [`hasher::workers`]. For the decoders, clips in memory are put
//!   into nameless temporary files.
//! - Any bytes, as media, list or index, give the right answer or a typed [`Error`]: no panic, no unbounded memory.
//! - Search is exact: every structure answers as comparing with every hash would.
//! - `unsafe` stands in two modules, `disk::mmap` and `index::simd`. The first maps a file and gives its memory back.
//!   The second has vector code beside its portable twin.
#![cfg_attr(not(test), deny(clippy::print_stdout, clippy::print_stderr))]
// The documentation names what each feature adds; without it the names are plain text.
#![cfg_attr(
    not(all(feature = "media", feature = "refresh", feature = "evidence")),
    allow(rustdoc::broken_intra_doc_links)
)]

#[macro_use]
mod names;
#[macro_use]
mod setters;

#[cfg(feature = "media")]
mod archive;
mod cancel;
pub mod disk;
pub mod error;
pub mod escape;
#[cfg(feature = "evidence")]
pub mod evidence;
pub mod hash;
#[cfg(feature = "media")]
pub mod hasher;
pub mod index;
pub mod list;
pub mod matcher;
#[cfg(feature = "media")]
pub mod media;
#[cfg(test)]
mod module_order;
#[cfg(feature = "evidence")]
pub mod papers;
pub mod report;
#[cfg(feature = "media")]
pub mod sandbox;
#[cfg(feature = "media")]
pub mod scan;
mod sqlite;
pub mod store;

pub use cancel::CancelToken;
pub use error::{Error, Result};
pub use matcher::Matcher;
