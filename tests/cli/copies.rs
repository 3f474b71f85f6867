//! Copies that were changed: found when views are asked for that undo the change, and worth a look, no more.

use image::{ImageFormat, Rgb, RgbImage, imageops};

use crate::test_dir::{TestDir, encode, scene};

/// A scene on a page, with room and a few lines around it.
fn page(number: u64) -> RgbImage {
    let scene = scene(number);
    let (width, height) = scene.dimensions();
    let mut page = RgbImage::from_pixel(width + 40, height * 2, Rgb([250; 3]));
    imageops::replace(&mut page, &scene, 20, i64::from(height / 2));
    for x in (30..width).filter(|x| x % 9 > 3) {
        page.put_pixel(x, 12, Rgb([10; 3]));
        page.put_pixel(x, 13, Rgb([10; 3]));
    }
    page
}

#[test]
fn a_picture_on_a_page_is_found_with_its_place() {
    let test_dir = TestDir::new();
    test_dir.file("dump/page.png", encode(&page(1), ImageFormat::Png));
    test_dir.file("dump/other.png", encode(&page(2), ImageFormat::Png));
    test_dir.list("list.txt", &[1]);
    let run = |views| test_dir.scan("list.txt", &["--views", views]);
    assert_eq!(run("upright").code, 0);
    for views in ["fast", "standard", "thorough"] {
        let outcome = run(views);
        assert_eq!(outcome.code, 1);
        assert_ne!(outcome.object("dump/other.png")["status"], "matched");
        let object = outcome.object("dump/page.png");
        let found = &object["matches"][0];
        assert_eq!(found["tier"], "derived", "{object}");
        assert_eq!(found["at_most"], "review");
        assert_ne!(found["view"], "original");
        let region: Vec<i64> = serde_json::from_value(found["region"].clone()).unwrap();
        // Left, top, right, bottom of a scene that is half as high as the page.
        for (side, expected) in region.iter().zip([60_i64, 250, 940, 750]) {
            assert!((*side - expected).abs() < 40, "{region:?}");
        }
        // What undoes changes is not shown: no list has a use for it.
        assert!(object["hashes"].as_array().unwrap().len() <= 8);
    }
}

#[test]
fn a_mirrored_picture_is_derived_and_a_plain_copy_is_near() {
    let test_dir = TestDir::new();
    let mirrored = imageops::flip_horizontal(&scene(1));
    test_dir.file("dump/mirrored.png", encode(&mirrored, ImageFormat::Png));
    test_dir.picture("dump/plain.jpg", 1);
    test_dir.list("list.txt", &[1]);
    let outcome = test_dir.scan("list.txt", &["--views", "standard"]);
    let tier = |path: &str| outcome.object(path)["matches"][0]["tier"].clone();
    assert_eq!(tier("dump/mirrored.png"), "derived");
    assert_eq!(tier("dump/plain.jpg"), "near");
    // What is of another tier than those that are wanted counts as if it were not listed.
    let near = test_dir.scan(
        "list.txt",
        &["--views", "standard", "--tier", "near,identical"],
    );
    assert_eq!(near.object("dump/mirrored.png")["status"], "no_match");
    assert_eq!(near.object("dump/plain.jpg")["status"], "matched");
}

#[test]
fn views_are_the_same_on_any_number_of_threads_and_from_a_cache() {
    let test_dir = TestDir::new();
    for number in 0..6 {
        let name = format!("dump/{number}.png");
        test_dir.file(name, encode(&page(number % 4), ImageFormat::Png));
    }
    test_dir.list("list.txt", &[1, 2]);
    std::thread::sleep(std::time::Duration::from_millis(60));
    let run = |more: &[&str]| {
        let arguments = [&["--views", "standard"][..], more].concat();
        test_dir.scan("list.txt", &arguments)
    };
    let alone = run(&["-j", "1"]).stdout;
    assert!(alone.contains("derived"));
    assert_eq!(run(&["-j", "4"]).stdout, alone);
    // The second time nothing is read.
    for _ in 0..2 {
        assert_eq!(run(&["--cache", "cache"]).stdout, alone);
    }
    // What was found with fewer views does not count for more.
    let fast = test_dir.scan("list.txt", &["--views", "upright", "--cache", "cache"]);
    assert_eq!(fast.code, 0);
    assert_eq!(run(&["--cache", "cache"]).stdout, alone);
}

/// What only a second look finds is found again by what remembers a file. That holds no picture to look at, so the file is read
/// once more.
#[test]
fn a_second_look_is_the_same_from_a_cache_and_of_a_copy() {
    let test_dir = TestDir::new();
    for number in 1..5 {
        let scene = scene(number);
        let (width, height) = scene.dimensions();
        // More at the left than at the right, and less at the top.
        let (x, y) = (width / 12, height / 30);
        let cropped = imageops::crop_imm(&scene, x, y, width - x - width / 25, height - y);
        let cropped = encode(&cropped.to_image(), ImageFormat::Png);
        // The second one is remembered within the scan.
        test_dir.file(format!("dump/{number}.png"), cropped.clone());
        test_dir.file(format!("dump/again/{number}.png"), cropped);
    }
    test_dir.list("list.txt", &[1, 2, 3, 4]);
    std::thread::sleep(std::time::Duration::from_millis(60));
    let run = |more: &[&str]| {
        let arguments = [&["--views", "fast"][..], more].concat();
        test_dir.scan("list.txt", &arguments)
    };
    let alone = run(&["-j", "1"]);
    let moved = (1..5).filter(|number| {
        let object = alone.object(&format!("dump/{number}.png"));
        let again = alone.object(&format!("dump/again/{number}.png"));
        assert_eq!(object["matches"], again["matches"]);
        let left = object["matches"][0]["region"][0].as_i64();
        // The views that are looked up reach out by 40 or nothing.
        object["matches"][0]["tier"] == "derived" && left.is_some_and(|left| left < -50)
    });
    assert!(moved.count() > 0, "{}", alone.stdout);
    assert_eq!(run(&["-j", "4"]).stdout, alone.stdout);
    for _ in 0..2 {
        assert_eq!(run(&["--cache", "cache"]).stdout, alone.stdout);
    }
}
