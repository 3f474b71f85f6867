//! Entries that are added and withdrawn by hand.

use super::*;

/// Copies are made of what viewers show: a transparent picture over white, and one that is stored lying upright.
#[test]
fn what_viewers_show_of_a_reported_picture_is_added_too() {
    let test_dir = test_dir(&[1]);
    let seen = image::DynamicImage::from(scene(7)).into_luma8();
    // Black everywhere, and the picture in its alpha.
    let shape = image::RgbaImage::from_fn(seen.width(), seen.height(), |x, y| {
        image::Rgba([0, 0, 0, 255 - seen.get_pixel(x, y).0[0]])
    });
    shape.save(test_dir.path("shape.png")).unwrap();
    let added = test_dir
        .run(&["add", "shape.png", "--store", "st", "--list", "own"])
        .expect(0);
    assert!(!added.stderr.contains("flat"), "{added:?}");
    seen.save(test_dir.path("copy.png")).unwrap();
    test_dir
        .run(&["scan", "copy.png", "--list", "st", "--views", "stored"])
        .expect(1);

    // EXIF orientation 6, behind the header of the file.
    let lying = image::imageops::rotate270(&scene(8));
    let png = encode(&lying, image::ImageFormat::Png);
    let exif = b"eXIfII\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    let mut crc = flate2::Crc::new();
    crc.update(exif);
    let length = (exif.len() as u32 - 4).to_be_bytes();
    let (head, rest) = png.split_at(33);
    let turned = [head, &length, exif, &crc.sum().to_be_bytes(), rest].concat();
    test_dir.file("turned.png", turned);
    test_dir
        .run(&["add", "turned.png", "--store", "st", "--list", "own"])
        .expect(0);
    test_dir.picture("upright.png", 8);
    test_dir
        .run(&["scan", "upright.png", "--list", "st", "--views", "stored"])
        .expect(1);
}

#[test]
fn a_reported_picture_is_added_and_a_wrong_one_is_withdrawn_under_a_running_reader() {
    let test_dir = test_dir(&[1, 2]);
    let picture = test_dir.picture("reported.png", 7);
    let mut reader = test_dir
        .command(&["lookup", "--list", "st", "--format", "jsonl", "--quiet"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut asked = reader.stdin.take().unwrap();
    let mut told = BufReader::new(reader.stdout.take().unwrap()).lines();
    let mut finds = |scene: u64| {
        writeln!(asked, "pdq:{}", hash_of(scene)).unwrap();
        let line: Value = serde_json::from_str(&told.next().unwrap().unwrap()).unwrap();
        line["matches"].as_array().unwrap().len()
    };
    let mut eventually = |scene: u64, matches: usize| {
        let begun = std::time::Instant::now();
        while finds(scene) != matches {
            assert!(
                begun.elapsed().as_secs() < 60,
                "scene {scene} never has {matches} matches"
            );
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    };
    eventually(7, 0);
    let path = picture.to_str().unwrap();
    let added = test_dir
        .run(&[
            "add", path, "--store", "st", "--list", "own", "--label", "deepfake", "--id", "case-1",
        ])
        .expect(0);
    assert_eq!(added.stderr.matches("(case-1)").count(), 2, "{added:?}");
    eventually(7, 1);
    let hash = hash_of(2).to_string();
    test_dir
        .run(&[
            "revoke", &hash, "--store", "st", "--list", "demo", "--reason", "lawful",
        ])
        .expect(0);
    eventually(2, 0);
    eventually(1, 1);
    // Whoever was interrupted runs the command again.
    test_dir
        .run(&[
            "revoke", &hash, "--store", "st", "--list", "demo", "--reason", "lawful",
        ])
        .expect(0);
    test_dir
        .run(&[
            "revoke",
            "case-1",
            "--store",
            "st",
            "--list",
            "own",
            "--reason",
            "a mistake",
        ])
        .expect(0);
    eventually(7, 0);
    let lift = [
        "revoke",
        &hash,
        "--store",
        "st",
        "--list",
        "demo",
        "--reason",
        "unlawful after all",
        "--lift",
    ];
    test_dir.run(&lift).expect(0);
    eventually(2, 1);
    test_dir.run(&lift).expect(0);
    eventually(2, 1);
    drop(asked);
    reader.wait().unwrap();
    // What is mistyped is said, and so is what stands for nothing.
    test_dir
        .run(&[
            "revoke", "case-2", "--store", "st", "--list", "own", "--reason", "x",
        ])
        .expect(2);
    test_dir
        .run(&[
            "revoke", &hash, "--store", "st", "--list", "demmo", "--reason", "x",
        ])
        .expect(2);
    test_dir.file("empty.png", "");
    test_dir
        .run(&["add", "empty.png", "--store", "st", "--list", "own"])
        .expect(2);
    test_dir
        .run(&["add", "nothing.png", "--store", "st", "--list", "own"])
        .expect(2);
}

#[test]
fn a_lifted_withdrawal_brings_back_what_was_added_by_hand_or_says_that_it_does_not() {
    let test_dir = test_dir(&[1]);
    let hash = format!("pdq:{}", hash_of(5));
    test_dir
        .run(&["add", &hash, "--store", "st", "-l", "own", "--id", "case-5"])
        .expect(0);
    let revoke = |target: &str, more: &[&str]| {
        let words = [
            "revoke", target, "--store", "st", "-l", "own", "--reason", "x",
        ];
        test_dir.run(&[&words[..], more].concat())
    };
    let finds = || test_dir.run(&["lookup", &hash, "--list", "st"]).code;
    revoke("case-5", &[]).expect(0);
    test_dir.run(&["refresh", "--store", "st"]).expect(0);
    assert_eq!(finds(), 0);
    // It was withdrawn by its id.
    let by_hash = revoke(&hash, &["--lift"]).expect(2);
    assert!(by_hash.stderr.contains("not withdrawn"), "{by_hash:?}");
    let lifted = revoke("case-5", &["--lift"]).expect(0);
    assert!(lifted.stderr.contains("case-5 (1 entry)"), "{lifted:?}");
    assert_eq!(finds(), 1);
    let again = revoke("case-5", &["--lift"]).expect(0);
    assert!(again.stderr.contains("nothing to lift"), "{again:?}");
    // Withdrawn in advance, there is nothing to come back.
    revoke("case-6", &["--force"]).expect(0);
    let lifted = revoke("case-6", &["--lift"]).expect(0);
    assert!(lifted.stderr.contains("holds no entry"), "{lifted:?}");
}

#[cfg(unix)]
#[test]
fn a_decision_stands_although_it_cannot_be_recorded_yet() {
    let test_dir = test_dir(&[1, 2]);
    // More audit than decisions: a limit on the size of files is one that the audit meets.
    let reason = "r".repeat(3000);
    let revoke = ["revoke", "--store", "st", "-l", "demo", "--reason"];
    let hash = hash_of(1).to_string();
    test_dir
        .run(&[&revoke[..], &[&reason, &hash]].concat())
        .expect(0);
    test_dir.run(&["refresh", "--store", "st"]).expect(0);
    let audit = fs::metadata(test_dir.path("st/audit.jsonl")).unwrap().len();
    let run = format!("trap '' XFSZ; ulimit -f {}; exec \"$@\"", audit / 512);
    let basma = test_dir.command(&[]).get_program().to_owned();
    let hash = hash_of(2).to_string();
    let revoked = std::process::Command::new("sh")
        .args(["-c", &run, "sh"])
        .arg(basma)
        .args([&revoke[..], &["lawful", &hash]].concat())
        .current_dir(test_dir.path(""))
        .env("BASMA_LANG", "en")
        .output()
        .unwrap();
    let revoked = Outcome::of(revoked).expect(0);
    assert!(revoked.stderr.contains("audit.jsonl"), "{revoked:?}");
    let asked = format!("pdq:{hash}");
    test_dir.run(&["lookup", &asked, "--list", "st"]).expect(0);
    let verify = ["audit", "--store", "st", "--verify"];
    let unwritten = test_dir.run(&verify).expect(0);
    assert!(unwritten.stderr.contains("warning"), "{unwritten:?}");
    // Whoever changes the store next writes it down.
    test_dir.run(&["refresh", "--store", "st"]).expect(0);
    let written = test_dir.run(&verify).expect(0);
    assert!(!written.stderr.contains("warning"), "{written:?}");
    let audit = test_dir.run(&["audit", "--store", "st"]).expect(0);
    assert!(audit.stdout.contains("lawful"), "{audit:?}");
}
