//! `packages/Containerfile` copies what its build needs. Building an image needs a registry; the manifest alone does not.

use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn the_containers_build_has_every_manifest() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("packages/Containerfile")).unwrap();
    let place = tempfile::tempdir().unwrap();
    let build = text.split("\nFROM ").nth(1).unwrap();
    for line in build.lines().filter_map(|line| line.strip_prefix("COPY ")) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (target, sources) = words.split_last().unwrap();
        for source in sources {
            let to = place.path().join(target);
            let to = if target.ends_with('/') {
                to.join(source)
            } else {
                to
            };
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            copy(&root.join(source), &to);
        }
    }
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--locked",
            "--offline",
            "--no-deps",
            "--format-version",
            "1",
        ])
        .current_dir(place.path())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// A file, or a folder with all that is in it.
fn copy(from: &Path, to: &Path) {
    if !from.is_dir() {
        fs::copy(from, to).unwrap_or_else(|error| panic!("{}: {error}", from.display()));
        return;
    }
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        copy(&entry.path(), &to.join(entry.file_name()));
    }
}
