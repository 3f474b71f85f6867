//! The page is well-formed whatever the records say, and says what they do.

use basma::papers::{Actor, Decision, Head, ListedMatch, Outcome};
use proptest::prelude::*;

use super::*;
use crate::cli::html::plain;

const DIGEST: &str = "abababababababababababababababababababababababababababababababab";

fn hostile() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("بلاغ صورة".to_owned()),
        Just("\u{202e}gpj.exe\u{2066}\u{200d}".to_owned()),
        Just("=cmd|' /C calc'!A0".to_owned()),
        Just("</bdi></style><script>alert(1)</script><!-- ]]> \"'".to_owned()),
        Just("\u{0}\u{1b}[2J\r\n\t\u{fffe}\u{ffff}".to_owned()),
        Just("é".repeat(5_000)),
        any::<String>(),
    ];
    prop::collection::vec(part, 0..3).prop_map(|parts| parts.concat())
}

fn dossier(texts: &[String]) -> Dossier {
    let mut head = Head::default();
    (head.number, head.digest) = (99, DIGEST.to_owned());
    head.time = "2026-11-29T12:00:00Z".to_owned();
    let mut dossier = Dossier::default();
    dossier.case = "0f8b6a52-6a3c-4d55-9d5b-1a4f5d3f0c11".to_owned();
    dossier.head = head;
    dossier.title = texts[0].clone();
    dossier.purpose = texts[1].clone();
    dossier.opened = texts[2].clone();
    dossier
}

fn finding(texts: &[String], number: u64) -> CaseFinding {
    let mut listed = ListedMatch::default();
    listed.list = texts[0].clone();
    listed.entry = Some(texts[1].clone());
    listed.labels = vec![texts[2].clone()];
    listed.tier = Some(texts[3].clone());
    listed.view = Some(texts[4].clone());
    let mut decision = Decision::new(Outcome::Confirmed);
    decision.why = texts[5].clone();
    decision.by = Actor::default();
    decision.by.id = texts[0].clone();
    let mut finding = CaseFinding::default();
    finding.record = number;
    finding.path = Some(texts[1].clone());
    finding.media = Some(texts[2].clone());
    finding.status = texts[3].clone();
    finding.matches = vec![listed];
    finding.decision = Some(decision);
    finding
}

fn page(dossier: &Dossier, findings: &[CaseFinding]) -> String {
    let mut bytes = Vec::new();
    let slice: Box<dyn Findings> = Box::new(Listed(findings.to_vec()));
    write(dossier, &*slice, None, &mut Out::new(&mut bytes, "page")).unwrap();
    String::from_utf8(bytes).unwrap()
}

struct Listed(Vec<CaseFinding>);

impl Findings for Listed {
    fn each(&self, take: &mut dyn FnMut(&CaseFinding) -> Result<()>) -> Result<()> {
        self.0.iter().try_for_each(take)
    }
}

/// Each case writes a page in three languages with long texts.
fn fewer() -> ProptestConfig {
    let mut config = ProptestConfig::default();
    config.cases = config.cases.div_ceil(6);
    config
}

proptest! {
    #![proptest_config(fewer())]

    #[test]
    fn the_page_is_well_formed_and_shows_every_text(texts in prop::collection::vec(hostile(), 6)) {
        let mut dossier = dossier(&texts);
        let finding = finding(&texts, 7);
        dossier.tally.add(finding.decision.as_ref());
        let text = page(&dossier, &[finding]);
        // XML has no such characters, and HTML shows them as nothing.
        let text = text.replace(['\u{fffe}', '\u{ffff}'], "?");
        let options = roxmltree::ParsingOptions {
            allow_dtd: true,
            ..roxmltree::ParsingOptions::default()
        };
        let document = roxmltree::Document::parse_with_options(&text, options);
        let document = document.map_err(|error| TestCaseError::fail(format!("{error}")))?;
        let elements = |name: &'static str| document.descendants().filter(move |node| node.has_tag_name(name));
        prop_assert_eq!(elements("script").count(), 0);
        let shown = |text: &str| plain(text).replace(['\u{fffe}', '\u{ffff}'], "?");
        let articles = elements("article").collect::<Vec<_>>();
        prop_assert_eq!(articles.len(), 3);
        for article in articles {
            let all: String = article.descendants().filter(|node| node.is_text()).map(|node| node.text().unwrap()).collect();
            prop_assert!(all.contains(DIGEST));
            for text in [&texts[0], &texts[1], &texts[2], &texts[5]] {
                prop_assert!(all.contains(&shown(text)), "{text:?}");
            }
        }
        let is_mark = |c: char| c.is_control() && c != '\n' || ('\u{202a}'..='\u{202e}').contains(&c);
        prop_assert!(!text.contains(is_mark));
    }
}

#[test]
fn each_printed_page_states_the_digest_and_the_case() {
    let texts = vec![String::new(); 6];
    let mut dossier = dossier(&texts);
    dossier.case = "a\"; } body { display: none".to_owned();
    let text = page(&dossier, &[]);
    let margin = text
        .lines()
        .find(|line| line.starts_with("@page { @bottom-left"));
    let margin = margin.expect("it stands in the style");
    assert!(margin.contains(&format!("/ 99 / {DIGEST}\"")), "{margin}");
    assert_eq!(margin.matches('"').count(), 6, "{margin}");
}

#[test]
fn confirmed_findings_come_first_and_what_is_left_out_is_counted() {
    let texts = vec!["text".to_owned(); 6];
    let mut findings = Vec::new();
    for number in 1..=u64::try_from(SHOWN_MAX).unwrap() + 1 {
        let mut finding = finding(&texts, number);
        finding.decision = None;
        findings.push(finding);
    }
    findings.push(finding(&texts, 9999));
    let mut dossier = dossier(&texts);
    for finding in &findings {
        dossier.tally.add(finding.decision.as_ref());
    }
    let text = page(&dossier, &findings);
    let first = text.find("9999").expect("the confirmed one is shown");
    assert!(first < text.find("class=\"outcome open\"").unwrap());
    let prose = Prose::new(Language::En).for_page();
    let values = [
        ("shown", SHOWN_MAX.into()),
        ("total", (SHOWN_MAX as u64 + 2).into()),
    ];
    assert!(text.contains(&prose.say("paper-findings-more", values)));
}

#[test]
fn the_page_forbids_everything_but_its_style() {
    let texts = vec![String::new(); 6];
    let text = page(&dossier(&texts), &[]);
    let style = text.split("<style>").nth(1).unwrap();
    let style = style.split("</style>").next().unwrap();
    let digest = BASE64_STANDARD.encode(Sha256::digest(style));
    let policy = format!("default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'");
    assert!(text.contains(&policy));
    assert!(!text.contains("<script") && !text.contains("http://") && !text.contains("https://"));
    assert!(
        text.contains("not calibrated on this population")
            || text.contains("Not calibrated on this population")
    );
}
