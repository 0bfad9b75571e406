//! The sizes of the caches.

use super::units::ByteSize;
use super::{Section, Setting, SettingsReader};

const RESPONSES: Setting = Setting {
    name: "cache.responses",
    placeholder: Some("SIZE"),
    default: Some("64MiB"),
    help: "Memory for cached responses to anonymous queries, which are reused until their data changes; 0 disables the cache",
};

const OBJECTS: Setting = Setting {
    name: "cache.objects",
    placeholder: Some("SIZE"),
    default: Some("64MiB"),
    help: "Memory for cached rows and reading lists, which are reused until their data changes; 0 disables the cache",
};

/// The sizes of the caches, in bytes.
#[derive(Clone, Debug)]
pub struct CacheSettings {
    pub responses: u64,
    pub objects: u64,
}

impl Section for CacheSettings {
    fn settings() -> Vec<&'static Setting> {
        vec![&RESPONSES, &OBJECTS]
    }

    fn read(reader: &mut SettingsReader<'_>) -> Self {
        let (ByteSize(responses), ByteSize(objects)) = (reader.get(&RESPONSES), reader.get(&OBJECTS));
        Self { responses, objects }
    }
}
