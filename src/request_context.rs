//! The context of the current request: its id, its caller and operation, and the SQL statements that it has sent.
//!
//! It is a task-local, so that no function needs a parameter only for the log. No result depends on it, except the
//! request id in an internal error.

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use rand::RngExt;
use tracing::{Instrument, Span};

/// The context of one request, or of one operation of a long-lived connection.
#[derive(Debug)]
pub struct RequestContext {
    id: String,
    /// The id of the trace that records the request, in 32 hexadecimal digits.
    trace_id: Option<String>,
    /// The identity of an authenticated caller.
    caller: OnceLock<String>,
    /// The name of the operation that is executed. The operations of a batch are executed one after the other.
    operation: Mutex<Option<String>>,
    /// The duration from which a statement is logged as slow.
    slow_threshold: Duration,
    /// The maximum number of statements that an operation reads with.
    statements_limit: u64,
    statements: AtomicU64,
    /// Those that the current operation has read with.
    reads: AtomicU64,
    /// The statements, if they are recorded.
    recorded: Option<Mutex<Vec<Statement>>>,
}

/// A statement that was sent.
#[derive(Debug)]
pub struct Statement {
    /// Without the values of its parameters.
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
        Self {
            id,
            trace_id: None,
            caller: OnceLock::new(),
            operation: Mutex::default(),
            slow_threshold,
            statements_limit,
            statements,
            reads,
            recorded: None,
        }
    }

    /// Records each statement.
    #[must_use]
    pub fn with_recorded_statements(self) -> Self {
        Self { recorded: Some(Mutex::default()), ..self }
    }

    /// Sets the id of the trace that records the request.
    #[must_use]
    pub fn with_trace_id(self, trace_id: String) -> Self {
        Self { trace_id: Some(trace_id), ..self }
    }

    /// Returns the log span of the request.
    #[must_use]
    pub fn span(&self) -> Span {
        tracing::info_span!("request", request_id = self.id, trace_id = self.trace_id)
    }

    /// Returns the statements recorded since the last call.
    #[must_use]
    pub fn take_recorded(&self) -> Vec<Statement> {
        let recorded = self.recorded.as_ref();
        recorded.map(|all| std::mem::take(&mut *all.lock().unwrap_or_else(PoisonError::into_inner))).unwrap_or_default()
    }

    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the identity of the caller. `None` if the request was not authenticated.
    #[must_use]
    pub fn caller(&self) -> Option<&str> {
        self.caller.get().map(String::as_str)
    }

    fn operation(&self) -> Option<String> {
        self.operation.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns how many statements were sent so far.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Returns the maximum number of statements that an operation reads with.
    #[must_use]
    pub fn statements_limit(&self) -> u64 {
        self.statements_limit
    }

    /// Counts a statement that is about to read. Returns whether the limit allows it.
    #[must_use]
    pub fn consume_statement(&self) -> bool {
        self.reads.fetch_add(1, Ordering::Relaxed) < self.statements_limit
    }

    /// Returns whether the current operation tried to exceed the limit.
    #[must_use]
    pub fn is_over_budget(&self) -> bool {
        self.reads.load(Ordering::Relaxed) > self.statements_limit
    }

    /// Runs a future in this context.
    pub fn scope<F: Future>(self: Arc<Self>, future: F) -> impl Future<Output = F::Output> {
        CURRENT.scope(self, future)
    }
}

/// Generates a unique request id.
#[must_use]
pub fn generate_id() -> String {
    format!("{:032x}", rand::rng().random::<u128>())
}

/// Returns the context of this task. `None` outside a request.
#[must_use]
pub fn current() -> Option<Arc<RequestContext>> {
    CURRENT.try_with(Arc::clone).ok()
}

/// Sets the identity of the caller of the current request, for the log.
pub fn set_caller(caller: &str) {
    // Outside a request, there is no log line about it.
    let _ = CURRENT.try_with(|request| request.caller.set(caller.to_owned()));
}

/// Begins an operation of the current request, which has its own limit of statements. The log has its name.
pub fn begin_operation(name: Option<&str>) {
    let _ = CURRENT.try_with(|request| {
        *request.operation.lock().unwrap_or_else(PoisonError::into_inner) = name.map(str::to_owned);
        request.reads.store(0, Ordering::Relaxed);
    });
}

/// Runs a future in the context of another task, if there is one.
pub async fn with_context<F: Future>(request: Option<Arc<RequestContext>>, future: F) -> F::Output {
    match request {
        Some(request) => request.scope(future).await,
        None => future.await,
    }
}

/// Runs a future in the log span of the request, unless it is in a span already.
pub async fn in_request_span<F: Future>(future: F) -> F::Output {
    let named = !Span::current().is_none();
    let request = if named { None } else { current() };
    future.instrument(request.map_or_else(Span::none, |request| request.span())).await
}

/// Counts a statement, and logs it if it was slow. `text` must not contain values.
pub fn record_statement(text: &str, took: Duration) {
    let slow = CURRENT.try_with(|request| {
        request.statements.fetch_add(1, Ordering::Relaxed);
        if let Some(recorded) = &request.recorded {
            let statement = Statement { text: text.to_owned(), ended: Instant::now(), took };
            recorded.lock().unwrap_or_else(PoisonError::into_inner).push(statement);
        }
        (took >= request.slow_threshold).then(|| request.operation())
    });
    if let Ok(Some(operation)) = slow {
        let duration_ms = took.as_secs_f64() * 1000.0;
        tracing::warn!(operation, duration_ms, statement = text, "slow query");
    }
}
