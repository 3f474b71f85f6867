//! The commands that change a store, each from where it begins.

use super::server;
use super::world::{World, named};

/// A command and the store that it finds.
pub(super) struct Journey {
    pub(super) name: &'static str,
    pub(super) command: Vec<String>,
    /// Makes the store, and publishes what the command is to find.
    pub(super) prepare: fn(&World),
    /// Whether it is refused where it is done already.
    pub(super) once: bool,
}

/// The largest number of an entry of any list.
pub(super) const NUMBERS: u32 = 60;

pub(super) fn with_two_generations(world: &World) {
    world.publish(0..30);
    world.change("1", 0..30, 0..0);
    world.make(&world.feed());
    world.must(&["refresh"]);
    world.publish(5..35);
    world.must(&["refresh"]);
}

/// Decisions of every kind about three lists; some are built in, some are not.
fn decided(world: &World) {
    with_two_generations(world);
    add(world, 1);
    revoke(world, "snap", 7);
    revoke(world, "feed", 7);
    world.publish(6..36);
    world.must(&["refresh"]);
    add(world, 2);
    revoke(world, "snap", 8);
    revoke(world, "own", 1);
    let (lifted, reason) = (named("snap", 7), "tests");
    world.must(&[
        "revoke", "--lift", &lifted, "-l", "snap", "--reason", reason,
    ]);
}

fn add(world: &World, number: u32) {
    let id = format!("own-{number}");
    let hash = named("own", number);
    world.must(&["add", &hash, "-l", "own", "--label", "x", "--id", &id]);
}

fn revoke(world: &World, list: &str, number: u32) {
    world.must(&[
        "revoke",
        &named(list, number),
        "-l",
        list,
        "--reason",
        "tests",
    ]);
}

/// Those whose names begin so; all begin with nothing.
pub(super) fn called(beginning: &str) -> impl Iterator<Item = Journey> {
    let is_called = move |journey: &Journey| journey.name.starts_with(beginning);
    all().into_iter().filter(is_called)
}

fn all() -> Vec<Journey> {
    let words = |command: &str| command.split(' ').map(str::to_owned).collect();
    let journey = |name, command: &str, prepare| Journey {
        name,
        command: words(command),
        prepare,
        once: false,
    };
    let (snap, own) = (named("snap", 9), named("own", 3));
    let revoke = format!("revoke {snap} -l snap --reason tests");
    let add = format!("add {own} -l own --label x --id own-3");
    vec![
        Journey {
            once: true,
            ..journey("refresh --init", "refresh --init", |_| ())
        },
        journey("refresh: the first", "refresh", |world| {
            world.publish(0..30);
            world.change("1", 0..30, 0..0);
            world.make(&world.feed());
        }),
        // Two generations are kept: the first goes.
        journey("refresh: an edition", "refresh", |world| {
            with_two_generations(world);
            world.publish(10..40);
        }),
        journey("refresh: decisions", "refresh", |world| {
            decided(world);
            world.publish(9..39);
        }),
        journey("refresh: a small delta", "refresh", |world| {
            with_two_generations(world);
            world.change("2", 30..33, 0..2);
        }),
        journey("refresh: a large delta", "refresh", |world| {
            with_two_generations(world);
            world.change("2", 30..46, 0..8);
        }),
        journey("refresh: over HTTP", "refresh", |world| {
            with_two_generations(world);
            let web = world.web(&server::cutting());
            world.declare(&(world.feed() + &web));
        }),
        journey(
            "refresh: a source less",
            "refresh --override dropped --reason tests",
            |world| {
                decided(world);
                world.declare("");
            },
        ),
        journey("add: the first", &add, with_two_generations),
        journey("add", &add, decided),
        journey("revoke: the first", &revoke, with_two_generations),
        journey("revoke", &revoke, decided),
        journey(
            "revoke --lift",
            &format!("revoke --lift {} -l snap --reason tests", named("snap", 8)),
            decided,
        ),
        // It was added by hand, and comes back.
        journey(
            "revoke --lift: by hand",
            &format!("revoke --lift {} -l own --reason tests", named("own", 1)),
            decided,
        ),
        journey("rollback", "rollback 2 --reason tests", decided),
    ]
}
