//! What is kept of a finding, and the hashes that name its file.

use basma::hash::{Hash, HashType};
use basma::report::{self, Finding, Match};
use sha2::{Digest as _, Sha256};

/// The largest number of matches that are held of one file.
const MATCHES_MAX: usize = 20;

/// The largest number of hashes that are held of one file: those of each frame that matches.
const HASHES_MAX: usize = 64;

/// What tells sightings of one case apart: the file, by name and content.
pub(super) fn key(finding: &Finding) -> [u8; 32] {
    let mut digest = Sha256::new();
    let mut add = |text: &str| {
        digest.update((text.len() as u64).to_le_bytes());
        digest.update(text);
    };
    add(&finding.path);
    if let Some(sha256) = &finding.sha256 {
        add(sha256);
    } else {
        finding.hashes.iter().for_each(|hash| add(&hash.hash));
    }
    digest.finalize().into()
}

/// What is kept of a finding: what people see, and the hashes by which the file can be allowed.
pub(super) fn kept(mut finding: Finding) -> Finding {
    finding.matches.truncate(MATCHES_MAX);
    finding.authentic.truncate(MATCHES_MAX);
    let tracks = std::mem::take(&mut finding.tracks);
    let frames = std::mem::take(&mut finding.frames);
    let of_frame = |track: Option<u32>, frame: u32| {
        let is_meant = |m: &Match| m.track == track && m.frame == Some(frame);
        finding.matches.iter().any(is_meant)
    };
    let first = frames.iter().map(|frame| (None, frame));
    let further = tracks
        .iter()
        .flat_map(|t| t.frames.iter().map(|frame| (Some(t.track), frame)));
    let matched = first
        .chain(further)
        .filter(|(track, frame)| of_frame(*track, frame.index));
    let hashes: Vec<report::Hash> = matched.filter_map(|(_, frame)| stored(frame)).collect();
    finding.hashes.retain(|hash| hash.view.is_none());
    finding.hashes.extend(hashes);
    finding.hashes.truncate(HASHES_MAX);
    (finding.suppressed, finding.weak) = Default::default();
    finding
}

/// The hash of the stored pixels of a frame.
fn stored(frame: &report::Frame) -> Option<report::Hash> {
    let text = frame.hash.as_ref()?;
    let json = serde_json::json!({"type": "pdq", "hash": text, "quality": frame.quality});
    serde_json::from_value(json).ok()
}

/// The hashes that name a file: its digests, and the perceptual hashes of its stored pixels.
pub(super) fn hashes(finding: &Finding) -> Vec<Hash> {
    let digests = [
        (HashType::Sha256, &finding.sha256),
        (HashType::Sha1, &finding.sha1),
        (HashType::Md5, &finding.md5),
    ];
    let digests = digests
        .into_iter()
        .filter_map(|(hash_type, text)| Hash::parse(hash_type, text.as_deref()?).ok());
    let perceptual = finding.hashes.iter().filter_map(|hash| {
        let hash_type: HashType = hash.hash_type.parse().ok()?;
        Hash::parse(hash_type, &hash.hash).ok()
    });
    let mut hashes: Vec<Hash> = digests.collect();
    for hash in perceptual {
        if !hashes.contains(&hash) {
            hashes.push(hash);
        }
    }
    hashes
}
