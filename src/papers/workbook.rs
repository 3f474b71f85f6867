//! A workbook in XLSX (ECMA-376): a sheet of facts, and the rows of [`table`](super::table).
//!
//! Texts are cells of text, so that a program takes `0012`, `1E5` and `=1+1` for what they are. The format has limits,
//! which are kept: a sheet has 1,048,576 rows, after which the next sheet begins. A cell has 32,767 characters; a longer
//! text is cut, and its end says so.

use super::table::{COLUMNS, Cell, each_of};
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
    write_in_sheets(dossier, findings, SheetLimits::FORMAT, out)
}

/// The same with smaller limits of a sheet. The case is read once: what names the sheets follows them.
pub(super) fn write_in_sheets(
    dossier: &Dossier,
    findings: &(impl Findings + ?Sized),
    limits: SheetLimits,
    out: &mut Out<'_>,
) -> Result<Carried> {
    let mut archive = Archive::new(out);
    archive.add("xl/worksheets/sheet1.xml", facts(dossier).as_bytes())?;
    let mut sheets = Sheets {
        archive,
        limits,
        count: 0,
        rows: 0,
        bytes: 0,
    };
    sheets.begin()?;
    let mut last = None;
    let mut carried = Carried::default();
    each_of(dossier, findings, &mut |record, row| {
        carried.written += u64::from(last.replace(record) != Some(record));
        sheets.add(&row_of(row))
    })?;
    let (mut archive, count) = sheets.end()?;
    archive.add("[Content_Types].xml", content_types(count).as_bytes())?;
    archive.add("_rels/.rels", RELATIONS.as_bytes())?;
    archive.add("xl/workbook.xml", workbook(count).as_bytes())?;
    archive.add(
        "xl/_rels/workbook.xml.rels",
        sheet_relations(count).as_bytes(),
    )?;
    archive.finish()?;
    Ok(carried)
}

/// What a sheet may hold before the next begins.
#[derive(Clone, Copy)]
pub(super) struct SheetLimits {
    /// Rows, that of names included.
    pub(super) rows: u64,
    /// Bytes of XML. Not every program that opens XLSX takes members beyond 4 GiB.
    pub(super) bytes: u64,
}

impl SheetLimits {
    /// The limits of the format.
    const FORMAT: SheetLimits = SheetLimits {
        rows: ROWS_MAX,
        bytes: 1 << 31,
    };
}

/// The sheets of rows, one after the other.
struct Sheets<'o, 'w> {
    archive: Archive<'o, 'w>,
    limits: SheetLimits,
    count: u64,
    rows: u64,
    bytes: u64,
}

impl<'o, 'w> Sheets<'o, 'w> {
    /// Begins a sheet with its row of names.
    fn begin(&mut self) -> Result<()> {
        self.count += 1;
        let name = format!("xl/worksheets/sheet{}.xml", self.count + 1);
        self.archive.begin(&name, 0)?;
        let names: Vec<Cell> = COLUMNS.map(|name| Cell::Text(name.to_owned())).into();
        let begin = format!("{XML}{SHEET_BEGIN}{}", row_of(&names));
        (self.rows, self.bytes) = (1, begin.len() as u64);
        self.archive.write(begin.as_bytes())
    }

    fn add(&mut self, row: &str) -> Result<()> {
        let bytes = row.len() as u64;
        if self.rows >= self.limits.rows || self.bytes + bytes > self.limits.bytes {
            self.archive.write(SHEET_END.as_bytes())?;
            self.archive.end()?;
            self.begin()?;
        }
        self.rows += 1;
        self.bytes += bytes;
        self.archive.write(row.as_bytes())
    }

    /// Ends the last sheet. Gives how many there are.
    fn end(mut self) -> Result<(Archive<'o, 'w>, u64)> {
        self.archive.write(SHEET_END.as_bytes())?;
        self.archive.end()?;
        Ok((self.archive, self.count))
    }
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
