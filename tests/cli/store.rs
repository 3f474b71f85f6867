//! A store as its operator meets it: the nightly job, what it says, its exit codes, and that readers follow.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Stdio;

use serde_json::Value;

use crate::test_dir::{Outcome, TestDir, encode, hash_of, scene};

const SOURCE: &str = "[[source]]
list = \"demo\"
purpose = \"tests\"
kind = \"snapshot\"
at_most = \"block\"
guards = { growth = 1000 }
[source.from.file]
path = \"../demo.txt\"
settle_seconds = 0
";
const OWN: &str =
    "[[source]]\nlist = \"own\"\npurpose = \"tests\"\nkind = \"local\"\nat_most = \"review\"\n";

/// A desk with a store on it, refreshed once.
fn test_dir(scenes: &[u64]) -> TestDir {
    let test_dir = TestDir::new();
    test_dir
        .run(&["refresh", "--init", "--store", "st"])
        .expect(0);
    test_dir.file("st/sources.toml", SOURCE.to_owned() + OWN);
    test_dir.list("demo.txt", scenes);
    test_dir.run(&["refresh", "--store", "st"]).expect(0);
    test_dir
}

impl Outcome {
    /// Holds it to an exit code.
    fn expect(self, code: i32) -> Outcome {
        assert_eq!(self.code, code, "{self:?}");
        self
    }
}

fn records(outcome: &Outcome) -> Vec<Value> {
    let lines = outcome.stdout.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
        .collect()
}

#[test]
fn the_nightly_job_tells_in_one_line_what_it_did() {
    let test_dir = test_dir(&[1, 2, 3]);
    let quiet = |test_dir: &TestDir| test_dir.run(&["refresh", "--store", "st", "--quiet"]);
    let same = quiet(&test_dir).expect(0);
    assert_eq!(same.stdout.lines().count(), 1, "{same:?}");
    assert!(
        same.stdout.contains("nothing to publish") && same.stderr.is_empty(),
        "{same:?}"
    );

    test_dir.list("demo.txt", &[1, 2, 3, 4]);
    let would = test_dir
        .run(&["refresh", "--store", "st", "--dry-run"])
        .expect(1);
    assert!(
        would.stdout.contains("generation 2 would be published"),
        "{would:?}"
    );
    let done = quiet(&test_dir).expect(0);
    assert!(done.stdout.contains("generation 2 is in force"), "{done:?}");

    // What is held back stays as it was, and the way out is said.
    test_dir.list("demo.txt", &[1]);
    let held = quiet(&test_dir).expect(2);
    assert!(
        held.stderr.contains("--override shrink --reason"),
        "{held:?}"
    );
    assert!(held.stdout.contains("not up to date: demo"), "{held:?}");
    test_dir
        .run(&["refresh", "demo", "--store", "st", "--override", "shrink"])
        .expect(2);
    let failing = test_dir.run(&["status", "--store", "st"]).expect(3);
    assert!(failing.stdout.contains("FAILING"), "{failing:?}");
    let passed = [
        "refresh",
        "demo",
        "--store",
        "st",
        "--override",
        "shrink",
        "--reason",
        "the provider says so",
    ];
    test_dir.run(&passed).expect(0);
    test_dir.run(&["status", "--store", "st"]).expect(0);
    // Malformed records are set aside, and said.
    let text = (0..1500)
        .map(|i| format!("md5 {i:032x}\n"))
        .collect::<String>();
    test_dir.file("demo.txt", text.replacen("md5 ", "md6 ", 1));
    let all = [
        "refresh",
        "demo",
        "--store",
        "st",
        "--override",
        "shrink,growth",
        "--reason",
        "tests",
        "--format",
        "jsonl",
    ];
    let aside = test_dir.run(&all).expect(3);
    let records = records(&aside);
    assert_eq!(records[0]["set_aside"], 1, "{aside:?}");
    assert_eq!(records.last().unwrap()["summary"]["published"], true);
    assert!(
        test_dir
            .run(&["audit", "--store", "st"])
            .expect(0)
            .stdout
            .contains("the provider says so")
    );
    test_dir
        .run(&["audit", "--store", "st", "--verify"])
        .expect(0);
}

#[test]
fn a_store_is_a_list_and_matches_say_where_they_come_from() {
    let test_dir = test_dir(&[1]);
    test_dir.picture("in/a.png", 1);
    test_dir.picture("in/b.png", 2);
    let found = test_dir
        .run(&["scan", "in", "--list", "st", "--format", "jsonl"])
        .expect(1);
    let matched = &records(&found)[0]["matches"][0];
    assert_eq!(
        (&matched["list"], &matched["generation"]),
        (&"demo".into(), &1.into()),
        "{found:?}"
    );
    assert_eq!(matched["at_most"], "block");
    let table = test_dir
        .run(&["scan", "in", "--list", "st", "--format", "csv"])
        .expect(1);
    assert!(
        table
            .stdout
            .lines()
            .next()
            .unwrap()
            .ends_with("generation,at_most,reason_code,tier,region"),
        "{table:?}"
    );
    // Beside other lists, and where nothing is written.
    test_dir.list("other.txt", &[2]);
    let both = test_dir
        .run(&[
            "scan",
            "in",
            "-l",
            "st",
            "-l",
            "other.txt",
            "--format",
            "jsonl",
        ])
        .expect(1);
    assert_eq!(records(&both)[1]["matches"][0]["generation"], Value::Null);
    test_dir
        .run(&["scan", "in", "-l", "st", "--output", "st/out.jsonl"])
        .expect(2);
}

#[cfg(target_os = "linux")]
#[test]
fn a_job_is_done_although_nobody_can_be_told() {
    let test_dir = test_dir(&[1]);
    test_dir.list("demo.txt", &[1, 2]);
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let mut refresh = test_dir.command(&["refresh", "--store", "st"]);
    let status = refresh.stderr(full).status().unwrap();
    assert_eq!(status.code(), Some(0));
    let hash = format!("pdq:{}", hash_of(2));
    test_dir.run(&["lookup", &hash, "--list", "st"]).expect(1);
}

#[cfg(unix)]
#[test]
fn others_are_kept_out_unless_told_otherwise() {
    use std::os::unix::fs::PermissionsExt as _;
    let test_dir = test_dir(&[1]);
    let hash = format!("pdq:{}", hash_of(1));
    fs::set_permissions(test_dir.path("st"), fs::Permissions::from_mode(0o750)).unwrap();
    let refused = test_dir.run(&["lookup", &hash, "--list", "st"]).expect(2);
    assert!(refused.stderr.contains("--shared-store"), "{refused:?}");
    test_dir.run(&["status", "--store", "st"]).expect(2);
    test_dir
        .run(&["lookup", &hash, "--list", "st", "--shared-store"])
        .expect(1);
    test_dir
        .run(&["status", "--store", "st", "--shared-store"])
        .expect(0);
}

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
fn one_goes_back_and_sees_what_changed() {
    let test_dir = test_dir(&[1, 2]);
    test_dir.list("demo.txt", &[1, 2, 3]);
    test_dir.run(&["refresh", "--store", "st"]).expect(0);
    let diff = test_dir.run(&["diff", "--store", "st"]).expect(1);
    assert_eq!(diff.stdout, format!("+ demo pdq:{}\n", hash_of(3)));
    let diff = test_dir
        .run(&["diff", "2", "1", "--store", "st", "--format", "jsonl"])
        .expect(1);
    assert_eq!(records(&diff)[0]["change"], "removed");
    test_dir.run(&["diff", "1", "9", "--store", "st"]).expect(2);
    test_dir.run(&["rollback", "--store", "st"]).expect(2);
    test_dir
        .run(&["rollback", "--store", "st", "--reason", "scene 3 is lawful"])
        .expect(0);
    let hash = format!("pdq:{}", hash_of(3));
    test_dir.run(&["lookup", &hash, "--list", "st"]).expect(0);
    let held = test_dir.run(&["refresh", "--store", "st"]).expect(2);
    assert!(held.stderr.contains("rolled-back"), "{held:?}");
    test_dir.run(&["lookup", &hash, "--list", "st"]).expect(0);
}

#[test]
fn what_is_kept_is_listed_and_a_rollback_never_goes_to_what_was_left() {
    let test_dir = test_dir(&[1]);
    for scenes in [&[1, 2][..], &[1, 2, 3]] {
        test_dir.list("demo.txt", scenes);
        test_dir.run(&["refresh", "--store", "st"]).expect(0);
    }
    let back = || test_dir.run(&["rollback", "--store", "st", "--reason", "a bad edition"]);
    let to_second = back().expect(0);
    assert!(to_second.stderr.contains("generation 2"), "{to_second:?}");
    let to_first = back().expect(0);
    assert!(to_first.stderr.contains("generation 1"), "{to_first:?}");
    back().expect(2);
    let listed = test_dir
        .run(&["status", "--store", "st", "--generations"])
        .expect(0);
    let first_line = listed.stdout.lines().next().unwrap();
    assert!(first_line.starts_with("generation 5 of "), "{listed:?}");
    assert!(
        listed
            .stdout
            .contains("  in force\n  reason: a bad edition\n  demo: 1 entry"),
        "{listed:?}"
    );
    let listed = test_dir
        .run(&[
            "status",
            "--store",
            "st",
            "--generations",
            "--format",
            "jsonl",
        ])
        .expect(0);
    let records = records(&listed);
    let of: Vec<(u64, Option<u64>)> = records
        .iter()
        .map(|r| {
            (
                r["generation"].as_u64().unwrap(),
                r["rolled_back_by"].as_u64(),
            )
        })
        .collect();
    assert_eq!(
        of,
        [
            (5, None),
            (4, Some(5)),
            (3, Some(5)),
            (2, Some(5)),
            (1, None)
        ]
    );
    assert_eq!(records[0]["in_force"], true);
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

#[test]
fn a_folder_gives_the_list_and_not_what_stands_beside_it() {
    let test_dir = TestDir::new();
    test_dir
        .run(&["refresh", "--init", "--store", "st"])
        .expect(0);
    let head = SOURCE.split("[source.from").next().unwrap();
    let from = "[source.from.folder]\npath = \"../feed\"\nsettle_seconds = 0\n";
    test_dir.file("st/sources.toml", format!("{head}{from}"));
    fs::create_dir(test_dir.path("feed")).unwrap();
    test_dir.list("feed/2026-01-31.txt", &[1, 2]);
    let bytes = fs::read(test_dir.path("feed/2026-01-31.txt")).unwrap();
    let digest = <sha2::Sha256 as sha2::Digest>::digest(&bytes);
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let sums = |hex: &str| {
        test_dir.file(
            "feed/2026-01-31.txt.sha256",
            format!("{hex}  2026-01-31.txt\n"),
        );
    };
    sums(&hex);
    for beside in [
        "MD5SUMS",
        "README",
        "Thumbs.db",
        "desktop.ini",
        "~$x.txt",
        "x.asc",
        ".DS_Store",
    ] {
        test_dir.file(format!("feed/{beside}"), "x");
    }
    let entries = || {
        let status = test_dir.run(&["status", "--store", "st", "--format", "jsonl"]);
        records(&status)[0]["entries"].clone()
    };
    let quiet = test_dir
        .run(&["refresh", "--store", "st", "--quiet"])
        .expect(0);
    assert_eq!((entries(), quiet.stderr.as_str()), (2.into(), ""));
    // Half an upload of the next one.
    test_dir.list("feed/2026-02-01.txt.filepart", &[1]);
    let half = test_dir.run(&["refresh", "--store", "st"]).expect(0);
    assert!(half.stderr.contains("2026-02-01.txt.filepart"), "{half:?}");
    // Other bytes than the checksum is of.
    test_dir.list("feed/2026-01-31.txt", &[1, 2, 3]);
    let refused = test_dir.run(&["refresh", "--store", "st"]).expect(2);
    assert!(
        refused
            .stderr
            .contains("feed/2026-01-31.txt: does not match '2026-01-31.txt.sha256'"),
        "{refused:?}"
    );
    assert_eq!(entries(), 2);
}

#[test]
fn a_secret_in_the_configuration_is_not_repeated_by_any_command() {
    let test_dir = test_dir(&[1]);
    let head = SOURCE.split("[source.from").next().unwrap();
    for http in [
        "auth = { bearer = \"s3cretValue\" }",
        "auth = { bearer = { env = \"s3cretValue\" } }",
        "auth = { bearer = { file = \"s3cretValue\" } }",
        "auth = { header = { name = \"s3cretValue:\", value = { env = \"HOME\" } } }",
        "auth = { bearer = \"s3cretValue }",
        "proxy = \"http://me:s3cretValue@proxy.example:80\"",
    ] {
        let url = "[source.from.http]\nurl = \"https://127.0.0.1:1/x\"\nretries = 0\n";
        test_dir.file("st/sources.toml", format!("{head}{url}{http}\n"));
        for command in ["refresh", "status", "audit"] {
            let outcome = test_dir.run(&[command, "--store", "st"]);
            assert!(
                command != "refresh" || outcome.code == 2,
                "{http}: {outcome:?}"
            );
            let said = outcome.stdout + &outcome.stderr;
            assert!(!said.contains("s3cretValue"), "{http}: {said}");
        }
    }
}

#[test]
fn figures_for_prometheus_are_written_whole() {
    let test_dir = test_dir(&[1, 2]);
    test_dir
        .run(&["status", "--store", "st", "--metrics", "basma.prom"])
        .expect(0);
    let text = fs::read_to_string(test_dir.path("basma.prom")).unwrap();
    assert!(text.contains("basma_store_generation 1\n"), "{text}");
    assert!(
        text.contains("basma_list_entries{list=\"demo\",type=\"pdq\"} 2\n"),
        "{text}"
    );
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (_, figure) = line.rsplit_once(' ').unwrap();
        figure.parse::<f64>().unwrap();
    }
    assert!(text.ends_with('\n'));
}

#[test]
fn a_configuration_that_cannot_be_right_is_named_with_its_place() {
    let test_dir = test_dir(&[1]);
    for (text, said) in [
        ("[[source]\n", "line 1"),
        ("nonsense = 1\n", "nonsense"),
        ("", "names no source"),
        (&SOURCE.replace("snapshot", "snapshat"), "snapshat"),
        (
            &SOURCE.replace("purpose = \"tests\"", "purpose = \" \""),
            "purpose",
        ),
        (&(SOURCE.to_owned() + SOURCE), "two sources"),
        (
            &SOURCE.replace("guards", "max_age = \"1 day\"\nguards"),
            "1 day",
        ),
        (
            &SOURCE.replace("guards", "radius = { pdq = 400 }\nguards"),
            "0 to 256",
        ),
        (
            &SOURCE.replace("guards", "suppresses = [\"x\"]\nguards"),
            "no list here",
        ),
        (
            &SOURCE.replace("guards", "keys = [\"RWx\"]\nguards"),
            "public key",
        ),
    ] {
        test_dir.file("st/sources.toml", text);
        let refused = test_dir.run(&["refresh", "--store", "st"]).expect(2);
        assert!(refused.stderr.contains(said), "{said}: {refused:?}");
    }
    test_dir
        .run(&["refresh", "--init", "--store", "st"])
        .expect(2);
    test_dir.run(&["refresh", "--store", "nowhere"]).expect(2);
}

/// A server that answers each request with the next of these, and hands back the requests.
fn serve(answers: Vec<Vec<u8>>) -> (String, std::thread::JoinHandle<Vec<String>>) {
    use std::io::Read as _;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/demo.txt", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let mut requests = Vec::new();
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = Vec::new();
            let mut byte = [0];
            while !request.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() > 0 {
                request.push(byte[0]);
            }
            requests.push(String::from_utf8(request).unwrap());
            let _ = stream.write_all(&answer);
        }
        requests
    });
    (url, server)
}

#[test]
fn a_list_comes_over_http_and_a_bad_answer_wedges_nothing() {
    let answer = |status: &str, more: &str, body: &str| {
        let length = body.len();
        format!(
            "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n{more}\r\n{body}"
        )
        .into_bytes()
    };
    let list = |scenes: &[u64]| {
        scenes
            .iter()
            .map(|&s| format!("pdq {}\n", hash_of(s)))
            .collect::<String>()
    };
    let (url, server) = serve(vec![
        answer("200 OK", "ETag: \"1\"\r\n", &list(&[1, 2])),
        answer("304 Not Modified", "ETag: \"1\"\r\n", ""),
        answer("200 OK", "ETag: \"2\"\r\n", "<html>maintenance</html>"),
        answer("200 OK", "ETag: \"3\"\r\n", &list(&[1, 2, 3])),
        answer("301 Moved", "Location: file:///etc/passwd\r\n", ""),
    ]);
    let test_dir = TestDir::new();
    test_dir
        .run(&["refresh", "--init", "--store", "st"])
        .expect(0);
    let from = SOURCE.split("[source.from").next().unwrap();
    let auth = "auth = { bearer = { env = \"DEMO_TOKEN\" } }\ninsecure_http = true\nretries = 0\n";
    test_dir.file(
        "st/sources.toml",
        format!("{from}[source.from.http]\nurl = \"{url}?key=hidden\"\n{auth}"),
    );
    let refresh = || {
        Outcome::of(
            test_dir
                .command(&["refresh", "--store", "st"])
                .env("DEMO_TOKEN", "s3cret")
                .output()
                .unwrap(),
        )
    };
    let finds = |scene| {
        test_dir
            .run(&["lookup", &format!("pdq:{}", hash_of(scene)), "--list", "st"])
            .code
    };
    refresh().expect(0);
    assert!(refresh().expect(0).stdout.contains("nothing to publish"));
    let bad = refresh().expect(2);
    assert_eq!((finds(1), finds(3)), (1, 0), "{bad:?}");
    refresh().expect(0);
    assert_eq!((finds(1), finds(3)), (1, 1));
    let moved = refresh().expect(2);
    assert!(moved.stderr.contains("file"), "{moved:?}");
    assert_eq!(finds(3), 1);
    let requests = server.join().unwrap();
    assert!(
        requests[1].to_lowercase().contains("if-none-match: \"1\""),
        "{requests:?}"
    );
    assert!(
        requests
            .iter()
            .all(|request| request.contains("Bearer s3cret"))
    );
    // Neither what is said nor what is kept holds a secret.
    let without = test_dir
        .command(&["refresh", "--store", "st"])
        .env_remove("DEMO_TOKEN")
        .output()
        .unwrap();
    let without = Outcome::of(without).expect(2);
    assert!(without.stderr.contains("DEMO_TOKEN"), "{without:?}");
    for outcome in [
        bad,
        moved,
        test_dir.run(&["audit", "--store", "st"]),
        test_dir.run(&["status", "--store", "st"]),
    ] {
        let said = outcome.stdout + &outcome.stderr;
        assert!(
            !said.contains("s3cret") && !said.contains("hidden"),
            "{said}"
        );
    }
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
