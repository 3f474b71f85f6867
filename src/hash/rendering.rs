//! The ways in which viewers show the stored colours of a picture.

use std::fmt;

/// What is made of the stored colours of a picture before it is hashed.
///
/// ```
/// use basma::hash::Rendering;
/// assert_eq!(Rendering::ManagedOverBlack.name(), "managed-over-black");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
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
}

impl Rendering {
    /// Every rendering; `Rendering::ALL[rendering as usize] == rendering`.
    pub const ALL: [Rendering; 6] = [
        Rendering::Stored,
        Rendering::OverWhite,
        Rendering::OverBlack,
        Rendering::Managed,
        Rendering::ManagedOverWhite,
        Rendering::ManagedOverBlack,
    ];

    /// The name used in output.
    pub const fn name(self) -> &'static str {
        match self {
            Rendering::Stored => "stored",
            Rendering::OverWhite => "over-white",
            Rendering::OverBlack => "over-black",
            Rendering::Managed => "managed",
            Rendering::ManagedOverWhite => "managed-over-white",
            Rendering::ManagedOverBlack => "managed-over-black",
        }
    }
}

impl fmt::Display for Rendering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
