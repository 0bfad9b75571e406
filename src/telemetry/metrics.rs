//! Metrics in the text format of Prometheus: <https://prometheus.io/docs/instrumenting/exposition_formats/>
//!
//! Label values from clients are bounded: only a fixed number of operation names have their own label.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// The status code of a success.
const OK: u16 = 200;
/// The maximum number of operation names with their own label.
const MAX_OPERATION_NAMES: usize = 100;
/// The label of all other names.
const OTHER: &str = "_other";
/// The label of an operation without a name.
const ANONYMOUS: &str = "_anonymous";
/// The label of requests that were rejected before execution.
const REJECTED: &str = "_rejected";

/// An operation, as the log and the metrics describe it.
#[derive(Debug)]
pub struct Operation {
    pub name: Option<String>,
    /// `query`, `mutation` or `subscription`.
    pub kind: String,
    pub cost: usize,
    /// The metrics of the operation, once they are known.
    metrics: OnceLock<OperationMetrics>,
}

/// The metrics of one operation. A lookup costs more than an update, and most responses come from the cache.
#[derive(Debug)]
struct OperationMetrics {
    /// The label.
    name: String,
    successes: Counter,
    duration: Histogram,
}

impl Operation {
    #[must_use]
    pub fn new(name: Option<String>, kind: String, cost: usize) -> Self {
        Self { name, kind, cost, metrics: OnceLock::new() }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    operation: String,
    kind: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OperationLabels {
    operation: String,
}

/// The state of pooled connections.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct PoolLabels {
    state: &'static str,
}

/// Values that are read when the metrics are scraped.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    pub document_cache_hits: u64,
    pub document_cache_misses: u64,
    pub response_cache_hits: u64,
    pub response_cache_misses: u64,
    pub object_cache_hits: u64,
    pub object_cache_misses: u64,
    /// Read connections to the database, and how many of them are idle.
    pub connections: u32,
    pub idle: u32,
    pub db_statements: u64,
    /// Requests that are executed, and requests that wait for one of them to finish.
    pub executing_requests: usize,
    pub queued_requests: usize,
    /// Whether the primary is not available, or the last write failed for a persistent reason.
    pub writes_failing: bool,
    /// The documents in the search index, and the number of the last change that they show.
    pub search_documents: u64,
    pub search_position: i64,
    pub search_builds: u64,
    /// Whether this server purges the edge.
    pub purger_active: bool,
    /// Successful purge requests, and failed attempts to purge.
    pub edge_purges: u64,
    pub edge_purge_failures: u64,
    /// The number of changes that were not purged yet, and how long the oldest has waited.
    pub edge_unpurged_changes: u64,
    pub edge_purge_lag: Duration,
    /// The read replicas.
    pub replicas: Vec<Replica>,
}

/// A read replica of the database.
#[derive(Clone, Debug)]
pub struct Replica {
    /// Its host and port.
    pub location: String,
    pub is_available: bool,
    /// The part of the primary's write-ahead log that it has not applied, in bytes.
    pub lag: i64,
    /// Statements sent to it.
    pub statements: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ReplicaLabels {
    replica: String,
}

/// The metrics of one server.
pub struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    duration: Family<OperationLabels, Histogram>,
    cost: Histogram,
    statements: Histogram,
    executing_requests: Gauge,
    queued_requests: Gauge,
    overload_rejections: Counter,
    subscription_connections: Gauge,
    document_cache: CacheCounters,
    response_cache: CacheCounters,
    object_cache: CacheCounters,
    connections: Family<PoolLabels, Gauge>,
    db_statements: Counter,
    writes_failing: Gauge,
    replica_available: Family<ReplicaLabels, Gauge>,
    replica_lag: Family<ReplicaLabels, Gauge>,
    replica_statements: Family<ReplicaLabels, Counter>,
    search_documents: Gauge,
    search_position: Gauge,
    search_builds: Counter,
    purger_active: Gauge,
    edge_purges: Counter,
    edge_purge_failures: Counter,
    edge_unpurged_changes: Gauge,
    edge_purge_lag_seconds: Gauge<f64, AtomicU64>,
    names: Mutex<HashSet<String>>,
}

/// Hits and misses of a cache.
#[derive(Default)]
struct CacheCounters {
    hits: Counter,
    misses: Counter,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    #[must_use]
    pub fn new() -> Self {
        let durations =
            || Histogram::new([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0]);
        let mut metrics = Self {
            registry: Registry::with_prefix("syllabus"),
            requests: Family::default(),
            duration: Family::new_with_constructor(durations),
            cost: Histogram::new([1.0, 10.0, 100.0, 1_000.0, 10_000.0, 100_000.0]),
            statements: Histogram::new([0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0]),
            executing_requests: Gauge::default(),
            queued_requests: Gauge::default(),
            overload_rejections: Counter::default(),
            subscription_connections: Gauge::default(),
            document_cache: CacheCounters::default(),
            response_cache: CacheCounters::default(),
            object_cache: CacheCounters::default(),
            connections: Family::default(),
            db_statements: Counter::default(),
            writes_failing: Gauge::default(),
            replica_available: Family::default(),
            replica_lag: Family::default(),
            replica_statements: Family::default(),
            search_documents: Gauge::default(),
            search_position: Gauge::default(),
            search_builds: Counter::default(),
            purger_active: Gauge::default(),
            edge_purges: Counter::default(),
            edge_purge_failures: Counter::default(),
            edge_unpurged_changes: Gauge::default(),
            edge_purge_lag_seconds: Gauge::default(),
            names: Mutex::default(),
        };
        metrics.register();
        metrics
    }

    /// Registers the metrics. The names follow Prometheus: <https://prometheus.io/docs/practices/naming/>. The encoder
    /// adds `_total` to those of counters.
    fn register(&mut self) {
        let to = &mut self.registry;
        let help = "GraphQL requests by operation name, operation kind and HTTP status";
        to.register("graphql_requests", help, self.requests.clone());
        let help = "Time to answer a GraphQL request in seconds, by operation name";
        to.register("graphql_request_duration_seconds", help, self.duration.clone());
        to.register("graphql_operation_cost", "Computed cost of GraphQL operations", self.cost.clone());
        to.register(
            "db_statements_per_request",
            "SQL statements sent for one GraphQL request",
            self.statements.clone(),
        );
        let help = "GraphQL requests that are executed at the moment, up to limits.concurrency";
        to.register("executing_requests", help, self.executing_requests.clone());
        let help = "GraphQL requests that wait for their execution, up to limits.max-queued-requests";
        to.register("queued_requests", help, self.queued_requests.clone());
        let help = "Requests and connections rejected because the server was overloaded";
        to.register("overload_rejections", help, self.overload_rejections.clone());
        let help = "Open WebSockets and event streams";
        to.register("subscription_connections", help, self.subscription_connections.clone());
        for (name, cached, cache) in [
            ("document_cache", "documents, parsed and validated", &self.document_cache),
            ("response_cache", "responses to anonymous queries", &self.response_cache),
            ("object_cache", "catalog rows and reading lists", &self.object_cache),
        ] {
            to.register(format!("{name}_hits"), format!("Hits in the cache of {cached}"), cache.hits.clone());
            to.register(format!("{name}_misses"), format!("Misses in the cache of {cached}"), cache.misses.clone());
        }
        let help = "Database connections for reading, by state";
        to.register("db_pool_connections", help, self.connections.clone());
        to.register("db_statements", "SQL statements sent since the start of the process", self.db_statements.clone());
        let help = "Whether the database server is unavailable, or the last write failed for a persistent reason such \
                    as a full disk: 1 or 0";
        to.register("writes_failing", help, self.writes_failing.clone());
        let help = "Whether a read replica responded to the last probe: 1 or 0";
        to.register("db_replica_available", help, self.replica_available.clone());
        let help = "Bytes of the primary's write-ahead log that a read replica has not applied";
        to.register("db_replica_lag_bytes", help, self.replica_lag.clone());
        to.register("db_replica_statements", "SQL statements sent to a read replica", self.replica_statements.clone());
        to.register("search_index_documents", "Documents in the search index", self.search_documents.clone());
        let help = "Number of the last change of the catalog that is in the search index";
        to.register("search_index_position", help, self.search_position.clone());
        let help = "Completed builds of the search index since the start of the process";
        to.register("search_index_builds", help, self.search_builds.clone());
        let help = "Whether this server purges the edge, which one server at a time does: 1 or 0";
        to.register("edge_purger_active", help, self.purger_active.clone());
        to.register("edge_purges", "Purge requests of purges that succeeded at all URLs", self.edge_purges.clone());
        let help = "Attempts to purge the edge that failed, and are repeated";
        to.register("edge_purge_failures", help, self.edge_purge_failures.clone());
        let help = "Changes of the catalog that are not purged from the edge yet";
        to.register("edge_unpurged_changes", help, self.edge_unpurged_changes.clone());
        let help = "Seconds since the purger read the oldest change that is not purged, or since purging began to fail";
        to.register("edge_purge_lag_seconds", help, self.edge_purge_lag_seconds.clone());
    }

    /// Records a request and its response.
    pub fn observe(&self, operation: Option<&Operation>, status: u16, statements: u64, took: Duration) {
        let Some(operation) = operation else {
            self.duration(REJECTED).observe(took.as_secs_f64());
            self.requests(REJECTED, "", status).inc();
            return;
        };
        let metrics = operation.metrics.get_or_init(|| {
            let name = self.label(operation.name.as_deref());
            let (successes, duration) = (self.requests(&name, &operation.kind, OK), self.duration(&name));
            OperationMetrics { name, successes, duration }
        });
        metrics.duration.observe(took.as_secs_f64());
        if status == OK {
            metrics.successes.inc();
        } else {
            self.requests(&metrics.name, &operation.kind, status).inc();
        }
        #[expect(clippy::cast_precision_loss, reason = "a histogram asks for no more")]
        self.cost.observe(operation.cost as f64);
        #[expect(clippy::cast_precision_loss, reason = "a histogram asks for no more")]
        self.statements.observe(statements as f64);
    }

    fn requests(&self, operation: &str, kind: &str, status: u16) -> Counter {
        self.requests.get_or_create_owned(&RequestLabels {
            operation: operation.to_owned(),
            kind: kind.to_owned(),
            status,
        })
    }

    fn duration(&self, operation: &str) -> Histogram {
        self.duration.get_or_create_owned(&OperationLabels { operation: operation.to_owned() })
    }

    /// Returns the number of open WebSockets and event streams.
    #[must_use]
    pub fn subscription_connections(&self) -> &Gauge {
        &self.subscription_connections
    }

    /// Returns the number of requests and connections that were rejected because the server was overloaded.
    #[must_use]
    pub fn overload_rejections(&self) -> &Counter {
        &self.overload_rejections
    }

    /// Encodes all metrics as text.
    ///
    /// # Panics
    /// Never panics: writing to a string does not fail.
    #[must_use]
    pub fn encode(&self, now: Snapshot) -> String {
        self.document_cache.set(now.document_cache_hits, now.document_cache_misses);
        self.response_cache.set(now.response_cache_hits, now.response_cache_misses);
        self.object_cache.set(now.object_cache_hits, now.object_cache_misses);
        set(&self.db_statements, now.db_statements);
        set(&self.search_builds, now.search_builds);
        set(&self.edge_purges, now.edge_purges);
        set(&self.edge_purge_failures, now.edge_purge_failures);
        self.executing_requests.set(i64::try_from(now.executing_requests).unwrap_or(i64::MAX));
        self.queued_requests.set(i64::try_from(now.queued_requests).unwrap_or(i64::MAX));
        self.writes_failing.set(now.writes_failing.into());
        self.search_documents.set(i64::try_from(now.search_documents).unwrap_or(i64::MAX));
        self.search_position.set(now.search_position);
        for Replica { location, is_available, lag, statements } in now.replicas {
            let labels = ReplicaLabels { replica: location };
            self.replica_available.get_or_create(&labels).set(is_available.into());
            self.replica_lag.get_or_create(&labels).set(lag);
            set(&self.replica_statements.get_or_create(&labels), statements);
        }
        self.purger_active.set(now.purger_active.into());
        self.edge_unpurged_changes.set(i64::try_from(now.edge_unpurged_changes).unwrap_or(i64::MAX));
        self.edge_purge_lag_seconds.set(now.edge_purge_lag.as_secs_f64());
        let used = now.connections.saturating_sub(now.idle);
        for (state, count) in [("idle", now.idle), ("used", used)] {
            self.connections.get_or_create(&PoolLabels { state }).set(count.into());
        }
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("writing to a string cannot fail");
        text
    }

    fn label(&self, name: Option<&str>) -> String {
        let Some(name) = name else { return ANONYMOUS.to_owned() };
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        if names.contains(name) || (names.len() < MAX_OPERATION_NAMES && names.insert(name.to_owned())) {
            name.to_owned()
        } else {
            OTHER.to_owned()
        }
    }
}

impl CacheCounters {
    fn set(&self, hits: u64, misses: u64) {
        set(&self.hits, hits);
        set(&self.misses, misses);
    }
}

/// Raises a counter to a value that was counted elsewhere. A lower value has no effect.
fn set(counter: &Counter, count: u64) {
    counter.inner().fetch_max(count, Ordering::Relaxed);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operation_names_are_bounded() {
        let metrics = Metrics::new();
        for number in 0..MAX_OPERATION_NAMES + 50 {
            let operation = Operation::new(Some(format!("Q{number}")), "query".to_owned(), 1);
            metrics.observe(Some(&operation), 200, 1, Duration::from_millis(1));
        }
        let text = metrics.encode(Snapshot::default());
        assert_eq!(text.matches("syllabus_graphql_requests_total{").count(), MAX_OPERATION_NAMES + 1);
        assert!(
            text.contains(r#"syllabus_graphql_requests_total{operation="_other",kind="query",status="200"} 50"#),
            "{text}"
        );
    }
}
