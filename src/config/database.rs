//! Where the catalog is kept, and what to do when its schema is behind.

use super::{Key, Reader, Section};
use crate::db::DatabaseUrl;

pub(super) const URL: Key = Key {
    name: "database-url",
    placeholder: Some("URL"),
    default: Some("sqlite://syllabus.db"),
    help: "Where the catalog is kept: sqlite:PATH, sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE",
};

const MIGRATE: Key = Key {
    name: "migrate",
    placeholder: None,
    default: Some("false"),
    help: "Bring a PostgreSQL schema that is behind up to date first, instead of refusing it (SQLite always is)",
};

/// Where the catalog is kept.
#[derive(Clone, Debug)]
pub struct Location {
    pub url: DatabaseUrl,
}

impl Section for Location {
    fn keys() -> Vec<&'static Key> {
        vec![&URL]
    }

    fn read(reader: &mut Reader<'_>) -> Self {
        Self { url: reader.get(&URL) }
    }
}

/// The database, for commands that need its schema to be current.
#[derive(Clone, Debug)]
pub struct Database {
    pub url: DatabaseUrl,
    pub migrate: bool,
}

impl Section for Database {
    fn keys() -> Vec<&'static Key> {
        vec![&URL, &MIGRATE]
    }

    fn read(reader: &mut Reader<'_>) -> Self {
        Self { url: reader.get(&URL), migrate: reader.get(&MIGRATE) }
    }
}
