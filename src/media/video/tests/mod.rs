mod matroska;
mod mp4;
mod write;
