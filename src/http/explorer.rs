//! GraphiQL, the explorer in the browser.
//!
//! Its files come from npm packages (see `explorer/README.md`). If the binary contains them, the page loads nothing
//! else; otherwise it loads the same versions from a CDN, with their hashes.

use std::fmt::Write;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, VARY, X_FRAME_OPTIONS,
};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rand::RngExt;
use rust_embed::Embed;
use serde::Deserialize;

use super::error::HttpError;
use super::response_cache;

const PAGE: &str = include_str!("../../explorer/page/index.html");
const WELCOME: &str = include_str!("../../explorer/page/welcome.graphql");

/// The page's own files: path below `/explorer/`, content type, content.
const OWN: [(&str, &str, &str); 2] = [
    ("start.js", "text/javascript; charset=utf-8", include_str!("../../explorer/page/start.js")),
    ("page.css", "text/css; charset=utf-8", include_str!("../../explorer/page/page.css")),
];

/// The files from npm, as far as they existed at build time.
#[derive(Embed)]
#[folder = "explorer/dist/"]
#[allow_missing = true]
struct Built;

/// `explorer/assets.json`, which the script that fills `explorer/dist` writes.
#[derive(Deserialize)]
struct Assets {
    cdn: String,
    files: Vec<Asset>,
}

#[derive(Deserialize)]
struct Asset {
    /// `react@18.3.1/umd/react.production.min.js`: the path at the CDN, in `explorer/dist` and below `/explorer/`.
    path: String,
    integrity: String,
}

static ASSETS: LazyLock<Assets> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../explorer/assets.json")).expect("a test parses explorer/assets.json")
});

/// Returns whether the binary contains all files, so that the explorer works offline.
#[must_use]
pub fn is_embedded() -> bool {
    static ALL_THERE: LazyLock<bool> =
        LazyLock::new(|| ASSETS.files.iter().all(|file| Built::get(&file.path).is_some()));
    *ALL_THERE
}

/// Returns the page at `path`, with a content security policy that allows only its files. Its links are relative, so
/// that a proxy can serve it below a prefix.
pub fn page(path: &str) -> impl IntoResponse {
    let root = if path.ends_with('/') { "../" } else { "" };
    let own = format!("{root}explorer/");
    let base = if is_embedded() { &own } else { &ASSETS.cdn };
    let nonce = STANDARD.encode(rand::rng().random::<[u8; 16]>());
    let html = PAGE
        .replace("{{root}}", root)
        .replace("{{assets}}", &tags(base))
        .replace("{{nonce}}", &nonce)
        .replace("{{welcome}}", &WELCOME.replace('&', "&amp;").replace('<', "&lt;"));
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (VARY, HeaderValue::from_static("accept")),
        (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
        (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    ];
    (headers, [(CONTENT_SECURITY_POLICY, policy(base, &nonce))], html)
}

/// Returns one of the page's files.
pub async fn file(Path(path): Path<String>, request: HeaderMap) -> Result<Response, HttpError> {
    if let Some((_, kind, text)) = OWN.iter().find(|(name, ..)| *name == path) {
        return Ok(response_cache::revalidatable_response(&request, kind, (*text).to_owned()));
    }
    let file = Built::get(&path).ok_or_else(HttpError::not_found)?;
    // The path contains the version, so the content never changes.
    let headers = [(CACHE_CONTROL, "public, max-age=31536000, immutable"), (CONTENT_TYPE, kind(&path))];
    Ok((headers, file.data).into_response())
}

fn kind(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        _ => "text/plain; charset=utf-8",
    }
}

fn tags(base: &str) -> String {
    let mut tags = String::new();
    for Asset { path, integrity } in &ASSETS.files {
        let tag = if is_style(path) {
            format!("<link rel=\"stylesheet\" href=\"{base}{path}\" integrity=\"{integrity}\" crossorigin>\n")
        } else {
            format!("<script defer src=\"{base}{path}\" integrity=\"{integrity}\" crossorigin></script>\n")
        };
        tags.push_str(&tag);
    }
    tags
}

/// Returns the content security policy. The nonce is for the style sheet that GraphiQL adds to lock scrolling behind a
/// dialog.
fn policy(base: &str, nonce: &str) -> String {
    let (mut scripts, mut styles) = ("'self'".to_owned(), format!("'self' 'nonce-{nonce}'"));
    if base.starts_with("https:") {
        for Asset { path, .. } in &ASSETS.files {
            let list = if is_style(path) { &mut styles } else { &mut scripts };
            // Writing to a string does not fail.
            let _ = write!(list, " {base}{path}");
        }
    }
    format!(
        "default-src 'none'; script-src {scripts}; style-src {styles}; img-src 'self' data:; font-src data:; \
         connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}

fn is_style(path: &str) -> bool {
    kind(path).starts_with("text/css")
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha384};

    use super::*;

    #[test]
    fn assets_match_the_locked_versions() {
        let lock: serde_json::Value =
            serde_json::from_str(include_str!("../../explorer/package-lock.json")).expect("the lock is JSON");
        assert!(!ASSETS.files.is_empty());
        for Asset { path, .. } in &ASSETS.files {
            let (package, rest) = path.split_once('@').expect("a path begins with package@version");
            let (version, _) = rest.split_once('/').expect("the file follows");
            assert_eq!(lock["packages"][format!("node_modules/{package}")]["version"], version, "{package}");
        }
    }

    /// Checks the files if `npm run build` was run. Otherwise the browser compares the hashes.
    #[test]
    fn embedded_files_match_their_hashes() {
        for Asset { path, integrity } in &ASSETS.files {
            if let Some(file) = Built::get(path) {
                assert_eq!(*integrity, format!("sha384-{}", STANDARD.encode(Sha384::digest(&file.data))), "{path}");
            }
        }
    }

    #[test]
    fn the_policy_allows_only_the_files_of_the_cdn() {
        let policy = policy(&ASSETS.cdn, "abc");
        assert!(policy.starts_with("default-src 'none'; script-src 'self' https://"));
        assert_eq!(policy.matches("https://").count(), ASSETS.files.len());
        assert!(!policy.contains("unsafe"));
        assert!(!super::policy("explorer/", "abc").contains("https"));
    }
}
