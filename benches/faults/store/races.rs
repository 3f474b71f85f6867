//! Whoever changes a store at once, or is killed at any time.

use std::collections::BTreeSet;
use std::process::{Child, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use basma::Matcher;

use super::stage::{Ended, Force, answers, clean};
use super::world::{World, hash, named, succeeded};
use super::{Table, journeys, server};
use crate::random::Random;

/// Entries that every edition holds, to be withdrawn one by one.
fn core(rounds: usize) -> u32 {
    u32::try_from(rounds).expect("not that many") + 100
}

/// An edition: what all hold, and a few of its own.
fn edition(core: u32, number: u32) -> BTreeSet<u32> {
    (0..core)
        .chain(core + number * 3..core + number * 3 + 6)
        .collect()
}

fn spawn(world: &World, arguments: &[&str]) -> Child {
    let mut command = world.basma(arguments);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("it runs")
}

/// Which numbers of the list match.
fn found(world: &World, most: u32) -> Result<BTreeSet<u32>, String> {
    let asked: String = (0..most)
        .map(|number| named("snap", number) + "\n")
        .collect();
    let answers = answers(world, &asked)?;
    let of_list = answers.get("snap").into_iter().flatten();
    let number = |found: &serde_json::Value| {
        let id = found["id"].as_str().and_then(|id| id.strip_prefix("snap-"));
        id.and_then(|number| number.parse().ok())
            .expect("it was listed")
    };
    Ok(of_list.map(number).collect())
}

/// How long an undisturbed refresh takes, in microseconds.
fn duration(world: &World) -> u64 {
    let begun = Instant::now();
    world.must(&["refresh"]);
    u64::try_from(begun.elapsed().as_micros()).expect("short")
}

/// Refreshes and withdrawals are killed at random times, one upon the other, and none is repaired by hand.
pub(super) fn killed_at_random(table: &mut Table, kills: usize) {
    let world = World::new();
    let core = core(kills * 2);
    world.publish(edition(core, 0));
    world.make("");
    let whole = duration(&world);
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    let mut withdrawn: BTreeSet<u32> = BTreeSet::new();
    let (mut killed, mut round, mut in_force) = (0, 0, 0);
    while killed < kills {
        world.publish(edition(core, round + 1));
        let target = named("snap", round);
        let mut refresh = spawn(&world, &["refresh", "-q"]);
        sleep(Duration::from_micros(random.below(whole)));
        let mut revoke = spawn(
            &world,
            &["revoke", &target, "-l", "snap", "--reason", "tests"],
        );
        sleep(Duration::from_micros(random.below(whole / 2)));
        if random.below(3) > 0 {
            refresh.kill().expect("it may be killed");
        }
        sleep(Duration::from_micros(random.below(whole / 4)));
        if random.below(2) > 0 {
            revoke.kill().expect("it may be killed");
        }
        let refreshed = refresh.wait().expect("it ends").code();
        let revoked = revoke.wait().expect("it ends").code();
        killed += [refreshed, revoked]
            .iter()
            .filter(|code| code.is_none())
            .count();
        let ended = |code: Option<i32>| match code {
            None => Some(Ended::Killed),
            code if succeeded(code) => Some(Ended::Done),
            _ => None,
        };
        let key = ["refresh and revoke", "random time", "kill -9"];
        let (Some(refresh_ended), Some(revoke_ended)) = (ended(refreshed), ended(revoked)) else {
            table.wrong(
                key,
                &format!("round {round}: codes {refreshed:?} and {revoked:?}"),
            );
            break;
        };
        let before = withdrawn.clone();
        match found(&world, core + round * 3 + 9) {
            Err(wrong) => table.wrong(key, &format!("round {round}: {wrong}")),
            Ok(found) => {
                // What a withdrawal that was killed came to shows now, and stays.
                if revoke_ended == Ended::Done || !found.contains(&round) {
                    withdrawn.insert(round);
                }
                let is_of = |number| found == &edition(core, number) - &withdrawn;
                let force = match () {
                    () if is_of(round + 1) => Some(Force::New),
                    () if refresh_ended == Ended::Killed && is_of(in_force) => Some(Force::Old),
                    () => None,
                };
                match force {
                    Some(force) => table.enter(key, refresh_ended, force),
                    None => table.wrong(
                        key,
                        &format!(
                            "round {round}: {refresh_ended:?}, {revoke_ended:?}: wrong answers"
                        ),
                    ),
                }
                if force == Some(Force::New) {
                    in_force = round + 1;
                }
                let revoked = if withdrawn == before {
                    Force::Old
                } else {
                    Force::New
                };
                table.enter(
                    ["revoke and refresh", "random time", "kill -9"],
                    revoke_ended,
                    revoked,
                );
            }
        }
        let audit = world.run(&["audit", "--verify"]);
        if !audit.status.success() {
            table.wrong(key, &format!("round {round}: {audit:?}"));
        }
        round += 1;
    }
    world.must(&["refresh"]);
    let left = found(&world, core + round * 3 + 9).and_then(|found| {
        let expected = &edition(core, round) - &withdrawn;
        if found == expected {
            clean(&world)
        } else {
            Err("wrong answers in the end".to_owned())
        }
    });
    if let Err(wrong) = left {
        table.broke(&format!("after {killed} kills: {wrong}"));
    }
    println!(
        "{killed} kills at random times in {round} rounds, {} entries withdrawn",
        withdrawn.len()
    );
}

/// While one refreshes, another is told who does; withdrawals and additions are taken, and outlast what is published.
pub(super) fn two_at_once(table: &mut Table) {
    for round in 0..20 {
        let world = World::new();
        journeys::with_two_generations(&world);
        let (url, told, release) = server::waiting();
        world.declare(&(world.feed() + &world.web(&url)));
        world.publish(10..40);
        let mut first = spawn(&world, &["refresh"]);
        told.recv().expect("it asks");
        for (key, command) in [
            ["refresh", "refresh"],
            ["rollback", "rollback --reason tests"],
        ]
        .map(|[name, command]| ([name, "during a refresh", "busy"], command))
        {
            let second = world.run(&command.split(' ').collect::<Vec<_>>());
            let said = String::from_utf8_lossy(&second.stderr);
            let holder = format!("process {},", first.id());
            match second.status.code() {
                Some(4) if said.contains("refresh by ana") && said.contains(&holder) => {
                    table.enter(key, Ended::Refused, Force::Old)
                }
                code => table.wrong(
                    key,
                    &format!("round {round}, {command}: code {code:?}: {said}"),
                ),
            }
        }
        let number = 10 + round;
        let (snap, own) = (named("snap", number), named("own", number));
        world.must(&["revoke", &snap, "-l", "snap", "--reason", "tests"]);
        world.must(&["add", &own, "-l", "own", "--id", "x"]);
        let is_right = || -> Result<bool, String> {
            let answers = answers(&world, &format!("{snap}\n{own}\n"))?;
            Ok(answers.keys().eq(["own"]))
        };
        let at_once = is_right();
        release.send(()).expect("it waits");
        let code = first.wait().expect("it ends").code();
        let key = ["revoke and add", "during a refresh", "taken at once"];
        match (at_once, is_right(), succeeded(code)) {
            (Ok(true), Ok(true), true) => table.enter(key, Ended::Done, Force::New),
            other => table.wrong(key, &format!("round {round}: code {code:?}: {other:?}")),
        }
        if let Err(wrong) = clean(&world) {
            table.broke(&format!("two at once, round {round}: {wrong}"));
        }
    }
}

/// Two refreshes are begun at once, with the same to do. One does it, the other is told who, or comes after it.
pub(super) fn two_begun_at_once(table: &mut Table) {
    let world = World::new();
    world.publish(0..30);
    world.make("");
    let mut random = Random(5);
    let key = ["refresh", "begun at once", "two"];
    for round in 0..100 {
        world.publish(round..round + 30);
        let whole = 20_000;
        let [first, second] = [0, 1].map(|_| {
            sleep(Duration::from_micros(random.below(whole)));
            let mut command = world.basma(&["refresh"]);
            command.stdout(Stdio::null()).stderr(Stdio::piped());
            command.spawn().expect("it runs")
        });
        let outputs = [first, second].map(|child| child.wait_with_output().expect("it ends"));
        let is_done = |output: &Output| succeeded(output.status.code());
        let is_told = |output: &Output| {
            let said = String::from_utf8_lossy(&output.stderr);
            output.status.code() == Some(4) && said.contains("refresh by ana")
        };
        let force = found(&world, round + 60).map(|found| found == (round..round + 30).collect());
        let both = outputs
            .iter()
            .all(|output| is_done(output) || is_told(output));
        match (both && outputs.iter().any(is_done), force) {
            (true, Ok(true)) => {
                for output in &outputs {
                    let ended = if is_done(output) {
                        Ended::Done
                    } else {
                        Ended::Refused
                    };
                    table.enter(key, ended, Force::New);
                }
            }
            (_, force) => table.wrong(
                key,
                &format!("round {round}, two at once: right {force:?}, {outputs:?}"),
            ),
        }
    }
    if let Err(wrong) = clean(&world) {
        table.broke(&format!("two begun at once: {wrong}"));
    }
}

/// Withdraws an entry at a random time of each refresh, and asks for it ever after. Readers that have the store open ask for it
/// too.
pub(super) fn withdrawn_meanwhile(table: &mut Table, rounds: usize) {
    let world = World::new();
    let core = core(rounds);
    world.publish(edition(core, 0));
    world.make("");
    let whole = duration(&world);
    let reader = Matcher::open([&world.store]).expect("it opens");
    let matches = |number| {
        let found = reader.lookup(&hash("snap", number)).expect("it is open");
        !found.matches.is_empty()
    };
    let mut random = Random(77);
    let key = ["revoke", "during a refresh", "at a random time"];
    for round in 0..u32::try_from(rounds).expect("not that many") {
        world.publish(edition(core, round + 1));
        let mut refresh = spawn(&world, &["refresh", "-q"]);
        sleep(Duration::from_micros(random.below(whole * 5 / 4)));
        world.must(&[
            "revoke",
            &named("snap", round),
            "-l",
            "snap",
            "--reason",
            "tests",
        ]);
        let taken = Instant::now();
        while matches(round) && taken.elapsed() < Duration::from_secs(1) {
            sleep(Duration::from_millis(5));
        }
        let mut lost = matches(round);
        let code = refresh.wait().expect("it ends").code();
        let found = found(&world, core + round * 3 + 9);
        lost |= matches(round) || (0..round).any(matches);
        let mut expected = edition(core, round + 1);
        expected.retain(|number| *number > round);
        match (lost, found) {
            (false, Ok(found)) if succeeded(code) && found == expected => {
                table.enter(key, Ended::Done, Force::New);
            }
            (lost, found) => {
                let found = found.map(|found| found == expected);
                table.wrong(
                    key,
                    &format!("round {round}: code {code:?}, matched {lost}, right {found:?}"),
                );
            }
        }
    }
    if let Err(wrong) = clean(&world) {
        table.broke(&format!("withdrawn meanwhile: {wrong}"));
    }
}
