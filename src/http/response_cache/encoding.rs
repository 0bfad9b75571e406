//! Compressed forms of cached responses and files, so that a body is compressed once per encoding.

use std::sync::{Arc, OnceLock};

use axum::body::{Body, Bytes, to_bytes};
use axum::http::HeaderValue;
use axum::http::header::CONTENT_ENCODING;
use axum::response::{IntoResponse, Response};

use crate::http::error::HttpError;

/// The compressed forms of a body, each stored when it is first sent. A handler adds them to the extensions of a response
/// with this body.
#[derive(Default)]
pub struct EncodedBodies {
    brotli: OnceLock<Bytes>,
    gzip: OnceLock<Bytes>,
    zstd: OnceLock<Bytes>,
}

impl EncodedBodies {
    /// Returns the form in an encoding; `None` if the encoding is unknown.
    fn form(&self, encoding: &HeaderValue) -> Option<&OnceLock<Bytes>> {
        match encoding.as_bytes() {
            b"br" => Some(&self.brotli),
            b"gzip" => Some(&self.gzip),
            b"zstd" => Some(&self.zstd),
            _ => None,
        }
    }
}

/// Sends the stored form of a body that the compression layer is about to compress, or stores the compressed form. The
/// layer compresses a body only when it is read.
pub async fn reuse_encoded_body(mut response: Response) -> Response {
    let Some(bodies) = response.extensions_mut().remove::<Arc<EncodedBodies>>() else { return response };
    let encoding = response.headers().get(CONTENT_ENCODING);
    let Some(form) = encoding.and_then(|encoding| bodies.form(encoding)) else { return response };
    let (parts, body) = response.into_parts();
    let encoded = match form.get() {
        Some(encoded) => encoded.clone(),
        None => match to_bytes(body, usize::MAX).await {
            Ok(encoded) => form.get_or_init(|| encoded).clone(),
            Err(error) => {
                tracing::error!(%error, "cannot compress a response");
                return HttpError::internal().into_response();
            }
        },
    };
    Response::from_parts(parts, Body::from(encoded))
}
