//! Pictures, clips and archives inside and behind other files.

use std::thread::sleep;
use std::time::Duration;

use image::ImageFormat;
use image::imageops::FilterType;

use crate::test_dir::{Outcome, TestDir, encode, scene};
use crate::write::{gzip, stored, tar, tar_member, zip};

fn jpeg(number: u64) -> Vec<u8> {
    encode(&scene(number), ImageFormat::Jpeg)
}

/// A JPEG file with a segment.
fn with_segment(picture: &[u8], marker: u8, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len() + 2).unwrap().to_be_bytes();
    [
        &picture[..2],
        &[0xFF, marker],
        &length,
        payload,
        &picture[2..],
    ]
    .concat()
}

/// A JPEG file with a thumbnail of this scene.
fn with_thumbnail(number: u64, thumbnail: u64) -> Vec<u8> {
    let small = image::imageops::resize(&scene(thumbnail), 128, 96, FilterType::Triangle);
    let exif = [
        b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0",
        &encode(&small, ImageFormat::Jpeg)[..],
    ]
    .concat();
    with_segment(&jpeg(number), 0xE1, &exif)
}

/// A desk with a list of scene 1.
fn test_dir(files: &[(&str, Vec<u8>)]) -> TestDir {
    let test_dir = TestDir::new();
    for (name, bytes) in files {
        test_dir.file(format!("dump/{name}"), bytes);
    }
    test_dir.list("list.txt", &[1]);
    // Files younger than a tick of the clock are not remembered.
    sleep(Duration::from_millis(60));
    test_dir
}

fn told(outcome: &Outcome) -> Vec<String> {
    outcome.summary();
    let mut objects = outcome.objects();
    objects.pop();
    let told = |object: serde_json::Value| {
        let path = object["path"]
            .as_str()
            .unwrap()
            .strip_prefix("dump/")
            .unwrap()
            .to_owned();
        format!("{path} {}", object["status"].as_str().unwrap())
    };
    objects.into_iter().map(told).collect()
}

fn scan(test_dir: &TestDir, more: &[&str]) -> Outcome {
    test_dir.run(&[&["scan", "dump", "-l", "list.txt", "-f", "jsonl"][..], more].concat())
}

#[test]
fn a_listed_picture_is_found_wherever_it_stands() {
    let hidden = jpeg(1);
    let two = zip(&[stored("a.jpg", &jpeg(3)), stored("b.jpg", &hidden)]);
    let test_dir = test_dir(&[
        ("a.jpg", [jpeg(2), hidden.clone()].concat()),
        (
            "b.png",
            [encode(&scene(2), ImageFormat::Png), hidden.clone()].concat(),
        ),
        ("c.jpg", with_segment(&jpeg(2), 0xFE, &hidden)),
        ("d.jpg", with_thumbnail(2, 1)),
        ("e.jpg", [jpeg(2), jpeg(4), two.clone()].concat()),
        (
            "f.jpg",
            [jpeg(2), tar(&[tar_member("in.jpg", b'0', &hidden)])].concat(),
        ),
        (
            "g.zip",
            zip(&[stored("in.jpg", &[jpeg(2), hidden.clone()].concat())]),
        ),
        (
            "h.jpg",
            [jpeg(2), with_segment(&jpeg(3), 0xFE, &hidden)].concat(),
        ),
        ("i.jpg.gz", [gzip(&jpeg(2)), gzip(&hidden)].concat()),
    ]);
    let outcome = scan(&test_dir, &[]);
    assert_eq!(outcome.code, 1);
    let expected = [
        "a.jpg!/behind.jpg matched",
        "a.jpg no_match",
        "b.png!/behind.jpg matched",
        "b.png no_match",
        "c.jpg!/comment.jpg matched",
        "c.jpg no_match",
        "d.jpg!/thumbnail.jpg matched",
        "d.jpg no_match",
        "e.jpg!/behind.jpg no_match",
        "e.jpg!/a.jpg no_match",
        "e.jpg!/b.jpg matched",
        "e.jpg no_match",
        "f.jpg!/behind.tar!/in.jpg matched",
        "f.jpg!/behind.tar no_match",
        "f.jpg no_match",
        "g.zip!/in.jpg!/behind.jpg matched",
        "g.zip!/in.jpg no_match",
        "g.zip no_match",
        "h.jpg!/behind.jpg!/comment.jpg matched",
        "h.jpg!/behind.jpg no_match",
        "h.jpg no_match",
        "i.jpg.gz!/i.jpg!/behind.jpg matched",
        "i.jpg.gz!/i.jpg no_match",
        "i.jpg.gz no_match",
    ];
    assert_eq!(told(&outcome), expected);
    assert_eq!(outcome.summary()["members"], 15);
    for jobs in ["1", "8"] {
        assert_eq!(scan(&test_dir, &["--jobs", jobs]).stdout, outcome.stdout);
    }
    // What is remembered comes to the same, also where the lists change.
    for memory in [["--cache", "cache"], ["--journal", "journal"]] {
        for _ in 0..2 {
            assert_eq!(
                scan(&test_dir, &memory).stdout,
                outcome.stdout,
                "{memory:?}"
            );
        }
    }
    test_dir.list("list.txt", &[7]);
    let others = scan(&test_dir, &["--cache", "cache"]);
    assert_eq!(others.stdout, scan(&test_dir, &[]).stdout);
    assert_eq!(others.code, 0);
}

#[test]
fn a_thumbnail_gives_a_finding_only_where_it_shows_something_else() {
    let faithful = with_thumbnail(2, 2);
    let test_dir = test_dir(&[
        ("a.jpg", faithful.clone()),
        ("b.jpg", with_thumbnail(2, 3)),
        (
            "c.zip",
            zip(&[
                stored("a.jpg", &faithful),
                stored("b.jpg", &with_thumbnail(2, 3)),
            ]),
        ),
    ]);
    let expected = [
        "a.jpg no_match",
        "b.jpg!/thumbnail.jpg no_match",
        "b.jpg no_match",
        "c.zip!/a.jpg no_match",
        "c.zip!/b.jpg!/thumbnail.jpg no_match",
        "c.zip!/b.jpg no_match",
        "c.zip no_match",
    ];
    for _ in 0..2 {
        assert_eq!(told(&scan(&test_dir, &["--cache", "cache"])), expected);
    }
    // Of pixels nothing is known here.
    let sums = scan(&test_dir, &["--type", "pdq,sha256"]);
    assert_eq!(told(&sums), expected);
}

#[test]
fn without_archives_parts_are_examined_and_archives_in_them_are_gaps() {
    let test_dir = test_dir(&[
        ("a.jpg", [jpeg(2), jpeg(3)].concat()),
        (
            "b.jpg",
            [jpeg(2), zip(&[stored("a.jpg", &jpeg(1))])].concat(),
        ),
        (
            "c.jpg",
            [jpeg(2), b"Rar!\x1A\x07\x01\0rest".to_vec()].concat(),
        ),
    ]);
    let outcome = scan(&test_dir, &["--no-archives"]);
    let expected = [
        "a.jpg!/behind.jpg no_match",
        "a.jpg no_match",
        "b.jpg!/behind.zip unsupported",
        "b.jpg no_match",
        "c.jpg!/behind.rar unsupported",
        "c.jpg no_match",
    ];
    assert_eq!(
        (told(&outcome), outcome.code),
        (expected.map(str::to_owned).to_vec(), 3)
    );
    assert_eq!(
        outcome.object("dump/b.jpg!/behind.zip")["media"],
        "application/zip"
    );
}

#[test]
fn too_many_parts_are_a_gap() {
    let small = encode(
        &image::imageops::thumbnail(&scene(3), 16, 12),
        ImageFormat::Png,
    );
    let test_dir = test_dir(&[(
        "a.png",
        [encode(&scene(2), ImageFormat::Png), small.repeat(1001)].concat(),
    )]);
    let outcome = scan(&test_dir, &[]);
    assert_eq!(outcome.summary()["members"], 1000);
    let object = outcome.object("dump/a.png");
    assert_eq!(
        (object["status"].as_str(), outcome.code),
        (Some("over_limit"), 3)
    );
}

#[test]
fn pictures_beside_the_members_of_a_zip_file_are_found() {
    let mut bytes = zip(&[stored("a.txt", b"text")]);
    let comment = jpeg(1);
    let at = bytes.len() - 2;
    bytes[at..].copy_from_slice(&u16::try_from(comment.len()).unwrap().to_le_bytes());
    bytes.extend(&comment);
    let test_dir = test_dir(&[
        ("a.zip", bytes.clone()),
        ("b.zip", [jpeg(3), vec![0; 64], jpeg(1), bytes].concat()),
    ]);
    let outcome = scan(&test_dir, &[]);
    let told = told(&outcome);
    for expected in [
        "a.zip!/beside.jpg matched",
        "b.zip!/behind.jpg matched",
        "b.zip!/beside.jpg matched",
    ] {
        assert!(
            told.iter().any(|line| line == expected),
            "{expected}: {told:?}"
        );
    }
}

#[test]
fn parts_are_hashed_too() {
    let test_dir = test_dir(&[("a.jpg", [jpeg(2), jpeg(3)].concat())]);
    let outcome = test_dir.run(&["hash", "dump", "-f", "jsonl"]);
    assert_eq!(outcome.code, 0);
    let hash = |path: &str| {
        let object = outcome.object(path);
        let hashes = object["hashes"].as_array().unwrap().clone();
        hashes
            .into_iter()
            .find(|hash| hash["type"] == "pdq")
            .unwrap()["hash"]
            .clone()
    };
    let alone = test_dir.file("alone/b.jpg", jpeg(3));
    let outcome = test_dir.run(&["hash", alone.to_str().unwrap(), "-f", "jsonl"]);
    let pdq = outcome.objects()[0]["hashes"].as_array().unwrap()[0]["hash"].clone();
    assert_eq!(hash("dump/a.jpg!/behind.jpg"), pdq);
    assert_ne!(hash("dump/a.jpg"), pdq);
    let text = test_dir.run(&["hash", "dump", "-f", "csv"]).stdout;
    assert_eq!(
        text.matches("a.jpg!/behind.jpg").count(),
        2,
        "PDQ and SHA-256: {text}"
    );
}
