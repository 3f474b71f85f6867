//! The reader of each kind of container, and what it may take.

use std::sync::Arc;

use super::cab::Cab;
use super::carrier::Carrier;
use super::carve::Carve;
use super::codec::Codec;
use super::compound::Compound;
use super::container::Container;
use super::database::Database;
use super::disk_image::{self, DiskImage};
use super::mail::Mail;
use super::packed::Packed;
use super::pdf::Pdf;
use super::placed::{Ar, Cpio, Disc, Rpm, Standing};
use super::sevenzip::Sevenzip;
use super::source::Source;
use super::tar::Tar;
use super::thumbcache::ThumbCache;
use super::web_cache::WebCache;
use super::zip::Zip;
use super::{Archive, Carving, Kind};
use crate::media::parts::Parts;

impl Archive {
    pub(super) fn carrier(&self, parts: Parts, source: Source) -> Box<dyn Container> {
        let window = self.limits.window_bytes;
        let directory = self.opens_archives.then_some(self.limits.directory_bytes);
        let most = (window, directory);
        Box::new(Carrier::new(parts, source, most, Arc::clone(&self.keyring)))
    }

    /// A container, and how large a window its decoder may need for as long as it is open.
    pub(super) fn container(
        &self,
        kind: Kind,
        source: Source,
        name: &[u8],
    ) -> (Box<dyn Container>, u64) {
        let room = self.limits.held_bytes.saturating_sub(self.held);
        // Those that are nested need windows, and room for members, too.
        let window = self.limits.window_bytes.min(room / 3);
        let (codec, held) = match kind {
            Kind::Zip => {
                let most = (window, self.limits.directory_bytes);
                let zip = Zip::new(source, most, Arc::clone(&self.keyring));
                return (Box::new(zip), 0);
            }
            Kind::Tar => return (Box::new(Tar::new(source)), 0),
            Kind::Mail => return (Box::new(Mail::new(source, false)), 0),
            Kind::Mailbox => return (Box::new(Mail::new(source, true)), 0),
            Kind::Pdf => {
                let most = (window, self.limits.directory_bytes);
                let shared = (Arc::clone(&self.budget), Arc::clone(&self.keyring));
                let pdf = Pdf::new(source, most, shared);
                return (Box::new(pdf), window);
            }
            Kind::Compound => {
                let compound = Compound::new(source, window, Arc::clone(&self.budget));
                return (Box::new(compound), window);
            }
            Kind::Database | Kind::DatabaseLog => {
                let is_log = kind == Kind::DatabaseLog;
                let most = (window, self.limits.directory_bytes);
                let database = Database::new(source, is_log, most, Arc::clone(&self.budget));
                return (Box::new(database), window);
            }
            Kind::WebCacheEntry => return (Box::new(WebCache::of_entry(source)), 0),
            Kind::WebCacheBlocks => return (Box::new(WebCache::of_blocks(source)), 0),
            Kind::ThumbCache => return (Box::new(ThumbCache::new(source)), 0),
            Kind::Cpio => return (Box::new(Standing::new(source, Cpio::default())), 0),
            Kind::Ar => return (Box::new(Standing::new(source, Ar::default())), 0),
            Kind::Rpm => return (Box::new(Standing::new(source, Rpm::default())), 0),
            Kind::Disc => {
                let disc = Disc::new(self.limits.directory_bytes);
                return (Box::new(Standing::new(source, disc)), 0);
            }
            Kind::DiskImage | Kind::DiskImageBlocks | Kind::DiskImageBytes => {
                let carving = match kind {
                    Kind::DiskImageBlocks => Some(Carving::Blocks),
                    Kind::DiskImageBytes => Some(Carving::Bytes),
                    _ => None,
                };
                let settings = disk_image::Settings {
                    carving,
                    window_bytes: window,
                    directory_bytes: self.limits.directory_bytes,
                    keyring: Arc::clone(&self.keyring),
                };
                let held = if carving.is_some() { window } else { 0 };
                return (Box::new(DiskImage::new(source, settings)), held);
            }
            Kind::Cab => return (Box::new(Cab::new(source, Arc::clone(&self.budget))), 0),
            Kind::Sevenzip => {
                let most = (window, self.limits.directory_bytes);
                let shared = (Arc::clone(&self.budget), Arc::clone(&self.keyring));
                let sevenzip = Sevenzip::new(source, most, shared);
                return (Box::new(sevenzip), window);
            }
            Kind::Blocks | Kind::Bytes => {
                let carve = Carve::new(
                    source,
                    kind == Kind::Blocks,
                    (window, self.limits.directory_bytes),
                    Arc::clone(&self.keyring),
                );
                return (Box::new(carve), window);
            }
            Kind::Thumbdata => {
                let most = (window, self.limits.directory_bytes);
                let carve = Carve::new(source, false, most, Arc::clone(&self.keyring));
                return (Box::new(carve.of_whole()), window);
            }
            Kind::Parts => return (self.carrier(Parts::default(), source), 0),
            Kind::Gzip => (Codec::Gzip, 0),
            Kind::Bzip2 => (Codec::Bzip2, 0),
            Kind::Xz => (Codec::Xz, window),
            Kind::Zstd => (Codec::Zstd, window),
        };
        let budget = Arc::clone(&self.budget);
        let packed = Packed::new(codec, source, name, window, budget);
        (Box::new(packed), held)
    }
}
