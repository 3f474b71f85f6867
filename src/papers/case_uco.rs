//! CASE 1.4 on UCO 1.4, as JSON-LD: the investigation, the tool, each file with its digests, the analysis that matched it,
//! and the decision.
//!
//! Names of hashes are plain strings, as UCO 2 asks. Perceptual hashes such as PDQ are not in the vocabulary of UCO, on
//! which validation remarks: they stand in the description of the file. Ids are made of the id of the case, so that they are the same each time.

use serde_json::{Map, Value, json};

use super::ids::Uuid;
use super::vics::describe;
use super::{Carried, CaseFinding, Decision, Dossier, Findings, ListedMatch, Out, ScanRun};
use crate::Result;

/// Writes the graph, one node a line.
///
/// # Errors
/// Those of the findings and of the writer.
pub fn write(
    dossier: &Dossier,
    findings: &(impl Findings + ?Sized),
    out: &mut Out<'_>,
) -> Result<Carried> {
    let graph = Graph {
        dossier,
        case: Uuid::of_case(&dossier.case),
    };
    let mut carried = Carried::default();
    out.text(&format!("{{\"@context\":{},\"@graph\":[\n", context()))?;
    out.json(&graph.investigation())?;
    out.text(",\n")?;
    out.json(&graph.tool())?;
    for scan in &dossier.scans {
        out.text(",\n")?;
        out.json(&graph.scan(scan))?;
    }
    findings.each(&mut |finding| {
        for node in graph.nodes(finding) {
            out.text(",\n")?;
            out.json(&node)?;
        }
        carried.written += 1;
        Ok(())
    })?;
    out.text("\n]}\n")?;
    Ok(carried)
}

fn context() -> Value {
    let uco = |part: &str| format!("https://ontology.unifiedcyberontology.org/uco/{part}/");
    json!({
        "case-investigation": "https://ontology.caseontology.org/case/investigation/",
        "kb": "http://example.org/kb/",
        "uco-action": uco("action"),
        "uco-analysis": uco("analysis"),
        "uco-core": uco("core"),
        "uco-identity": uco("identity"),
        "uco-observable": uco("observable"),
        "uco-tool": uco("tool"),
        "uco-types": uco("types"),
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    })
}

struct Graph<'d> {
    dossier: &'d Dossier,
    case: Uuid,
}

impl Graph<'_> {
    fn id(&self, kind: &str, name: &str) -> String {
        format!("kb:{kind}-{}", self.case.named(&format!("{kind}/{name}")))
    }

    fn reference(&self, kind: &str, name: &str) -> Value {
        json!({"@id": self.id(kind, name)})
    }

    fn investigation(&self) -> Value {
        let dossier = self.dossier;
        let head = &dossier.head;
        let stated = format!(
            "Purpose: {}. Legal basis: {}. Head record {}, SHA-256 {}.",
            dossier.purpose, dossier.legal_basis, head.number, head.digest
        );
        let mut node = self.node("case-investigation:Investigation", "investigation", "case");
        node.insert(
            "uco-core:name".into(),
            json!(format!("{} {}", dossier.title, dossier.case)),
        );
        node.insert("uco-core:description".into(), json!(stated));
        put_time(&mut node, "uco-core:startTime", &dossier.opened);
        let scans = dossier.scans.iter();
        let scans = scans.map(|scan| self.reference("action", &scan.record.to_string()));
        let tool = self.reference("tool", "basma");
        let objects: Vec<Value> = std::iter::once(tool).chain(scans).collect();
        node.insert("uco-core:object".into(), json!(objects));
        Value::Object(node)
    }

    fn tool(&self) -> Value {
        let mut node = self.node("uco-tool:AnalyticTool", "tool", "basma");
        node.insert("uco-core:name".into(), json!("basma"));
        node.insert("uco-tool:version".into(), json!(env!("CARGO_PKG_VERSION")));
        Value::Object(node)
    }

    fn scan(&self, scan: &ScanRun) -> Value {
        let name = scan.record.to_string();
        let mut node = self.node("case-investigation:InvestigativeAction", "action", &name);
        node.insert(
            "uco-core:name".into(),
            json!("Comparison of files with lists of hashes"),
        );
        node.insert(
            "uco-core:description".into(),
            json!(format!("{}, record {name}", scan.tool)),
        );
        put_time(&mut node, "uco-action:startTime", &scan.started);
        let ended = self.dossier.coverage.iter().find(|c| c.scan == scan.record);
        if let Some(coverage) = ended {
            put_time(&mut node, "uco-action:endTime", &coverage.ended);
        }
        node.insert(
            "uco-action:instrument".into(),
            json!([self.reference("tool", "basma")]),
        );
        Value::Object(node)
    }

    /// A file, the analysis, its result, and the decision.
    fn nodes(&self, finding: &CaseFinding) -> Vec<Value> {
        let name = finding.record.to_string();
        let mut nodes = vec![
            self.file(finding, &name),
            self.analysis(finding, &name),
            self.result(finding, &name),
        ];
        if let Some(decision) = &finding.decision {
            nodes.extend(self.decision(decision, &name));
        }
        nodes
    }

    fn file(&self, finding: &CaseFinding, name: &str) -> Value {
        let mut facets = Vec::new();
        if let Some(path) = &finding.path {
            let mut facet = self.node("uco-observable:FileFacet", "file-facet", name);
            let file = finding.file_name().unwrap_or(path);
            facet.insert("uco-observable:fileName".into(), json!(file));
            facet.insert("uco-observable:filePath".into(), json!(path));
            facets.push(facet);
        }
        let mut facet = self.node(
            "uco-observable:ContentDataFacet",
            "content-data-facet",
            name,
        );
        if let Some(media) = &finding.media {
            facet.insert("uco-observable:mimeType".into(), json!(media));
        }
        if let Some(bytes) = finding.bytes {
            let size = json!({"@type": "xsd:integer", "@value": bytes.to_string()});
            facet.insert("uco-observable:sizeInBytes".into(), size);
        }
        let digests = [
            ("MD5", &finding.md5),
            ("SHA1", &finding.sha1),
            ("SHA256", &finding.sha256),
        ];
        let digests = digests.into_iter().filter_map(|(method, digest)| {
            let digest = digest.as_ref()?;
            Some((method, digest))
        });
        let hashes = digests.map(|(method, digest)| {
            let mut hash = self.node("uco-types:Hash", "hash", &format!("{name}/{method}"));
            hash.insert("uco-types:hashMethod".into(), json!(method));
            let value = json!({"@type": "xsd:hexBinary", "@value": digest.to_uppercase()});
            hash.insert("uco-types:hashValue".into(), value);
            hash
        });
        let hashes: Vec<Map<String, Value>> = hashes.collect();
        if !hashes.is_empty() {
            facet.insert("uco-observable:hash".into(), json!(hashes));
        }
        facets.push(facet);
        let mut node = self.node("uco-observable:File", "file", name);
        let hashes = finding.hashes.iter();
        let hashes = hashes.map(|of_file| format!("{} {}", of_file.hash_type, of_file.hash));
        let hashes: Vec<String> = hashes.collect();
        if !hashes.is_empty() {
            node.insert("uco-core:description".into(), json!(hashes));
        }
        node.insert("uco-core:hasFacet".into(), json!(facets));
        Value::Object(node)
    }

    fn analysis(&self, finding: &CaseFinding, name: &str) -> Value {
        let mut node = self.node("uco-analysis:Analysis", "analysis", name);
        node.insert("uco-core:name".into(), json!("Match with a list of hashes"));
        put_time(&mut node, "uco-action:startTime", &finding.time);
        for (field, kind, of) in [
            ("uco-action:instrument", "tool", "basma"),
            ("uco-action:object", "file", name),
            ("uco-action:result", "analytic-result", name),
        ] {
            node.insert(field.into(), json!([self.reference(kind, of)]));
        }
        Value::Object(node)
    }

    fn result(&self, finding: &CaseFinding, name: &str) -> Value {
        let classes = finding.matches.iter().enumerate();
        let classes = classes.map(|(at, listed)| self.class(listed, &format!("{name}/{at}")));
        let classes: Vec<Value> = classes.collect();
        let mut facet = self.node(
            "uco-analysis:ArtifactClassificationResultFacet",
            "artifact-classification-result-facet",
            name,
        );
        if !classes.is_empty() {
            facet.insert("uco-analysis:classification".into(), json!(classes));
        }
        let mut node = self.node("uco-analysis:AnalyticResult", "analytic-result", name);
        node.insert(
            "uco-core:description".into(),
            json!(format!("finding {}, {}", finding.id, finding.status)),
        );
        let analysis = self.reference("analysis", name);
        node.insert("uco-analysis:originatingAnalysis".into(), analysis);
        node.insert("uco-core:hasFacet".into(), json!([facet]));
        Value::Object(node)
    }

    fn class(&self, listed: &ListedMatch, name: &str) -> Value {
        let mut node = self.node(
            "uco-analysis:ArtifactClassification",
            "artifact-classification",
            name,
        );
        node.insert("uco-analysis:class".into(), json!([describe(listed)]));
        Value::Object(node)
    }

    fn decision(&self, decision: &Decision, name: &str) -> [Value; 3] {
        let mut person = self.node("uco-identity:Identity", "identity", &decision.by.id);
        person.insert("uco-core:name".into(), json!(decision.by.id));
        let mut action = self.node("case-investigation:InvestigativeAction", "decision", name);
        action.insert("uco-core:name".into(), json!("Decision of a person"));
        put_time(&mut action, "uco-action:startTime", &decision.time);
        let performer = self.reference("identity", &decision.by.id);
        action.insert("uco-action:performer".into(), performer);
        action.insert(
            "uco-action:object".into(),
            json!([self.reference("file", name)]),
        );
        action.insert(
            "uco-action:result".into(),
            json!([self.reference("annotation", name)]),
        );
        let mut annotation = self.node("uco-core:Annotation", "annotation", name);
        let statement = format!(
            "{} as {}; seen: {}; {}",
            decision.outcome.name(),
            decision.by.role,
            decision.seen.name(),
            decision.why
        );
        annotation.insert("uco-core:statement".into(), json!([statement]));
        let result = self.reference("analytic-result", name);
        annotation.insert("uco-core:object".into(), json!([result]));
        [person, action, annotation].map(Value::Object)
    }

    fn node(&self, class: &str, kind: &str, name: &str) -> Map<String, Value> {
        let mut node = Map::new();
        node.insert("@id".into(), json!(self.id(kind, name)));
        node.insert("@type".into(), json!(class));
        node
    }
}

/// A time, if it is one.
fn put_time(node: &mut Map<String, Value>, field: &str, text: &str) {
    let read: Result<jiff::Timestamp, _> = text.parse();
    if let Ok(time) = read {
        let value = json!({"@type": "xsd:dateTime", "@value": time.to_string()});
        node.insert(field.to_owned(), value);
    }
}
