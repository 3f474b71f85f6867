//! Which views of a picture are hashed.

/// What is hashed of a picture.
///
/// ```
/// use basma::hash::HashType;
/// use basma::hasher::{Hasher, Views};
/// # std::env::set_current_dir(env!("CARGO_MANIFEST_DIR")).unwrap();
/// let picture = std::fs::read("fixtures/conformance/halves.png")?;
/// let stored = Hasher::new([HashType::Pdq]).with_views(Views::Stored);
/// assert_eq!(stored.hash_bytes(&picture).prints.len(), 1);
/// let all = stored.with_views(Views::All);
/// assert_eq!(all.hash_bytes(&picture).prints.len(), 8);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Views {
    /// The pixels as they are stored.
    Stored,
    /// The pixels as they are stored and as viewers show them. Pictures are turned upright, where their EXIF
    /// orientation says so. Alpha is composed over white and over black. The colours of a profile or gamma are applied,
    /// where they are far from those that are stored.
    #[default]
    Upright,
    /// These turned and mirrored in all eight ways: mirrored and turned copies are found too.
    All,
    /// PDQ of pictures in all eight ways, and of what undoes the commonest changes: some 15 hashes.
    Fast,
    /// PDQ of pictures in all eight ways, and of what undoes crops, rotations, borders, captions and screenshots: some 60
    /// hashes.
    Standard,
    /// PDQ of pictures in all eight ways, and of all that is known to undo changes. These are some 200 to 400 hashes.
    Thorough,
    /// What `Upright` hashes, and the samples of palettes and inks as `tx` and HMA take them. So entries match that these made
    /// of such pictures.
    TxCompat,
}

impl Views {
    /// Whether pictures are hashed in all eight positions, so that mirrored and turned copies are found.
    pub const fn turns(self) -> bool {
        !matches!(self, Views::Stored | Views::Upright | Views::TxCompat)
    }

    /// Whether pictures are hashed in views that undo changes.
    pub const fn find_copies(self) -> bool {
        matches!(self, Views::Fast | Views::Standard | Views::Thorough)
    }
}

named!(Views {
    Stored = "stored",
    Upright = "upright",
    All = "all",
    Fast = "fast",
    Standard = "standard",
    Thorough = "thorough",
    TxCompat = "tx-compat",
});
