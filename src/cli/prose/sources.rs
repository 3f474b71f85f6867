//! What is wrong with a source, in a language.

use basma::error::{FetchProblem, SecretProblem, SignatureProblem};

use super::{Prose, Value};

impl Prose {
    pub(super) fn fetch(&self, problem: &FetchProblem) -> String {
        use FetchProblem::*;
        match problem {
            NotAFile => self.word("fetch-not-a-file"),
            Changing => self.word("fetch-changing"),
            Written => self.word("fetch-written"),
            Checksum {
                by,
                method,
                said,
                found,
            } => {
                let values = [
                    ("by", by.as_str().into()),
                    ("method", (*method).into()),
                    ("said", said.as_str().into()),
                    ("found", found.as_str().into()),
                ];
                self.say("fetch-checksum", values)
            }
            NoChecksum { list } => self.say("fetch-no-checksum", [("list", list.as_str().into())]),
            TooLarge { limit } => self.say("fetch-too-large", [("limit", (*limit).into())]),
            NoSignature { location } => self.say(
                "fetch-no-signature",
                [("location", location.as_str().into())],
            ),
            Empty => self.word("fetch-empty"),
            Link { name } => self.say("fetch-link", [("name", name.as_str().into())]),
            Altered { name } => self.say("fetch-altered", [("name", name.as_str().into())]),
            Late { name, last } => self.say("fetch-late", names(name, last)),
            Back { name, last } => self.say("fetch-back", names(name, last)),
            Crowded { limit } => self.say("fetch-crowded", [("limit", (*limit).into())]),
            Url(_) => self.word("fetch-url"),
            Insecure => self.word("fetch-insecure"),
            Setting(_) => self.word("fetch-setting"),
            Secret(problem) => self.secret(problem),
            Authority { path, problem } => {
                let values = [
                    ("path", path.as_str().into()),
                    ("problem", problem.as_str().into()),
                ];
                self.say("fetch-authority", values)
            }
            Connection(text) => self.say("fetch-connection", message(text)),
            Tls(text) => self.say("fetch-tls", message(text)),
            Timeout {
                seconds, setting, ..
            } => {
                let values = [
                    ("seconds", seconds.as_str().into()),
                    ("setting", (*setting).into()),
                ];
                self.say("fetch-timeout", values)
            }
            Protocol(text) => self.say("fetch-protocol", message(text)),
            Status { status, .. } => {
                self.say("fetch-status", [("status", status.to_string().into())])
            }
            Later { status, seconds } => {
                let values = [
                    ("status", status.to_string().into()),
                    ("seconds", (*seconds).into()),
                ];
                self.say("fetch-later", values)
            }
            Redirect { to, .. } => self.say("fetch-redirect", [("to", to.as_str().into())]),
            Redirects { limit } => self.say("fetch-redirects", [("limit", (*limit).into())]),
            Length(_) => self.word("fetch-length"),
            Encoding(encoding) => {
                self.say("fetch-encoding", [("encoding", encoding.as_str().into())])
            }
            Range(_) => self.word("fetch-range"),
            Cut { found } => self.say("fetch-cut", [("found", (*found).into())]),
            Surplus { announced } => {
                self.say("fetch-surplus", [("announced", (*announced).into())])
            }
            other => self.say("fetch-other", message(&other.to_string())),
        }
    }

    fn secret(&self, problem: &SecretProblem) -> String {
        use SecretProblem::*;
        match problem {
            NotSet { name } => self.say("secret-not-set", [("name", name.as_str().into())]),
            Unreadable(text) => self.say("secret-unreadable", message(text)),
            Public { path } => self.say("secret-public", [("path", path.as_str().into())]),
            Unusable => self.word("secret-unusable"),
            Header { name } => self.say("secret-header", [("name", name.as_str().into())]),
            other => self.say("secret-other", message(&other.to_string())),
        }
    }

    pub(super) fn signature(&self, problem: &SignatureProblem) -> String {
        use SignatureProblem::*;
        let moment = |seconds: i64| self.moment(seconds);
        let seconds = |seconds: i64| Value::from(seconds.unsigned_abs());
        match problem {
            Key { number } => self.say("signature-key", [("number", (*number).into())]),
            NoKey => self.word("signature-no-key"),
            Garbage => self.word("signature-garbage"),
            Legacy => self.word("signature-legacy"),
            OtherKey { key } => self.say("signature-other-key", [("key", key.as_str().into())]),
            Mismatch => self.word("signature-mismatch"),
            Missing { field } => self.say("signature-missing", [("field", (*field).into())]),
            Unclear { field } => self.say("signature-unclear", [("field", (*field).into())]),
            OtherFile { found, expected } => {
                let values = [
                    ("found", found.as_str().into()),
                    ("expected", expected.as_str().into()),
                ];
                self.say("signature-other-file", values)
            }
            Rollback { found, last } => {
                let values = [("found", moment(*found)), ("last", moment(*last))];
                self.say("signature-rollback", values)
            }
            Frozen { age, age_max } => {
                let values = [("age", seconds(*age)), ("age_max", seconds(*age_max))];
                self.say("signature-frozen", values)
            }
            Future { ahead } => self.say("signature-future", [("ahead", seconds(*ahead))]),
            other => self.say("signature-other", message(&other.to_string())),
        }
    }
}

fn message(text: &str) -> [(&'static str, Value); 1] {
    [("message", text.into())]
}

fn names(name: &str, last: &str) -> [(&'static str, Value); 2] {
    [("name", name.into()), ("last", last.into())]
}
