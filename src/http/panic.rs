//! Catches panics of handlers: the client gets a 500 without details, and the server continues.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;

use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;

use super::error::HttpError;

/// Returns the response, or an internal error after a panic. The panic hook of [`crate::telemetry`] logs the panic with
/// the request id.
///
/// # Errors
/// Never returns an error: the signature is that of a service's future.
pub async fn catch(response: impl Future<Output = Result<Response, Infallible>>) -> Result<Response, Infallible> {
    // No state of the request is used after a panic, so none can be seen inconsistent.
    AssertUnwindSafe(response).catch_unwind().await.unwrap_or_else(|_| Ok(HttpError::internal().into_response()))
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use axum::http::StatusCode;

    use super::*;

    #[tokio::test]
    async fn a_panic_becomes_an_internal_error() {
        let Ok(response) = catch(async { panic!("the secret of the house") as Result<Response, Infallible> }).await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = to_bytes(response.into_body(), 1000).await.expect("the body has fewer than 1,000 bytes");
        let body: serde_json::Value = serde_json::from_slice(&body).expect("the body is JSON");
        assert_eq!(body["errors"][0]["extensions"]["code"], "INTERNAL_SERVER_ERROR");
        assert!(!body.to_string().contains("secret"));
    }
}
