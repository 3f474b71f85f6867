//! A command about to change a store, as often as it takes: what it may leave, and what it must.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::journeys::{Journey, NUMBERS};
use super::world::{World, copy_all, empty, named, succeeded};

/// What each list answers.
pub(super) type Answers = BTreeMap<String, Vec<Value>>;

/// A journey that can be set out on again and again.
pub(super) struct Stage {
    pub(super) world: World,
    pub(super) journey: Journey,
    old: Answers,
    new: Answers,
}

/// How a command under a fault ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    Killed,
    /// It said that it could not do it, or not all of it.
    Refused,
    Done,
}

/// What is in force then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Force {
    Old,
    /// Some lists are new, each whole: others had a source that failed.
    Some,
    New,
}

impl Stage {
    pub(super) fn new(journey: Journey) -> Stage {
        let world = World::new();
        (journey.prepare)(&world);
        let mut stage = Stage {
            world,
            journey,
            old: Answers::new(),
            new: Answers::new(),
        };
        if stage.world.store.exists() {
            copy_all(&stage.world.store, &stage.world.path("begun"));
        }
        stage.old = stage.answers().expect("a store that opens");
        stage.repeat_to(None).expect("nothing befalls it");
        stage.new = stage.answers().expect("a store that opens");
        let name = stage.journey.name;
        assert_ne!(stage.old, stage.new, "{name}: it does nothing");
        stage
    }

    /// As before the command was ever run.
    pub(super) fn reset(&self) {
        empty(&self.world.store);
        // It may be a mounted disk, which stays.
        let _ = fs::remove_dir(&self.world.store);
        if self.world.path("begun").exists() {
            copy_all(&self.world.path("begun"), &self.world.store);
        }
    }

    /// The command, run by a program or by itself.
    pub(super) fn command_by(&self, program: &[&str]) -> Command {
        let arguments: Vec<&str> = self.journey.command.iter().map(String::as_str).collect();
        let mut command = self.world.basma_by(program, &arguments);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// What a command that ended with this code left; or what is wrong with that.
    pub(super) fn judge(&self, code: Option<i32>) -> Result<(Ended, Force), String> {
        let ended = match code {
            None => Ended::Killed,
            Some(2) => Ended::Refused,
            code if succeeded(code) => Ended::Done,
            Some(code) => return Err(format!("it ended with code {code}")),
        };
        let answers = self.answers()?;
        let force = match () {
            () if answers == self.new => Force::New,
            () if answers == self.old => Force::Old,
            () => Force::Some,
        };
        let lists = answers.keys().chain(self.old.keys()).chain(self.new.keys());
        for list in lists.collect::<BTreeSet<_>>() {
            let now = answers.get(list);
            if now != self.old.get(list) && now != self.new.get(list) {
                return Err(format!("{ended:?}: list {list} answers what it never held"));
            }
        }
        match (ended, force) {
            (Ended::Done, Force::Old | Force::Some) => {
                return Err(format!(
                    "it said that it is done, and in force is {force:?}"
                ));
            }
            // Sources stand by themselves, but what is published is published at once.
            (Ended::Killed, Force::Some) => {
                return Err("it was killed, and in force is neither".to_owned());
            }
            _ => {}
        }
        if self.world.is_made() {
            verified(&self.world)?;
        }
        Ok((ended, force))
    }

    /// Runs the command again, with nothing in its way. It must do what it was asked for, and nothing else be left.
    pub(super) fn repeat(&self) -> Result<(), String> {
        self.repeat_to(Some(&self.new))
    }

    fn repeat_to(&self, new: Option<&Answers>) -> Result<(), String> {
        let was_made = self.world.is_made();
        let output = self.command_by(&[]).stderr(Stdio::piped()).output();
        let output = output.expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr);
        let is_refused = was_made && self.journey.once && output.status.code() == Some(2);
        if !succeeded(output.status.code()) && !is_refused {
            return Err(format!("code {:?}: {said}", output.status.code()));
        }
        let answers = self.answers()?;
        if new.is_some_and(|new| answers != *new) {
            return Err("something else is in force than what was asked for".to_owned());
        }
        clean(&self.world)
    }

    /// What the store answers now.
    fn answers(&self) -> Result<Answers, String> {
        let lists = ["own", "snap", "feed", "web"];
        let asked = lists.into_iter().flat_map(|list| {
            let numbers = 0..NUMBERS;
            numbers.map(move |number| named(list, number) + "\n")
        });
        answers(&self.world, &asked.collect::<String>())
    }
}

/// What `basma lookup` finds, list by list, the number of the generation aside.
pub(super) fn answers(world: &World, asked: &str) -> Result<Answers, String> {
    if !world.is_made() {
        return Ok(Answers::new());
    }
    let output = world.lookup(asked);
    let said = String::from_utf8_lossy(&output.stderr);
    if !matches!(output.status.code(), Some(0 | 1)) {
        return if said.contains("holds no lists yet") {
            Ok(Answers::from([("none yet".to_owned(), Vec::new())]))
        } else {
            Err(format!("it does not open: {said}"))
        };
    }
    let mut answers = Answers::new();
    let mut generations = BTreeSet::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let mut line: Value = serde_json::from_str(line).expect("a line of JSON");
        let Some(matches) = line.get_mut("matches").and_then(Value::as_array_mut) else {
            continue;
        };
        for found in std::mem::take(matches) {
            let mut found = found.as_object().expect("a match is an object").clone();
            let list = found["list"].as_str().expect("it has a name").to_owned();
            generations.insert(found.remove("generation").expect("it has one").to_string());
            answers.entry(list).or_default().push(found.into());
        }
    }
    match generations.len() {
        0 | 1 => Ok(answers),
        _ => Err(format!("answers of several generations: {generations:?}")),
    }
}

/// That the audit is whole; what it says of itself.
fn verified(world: &World) -> Result<String, String> {
    let output = world.run(&["audit", "--verify"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    match output.status.code() {
        Some(0) => Ok(said),
        code => Err(format!("the audit, code {code:?}: {said}")),
    }
}

/// That a store holds what it needs, all that was done is recorded once, and nothing else is there.
pub(super) fn clean(world: &World) -> Result<(), String> {
    let said = verified(world)?;
    if said.contains("warning") {
        return Err(format!("the audit is not complete: {said}"));
    }
    let printed = world.must(&["audit"]).stdout;
    let records = String::from_utf8_lossy(&printed);
    let records = records.lines().map(|line| {
        let record: Value = serde_json::from_str(line).expect("a record");
        record["generation"].as_u64()
    });
    let published: Vec<u64> = records.flatten().collect();
    if !published.is_sorted_by(|one, next| one < next) {
        return Err(format!("the audit tells of generations {published:?}"));
    }
    let read = |path: &Path| -> Value {
        serde_json::from_slice(&fs::read(path).expect("it is there")).expect("it is JSON")
    };
    let current = world.store.join("current");
    let in_force = current.exists();
    let current = in_force.then(|| read(&current)["generation"].as_u64().expect("a number"));
    if published.last().copied() != current {
        return Err(format!(
            "{current:?} is in force, and recorded are {published:?}"
        ));
    }
    let made = ["basma-store", "sources.toml"];
    let refreshed = [
        "current",
        "attempts.json",
        "audit.jsonl",
        "refresh.lock",
        "publish.lock",
    ];
    let refreshed = refreshed.iter().filter(|_| in_force);
    let mut needed: BTreeSet<PathBuf> = made.iter().chain(refreshed).map(PathBuf::from).collect();
    let mut optional = BTreeSet::new();
    for generation in fs::read_dir(world.store.join("generations")).expect("it is there") {
        let name = generation.expect("it is there").file_name();
        let name = name.to_str().expect("ASCII");
        let stem = name.strip_suffix(".json").unwrap_or(name);
        if stem
            .parse::<u64>()
            .is_ok_and(|number| published.contains(&number))
        {
            needed.insert(Path::new("generations").join(name));
            optional.insert(Path::new("decisions").join(format!("{stem}.jsonl")));
            let manifest = read(&world.store.join("generations").join(name));
            named_by(&manifest, &mut needed, &mut optional);
        }
    }
    let found = files(&world.store, Path::new(""));
    let missing: Vec<_> = needed.difference(&found).collect();
    let surplus: Vec<_> = found
        .iter()
        .filter(|name| !needed.contains(*name) && !optional.contains(*name))
        .collect();
    if missing.is_empty() && surplus.is_empty() {
        Ok(())
    } else {
        Err(format!("missing is {missing:?}, too much is {surplus:?}"))
    }
}

/// The files that a manifest names.
fn named_by(manifest: &Value, needed: &mut BTreeSet<PathBuf>, optional: &mut BTreeSet<PathBuf>) {
    let mut left = vec![manifest];
    while let Some(value) = left.pop() {
        match value {
            Value::Array(values) => left.extend(values),
            Value::Object(object) => {
                if let Some(file) = object.get("file").and_then(Value::as_str) {
                    needed.insert(Path::new("indexes").join(file));
                }
                for digest in object
                    .get("files")
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten()
                {
                    let digest = digest.as_str().expect("a digest");
                    needed.insert(Path::new("raw").join(digest));
                    optional.insert(Path::new("set-aside").join(format!("{digest}.jsonl")));
                }
                left.extend(object.values());
            }
            _ => {}
        }
    }
}

fn files(root: &Path, below: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(root.join(below)).expect("it is there") {
        let entry = entry.expect("it is there");
        let name = below.join(entry.file_name());
        if entry.file_type().expect("it is there").is_dir() {
            found.extend(files(root, &name))
        } else {
            found.insert(name);
        }
    }
    found
}
