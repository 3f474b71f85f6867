//! A draft of a report to the CyberTipline of NCMEC: one report, one file of details for each confirmed finding, and a
//! checklist.
//!
//! Elements stand in the order of NCMEC's schema, which refuses another order. Nothing is ever submitted: a person reads
//! the draft, fills in what the case does not hold, and submits it. Only findings that a person confirmed are in it.
//! `fileViewedByEsp` is true only where the record of the decision says that the person looked at the file.

use super::vics::describe;
use super::xml::{at_most, element, text};
use super::zip::Archive;
use super::{Carried, CaseFinding, Dossier, Findings, Out};
use crate::Result;

/// The largest number of characters in a text of the schema.
const TEXT_MAX: usize = 3000;

/// What a report is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IncidentType {
    /// Material that shows sexual abuse of children.
    #[default]
    Material,
    /// Trafficking.
    Trafficking,
    /// Tourism.
    Tourism,
    /// Molestation.
    Molestation,
    /// A misleading domain name.
    DomainName,
    /// Misleading words or images.
    Misleading,
    /// Enticement.
    Enticement,
    /// Material that was sent to a child.
    Unsolicited,
}

impl IncidentType {
    /// All types.
    pub const ALL: [IncidentType; 8] = [
        IncidentType::Material,
        IncidentType::Trafficking,
        IncidentType::Tourism,
        IncidentType::Molestation,
        IncidentType::DomainName,
        IncidentType::Misleading,
        IncidentType::Enticement,
        IncidentType::Unsolicited,
    ];

    /// The word for the command.
    pub fn name(self) -> &'static str {
        match self {
            IncidentType::Material => "material",
            IncidentType::Trafficking => "trafficking",
            IncidentType::Tourism => "tourism",
            IncidentType::Molestation => "molestation",
            IncidentType::DomainName => "domain-name",
            IncidentType::Misleading => "misleading",
            IncidentType::Enticement => "enticement",
            IncidentType::Unsolicited => "unsolicited",
        }
    }

    /// The string of the schema.
    fn text(self) -> &'static str {
        match self {
            IncidentType::Material => {
                "Child Pornography (possession, manufacture, and distribution)"
            }
            IncidentType::Trafficking => "Child Sex Trafficking",
            IncidentType::Tourism => "Child Sex Tourism",
            IncidentType::Molestation => "Child Sexual Molestation",
            IncidentType::DomainName => "Misleading Domain Name",
            IncidentType::Misleading => "Misleading Words or Digital Images on the Internet",
            IncidentType::Enticement => "Online Enticement of Children for Sexual Acts",
            IncidentType::Unsolicited => "Unsolicited Obscene Material Sent to a Child",
        }
    }
}

/// Writes a zip file with `report.xml`, `files/NUMBER.xml` and `CHECKLIST.txt`.
///
/// # Errors
/// Those of the findings and of the writer.
pub fn write(
    dossier: &Dossier,
    findings: &(impl Findings + ?Sized),
    incident: IncidentType,
    out: &mut Out<'_>,
) -> Result<Carried> {
    let mut carried = Carried::default();
    let mut newest: Option<String> = None;
    let mut unseen = 0_u64;
    findings.each(&mut |finding| {
        if finding.is_confirmed() {
            newest = newest.take().max(Some(finding.time.clone()));
            unseen += u64::from(!finding.is_viewed());
        } else {
            carried.by_decision += 1;
        }
        Ok(())
    })?;
    let mut archive = Archive::new(out);
    archive.add(
        "report.xml",
        report(dossier, incident, newest.as_deref()).as_bytes(),
    )?;
    findings.each(&mut |finding| {
        if finding.is_confirmed() {
            let name = format!("files/{:09}.xml", finding.record);
            archive.add(&name, file_details(finding).as_bytes())?;
            carried.written += 1;
        }
        Ok(())
    })?;
    let checklist = checklist(dossier, &carried, unseen);
    archive.add("CHECKLIST.txt", checklist.as_bytes())?;
    archive.finish()?;
    Ok(carried)
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
    <!-- DRAFT made by basma. It was not submitted. Read CHECKLIST.txt first. -->\n";

fn report(dossier: &Dossier, incident: IncidentType, newest: Option<&str>) -> String {
    let mut xml = HEAD.to_owned();
    xml += "<report>\n  <incidentSummary>\n";
    xml += &element(2, "incidentType", incident.text());
    xml += &element(2, "incidentDateTime", newest.unwrap_or(&dossier.head.time));
    let description =
        "The time at which the latest of the files was found by comparison with lists of hashes.";
    xml += &element(2, "incidentDateTimeDescription", description);
    xml += "  </incidentSummary>\n  <reporter>\n    <reportingPerson>\n    </reportingPerson>\n  </reporter>\n";
    xml += &element(1, "additionalInfo", &stated(dossier));
    xml + "</report>\n"
}

/// Where the draft comes from.
fn stated(dossier: &Dossier) -> String {
    let head = &dossier.head;
    format!(
        "basma case {}, head record {}, SHA-256 {}",
        dossier.case, head.number, head.digest
    )
}

fn file_details(finding: &CaseFinding) -> String {
    let mut xml = HEAD.to_owned();
    xml += "<fileDetails>\n";
    xml += "  <!-- reportId and fileId stand here: the answers to /submit and /upload contain them. -->\n";
    if let Some(name) = finding.file_name() {
        xml += &element(1, "originalFileName", &at_most(name, TEXT_MAX));
    }
    let viewed = finding.is_viewed().to_string();
    xml += &element(1, "fileViewedByEsp", &viewed);
    xml += &element(1, "fileRelevance", "Reported");
    for (name, digest) in [
        ("MD5", &finding.md5),
        ("SHA1", &finding.sha1),
        ("SHA256", &finding.sha256),
    ] {
        if let Some(digest) = digest {
            let digest = text(digest);
            xml +=
                &format!("  <originalFileHash hashType=\"{name}\">{digest}</originalFileHash>\n");
        }
    }
    for listed in &finding.matches {
        xml += &element(1, "additionalInfo", &at_most(&describe(listed), TEXT_MAX));
    }
    xml + "</fileDetails>\n"
}

fn checklist(dossier: &Dossier, carried: &Carried, unseen: u64) -> String {
    let confirmed = carried.written;
    let others = carried.by_decision;
    let stated = stated(dossier);
    format!(
        "Checklist for the draft of a CyberTipline report\n\
        {stated}\n\
        \n\
        This is a draft. basma submitted nothing, and cannot submit it.\n\
        \n\
        [ ] The report is due: a person with the authority to report has read every file of this draft.\n\
        [ ] incidentType in report.xml is the right one of the eight.\n\
        [ ] incidentDateTime in report.xml is the time of the incident. The draft has the time of the latest find.\n\
        [ ] reporter/reportingPerson in report.xml is filled in. The case names no person.\n\
        [ ] internetDetails, personOrUserReported, intendedRecipient and victim are added where they are known.\n\
        \x20   The order is incidentSummary, internetDetails, lawEnforcement, reporter, personOrUserReported,\n\
        \x20   intendedRecipient, victim, additionalInfo.\n\
        [ ] escalateToHighPriority is added if a child is in danger now. It follows incidentType and platform.\n\
        [ ] fileViewedByEsp is true to life. It is false for {unseen} of {confirmed} files: the decisions do not say\n\
        \x20   that a person looked at them.\n\
        [ ] exifViewedByEsp and publiclyAvailable are added where they are known. They follow fileViewedByEsp.\n\
        [ ] fileAnnotations/generativeAi is added to each file that is made or changed by a generator.\n\
        [ ] industryClassification (A1, A2, B1, B2) is added where a person classified the file.\n\
        [ ] reportId and fileId are filled in from the answers to /submit and /upload.\n\
        [ ] The content of the report is kept for one year (REPORT Act), where that law applies.\n\
        \n\
        Files in this draft: {confirmed}. Findings that are not in it, because nobody confirmed them: {others}.\n"
    )
}
