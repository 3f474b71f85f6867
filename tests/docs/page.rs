//! The pages, and the parts of them that are generated.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The folder that holds the repository.
pub(crate) const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// One page of the documentation.
pub(crate) struct Page {
    /// Its path below the repository.
    pub(crate) path: PathBuf,
    /// Its text, Markdown.
    pub(crate) text: String,
}

impl Page {
    pub(crate) fn read(path: impl AsRef<Path>) -> Page {
        let path = path.as_ref().to_owned();
        let file = Path::new(ROOT).join(&path);
        let text = fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        Page { path, text }
    }

    /// Every page: those beside the code, then the book.
    pub(crate) fn all() -> Vec<Page> {
        let beside = ["README.md", "CONTRIBUTING.md", "SECURITY.md"];
        let mut paths: Vec<PathBuf> = beside.iter().map(PathBuf::from).collect();
        collect(Path::new("docs/src"), "md", &mut paths);
        paths.into_iter().map(Page::read).collect()
    }

    /// Every page in a folder below the repository.
    pub(crate) fn within(folder: &str) -> Vec<Page> {
        let mut paths = Vec::new();
        collect(Path::new(folder), "md", &mut paths);
        paths.into_iter().map(Page::read).collect()
    }

    pub(crate) fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// The blocks of code in one language.
    pub(crate) fn blocks(&self, language: &str) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut open: Option<(bool, Block)> = None;
        for (index, line) in self.text.lines().enumerate() {
            match (&mut open, line.strip_prefix("```")) {
                (None, Some(info)) => {
                    let block = Block {
                        line: index + 2,
                        lines: Vec::new(),
                    };
                    open = Some((info.trim() == language, block));
                }
                (None, None) => {}
                (Some((_, block)), None) => block.lines.push(line.to_owned()),
                (Some(_), Some(_)) => {
                    if let Some((true, block)) = open.take() {
                        blocks.push(block);
                    }
                }
            }
        }
        assert!(
            open.is_none(),
            "{}: a block of code is not closed",
            self.name()
        );
        blocks
    }

    /// The text between a heading and the next of the same or a higher level.
    pub(crate) fn section(&self, heading: &str) -> &str {
        let level = heading.bytes().take_while(|&byte| byte == b'#').count();
        let start = self.text.find(&format!("\n{heading}\n"));
        let start = start.unwrap_or_else(|| panic!("{} has no heading {heading}", self.name()));
        let rest = &self.text[start + heading.len() + 2..];
        let ends = (1..=level).filter_map(|level| rest.find(&format!("\n{} ", "#".repeat(level))));
        &rest[..ends.min().unwrap_or(rest.len())]
    }
}

/// A block of code.
pub(crate) struct Block {
    /// The line of the page on which its text begins, from 1.
    pub(crate) line: usize,
    pub(crate) lines: Vec<String>,
}

/// The names in the first column of the tables of a text: what stands there as code.
pub(crate) fn first_column(text: &str) -> Vec<String> {
    let rows = text.lines().filter_map(|line| line.strip_prefix("| "));
    let cells = rows.map(|row| row.split(" |").next().unwrap_or_default());
    cells
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .map(str::to_owned)
        .collect()
}

/// The files below a folder whose names end so, in the order of their paths; paths are below the repository.
pub(crate) fn collect(folder: &Path, extension: &str, paths: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(Path::new(ROOT).join(folder)).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    for name in names {
        let path = folder.join(name);
        if Path::new(ROOT).join(&path).is_dir() {
            collect(&path, extension, paths);
        } else if path.extension().is_some_and(|found| found == extension) {
            paths.push(path);
        }
    }
}

/// Whether differences are written to the documentation instead of reported.
pub(crate) fn is_blessed() -> bool {
    std::env::var_os("BASMA_BLESS").is_some_and(|value| value == "1")
}

/// Compares a whole file with what it must be.
pub(crate) fn compare_file(path: &str, expected: &str) {
    let file = Path::new(ROOT).join(path);
    let found = fs::read_to_string(&file).unwrap_or_default();
    if found == expected {
        return;
    }
    if is_blessed() {
        fs::write(&file, expected).unwrap();
        return;
    }
    let line = found
        .lines()
        .zip(expected.lines())
        .take_while(|(a, b)| a == b)
        .count();
    panic!(
        "{path}:{}: is not what the product gives; run BASMA_BLESS=1 cargo test --test docs\nfound:    {:?}\nexpected: {:?}",
        line + 1,
        found.lines().nth(line),
        expected.lines().nth(line)
    );
}

/// Compares a generated part of a page with what it must be. It stands between two comments.
pub(crate) fn compare_part(path: &str, part: &str, expected: &str) {
    // Tests of one page run at the same time.
    static WRITING: Mutex<()> = Mutex::new(());
    let _writing = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    let page = Page::read(path);
    let begin = format!("<!-- generated: {part} -->\n");
    let end = "<!-- end -->";
    let (before, rest) = page
        .text
        .split_once(&begin)
        .unwrap_or_else(|| panic!("{path} has no part {part}"));
    let at = rest
        .find(end)
        .unwrap_or_else(|| panic!("{path}: the part {part} has no end"));
    let whole = format!(
        "{before}{begin}\n{}\n\n{}",
        expected.trim_end(),
        &rest[at..]
    );
    compare_file(path, &whole);
}
