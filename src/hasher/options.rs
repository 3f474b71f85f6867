//! A hasher: which hashes it computes, and how.

use std::sync::Arc;

#[cfg(target_os = "linux")]
use super::workers::Workers;
use super::{Family, Sampling, Views};
use crate::CancelToken;
use crate::error::Reason;
use crate::hash::HashType;
use crate::media::video::Decoders;
use crate::media::{Converter, Limits, Meter};
use crate::sandbox::Wall;

/// Computes the wanted hashes of files.
///
/// ```
/// use basma::hash::HashType;
/// use basma::hasher::Hasher;
/// let hasher = Hasher::new([HashType::Md5]);
/// let fingerprint = hasher.hash_bytes(b"abc");
/// assert_eq!(fingerprint.digests[0].to_string(), "900150983cd24fb0d6963f7d28e17f72");
/// ```
#[derive(Clone, Debug)]
pub struct Hasher {
    pub(super) types: Vec<HashType>,
    pub(super) family: Arc<Family>,
    pub(super) limits: Limits,
    pub(super) views: Views,
    pub(super) exact: bool,
    pub(super) converter: Option<Converter>,
    pub(super) decoders: Decoders,
    pub(super) sampling: Sampling,
    pub(super) judges_strata: bool,
    pub(super) keeps_details: bool,
    pub(super) cancel: CancelToken,
    pub(super) meter: Option<Arc<Meter>>,
    #[cfg(target_os = "linux")]
    pub(super) workers: Option<Workers>,
    pub(super) missing_wall: Option<Reason>,
}

impl Hasher {
    /// A hasher for these types, with the default limits, of pictures as they are stored and as viewers show them.
    pub fn new(types: impl IntoIterator<Item = HashType>) -> Hasher {
        let mut types: Vec<HashType> = types.into_iter().collect();
        types.sort();
        types.dedup();
        Hasher {
            family: Arc::new(Family::new(types.iter().copied())),
            types,
            limits: Limits::default(),
            views: Views::default(),
            exact: false,
            converter: None,
            decoders: Decoders::default(),
            sampling: Sampling::default(),
            judges_strata: false,
            keeps_details: false,
            cancel: CancelToken::new(),
            meter: None,
            #[cfg(target_os = "linux")]
            workers: None,
            missing_wall: None,
        }
    }

    /// Sets the types that are computed.
    pub fn with_types(self, types: impl IntoIterator<Item = HashType>) -> Hasher {
        let Hasher { types, family, .. } = Hasher::new(types);
        Hasher {
            types,
            family,
            ..self
        }
    }

    /// Sets the limits on one file.
    pub fn with_limits(self, limits: Limits) -> Hasher {
        Hasher { limits, ..self }
    }

    /// Sets what is hashed of pictures.
    pub fn with_views(self, views: Views) -> Hasher {
        Hasher { views, ..self }
    }

    /// Sets whether PDQ is made of every pixel, bit for bit as the reference makes it. By default it is made of luma
    /// that was decoded no larger than need be, several times as fast. On photographs of quality 50 and more the two
    /// differ by at most 1 bit in the mean. They differ by at most 6 bits (`cargo bench --bench drift`).
    ///
    /// The other hashes are exact in any case; where one of them is wanted, so is PDQ.
    pub fn with_exact(self, exact: bool) -> Hasher {
        Hasher { exact, ..self }
    }

    /// Has AVIF decoded by a program of the user's, in a process of its own, instead of leaving it out.
    pub fn with_converter(self, converter: Converter) -> Hasher {
        Hasher {
            converter: Some(converter),
            ..self
        }
    }

    /// Has clips decoded by these, instead of just those that are safe on any bytes.
    pub fn with_decoders(self, decoders: Decoders) -> Hasher {
        Hasher { decoders, ..self }
    }

    /// Has media opened by workers behind walls, instead of in this process. What is found out of a file is the same.
    #[cfg(target_os = "linux")]
    pub fn with_workers(self, workers: impl Into<Option<Workers>>) -> Hasher {
        let workers = workers.into();
        Hasher { workers, ..self }
    }

    /// The wall behind which media are opened.
    pub fn wall(&self) -> Wall {
        #[cfg(target_os = "linux")]
        if let Some(workers) = &self.workers {
            return workers.wall().unwrap_or_default();
        }
        Wall::NONE
    }

    /// States why there are no workers, for the summary of a scan. Media are opened in this process.
    ///
    /// ```
    /// use basma::error::Reason;
    /// use basma::hasher::Hasher;
    /// let (path, problem) = ("/dev/null".to_owned(), "No such file or directory".to_owned());
    /// let reason = Reason::SandboxNeedsFile { path, problem };
    /// let hasher = Hasher::new([]).with_missing_wall(reason.clone());
    /// assert_eq!(hasher.missing_wall(), Some(reason));
    /// ```
    pub fn with_missing_wall(self, reason: impl Into<Option<Reason>>) -> Hasher {
        let missing_wall = reason.into();
        Hasher {
            missing_wall,
            ..self
        }
    }

    /// Why media are not opened behind a wall, where workers were wanted and cannot be started.
    pub fn missing_wall(&self) -> Option<Reason> {
        #[cfg(target_os = "linux")]
        if let Some(workers) = &self.workers {
            return workers.wall().err().map(|error| error.reason());
        }
        self.missing_wall.clone()
    }

    /// Whether media are opened by workers.
    #[cfg(target_os = "linux")]
    pub(crate) fn has_workers(&self) -> bool {
        self.workers.is_some()
    }

    /// Sets which pictures of clips are hashed.
    pub fn with_sampling(self, sampling: Sampling) -> Hasher {
        Hasher { sampling, ..self }
    }

    /// Sets whether the [stratum](super::Stratum) of each file is judged. No log remembers it.
    pub fn with_strata(self, judges_strata: bool) -> Hasher {
        Hasher {
            judges_strata,
            ..self
        }
    }

    /// Sets whether [details](crate::hash::Details) are made of pictures whose PDQ hash is wanted, for a list that holds
    /// them. They are those of the first frame. No log remembers them.
    ///
    /// ```
    /// use basma::hash::HashType;
    /// use basma::hasher::Hasher;
    /// # std::env::set_current_dir(env!("CARGO_MANIFEST_DIR")).unwrap();
    /// let picture = std::fs::read("fixtures/dump/chat/IMG-WA0003.jpg")?;
    /// let hasher = Hasher::new([HashType::Pdq]).with_details(true);
    /// let details = hasher.hash_bytes(&picture).details();
    /// assert!(details[0].1.tiles.iter().any(|tile| tile.is_some()));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn with_details(self, keeps_details: bool) -> Hasher {
        Hasher {
            keeps_details,
            ..self
        }
    }

    /// Whether details are made of pictures.
    pub(crate) fn keeps_details(&self) -> bool {
        self.keeps_details && self.types.contains(&HashType::Pdq)
    }

    /// What tells the hashes of some views from those that went by the same name.
    fn views_revision(&self) -> &'static str {
        if self.views == Views::All {
            // It is known of each position whether the file asks for it.
            " areas"
        } else if self.views.find_copies() {
            // Which frames there are, and how they are filtered.
            " frames=3"
        } else {
            ""
        }
    }

    /// Everything that decides what is found out of a file beside its bytes, the digests aside. Two hashers with the
    /// same settings find the same.
    pub(crate) fn settings(&self) -> String {
        let perceptual: Vec<&str> = self
            .types
            .iter()
            .filter(|t| t.is_perceptual())
            .map(|t| t.name())
            .collect();
        format!(
            "basma {} heif={} jxl={} types={perceptual:?} {:?} {:?}{} exact={} converter={:?} {} clips={}",
            env!("CARGO_PKG_VERSION"),
            cfg!(feature = "heif"),
            cfg!(feature = "jxl"),
            self.limits,
            self.views,
            self.views_revision(),
            self.exact,
            self.converter.as_ref().map(Converter::identity),
            self.sampling,
            self.decoders.identity(),
        )
    }

    /// What is hashed of pictures.
    pub(crate) fn views(&self) -> Views {
        self.views
    }

    pub(super) fn decoders(&self) -> &Decoders {
        &self.decoders
    }

    pub(crate) fn sampling(&self) -> Sampling {
        self.sampling
    }

    pub(super) fn meter(&self) -> Option<Arc<Meter>> {
        self.meter.clone()
    }

    pub(super) fn cancel(&self) -> &CancelToken {
        &self.cancel
    }

    /// Whether pictures are decoded by a program.
    pub(crate) fn has_converter(&self) -> bool {
        self.converter.is_some()
    }

    /// The limits on one file.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Lets another thread end the hashing of a file. Once the token is cancelled, reading fails and decoding ends with
    /// [`Error::Cancelled`](crate::Error::Cancelled). What comes of the file then means nothing.
    pub fn with_cancel(self, cancel: CancelToken) -> Hasher {
        Hasher { cancel, ..self }
    }

    /// Has clips counted as they are gone through, for showing how far that is.
    pub fn with_meter(self, meter: Arc<Meter>) -> Hasher {
        Hasher {
            meter: Some(meter),
            ..self
        }
    }

    /// The types that are computed, without repetition.
    pub fn types(&self) -> &[HashType] {
        &self.types
    }

    /// The types that are computed of bytes, whatever they are.
    pub(crate) fn digest_types(&self) -> Vec<HashType> {
        let types = self.types.iter().copied();
        types.filter(|t| !t.is_perceptual()).collect()
    }

    /// Whether 64-bit hashes are wanted: these need every pixel in its colours.
    pub(super) fn wants_family(&self) -> bool {
        let is_family = |t: &HashType| t.is_perceptual() && *t != HashType::Pdq;
        self.types.iter().any(is_family)
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }

    pub(crate) fn wants_pixels(&self) -> bool {
        self.types.iter().any(|t| t.is_perceptual())
    }
}
