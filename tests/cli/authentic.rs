//! Genuine notices are told to be authentic, and forged ones on the same template are not.

use basma::hash::{Hash, HashType};
use basma::hasher::Hasher;
use image::{ImageFormat, RgbImage, imageops};

use crate::notices::{Language, forged, notice};
use crate::test_dir::{Outcome, TestDir, encode};

fn run(test_dir: &TestDir, line: &str) -> Outcome {
    let words: Vec<&str> = line.split_whitespace().collect();
    test_dir.run(&words)
}

fn small(image: &RgbImage) -> RgbImage {
    imageops::resize(image, 600, 800, imageops::FilterType::Triangle)
}

/// The picture in a screenshot: on a flat ground, with bars.
fn screenshot(image: &RgbImage) -> RgbImage {
    let mut screen = RgbImage::from_pixel(1080, 1920, image::Rgb([18, 18, 20]));
    let inner = imageops::resize(image, 1080, 1440, imageops::FilterType::Triangle);
    imageops::replace(&mut screen, &inner, 0, 240);
    screen
}

fn hash(bytes: &[u8]) -> Hash {
    let hashed = Hasher::new([HashType::Pdq]).hash_bytes(bytes);
    hashed.prints[0].hash
}

/// A store with a list of forged notices and one of authentic ones.
fn store(test_dir: &TestDir) {
    assert_eq!(run(test_dir, "store init store").code, 0);
    test_dir.file(
        "store/sources.toml",
        "[[source]]\nlist = \"own\"\npurpose = \"tests\"\nkind = \"local\"\nat_most = \"block\"\n\
         [[source]]\nlist = \"genuine\"\npurpose = \"tests\"\nkind = \"local\"\nat_most = \"log\"\n\
         suppresses = [\"*\"]\nauthentic = true\n",
    );
    let refreshed = run(test_dir, "refresh --store store");
    assert_eq!(refreshed.code, 0, "{refreshed:?}");
}

/// What is measured where whole pictures decide: how near copies of a notice are to it, and to others on its template.
#[test]
fn copies_of_a_notice_are_nearer_to_it_than_to_others_on_its_template() {
    for language in Language::ALL {
        let listed: Vec<Hash> = (1..=30)
            .map(|number| hash(&encode(&notice(language, number), ImageFormat::Png)))
            .collect();
        let (mut farthest, mut least) = (0, u32::MAX);
        for number in [1_u32, 2, 3] {
            let genuine = notice(language, number);
            for copy in [&genuine, &small(&genuine)] {
                let copy = hash(&encode(copy, ImageFormat::Jpeg));
                let far = |listed: &Hash| copy.distance(listed).unwrap();
                let own = far(&listed[number as usize - 1]);
                let others = (0..30).filter(|place| *place != number as usize - 1);
                let other = others.map(|place| far(&listed[place])).min().unwrap();
                farthest = farthest.max(own);
                least = least.min(other - own);
            }
        }
        println!("{language:?}: copies within {farthest} bits, others {least} farther at least");
        assert!(
            farthest <= 14 && least >= 4,
            "{language:?}: {farthest} {least}"
        );
    }
}

#[test]
fn genuine_notices_are_authentic_and_forged_ones_match() {
    for language in Language::ALL {
        let test_dir = TestDir::new();
        let jpeg = |name: &str, image: &RgbImage| {
            test_dir.file(name, encode(image, ImageFormat::Jpeg));
        };
        // A forged text, and a forged line of numbers: another page, and the genuine one nearly.
        let (genuine, other) = (notice(language, 1), notice(language, 2));
        let numbers = forged(language, 1, 7);
        for (name, image) in [
            ("genuine", &genuine),
            ("other", &other),
            ("numbers", &numbers),
        ] {
            test_dir.file(format!("{name}.png"), encode(image, ImageFormat::Png));
            jpeg(&format!("dump/{name}.jpg"), image);
            jpeg(&format!("dump/small-{name}.jpg"), &small(image));
        }
        jpeg("dump/screen-genuine.jpg", &screenshot(&genuine));
        jpeg("dump/unlisted.jpg", &notice(language, 3));
        store(&test_dir);
        for (name, list) in [("genuine", "genuine"), ("other", "own"), ("numbers", "own")] {
            let added = run(
                &test_dir,
                &format!("add {name}.png --list {list} --store store"),
            );
            assert_eq!(added.code, 0, "{added:?}");
        }
        let scan = run(&test_dir, "scan dump --list store --format jsonl --quiet");
        let count = |name: &str, kind: &str| {
            let object = scan.object(&format!("dump/{name}.jpg"));
            object[kind].as_array().map_or(0, Vec::len)
        };
        for name in ["genuine", "small-genuine"] {
            let object = scan.object(&format!("dump/{name}.jpg"));
            assert_eq!(object["status"], "no_match", "{language:?} {object}");
            assert_eq!(
                object["authentic"][0]["list"], "genuine",
                "{language:?} {object}"
            );
            assert_eq!(
                object["authentic"][0]["tier"], "near",
                "{language:?} {object}"
            );
            assert_eq!(
                object["flags"],
                serde_json::json!(["authentic"]),
                "{object}"
            );
            assert_eq!(count(name, "weak"), 0, "{language:?} {object}");
        }
        for name in ["other", "small-other", "numbers", "small-numbers"] {
            let object = scan.object(&format!("dump/{name}.jpg"));
            assert_eq!(object["status"], "matched", "{language:?} {object}");
            assert_eq!(object["matches"][0]["list"], "own");
            assert_eq!(count(name, "authentic"), 0, "{language:?} {object}");
        }
        let told = count("unlisted", "matches") + count("unlisted", "authentic");
        assert_eq!(told, 0, "{language:?}");
        // In a screenshot a forged line of numbers may be as near: both are told, and a person compares.
        let object = scan.object("dump/screen-genuine.jpg");
        let notices = object["authentic"].as_array().map_or(0, Vec::len);
        assert!(notices >= 1, "{language:?} {object}");
        for m in object["matches"].as_array().into_iter().flatten() {
            assert_eq!(m["at_most"], "review", "{language:?} {object}");
        }
        let told = scan.summary()["authentic"].as_u64().unwrap();
        assert!(told >= 2, "{}", scan.summary());
    }
}

/// What people, tables, pages and exit codes say of a genuine notice.
#[test]
fn every_output_tells_an_authentic_notice() {
    let test_dir = TestDir::new();
    let genuine = notice(Language::Arabic, 1);
    test_dir.file("genuine.png", encode(&genuine, ImageFormat::Png));
    test_dir.file("dump/copy.jpg", encode(&genuine, ImageFormat::Jpeg));
    store(&test_dir);
    assert_eq!(
        run(&test_dir, "add genuine.png --list genuine --store store").code,
        0
    );
    for (language, word) in [("en", "AUTHENTIC"), ("fr", "AUTHENTIQUE"), ("ar", "أصيل")] {
        let scan = run(
            &test_dir,
            &format!("scan dump --list store --lang {language}"),
        );
        assert_eq!(scan.code, 0, "{scan:?}");
        assert!(scan.stdout.contains(word), "{}", scan.stdout);
        let grouped = run(
            &test_dir,
            &format!("scan dump --list store --verbose --lang {language} --quiet"),
        );
        assert!(grouped.stdout.contains(word), "{}", grouped.stdout);
    }
    let csv = run(&test_dir, "scan dump --list store --format csv --quiet").stdout;
    let mut rows = csv.lines();
    let place = |name: &str| {
        let head = csv.lines().next().unwrap();
        head.split(',').position(|cell| cell == name).unwrap()
    };
    let row: Vec<&str> = rows.nth(1).unwrap().split(',').collect();
    assert_eq!(
        (row[place("status")], row[place("tier")]),
        ("no_match", "authentic")
    );
    assert_eq!(row[place("list")], "genuine");
    let lines = run(&test_dir, "scan dump --list store --format jsonl --quiet").stdout;
    test_dir.file("findings.jsonl", &lines);
    let page = run(&test_dir, "report findings.jsonl").stdout;
    assert!(page.contains("Authentic notices"), "{page}");
    let hash = hash(&encode(&genuine, ImageFormat::Jpeg));
    let found = run(
        &test_dir,
        &format!("lookup pdq:{hash} --list store --quiet"),
    );
    assert_eq!(found.code, 0, "{found:?}");
    assert!(
        found.stdout.contains("AUTHENTIC genuine"),
        "{}",
        found.stdout
    );
    let unwanted = run(&test_dir, "scan dump --list store --tier identical --quiet");
    assert!(
        !unwanted.stdout.contains("AUTHENTIC"),
        "{}",
        unwanted.stdout
    );
}

/// A genuine notice that is pasted on a listed picture does not answer for that picture.
#[test]
fn a_notice_does_not_hide_the_picture_that_it_is_pasted_on() {
    let test_dir = TestDir::new();
    let dump = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/fixtures/dump/phone/IMG_0107.jpg"
    );
    let listed = image::open(dump).unwrap().into_rgb8();
    let (width, height) = listed.dimensions();
    let genuine = notice(Language::English, 1);
    let percents = [30, 40, 50, 60];
    for percent in percents {
        let tall = height * percent / 100;
        let wide = tall * 3 / 4;
        let small = imageops::resize(&genuine, wide, tall, imageops::FilterType::Lanczos3);
        let mut pasted = listed.clone();
        let (x, y) = (width - wide - 20, height - tall - 20);
        imageops::replace(&mut pasted, &small, x.into(), y.into());
        test_dir.file(
            format!("dump/{percent}.jpg"),
            encode(&pasted, ImageFormat::Jpeg),
        );
    }
    test_dir.file("listed.png", encode(&listed, ImageFormat::Png));
    test_dir.file("genuine.png", encode(&genuine, ImageFormat::Png));
    store(&test_dir);
    for (name, list) in [("genuine", "genuine"), ("listed", "own")] {
        let added = run(
            &test_dir,
            &format!("add {name}.png --list {list} --store store"),
        );
        assert_eq!(added.code, 0, "{added:?}");
    }
    let scan = run(&test_dir, "scan dump --list store --format jsonl --quiet");
    let mut matched = 0;
    for percent in percents {
        let object = scan.object(&format!("dump/{percent}.jpg"));
        assert!(object["suppressed"].is_null(), "{object}");
        matched += u32::from(object["status"] == "matched");
    }
    assert!(matched >= 2, "{}", scan.stdout);
}

/// Parts can say that a page is the genuine one. The very hash of a list beyond appeal stays a match.
#[test]
fn parts_do_not_take_back_the_hash_of_a_list_beyond_appeal() {
    for is_beyond_appeal in [false, true] {
        let test_dir = TestDir::new();
        for (name, image) in [
            ("genuine", notice(Language::French, 1)),
            ("forged", forged(Language::French, 1, 7)),
        ] {
            test_dir.file(format!("{name}.png"), encode(&image, ImageFormat::Png));
        }
        let copy = encode(&notice(Language::French, 1), ImageFormat::Jpeg);
        test_dir.file("dump/copy.jpg", &copy);
        store(&test_dir);
        if is_beyond_appeal {
            let sources = test_dir.path("store/sources.toml");
            let text = std::fs::read_to_string(&sources).unwrap();
            let text = text.replace("\"block\"", "\"block\"\nbeyond_appeal = true");
            std::fs::write(&sources, text).unwrap();
            assert_eq!(run(&test_dir, "refresh --store store").code, 0);
        }
        // The hash of the copy, with the parts of the forged page.
        let forged = run(&test_dir, "hash forged.png --for-list --type pdq --quiet");
        let line = forged.stdout.lines().next().unwrap().to_owned();
        let of_forged = hash(&std::fs::read(test_dir.path("forged.png")).unwrap());
        let line = line.replacen(&of_forged.to_string(), &hash(&copy).to_string(), 1);
        test_dir.file("swapped.jsonl", line + "\n");
        for (name, list) in [("genuine.png", "genuine"), ("swapped.jsonl", "own")] {
            let added = run(
                &test_dir,
                &format!("add {name} --list {list} --store store"),
            );
            assert_eq!(added.code, 0, "{added:?}");
        }
        let scan = run(&test_dir, "scan dump --list store --format jsonl --quiet");
        let object = scan.object("dump/copy.jpg");
        assert_eq!(object["authentic"][0]["list"], "genuine", "{object}");
        let (status, most) = if is_beyond_appeal {
            assert_eq!(object["matches"][0]["distance"], 0, "{object}");
            ("matched", "block")
        } else {
            assert_eq!(object["suppressed"][0]["distance"], 0, "{object}");
            ("no_match", "")
        };
        assert_eq!(object["status"], status, "{object}");
        let at_most = object["matches"][0]["at_most"].as_str();
        assert_eq!(at_most.unwrap_or_default(), most, "{object}");
    }
}

/// A scan that remembers files decides anew when the notices change.
#[test]
fn what_is_remembered_is_decided_by_the_notices_of_today() {
    let test_dir = TestDir::new();
    let genuine = notice(Language::English, 1);
    test_dir.file("genuine.png", encode(&genuine, ImageFormat::Png));
    test_dir.file(
        "numbers.png",
        encode(&forged(Language::English, 1, 7), ImageFormat::Png),
    );
    test_dir.file("dump/copy.jpg", encode(&genuine, ImageFormat::Jpeg));
    store(&test_dir);
    let add = |name: &str, list: &str| {
        let line = format!("add {name}.png --list {list} --store store");
        assert_eq!(run(&test_dir, &line).code, 0);
    };
    let scan = "scan dump --list store --cache cache --format jsonl --quiet";
    let status = || run(&test_dir, scan).object("dump/copy.jpg")["status"].clone();
    add("numbers", "own");
    assert_eq!(status(), "matched");
    assert_eq!(status(), "matched");
    add("genuine", "genuine");
    let object = run(&test_dir, scan).object("dump/copy.jpg");
    assert_eq!(object["status"], "no_match", "{object}");
    assert_eq!(object["authentic"][0]["list"], "genuine", "{object}");
    // Without the picture hashes alone decide, and a forged notice that is as near leads to review at most.
    let again = run(
        &test_dir,
        "rematch --cache cache --list store --format jsonl --quiet",
    );
    let object = again.objects().remove(0);
    assert_eq!(object["authentic"][0]["list"], "genuine", "{object}");
    for m in object["matches"].as_array().into_iter().flatten() {
        assert_eq!(m["at_most"], "review", "{object}");
    }
    // What does not count leads to nothing, and its line says why.
    add("genuine", "own");
    let scanned = run(&test_dir, "scan genuine.png --list store --verbose --quiet");
    let line = scanned
        .stdout
        .lines()
        .find(|line| line.contains("SUPPRESSED"));
    let line = line.unwrap_or_else(|| panic!("{}", scanned.stdout));
    assert!(line.contains("; list genuine allows it"), "{line}");
    assert!(!line.contains("a person decides"), "{line}");
}
