//! Lists that an institution makes itself hold details of pictures, which find copies that were cropped and covered.

use image::{ImageFormat, Rgb, RgbImage, imageops};

use crate::notices::{Language, forged, notice};
use crate::test_dir::{TestDir, encode};

/// Numbers without an order.
fn salt(seed: u32, place: u32) -> u32 {
    let mixed = (seed.wrapping_mul(0x9e37_79b9) ^ place).wrapping_mul(0x85eb_ca6b);
    let mixed = (mixed ^ mixed >> 13).wrapping_mul(0xc2b2_ae35);
    mixed ^ mixed >> 16
}

/// Shaded things on a shaded ground, others for each number.
fn things(number: u32) -> RgbImage {
    RgbImage::from_fn(480, 360, |x, y| {
        let mut level = 90 + x / 8 + y / 6;
        for thing in 0..45 {
            let of = |place: u32, below: u32| salt(number, thing * 7 + place) % below;
            let (left, top, size) = (of(0, 480), of(1, 360), 14 + of(2, 50));
            let (dx, dy) = (x.abs_diff(left), y.abs_diff(top));
            let is_inside = if of(4, 2) == 0 {
                dx * dx + dy * dy < size * size
            } else {
                dx < size && dy < size * 2 / 3
            };
            if is_inside {
                level = of(3, 220) + dx / 2;
            }
        }
        let level = (level + salt(number, x * 4001 + y) % 7).min(255) as u8;
        Rgb([level, level.saturating_sub(20), level / 2 + 60])
    })
}

/// A third of each side is cut off, and something stands before what is left.
fn changed(image: &RgbImage) -> RgbImage {
    let mut copy = imageops::crop_imm(image, 60, 70, 330, 250).to_image();
    for y in 20..80 {
        for x in 200..280 {
            copy.put_pixel(x, y, Rgb([255, 220, 0]));
        }
    }
    copy
}

fn dump(test_dir: &TestDir) {
    test_dir.file(
        "dump/copy.png",
        encode(&changed(&things(1)), ImageFormat::Png),
    );
    test_dir.file(
        "dump/other.png",
        encode(&changed(&things(2)), ImageFormat::Png),
    );
    test_dir.file("listed.png", encode(&things(1), ImageFormat::Png));
}

fn run(test_dir: &TestDir, line: &str) -> crate::test_dir::Outcome {
    let words: Vec<&str> = line.split(' ').collect();
    test_dir.run(&words)
}

const SCAN: &str = "scan dump --format jsonl --views standard --list";

#[test]
fn a_reported_picture_is_found_cropped_and_covered() {
    let test_dir = TestDir::new();
    dump(&test_dir);
    assert_eq!(run(&test_dir, "store init store").code, 0);
    assert_eq!(
        run(&test_dir, "add listed.png --list own --store store").code,
        0
    );
    let scan = || run(&test_dir, &format!("{SCAN} store"));
    let pending = scan();
    assert_eq!(pending.code, 1, "{pending:?}");
    let object = pending.object("dump/copy.png");
    let found = &object["matches"][0];
    assert_eq!(
        (&found["tier"], &found["view"]),
        (&"derived".into(), &"located".into()),
        "{object}"
    );
    assert_eq!(found["at_most"], "review");
    assert!(
        found["details"]["features"].as_u64().unwrap() >= 6,
        "{object}"
    );
    assert!(found["distance"].as_u64() <= found["radius"].as_u64());
    assert_eq!(pending.object("dump/other.png")["status"], "no_match");
    // Built into an index, it matches alike.
    assert_eq!(run(&test_dir, "refresh --store store").code, 0);
    let built = scan();
    let mut alike = built.object("dump/copy.png")["matches"].clone();
    alike[0]["generation"] = object["matches"][0]["generation"].clone();
    assert_eq!(alike, object["matches"]);
    let text = run(&test_dir, "scan dump --views standard --list store").stdout;
    assert!(text.contains("local features:"), "{text}");
    // A cache holds no picture: what needs one is read again, and found again.
    std::thread::sleep(std::time::Duration::from_millis(60));
    for _ in 0..2 {
        let again = run(&test_dir, &format!("{SCAN} store --cache cache"));
        assert_eq!(again.stdout, built.stdout);
    }
    // Without views of copies, the changed picture is not found.
    assert_eq!(
        run(&test_dir, "scan dump --views upright --list store").code,
        0
    );
    let id = found["id"].as_str().unwrap();
    let revoke = format!("revoke {id} --id --list own --store store --reason error");
    assert_eq!(run(&test_dir, &revoke).code, 0);
    let withdrawn = scan();
    assert_eq!(withdrawn.code, 0, "{withdrawn:?}");
}

#[test]
fn a_picture_can_be_listed_without_details_and_given_them_later() {
    let test_dir = TestDir::new();
    dump(&test_dir);
    assert_eq!(run(&test_dir, "store init store").code, 0);
    let add = "add listed.png --list own --store store";
    assert_eq!(run(&test_dir, &format!("{add} --no-details")).code, 0);
    assert_eq!(run(&test_dir, &format!("{SCAN} store")).code, 0);
    assert_eq!(run(&test_dir, add).code, 0);
    assert_eq!(run(&test_dir, &format!("{SCAN} store")).code, 1);
    let again = run(&test_dir, add);
    assert!(again.stderr.contains("already"), "{again:?}");
}

#[test]
fn a_list_of_files_holds_details_in_text_and_in_an_index() {
    let test_dir = TestDir::new();
    dump(&test_dir);
    let hashed = run(&test_dir, "hash listed.png --for-list --output own.jsonl");
    assert_eq!(hashed.code, 0, "{hashed:?}");
    let text = std::fs::read_to_string(test_dir.path("own.jsonl")).unwrap();
    assert!(text.contains("\"details\":{\"width\":"), "{text}");
    assert_eq!(run(&test_dir, "build own.jsonl --output own.basma").code, 0);
    let inspected = run(&test_dir, "inspect own.basma --verify --format jsonl").stdout;
    assert!(
        inspected.contains("\"version\":4") && inspected.contains("features"),
        "{inspected}"
    );
    let of_text = run(&test_dir, &format!("{SCAN} own.jsonl"));
    assert_eq!(of_text.code, 1, "{of_text:?}");
    let of_index = run(&test_dir, &format!("{SCAN} own.basma"));
    assert_eq!(
        of_index.object("dump/copy.png")["matches"],
        of_text.object("dump/copy.png")["matches"]
    );
    // Other formats say that they have no place for them.
    let converted = run(&test_dir, "convert own.jsonl --to csv --output own.csv");
    assert!(converted.stderr.contains("details"), "{converted:?}");
    let same = run(&test_dir, "convert own.basma --to jsonl");
    assert!(same.stdout.contains("\"details\":{\"width\":"), "{same:?}");
    // Without them the list is what it ever was.
    let plain = run(
        &test_dir,
        "hash listed.png --format jsonl --output plain.jsonl",
    );
    assert_eq!(plain.code, 0);
    assert_eq!(run(&test_dir, &format!("{SCAN} plain.jsonl")).code, 0);
    assert_eq!(
        run(&test_dir, "build plain.jsonl --output plain.basma").code,
        0
    );
    let inspected = run(&test_dir, "inspect plain.basma --format jsonl").stdout;
    assert!(inspected.contains("\"version\":2"), "{inspected}");
}

/// A store with a list of forged notices and one of what is genuine.
fn store_of_notices(test_dir: &TestDir) {
    assert_eq!(run(test_dir, "store init store").code, 0);
    test_dir.file(
        "store/sources.toml",
        "[[source]]\nlist = \"own\"\npurpose = \"tests\"\nkind = \"local\"\nat_most = \"block\"\n\
         [[source]]\nlist = \"genuine\"\npurpose = \"tests\"\nkind = \"local\"\nat_most = \"log\"\nsuppresses = [\"own\"]\n",
    );
    let refreshed = run(test_dir, "refresh --store store");
    assert_eq!(refreshed.code, 0, "{refreshed:?}");
}

#[test]
fn a_genuine_notice_is_told_from_a_forged_one_of_its_template() {
    for language in Language::ALL {
        let test_dir = TestDir::new();
        let jpeg = |name: &str, image: &RgbImage| {
            test_dir.file(name, encode(image, ImageFormat::Jpeg));
        };
        let small =
            |image: &RgbImage| imageops::resize(image, 600, 800, imageops::FilterType::Triangle);
        let (genuine, false_one) = (notice(language, 1), forged(language, 1, 7));
        test_dir.file("genuine.png", encode(&genuine, ImageFormat::Png));
        test_dir.file("forged.png", encode(&false_one, ImageFormat::Png));
        store_of_notices(&test_dir);
        assert_eq!(
            run(&test_dir, "add forged.png --list own --store store").code,
            0
        );
        jpeg("dump/genuine.jpg", &genuine);
        jpeg("dump/small.jpg", &small(&genuine));
        jpeg("dump/forged.jpg", &false_one);
        jpeg("dump/small-forged.jpg", &small(&false_one));
        // Another notice on the same template.
        for number in 2..12 {
            jpeg(
                &format!("dump/other-{number}.jpg"),
                &notice(language, number),
            );
        }
        let scan = run(&test_dir, &format!("{SCAN} store"));
        let matches = |name: &str| scan.object(name)["matches"].as_array().map_or(0, Vec::len);
        for number in 2..12 {
            assert_eq!(
                matches(&format!("dump/other-{number}.jpg")),
                0,
                "{language:?} {number}"
            );
        }
        assert_eq!(matches("dump/forged.jpg"), 1, "{language:?}");
        // The genuine one, which differs in one line of numbers, is told by the list of what is genuine.
        assert_eq!(
            run(&test_dir, "add genuine.png --list genuine --store store").code,
            0
        );
        let scan = run(&test_dir, &format!("{SCAN} store"));
        for name in ["dump/genuine.jpg", "dump/small.jpg"] {
            let object = scan.object(name);
            assert_eq!(
                object["matches"].as_array().map_or(0, Vec::len),
                0,
                "{language:?} {object}"
            );
        }
        for name in ["dump/forged.jpg", "dump/small-forged.jpg"] {
            let object = scan.object(name);
            assert_eq!(object["status"], "matched", "{language:?} {object}");
            assert_eq!(object["matches"][0]["list"], "own");
        }
    }
}

/// A page with the very hash of a listed one, and with other parts: another page of the template, unless the list is beyond
/// appeal.
#[test]
fn the_very_hash_of_a_list_beyond_appeal_is_no_lead() {
    let test_dir = TestDir::new();
    let pages = [notice(Language::French, 1), notice(Language::French, 2)];
    let listed = |name: &str, page: &RgbImage| {
        test_dir.file(name, encode(page, ImageFormat::Png));
        let hashed = run(&test_dir, &format!("hash {name} --for-list"));
        let of_page = |line: &&str| line.contains("\"details\":");
        let line = hashed.stdout.lines().find(of_page).unwrap();
        serde_json::from_str::<serde_json::Value>(line).unwrap()
    };
    let mut entry = listed("listed.png", &pages[0]);
    entry["hash"] = listed("dump/page.png", &pages[1])["hash"].clone();
    test_dir.file("list.jsonl", format!("{entry}\n"));
    assert_eq!(run(&test_dir, "store init store").code, 0);
    for (is_beyond_appeal, code, tier) in [(false, 3, "lead"), (true, 1, "near")] {
        test_dir.file(
            "store/sources.toml",
            format!(
                "[[source]]\nlist = \"notices\"\npurpose = \"tests\"\nkind = \"snapshot\"\nat_most = \"block\"\n\
                 beyond_appeal = {is_beyond_appeal}\nfrom.file = {{ path = '{}', settle_seconds = 0 }}\n",
                test_dir.path("list.jsonl").display()
            ),
        );
        let refreshed = run(&test_dir, "refresh --store store");
        assert_eq!(refreshed.code, 0, "{refreshed:?}");
        let scan = run(&test_dir, &format!("{SCAN} store"));
        let object = scan.object("dump/page.png");
        let found = if code == 1 { "matches" } else { "weak" };
        assert_eq!(scan.code, code, "{object}");
        assert_eq!(object[found][0]["tier"], tier, "{object}");
        assert_eq!(object[found][0]["distance"], 0, "{object}");
    }
}
