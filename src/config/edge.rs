//! The settings for CDNs and other shared caches.

use std::time::Duration;

use super::{Section, Setting, SettingsReader, units};

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

/// The settings for shared caches.
#[derive(Clone, Debug, Default)]
pub struct EdgeSettings {
    /// How long shared caches may reuse responses. `None`: responses have no cache tags.
    pub shared_max_age: Option<Duration>,
}

impl Section for EdgeSettings {
    fn settings() -> Vec<&'static Setting> {
        vec![&CACHE_TAGS, &SHARED_MAX_AGE]
    }

    fn read(reader: &mut SettingsReader<'_>) -> Self {
        let has_tags: bool = reader.get(&CACHE_TAGS);
        let shared_max_age: Duration = reader.get(&SHARED_MAX_AGE);
        units::require_whole_seconds(reader, &SHARED_MAX_AGE, Some(shared_max_age));
        Self { shared_max_age: has_tags.then_some(shared_max_age) }
    }
}
