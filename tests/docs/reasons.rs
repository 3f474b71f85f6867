//! The codes of what is wrong with files: each has a row on its page, with its text.

use basma::error::ReasonCode;

use crate::page::compare_part;

#[test]
fn every_reason_code_has_a_row_with_its_text() {
    let mut table = String::from("| code | text |\n|---|---|\n");
    for code in ReasonCode::ALL {
        let text = code.template().replace('|', "\\|");
        table += &format!("| `{}` | {text} |\n", code.name());
    }
    compare_part("docs/src/reference/reasons.md", "codes", &table);
}
