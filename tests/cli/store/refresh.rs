//! The nightly job: sources, answers of servers, and what it tells.

use super::*;

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
