use std::path::Path;

use proptest::prelude::*;

use crate::list::{List, ReadOptions, read_bytes};

/// As `openpyxl` 3.1 writes it: two rows of entries with a blank row between them, and an empty sheet.
const LIST: &[u8] = include_bytes!("list.xlsx");

const MD5: &str = "900150983cd24fb0d6963f7d28e17f72";

fn read(bytes: &[u8]) -> crate::Result<List> {
    read_bytes(Path::new("list.xlsx"), bytes, &ReadOptions::default())
}

fn said(bytes: &[u8]) -> String {
    read(bytes).unwrap_err().to_string()
}

/// An archive of these parts, which are not compressed.
fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in parts {
        let at = bytes.len() as u32;
        let size = (text.len() as u32).to_le_bytes();
        let facts = [
            &crc32fast::hash(text.as_bytes()).to_le_bytes()[..],
            &size,
            &size,
        ]
        .concat();
        let name_bytes = (name.len() as u16).to_le_bytes();
        bytes.extend(b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0");
        bytes.extend(
            [
                &facts[..],
                &name_bytes,
                &[0, 0],
                name.as_bytes(),
                text.as_bytes(),
            ]
            .concat(),
        );
        directory.extend(b"PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\0\0");
        directory.extend([&facts[..], &name_bytes, &[0; 12]].concat());
        directory.extend([&at.to_le_bytes()[..], name.as_bytes()].concat());
    }
    let (at, count) = (bytes.len() as u32, parts.len() as u16);
    let size = directory.len() as u32;
    bytes.extend(directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
    bytes.extend([size.to_le_bytes(), at.to_le_bytes()].concat());
    bytes.extend([0, 0]);
    bytes
}

const RELATIONS: &str = "<Relationships><Relationship Id=\"r1\" Type=\"x/worksheet\" Target=\"worksheets/a.xml\"/>\
    <Relationship Id=\"r2\" Type=\"x/worksheet\" Target=\"/xl/worksheets/b.xml\"/></Relationships>";

const BOOK: &str = "<workbook><sheets><sheet name=\"A\" r:id=\"r1\"/><sheet name=\"B\" r:id=\"r2\"/></sheets></workbook>";

/// A workbook of a sheet and another.
fn book_of_two(first: &str, second: &str) -> Vec<u8> {
    package(&[
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", RELATIONS),
        ("xl/worksheets/a.xml", first),
        ("xl/worksheets/b.xml", second),
    ])
}

fn book(sheet: &str) -> Vec<u8> {
    book_of_two(sheet, "<worksheet/>")
}

/// A cell with a text of its own.
fn text(text: &str) -> String {
    format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

fn rows(cells: &[&[String]], behind: &str) -> String {
    let rows = cells
        .iter()
        .map(|row| format!("<row>{}</row>", row.concat()));
    format!(
        "<worksheet><sheetData>{}</sheetData>{behind}</worksheet>",
        rows.collect::<String>()
    )
}

#[test]
fn a_workbook_is_read_as_its_table() {
    let list = read(LIST).unwrap();
    assert_eq!(list.entries.len(), 3);
    let of = |place: usize| (list.entries[place].line, list.entries[place].id.as_deref());
    assert_eq!(of(0), (2, Some("17")));
    assert_eq!(list.entries[0].hash.to_string(), MD5);
    assert_eq!(list.entries[0].labels, ["deepfake", "old"]);
    // The blank row counts, as in the spreadsheet; a cell of several lines is one.
    assert_eq!(of(2), (4, Some("case \"b\" second line")));
    assert_eq!(list.source.bytes, LIST.len() as u64);
}

#[test]
fn hashes_that_the_spreadsheet_made_numbers_are_refused_with_their_row() {
    for number in [
        "9.0015098324E+31",
        "1234567890123456",
        "12345678901234567890123456789012",
        "1E+16",
        "17",
    ] {
        let cell = format!("<c><v>{number}</v></c>");
        for hash_type in ["md5", "gradient64-ih3-lsb"] {
            let header = [text("hash"), text("type"), text("id")];
            let good = [text(MD5), text("md5"), text("a")];
            let bad = [cell.clone(), text(hash_type), text("b")];
            let sheet = rows(&[&header, &good, &bad], "");
            let said = said(&book(&sheet));
            assert!(said.contains("list.xlsx:3:"), "{number}: {said}");
        }
    }
    // Numbers that are none of hashes are read.
    let header = [text("md5"), text("id"), text("quality")];
    let row = [
        text(MD5),
        "<c><v>123456789012345</v></c>".to_owned(),
        "<c><v>97</v></c>".to_owned(),
    ];
    let list = read(&book(&rows(&[&header, &row], ""))).unwrap();
    assert_eq!(list.entries[0].id.as_deref(), Some("123456789012345"));
}

#[test]
fn what_a_list_would_lose_is_refused() {
    let (header, row) = ([text("id"), text("md5")], [text("a"), text(MD5)]);
    let table = rows(&[&header, &row], "");
    assert!(read(&book(&table)).is_ok());
    let two = said(&book_of_two(&table, &table));
    assert!(two.contains("E007") && two.contains("'A' and 'B'"), "{two}");
    let merged = |range: &str| {
        let behind = format!("<mergeCells><mergeCell ref=\"{range}\"/></mergeCells>");
        read(&book(&rows(&[&header, &row, &row], &behind)))
    };
    assert!(merged("A1:B1").is_ok());
    let error = merged("A2:A3").unwrap_err().to_string();
    assert!(
        error.contains("list.xlsx:2:1: E007") && error.contains("unmerge"),
        "{error}"
    );
    let error = [text("a"), "<c t=\"e\"><v>#REF!</v></c>".to_owned()];
    let error = said(&book(&rows(&[&header, &error], "")));
    assert!(
        error.contains("list.xlsx:2:1: E007") && error.contains("#REF!"),
        "{error}"
    );
    let shared = [text("a"), "<c t=\"s\"><v>9</v></c>".to_owned()];
    assert!(said(&book(&rows(&[&header, &shared], ""))).contains("list.xlsx:2:1: E007"));
    let far = ["<c r=\"XFD1\"><v>1</v></c>".to_owned()];
    assert!(said(&book(&rows(&[&far], ""))).contains("256 columns"));
    let back = "<worksheet><row r=\"5\"/><row r=\"2\"/></worksheet>";
    let cells = format!(
        "<worksheet><row r=\"5\">{}</row><row r=\"2\"/></worksheet>",
        text("md5")
    );
    assert!(said(&book(&cells)).contains("not in order"));
    assert!(read(&book(back)).is_err(), "an empty workbook is no list");
}

#[test]
fn a_zip_of_another_kind_is_called_so() {
    let other = package(&[("a.txt", "abc")]);
    assert!(said(&other).contains("E001 this is a ZIP archive"));
    // Programs differ in which of two parts they read.
    let twice = package(&[("xl/workbook.xml", BOOK), ("xl/workbook.xml", BOOK)]);
    assert!(said(&twice).contains("E001"));
    let missing = package(&[
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", RELATIONS),
    ]);
    assert!(said(&missing).contains("E008"));
}

#[test]
fn a_bomb_ends_at_the_limit() {
    use std::io::Write as _;
    let sheet = format!("<worksheet>{}", "<row/>".repeat(20 << 20));
    let deflate = flate2::Compression::best();
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), deflate);
    encoder.write_all(sheet.as_bytes()).unwrap();
    let packed = encoder.finish().unwrap();
    let mut bytes = book("@");
    // The sheet in place of its one letter.
    let at = memchr::memmem::find(&bytes, b"xl/worksheets/a.xml@").unwrap() + 19;
    bytes.splice(at..=at, packed.iter().copied());
    let shift = packed.len() as u32 - 1;
    let mut end = memchr::memmem::rfind(&bytes, b"PK\x05\x06").unwrap();
    let directory = u32::from_le_bytes(bytes[end + 16..end + 20].try_into().unwrap()) + shift;
    bytes[end + 16..end + 20].copy_from_slice(&directory.to_le_bytes());
    let mut entry = directory as usize;
    let mut moved = false;
    while bytes[entry..].starts_with(b"PK\x01\x02") {
        let name = u16::from_le_bytes([bytes[entry + 28], bytes[entry + 29]]) as usize;
        if moved {
            let local = u32::from_le_bytes(bytes[entry + 42..entry + 46].try_into().unwrap());
            bytes[entry + 42..entry + 46].copy_from_slice(&(local + shift).to_le_bytes());
        }
        if bytes[entry + 46..].starts_with(b"xl/worksheets/a.xml") {
            bytes[entry + 10] = 8;
            bytes[entry + 20..entry + 24].copy_from_slice(&(packed.len() as u32).to_le_bytes());
            moved = true;
        }
        entry += 46 + name;
    }
    end = entry;
    assert!(bytes[end..].starts_with(b"PK\x05\x06"));
    let said = said(&bytes);
    assert!(said.contains("E008 too much comes out"), "{said}");
}

#[test]
fn every_cut_and_every_changed_byte_is_an_answer() {
    for cut in 0..LIST.len() {
        assert!(read(&LIST[..cut]).is_err(), "{cut}");
    }
    let whole = read(LIST).unwrap().entries;
    for at in 0..LIST.len() {
        let mut changed = LIST.to_vec();
        changed[at] ^= 0x55;
        // What is read is checked by its sum: nothing else comes of it.
        if let Ok(list) = read(&changed) {
            assert_eq!(list.entries, whole, "{at}");
        }
    }
}

proptest! {
    /// The oracle is the same table as CSV.
    #[test]
    fn a_workbook_and_its_table_are_one_list(
        cells in prop::collection::vec(("[a-c \"#',;]{0,6}", any::<u8>(), "[x-z]{0,3}"), 0..8),
    ) {
        let mut csv = String::from("id,md5,labels\n");
        let header = [text("id"), text("md5"), text("labels")];
        let mut table = vec![header.to_vec()];
        for (id, byte, label) in &cells {
            let id = id.trim();
            let md5 = format!("{:02x}", byte | 1).repeat(16);
            csv += &format!("\"{}\",{md5},{label}\n", id.replace('"', "\"\""));
            let id = id.replace('"', "&quot;").replace('\'', "&apos;");
            table.push(vec![text(&id), text(&md5), text(label)]);
        }
        let table: Vec<&[String]> = table.iter().map(Vec::as_slice).collect();
        let read_csv = read_bytes(Path::new("list.xlsx"), csv.as_bytes(), &ReadOptions::default());
        let entries = |list: crate::Result<List>| list.map(|list| list.entries).map_err(|_| "refused");
        prop_assert_eq!(entries(read(&book(&rows(&table, "")))), entries(read_csv));
    }

    #[test]
    fn any_sheet_is_an_answer(sheet in "[<>/a-crv \"=:A-C0-9]{0,80}") {
        let _ = read(&book(&format!("<worksheet>{sheet}</worksheet>")));
    }
}
