mod matroska;
mod mp4;
pub(super) mod write;
