//! What the tests of all kinds of sources need.

use super::*;
use std::cell::RefCell;
use std::fs;
use std::time::{Duration, SystemTime};

/// A source's place and a store's, in a temporary folder.
pub(super) struct TestFolders {
    pub(super) folder: tempfile::TempDir,
    pub(super) raw: Raw,
    pub(super) signed: bool,
    pub(super) warnings: RefCell<Vec<String>>,
}

impl TestFolders {
    pub(super) fn new() -> TestFolders {
        let folder = tempfile::tempdir().unwrap();
        let raw = Raw::open(&folder.path().join("raw")).unwrap();
        fs::create_dir(folder.path().join("feed")).unwrap();
        TestFolders {
            folder,
            raw,
            signed: false,
            warnings: RefCell::default(),
        }
    }

    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    pub(super) fn file(&self, name: &str) -> Origin {
        Origin::File(File {
            path: self.folder.path().join(name),
            signature: None,
            settle_seconds: 0,
            size_max: SIZE_MAX,
        })
    }

    pub(super) fn feed_path(&self, name: &str) -> PathBuf {
        self.folder.path().join("feed").join(name)
    }

    pub(super) fn feed(&self) -> Origin {
        let path = self.feed_path("");
        serde_json::from_value(serde_json::json!({"folder": {"path": path}})).unwrap()
    }

    /// A file that was written a while ago.
    pub(super) fn drop_file(&self, name: &str, bytes: &[u8]) {
        self.drop_at(&self.feed_path(name), bytes);
    }

    pub(super) fn drop_at(&self, path: &Path, bytes: &[u8]) {
        fs::write(path, bytes).unwrap();
        let file = fs::File::options().write(true).open(path).unwrap();
        let while_ago = SystemTime::now() - Duration::from_secs(60);
        file.set_modified(while_ago).unwrap();
    }

    /// Sets when a file of the folder was modified.
    pub(super) fn modified(&self, name: &str, time: SystemTime) {
        let file = fs::File::options().write(true).open(self.feed_path(name));
        file.unwrap().set_modified(time).unwrap();
    }

    pub(super) fn try_fetch(
        &self,
        origin: &Origin,
        mode: Mode,
        known: &Known,
        stop: &dyn Fn() -> bool,
    ) -> Result<Fetched> {
        fetch(&Request {
            list: "demo",
            origin,
            mode,
            signed: self.signed,
            known,
            raw: &self.raw,
            environment: &|name| (name == "DEMO_TOKEN").then(|| "s3cret-t0ken".into()),
            stop,
            warn: &|warning| self.warnings.borrow_mut().push(warning.to_string()),
        })
    }

    #[track_caller]
    pub(super) fn fetch(&self, origin: &Origin, mode: Mode, known: &Known) -> Fetched {
        match self.try_fetch(origin, mode, known, &|| false) {
            Ok(fetched) => fetched,
            Err(error) => panic!("{error}"),
        }
    }

    /// What is in the store, hidden files included.
    pub(super) fn raw_names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.raw.folder()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }
}

impl Fetched {
    #[track_caller]
    pub(super) fn files(&self) -> &[Fresh] {
        match self {
            Fetched::Files(files) => files,
            Fetched::Unchanged { .. } => panic!("unchanged"),
        }
    }

    #[track_caller]
    pub(super) fn unchanged(&self) -> &Known {
        match self {
            Fetched::Unchanged { known, .. } => known,
            Fetched::Files(files) => panic!("{files:?}"),
        }
    }
}

#[track_caller]
pub(super) fn problem(result: Result<Fetched>) -> FetchProblem {
    match result {
        Err(Error::Fetch { problem, .. }) => problem,
        other => panic!("{other:?}"),
    }
}
