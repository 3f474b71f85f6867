//! Groups of copies.

use std::fs;

use super::*;
use crate::hasher::{Hasher, Views};

/// A folder of pictures, each of which is a number: pictures of one number are copies.
fn folder(files: &[(&str, u32)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, number) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        scene(*number).save(&path).unwrap();
    }
    folder
}

fn scene(number: u32) -> image::RgbImage {
    image::RgbImage::from_fn(160, 120, |x, y| {
        let wave = |a: u32, b: u32| {
            let phase = f64::from(x * a + y * b + number * 37) / 23.0;
            (phase.sin() * 127.0 + 128.0) as u8
        };
        let (a, b) = (number % 5 + 1, number % 7 + 2);
        image::Rgb([wave(a, b), wave(b, a), wave(a + 1, b + 3)])
    })
}

fn groups(roots: &[&Path], views: Views) -> Vec<Group> {
    let hasher = Hasher::new([HashType::Pdq, HashType::Sha256]).with_views(views);
    let scan = Scan::new(Matcher::new([])).with_hasher(hasher);
    let found = scan.duplicates(roots.iter().copied(), Policy::default(), |_| ());
    found.unwrap().0
}

/// The names in each group, with the distance of those that are not the same bytes.
fn names(groups: &[Group], root: &Path) -> Vec<Vec<(String, Option<u32>)>> {
    let named = |copy: &Duplicate| {
        let path = copy.path.strip_prefix(root).unwrap();
        let distance = copy.near.map(|near| near.distance);
        (path.to_str().unwrap().to_owned(), distance)
    };
    let of_group = |group: &Group| {
        let all = std::iter::once(&group.first).chain(&group.copies);
        all.map(named).collect()
    };
    groups.iter().map(of_group).collect()
}

#[test]
fn the_same_bytes_come_first_and_no_file_is_its_own_copy() {
    let folder = folder(&[
        ("a/1.png", 1),
        ("a/1 again.png", 1),
        ("b/1.bmp", 1),
        ("b/2.png", 2),
        ("c/3.png", 3),
        ("c/3.bmp", 3),
    ]);
    let root = folder.path();
    let found = groups(
        &[root, &root.join("a"), &root.join("b/2.png")],
        Views::Upright,
    );
    let found = names(&found, root);
    let is = |name: &str, distance| (name.to_owned(), distance);
    assert_eq!(
        found,
        [
            vec![
                is("a/1 again.png", None),
                is("a/1.png", None),
                is("b/1.bmp", Some(0))
            ],
            vec![is("c/3.bmp", None), is("c/3.png", Some(0))],
        ]
    );
}

#[test]
fn a_mirrored_copy_is_one_in_the_views_that_look_for_it() {
    let folder = folder(&[("1.png", 1), ("2.png", 2)]);
    let mirrored = image::imageops::flip_horizontal(&scene(1));
    mirrored.save(folder.path().join("mirrored.png")).unwrap();
    assert_eq!(groups(&[folder.path()], Views::Upright), []);
    let found = groups(&[folder.path()], Views::All);
    assert_eq!(found.len(), 1);
    let near = found[0].copies[0].near.unwrap();
    assert_eq!(near.tier, Tier::Derived);
    assert!(!near.view.is_upright());
}

#[test]
fn all_of_a_group_are_near_its_first_file_and_none_is_in_two() {
    let near = |pairs: &[(usize, usize, u32)], files: usize| {
        let mut near = vec![BTreeMap::new(); files];
        for &(a, b, distance) in pairs {
            let how = Near {
                hash_type: HashType::Pdq,
                distance,
                radius: 31,
                tier: Tier::Near,
                view: View::ORIGINAL,
                common: None,
            };
            near[a].insert(b, how);
            near[b].insert(a, how);
        }
        near
    };
    let files: Vec<Hashed> = (0..6)
        .map(|n| Hashed {
            path: PathBuf::from(format!("{n}")),
            bytes: None,
            sha256: None,
            prints: Vec::new(),
            clip_ms: None,
            tracks: Vec::new(),
        })
        .collect();
    // A chain: 0 - 1 - 2 - 3, and 4 alone with 3.
    let near = near(&[(0, 1, 30), (1, 2, 20), (2, 3, 10), (3, 4, 5)], 6);
    let found = grouped(&files, &near, &BTreeMap::new());
    let found = names(&found, Path::new(""));
    let is = |n: u32, distance| (n.to_string(), distance);
    assert_eq!(
        found,
        [
            vec![is(3, None), is(4, Some(5))],
            vec![is(1, None), is(2, Some(20)), is(0, Some(30))],
        ]
    );
}
