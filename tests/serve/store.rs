//! Stores that tests make.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder with a store in it, which removes itself.
pub(crate) struct TestStore {
    folder: tempfile::TempDir,
}

impl TestStore {
    /// A store whose one list is `own`, without entries.
    pub(crate) fn new() -> TestStore {
        let folder = tempfile::tempdir().unwrap();
        let store = TestStore { folder };
        store.run(&["store", "init"]);
        store
    }

    /// A store whose list `own` has these terms, and holds these files.
    pub(crate) fn with_own(terms: &str, files: &[(&str, &[u8])]) -> TestStore {
        let store = TestStore::new();
        store.sources(&format!(
            "[[source]]\nlist = \"own\"\npurpose = \"tests\"\nkind = \"local\"\n{terms}\n"
        ));
        store.run(&["refresh"]);
        for (name, bytes) in files {
            let file = store.file(name, bytes);
            let file = file.to_str().unwrap();
            store.run(&["add", "--list", "own", "--reason", "tests", file]);
        }
        store
    }

    /// A store that has no list, and never had one.
    pub(crate) fn without_lists() -> TestStore {
        let folder = tempfile::tempdir().unwrap();
        basma::store::Store::create(&folder.path().join("store")).unwrap();
        TestStore { folder }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("store")
    }

    /// A file beside the store.
    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// Runs a command on the store, which must not fail.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// The command, with the store as its own.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_basma"));
        command.args(arguments).current_dir(self.folder.path());
        command.env("BASMA_STORE", self.path());
        command.env("BASMA_LANG", "en");
        command
    }

    /// Writes the configuration of the sources.
    pub(crate) fn sources(&self, text: &str) {
        std::fs::write(self.path().join("sources.toml"), text).unwrap();
    }
}

impl AsRef<Path> for TestStore {
    fn as_ref(&self) -> &Path {
        self.folder.path()
    }
}
