//! Keeps a panic within its request: the client gets a masked 500, and the server goes on.

use std::panic::AssertUnwindSafe;

use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;

use super::refusal::Refusal;

/// The answer, or word that there is none. The panic itself is told by the hook that [`crate::telemetry`] sets.
pub async fn caught(answer: impl Future<Output = Response>) -> Response {
    // Nothing of the request is used again after its panic, so nothing half-done can be seen.
    AssertUnwindSafe(answer).catch_unwind().await.unwrap_or_else(|_| Refusal::internal().into_response())
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use axum::http::StatusCode;

    use super::*;

    #[tokio::test]
    async fn a_panic_is_a_masked_answer() {
        let response = caught(async { panic!("the secret of the house") }).await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = to_bytes(response.into_body(), 1000).await.expect("it is short");
        let body: serde_json::Value = serde_json::from_slice(&body).expect("it is JSON");
        assert_eq!(body["errors"][0]["extensions"]["code"], "INTERNAL_SERVER_ERROR");
        assert!(!body.to_string().contains("secret"));
    }
}
