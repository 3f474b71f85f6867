//! The command as a user meets it: whole output, exit codes, and what is left behind. One module per journey.

#[cfg(feature = "archives")]
mod archives;
mod authentic;
#[cfg(all(unix, feature = "h264"))]
mod bad_clips;
mod bad_input;
#[cfg(unix)]
mod case;
#[cfg(all(unix, feature = "h264"))]
mod clip_lists;
#[cfg(all(unix, feature = "h264"))]
mod clips;
#[cfg(all(unix, feature = "h264", feature = "archives"))]
mod clips_in_line;
#[cfg(feature = "archives")]
mod containers;
mod convert;
mod copies;
#[cfg(unix)]
mod coverage;
mod dependencies;
#[cfg(feature = "archives")]
mod disk_images;
mod duplicates;
mod exact;
mod export_matches;
mod findings;
mod first_store;
mod flood;
#[cfg(all(unix, feature = "archives"))]
mod hostile_papers;
mod index;
mod languages;
mod list_flow;
mod lists;
mod lookup;
mod media_lists;
mod nothing;
mod output;
mod own_lists;
mod page;
mod papers;
#[cfg(feature = "archives")]
mod parts;
mod providers;
#[cfg(feature = "archives")]
mod reasons;
mod remember;
mod rights;
mod scan;
mod schema;
mod script;
mod stdin;
mod store;
#[cfg(unix)]
mod tamper;
mod test_dir;
#[cfg(all(unix, feature = "h264"))]
mod tracks;
mod untranslated;
#[cfg(all(unix, feature = "h264"))]
mod vpdq;
mod walls;
mod ways_out;

#[path = "../../fixtures/notices/mod.rs"]
mod notices;

#[path = "../pictures/mod.rs"]
mod pictures;

/// Archives that are made by hand, as the unit tests make them.
#[cfg(feature = "archives")]
#[path = "../../src/archive/tests/write.rs"]
#[allow(
    dead_code,
    reason = "these tests need fewer kinds of damage than those do"
)]
mod write;

/// Clips that are made by hand, likewise.
#[cfg(all(unix, feature = "h264"))]
#[path = "../../src/media/video/tests"]
#[allow(
    dead_code,
    reason = "these tests need fewer kinds of clips than those do"
)]
mod film {
    pub(crate) mod encode;
    pub(crate) mod write;
}
