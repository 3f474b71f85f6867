//! The console examples: each runs as a reader would type it, and prints what the page shows.
//!
//! A block of code marked `console` holds commands behind `$ `, with further lines behind `> `, and their output. A line
//! `...` stands for any number of lines, and `[..]` for any text within a line. All blocks of a page share a folder that
//! holds what a clone holds of examples. A command that ends with a code other than 0 is followed by `echo $?`.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::page::{Block, Page, ROOT, is_blessed};

/// One command, and what it must print.
struct Example {
    line: usize,
    command: String,
    expected: Vec<String>,
}

fn examples(page: &Page, block: &Block) -> Vec<Example> {
    let mut all: Vec<Example> = Vec::new();
    for (index, line) in block.lines.iter().enumerate() {
        if let Some(command) = line.strip_prefix("$ ") {
            all.push(Example {
                line: block.line + index,
                command: command.to_owned(),
                expected: Vec::new(),
            });
            continue;
        }
        let example = all.last_mut();
        let example = example
            .unwrap_or_else(|| panic!("{}:{}: output before a command", page.name(), block.line));
        let more = (line == ">")
            .then_some("")
            .or_else(|| line.strip_prefix("> "));
        match more.filter(|_| example.expected.is_empty()) {
            Some(more) => example.command += &format!("\n{more}"),
            None => example.expected.push(line.clone()),
        }
    }
    all
}

/// A folder with what a clone holds of examples, in which a shell runs.
struct Shell {
    folder: tempfile::TempDir,
    path: String,
    last: i32,
}

impl Shell {
    fn new() -> Shell {
        let folder = tempfile::tempdir().unwrap();
        for name in ["fixtures", "hashsets"] {
            copy(&Path::new(ROOT).join(name), &folder.path().join(name));
        }
        let programs = Path::new(env!("CARGO_BIN_EXE_basma")).parent().unwrap();
        let path = std::env::var("PATH").unwrap_or_default();
        Shell {
            path: format!("{}:{path}", programs.display()),
            folder,
            last: 0,
        }
    }

    /// Runs a command; both its outputs, in the order in which it writes them.
    fn run(&mut self, command: &str) -> Vec<String> {
        let command = command.replace("cargo run --release -- ", "basma ");
        let output = Command::new("sh")
            .arg("-c")
            .arg(format!("exec 2>&1\n(exit {})\n{command}", self.last))
            .current_dir(self.folder.path())
            .env("PATH", &self.path)
            .env("HOME", self.folder.path())
            .env("BASMA_LANG", "en")
            .env_remove("BASMA_STORE")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        self.last = output.status.code().unwrap_or(-1);
        let text = String::from_utf8(output.stdout).unwrap();
        // What a system lacks of a wall is said on that system alone.
        let is_said_everywhere = |line: &&str| !line.starts_with("files were opened without a");
        text.lines()
            .filter(is_said_everywhere)
            .map(str::to_owned)
            .collect()
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to)
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// Whether a line is what a pattern with `[..]` says.
fn fits(pattern: &str, line: &str) -> bool {
    let mut pieces = pattern.split("[..]");
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = line.strip_prefix(first) else {
        return false;
    };
    let pieces: Vec<&str> = pieces.collect();
    let Some((last, middle)) = pieces.split_last() else {
        return rest.is_empty();
    };
    for piece in middle {
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// Whether an output is what a page shows of it.
fn agrees(expected: &[String], found: &[String]) -> bool {
    match expected.split_first() {
        None => found.is_empty(),
        Some((dots, rest)) if dots == "..." => {
            (0..=found.len()).any(|skipped| agrees(rest, &found[skipped..]))
        }
        Some((pattern, rest)) => match found.split_first() {
            Some((line, more)) => fits(pattern, line) && agrees(rest, more),
            None => false,
        },
    }
}

/// What a page is to show of an output. Lines that it shows already stay as they are. Where it shows `...` between two of them
/// it still does.
fn merged(expected: &[String], found: &[String]) -> Vec<String> {
    // The longest common subsequence, from the ends.
    let mut common = vec![vec![0; found.len() + 1]; expected.len() + 1];
    for (i, pattern) in expected.iter().enumerate().rev() {
        for (j, line) in found.iter().enumerate().rev() {
            common[i][j] = if pattern != "..." && fits(pattern, line) {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut lines = Vec::new();
    let mut gap = (Vec::new(), Vec::new());
    let close = |lines: &mut Vec<String>, gap: &mut (Vec<String>, Vec<String>)| {
        match gap.0.as_slice() {
            [dots] if dots == "..." => lines.push("...".to_owned()),
            _ => lines.append(&mut gap.1),
        }
        *gap = (Vec::new(), Vec::new());
    };
    while i < expected.len() || j < found.len() {
        let both = i < expected.len() && j < found.len();
        if both
            && expected[i] != "..."
            && fits(&expected[i], &found[j])
            && common[i][j] == common[i + 1][j + 1] + 1
        {
            close(&mut lines, &mut gap);
            lines.push(expected[i].clone());
            (i, j) = (i + 1, j + 1);
        } else if i < expected.len() && (j == found.len() || common[i + 1][j] >= common[i][j + 1]) {
            gap.0.push(expected[i].clone());
            i += 1;
        } else {
            gap.1.push(found[j].clone());
            j += 1;
        }
    }
    close(&mut lines, &mut gap);
    lines
}

#[test]
fn every_console_example_prints_what_its_page_shows() {
    run_examples(Page::all());
}

/// Whole outputs, kept so that every difference shows in review. They use the marks of the documentation. So one way of
/// blessing serves both and no further crate is needed.
#[test]
fn every_command_prints_what_its_golden_page_shows() {
    let pages = Page::within("tests/golden");
    assert!(pages.len() >= 5, "{} pages", pages.len());
    run_examples(pages);
}

fn run_examples(pages: Vec<Page>) {
    let mut wrong = Vec::new();
    for page in pages {
        let blocks = page.blocks("console");
        if blocks.is_empty() {
            continue;
        }
        let mut text: Vec<String> = page.text.lines().map(str::to_owned).collect();
        // Lines that blessing has added above, less those that it has taken away.
        let mut moved = 0;
        let mut shell = Shell::new();
        for example in blocks.iter().flat_map(|block| examples(&page, block)) {
            let place = format!("{}:{}", page.name(), example.line);
            if shell.last != 0 && example.command != "echo $?" {
                wrong.push(format!(
                    "{place}: the command before ends with {}; show it by `echo $?`",
                    shell.last
                ));
            }
            let found = shell.run(&example.command);
            if agrees(&example.expected, &found) {
                continue;
            }
            if is_blessed() {
                let lines = merged(&example.expected, &found);
                let first = (example.line + example.command.lines().count() - 1) as isize + moved;
                let first = usize::try_from(first).unwrap();
                moved += lines.len() as isize - example.expected.len() as isize;
                text.splice(first..first + example.expected.len(), lines);
            } else {
                wrong.push(format!(
                    "{place}: $ {}\n{}\n",
                    example.command,
                    found.join("\n")
                ));
            }
        }
        if shell.last != 0 {
            wrong.push(format!(
                "{}: its last command ends with {}",
                page.name(),
                shell.last
            ));
        }
        if is_blessed() {
            fs::write(Path::new(ROOT).join(&page.path), text.join("\n") + "\n").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn patterns_are_compared_as_their_marks_say() {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    assert!(fits("in [..] s: [..] files/s", "in 0.1 s: 300 files/s"));
    assert!(!fits("in [..] s", "in 0.1 seconds") && !fits("a", "ab") && !fits("[..]b", "a"));
    assert!(agrees(&lines("a\n...\nd"), &lines("a\nb\nc\nd")));
    assert!(agrees(&lines("a\n..."), &lines("a")));
    assert!(!agrees(&lines("a\n...\nd"), &lines("a\nb\nd\ne")));
    assert!(!agrees(&lines("a"), &lines("")));
    let merge = |expected, found| merged(&lines(expected), &lines(found)).join(" ");
    assert_eq!(merge("a\n...\nd [..]", "a\nb\nd 3\ne"), "a ... d [..] e");
    assert_eq!(merge("a\nb\nc", "a\nx\nc"), "a x c");
    assert_eq!(merge("a\n...\nb\nc", "a\n1\nx\nc"), "a 1 x c");
}
