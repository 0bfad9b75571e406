//! How much is kept in memory of what was read or answered before.

use super::{Key, Reader, Section};

const ANSWERS: Key = Key {
    name: "cache.answers",
    placeholder: Some("BYTES"),
    default: Some("67108864"),
    help: "How many bytes of answers to anonymous queries are kept, to be given again while nothing that they rest on changes; 0 for none",
};

const ROWS: Key = Key {
    name: "cache.rows",
    placeholder: Some("BYTES"),
    default: Some("67108864"),
    help: "How many bytes of rows and reading lists are kept, to be read again while nothing that they rest on changes; 0 for none",
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
        Self { answers: reader.get(&ANSWERS), rows: reader.get(&ROWS) }
    }
}
