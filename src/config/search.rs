//! The settings of search.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Section, Setting, SettingsReader};
use crate::db::DatabaseUrl;

pub const WAIT: Setting = Setting {
    name: "search.wait",
    placeholder: Some("DURATION"),
    default: Some("1s"),
    help: "How long a search waits for the search index to catch up before it fails with SERVICE_UNAVAILABLE",
};

const DIRECTORY: Setting = Setting {
    name: "search.directory",
    placeholder: Some("PATH"),
    default: None,
    help: "Directory of the search index, one per server; by default beside the SQLite file, and in memory for PostgreSQL",
};

/// The settings of search.
#[derive(Clone, Debug)]
pub struct SearchSettings {
    pub directory: Option<PathBuf>,
    pub wait: Duration,
}

impl SearchSettings {
    /// Returns the configured directory, or else the one beside the SQLite file. `None` means that the index is in memory.
    #[must_use]
    pub fn directory_for(&self, database: &DatabaseUrl) -> Option<PathBuf> {
        let beside = |file: &Path| PathBuf::from(format!("{}-search", file.display()));
        self.directory.clone().or_else(|| database.file().map(beside))
    }
}

impl Section for SearchSettings {
    fn settings() -> Vec<&'static Setting> {
        vec![&DIRECTORY, &WAIT]
    }

    fn read(reader: &mut SettingsReader<'_>) -> Self {
        Self { directory: reader.optional(&DIRECTORY), wait: reader.get(&WAIT) }
    }
}
