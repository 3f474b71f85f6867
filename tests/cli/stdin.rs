//! `-` is standard input wherever a file is named, whatever it holds.

use crate::test_dir::TestDir;

/// A picture, its bytes, and a list and a folder that hold it.
fn test_dir() -> (TestDir, Vec<u8>) {
    let test_dir = TestDir::new();
    let picture = std::fs::read(test_dir.picture("dump/a.jpg", 1)).unwrap();
    test_dir.picture("dump/other.png", 3);
    test_dir.list("list.txt", &[1]);
    (test_dir, picture)
}

#[test]
fn a_picture_on_standard_input_is_examined_as_a_file_is() {
    let (test_dir, picture) = test_dir();
    for command in [
        &["scan", "dump/a.jpg", "-l", "list.txt"][..],
        &["scan", "dump/a.jpg", "-l", "list.txt", "-f", "csv"],
        &["hash", "dump/a.jpg"],
        &["hash", "dump/a.jpg", "-f", "jsonl"],
        &["hash", "dump/a.jpg", "-f", "md5sum"],
        &["lookup", "dump/a.jpg", "-l", "list.txt", "-f", "jsonl"],
    ] {
        let of_file = test_dir.run(&[command, &["-q"]].concat());
        let fed: Vec<&str> = command
            .iter()
            .map(|word| if *word == "dump/a.jpg" { "-" } else { word })
            .collect();
        let fed = test_dir.feed(&[&fed[..], &["-q"]].concat(), &picture);
        // A cell that begins with a dash would be run by a spreadsheet.
        let name = if command.contains(&"csv") {
            r"\x2d"
        } else {
            "-"
        };
        let renamed = of_file.stdout.replace("dump/a.jpg", name);
        // How a scan was made names its roots too.
        assert_eq!(
            (fed.code, fed.stdout),
            (of_file.code, renamed),
            "{command:?}"
        );
    }
    let unnamed = test_dir.feed(&["lookup", "-l", "list.txt"], &picture);
    assert!(unnamed.stdout.starts_with("-: MATCH list:"), "{unnamed:?}");
    let hash = "0".repeat(64);
    let mixed = test_dir.feed(&["lookup", &hash, "-", "-l", "list.txt"], &picture);
    assert_eq!(mixed.code, 2, "{mixed:?}");
}

#[test]
fn a_picture_on_standard_input_is_a_list() {
    let (test_dir, picture) = test_dir();
    for command in [
        &["scan", "dump", "-l", "-"][..],
        &["compare", "-", "dump"],
        &["compare", "dump", "-"],
        &["duplicates", "dump", "-"],
    ] {
        let fed = test_dir.feed(command, &picture);
        assert_eq!(fed.code, 1, "{command:?}: {fed:?}");
        assert!(fed.stdout.contains("dump/a.jpg") || fed.stdout.contains("-: MATCH dump:a.jpg"));
        assert!(!fed.stdout.contains("/basma-"), "{fed:?}");
    }
    let listed = test_dir.feed(&["scan", "dump", "-l", "-", "-q"], &picture);
    assert!(
        listed
            .stdout
            .starts_with("dump/a.jpg: MATCH standard input:-"),
        "{listed:?}"
    );
    let built = test_dir.feed(&["build", "-", "-o", "l.basma"], &picture);
    assert_eq!(built.code, 0, "{built:?}");
    assert_eq!(test_dir.scan("l.basma", &[]).code, 1);
    let converted = test_dir.feed(&["convert", "-", "--to", "text"], &picture);
    let hashed = test_dir.feed(&["hash", "-"], &picture);
    assert_eq!(converted.stdout, hashed.stdout);
}

#[test]
fn an_index_on_standard_input_is_one() {
    let (test_dir, _) = test_dir();
    test_dir.run(&["build", "list.txt", "-o", "l.basma"]);
    let index = std::fs::read(test_dir.path("l.basma")).unwrap();
    let of_file = test_dir.scan("l.basma", &[]);
    let fed = test_dir.feed(&["scan", "dump", "-l", "-", "-f", "jsonl"], &index);
    assert_eq!((fed.code, fed.found()), (1, of_file.found()));
    let of_file = test_dir.run(&["inspect", "l.basma", "--verify"]);
    let fed = test_dir.feed(&["inspect", "-", "--verify"], &index);
    assert_eq!((fed.code, fed.stdout), (of_file.code, of_file.stdout));
    let converted = test_dir.feed(&["convert", "-", "--to", "typed"], &index);
    assert_eq!(converted.code, 0, "{converted:?}");
    let compiled = test_dir.feed(&["build", "-", "-o", "x.basma"], &index);
    assert!(
        compiled
            .stderr
            .contains("standard input: is compiled already"),
        "{compiled:?}"
    );
    for cut in [0, 7, index.len() - 1] {
        let broken = test_dir.feed(&["inspect", "-"], &index[..cut]);
        assert_eq!(broken.code, 2, "{broken:?}");
        assert!(
            broken.stderr.starts_with("basma: error: standard input: "),
            "{broken:?}"
        );
    }
}

#[test]
fn what_standard_input_cannot_be_is_refused_with_the_way_out() {
    let (test_dir, picture) = test_dir();
    for (command, said) in [
        (&["scan", "-", "-", "-l", "list.txt"][..], "is named twice"),
        (&["scan", "-", "-l", "-"], "is named twice"),
        (&["hash", "-", "-"], "is named twice"),
        (&["add", "-", "-"], "is named twice"),
        (
            &["scan", "-", "-l", "list.txt", "--journal", "j"],
            "write it to a file",
        ),
        (
            &["compare", "dump", "-", "--cache", "c"],
            "write it to a file",
        ),
    ] {
        let refused = test_dir.feed(&[command, &["-q"]].concat(), &picture);
        assert_eq!(refused.code, 2, "{command:?}: {refused:?}");
        if command[0] != "add" {
            assert!(refused.stderr.contains(said), "{command:?}: {refused:?}");
        }
    }
    let empty = test_dir.feed(&["scan", "-", "-l", "list.txt"], "");
    assert_eq!(empty.code, 3, "{empty:?}");
}

#[test]
fn an_archive_on_standard_input_is_looked_into() {
    let (test_dir, picture) = test_dir();
    // One entry of a tar archive, and the two blocks that end it.
    let mut header = [0_u8; 512];
    header[..5].copy_from_slice(b"a.jpg");
    header[100..107].copy_from_slice(b"0000644");
    header[124..135].copy_from_slice(format!("{:011o}", picture.len()).as_bytes());
    header[136..147].copy_from_slice(b"00000000000");
    header[156] = b'0';
    header[257..265].copy_from_slice(b"ustar\x0000");
    header[148..156].fill(b' ');
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    let mut tar = header.to_vec();
    tar.extend(&picture);
    tar.resize(tar.len().next_multiple_of(512) + 1024, 0);
    let fed = test_dir.feed(&["scan", "-", "-l", "list.txt"], &tar);
    if cfg!(feature = "archives") {
        assert!(fed.stdout.starts_with("-!/a.jpg: MATCH list:"), "{fed:?}");
    }
}

#[test]
fn pictures_and_lists_are_added_from_standard_input() {
    let (test_dir, picture) = test_dir();
    let init = test_dir.run(&["store", "init", "store", "-q"]);
    assert_eq!(init.code, 0, "{init:?}");
    let add = |input: &[u8], more: &[&str]| {
        test_dir.feed(
            &[&["add", "-", "--store", "store"][..], more].concat(),
            input,
        )
    };
    let added = add(&picture, &["--label", "x"]);
    assert_eq!(
        added.stderr.matches("added to own: ").count(),
        2,
        "{added:?}"
    );
    // What is said of it already is not said twice; what is new is.
    for more in [&["--label", "x"][..], &[], &["--reason", "again"]] {
        let again = add(&picture, more);
        assert_eq!(
            again.stderr.matches("already listed in own: ").count(),
            2,
            "{again:?}"
        );
        assert!(!again.stderr.contains("added"), "{again:?}");
    }
    let labelled = add(&picture, &["--label", "y"]);
    assert!(labelled.stderr.contains("added to own: "), "{labelled:?}");
    let list = test_dir.run(&["hash", "dump/other.png"]).stdout;
    let added = add(list.as_bytes(), &[]);
    assert!(
        added
            .stderr
            .contains("added to own: 2 entries of standard input"),
        "{added:?}"
    );
    let again = add(list.as_bytes(), &[]);
    assert!(
        again
            .stderr
            .contains("already listed in own: 2 entries of standard input")
    );
    let scan = test_dir.scan("store", &[]);
    assert_eq!(scan.summary()["matched"], 2, "{scan:?}");
    // Its entries are what a list file means too, never its own digest.
    test_dir.file("own.txt", &list);
    let file = test_dir.run(&["add", "own.txt", "--store", "store"]);
    assert!(
        file.stderr
            .contains("already listed in own: 2 entries of own.txt"),
        "{file:?}"
    );
    let revoke = ["revoke", "-", "--store", "store", "--reason", "r"];
    let revoked = test_dir.feed(&revoke, &picture);
    assert_eq!(revoked.code, 0, "{revoked:?}");
    let revoked = test_dir.feed(&revoke, &list);
    assert_eq!(revoked.code, 0, "{revoked:?}");
    let scan = test_dir.scan("store", &[]);
    assert_eq!(scan.code, 2, "{scan:?}");
}

#[test]
fn a_list_for_a_source_is_not_added_by_hand() {
    let (test_dir, _) = test_dir();
    test_dir.run(&["store", "init", "store", "-q"]);
    test_dir.run(&["build", "list.txt", "-o", "l.basma"]);
    let long: String = (1..10_002)
        .map(|n: u128| {
            format!(
                "md5 {:032x}\n",
                n.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_0c0c_0c0d)
            )
        })
        .collect();
    test_dir.file("long.txt", long);
    let removal = "{\"v\":1,\"op\":\"remove\",\"id\":\"a\"}\n";
    let mut mixed = test_dir
        .run(&["convert", "list.txt", "--to", "jsonl"])
        .stdout;
    mixed.push_str(removal);
    test_dir.file("mixed.jsonl", mixed);
    for (file, said) in [
        ("l.basma", "`basma convert l.basma --to jsonl`"),
        ("long.txt", "name it as a source in sources.toml"),
        ("mixed.jsonl", "name it as a source in sources.toml"),
    ] {
        let refused = test_dir.run(&["add", file, "--store", "store"]);
        assert_eq!(refused.code, 2, "{refused:?}");
        assert!(refused.stderr.contains(said), "{refused:?}");
    }
    assert_eq!(test_dir.run(&["list", "--store", "store"]).stdout, "");
}

#[test]
fn lists_of_other_programs_are_looked_up_from_standard_input() {
    let (test_dir, picture) = test_dir();
    test_dir.file(r"dump/b\c.jpg", &picture);
    test_dir.run(&["hash", "dump", "-f", "md5sum", "-o", "sums"]);
    let sums = test_dir
        .run(&["hash", r"dump/b\c.jpg", "-f", "md5sum"])
        .stdout;
    assert!(sums.starts_with('\\'), "{sums}");
    let digest = &sums[1..33];
    let deep = test_dir.run(&["hash", "dump", "-f", "hashdeep"]).stdout;
    assert!(deep.starts_with("%%%% HASHDEEP-1.0"), "{deep}");
    for (input, matched) in [
        // Two files are the same, and each is what both are listed as.
        (deep.as_str(), 5),
        (&sums, 2),
        (&format!("video_md5 {digest}\n"), 2),
        (&format!("# a comment\n\n{digest}\n"), 2),
    ] {
        let fed = test_dir.feed(&["lookup", "-l", "sums", "-q"], input);
        assert_eq!(fed.code, 1, "{input}: {fed:?}");
        assert_eq!(
            fed.stdout.matches("MATCH sums:").count(),
            matched,
            "{input}: {fed:?}"
        );
        // Copies have several names, which is no fault of a list; and a name is shown as a scan shows it.
        assert!(!fed.stderr.contains("W090"), "{fed:?}");
        assert!(fed.stdout.contains(r"sums:dump/b\\c.jpg"), "{fed:?}");
    }
    let named = test_dir.run(&["lookup", &format!("video_md5:{digest}"), "-l", "sums"]);
    assert_eq!(named.code, 1, "{named:?}");
    let unknown = test_dir.run(&["lookup", &format!("nonsense:{digest}"), "-l", "sums"]);
    assert!(
        unknown.stderr.contains("no hash type is called 'nonsense'"),
        "{unknown:?}"
    );
}
