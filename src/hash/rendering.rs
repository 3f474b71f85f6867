//! The ways in which viewers show the stored colours of a picture.

/// What is made of the stored colours of a picture before it is hashed.
///
/// ```
/// use basma::hash::Rendering;
/// assert_eq!(Rendering::ManagedOverBlack.name(), "managed-over-black");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
#[non_exhaustive]
pub enum Rendering {
    /// Nothing: alpha is dropped, profiles and gamma are left alone, as the reference hashers do.
    #[default]
    Stored,
    /// Composed over white, by alpha.
    OverWhite,
    /// Composed over black, by alpha.
    OverBlack,
    /// Converted to sRGB, by the profile or gamma of the file.
    Managed,
    /// Converted to sRGB, then composed over white.
    ManagedOverWhite,
    /// Converted to sRGB, then composed over black.
    ManagedOverBlack,
    /// The samples taken for colours, as `tx` and HMA take them: numbers of a palette for grey, inks for red, green and blue.
    RawSamples,
}

named!(Rendering {
    Stored = "stored",
    OverWhite = "over-white",
    OverBlack = "over-black",
    Managed = "managed",
    ManagedOverWhite = "managed-over-white",
    ManagedOverBlack = "managed-over-black",
    RawSamples = "raw-samples",
});
