//! Settings of search.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Key, Reader, Section};
use crate::db::DatabaseUrl;

pub const WAIT: Key = Key {
    name: "search.wait",
    placeholder: Some("DURATION"),
    default: Some("1s"),
    help: "How long a search waits for an index that is behind the catalog, before it answers SERVICE_UNAVAILABLE",
};

const DIRECTORY: Key = Key {
    name: "search.directory",
    placeholder: Some("PATH"),
    default: None,
    help: "Where the index of search is stored, one directory for each server; without it beside the SQLite file, or in memory for PostgreSQL",
};

/// The settings of search.
#[derive(Clone, Debug)]
pub struct Search {
    pub directory: Option<PathBuf>,
    pub wait: Duration,
}

impl Search {
    /// The directory of the index of a database: beside its file, where no other one is named. In memory where there is none.
    #[must_use]
    pub fn directory_for(&self, database: &DatabaseUrl) -> Option<PathBuf> {
        let beside = |file: &Path| PathBuf::from(format!("{}-search", file.display()));
        self.directory.clone().or_else(|| database.file().map(beside))
    }
}

impl Section for Search {
    fn keys() -> Vec<&'static Key> {
        vec![&DIRECTORY, &WAIT]
    }

    fn read(reader: &mut Reader<'_>) -> Self {
        Self { directory: reader.optional(&DIRECTORY), wait: reader.get(&WAIT) }
    }
}
