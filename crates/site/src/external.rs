//! URLs of other sites.

use serde::Deserialize;
use url::Url;

/// The URL of a page of another site. The API accepts only HTTP and HTTPS.
#[derive(Deserialize)]
#[serde(transparent)]
pub struct ExternalUrl(pub String);

impl ExternalUrl {
    /// Returns the host, without `www.`.
    #[must_use]
    pub fn host(&self) -> String {
        let host = Url::parse(&self.0).ok().and_then(|url| url.host_str().map(str::to_owned));
        host.map_or_else(|| self.0.clone(), |host| host.strip_prefix("www.").unwrap_or(&host).to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_lack_www() {
        for (url, host) in [
            ("https://www.example.org/a?b", "example.org"),
            ("https://en.example.org", "en.example.org"),
            ("https://wwwide.example/", "wwwide.example"),
        ] {
            assert_eq!(ExternalUrl(url.to_owned()).host(), host);
        }
    }
}
