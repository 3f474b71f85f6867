use super::super::ReadOptions;
use super::super::sample::{MD5, PDQ, faults, faults_with, hashes, message, read, read_with};

#[test]
fn findings_are_no_list() {
    let scan = "path,status,reason,media,bytes,sha256,cluster,list,id,type,hash\n";
    assert_eq!(
        faults(format!("{scan}a.jpg,no_match,,,,{MD5},,,,,\n")),
        ["1:1 E026"]
    );
    let duplicates = "group,path,copy,type,distance,radius,tier,view,bytes,sha256\n";
    assert_eq!(faults(duplicates), ["1:1 E026"]);
}

#[test]
fn tables_with_one_header_may_be_joined() {
    let table = format!("\u{feff}id,type,hash\r\na,md5,{MD5}\r\n");
    let list = read(format!("{table}{table}"));
    assert_eq!((list.entries.len(), list.counts.structure), (2, 2));
    let other = table.replace("\u{feff}id,type", "\"id\" ,type");
    assert_eq!(read(format!("{table}{other}")).entries.len(), 2);
    // Another header is none of this table.
    let other = table.replace("id,type,hash", "id,hash,type");
    assert_eq!(faults(format!("{table}{other}")), ["3:1 E020"]);
    let options = ReadOptions {
        max_reject: "100%".parse().unwrap(),
        ..ReadOptions::default()
    };
    // Its rows would be read by the wrong columns: no tolerance lets them pass.
    assert_eq!(
        faults_with(format!("{table}{other}"), &options),
        ["3:1 E020"]
    );
    let fewer = format!("{table}md5,id\n{MD5},b\n");
    assert_eq!(faults(fewer), ["3:1 E020"]);
    assert_eq!(faults(format!("{table}id,type,\n")), ["3:1 E026"]);
}

#[test]
fn a_table_without_header_needs_names_for_its_columns() {
    let text = format!("pdq,{PDQ}\nmd5,{MD5}\n");
    assert_eq!(faults(&text), ["1:5 E020"]);
    assert_eq!(
        message(&text),
        format!(
            "list:1:5: E020 the first line names no columns but holds a hash; add a header line such as type,hash; \
             got \"{}\"...",
            &PDQ[..40]
        )
    );
    let columns = Some(vec!["type".to_owned(), "hash".to_owned()]);
    let options = ReadOptions {
        columns,
        ..ReadOptions::default()
    };
    assert_eq!(read_with(&text, &options).entries.len(), 2);
    let columns = Some(vec!["type".to_owned()]);
    assert_eq!(
        faults_with(
            &text,
            &ReadOptions {
                columns,
                ..ReadOptions::default()
            }
        ),
        ["1:1 E021"]
    );
}

#[test]
fn a_header_may_start_with_the_sign_of_comments() {
    let list = read(format!("#type,hash\nmd5,{MD5}\n"));
    assert_eq!(hashes(&list.entries), [(format!("md5:{MD5}"), "")]);
    assert_eq!(list.counts.structure, 1);
}

#[test]
fn a_quote_that_is_never_closed_swallows_nothing_unseen() {
    let options = ReadOptions {
        max_reject: "100%".parse().unwrap(),
        ..ReadOptions::default()
    };
    let text = format!("md5,note\n{MD5},\"a\n{MD5},b\n{MD5},c\n");
    assert_eq!(faults_with(&text, &options), ["2:34 E024"]);
    // Closed by the next one, behind other rows.
    let text = format!("md5,note\n{MD5},\"a\n{MD5},b\n{MD5},c\",\"d\"\n{MD5},e\n");
    assert_eq!(faults_with(&text, &options), ["2:34 E024"]);
}

fn ids(text: &str) -> Vec<(String, String)> {
    let list = read(text);
    assert_eq!((list.warned, list.counts.rejected), (0, 0), "{text}");
    let pair =
        |entry: &crate::list::Entry| (entry.id.clone().unwrap_or_default(), entry.hash.to_string());
    list.entries.iter().map(pair).collect()
}

fn pairs(ids: &[(&str, &str)]) -> Vec<(String, String)> {
    let pair = |(id, hash): &(&str, &str)| ((*id).to_owned(), (*hash).to_owned());
    ids.iter().map(pair).collect()
}

const OTHER: &str = "5d41402abc4b2a76b9719d911017c592";

#[test]
fn a_stray_quote_hands_no_row_to_another() {
    for (text, place) in [
        (
            format!("id,md5,note\n1,{MD5},\"open\n2,{OTHER},\"also\n"),
            "2:36 E024",
        ),
        (
            format!("id,note,md5\n1,\"open,{MD5}\n2,\"also,{OTHER}\n"),
            "2:3 E024",
        ),
        (
            format!("id,md5,note\n1,{MD5},\"5 inch\n2,{OTHER},b\n3,{MD5},\"\n"),
            "2:36 E024",
        ),
        (
            format!("id,note,md5\n1,\"open,{MD5}\n2,\",{OTHER}\n"),
            "2:3 E024",
        ),
        (
            format!("op,id,note,md5\nremove,1,\"x,\nremove,2,y\",\nadd,3,,{MD5}\n"),
            "2:10 E024",
        ),
        (
            format!("id,md5,note\n\"1,{MD5},x\n2\",{OTHER},y\n"),
            "2:1 E024",
        ),
        (
            format!("id,\"note,md5\n1,\",{MD5},x\n2,{OTHER},y\n"),
            "1:4 E024",
        ),
    ] {
        assert_eq!(faults(&text), [place], "{text}");
    }
    // Its line is whole: only this row is bad.
    let text = format!("id,md5,note\n1,{MD5},\"a\" b\n2\"3,{MD5},c\n4,{MD5},5\" d\n");
    assert_eq!(faults(&text), ["2:36 E024", "3:1 E024"]);
    assert!(
        message(&text).ends_with("got \"\"a\" b\""),
        "{}",
        message(&text)
    );
}

#[test]
fn cells_of_several_lines_are_read() {
    let text =
        format!("id;md5;note\r\n1;{MD5};\"two\r\nlines; \"\"both\"\" his\"\r\n2;{OTHER};\"\"\r\n");
    assert_eq!(ids(&text), pairs(&[("1", MD5), ("2", OTHER)]));
    let list = read(&text);
    assert_eq!(list.entries[0].meta[0].1, "two\r\nlines; \"both\" his");
    assert_eq!((list.counts.lines, list.entries[1].line), (4, 4));
}

#[test]
fn quotes_between_tabs_are_text_where_they_quote_nothing() {
    let text = format!(
        "id\tmd5\tnote\n1\t{MD5}\t\"so called\" thing\n2\t{OTHER}\t\"half open\n3\t{MD5}\t\"c\n4\t{OTHER}\td \"e\"\n"
    );
    assert_eq!(
        ids(&text),
        pairs(&[("1", MD5), ("2", OTHER), ("3", MD5), ("4", OTHER)])
    );
    assert_eq!(read(&text).entries[1].meta[0].1, "\"half open");
    let text = format!("id\tmd5\tnote\n1\t{MD5}\t\"two\nlines\"\n2\t{OTHER}\t\"\n");
    assert_eq!(ids(&text), pairs(&[("1", MD5), ("2", OTHER)]));
    // It is quoted correctly, and may be two rows that are not.
    let text = format!("id\tmd5\tnote\n1\t{MD5}\t\"5 inch\n2\t{OTHER}\t\"\n");
    assert_eq!(faults(&text), ["2:36 E024"]);
}

#[test]
fn rows_may_begin_with_the_sign_of_comments() {
    let text = format!("id,md5\n# made by hand\n#1001,{MD5}\n# 2,{OTHER}\n## end, really\n");
    let list = read(&text);
    assert_eq!(
        hashes(&list.entries),
        [
            (format!("md5:{MD5}"), "#1001"),
            (format!("md5:{OTHER}"), "# 2")
        ]
    );
    assert_eq!((list.counts.structure, list.warned), (3, 1));
    assert_eq!(
        ids(&format!("case;md5\n#2026/17;{MD5}\n#2026/18;{OTHER}\n")),
        pairs(&[("", MD5), ("", OTHER)])
    );
    let text = format!("#,MD5,FileName\n1,{MD5},a.jpg\n2,{OTHER},b.jpg\n");
    assert_eq!(ids(&text), pairs(&[("", MD5), ("", OTHER)]));
    assert_eq!(
        read(&text).entries[1].meta,
        [("#", "2"), ("FileName", "b.jpg")].map(|(a, b)| (a.to_owned(), b.to_owned()))
    );
    let text = format!("# by hand\n#case,md5\na,{MD5}\n");
    assert_eq!(read(&text).entries[0].meta[0].0, "case");
}

#[test]
fn a_line_that_may_be_a_row_is_no_silent_comment() {
    let faults_of = |line: &str| faults(format!("id,md5,note\n{line}\n7,{MD5},x\n"));
    assert_eq!(faults_of("#1,90015098,x"), ["2:4 E011"]);
    assert_eq!(faults_of(&format!("#1,,{MD5},x")), ["2:1 E023"]);
    assert_eq!(faults_of(&format!("#{MD5}")), ["2:1 E023"]);
    assert_eq!(faults_of(&format!("#1,{MD5},\"x\" y")), ["2:37 E024"]);
    for line in [
        "# 1,90015098,x".to_owned(),
        format!("# 1,,{MD5},x"),
        format!("# {MD5}"),
    ] {
        let list = read(format!("id,md5,note\n{line}\n7,{MD5},x\n"));
        assert_eq!((list.entries.len(), list.warned), (1, 1), "{line}");
        assert_eq!((list.warnings[0].code, list.warnings[0].line), ("W020", 2));
    }
}

#[test]
fn what_stands_before_a_header_is_read_or_shown() {
    for text in [
        format!("sep=;\r\nid;md5\r\n1;{MD5}\r\n"),
        format!("\u{feff}\"sep=|\"\nid|md5\n1|{MD5}\n"),
        format!("sep=\t\nid\tmd5\n1\t{MD5}\n"),
        format!("\u{feff}\u{feff}\"id\", \"md5\"\n\"1\" , \"{MD5}\"\n"),
    ] {
        assert_eq!(ids(&text), pairs(&[("1", MD5)]), "{text}");
    }
    assert_eq!(faults(format!("sep=:\nid:md5\n1:{MD5}\n")), ["1:1 E020"]);
    assert_eq!(
        message(format!("Hashes\u{a0}of May\nid,md5\n1,{MD5}\n")),
        "list:1:1: E020 the names of the columns stand in line 2; remove the lines before it, or begin them with # and \
         a blank; got \"Hashes\\u{00a0}of May\""
    );
    assert_eq!(
        message(format!("Datei;Summe\na;{MD5}\n")),
        "list:1:1: E021 no column of this header holds hashes; name one hash (with a column type beside it), pdq, md5, \
         sha1 or sha256; got \"Datei, Summe\""
    );
}

#[test]
fn hashes_in_a_column_that_is_not_read_are_told() {
    let text = format!("md5,crc32,origin\n{MD5},00,{OTHER}\n{OTHER},00,{MD5}\n");
    let list = read(&text);
    let told: Vec<_> = list
        .warnings
        .iter()
        .map(|w| (w.line, w.column, w.code))
        .collect();
    assert_eq!(told, [(1, 5, "W040"), (2, 37, "W040")]);
    assert!(list.warnings[1].message.contains("\"origin\""));
}

#[test]
fn a_delimiter_at_the_end_is_of_all_rows_or_of_none() {
    let list = read(format!("id,pdq,md5\n1,,{MD5},\n2,,{OTHER},\n"));
    let own: Vec<_> = list
        .entries
        .iter()
        .map(|entry| entry.id.as_deref())
        .collect();
    assert_eq!(own, [Some("1"), Some("2")]);
    let told = list.warnings.iter().map(|w| (w.line, w.code));
    assert_eq!(told.collect::<Vec<_>>(), [(2, "W041")]);
    assert_eq!(
        faults(format!("id,md5\n1,{MD5}\n2,{OTHER},\n")),
        ["3:1 E023"]
    );
    assert_eq!(
        faults(format!("id,md5\n1,{MD5},\n2,{OTHER}\n")),
        ["3:1 E023"]
    );
    // One field too early, a hash would be one of another type.
    assert_eq!(faults(format!("id,pdq,sha256\n1,,{PDQ},\n")), ["2:1 E023"]);
    assert_eq!(
        read(format!("id,md5\n1,{MD5}\n,\n ,\t\n")).counts.structure,
        3
    );
}
