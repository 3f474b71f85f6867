//! The details of pictures that a layer lists.

use crate::Result;
use crate::hash::{Details, SeenFeature};
use crate::index::{FeatureHit, Hit, features_linear};
use crate::list::Entry;
use crate::store::decisions::pending::PendingEntries;
use crate::store::view::layer::{Content, Layer};

impl Layer {
    /// Whether it lists details of any picture, taken out or not.
    pub(crate) fn has_details(&self) -> bool {
        match &self.content {
            Content::Built(index) => index.has_details(),
            Content::PendingEntries(pending) => {
                pending.entries().any(|entry| entry.details.is_some())
            }
        }
    }

    /// Most of the listed features within `radius` bits of each of these. What was taken out is still among them:
    /// [`Layer::rows`] tells.
    pub(crate) fn features_near(
        &self,
        asked: &[SeenFeature],
        radius: u32,
    ) -> Result<Vec<FeatureHit>> {
        match &self.content {
            Content::Built(index) => index.features_near(asked, radius),
            Content::PendingEntries(pending) => {
                let all = detailed(pending);
                let listed = (0..).zip(&all).flat_map(|(picture, (_, details))| {
                    details.all().map(move |feature| (picture, feature))
                });
                Ok(features_linear(listed, asked, radius))
            }
        }
    }

    /// The hash and the details of the picture with a number that [`Layer::features_near`] gave.
    pub(crate) fn detailed_picture(&self, picture: u32) -> Result<(Hit, Details)> {
        match &self.content {
            Content::Built(index) => index.detailed_picture(picture),
            Content::PendingEntries(pending) => {
                let all = detailed(pending);
                let (entry, details) = all[picture as usize];
                Ok((Hit::apart(entry.hash, 0), details.clone()))
            }
        }
    }
}

/// The entries with details, in order. What is pending does not change while it is asked.
fn detailed(pending: &PendingEntries) -> Vec<(&Entry, &Details)> {
    let entries = pending.entries();
    let mut all: Vec<(&Entry, &Details)> = entries
        .filter_map(|entry| Some((entry, entry.details.as_deref()?)))
        .collect();
    all.sort_by_key(|(entry, _)| (entry.hash, &entry.id));
    all
}
