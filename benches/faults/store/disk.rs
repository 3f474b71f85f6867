//! A disk with too little room.

use std::path::Path;
use std::process::{Command, Stdio};

use super::stage::Stage;
use super::world::succeeded;
use super::{Table, journeys};

/// What a file system hands out at a time, in KiB.
const PAGE: u64 = 4;

/// Every journey with room for so many pages more, from none to enough; then there is room.
pub(super) fn too_small(table: &mut Table, journeys: &str) {
    for journey in journeys::called(journeys) {
        let stage = Stage::new(journey);
        let disk = stage.world.store.clone();
        super::world::empty(&disk);
        if !mount(&disk, &["-t", "tmpfs", "-o", "size=64m,mode=0700", "tmpfs"]) {
            println!("disks with too little room: not run, no file system may be mounted");
            return;
        }
        let mut enough = false;
        let mut room = 0;
        while !enough {
            stage.reset();
            // None at all would mean that there is no limit.
            let size = (used(&disk) + room * PAGE).max(PAGE);
            let size = format!("remount,size={size}k");
            assert!(mount(&disk, &["-o", &size]), "a tmpfs can shrink: {size}");
            let code = stage.command_by(&[]).status().expect("it runs").code();
            enough = succeeded(code);
            let which = format!("{room} pages");
            let grow = || {
                assert!(
                    mount(&disk, &["-o", "remount,size=64m"]),
                    "a tmpfs can grow"
                )
            };
            table.count_then(
                &stage,
                [stage.journey.name, "disk", "too small"],
                &which,
                code,
                grow,
            );
            room += 1;
        }
        let unmounted = Command::new("umount").arg(&disk).status();
        assert!(unmounted.is_ok_and(|status| status.success()));
    }
}

fn mount(disk: &Path, arguments: &[&str]) -> bool {
    let mut mount = Command::new("mount");
    mount.args(arguments).arg(disk).stderr(Stdio::null());
    mount.status().is_ok_and(|status| status.success())
}

/// How much a disk holds, in KiB.
fn used(disk: &Path) -> u64 {
    let output = Command::new("df")
        .args(["-k", "--output=used"])
        .arg(disk)
        .output();
    let output = String::from_utf8(output.expect("df runs").stdout).expect("ASCII");
    let used = output.split_whitespace().last().expect("a number");
    used.parse().expect("a number")
}
