//! Pictures and clips that serve as lists.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;

use basma::hash::HashType;
use basma::hasher::{Sampling, Views};
use basma::list::{Change, EachChange, List};
use basma::matcher::Matcher;
use basma::media::Meter;
use basma::scan::{Finding, MediaList, Scan, holds_media};
use basma::{Result, escape};

use super::args::MediaArgs;
use super::config::{cancel_on_signal, hasher};
use super::context::{Context, Gaps};
use super::print;
use super::progress::Progress;
use super::stdin::{self, STDIN, Spooled};

/// How pictures and clips are hashed that serve as lists.
pub(super) struct Pictures<'a> {
    types: Vec<HashType>,
    media: &'a MediaArgs,
    min_quality: u8,
    context: &'a Context<'a>,
}

impl<'a> Pictures<'a> {
    /// The types that are hashed where nothing else is asked for.
    pub(super) const TYPES: [HashType; 2] = [HashType::Pdq, HashType::Sha256];

    pub(super) fn new(
        types: impl IntoIterator<Item = HashType>,
        media: &'a MediaArgs,
        min_quality: u8,
        context: &'a Context<'a>,
    ) -> Pictures<'a> {
        Pictures {
            types: types.into_iter().collect(),
            media,
            min_quality,
            context,
        }
    }

    /// Hands on the entries of a picture, a clip or a folder of them, and says so. Other paths give nothing.
    pub(super) fn read(&self, path: &Path, each: &mut EachChange<'_>) -> Result<Option<List>> {
        if !holds_media(path)? {
            return Ok(None);
        }
        let listed = self.hash(path, None, each)?;
        self.tell(path, &listed);
        Ok(Some(listed.into_list()))
    }

    /// As [`Pictures::read`], of a picture or clip that was read from standard input.
    pub(super) fn read_spooled(
        &self,
        spooled: &Spooled,
        each: &mut EachChange<'_>,
    ) -> Result<List> {
        let mut each = |_: &str, change| each(stdin::NAME, change);
        let path = Path::new(STDIN);
        let mut listed = self.hash(path, Some(spooled), &mut each)?;
        listed.source.list = stdin::NAME.to_owned();
        self.tell(path, &listed);
        Ok(listed.into_list())
    }

    fn hash(
        &self,
        path: &Path,
        spooled: Option<&Spooled>,
        each: &mut EachChange<'_>,
    ) -> Result<MediaList> {
        // As viewers show them, of which copies are made. And densely: few pictures of a copy are looked up.
        let hasher = hasher(
            self.types.clone(),
            self.media,
            Views::Upright,
            Sampling::Distinct,
        )?
        .with_sampling(Sampling::Distinct);
        let mut scan = Scan::new(Matcher::new([]))
            .with_hasher(hasher)
            .with_cancel(cancel_on_signal());
        if let Some(jobs) = self
            .media
            .jobs
            .and_then(|jobs| NonZeroUsize::new(jobs.into()))
        {
            scan = scan.with_jobs(jobs);
        }
        if let Some(spooled) = spooled {
            scan = scan.with_stand_in(path, spooled.path());
        }
        let meter = Arc::new(Meter::default());
        let scan = scan.with_meter(meter.clone());
        let file = spooled.map_or(path, Spooled::path);
        let progress = Progress::of_hashing(&[file.to_owned()], meter, self.context);
        let mut gaps = Gaps::new(self.context);
        let gap = |finding: &Finding| {
            if print::may_hold_media(finding) {
                progress.aside(|| gaps.add(finding));
            }
        };
        let add = |list: &str, entry| each(list, Change::Add(entry));
        let listed = scan.list_media(path, self.min_quality, add, gap);
        drop(progress);
        let listed = listed?;
        gaps.finish();
        Ok(listed)
    }

    fn tell(&self, path: &Path, listed: &MediaList) {
        let id = match (listed.pictures, listed.clips) {
            _ if !path.is_dir() => "media-list-file",
            (_, 0) => "media-list-pictures",
            (0, _) => "media-list-clips",
            _ => "media-list-both",
        };
        let shown = if stdin::is_stdin(path) {
            stdin::NAME.into()
        } else {
            escape::path(path)
        };
        let values = [
            ("pictures", listed.pictures.into()),
            ("clips", listed.clips.into()),
            ("path", shown.into()),
        ];
        self.context.tell(&self.context.prose.say(id, values));
    }
}
