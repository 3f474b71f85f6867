//! Any bytes as the frames of videos. They are refused with a reason, or read, and written in every layout as what they are.
#![no_main]

use std::path::Path;

use basma::list::vpdq::{Layout, read, write};
use basma::matcher::{VpdqRule, compare_vpdq};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let path = Path::new("fuzzed");
    let videos = match read(path, bytes) {
        Ok(videos) => videos,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    for video in &videos {
        let numbers = matches!(video.layout, Layout::Cpp | Layout::Old);
        for layout in [Layout::Cpp, Layout::Py, Layout::Json, Layout::Old] {
            let Ok(text) = write(layout, &video.frames) else {
                assert!(video.frames.iter().any(|frame| frame.seconds.is_none()));
                continue;
            };
            let kept = matches!(layout, Layout::Cpp | Layout::Old);
            // Of frames without numbers the times must not fall: files with numbers may have them in any order.
            match read(path, text.as_bytes()) {
                Ok(again) if kept || !numbers => assert_eq!(again[0].frames, video.frames),
                Ok(again) => assert_eq!(again[0].frames.len(), video.frames.len()),
                Err(error) => assert!(numbers && !kept, "{error}"),
            }
        }
        if video.frames.len() < 100 {
            for rule in [VpdqRule::Py, VpdqRule::Cpp] {
                if let Some(shares) = compare_vpdq(&video.frames, &videos[0].frames, rule) {
                    assert!((0.0..=100.0).contains(&shares.query));
                }
            }
        }
    }
});
