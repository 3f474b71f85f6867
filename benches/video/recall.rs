//! Which edits of a clip are found, and is anything else found with them?
//!
//! Every sample video is listed twice, by its `distinct` pictures and by one picture a second as lists are exchanged. Then
//! ffmpeg makes the edits of it that messengers and their users make, and each is looked up. In the first list that is by its
//! keyframes, as a scan does by default. In the second it is by its `distinct` pictures, as a scan does where a list is sparse.
//!
//! Sample videos of one family are copies of each other, or takes of one scene. No match among them is a false one. Any other
//! match is a false one, of all edits and all sources. These are looked up in everything: both lists, and one of the `distinct`
//! pictures of every edit.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use basma::hash::HashType;
use basma::hasher::{Fingerprint, Hasher, Sampling, Views};
use basma::index::Builder;
use basma::list::{ClipPrint, List, Source, Spacing, clip_entries};
use basma::matcher::{Matcher, Policy};
use tempfile::NamedTempFile;

use super::kept::Kept;
use super::{FFMPEG, decoders, has_ffmpeg, name, samples};

/// The most that the issue allows to be missed: of `distinct` lists nothing, of sparse ones a tenth.
const SPARSE_MIN: f64 = 0.9;

/// What is done to a clip.
struct Edit {
    name: &'static str,
    /// Whether it is one of those that have to be found.
    must: bool,
    /// What part of the clip is left: from where, for how long, in seconds; `None` where too little would be.
    part: fn(f64) -> Option<(f64, f64)>,
    filter: &'static str,
    options: &'static [&'static str],
    views: Views,
}

const SHORTER_480: &str = "scale=w='if(gt(iw,ih),-2,480)':h='if(gt(iw,ih),480,-2)'";
/// Where it is, and of as much of the picture (0.26 %), as in the samples chair-22-with-small-logo and
/// pattern-sd-with-small-logo.
const SMALL_LOGO: &str = "drawbox=x=iw*0.72:y=ih*0.14:w=iw*0.06:h=ih*0.043:color=white@0.8:t=fill";
const LOGO: &str = "drawbox=x=iw*0.72:y=ih*0.125:w=iw*0.09:h=ih*0.065:color=white@0.8:t=fill";
const LARGE_LOGO: &str = "drawbox=x=iw*0.80:y=ih*0.04:w=iw*0.16:h=ih*0.06:color=white@0.8:t=fill";
const WHOLE: fn(f64) -> Option<(f64, f64)> = |seconds| Some((0.0, seconds + 1.0));

const PLAIN: Edit = Edit {
    name: "",
    must: true,
    part: WHOLE,
    filter: "null",
    options: &["-crf", "23"],
    views: Views::Upright,
};

const EDITS: [Edit; 13] = [
    Edit {
        name: "480p, crf 28, a keyframe in 250",
        filter: SHORTER_480,
        options: &["-crf", "28", "-g", "250"],
        ..PLAIN
    },
    Edit {
        name: "crf 32",
        options: &["-crf", "32"],
        ..PLAIN
    },
    Edit {
        name: "15 a second",
        filter: "fps=15",
        ..PLAIN
    },
    Edit {
        name: "grey",
        filter: "hue=s=0",
        ..PLAIN
    },
    Edit {
        name: "small logo",
        filter: SMALL_LOGO,
        ..PLAIN
    },
    Edit {
        name: "logo over 9 % by 6.5 %",
        must: false,
        filter: LOGO,
        ..PLAIN
    },
    Edit {
        name: "logo over 16 % by 6 %",
        must: false,
        filter: LARGE_LOGO,
        ..PLAIN
    },
    Edit {
        name: "40 % out of the middle",
        part: |seconds| Some((seconds * 0.3, seconds * 0.4)),
        ..PLAIN
    },
    Edit {
        name: "first 3.6 s cut",
        part: |seconds| (seconds > 4.6).then_some((3.6, seconds)),
        ..PLAIN
    },
    Edit {
        name: "10 s out of the long ones",
        part: |seconds| (seconds > 15.0).then_some((5.0, 10.0)),
        ..PLAIN
    },
    Edit {
        name: "recompressed, no sound",
        options: &["-crf", "23", "-an"],
        ..PLAIN
    },
    Edit {
        name: "480p at 500 kbit, 24 a second",
        filter: "scale=w='if(gt(iw,ih),-2,480)':h='if(gt(iw,ih),480,-2)',fps=24",
        options: &["-b:v", "500k"],
        ..PLAIN
    },
    Edit {
        name: "mirrored, all views looked up",
        must: false,
        filter: "hflip",
        views: Views::All,
        ..PLAIN
    },
];

/// A sample video, or an edit of one.
struct Film {
    name: String,
    family: String,
    edit: &'static str,
    keyframes: Fingerprint,
    distinct: Fingerprint,
}

impl Film {
    fn ms(&self) -> u64 {
        let media = self.keyframes.media.as_ref();
        media
            .and_then(|media| media.clip.as_ref())
            .map_or(0, |clip| clip.ms)
    }
}

/// How a film was found.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Hit {
    Weak,
    Match,
}

/// What came of one edit in one list.
#[derive(Default)]
struct Count {
    found: usize,
    weak: usize,
    missed: Vec<String>,
}

impl Count {
    fn add(&mut self, hit: Option<Hit>, name: &str) {
        match hit {
            Some(Hit::Match) => self.found += 1,
            Some(Hit::Weak) => self.weak += 1,
            None => {}
        }
        if hit != Some(Hit::Match) {
            self.missed.push(name.to_owned());
        }
    }

    fn total(&self) -> usize {
        self.found + self.missed.len()
    }

    fn row(&self) -> String {
        format!("{} / {} | {}", self.found, self.total(), self.weak)
    }
}

/// Prints the table; whether what must be found is, and nothing else.
pub(super) fn run(kept: &Kept) -> bool {
    let samples = samples();
    if samples.is_empty() || !has_ffmpeg() {
        println!("SKIPPED recall: {FFMPEG} or the sample videos are not there");
        return true;
    }
    println!("## Recall\n");
    let sources: Vec<Film> = samples.iter().map(|path| film(path, None, kept)).collect();
    let distinct = matcher(&sources, "distinct", Spacing::Distinct, |film| {
        clip_prints(&film.distinct)
    });
    let second = Sampling::Interval(Duration::from_secs(1));
    let seconds: Vec<Fingerprint> = samples
        .iter()
        .map(|path| {
            kept.or_else(&format!("{}, {second}", name(path)), || {
                fingerprint(path, second, PLAIN.views)
            })
        })
        .collect();
    let mut of_seconds = seconds.iter();
    let sparse = matcher(&sources, "1 fps", Spacing::Every(1000), |_| {
        clip_prints(of_seconds.next().expect("one for each source"))
    });
    assert!(sparse.has_sparse_clips().expect("an index in memory"));
    println!(
        "| edit | videos | distinct list, keyframes: found | weak | 1 fps list, distinct: found | weak |"
    );
    println!("|---|---|---|---|---|---|");
    let mut all: [Count; 2] = Default::default();
    let (mut edited, mut flat) = (Vec::new(), Vec::new());
    for edit in &EDITS {
        let mut counts: [Count; 2] = Default::default();
        for (path, source) in samples.iter().zip(&sources) {
            let Some(part) = (edit.part)(source.ms() as f64 / 1000.0) else {
                continue;
            };
            let film = film(path, Some((edit, part)), kept);
            if film.distinct.prints.is_empty() {
                // No picture in all of it is rich enough in detail for its hash to be trusted.
                flat.push(film.name);
                continue;
            }
            let hits = [
                hits(&distinct, &film.keyframes),
                hits(&sparse, &film.distinct),
            ];
            for ((count, hits), all) in counts.iter_mut().zip(hits).zip(&mut all) {
                let hit = hits.get(&source.name).copied();
                count.add(hit, &source.name);
                if edit.must {
                    let bits = nearest(&film.distinct, &source.distinct);
                    all.add(hit, &format!("{}: {bits} bits at the least", film.name));
                }
            }
            edited.push(film);
        }
        let [first, second] = &counts;
        println!(
            "| {} | {} | {} | {} |",
            edit.name,
            first.total(),
            first.row(),
            second.row()
        );
    }
    let [first, second] = &all;
    println!(
        "| all that must be found | {} | {} | {} |\n",
        first.total(),
        first.row(),
        second.row()
    );
    for name in &flat {
        println!("NOT COUNTED: {name}: no picture of quality 50");
    }
    for (list, count) in [("distinct", first), ("1 fps", second)] {
        for name in &count.missed {
            println!("MISSED in the list {list}: {name}");
        }
    }
    let strangers = strangers(&sources, &edited, &[&distinct, &sparse]);
    first.missed.is_empty()
        && second.found as f64 >= SPARSE_MIN * second.total() as f64
        && strangers == 0
}

/// Looks everything up in everything, and counts matches between families, which it names.
fn strangers(sources: &[Film], edited: &[Film], lists: &[&Matcher]) -> usize {
    // A list for each edit. In one of all, the same pictures would be in so many clips that they say nothing.
    let of_edits: Vec<Matcher> = EDITS
        .iter()
        .map(|edit| {
            let made = edited.iter().filter(|film| film.edit == edit.name);
            matcher(made, edit.name, Spacing::Distinct, |film| {
                clip_prints(&film.distinct)
            })
        })
        .collect();
    let families: BTreeMap<&str, &str> = sources
        .iter()
        .chain(edited)
        .map(|film| (film.name.as_str(), film.family.as_str()))
        .collect();
    let (mut asked, mut matched, mut weak) = (0, 0, 0);
    for film in sources.iter().chain(edited) {
        for matcher in lists.iter().copied().chain(&of_edits) {
            for fingerprint in [&film.keyframes, &film.distinct] {
                asked += 1;
                for (listed, hit) in hits(matcher, fingerprint) {
                    if families[listed.as_str()] == film.family {
                        continue;
                    }
                    match hit {
                        Hit::Match => {
                            matched += 1;
                            println!("FALSE MATCH: {} as {listed}", film.name);
                        }
                        Hit::Weak => {
                            weak += 1;
                            println!("false and weak: {} as {listed}", film.name);
                        }
                    }
                }
            }
        }
    }
    let mut names: Vec<&str> = families.values().copied().collect();
    names.sort_unstable();
    names.dedup();
    println!(
        "between families ({}): {asked} look-ups in lists of {} clips, as they are and edited, {matched} false matches, {weak} weak",
        names.join(", "),
        sources.len()
    );
    matched
}

/// What a matcher finds, by the name of the film.
fn hits(matcher: &Matcher, fingerprint: &Fingerprint) -> BTreeMap<String, Hit> {
    let found = matcher.find(fingerprint).expect("an index in memory");
    let weak = found.weak.into_iter().map(|listed| (listed, Hit::Weak));
    let matches = found.matches.into_iter().map(|listed| (listed, Hit::Match));
    let mut hits = BTreeMap::new();
    for (listed, hit) in weak.chain(matches) {
        assert!(listed.clip.is_some(), "clips are compared as a whole");
        hits.insert(listed.id.expect("every film has a name"), hit);
    }
    hits
}

/// The hashes of a sample video, or of an edit of it.
fn film(path: &Path, edit: Option<(&Edit, (f64, f64))>, kept: &Kept) -> Film {
    let source = name(path);
    let (name, views) = match edit {
        Some((edit, _)) => (format!("{source}, {}", edit.name), edit.views),
        None => (source.clone(), PLAIN.views),
    };
    let mut made = None;
    let mut fingerprint = |sampling: Sampling| {
        kept.or_else(&format!("{name}, {sampling}"), || {
            let made = match edit {
                Some((edit, part)) => made.get_or_insert_with(|| make(edit, part, path)).path(),
                None => path,
            };
            fingerprint(made, sampling, views)
        })
    };
    Film {
        keyframes: fingerprint(Sampling::Keyframes),
        distinct: fingerprint(Sampling::Distinct),
        edit: edit.map_or("", |(edit, _)| edit.name),
        // The copies and takes of one scene begin alike: chair-19.., chair-orig-22..; rabbit.webm, rabbit320.mp4.
        family: source
            .chars()
            .take_while(char::is_ascii_alphabetic)
            .collect(),
        name,
    }
}

/// How many bits lie between the two pictures of an edit and its source that are nearest to each other.
fn nearest(edit: &Fingerprint, source: &Fingerprint) -> u32 {
    let pairs = edit.prints.iter().flat_map(|print| {
        let of_source = source.prints.iter();
        of_source.filter_map(|other| print.hash.distance(&other.hash))
    });
    pairs.min().unwrap_or(256)
}

fn fingerprint(path: &Path, sampling: Sampling, views: Views) -> Fingerprint {
    let hasher = Hasher::new([HashType::Pdq])
        .with_sampling(sampling)
        .with_views(views)
        .with_decoders(decoders());
    let file = File::open(path).expect("the clip");
    let found = hasher.hash_file(&file).expect("a file that can be read");
    assert!(found.error.is_none(), "{path:?}: {:?}", found.error);
    found
}

fn clip_prints(fingerprint: &Fingerprint) -> Vec<ClipPrint> {
    // A list holds pictures as they are stored.
    let stored = |print: &&basma::hash::FrameHash| print.view == basma::hash::View::ORIGINAL;
    fingerprint
        .prints
        .iter()
        .filter(stored)
        .map(ClipPrint::from)
        .collect()
}

fn matcher<'f>(
    films: impl IntoIterator<Item = &'f Film>,
    list: &str,
    spacing: Spacing,
    mut prints: impl FnMut(&Film) -> Vec<ClipPrint>,
) -> Matcher {
    let mut entries = Vec::new();
    for film in films {
        let of_film = clip_entries(&prints(film), Some(film.ms()), spacing);
        let named = of_film
            .into_iter()
            .map(|entry| entry.with_id(film.name.clone()));
        entries.extend(named);
    }
    let source = Source::new(list, list, "clips");
    let mut builder = Builder::new();
    builder.add(List::new(source, entries)).expect("a list");
    let (index, _) = builder.build_in_memory().expect("an index");
    // Nobody is to be missed for all the others.
    let policy = Policy::default().with_limit(1000);
    Matcher::new([index]).with_policy(policy)
}

/// Has ffmpeg make an edit.
fn make(edit: &Edit, (from, long): (f64, f64), path: &Path) -> NamedTempFile {
    let to = tempfile::Builder::new()
        .suffix(".mp4")
        .tempfile()
        .expect("room for edits");
    let mut command = Command::new(FFMPEG);
    command.args([
        "-nostdin",
        "-hide_banner",
        "-v",
        "error",
        "-y",
        "-threads",
        "1",
    ]);
    command.args(["-ss", &format!("{from:.3}"), "-i"]).arg(path);
    command.args(["-t", &format!("{long:.3}"), "-vf", edit.filter]);
    command.args([
        "-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p",
    ]);
    command
        .args(["-threads", "1", "-c:a", "aac"])
        .args(edit.options);
    let done = command.arg(to.path()).stdin(Stdio::null()).status();
    assert!(done.is_ok_and(|done| done.success()), "ffmpeg: {path:?}");
    to
}
