//! The log on standard error, as text or as JSON, metrics and traces.

mod metrics;
mod traces;

use std::io::{self, IsTerminal};
use std::panic;

use tracing::Span;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, Registry};

use crate::config::{LogFormat, LogSettings};
use crate::request_context;
pub use metrics::{Metrics, Operation, Replica, Snapshot};
pub use traces::{RequestSpan, ResponseInfo, Traces, Transport};

/// Starts the log. From here on, a panic is a log line in the same format as the others.
pub fn start(log: &LogSettings) {
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    let lines: Box<dyn Layer<Registry> + Send + Sync> = match log.format {
        LogFormat::Text => lines.with_ansi(io::stderr().is_terminal()).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    tracing_subscriber::registry().with(lines.with_filter(log.level.targets().clone())).init();
    panic::set_hook(Box::new(|panic| {
        let message = panic.payload_as_str().unwrap_or("no message");
        let location = panic.location().map(ToString::to_string);
        let request = request_context::current().filter(|_| Span::current().is_none());
        let request_id = request.as_ref().map(|request| request.id());
        tracing::error!(location, request_id, "panicked: {message}");
    }));
}
