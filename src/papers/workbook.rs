//! A workbook in XLSX (ECMA-376): a sheet of facts, and the rows of [`table`](super::table).
//!
//! Texts are cells of text, so that a program takes `0012`, `1E5` and `=1+1` for what they are. The format has limits,
//! which are kept: a sheet has 1,048,576 rows, after which the next sheet begins. A cell has 32,767 characters; a longer
//! text is cut, and its end says so.

use std::io::{self, Write};

use super::table::{COLUMNS, Cell, each};
use super::xml::at_most;
use super::zip::Archive;
use super::{Carried, Dossier, Findings, Out, xml};
use crate::Result;

/// The largest number of rows in a sheet (ECMA-376, and Excel's specification).
const ROWS_MAX: u64 = 1_048_576;

/// The largest number of UTF-16 units in a cell. A character has at most two.
const CELL_MAX: usize = 32_767;

/// Writes the workbook.
///
/// # Errors
/// Those of the findings and of the writer.
pub fn write(
    dossier: &Dossier,
    findings: &(impl Findings + ?Sized),
    out: &mut Out<'_>,
) -> Result<Carried> {
    write_in_sheets(dossier, findings, ROWS_MAX, out)
}

/// The same with a smaller limit of rows.
pub(super) fn write_in_sheets(
    dossier: &Dossier,
    findings: &(impl Findings + ?Sized),
    rows_max: u64,
    out: &mut Out<'_>,
) -> Result<Carried> {
    let (mut rows, mut bytes, mut carried) = (0_u64, 0_u64, Carried::default());
    findings.each(&mut |_| {
        carried.written += 1;
        Ok(())
    })?;
    each(dossier, findings, &mut |row| {
        rows += 1;
        bytes += row_of(row).len() as u64;
        Ok(())
    })?;
    // Each sheet has a row of names.
    let of_sheet = rows_max - 1;
    let sheets = rows.div_ceil(of_sheet).max(1);
    let mut archive = Archive::new(out);
    archive.add("[Content_Types].xml", content_types(sheets).as_bytes())?;
    archive.add("_rels/.rels", RELATIONS.as_bytes())?;
    archive.add("xl/workbook.xml", workbook(sheets).as_bytes())?;
    archive.add(
        "xl/_rels/workbook.xml.rels",
        sheet_relations(sheets).as_bytes(),
    )?;
    archive.add("xl/worksheets/sheet1.xml", facts(dossier).as_bytes())?;
    for sheet in 0..sheets {
        let name = format!("xl/worksheets/sheet{}.xml", sheet + 2);
        let rows = sheet * of_sheet..(sheet + 1) * of_sheet;
        archive.fill(&name, bytes, |writer| {
            let mut at = 0_u64;
            let mut written = begin(writer);
            each(dossier, findings, &mut |row| {
                if rows.contains(&at) && written.is_ok() {
                    written = writer.write_all(row_of(row).as_bytes());
                }
                at += 1;
                Ok(())
            })?;
            Ok(written.and_then(|()| writer.write_all(SHEET_END.as_bytes())))
        })?;
    }
    archive.finish()?;
    Ok(carried)
}

const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

const SHEET_BEGIN: &str =
    "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>";

const SHEET_END: &str = "</sheetData></worksheet>";

const RELATIONS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
    <Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
    <Relationship Id=\"rId1\" \
    Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" \
    Target=\"xl/workbook.xml\"/></Relationships>";

fn begin(writer: &mut dyn Write) -> io::Result<()> {
    let names: Vec<Cell> = COLUMNS.map(|name| Cell::Text(name.to_owned())).into();
    writer.write_all(format!("{XML}{SHEET_BEGIN}{}", row_of(&names)).as_bytes())
}

fn row_of(cells: &[Cell]) -> String {
    let cells: String = cells.iter().map(cell).collect();
    format!("<row>{cells}</row>")
}

fn cell(cell: &Cell) -> String {
    match cell {
        // Programs keep 15 digits of a number.
        Cell::Number(number) if *number < 1_000_000_000_000_000 => {
            format!("<c><v>{number}</v></c>")
        }
        Cell::Number(number) => text_cell(&number.to_string()),
        Cell::Text(text) => text_cell(text),
        Cell::Empty => "<c/>".to_owned(),
    }
}

fn text_cell(text: &str) -> String {
    let text = if text.encode_utf16().count() > CELL_MAX {
        at_most(text, CELL_MAX / 2)
    } else {
        text.to_owned()
    };
    let text = xml::text(&without_escapes(&text));
    format!("<c t=\"inlineStr\"><is><t xml:space=\"preserve\">{text}</t></is></c>")
}

/// Programs read `_x0041_` as a character (ECMA-376, section 22.4.2.4): the first `_` of such a text is escaped itself.
fn without_escapes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let bytes = &text.as_bytes()[at..];
        let is_escape = bytes.len() >= 7
            && bytes[0] == b'_'
            && bytes[1] == b'x'
            && bytes[2..6].iter().all(u8::is_ascii_hexdigit)
            && bytes[6] == b'_';
        if is_escape {
            out += "_x005F_";
        } else {
            out.push(c);
        }
    }
    out
}

fn facts(dossier: &Dossier) -> String {
    let tally = &dossier.tally;
    let text = |text: &str| Cell::Text(crate::escape::message(text).into_owned());
    let rows = [
        ("case", text(&dossier.case)),
        ("head_record", Cell::Number(dossier.head.number)),
        ("head_sha256", text(&dossier.head.digest)),
        ("head_time", text(&dossier.head.time)),
        ("opened", text(&dossier.opened)),
        ("purpose", text(&dossier.purpose)),
        ("legal_basis", text(&dossier.legal_basis)),
        ("findings", Cell::Number(tally.findings)),
        ("confirmed", Cell::Number(tally.confirmed)),
        ("rejected", Cell::Number(tally.rejected)),
        ("escalated", Cell::Number(tally.escalated)),
        ("undecided", Cell::Number(tally.undecided)),
        ("open", Cell::Number(tally.open())),
    ];
    let rows = rows.map(|(name, value)| row_of(&[Cell::Text(name.to_owned()), value]));
    format!("{XML}{SHEET_BEGIN}{}{SHEET_END}", rows.concat())
}

fn content_types(sheets: u64) -> String {
    const KIND: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    let sheets = (1..=sheets + 1).map(|sheet| {
        format!(
            "<Override PartName=\"/xl/worksheets/sheet{sheet}.xml\" ContentType=\"{KIND}.worksheet+xml\"/>"
        )
    });
    let sheets: String = sheets.collect();
    format!(
        "{XML}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
        <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
        <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
        <Override PartName=\"/xl/workbook.xml\" ContentType=\"{KIND}.sheet.main+xml\"/>{sheets}</Types>"
    )
}

fn workbook(sheets: u64) -> String {
    let sheets = (1..=sheets).map(|sheet| {
        let id = sheet + 1;
        format!("<sheet name=\"Findings {sheet}\" sheetId=\"{id}\" r:id=\"rId{id}\"/>")
    });
    let sheets: String = sheets.collect();
    format!(
        "{XML}<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" \
        xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">\
        <sheets><sheet name=\"Case\" sheetId=\"1\" r:id=\"rId1\"/>{sheets}</sheets></workbook>"
    )
}

fn sheet_relations(sheets: u64) -> String {
    let sheets = (1..=sheets + 1).map(|sheet| {
        format!(
            "<Relationship Id=\"rId{sheet}\" \
            Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" \
            Target=\"worksheets/sheet{sheet}.xml\"/>"
        )
    });
    let sheets: String = sheets.collect();
    format!(
        "{XML}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{sheets}</Relationships>"
    )
}
