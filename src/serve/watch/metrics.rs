//! What is counted, as Prometheus reads it. Neither hashes nor names of files nor URLs are labels.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use basma::matcher::Found;
use basma::sandbox::Wall;
use basma::store::Status;
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

/// The bounds of latencies, in seconds: from a look-up of a hash to a clip.
const LATENCIES: [f64; 14] = [
    0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0,
];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    route: String,
    method: &'static str,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    route: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct MatchLabels {
    list: String,
    action: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ListLabels {
    list: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ReasonLabels {
    reason: &'static str,
}

/// What stands of the wall around the processes that open media.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct WallLabels {
    wall: String,
    landlock: String,
    seccomp: &'static str,
    whole: &'static str,
}

impl From<Wall> for WallLabels {
    fn from(wall: Wall) -> WallLabels {
        let word = |is_so: bool| if is_so { "yes" } else { "no" };
        let version = wall.landlock.map(|version| version.to_string());
        WallLabels {
            wall: wall.to_string(),
            landlock: version.unwrap_or_else(|| word(false).to_owned()),
            seccomp: word(wall.seccomp),
            whole: word(wall.is_whole()),
        }
    }
}

/// The counters of a service.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    seconds: Family<RouteLabels, Histogram, fn() -> Histogram>,
    matches: Family<MatchLabels, Counter>,
    refused_connections: Family<ReasonLabels, Counter>,
    /// Open connections.
    pub(crate) connections: Gauge,
    /// Files that wait for a thread, or are on one.
    pub(crate) files: Gauge,
    generation: Gauge<u64, AtomicU64>,
    age: Family<ListLabels, Gauge<u64, AtomicU64>>,
    entries: Family<ListLabels, Gauge<u64, AtomicU64>>,
    is_stale: Family<ListLabels, Gauge>,
    quarantined: Family<ListLabels, Gauge<u64, AtomicU64>>,
}

impl Metrics {
    pub(crate) fn new(wall: Wall) -> Metrics {
        let histogram: fn() -> Histogram = || Histogram::new(LATENCIES);
        let mut metrics = Metrics {
            registry: Registry::with_prefix("basma"),
            requests: Family::default(),
            seconds: Family::new_with_constructor(histogram),
            matches: Family::default(),
            refused_connections: Family::default(),
            connections: Gauge::default(),
            files: Gauge::default(),
            generation: Gauge::default(),
            age: Family::default(),
            entries: Family::default(),
            is_stale: Family::default(),
            quarantined: Family::default(),
        };
        metrics.register(wall);
        metrics
    }

    fn register(&mut self, wall: Wall) {
        let registry = &mut self.registry;
        let sandbox = Info::new(WallLabels::from(wall));
        registry.register("sandbox", "The wall around what opens media", sandbox);
        let requests = self.requests.clone();
        registry.register("requests", "Requests by route, method and status", requests);
        let seconds = self.seconds.clone();
        registry.register("request_seconds", "How long requests took", seconds);
        let matches = self.matches.clone();
        registry.register(
            "matches",
            "Matches by list and its strongest action",
            matches,
        );
        let refused = self.refused_connections.clone();
        registry.register(
            "refused_connections",
            "Connections refused, by reason",
            refused,
        );
        let connections = self.connections.clone();
        registry.register("connections", "Open connections", connections);
        let files = self.files.clone();
        registry.register("files", "Files that are hashed or wait for it", files);
        let generation = self.generation.clone();
        registry.register("generation", "The generation that answers", generation);
        let age = self.age.clone();
        registry.register("list_age_seconds", "The age of lists", age);
        let entries = self.entries.clone();
        registry.register("list_entries", "The entries of lists", entries);
        let is_stale = self.is_stale.clone();
        registry.register("list_stale", "1 for lists older than allowed", is_stale);
        let quarantined = self.quarantined.clone();
        registry.register(
            "quarantined_entries",
            "Entries in quarantine, of at most a hundred",
            quarantined,
        );
    }

    /// Counts a request that was answered.
    pub(super) fn answered(&self, route: &str, method: &'static str, status: u16, took: Duration) {
        let labels = RequestLabels {
            route: route.to_owned(),
            method,
            status,
        };
        self.requests.get_or_create(&labels).inc();
        let RequestLabels { route, .. } = labels;
        let seconds = self.seconds.get_or_create(&RouteLabels { route });
        seconds.observe(took.as_secs_f64());
    }

    /// Counts what was found.
    pub(crate) fn found(&self, found: &Found) {
        for found in &found.matches {
            let labels = MatchLabels {
                list: found.list.clone(),
                action: found.at_most.map_or("none", |action| action.name()),
            };
            self.matches.get_or_create(&labels).inc();
        }
    }

    /// Counts a connection that was refused.
    pub(crate) fn refused(&self, reason: &'static str) {
        let refused = self
            .refused_connections
            .get_or_create(&ReasonLabels { reason });
        refused.inc();
    }

    /// All of it as text, with the lists as they are now.
    pub(super) fn text(
        &self,
        generation: Option<u64>,
        status: Option<&Status>,
        quarantined: &BTreeMap<String, u64>,
    ) -> Option<String> {
        self.generation.set(generation.unwrap_or(0));
        // A list that is gone has no age.
        for family in [&self.age, &self.entries] {
            family.clear();
        }
        self.is_stale.clear();
        self.quarantined.clear();
        for (list, entries) in quarantined {
            let labels = ListLabels { list: list.clone() };
            self.quarantined.get_or_create(&labels).set(*entries);
        }
        for list in status.iter().flat_map(|status| &status.lists) {
            let labels = ListLabels {
                list: list.terms.list.clone(),
            };
            if let Some(age) = list.age {
                self.age.get_or_create(&labels).set(age);
            }
            self.entries.get_or_create(&labels).set(list.entries);
            let is_stale = self.is_stale.get_or_create(&labels);
            is_stale.set(i64::from(list.is_stale()));
        }
        let mut text = String::new();
        text::encode(&mut text, &self.registry).ok()?;
        Some(text)
    }
}
