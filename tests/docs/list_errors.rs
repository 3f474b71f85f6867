//! The codes of what is wrong with lists. Each has a row on its page, with a message that the reader of lists gives.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use basma::Error;
use basma::error::LineProblem;
use basma::index::{Builder, OnConflict};
use basma::list::{MaxReject, ReadOptions, VicsProfile, read_bytes};

use crate::page::{ROOT, collect, compare_part};

const PDQ: &str = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22";
/// Of the text `abc`, as the two below.
const MD5: &str = "900150983cd24fb0d6963f7d28e17f72";
const SHA1: &str = "a9993e364706816aba3e25717850c26c9cd0d89d";
const SHA256: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

/// A code, what it means, and a list that has the problem.
struct Case {
    code: &'static str,
    meaning: &'static str,
    list: Vec<u8>,
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut case = |code, meaning, list: String| {
        cases.push(Case {
            code,
            meaning,
            list: list.into_bytes(),
        });
    };
    let md5 = format!("md5 {MD5}\n");
    let rotated = |name: &str, digits: &str| -> String {
        let turn = |by: usize| format!("{name} {}{}\n", &digits[by..], &digits[..by]);
        (0..64).map(turn).collect()
    };
    case(
        "E001",
        "The file is not text: a picture, an index, an archive, or UTF-16.",
        "\u{0}".repeat(16),
    );
    case(
        "E002",
        "A carriage return has no line feed after it.",
        format!("{md5}md5 {MD5}\rmd5 {MD5}\n"),
    );
    case(
        "E003",
        "A line is too long.",
        format!("{md5}md5 {}\n", "0".repeat(4 << 20)),
    );
    case("E004", "A line is not UTF-8.", md5.clone());
    case("E005", "The file is empty.", String::new());
    case(
        "E006",
        "The file has no known list format.",
        "hello\n".to_owned(),
    );
    case(
        "E007",
        "The file has a known format that basma does not read.",
        "<html></html>\n".to_owned(),
    );
    cases.push(Case {
        code: "E008",
        meaning: "Compressed data is damaged, or too much comes out of it.",
        list: b"\x1f\x8b\x08\x00\x00".to_vec(),
    });
    let mut case = |code, meaning, list: String| {
        cases.push(Case {
            code,
            meaning,
            list: list.into_bytes(),
        });
    };
    case(
        "E010",
        "A hash type is unknown, missing, or not supported.",
        format!("{md5}photodna {MD5}\n"),
    );
    case(
        "E011",
        "A hash has the wrong length.",
        format!("{md5}md5 9001\n"),
    );
    case(
        "E012",
        "A hash is not hexadecimal.",
        format!("{md5}md5 g{}\n", &MD5[1..]),
    );
    case(
        "E013",
        "Text follows a hash, for example the next entry.",
        format!("{md5}md5 {MD5} {MD5}\n"),
    );
    case(
        "E014",
        "The length of a hash does not tell its type.",
        format!("{PDQ}\n"),
    );
    case(
        "E015",
        "Hashes of different lengths stand in one list without types.",
        format!("{MD5}\n{SHA1}\n"),
    );
    case(
        "E020",
        "A table has no header, or lines before its header.",
        format!("Export of June\nid,md5\n1,{MD5}\n"),
    );
    case(
        "E021",
        "No column of a table holds hashes.",
        "sep=,\nid,labels\n1,x\n".to_owned(),
    );
    case(
        "E022",
        "Two columns of a table have the same meaning.",
        format!("md5,md5\n{MD5},{MD5}\n"),
    );
    case(
        "E023",
        "A row has the wrong number of fields.",
        format!("id,md5\n1,{MD5},x\n"),
    );
    case(
        "E024",
        "A quotation mark is in the wrong place.",
        format!("id,md5\n1,{MD5}\na\"b,{MD5}\n"),
    );
    case(
        "E025",
        "A field has a value that it cannot have.",
        format!("md5,severity\n{MD5},grave\n"),
    );
    case(
        "E026",
        "A row has no hash.",
        format!("id,md5\n1,{MD5}\n2,\n"),
    );
    case(
        "E030",
        "A quality is not a number from 0 to 100.",
        format!("{PDQ},100,a.jpg\n{PDQ},101,b.jpg\n"),
    );
    case(
        "E031",
        "A comma is missing in a line of pdq-photo-hasher.",
        format!("{PDQ},100,a.jpg\n{PDQ}\n"),
    );
    case(
        "E040",
        "The header of a hashdeep file is wrong.",
        "%%%% HASHDEEP-1.0\n%%%% size,foo,filename\n".to_owned(),
    );
    case(
        "E041",
        "A line of checksums has the wrong form.",
        format!("{MD5}  a\n{MD5} b\n"),
    );
    case("E050", "A video has no frames.", format!("{md5}vpdq []\n"));
    case(
        "E051",
        "A frame number, quality or time is out of range or order.",
        format!("0,100,{PDQ},0.0\n0,100,{PDQ},1.0\n"),
    );
    case(
        "E052",
        "A time is not a number.",
        format!("0,90,{PDQ},nan\n"),
    );
    case(
        "E053",
        "A frame has another layout than the frames before it.",
        format!("0,100,{PDQ},0.0\n{PDQ},100,1.0\n"),
    );
    case(
        "E054",
        "A video has no frame of sufficient quality.",
        format!("0,10,{PDQ},0.0\n"),
    );
    case(
        "E060",
        "An object of JSON Lines is wrong.",
        "{\"v\":1,\"type\":\"md5\"}\n".to_owned(),
    );
    case(
        "E061",
        "The list does not agree with its manifest: it was cut or changed.",
        "{\"v\":1,\"manifest\":{\"count\":2}}\n".to_owned(),
    );
    case("E062", "A snapshot has an operation that only a delta can have.", "{\"v\":1,\"manifest\":{\"mode\":\"snapshot\"}}\n{\"v\":1,\"op\":\"remove\",\"id\":\"1\"}\n".to_owned());
    let vics = |model: &str| {
        format!(
            "{{\"odata.metadata\":\"http://github.com/ICMEC/ProjectVic/DataModels/{model}\",\"value\":[]}}\n"
        )
    };
    case(
        "E070",
        "A document is of a data model that basma does not read.",
        vics("9.0.xml#Media"),
    );
    case(
        "E071",
        "A document or page is cut or broken.",
        "{\"count\":1,\"hashRecords\":[{\"signalType\":\"ImagePDQ\"\n".to_owned(),
    );
    case(
        "E072",
        "A document of Project VIC needs the profile of its categories.",
        vics("1.3.xml#Media"),
    );
    case(
        "E073",
        "A database of the NSRL is cut or damaged.",
        format!("SQLite format 3\0\u{10}\0{}", "\0".repeat(40)),
    );
    case(
        "E080",
        "A hash stands for nothing, for example the digest of the empty file.",
        "md5 d41d8cd98f00b204e9800998ecf8427e\n".to_owned(),
    );
    case(
        "E081",
        "Most PDQ hashes of the list are not PDQ hashes.",
        rotated("pdq", SHA256),
    );
    case(
        "W005",
        "The list has no entries, and says so.",
        "# nothing today\n".to_owned(),
    );
    case(
        "W020",
        "A comment looks like an entry.",
        format!("{md5}#md5 {MD5}\n"),
    );
    case(
        "W030",
        "A perceptual hash of low quality is left out; the other hashes of its row are read.",
        format!("pdq,md5,quality\n{PDQ},{MD5},10\n"),
    );
    case(
        "W040",
        "A column of hashes is not read.",
        format!("md5,sha512\n{MD5},{SHA256}{SHA256}\n"),
    );
    case(
        "W041",
        "A row ends with one delimiter more than the header.",
        format!("id,md5\n1,{MD5},\n"),
    );
    case(
        "W061",
        "The last line has no line end, and no manifest gives the number of lines.",
        format!("{{\"v\":1,\"type\":\"md5\",\"hash\":\"{MD5}\"}}"),
    );
    case(
        "W081",
        "A PDQ hash has a number of bits that PDQ does not make.",
        format!("pdq {PDQ}\npdq f{}\n", &PDQ[1..].replace('0', "1")),
    );
    case(
        "W082",
        "The SHA-256 digests of the list look like PDQ hashes.",
        rotated("sha256", PDQ),
    );
    case(
        "W090",
        "One list says different things of one hash, and `--on-conflict error` is in force.",
        format!("md5,id,severity\n{MD5},1,low\n{MD5},2,high\n"),
    );
    for case in &mut cases {
        if case.code == "E004" {
            case.list.extend(b"md5 \xff\n");
        }
    }
    cases
}

/// What the reader says of a list, and whether it refuses all of it, a line of it, or nothing.
fn read(case: &Case) -> (Vec<LineProblem>, &'static str) {
    let profile = (case.code == "E070").then_some(VicsProfile::Raw);
    let tolerant = ReadOptions::default()
        .with_max_reject(MaxReject::Percent(100.0))
        .with_vics_profile(profile);
    match read_bytes(Path::new("list"), &case.list, &tolerant) {
        Ok(list) if case.code == "W090" => {
            let mut builder = Builder::new().on_conflict(OnConflict::Error);
            builder.add(list).unwrap();
            match builder.build() {
                Err(Error::List(rejection)) => (rejection.problems, "the list"),
                other => panic!("{other:?}"),
            }
        }
        Ok(list) => {
            let refused = if list.rejected.is_empty() {
                "nothing"
            } else {
                "the line"
            };
            ([list.rejected, list.warnings].concat(), refused)
        }
        Err(Error::List(rejection)) => (rejection.problems, "the list"),
        Err(error) => panic!("{}: {error}", case.code),
    }
}

#[test]
fn every_code_has_a_row_with_a_message_of_the_reader() {
    let mut table =
        String::from("| code | meaning | refused | example of a message |\n|---|---|---|---|\n");
    for case in cases() {
        let (problems, refused) = read(&case);
        let problem = problems.iter().find(|problem| problem.code == case.code);
        let problem = problem.unwrap_or_else(|| panic!("{}: {problems:?}", case.code));
        let message = problem.message.replace('|', "\\|");
        table += &format!(
            "| `{}` | {} | {refused} | `{message}` |\n",
            case.code, case.meaning
        );
    }
    compare_part("docs/src/reference/list-errors.md", "codes", &table);
}

#[test]
fn the_page_has_the_codes_of_the_source_and_no_others() {
    let mut files: Vec<PathBuf> = Vec::new();
    collect(Path::new("src"), "rs", &mut files);
    let mut found = BTreeSet::new();
    for file in files {
        let text = fs::read_to_string(Path::new(ROOT).join(file)).unwrap();
        // Tests stand at the end of a file.
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let words = code.split('"').skip(1);
        found.extend(words.filter(|word| is_code(word)).map(str::to_owned));
    }
    let listed: BTreeSet<String> = cases().iter().map(|case| case.code.to_owned()).collect();
    assert_eq!(listed, found);
}

fn is_code(word: &str) -> bool {
    let digits = word.strip_prefix(['E', 'W']).unwrap_or_default();
    digits.len() == 3 && digits.bytes().all(|byte| byte.is_ascii_digit())
}
