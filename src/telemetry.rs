//! The log on standard error, as text or as JSON, metrics and traces.

mod metrics;
mod traces;

use std::io::{self, IsTerminal};
use std::panic;

use tracing::{Span, Subscriber};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, Registry};

use crate::config::{LogFormat, LogSettings};
use crate::request_context;
pub use metrics::{Metrics, Operation, Replica, Snapshot};
pub use traces::{RequestSpan, ResponseInfo, Traces, Transport};

/// Starts the log. From here on, a panic is a log line in the same format as the others.
pub fn start(log: &LogSettings) {
    subscriber(log, io::stderr).init();
    panic::set_hook(Box::new(|panic| {
        let message = panic.payload_as_str().unwrap_or("no message");
        let location = panic.location().map(ToString::to_string);
        let request = request_context::current().filter(|_| Span::current().is_none());
        let request_id = request.as_ref().map(|request| request.id());
        tracing::error!(location, request_id, "panicked: {message}");
    }));
}

/// The filter belongs to the whole subscriber. That of a layer sometimes drops the line after a disabled one:
/// <https://github.com/tokio-rs/tracing/issues/2519>
fn subscriber<W>(log: &LogSettings, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    let lines = tracing_subscriber::fmt::layer().with_writer(writer);
    let lines: Box<dyn Layer<Registry> + Send + Sync> = match log.format {
        LogFormat::Text => lines.with_ansi(io::stderr().is_terminal()).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    tracing_subscriber::registry().with(lines).with(log.level.targets().clone())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::config::{self, Sources};

    #[test]
    fn no_line_is_lost_after_a_disabled_one() {
        let settings: LogSettings = config::load(&Sources::default()).expect("the defaults are valid");
        let log = tempfile::NamedTempFile::new().expect("the disk has space");
        let writer = Arc::new(log.reopen().expect("it is readable"));
        tracing::subscriber::with_default(subscriber(&settings, writer), || {
            let disabled = tracing::debug_span!("disabled").metadata().expect("it has metadata");
            tracing::dispatcher::get_default(|subscriber| subscriber.enabled(disabled));
            tracing::info!("this line");
        });
        let text = std::fs::read_to_string(log.path()).expect("it is readable");
        assert!(text.contains("this line"), "{text:?}");
    }
}
