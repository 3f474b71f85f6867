use super::super::sample::{
    MD5, PDQ, SHA1, SHA256, faults, hashes, message, read, read_with, rejection,
};
use super::*;
use proptest::prelude::*;

fn tolerating(limit: &str) -> ReadOptions {
    ReadOptions {
        max_reject: limit.parse().unwrap(),
        ..ReadOptions::default()
    }
}

#[test]
fn a_rejection_shows_twenty_lines_and_keeps_them_all() {
    let text = format!("md5 {MD5}\n") + &"md5 x\n".repeat(25);
    let rejection = rejection(&text, &tolerating("24"));
    assert_eq!((rejection.total, rejection.problems.len()), (25, 25));
    assert_eq!(rejection.problems[24].text, b"md5 x");
    let shown = rejection.to_string();
    assert_eq!(shown.lines().count(), 21);
    assert!(shown.starts_with("list:2:5: E012 md5 hashes are hexadecimal alone; got \"x\"\n"));
    assert!(shown.ends_with("\nlist: 25 bad lines, the first 20 are shown; nothing was imported"));
    assert!(message("md5 x").starts_with("list:1:5"));
}

#[test]
fn bad_lines_within_the_tolerance_are_set_aside_and_handed_back() {
    let text = format!("md5 {MD5}\nmd5 x\r\n\n");
    for limit in ["1", "50%"] {
        let list = read_with(&text, &tolerating(limit));
        assert_eq!((list.entries.len(), list.counts.rejected), (1, 1));
        assert_eq!(
            (list.rejected[0].line, list.rejected[0].text.as_slice()),
            (2, &b"md5 x"[..])
        );
    }
    assert_eq!(rejection(&text, &tolerating("49%")).total, 1);
}

#[test]
fn an_empty_list_must_say_something() {
    for text in ["", "\n", " \r\n\t", "\u{feff}"] {
        assert_eq!(faults(text), ["1:1 E005"]);
    }
    assert_eq!(
        message(""),
        "list:1:1: E005 the file is empty, as after a failed download; a list that is meant to be empty says so \
         in a comment"
    );
    for text in [
        "# withdrawn\n",
        "type,hash\n",
        "{\"v\":1,\"manifest\":{\"count\":0}}\n",
    ] {
        let list = read(text);
        assert_eq!(
            (list.entries.len(), list.counts.lines, list.counts.structure),
            (0, 1, 1)
        );
        assert_eq!(list.warnings[0].code, "W005");
    }
}

#[test]
fn lines_that_no_format_allows_are_named() {
    let long = "x".repeat(LINE_MAX + 1);
    let mut text = format!("md5 {MD5}\nmd5 {MD5}\rx\n{long}\nmd5 ").into_bytes();
    text.extend(b"\xff\n");
    assert_eq!(faults(&text), ["2:37 E002", "3:1 E003", "4:5 E004"]);
    let table = format!("md5,note\n{MD5},\"a\rb\"\n{MD5},{long}\n");
    assert_eq!(faults(table), ["2:36 E002", "3:1 E003"]);
    let commas = ",".repeat(LINE_MAX + 1);
    assert_eq!(faults(format!("md5,{commas}\n{MD5}\n")), ["1:1 E003"]);
    assert_eq!(
        faults(format!("md5\n{MD5}\n{}\n{MD5}\n", commas.repeat(20))),
        ["3:1 E003"]
    );
    assert_eq!(faults(&commas), ["1:1 E006"]);
}

#[test]
fn the_list_is_named_by_option_manifest_or_file() {
    let named = |path: &str, text: &str, name: Option<&str>| {
        let options = ReadOptions {
            list_name: name.map(str::to_owned),
            ..ReadOptions::default()
        };
        read_bytes(Path::new(path), text.as_bytes(), &options)
            .unwrap()
            .source
            .list
    };
    let manifest = "{\"v\":1,\"manifest\":{\"list\":\"stated\"}}\n";
    assert_eq!(named("a/demo.v2.txt", "#", None), "demo.v2");
    assert_eq!(named("a/demo.jsonl", manifest, None), "stated");
    assert_eq!(named("a/demo.jsonl", manifest, Some("told")), "told");
}

#[test]
fn a_file_is_read_up_to_its_limit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("demo.txt");
    let text = format!("md5 {MD5}\n");
    std::fs::write(&path, &text).unwrap();
    let options = ReadOptions {
        size_max: text.len() as u64,
        ..ReadOptions::default()
    };
    let list = super::read(&path, &options).unwrap();
    assert_eq!(
        (list.source.list.as_str(), list.source.bytes),
        ("demo", text.len() as u64)
    );
    assert_eq!(list.source.sha256[..], Sha256::digest(&text)[..]);
    let options = ReadOptions {
        size_max: text.len() as u64 - 1,
        ..options
    };
    let error = super::read(&path, &options).unwrap_err().to_string();
    assert!(error.contains("bytes are over the limit of"), "{error}");
    assert!(error.starts_with(&*escape::path(&path)), "{error}");
    assert!(matches!(
        super::read(&folder.path().join("none"), &options),
        Err(Error::Io { .. })
    ));
}

#[test]
fn the_lines_that_tx_drops_silently_are_read_or_named() {
    // A list of eight lines of which `tx` 1.2.17 keeps one and says nothing of the others.
    let text = format!(
        "\u{feff}pdq {PDQ}\n# comment\npdq\t{PDQ}\npdq  {PDQ}\nPDQ {PDQ}\n{PDQ}\npdq {PDQ},x\npdq {PDQ}\n"
    );
    let options = tolerating("2");
    let list = read_with(&text, &options);
    assert_eq!(
        (
            list.counts.lines,
            list.counts.imported,
            list.counts.structure
        ),
        (8, 5, 1)
    );
    let rejected: Vec<_> = list.rejected.iter().map(|p| (p.line, p.code)).collect();
    assert_eq!(rejected, [(6, "E010"), (7, "E013")]);
    assert_eq!(hashes(&list.entries).len(), 5);
}

/// Lines as lists hold them, and as they should not.
fn any_line() -> impl Strategy<Value = Vec<u8>> {
    let digest = || prop::sample::select(vec![PDQ, MD5, SHA1, SHA256, "", "zz"]);
    let start = prop::sample::select(vec![
        "",
        "pdq ",
        "md5\t",
        "MD5 (a) = ",
        "hash=",
        "url ",
        "flipx pdq ",
        "%%%% ",
        "{\"v\":1,\"type\":\"md5\",\"hash\":\"",
    ]);
    let end = prop::sample::select(vec![
        "",
        "  name",
        ",90,a,b",
        ",x",
        ";\"q",
        "\"}",
        "\r",
        " \u{e9}",
        ",\"a\nb\"",
    ]);
    prop_oneof![
        8 => (start, digest(), end).prop_map(|(a, b, c)| format!("{a}{b}{c}").into_bytes()),
        1 => Just(b"type,hash,note".to_vec()),
        1 => Just(b"# comment".to_vec()),
        1 => Just(b"{\"v\":1,\"manifest\":{\"count\":2}}".to_vec()),
        1 => Just(b"%%%% HASHDEEP-1.0\n%%%% size,md5,filename".to_vec()),
        2 => prop::collection::vec(any::<u8>(), 0..40),
    ]
}

fn every_line_is_accounted_for(text: &[u8]) {
    let mut options = tolerating("100%");
    for (skip_unsupported, lenient_hex) in [(false, false), (true, true)] {
        options.skip_unsupported = skip_unsupported;
        options.lenient_hex = lenient_hex;
        match read_bytes(Path::new("list"), text, &options) {
            Ok(list) => {
                let c = list.counts;
                let breaks = text.iter().filter(|&&byte| byte == b'\n').count() as u64;
                let tail = u64::from(!text.ends_with(b"\n"));
                assert_eq!(c.lines, breaks + tail);
                assert_eq!(
                    c.lines,
                    c.imported + c.structure + c.low_quality + c.skipped + c.rejected
                );
                let heights = list
                    .rejected
                    .iter()
                    .map(|p| p.text.split(|&byte| byte == b'\n').count());
                assert_eq!(heights.sum::<usize>() as u64, c.rejected);
            }
            Err(Error::List(rejection)) => {
                assert!(rejection.total > 0 && !rejection.problems.is_empty())
            }
            Err(error) => panic!("{error}"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_bytes_are_a_list_or_a_rejection(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        every_line_is_accounted_for(&bytes);
    }

    #[test]
    fn every_line_is_counted_once(lines in prop::collection::vec(any_line(), 1..12), end: bool) {
        let mut text = lines.join(&b'\n');
        text.extend(end.then_some(b'\n'));
        every_line_is_accounted_for(&text);
    }
}
