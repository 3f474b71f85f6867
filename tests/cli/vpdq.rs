//! Clips as other programs exchange them: hashed into their layouts, and looked up from these.

use std::path::Path;

use image::RgbImage;

use crate::desk::Desk;
use crate::film::encode::{avcc, film, scene};
use crate::film::write::Mp4;

/// Scenes that are shown for 40 ms each.
fn clip(scenes: std::ops::Range<u32>) -> Vec<u8> {
    let scenes: Vec<RgbImage> = scenes.map(|n| scene(n, 320, 240)).collect();
    let (private, pictures) = film(scenes, 4);
    let film = Mp4 {
        private: avcc(&private),
        size: (320, 240),
        ..Mp4::new(pictures)
    };
    film.fast()
}

/// Whether ffmpeg is there; said aloud where it is not.
fn is_installed(what: &str) -> bool {
    let installed = Path::new("/usr/bin/ffmpeg").exists();
    if !installed {
        let text = format!("SKIPPED: /usr/bin/ffmpeg is not there: {what} is not tested\n");
        std::io::Write::write_all(&mut std::io::stderr(), text.as_bytes()).unwrap();
    }
    installed
}

const FFMPEG: [&str; 2] = ["--ffmpeg", "/usr/bin/ffmpeg"];

#[test]
fn what_hash_writes_is_a_list_in_every_layout() {
    if !is_installed("hash --vpdq") {
        return;
    }
    let desk = Desk::new();
    desk.file("a.mp4", clip(0..8));
    for (layout, format) in [
        ("cpp", "vpdq"),
        ("py", "vpdq of python"),
        ("json", "vpdq of tx"),
        ("old", "vpdq of old tx"),
    ] {
        let hash = ["hash", "a.mp4", "--vpdq", layout, "--frames", "vpdq=0"];
        let outcome = desk.run(&[&hash[..], &FFMPEG[..]].concat());
        assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""), "{layout}");
        let lists = desk.file("case-17.txt", &outcome.stdout);
        let list = basma::list::read(&lists, &Default::default()).unwrap();
        assert_eq!(
            (list.source.format.as_str(), list.entries.len()),
            (format, 8)
        );
        let last = list.entries[7].frame.as_deref().unwrap();
        assert_eq!(
            (last.index, last.ms, last.every_ms),
            (7, Some(280), Some(40))
        );
        let scan = desk.run(&[
            "scan",
            "a.mp4",
            "-l",
            "case-17.txt",
            "-f",
            "jsonl",
            "--no-ffmpeg",
        ]);
        assert_eq!(scan.code, 1, "{layout}: {scan:?}");
        assert_eq!(scan.object("a.mp4")["matches"][0]["id"], "case-17");
    }
    // One picture a second, unless something else is asked for.
    let outcome = desk.run(&[&["hash", "a.mp4", "--vpdq", "cpp"][..], &FFMPEG[..]].concat());
    assert_eq!(outcome.stdout.lines().count(), 1);
}

#[test]
fn a_layout_of_one_clip_holds_one() {
    if !is_installed("hash --vpdq of several clips") {
        return;
    }
    let desk = Desk::new();
    desk.file("dump/a.mp4", clip(0..4));
    desk.file("dump/b.mp4", clip(4..8));
    let two = desk.run(
        &[
            &["hash", "dump", "--vpdq", "cpp", "-o", "out.txt"][..],
            &FFMPEG[..],
        ]
        .concat(),
    );
    assert_eq!(two.code, 2);
    assert!(two.stderr.contains("this layout holds one clip"), "{two:?}");
    assert!(!desk.path("out.txt").exists());
    let json = desk.run(&[&["hash", "dump", "--vpdq", "json"][..], &FFMPEG[..]].concat());
    assert_eq!((json.code, json.stdout.lines().count()), (0, 2));
    let none = desk.run(&["hash", "dump", "--vpdq", "json", "--no-ffmpeg"]);
    assert_eq!((none.code, none.stdout.as_str()), (2, ""));
    assert!(none.stderr.contains("no clip was hashed"), "{none:?}");
}
