//! The request at hand, for whoever works on it and wants to know its name, or has to tell what it used.
//!
//! It goes with the task, so that nothing has to be handed through every room for the sake of a log line. Nothing that an
//! answer says depends on it, but the id in an error that we are to blame for.

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rand::RngExt;
use tracing::{Instrument, Span};

/// One request, or one operation of a connection that stays open.
#[derive(Debug)]
pub struct RequestContext {
    id: String,
    /// The trace that it is recorded in, in 32 digits.
    trace_id: Option<String>,
    /// How long a statement may take that nobody hears of.
    slow_threshold: Duration,
    /// How many statements it may send to read.
    statements_limit: u64,
    statements: AtomicU64,
    reads: AtomicU64,
    /// Each of them, where somebody wants to know.
    recorded: Option<Mutex<Vec<Statement>>>,
}

/// A statement that was sent.
#[derive(Debug)]
pub struct Statement {
    /// Without values.
    pub text: String,
    pub ended: Instant,
    pub took: Duration,
}

tokio::task_local! {
    static CURRENT: Arc<RequestContext>;
}

impl RequestContext {
    #[must_use]
    pub fn new(id: String, slow_threshold: Duration, statements_limit: u64) -> Self {
        let (statements, reads) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { id, trace_id: None, slow_threshold, statements_limit, statements, reads, recorded: None }
    }

    /// Remembers each statement as well.
    #[must_use]
    pub fn with_recorded_statements(self) -> Self {
        Self { recorded: Some(Mutex::default()), ..self }
    }

    /// Names the trace that it is recorded in.
    #[must_use]
    pub fn with_trace_id(self, trace_id: String) -> Self {
        Self { trace_id: Some(trace_id), ..self }
    }

    /// What names it in the lines that are logged meanwhile.
    #[must_use]
    pub fn span(&self) -> Span {
        tracing::info_span!("request", request_id = self.id, trace_id = self.trace_id)
    }

    /// The statements that were sent since somebody asked, where they are remembered.
    #[must_use]
    pub fn take_recorded(&self) -> Vec<Statement> {
        let recorded = self.recorded.as_ref();
        recorded.map(|all| std::mem::take(&mut *all.lock().unwrap_or_else(PoisonError::into_inner))).unwrap_or_default()
    }

    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// How many statements were sent for it so far.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// How many it may send.
    #[must_use]
    pub fn statements_limit(&self) -> u64 {
        self.statements_limit
    }

    /// Counts a statement that is about to read; says whether it may.
    #[must_use]
    pub fn consume_statement(&self) -> bool {
        self.reads.fetch_add(1, Ordering::Relaxed) < self.statements_limit
    }

    /// Whether it wanted to read with more statements than it may.
    #[must_use]
    pub fn is_over_budget(&self) -> bool {
        self.reads.load(Ordering::Relaxed) > self.statements_limit
    }

    /// Works on a future in the name of this request.
    pub fn scope<F: Future>(self: Arc<Self>, future: F) -> impl Future<Output = F::Output> {
        CURRENT.scope(self, future)
    }
}

/// Generates a unique request id.
#[must_use]
pub fn generate_id() -> String {
    format!("{:032x}", rand::rng().random::<u128>())
}

/// The request that this task works on; none for what runs beside them.
#[must_use]
pub fn current() -> Option<Arc<RequestContext>> {
    CURRENT.try_with(Arc::clone).ok()
}

/// Works on a future in the name of a request that another task works on, where there is one.
pub async fn with_context<F: Future>(request: Option<Arc<RequestContext>>, future: F) -> F::Output {
    match request {
        Some(request) => request.scope(future).await,
        None => future.await,
    }
}

/// Works on a part of a request under its name in the log, if it has none there yet.
pub async fn in_request_span<F: Future>(future: F) -> F::Output {
    let named = !Span::current().is_none();
    let request = if named { None } else { current() };
    future.instrument(request.map_or_else(Span::none, |request| request.span())).await
}

/// Counts a statement that took so long, and tells of one that took too long. `text` has no values in it.
pub fn record_statement(text: &str, took: Duration) {
    let is_slow = CURRENT.try_with(|request| {
        request.statements.fetch_add(1, Ordering::Relaxed);
        if let Some(recorded) = &request.recorded {
            let statement = Statement { text: text.to_owned(), ended: Instant::now(), took };
            recorded.lock().unwrap_or_else(PoisonError::into_inner).push(statement);
        }
        took >= request.slow_threshold
    });
    if is_slow.unwrap_or(false) {
        let duration_ms = took.as_secs_f64() * 1000.0;
        tracing::warn!(duration_ms, statement = text, "slow query");
    }
}
