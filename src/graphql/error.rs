//! The errors that clients get: each has a code and a message with the remedy, and no internal detail.

mod argument;

use std::collections::HashSet;
use std::time::Duration;

pub use argument::invalid_reason;

use async_graphql::parser::types::ExecutableDocument;
use async_graphql::{Error, ErrorExtensions, PathSegment, ServerError, Value};

use crate::auth::Role;
use crate::loader::ReadError;
use crate::request_context;

/// The maximum number of errors of a response.
pub const MAX_ERRORS: usize = 20;
/// The maximum number of characters of a message about a document.
const MAX_MESSAGE: usize = 500;

/// The message of an internal error, which does not reveal its cause.
pub const INTERNAL_SERVER_ERROR: &str = "Internal server error: report the request id to the operator.";

/// The values of `extensions.code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    ParseFailed,
    ValidationFailed,
    BadUserInput,
    LimitExceeded,
    CursorExpired,
    SubscriptionLagged,
    Timeout,
    Unauthenticated,
    Forbidden,
    PersistedQueryNotFound,
    PersistedQueryNotTrusted,
    ServiceUnavailable,
    InternalServerError,
}

impl ErrorCode {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ParseFailed => "GRAPHQL_PARSE_FAILED",
            Self::ValidationFailed => "GRAPHQL_VALIDATION_FAILED",
            Self::BadUserInput => "BAD_USER_INPUT",
            Self::LimitExceeded => "LIMIT_EXCEEDED",
            Self::CursorExpired => "CURSOR_EXPIRED",
            Self::SubscriptionLagged => "SUBSCRIPTION_LAGGED",
            Self::Timeout => "TIMEOUT",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::PersistedQueryNotFound => "PERSISTED_QUERY_NOT_FOUND",
            Self::PersistedQueryNotTrusted => "PERSISTED_QUERY_NOT_TRUSTED",
            Self::ServiceUnavailable => "SERVICE_UNAVAILABLE",
            Self::InternalServerError => "INTERNAL_SERVER_ERROR",
        }
    }
}

/// The error for an invalid argument. `reason` follows its name in the message: "must be at most 100".
pub fn bad_input(argument: &str, reason: impl std::fmt::Display) -> Error {
    Error::new(format!("{argument} {reason}")).extend_with(|_, extensions| {
        extensions.set("code", ErrorCode::BadUserInput.as_str());
        extensions.set("argument", argument);
    })
}

/// The error for a field that requires authentication.
pub fn unauthenticated() -> Error {
    Error::new("Authentication required: send an API token in the Authorization header.")
        .extend_with(|_, extensions| extensions.set("code", ErrorCode::Unauthenticated.as_str()))
}

/// The error for a field that requires this role.
pub fn forbidden(role: Role) -> Error {
    Error::new(format!("Permission denied: use a token with the role {}.", role.as_str()))
        .extend_with(|_, extensions| extensions.set("code", ErrorCode::Forbidden.as_str()))
}

/// The error for a cursor of the change feed that was purged or never existed.
pub fn cursor_expired() -> Error {
    let message = "The cursor has expired: read the catalog again, and continue from catalog.changesCursor.";
    Error::new(message).extend_with(|_, extensions| extensions.set("code", ErrorCode::CursorExpired.as_str()))
}

/// The error that ends the subscription of a slow subscriber.
pub fn subscription_lagged() -> Error {
    Error::new("The subscriber was too slow to receive all changes: subscribe again after the last cursor.")
        .extend_with(|_, extensions| extensions.set("code", ErrorCode::SubscriptionLagged.as_str()))
}

/// The error when an item was unpublished between two statements of a query, so that the response would be
/// inconsistent.
pub fn concurrent_unpublish() -> Error {
    Error::new("An item was unpublished while the query ran: send the query again.")
        .extend_with(|_, extensions| extensions.set("code", ErrorCode::ServiceUnavailable.as_str()))
}

/// The error when the search index is behind the catalog. `percent` is the progress of a rebuild.
pub fn search_index_behind(percent: Option<u64>) -> Error {
    let message = match percent {
        Some(percent) => format!("The search index is being built ({percent}% complete): try again later."),
        None => "The search index is not up to date: try again later.".to_owned(),
    };
    Error::new(message).extend_with(|_, extensions| extensions.set("code", ErrorCode::ServiceUnavailable.as_str()))
}

/// Creates the error of a request that is rejected before its execution.
#[must_use]
pub fn request_error(code: ErrorCode, message: impl Into<String>) -> ServerError {
    let mut error = ServerError::new(message, None);
    set_code(&mut error, code);
    error
}

/// Sets the code of an error.
pub fn set_code(error: &mut ServerError, code: ErrorCode) {
    error.extensions.get_or_insert_default().set("code", code.as_str());
}

/// The error for a value `actual` above a limit.
#[must_use]
pub fn limit_exceeded(message: impl Into<String>, limit: usize, actual: usize) -> ServerError {
    let mut error = request_error(ErrorCode::LimitExceeded, message);
    let extensions = error.extensions.get_or_insert_default();
    extensions.set("limit", limit);
    extensions.set("actual", actual);
    error
}

/// The error for a query that exceeded the time limit.
#[must_use]
pub fn timed_out(limit: Duration) -> ServerError {
    let message =
        format!("The query exceeded the time limit of {} s: request fewer fields or smaller pages.", limit.as_secs());
    request_error(ErrorCode::Timeout, message)
}

/// Returns the error if the current operation has reached its maximum number of SQL statements.
#[must_use]
pub fn statement_limit_exceeded() -> Option<ServerError> {
    let request = request_context::current().filter(|request| request.is_over_budget())?;
    let limit = usize::try_from(request.statements_limit()).unwrap_or(usize::MAX);
    let message = format!("The operation needs more than {limit} SQL statements: request fewer fields.");
    let mut error = limit_exceeded(message, limit, limit.saturating_add(1));
    error.extensions.get_or_insert_default().set("limitName", "statements");
    Some(error)
}

/// Removes the first error that says that the database is unavailable, and returns it without path and locations.
pub fn take_unavailable(errors: &mut Vec<ServerError>) -> Option<ServerError> {
    let code = Value::from(ErrorCode::ServiceUnavailable.as_str());
    let is_unavailable =
        |error: &ServerError| error.extensions.as_ref().is_some_and(|all| all.get("code") == Some(&code));
    let mut error = errors.swap_remove(errors.iter().position(is_unavailable)?);
    error.path.clear();
    error.locations.clear();
    Some(error)
}

/// Removes duplicate errors and truncates long messages, since they can contain text of the document.
#[must_use]
pub fn deduplicated(errors: Vec<ServerError>) -> Vec<ServerError> {
    let mut seen = HashSet::new();
    let mut errors: Vec<ServerError> =
        errors.into_iter().filter(|error| seen.insert(error.message.clone())).take(MAX_ERRORS).collect();
    for error in &mut errors {
        if let Some((end, _)) = error.message.char_indices().nth(MAX_MESSAGE) {
            error.message.truncate(end);
            error.message.push('…');
        }
    }
    errors
}

/// Returns the names in a path, without the indexes of lists.
fn field_path(path: &[PathSegment]) -> String {
    let names = path.iter().filter_map(|segment| match segment {
        PathSegment::Field(name) => Some(name.as_str()),
        PathSegment::Index(_) => None,
    });
    names.collect::<Vec<_>>().join(".")
}

/// The extension that is true if a mutation was executed, and only its payload could not be read.
pub const EXECUTED: &str = "executed";

/// Adds to the errors in the payload of a mutation that the mutation was executed, so that clients do not repeat it.
pub fn report_execution(errors: &mut [ServerError]) {
    for error in errors {
        if error.path.len() > 1 {
            error.extensions.get_or_insert_default().set(EXECUTED, true);
        }
        if is_executed(error) {
            let reason = error.message.strip_suffix(": try again later.").unwrap_or(&error.message);
            error.message = format!("The mutation was executed, but its payload could not be read: {reason}");
        }
    }
}

/// Returns whether an error is one of the payload of a mutation that was executed.
pub fn is_executed(error: &ServerError) -> bool {
    error.extensions.as_ref().is_some_and(|extensions| extensions.get(EXECUTED).is_some())
}

/// Sets the code of every error, names the argument of an invalid value, and removes internal details. `document` is
/// the executed document.
pub fn finish(errors: &mut Vec<ServerError>, document: &ExecutableDocument) {
    errors.truncate(MAX_ERRORS);
    for error in errors {
        if error.extensions.as_ref().is_some_and(|extensions| extensions.get("code").is_some()) {
            continue;
        }
        if let Some(invalid) = argument::invalid_argument(error, document) {
            error.message = format!("{} {}", invalid.argument, invalid.reason);
            set_code(error, ErrorCode::BadUserInput);
            error.extensions.get_or_insert_default().set("argument", invalid.argument);
        } else if error.path.is_empty() && error.source.is_none() {
            set_code(error, ErrorCode::ValidationFailed);
        } else {
            let reason = error.source::<ReadError>().map(ReadError::reason);
            tracing::error!(message = error.message, reason, path = field_path(&error.path), "resolver failed");
            if error.source::<ReadError>().is_some_and(ReadError::is_transient) {
                "The database is temporarily unavailable: try again later.".clone_into(&mut error.message);
                set_code(error, ErrorCode::ServiceUnavailable);
            } else if matches!(error.source::<ReadError>(), Some(ReadError::Index(_))) {
                "The search index is temporarily unavailable: try again later.".clone_into(&mut error.message);
                set_code(error, ErrorCode::ServiceUnavailable);
            } else if error.source::<ReadError>().is_some_and(ReadError::is_unknown_outcome) {
                "The write failed, but it may have been committed: check its effect before you send it again."
                    .clone_into(&mut error.message);
                set_code(error, ErrorCode::InternalServerError);
            } else {
                INTERNAL_SERVER_ERROR.clone_into(&mut error.message);
                set_code(error, ErrorCode::InternalServerError);
            }
            if let Some(request) = request_context::current() {
                // The log has the same id.
                error.extensions.get_or_insert_default().set("requestId", request.id());
            }
        }
    }
}
