//! Pictures, clips and folders of them where a list is taken.

use serde_json::Value;

use crate::test_dir::{Outcome, TestDir};

/// Listed pictures in two folders, and a dump with copies of some.
fn test_dir() -> TestDir {
    let test_dir = TestDir::new();
    test_dir.picture("known/a.png", 1);
    test_dir.picture("known/deep/b.jpg", 2);
    test_dir.picture("dump/copy of a.jpg", 1);
    test_dir.picture("dump/b.png", 2);
    test_dir.picture("dump/other.png", 3);
    test_dir
}

#[test]
fn a_folder_finds_what_its_hashes_as_a_list_find() {
    let test_dir = test_dir();
    #[cfg(all(unix, feature = "h264"))]
    {
        test_dir.file("known/deep/clip.mp4", clips::clip(0..8));
        test_dir.file("dump/trimmed.mp4", clips::clip(3..8));
    }
    // An animation is a clip too, and a damaged picture is listed by its digest.
    let mut bytes = std::fs::read(test_dir.picture("whole.jpg", 4)).unwrap();
    bytes.truncate(bytes.len() / 3);
    test_dir.file("known/cut.jpg", &bytes);
    test_dir.file("dump/cut.jpg", &bytes);
    let hash = [
        "hash",
        "known",
        "-f",
        "csv",
        "-o",
        "known.csv",
        "--no-ffmpeg",
    ];
    test_dir.run(&hash);
    let direct = test_dir.scan("known", &["--no-ffmpeg"]);
    let listed = test_dir.scan("known.csv", &["--no-ffmpeg"]);
    assert_eq!(direct.code, 1, "{direct:?}");
    // A listed clip is a cluster by its id.
    let found = |outcome: &Outcome| -> Vec<Value> {
        let mut objects = outcome.found_objects();
        for object in &mut objects {
            object.as_object_mut().unwrap().remove("cluster");
            let id = object.pointer_mut("/matches/0/id");
            let below = |id: &mut Value| id.as_str().unwrap().replace("known/", "").into();
            id.into_iter().for_each(|id| *id = below(id));
        }
        objects
    };
    assert_eq!(found(&direct), found(&listed));
    let summary = direct.summary();
    let clips = u64::from(cfg!(all(unix, feature = "h264")));
    assert_eq!(summary["matched"], 3 + clips, "{direct:?}");
    let said = match clips {
        0 => "3 pictures of known are used as a list",
        _ => "3 pictures and 1 clip of known are used as a list",
    };
    assert!(direct.stderr.contains(said), "{}", direct.stderr);
    let warning = "basma: warning: known/cut.jpg: DAMAGED ";
    assert!(direct.stderr.contains(warning), "{}", direct.stderr);
    for jobs in ["1", "3"] {
        let again = test_dir.scan("known", &["--no-ffmpeg", "--jobs", jobs]);
        assert_eq!(again.stdout, direct.stdout);
    }
}

#[test]
fn nothing_is_written_beside_pictures_that_are_a_list() {
    let test_dir = test_dir();
    let before = [test_dir.names("known"), test_dir.names("known/deep")];
    for list in ["known", "known/", "./known/../known", "known/a.png"] {
        let outcome = test_dir.scan(list, &[]);
        assert_eq!(outcome.code, 1, "{outcome:?}");
        let first = outcome.object("dump/copy of a.jpg");
        assert_eq!(first["matches"][0]["id"], "a.png", "{first}");
    }
    assert_eq!(
        before,
        [test_dir.names("known"), test_dir.names("known/deep")]
    );
    assert_eq!(test_dir.names("."), ["dump", "known"]);
    let outcome = test_dir.scan("known", &["-o", "known/deep/out.jsonl"]);
    assert_eq!(outcome.code, 2);
    assert!(
        outcome.stderr.contains("among the lists in"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn a_picture_is_a_list_wherever_one_is_taken() {
    let test_dir = test_dir();
    // Content decides, not the name.
    std::fs::rename(test_dir.path("known/a.png"), test_dir.path("known/a.csv")).unwrap();
    let built = test_dir.run(&["build", "known", "-o", "known.basma"]);
    assert_eq!(built.code, 0, "{built:?}");
    let by_index = test_dir.scan("known.basma", &[]);
    assert_eq!(by_index.found(), test_dir.scan("known", &[]).found());
    let hash = format!("pdq:{}", crate::test_dir::hash_of(1));
    let lookup = test_dir.run(&["lookup", &hash, "-l", "known/a.csv", "-f", "csv"]);
    assert_eq!(lookup.code, 1, "{lookup:?}");
    assert!(lookup.stdout.contains(",a.csv,a.csv,pdq,"), "{lookup:?}");
    test_dir.list("other.txt", &[3]);
    assert_eq!(test_dir.scan("other.txt", &["--cache", "cache"]).code, 1);
    let rematch = [
        "rematch",
        "--cache",
        "cache",
        "-l",
        "known",
        "-l",
        "other.txt",
    ];
    let rematch = test_dir.run(&[&rematch[..], &["-f", "jsonl"]].concat());
    assert_eq!(rematch.code, 1, "{rematch:?}");
    assert_eq!(rematch.objects().len(), 4, "{rematch:?}");
}

#[test]
fn a_folder_of_lists_and_pictures_is_refused_with_both_named() {
    let test_dir = test_dir();
    test_dir.list("known/deep/sums.txt", &[3]);
    for command in [
        &["scan", "dump", "-l", "known"][..],
        &["build", "known", "-o", "known.basma"],
    ] {
        let outcome = test_dir.run(command);
        assert_eq!(outcome.code, 2, "{outcome:?}");
        let said =
            "known: holds both pictures or clips (known/a.png) and lists (known/deep/sums.txt)";
        assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
    }
    // What lies beside pictures and is no list is passed over.
    std::fs::remove_file(test_dir.path("known/deep/sums.txt")).unwrap();
    test_dir.file("known/a.png.json", "{\"title\": \"a\"}\n");
    test_dir.file("known/notes.txt", "md5 of nothing\n");
    let outcome = test_dir.scan("known", &[]);
    assert_eq!(outcome.code, 1, "{outcome:?}");
    let said = "2 pictures of known are used as a list";
    assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
}

#[test]
fn pictures_without_a_usable_hash_are_no_list() {
    let test_dir = test_dir();
    let flat = image::RgbImage::from_pixel(64, 64, image::Rgb([9, 9, 9]));
    flat.save({
        std::fs::create_dir(test_dir.path("flat")).unwrap();
        test_dir.path("flat/f.png")
    })
    .unwrap();
    let outcome = test_dir.scan("flat", &["--type", "pdq"]);
    assert_eq!(outcome.code, 2, "{outcome:?}");
    assert!(
        outcome
            .stderr
            .contains("flat: no picture or clip in it could be hashed")
    );
    assert!(
        outcome
            .stderr
            .contains("warning: flat/f.png: LOW QUALITY too flat")
    );
    // Its exact copies are found all the same.
    std::fs::copy(test_dir.path("flat/f.png"), test_dir.path("dump/f.png")).unwrap();
    let outcome = test_dir.scan("flat", &[]);
    assert_eq!(
        (outcome.code, &outcome.summary()["matched"]),
        (1, &1.into())
    );
    // A folder without any picture is one of lists.
    std::fs::create_dir(test_dir.path("empty")).unwrap();
    assert!(test_dir.scan("empty", &[]).stderr.contains("holds no list"));
}

#[cfg(all(unix, feature = "h264"))]
mod clips {
    use crate::film::encode::{avcc, film, scene};
    use crate::film::write::Mp4;

    /// A clip of these scenes, 40 ms each, each of which stands alone.
    pub(super) fn clip(scenes: std::ops::Range<u32>) -> Vec<u8> {
        let scenes: Vec<_> = scenes.map(|n| scene(n, 320, 240)).collect();
        let (private, pictures) = film(scenes, 1);
        let mp4 = Mp4 {
            private: avcc(&private),
            size: (320, 240),
            ..Mp4::new(pictures)
        };
        mp4.fast()
    }
}
