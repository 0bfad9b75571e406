//! How much is kept in memory of what was read or answered before.

use super::units::ByteSize;
use super::{Key, Reader, Section};

const ANSWERS: Key = Key {
    name: "cache.responses",
    placeholder: Some("SIZE"),
    default: Some("64MiB"),
    help: "Memory for cached responses to anonymous queries, which are reused until their data changes; 0 disables the cache",
};

const ROWS: Key = Key {
    name: "cache.objects",
    placeholder: Some("SIZE"),
    default: Some("64MiB"),
    help: "Memory for cached rows and reading lists, which are reused until their data changes; 0 disables the cache",
};

/// How much is kept in memory, in bytes.
#[derive(Clone, Debug)]
pub struct Cache {
    pub answers: u64,
    pub rows: u64,
}

impl Section for Cache {
    fn keys() -> Vec<&'static Key> {
        vec![&ANSWERS, &ROWS]
    }

    fn read(reader: &mut Reader<'_>) -> Self {
        let (ByteSize(answers), ByteSize(rows)) = (reader.get(&ANSWERS), reader.get(&ROWS));
        Self { answers, rows }
    }
}
