//! A service with findings to decide, and people who are signed in to it.

use super::*;

/// A store with lists of each kind, and the findings of a scan by it.
pub(super) struct Desk {
    pub(super) store: TestStore,
    pub(super) findings: PathBuf,
    pub(super) picture: PathBuf,
}

impl Desk {
    pub(super) fn new() -> Desk {
        let store = TestStore::new();
        let media = store.as_ref().join("media");
        fs::create_dir(&media).unwrap();
        let dump = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/dump/chat");
        let picture = media.join("a.jpg");
        fs::copy(dump.join("IMG-WA0003.jpg"), &picture).unwrap();
        fs::copy(dump.join("IMG-WA0005.jpg"), media.join("b.jpg")).unwrap();
        let list = store.run(&["hash", "media", "--type", "pdq,sha256", "--format", "csv"]);
        store.file("demo.csv", list);
        let listed = store.as_ref().join("demo.csv");
        store.sources(&format!(
            "[[source]]\nlist = \"own\"\npurpose = \"p\"\nkind = \"local\"\nat_most = \"review\"\n\
             [[source]]\nlist = \"allowed\"\npurpose = \"p\"\nkind = \"local\"\nat_most = \"log\"\nsuppresses = [\"*\"]\n\
             [[source]]\nlist = \"demo\"\npurpose = \"for <tests>\"\nkind = \"snapshot\"\nat_most = \"block\"\n\
             guards = {{ growth = 500.0 }}\n\
             from.file = {{ path = {listed:?}, settle_seconds = 0 }}\n"
        ));
        store.run(&["refresh"]);
        let findings = store.as_ref().join("findings.jsonl");
        let desk = Desk {
            store,
            findings,
            picture,
        };
        let lines = desk.scan();
        fs::write(&desk.findings, lines).unwrap();
        desk
    }

    pub(super) fn scan(&self) -> String {
        let lists = self.store.path();
        let mut command = self
            .store
            .command(&["scan", "media", "--format", "jsonl", "--list"]);
        let output = command.arg(lists).output().unwrap();
        assert!(
            output.status.code().is_some_and(|code| code < 2),
            "{output:?}"
        );
        String::from_utf8(output.stdout).unwrap()
    }

    /// Publishes a further edition of the list, with one picture more.
    pub(super) fn publish_more(&self) {
        let more = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/dump/phone");
        let more = more.to_str().unwrap();
        let list = [
            "hash",
            "media",
            more,
            "--type",
            "pdq,sha256",
            "--format",
            "csv",
        ];
        let before = self.store.run(&["status", "--format", "jsonl"]);
        self.store.file("demo.csv", self.store.run(&list));
        self.store.run(&["refresh"]);
        assert_ne!(before, self.store.run(&["status", "--format", "jsonl"]));
    }

    /// The lists that a file matches by a scan.
    pub(super) fn matches(&self, file: &str) -> Vec<String> {
        let scanned = self.scan();
        let lines = scanned
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap());
        let mut of = lines.filter(|line| {
            line["path"]
                .as_str()
                .is_some_and(|path| path.ends_with(file))
        });
        let finding = of.next().unwrap();
        let matches = finding["matches"].as_array().cloned().unwrap_or_default();
        let mut lists: Vec<String> = matches
            .iter()
            .map(|m| m["list"].as_str().unwrap().to_owned())
            .collect();
        lists.dedup();
        lists
    }

    pub(super) fn serve(&self, more: &[&str]) -> Service {
        let findings = self.findings.to_str().unwrap();
        let all = [&["--review", findings], more].concat();
        Service::start(&self.store.path(), &all)
    }

    /// The cluster of a file.
    pub(super) fn case(&self, file: &str) -> String {
        let findings = fs::read_to_string(&self.findings).unwrap();
        let lines = findings
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap());
        let mut of = lines.filter(|line| {
            line["path"]
                .as_str()
                .is_some_and(|path| path.ends_with(file))
        });
        of.next().unwrap()["cluster"].as_str().unwrap().to_owned()
    }
}

/// A person with a browser.
pub(super) struct Person<'s> {
    pub(super) service: &'s Service,
    pub(super) cookies: Vec<(String, String)>,
}

impl Person<'_> {
    pub(super) fn new(service: &Service) -> Person<'_> {
        Person {
            service,
            cookies: Vec::new(),
        }
    }

    pub(super) fn ask(
        &mut self,
        method: &str,
        path: &str,
        more: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let cookies = cookies.join("; ");
        let mut headers = vec![("Cookie", cookies.as_str())];
        headers.extend(more);
        let answer = self.service.ask(method, path, &headers, body);
        for (_, set) in answer
            .headers
            .iter()
            .filter(|(name, _)| name == "set-cookie")
        {
            let (name, rest) = set.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            self.cookies.retain(|(known, _)| known != name);
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
        answer
    }

    pub(super) fn get(&mut self, path: &str) -> Answer {
        self.ask("GET", path, &[], b"")
    }

    pub(super) fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut body = String::new();
        for (name, value) in fields {
            let _ = write!(body, "{}{name}=", if body.is_empty() { "" } else { "&" });
            for byte in value.bytes() {
                let _ = write!(body, "%{byte:02x}");
            }
        }
        let kind = [("Content-Type", "application/x-www-form-urlencoded")];
        self.ask("POST", path, &kind, body.as_bytes())
    }

    pub(super) fn token(&mut self, path: &str) -> String {
        between(&self.get(path).text(), "name=\"token\" value=\"", "\"")
    }

    /// Fills in the form of a case as its page has it now.
    pub(super) fn decide(&mut self, case: &str, act: &str, more: &[(&str, &str)]) -> Answer {
        let path = format!("/review/case/{case}");
        let page = self.get(&path).text();
        let token = between(&page, "name=\"token\" value=\"", "\"");
        let revision = between(&page, "name=\"revision\" value=\"", "\"");
        let form = [
            ("token", token.as_str()),
            ("revision", revision.as_str()),
            ("act", act),
        ];
        self.post(&path, &[&form, more].concat())
    }

    pub(super) fn state(&mut self, case: &str) -> String {
        between(
            &self.get(&format!("/review/case/{case}")).text(),
            "<span class=\"state ",
            "\"",
        )
    }

    pub(super) fn log_in(&mut self, key: &str) -> Answer {
        let token = self.token("/review/login");
        self.post("/review/login", &[("token", &token), ("key", key)])
    }

    pub(super) fn load(&mut self, findings: &[u8]) -> Answer {
        let token = self.token("/review/load");
        let parts = [
            Part::field("token", &token),
            Part::file("findings", findings),
        ];
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        self.ask(
            "POST",
            "/review/load",
            &[("Content-Type", &kind)],
            &form(&parts),
        )
    }
}

pub(super) fn between(text: &str, before: &str, after: &str) -> String {
    let rest = text
        .split_once(before)
        .unwrap_or_else(|| panic!("no {before} in {text}"))
        .1;
    rest.split_once(after).unwrap().0.to_owned()
}

pub(super) const WHY: (&str, &str) = ("reason", "a drawing");
