//! Which views of a picture are hashed.

/// What is hashed of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Views {
    /// The pixels as they are stored.
    Stored,
    /// The pixels as they are stored and as viewers show them: turned upright, where their EXIF orientation says so,
    /// composed over white and over black, where they have alpha, and in the colours that their profile or gamma
    /// makes of them, where these are far from those that are stored.
    #[default]
    Upright,
    /// These turned and mirrored in all eight ways: mirrored and turned copies are found too.
    All,
    /// PDQ of pictures in all eight ways, and of what undoes the commonest changes: some 15 hashes.
    Fast,
    /// PDQ of pictures in all eight ways, and of what undoes crops, rotations, borders, captions and screenshots: some 50
    /// hashes.
    Standard,
    /// PDQ of pictures in all eight ways, and of all that is known to undo changes: some 200 to 400 hashes.
    Thorough,
}

impl Views {
    /// Every choice, the one with the fewest hashes first.
    pub const ALL: [Views; 6] = [
        Views::Stored,
        Views::Upright,
        Views::All,
        Views::Fast,
        Views::Standard,
        Views::Thorough,
    ];

    /// The name used in options.
    pub const fn name(self) -> &'static str {
        match self {
            Views::Stored => "stored",
            Views::Upright => "upright",
            Views::All => "all",
            Views::Fast => "fast",
            Views::Standard => "standard",
            Views::Thorough => "thorough",
        }
    }

    /// Whether pictures are hashed in views that undo changes.
    pub const fn find_copies(self) -> bool {
        matches!(self, Views::Fast | Views::Standard | Views::Thorough)
    }
}
