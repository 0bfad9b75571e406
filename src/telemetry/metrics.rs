//! Figures for Prometheus, in its text format: <https://prometheus.io/docs/instrumenting/exposition_formats/>
//!
//! Values of labels come from clients only where they are bounded: so many names of operations, all others are one.

use std::collections::HashSet;
use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// The status of what was answered as it should.
const ANSWERED: u16 = 200;
/// How many names of operations are told apart.
const NAMES: usize = 100;
/// The name of all others.
const OTHERS: &str = "(others)";
/// The name of an operation without one.
const ANONYMOUS: &str = "(anonymous)";
/// The name of what never came to an operation.
const REFUSED: &str = "(refused)";

/// An operation, as far as the log and the figures tell of it.
#[derive(Debug)]
pub struct Operation {
    pub name: Option<String>,
    /// query, mutation or subscription.
    pub kind: String,
    pub cost: usize,
    /// Where its requests are counted.
    figures: OnceLock<Figures>,
}

/// What one operation moves. Finding it costs more than moving it, and most answers are given again and again.
#[derive(Debug)]
struct Figures {
    /// As it stands in labels.
    name: String,
    answered: Counter,
    seconds: Histogram,
}

impl Operation {
    #[must_use]
    pub fn new(name: Option<String>, kind: String, cost: usize) -> Self {
        Self { name, kind, cost, figures: OnceLock::new() }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Asked {
    operation: String,
    kind: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Named {
    operation: String,
}

/// What is looked up at the moment that the figures are read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Snapshot {
    pub documents_known: u64,
    pub documents_new: u64,
    pub answers_known: u64,
    pub answers_new: u64,
    pub rows_known: u64,
    pub rows_new: u64,
    /// Connections to the database, and how many of them do nothing.
    pub connections: u32,
    pub idle: u32,
    pub database_statements: u64,
}

/// The figures of one server.
pub struct Metrics {
    registry: Registry,
    requests: Family<Asked, Counter>,
    seconds: Family<Named, Histogram>,
    cost: Histogram,
    statements: Histogram,
    streams: Gauge,
    documents_known: Gauge<u64, AtomicU64>,
    documents_new: Gauge<u64, AtomicU64>,
    answers_known: Gauge<u64, AtomicU64>,
    answers_new: Gauge<u64, AtomicU64>,
    rows_known: Gauge<u64, AtomicU64>,
    rows_new: Gauge<u64, AtomicU64>,
    connections: Gauge,
    idle: Gauge,
    database_statements: Gauge<u64, AtomicU64>,
    names: Mutex<HashSet<String>>,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    #[must_use]
    pub fn new() -> Self {
        let seconds = || Histogram::new([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0]);
        let mut metrics = Self {
            registry: Registry::with_prefix("syllabus"),
            requests: Family::default(),
            seconds: Family::new_with_constructor(seconds),
            cost: Histogram::new([1.0, 10.0, 100.0, 1_000.0, 10_000.0, 100_000.0]),
            statements: Histogram::new([0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0]),
            streams: Gauge::default(),
            documents_known: Gauge::default(),
            documents_new: Gauge::default(),
            answers_known: Gauge::default(),
            answers_new: Gauge::default(),
            rows_known: Gauge::default(),
            rows_new: Gauge::default(),
            connections: Gauge::default(),
            idle: Gauge::default(),
            database_statements: Gauge::default(),
            names: Mutex::default(),
        };
        metrics.register();
        metrics
    }

    fn register(&mut self) {
        let to = &mut self.registry;
        to.register("requests", "GraphQL requests, by operation, its kind and the status", self.requests.clone());
        to.register("request_seconds", "How long they took, by operation", self.seconds.clone());
        to.register("request_cost", "What they cost", self.cost.clone());
        to.register("request_statements", "How many SQL statements they sent", self.statements.clone());
        to.register("streams", "WebSockets and streams of events that are open", self.streams.clone());
        let help = "Documents that had been looked at before";
        to.register("documents_known", help, self.documents_known.clone());
        to.register("documents_new", "Documents that had to be parsed and validated", self.documents_new.clone());
        to.register("answers_known", "Answers that were given again", self.answers_known.clone());
        to.register("answers_new", "Answers that had to be made, of those that can be kept", self.answers_new.clone());
        to.register("rows_known", "Rows and reading lists that were kept", self.rows_known.clone());
        to.register(
            "rows_new",
            "Rows and reading lists that had to be read, of those that can be kept",
            self.rows_new.clone(),
        );
        to.register("database_connections", "Connections to the database", self.connections.clone());
        to.register("database_connections_idle", "Those that do nothing", self.idle.clone());
        to.register("database_statements", "SQL statements since the start", self.database_statements.clone());
    }

    /// Counts a request and its answer.
    pub fn observe(&self, operation: Option<&Operation>, status: u16, statements: u64, took: Duration) {
        let Some(operation) = operation else {
            self.seconds(REFUSED).observe(took.as_secs_f64());
            self.requests(REFUSED, "", status).inc();
            return;
        };
        let figures = operation.figures.get_or_init(|| {
            let name = self.label(operation.name.as_deref());
            let (answered, seconds) = (self.requests(&name, &operation.kind, ANSWERED), self.seconds(&name));
            Figures { name, answered, seconds }
        });
        figures.seconds.observe(took.as_secs_f64());
        if status == ANSWERED {
            figures.answered.inc();
        } else {
            self.requests(&figures.name, &operation.kind, status).inc();
        }
        #[expect(clippy::cast_precision_loss, reason = "a histogram asks for no more")]
        self.cost.observe(operation.cost as f64);
        #[expect(clippy::cast_precision_loss, reason = "a histogram asks for no more")]
        self.statements.observe(statements as f64);
    }

    fn requests(&self, operation: &str, kind: &str, status: u16) -> Counter {
        self.requests.get_or_create_owned(&Asked { operation: operation.to_owned(), kind: kind.to_owned(), status })
    }

    fn seconds(&self, operation: &str) -> Histogram {
        self.seconds.get_or_create_owned(&Named { operation: operation.to_owned() })
    }

    /// How many WebSockets and streams are open.
    #[must_use]
    pub fn streams(&self) -> &Gauge {
        &self.streams
    }

    /// All figures as text.
    ///
    /// # Panics
    /// Never: writing to a string does not fail.
    #[must_use]
    pub fn text(&self, now: Snapshot) -> String {
        self.documents_known.set(now.documents_known);
        self.documents_new.set(now.documents_new);
        self.answers_known.set(now.answers_known);
        self.answers_new.set(now.answers_new);
        self.rows_known.set(now.rows_known);
        self.rows_new.set(now.rows_new);
        self.connections.set(now.connections.into());
        self.idle.set(now.idle.into());
        self.database_statements.set(now.database_statements);
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("a string takes everything");
        text
    }

    fn label(&self, name: Option<&str>) -> String {
        let Some(name) = name else { return ANONYMOUS.to_owned() };
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        if names.contains(name) || (names.len() < NAMES && names.insert(name.to_owned())) {
            name.to_owned()
        } else {
            OTHERS.to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_operations_are_bounded() {
        let metrics = Metrics::new();
        for number in 0..NAMES + 50 {
            let operation = Operation::new(Some(format!("Q{number}")), "query".to_owned(), 1);
            metrics.observe(Some(&operation), 200, 1, Duration::from_millis(1));
        }
        let text = metrics.text(Snapshot::default());
        assert_eq!(text.matches("syllabus_requests_total{").count(), NAMES + 1);
        assert!(
            text.contains(r#"syllabus_requests_total{operation="(others)",kind="query",status="200"} 50"#),
            "{text}"
        );
    }
}
