//! Kinds of pictures, by which errors are counted.

/// A kind of picture by which errors of matching are counted. It comes of rules that count grey levels: it is a drawer
/// for figures, not a judgement of what a picture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Stratum {
    /// None of the others.
    Photograph,
    /// Flat grounds with straight edges.
    Screenshot,
    /// Text on a ground.
    Document,
    /// A photograph with a caption.
    Meme,
    /// Nearly all of it is dark.
    Dark,
    /// Lines or flat fields without text.
    LineArt,
    /// A clip or an animation, whatever it shows.
    Clip,
}

named!(Stratum {
    Photograph = "photograph",
    Screenshot = "screenshot",
    Document = "document",
    Meme = "meme",
    Dark = "dark",
    LineArt = "line-art",
    Clip = "clip",
});
