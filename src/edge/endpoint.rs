//! Purge requests: the method, the headers and the body that Varnish, Fastly and Cloudflare expect.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::json;
use url::Url;

use crate::config::{PurgeDriver, PurgeSettings};
use crate::http_client;
use crate::loader::CacheTags;

/// How long a purge request can take.
const TIMEOUT: Duration = Duration::from_secs(5);
/// How long a connection can be idle. Varnish closes it after five seconds (`timeout_idle`).
const IDLE_TIMEOUT: Duration = Duration::from_secs(4);
/// The maximum number of requests to each URL for one set of tags. More tags are replaced by the one that purges
/// everything.
const MAX_REQUESTS: usize = 10;

/// Why a cache could not be purged.
#[derive(Debug, thiserror::Error)]
pub enum EndpointError {
    #[error("{url} responded with status {status}")]
    Status { url: Url, status: u16 },
    #[error("{url} cannot be reached: {}", http_client::describe_error(source))]
    Unreachable { url: Url, source: reqwest::Error },
    #[error("no HTTP client: {}", http_client::describe_error(.0))]
    Client(#[source] reqwest::Error),
}

/// The caches to purge.
pub struct Endpoint {
    client: Client,
    settings: PurgeSettings,
}

impl Endpoint {
    /// Creates the client.
    ///
    /// # Errors
    /// Returns an error if TLS cannot be set up.
    pub fn new(settings: PurgeSettings) -> Result<Self, EndpointError> {
        let client =
            Client::builder().timeout(TIMEOUT).pool_idle_timeout(IDLE_TIMEOUT).redirect(Policy::none()).build();
        Ok(Self { client: client.map_err(EndpointError::Client)?, settings })
    }

    /// Returns the maximum number of tags for one purge.
    #[must_use]
    pub fn max_tags(&self) -> usize {
        max_tags(self.settings.driver) * MAX_REQUESTS
    }

    /// Purges all responses that have one of the tags from all caches at the same time, and returns the number of
    /// requests.
    ///
    /// # Errors
    /// Returns the first error, after the other caches were purged.
    pub async fn purge(&self, tags: &CacheTags) -> Result<u64, EndpointError> {
        let everything = CacheTags::catalog();
        let tags = if tags.count() > self.max_tags() { &everything } else { tags };
        let tags: Vec<&str> = tags.iter().collect();
        let parts: Vec<&[&str]> = tags.chunks(max_tags(self.settings.driver)).collect();
        // One URL that fails does not keep the others from being purged.
        let purged = join_all(self.settings.urls.iter().map(|url| self.purge_url(url, &parts))).await;
        purged.into_iter().collect::<Result<(), _>>()?;
        Ok((self.settings.urls.len() * parts.len()) as u64)
    }

    async fn purge_url(&self, url: &Url, parts: &[&[&str]]) -> Result<(), EndpointError> {
        for part in parts {
            self.send(url, part).await?;
        }
        Ok(())
    }

    async fn send(&self, url: &Url, tags: &[&str]) -> Result<(), EndpointError> {
        let sent = self.request(url, tags).send().await;
        let unreachable = |error: reqwest::Error| EndpointError::Unreachable { url: url.clone(), source: error };
        let status = sent.map_err(unreachable)?.status();
        if status.is_success() {
            Ok(())
        } else {
            Err(EndpointError::Status { url: url.clone(), status: status.as_u16() })
        }
    }

    fn request(&self, url: &Url, tags: &[&str]) -> RequestBuilder {
        let (client, url) = (&self.client, url.clone());
        let token = self.settings.token.as_ref().map_or("", |token| token.expose());
        match self.settings.driver {
            PurgeDriver::Varnish => {
                let purge = Method::from_bytes(b"PURGE").unwrap_or_default();
                client.request(purge, url).header("xkey-purge", tags.join(" "))
            }
            // https://www.fastly.com/documentation/reference/api/purging/
            PurgeDriver::Fastly => client.post(url).header("fastly-key", token).header("surrogate-key", tags.join(" ")),
            // https://developers.cloudflare.com/api/resources/cache/methods/purge/
            PurgeDriver::Cloudflare => {
                let request = client.post(url).bearer_auth(token).header(CONTENT_TYPE, "application/json");
                request.body(json!({ "tags": tags }).to_string())
            }
        }
    }
}

/// Returns the maximum number of tags of a request.
fn max_tags(driver: PurgeDriver) -> usize {
    match driver {
        // The header stays below 8 kB.
        PurgeDriver::Varnish | PurgeDriver::Fastly => 256,
        // https://developers.cloudflare.com/cache/how-to/purge-cache/#availability-and-limits
        PurgeDriver::Cloudflare => 100,
    }
}
