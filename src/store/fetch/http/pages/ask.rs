//! What is asked of each provider, and how a page leads to the next.
//!
//! Times are in UTC, whatever the clock of this machine shows.

use super::super::url::FetchUrl;
use super::config::Interface;
use super::state::Window;
use crate::error::PageFault;
use crate::store::layout::clock;

/// The fields of ThreatExchange that are read.
const FIELDS: &str = "id,indicator,type,last_updated,should_delete,\
    descriptors{reactions,owner{id},tags,status,added_on}";

/// The place of a page of a window: its first, or the one that the page before it names.
pub(super) fn place(
    interface: &Interface,
    place: &FetchUrl,
    window: &Window,
    next: Option<&str>,
) -> Result<FetchUrl, PageFault> {
    let size = interface.page_size().map(|size| size.to_string());
    let mut pairs: Vec<(&str, String)> = Vec::new();
    match (interface, window, next) {
        (Interface::Ncmec(_), Window::Times(from, to), next) => {
            pairs.push(("from", clock::text(*from)));
            pairs.push(("to", clock::text(*to)));
            let Some(link) = next else {
                pairs.extend(size.map(|size| ("size", size)));
                return query(place, &pairs);
            };
            let page = follow(place, link)?;
            // A link of another window would skip what lies between.
            let is_asked = |(name, value): &(&str, String)| page.has_pair(name, value);
            if pairs.iter().all(is_asked) {
                Ok(page)
            } else {
                Err(PageFault::Link)
            }
        }
        (Interface::ThreatExchange(_), Window::Since(since), None) => {
            pairs.push(("fields", FIELDS.to_owned()));
            pairs.extend(since.clone().map(|time| ("start_time", time)));
            pairs.extend(size.map(|size| ("page_size", size)));
            query(place, &pairs)
        }
        (Interface::ThreatExchange(_), _, Some(link)) => follow(place, link),
        (Interface::StopNcii(_), Window::Since(since), token) => {
            let since = since.clone().unwrap_or_else(|| "0".to_owned());
            pairs.push(("startTimestamp", since));
            pairs.extend(size.map(|size| ("pageSize", size)));
            pairs.extend(token.map(|token| ("nextPageToken", token.to_owned())));
            query(place, &pairs)
        }
        (Interface::Tat(_), Window::Since(since), checkpoint) => {
            pairs.push(("order", "asc".to_owned()));
            let after = checkpoint.map(str::to_owned).or_else(|| since.clone());
            pairs.extend(after.map(|after| ("after", after)));
            pairs.extend(size.map(|size| ("limit", size)));
            query(place, &pairs)
        }
        // A state of another interface, which its digest keeps away.
        _ => Err(PageFault::Link),
    }
}

fn query(place: &FetchUrl, pairs: &[(&str, String)]) -> Result<FetchUrl, PageFault> {
    place.with_pairs(pairs).map_err(|_| PageFault::Link)
}

/// A link of a page, which stays on its server.
fn follow(place: &FetchUrl, link: &str) -> Result<FetchUrl, PageFault> {
    let page = place.redirect(link.as_bytes()).ok();
    let page = page.filter(|page| page.is_same_server(place));
    page.ok_or(PageFault::Link)
}
