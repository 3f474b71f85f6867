//! How often lists err, as a key signed it.

use super::*;

#[test]
fn a_scan_states_the_figures_that_a_key_signed_and_no_others() {
    let desk = TestDir::new();
    for scene in 1..5 {
        desk.picture(format!("lawful/{scene}.png"), scene);
    }
    desk.list("list.txt", &[4, 9]);
    desk.list("other.txt", &[4]);
    desk.picture("dump/a.png", 9);
    done(&desk, "case keygen key --quiet", 0);
    done(&desk, "case keygen another --quiet", 0);
    let calibrate = "calibrate --corpus lawful --list list.txt --out figures.json --key key";
    let told = done(&desk, calibrate, 0).stderr;
    assert!(told.contains("pictures and clips: 1 of 4"), "{told}");
    assert!(desk.path("figures.json.minisig").exists());
    let scan = "scan dump --format jsonl --calibration figures.json";
    let quoted = |more: &str| {
        let outcome = done(&desk, &format!("{scan} {more}"), 1);
        conditions(&outcome)["lists"][0]["calibration"].clone()
    };
    let quote = quoted("--list list.txt --calibration-key key.pub");
    assert_eq!(quote["state"], "calibrated");
    assert_eq!((&quote["files"], &quote["matched"]), (&4.into(), &1.into()));
    assert!(quote["signed_by"].is_string());
    assert!(quoted("--list list.txt")["signed_by"].is_null());
    assert_eq!(
        quoted("--list list.txt --radius 20")["state"],
        "rules-differ"
    );
    desk.list("list.txt", &[4, 9, 8]);
    assert_eq!(quoted("--list list.txt")["state"], "list-differs");
    let of_other = done(
        &desk,
        &format!("{scan} --list other.txt --list list.txt"),
        1,
    );
    let of_other = conditions(&of_other)["lists"][0]["calibration"].clone();
    assert_eq!(of_other["state"], "list-not-calibrated");
    refused(
        &desk,
        &format!("{scan} --list list.txt --calibration-key another.pub"),
        "not signed by the key",
    );
    let text = fs::read_to_string(desk.path("figures.json")).unwrap();
    desk.file(
        "figures.json",
        text.replacen("\"files\":4", "\"files\":5", 1),
    );
    refused(
        &desk,
        &format!("{scan} --list list.txt"),
        "its signature is not of these bytes",
    );
    // People are told where a match is.
    let bare = done(&desk, "scan dump --list list.txt", 1).stderr;
    assert!(
        bare.contains("not calibrated on this population: list"),
        "{bare}"
    );
}

/// Each match quotes what was counted for its list, the kind of its picture and its tier: in the output, the report, `explain` and
/// the papers. Where nobody counted that, it says so.
#[test]
fn a_match_quotes_the_errors_of_its_kind_and_tier() {
    let desk = TestDir::new();
    for scene in 1..5 {
        desk.picture(format!("lawful/{scene}.png"), scene);
    }
    desk.list("list.txt", &[4, 9]);
    desk.picture("dump/a.png", 9);
    done(&desk, "case keygen key --quiet", 0);
    done(
        &desk,
        "calibrate --corpus lawful --list list.txt --out figures.json",
        0,
    );
    let figures = fs::read_to_string(desk.path("figures.json")).unwrap();
    let figures: serde_json::Value = serde_json::from_str(&figures).unwrap();
    let case = |name: &str| {
        let line =
            format!("case new {name} --purpose tests --legal-basis law --person amina --key key");
        done(&desk, &line, 0);
    };
    case("c");
    let line = "scan dump --list list.txt -f jsonl -o out.jsonl --calibration figures.json --case c --key key";
    done(&desk, line, 1);
    let text = fs::read_to_string(desk.path("out.jsonl")).unwrap();
    let first: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    let (stratum, found) = (&first["stratum"], &first["matches"][0]);
    let rows = figures["body"]["lists"][0]["strata"].as_array().unwrap();
    let row = rows.iter().find(|row| row["stratum"] == *stratum);
    let row = row.expect("the scenes are pictures of one kind");
    let counted = &row["tiers"][found["tier"].as_str().unwrap()];
    let quoted = &found["calibration"];
    assert_eq!(quoted["state"], "calibrated", "{text}");
    assert_eq!(quoted["stratum"], *stratum);
    assert_eq!(quoted["files"], row["files"]);
    assert_eq!(quoted["matched"], counted["count"]);
    assert_eq!(quoted["high_ppb"], counted["high_ppb"]);
    let said = format!(
        "lawful files at this tier: {} of {}",
        counted["count"], row["files"]
    );
    let report = done(&desk, "report out.jsonl", 0).stdout;
    let plain = |text: &str| text.replace(['\u{2068}', '\u{2069}'], "");
    assert!(plain(&report).contains(&said), "{said}: {report}");
    let finding = |case: &str| {
        let records = fs::read_to_string(desk.path(case).join("records.jsonl")).unwrap();
        let mut records = records
            .lines()
            .map(|line| serde_json::from_str(line).unwrap());
        let finding = records.find(|record: &serde_json::Value| record["kind"] == "finding");
        finding.unwrap()["number"].to_string()
    };
    let explained = done(&desk, &format!("explain {} --case c", finding("c")), 0).stdout;
    assert!(explained.contains(&said), "{explained}");
    done(
        &desk,
        "case export c --as html --output case.html --key key",
        0,
    );
    let page = fs::read_to_string(desk.path("case.html")).unwrap();
    assert!(plain(&page).contains(&said), "{page}");
    done(
        &desk,
        "case export c --as csv --output case.csv --key key",
        0,
    );
    let rows = fs::read_to_string(desk.path("case.csv")).unwrap();
    assert!(rows.lines().next().unwrap().contains("calibrated_high_ppb"));
    assert!(rows.contains(&counted["high_ppb"].to_string()), "{rows}");
    done(&desk, "verify c", 0);
    // Without figures, or without those of the kind, it is not calibrated.
    case("bare");
    done(
        &desk,
        "scan dump --list list.txt --quiet --case bare --key key",
        1,
    );
    let explained = done(
        &desk,
        &format!("explain {} --case bare", finding("bare")),
        0,
    )
    .stdout;
    assert!(
        explained.contains("not calibrated on this population"),
        "{explained}"
    );
    let dark = image::GrayImage::from_fn(300, 200, |x, y| image::Luma([((x * y) % 23) as u8]));
    fs::create_dir(desk.path("night")).unwrap();
    dark.save(desk.path("night/d.png")).unwrap();
    let line = "scan night --list night/d.png -f jsonl --calibration figures.json";
    let outcome = desk.run(&line.split(' ').collect::<Vec<_>>());
    let found = &outcome.object("night/d.png")["matches"][0];
    assert_eq!(
        found["calibration"]["state"], "list-not-calibrated",
        "{outcome:?}"
    );
}

#[test]
fn errors_are_the_same_on_any_number_of_threads() {
    let desk = TestDir::new();
    for scene in 1..8 {
        desk.picture(format!("lawful/{scene}.png"), scene);
    }
    desk.list("list.txt", &[2, 5]);
    let bodies = ["1", "3"].map(|jobs| {
        let line = format!(
            "calibrate --corpus lawful --list list.txt --out f{jobs} --jobs {jobs} --quiet"
        );
        done(&desk, &line, 0);
        let text = fs::read_to_string(desk.path(format!("f{jobs}"))).unwrap();
        let mut value: serde_json::Value = serde_json::from_str(&text).unwrap();
        value["body"]["made"].take();
        value
    });
    assert_eq!(bodies[0], bodies[1]);
}
