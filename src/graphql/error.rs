//! Errors as clients see them: a code, a message that says what to mend, and nothing of our insides.

use async_graphql::{Error, ErrorExtensions, PathSegment, ServerError};

use crate::loader::ReadError;

/// The codes in `extensions.code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    ParseFailed,
    ValidationFailed,
    BadUserInput,
    InternalServerError,
}

impl ErrorCode {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ParseFailed => "GRAPHQL_PARSE_FAILED",
            Self::ValidationFailed => "GRAPHQL_VALIDATION_FAILED",
            Self::BadUserInput => "BAD_USER_INPUT",
            Self::InternalServerError => "INTERNAL_SERVER_ERROR",
        }
    }
}

/// An argument that cannot be taken; `reason` goes on after its name: "must be at most 100".
pub fn bad_input(argument: &str, reason: impl std::fmt::Display) -> Error {
    Error::new(format!("{argument} {reason}")).extend_with(|_, extensions| {
        extensions.set("code", ErrorCode::BadUserInput.as_str());
        extensions.set("argument", argument);
    })
}

/// Gives every error a code, and takes out what is nobody's business.
pub fn finish(errors: &mut [ServerError]) {
    for error in errors {
        let has_code = error.extensions.as_ref().is_some_and(|extensions| extensions.get("code").is_some());
        if has_code {
            continue;
        }
        let code = if let Some(failure) = error.source::<ReadError>() {
            tracing::error!(error = ?failure.0, "a read failed");
            "Something failed on our side. It is not the query's fault: try again.".clone_into(&mut error.message);
            ErrorCode::InternalServerError
        } else if error.path.is_empty() {
            ErrorCode::ValidationFailed
        } else {
            ErrorCode::BadUserInput
        };
        error.extensions.get_or_insert_default().set("code", code.as_str());
    }
}

/// An error of ours that a request met before anything was executed.
#[must_use]
pub fn request_error(code: ErrorCode, message: impl Into<String>) -> ServerError {
    let mut error = ServerError::new(message, None);
    error.path = Vec::<PathSegment>::new();
    error.extensions.get_or_insert_default().set("code", code.as_str());
    error
}
