//! The settings for CDNs and other shared caches.

use std::time::Duration;

use url::Url;

use super::{Section, Setting, SettingsReader, Value, units};
use crate::auth::Secret;

const CACHE_TAGS: Setting = Setting {
    name: "edge.cache-tags",
    placeholder: None,
    default: Some("false"),
    help: "Add cache tags to pages and responses to anonymous GET queries, in the headers Surrogate-Key and Cache-Tag, \
           and let shared caches reuse these responses without revalidation",
};

const SHARED_MAX_AGE: Setting = Setting {
    name: "edge.shared-max-age",
    placeholder: Some("DURATION"),
    default: Some("1h"),
    help: "How long shared caches may reuse a response with cache tags (s-maxage)",
};

const PURGE_DRIVER: Setting = Setting {
    name: "edge.purge-driver",
    placeholder: Some("NAME"),
    default: None,
    help: "Purge changed responses from a shared cache: varnish, fastly or cloudflare; requires edge.cache-tags and \
           edge.purge-urls",
};

const PURGE_URLS: Setting = Setting {
    name: "edge.purge-urls",
    placeholder: Some("URLS"),
    default: None,
    help: "URLs that purge requests are sent to, all of them to each URL, separated by commas: http://127.0.0.1:6083/",
};

const PURGE_TOKEN: Setting = Setting {
    name: "edge.purge-token",
    placeholder: Some("TOKEN"),
    default: None,
    help: "API token for purge requests to Fastly or Cloudflare",
};

pub(super) const SECOND_PURGE_DELAY: Setting = Setting {
    name: "edge.second-purge-delay",
    placeholder: Some("DURATION"),
    default: Some("30s"),
    help: "How long after a purge it is repeated, because the cache may have stored an older response that was on its \
           way; at least 1s longer than limits.query-timeout",
};

/// How much longer than a query a response can be on its way.
pub(super) const TRANSFER_TIME: Duration = Duration::from_secs(1);

/// The settings for shared caches.
#[derive(Clone, Debug, Default)]
pub struct EdgeSettings {
    /// How long shared caches may reuse responses. `None`: responses have no cache tags.
    pub shared_max_age: Option<Duration>,
    pub purge: Option<PurgeSettings>,
}

/// How to purge a shared cache.
#[derive(Clone, Debug)]
pub struct PurgeSettings {
    pub driver: PurgeDriver,
    /// At least one.
    pub urls: Vec<Url>,
    pub token: Option<Secret>,
    pub second_purge_delay: Duration,
}

/// The form of purge requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PurgeDriver {
    Varnish,
    Fastly,
    Cloudflare,
}

impl Section for EdgeSettings {
    fn settings() -> Vec<&'static Setting> {
        vec![&CACHE_TAGS, &SHARED_MAX_AGE, &PURGE_DRIVER, &PURGE_URLS, &PURGE_TOKEN, &SECOND_PURGE_DELAY]
    }

    fn read(reader: &mut SettingsReader<'_>) -> Self {
        let has_tags: bool = reader.get(&CACHE_TAGS);
        let shared_max_age: Duration = reader.get(&SHARED_MAX_AGE);
        units::require_whole_seconds(reader, &SHARED_MAX_AGE, Some(shared_max_age));
        let purge = purge(reader);
        if !has_tags && !reader.is_rejected(&CACHE_TAGS) {
            reader.reject(&PURGE_DRIVER, "requires edge.cache-tags = true");
        }
        Self { shared_max_age: has_tags.then_some(shared_max_age), purge }
    }
}

fn purge(reader: &mut SettingsReader<'_>) -> Option<PurgeSettings> {
    let driver: Option<PurgeDriver> = reader.optional(&PURGE_DRIVER);
    let urls: Option<Urls> = reader.optional(&PURGE_URLS);
    let token: Option<Secret> = reader.optional(&PURGE_TOKEN);
    let second_purge_delay = reader.get(&SECOND_PURGE_DELAY);
    if !reader.is_set(&PURGE_DRIVER) {
        reader.reject(&PURGE_URLS, "requires edge.purge-driver");
    }
    if !reader.is_set(&PURGE_URLS) {
        reader.reject(&PURGE_DRIVER, "requires edge.purge-urls");
    }
    if !reader.is_set(&PURGE_TOKEN) && matches!(driver, Some(PurgeDriver::Fastly | PurgeDriver::Cloudflare)) {
        reader.reject(&PURGE_DRIVER, "requires edge.purge-token");
    }
    Some(PurgeSettings { driver: driver?, urls: urls?.0, token, second_purge_delay })
}

impl Value for PurgeDriver {
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "varnish" => Ok(Self::Varnish),
            "fastly" => Ok(Self::Fastly),
            "cloudflare" => Ok(Self::Cloudflare),
            _ => Err(format!("invalid value {text:?}: expected varnish, fastly or cloudflare")),
        }
    }
}

/// URLs, at least one.
struct Urls(Vec<Url>);

impl Value for Urls {
    fn parse(text: &str) -> Result<Self, String> {
        text.split(',').map(|url| <Url as Value>::parse(url.trim())).collect::<Result<_, _>>().map(Self)
    }
}

/// A token that an HTTP header can contain.
impl Value for Secret {
    fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("must be visible ASCII characters, without spaces".to_owned());
        }
        Ok(Self::new(text))
    }
}
