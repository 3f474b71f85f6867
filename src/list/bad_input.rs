//! Every format against every kind of bad record: what it is called, where it stands, and that the good records around it
//! are kept or refused as the options say.

use super::sample::{MD5, PDQ};
use super::{List, Mapping, MaxReject, ReadOptions, VicsProfile, read_bytes};
use crate::Error;
use crate::error::LineProblem;

/// A format: what stands before, between and behind its records, and a record of a hash.
struct Format {
    name: &'static str,
    head: &'static str,
    record: &'static str,
    between: &'static str,
    tail: &'static str,
    /// What each kind of [`BAD`] is called in it: a code; `!` behind it where it condemns the list; `skipped` where it is
    /// passed over and counted; `-` where it cannot be, or is nothing bad.
    codes: [&'static str; BAD.len()],
}

/// What is made of the hash of a record, or of the record.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Bad {
    /// The hash lacks its last two digits.
    Short,
    /// A digit of the hash is none.
    NotHex,
    /// The hash is of nothing.
    Meaningless,
    /// There is no hash.
    Missing,
    /// The name, or what else there is of text, is not UTF-8.
    Latin1,
    /// A carriage return stands alone in it.
    CarriageReturn,
    /// More bytes than a record of any list has.
    Long,
}

const BAD: [Bad; 7] = [
    Bad::Short,
    Bad::NotHex,
    Bad::Meaningless,
    Bad::Missing,
    Bad::Latin1,
    Bad::CarriageReturn,
    Bad::Long,
];

/// In a record of a format: its hash, and a text where it has any.
const HASH_MD5: &str = "{md5}";
const HASH_PDQ: &str = "{pdq}";
const TEXT: &str = "{text}";

const FORMATS: [Format; 31] = [
    Format {
        name: "typed lines",
        head: "",
        record: "md5 {md5}",
        between: "\n",
        tail: "\n",
        codes: ["E011", "E012", "E080", "E011", "-", "-", "-"],
    },
    Format {
        name: "what tx dataset prints",
        head: "",
        record: "pdq {pdq} 'a list' POSITIVE_CLASS {text}",
        between: "\n",
        tail: "\n",
        codes: ["E013", "E012", "E080", "E013", "E004", "E002", "E003"],
    },
    Format {
        name: "what basma hash prints",
        head: "",
        record: "pdq {pdq} 100 {text}.jpg",
        between: "\n",
        tail: "\n",
        codes: ["E013", "E013", "E080", "E013", "E004", "E002", "E003"],
    },
    Format {
        name: "bare hashes",
        head: "",
        record: "{md5}",
        between: "\n",
        tail: "\n",
        codes: ["E011", "E012", "E080", "-", "-", "-", "-"],
    },
    Format {
        name: "table with commas",
        head: "id,md5\n",
        record: "{text},{md5}",
        between: "\n",
        tail: "\n",
        codes: ["E011", "E012", "E080", "E026", "E004", "E002", "E003"],
    },
    Format {
        name: "table with semicolons",
        head: "id;md5\n",
        record: "{text};{md5}",
        between: "\n",
        tail: "\n",
        codes: ["E011", "E012", "E080", "E026", "E004", "E002", "E003"],
    },
    Format {
        name: "table with tabs",
        head: "id\tmd5\n",
        record: "{text}\t{md5}",
        between: "\n",
        tail: "\n",
        codes: ["E011", "E012", "E080", "E026", "E004", "E002", "E003"],
    },
    Format {
        name: "table with bars",
        head: "id|md5\n",
        record: "{text}|{md5}",
        between: "\n",
        tail: "\n",
        codes: ["E011", "E012", "E080", "E026", "E004", "E002", "E003"],
    },
    Format {
        name: "tx dataset --csv",
        head: "signal_type,signal_str,collab,category,tags\n",
        record: "pdq,{pdq},a list,POSITIVE_CLASS,{text}",
        between: "\n",
        tail: "\n",
        codes: ["E011", "E012", "E080", "E026", "E004", "E002", "E003"],
    },
    Format {
        name: "pdq-photo-hasher",
        head: "",
        record: "{pdq},100,{text}.jpg",
        between: "\n",
        tail: "\n",
        codes: ["E011", "E012", "E080", "E011", "-", "E002", "E003"],
    },
    Format {
        name: "pdq-photo-hasher -d",
        head: "",
        record: "hash={pdq},norm=128,delta=0,quality=100,filename={text}.jpg",
        between: "\n",
        tail: "\n",
        codes: ["E011", "E012", "E080", "E011", "-", "E002", "E003"],
    },
    Format {
        name: "md5sum",
        head: "",
        record: "{md5}  {text}.jpg",
        between: "\n",
        tail: "\n",
        codes: ["E011", "E011", "E080", "E011", "-", "E002", "E003"],
    },
    Format {
        name: "checksums of BSD",
        head: "",
        record: "MD5 ({text}.jpg) = {md5}",
        between: "\n",
        tail: "\n",
        codes: ["E011", "E012", "E080", "E011", "-", "E002", "E003"],
    },
    Format {
        name: "md5deep -z",
        head: "",
        record: "1234  {md5}  /{text}.jpg",
        between: "\n",
        tail: "\n",
        codes: ["E011", "E011", "E080", "E011", "-", "E002", "E003"],
    },
    Format {
        name: "md5deep -c",
        head: "",
        record: "1234,{md5},/{text}.jpg",
        between: "\n",
        tail: "\n",
        codes: ["E011", "E011", "E080", "E011", "-", "E002", "E003"],
    },
    Format {
        name: "hashdeep",
        head: "%%%% HASHDEEP-1.0\n%%%% size,md5,filename\n",
        record: "12,{md5},/{text}.jpg",
        between: "\n",
        tail: "\n",
        codes: ["E011", "E012", "E080", "E011", "-", "E002", "E003"],
    },
    Format {
        name: "JSON Lines",
        head: "",
        record: r#"{"v":1,"op":"add","type":"md5","hash":"{md5}","id":"{text}"}"#,
        between: "\n",
        tail: "\n",
        codes: ["E011", "E012", "E080", "E011", "E004", "E002", "E003"],
    },
    Format {
        name: "what basma hash prints as JSON",
        head: "",
        record: r#"{"v":1,"path":"{text}","status":"hashed","media":"image/jpeg","hashes":[{"type":"pdq","hash":"{pdq}","quality":100}]}"#,
        between: "\n",
        tail: "\n",
        codes: ["E011", "E012", "E080", "E011", "E004", "E002", "-"],
    },
    Format {
        name: "ICSE",
        head: "MD5;SHA1;PhotoDNA;Image ID;Is distributed;Victim identified;Offender identified;Series name;Number of submissions;File Available;Media Type;Baseline\n",
        record: "{md5};;;{text};1;1;0;0;x;1;Image;1",
        between: "\n",
        tail: "\n",
        codes: ["E011", "E012", "E080", "E026", "E004", "E002", "E003"],
    },
    Format {
        name: "NSRL 2",
        head: "\"SHA-1\",\"MD5\",\"CRC32\",\"FileName\",\"FileSize\",\"ProductCode\",\"OpSystemCode\",\"SpecialCode\"\n",
        record: r#""","{md5}","8E2A4B6E","{text}.dat",13767,12,"358","""#,
        between: "\n",
        tail: "\n",
        codes: ["E011", "E012", "skipped", "E026", "-", "E002", "E003"],
    },
    Format {
        name: "VICS 1.3 media",
        head: r#"{"odata.metadata":"http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Media","value":["#,
        record: r#"{"MediaID":"{text}","Category":1,"MD5":"{md5}"}"#,
        between: ",\n",
        tail: "]}\n",
        codes: ["E011", "E012", "E080", "E026", "E060", "E060", "E003"],
    },
    Format {
        name: "VICS 1.2 cases",
        head: r#"{"odata.metadata":"http://github.com/ICMEC/ProjectVic/DataModels/1.2.xml#Cases","value":[{"CaseID":"x","Media":["#,
        record: r#"{"MediaID":"{text}","Category":1,"MD5":"{md5}"}"#,
        between: ",\n",
        tail: "]}]}\n",
        codes: ["E011", "E012", "E080", "E026", "E060", "E060", "E003"],
    },
    Format {
        name: "VICS 2.0 media",
        head: r#"{"@odata.context":"http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/$metadata#Media","value":["#,
        record: r#"{"MediaID":"{text}","Category":1,"MD5":"{md5}"}"#,
        between: ",\n",
        tail: "]}\n",
        codes: ["E011", "E012", "E080", "E026", "E060", "E060", "E003"],
    },
    Format {
        name: "DFXML",
        head: "<dfxml>\n",
        record: "<fileobject><filename>{text}</filename><hashdigest type='md5'>{md5}</hashdigest></fileobject>",
        between: "\n",
        tail: "</dfxml>\n",
        codes: ["E011", "E012", "E080", "E011", "E071!", "-", "E071!"],
    },
    Format {
        name: "NCMEC",
        head: "<queryResult><images>\n",
        record: r#"<image><member id="1">M</member><id>{text}</id><fingerprints><md5>{md5}</md5></fingerprints></image>"#,
        between: "\n",
        tail: "</images></queryResult>\n",
        codes: ["E011", "E012", "E080", "skipped", "E071!", "-", "E071!"],
    },
    Format {
        name: "StopNCII",
        head: r#"{"count":1,"hashRecords":["#,
        record: r#"{"signalType":"ImagePDQ","hashValue":"{pdq}","hashStatus":"Active","caseNumbers":[],"CSPFeedbacks":[{"source":"{text}","feedbackValue":"Blocked"}]}"#,
        between: ",\n",
        tail: "]}\n",
        codes: ["E011", "E012", "E080", "E011", "E060", "E060", "E003"],
    },
    Format {
        name: "Tech Against Terrorism",
        head: r#"{"next":null,"results":["#,
        record: r#"{"hash_digest":"{md5}","algorithm":"MD5","deleted":false,"id":"{text}"}"#,
        between: ",\n",
        tail: "]}\n",
        codes: ["E011", "E012", "E080", "E011", "E060", "E060", "E003"],
    },
    Format {
        name: "ThreatExchange",
        head: r#"{"data":["#,
        record: r#"{"id":"{text}","indicator":"{pdq}","type":"HASH_PDQ","descriptors":{"data":[{"owner":{"id":"1"},"status":"MALICIOUS"}]}}"#,
        between: ",\n",
        tail: "]}\n",
        codes: ["E011", "E012", "E080", "E011", "E060", "E060", "E003"],
    },
    Format {
        name: "HMA",
        head: "",
        record: r#"{"id":{number},"bank":{"name":"b","matching_enabled_ratio":1.0},"disable_until_ts":1,"signals":{"pdq":"{pdq}"},"note":"{text}"}"#,
        between: "\n",
        tail: "\n",
        codes: ["E011", "E012", "E080", "E011", "E060", "E060", "E003"],
    },
    Format {
        name: "mapping of JSON",
        head: r#"{"items":["#,
        record: r#"{"digest":"{md5}","ref":"{text}"}"#,
        between: ",\n",
        tail: "]}\n",
        codes: ["E011", "E012", "E080", "E026", "E060", "E060", "E003"],
    },
    Format {
        name: "mapping of a table",
        head: "ref,digest\n",
        record: "{text},{md5}",
        between: "\n",
        tail: "\n",
        codes: ["E011", "E012", "E080", "E026", "E004", "E002", "E003"],
    },
];

impl Format {
    fn options(&self) -> ReadOptions {
        let options = ReadOptions::default().with_vics_profile(VicsProfile::Us);
        let mapping = match self.name {
            "mapping of JSON" => r#"{"records":"items","fields":{"md5":"digest","id":"ref"}}"#,
            "mapping of a table" => r#"{"fields":{"md5":"digest","id":"ref"}}"#,
            _ => return options,
        };
        options.with_mapping(Mapping::parse(mapping).expect("a sound mapping"))
    }

    /// Whether faults are told with the number of the record and the byte where it begins.
    fn is_document(&self) -> bool {
        let first = self.head.as_bytes().first();
        matches!(first, Some(b'{' | b'<')) || self.name == "HMA"
    }

    /// A record of a hash of its own.
    fn record(&self, number: usize) -> Vec<u8> {
        self.record_of(number, &md5(number), &pdq(number), b"name")
    }

    fn record_of(&self, number: usize, md5: &str, pdq: &str, text: &[u8]) -> Vec<u8> {
        let record = self.record.replace(HASH_MD5, md5).replace(HASH_PDQ, pdq);
        let record = record.replace("{number}", &number.to_string());
        let mut bytes = Vec::new();
        let mut parts = record.split(TEXT);
        bytes.extend_from_slice(parts.next().unwrap_or_default().as_bytes());
        for part in parts {
            bytes.extend_from_slice(text);
            bytes.extend_from_slice(part.as_bytes());
        }
        bytes
    }

    /// A record that is bad in one way.
    fn bad(&self, number: usize, bad: Bad) -> Vec<u8> {
        let (md5, pdq) = (md5(number), pdq(number));
        let of = |hash: &dyn Fn(&str) -> String| {
            self.record_of(number, &hash(&md5), &hash(&pdq), b"name")
        };
        let text = |text: &[u8]| self.record_of(number, &md5, &pdq, text);
        match bad {
            Bad::Short => of(&|hash| hash[..hash.len() - 2].to_owned()),
            Bad::NotHex => of(&|hash| format!("{}g{}", &hash[..8], &hash[9..])),
            Bad::Meaningless => of(&|hash| "0".repeat(hash.len())),
            Bad::Missing => of(&|_| String::new()),
            Bad::Latin1 => text(b"caf\xe9"),
            Bad::CarriageReturn => text(b"two\rlines"),
            Bad::Long => text(&b"x".repeat((1 << 20) + 1)),
        }
    }

    /// A list of these records.
    fn list(&self, records: &[Vec<u8>]) -> Vec<u8> {
        let (head, between, tail) = (self.head, self.between, self.tail);
        [
            head.as_bytes(),
            &records.join(between.as_bytes()),
            tail.as_bytes(),
        ]
        .concat()
    }
}

fn md5(number: usize) -> String {
    format!("{number:04x}{}", &MD5[4..])
}

/// Of another picture for each number, with as many bits set.
fn pdq(number: usize) -> String {
    format!("{}{}", &PDQ[number..], &PDQ[..number])
}

fn read(text: &[u8], options: &ReadOptions) -> Result<List, Vec<LineProblem>> {
    match read_bytes("list".as_ref(), text, options) {
        Ok(list) => Ok(list),
        Err(Error::List(rejection)) => Err(rejection.problems),
        Err(error) => panic!("{error}"),
    }
}

/// The lines before a place.
fn line_at(text: &[u8], at: usize) -> u64 {
    1 + text[..at].iter().filter(|&&byte| byte == b'\n').count() as u64
}

/// What is not as it should be of one bad record between two good ones, and what it is called.
fn outcome(format: &Format, bad: Bad) -> Result<String, String> {
    let options = format.options();
    let record = format.bad(2, bad);
    if record == format.record(2) || record.trim_ascii().is_empty() {
        return Ok("-".to_owned());
    }
    let good = format.list(&[format.record(1), format.record(3)]);
    let good = read(&good, &options).map_err(|problems| format!("{problems:?}"))?;
    let before = format.list(&[format.record(1)]).len() - format.tail.len() + format.between.len();
    let length = record.len();
    let text = format.list(&[format.record(1), record, format.record(3)]);
    let problems = match read(&text, &options) {
        // It may be so.
        Ok(list) if list.entries.len() == 3 => return Ok("-".to_owned()),
        Ok(list) if (list.entries.len(), list.counts.skipped) == (2, 1) => {
            return Ok("skipped".to_owned());
        }
        Ok(list) => return Err(format!("{:?} {:?}", list.counts, list.warnings)),
        Err(problems) => problems,
    };
    let [problem] = problems.as_slice() else {
        return Err(format!("{} problems: {:?}", problems.len(), problems[0]));
    };
    if problem.line != line_at(&text, before) {
        return Err(format!("line {}, {}", problem.line, problem.message));
    }
    // The place is where the record begins, or in it where nothing can be read from there on.
    let end = before + length;
    let is_there = |byte: usize| (before..=end).contains(&byte);
    let byte = problem.message.strip_prefix("record 2 (byte ");
    let byte = byte.and_then(|rest| rest.split_once("): ")?.0.parse().ok());
    if format.is_document() && !byte.is_some_and(is_there) {
        return Err(format!("byte {before}, {}", problem.message));
    }
    // One bad record is tolerated where one may be, and takes nothing else with it.
    let tolerant = options.with_max_reject(MaxReject::Lines(1));
    let list = match read(&text, &tolerant) {
        Ok(list) => list,
        Err(again) if again == problems => return Ok(format!("{}!", problem.code)),
        Err(again) => return Err(format!("{:?}", again[0])),
    };
    if format.is_document() && byte != Some(before) {
        return Err(format!("byte {before}, {}", problem.message));
    }
    let hashes = |list: &List| -> Vec<_> { list.entries.iter().map(|entry| entry.hash).collect() };
    let is_told = list.counts.rejected == 1 && list.rejected == problems;
    if hashes(&list) == hashes(&good) && is_told {
        Ok(problem.code.to_owned())
    } else {
        Err(format!("{:?}", list.counts))
    }
}

#[test]
fn every_bad_record_of_every_format_is_told_with_its_place_and_spares_the_others() {
    let mut wrong = Vec::new();
    for format in &FORMATS {
        for (bad, expected) in BAD.into_iter().zip(format.codes) {
            let found = outcome(format, bad);
            if found.as_deref() != Ok(expected) {
                let found: String = format!("{found:?}").chars().take(300).collect();
                wrong.push(format!("{}|{bad:?}|{expected}|{found}", format.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_condemns_a_whole_list_does_so_in_every_format_whatever_is_tolerated() {
    for format in &FORMATS {
        let all = format.options().with_max_reject(MaxReject::Percent(100.0));
        let text = format.list(&[format.record(1), format.record(2)]);
        let utf16: Vec<u8> = String::from_utf8(text.clone())
            .expect("sound text")
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let whole = [
            ([b"\xff\xfe", &utf16[..]].concat(), "E001"),
            (utf16, "E001"),
            (Vec::new(), "E005"),
            (b" \r\n\n".to_vec(), "E005"),
        ];
        for (bytes, code) in whole {
            let problems = read(&bytes, &all).expect_err(format.name);
            assert_eq!(
                (problems[0].line, problems[0].code),
                (1, code),
                "{}",
                format.name
            );
        }
        // A byte-order mark and the line ends of Windows change nothing.
        let windows: Vec<u8> = text
            .split(|&byte| byte == b'\n')
            .collect::<Vec<_>>()
            .join(&b"\r\n"[..]);
        let windows = [b"\xef\xbb\xbf", &windows[..]].concat();
        let list = read(&windows, &all).expect(format.name);
        let plain = read(&text, &all).expect(format.name);
        assert_eq!(list.entries, plain.entries, "{}", format.name);
        // A document that ends anywhere before its end is no list. The beginning of its head may be a line that is bad.
        // Lines that were cut end in a bad line, or in a good one.
        for end in 1..text.trim_ascii_end().len() {
            if let Ok(list) = read(&text[..end], &all) {
                let is_lines = !format.is_document() || format.tail == "\n";
                let is_bad = list.entries.is_empty() && list.counts.rejected > 0;
                assert!(is_lines || is_bad, "{} {end}", format.name);
            }
        }
    }
}
