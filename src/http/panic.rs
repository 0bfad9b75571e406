//! Keeps a panic within its request: the client gets a masked 500, and the server goes on.

use std::any::Any;

use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;

use super::refusal::Refusal;

/// Answers a panic with an error that reveals no details. The hook that [`crate::telemetry`] sets logs the panic with
/// the id of the request.
pub fn layer() -> CatchPanicLayer<fn(Box<dyn Any + Send>) -> Response> {
    CatchPanicLayer::custom(|_| Refusal::internal().into_response())
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::{Body, to_bytes};
    use axum::http::{Request, StatusCode};
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn a_panic_is_a_masked_answer() {
        let router = Router::new().fallback(async || -> Response { panic!("the secret of the house") }).layer(layer());
        let response = router.oneshot(Request::new(Body::empty())).await.expect("it cannot fail");
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = to_bytes(response.into_body(), 1000).await.expect("it is short");
        let body: serde_json::Value = serde_json::from_slice(&body).expect("it is JSON");
        assert_eq!(body["errors"][0]["extensions"]["code"], "INTERNAL_SERVER_ERROR");
        assert!(!body.to_string().contains("secret"));
    }
}
