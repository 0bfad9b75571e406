//! The database of the catalog and its connection pools.

use super::{Section, Setting, SettingsReader, Value};
use crate::db::{ConnectOptions, PoolOptions, Synchronous};

pub(super) const URL: Setting = Setting {
    name: "database.url",
    placeholder: Some("URL"),
    default: Some("sqlite://syllabus.db"),
    help: "The database: sqlite:PATH, sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE",
};

const MAX_READ: Setting = Setting {
    name: "database.max-read-connections",
    placeholder: Some("COUNT"),
    default: Some("18"),
    help: "The maximum number of PostgreSQL connections for reading, of which long reads such as exports use up to two",
};

const MAX_WRITE: Setting = Setting {
    name: "database.max-write-connections",
    placeholder: Some("COUNT"),
    default: Some("4"),
    help: "The maximum number of PostgreSQL connections for writing, at least 2; one writer works at a time",
};

const ACQUIRE_TIMEOUT: Setting = Setting {
    name: "database.acquire-timeout",
    placeholder: Some("DURATION"),
    default: Some("2s"),
    help: "How long a request waits for a free PostgreSQL connection, or for a server that is starting",
};

const IDLE_TIMEOUT: Setting = Setting {
    name: "database.idle-timeout",
    placeholder: Some("DURATION"),
    default: Some("10m"),
    help: "How long a PostgreSQL connection stays open while it is not used",
};

const SYNCHRONOUS: Setting = Setting {
    name: "database.synchronous",
    placeholder: Some("LEVEL"),
    default: Some("full"),
    help: "When SQLite waits for the disk: full, at each commit; normal, at checkpoints, so that a power failure can lose the latest writes",
};

const AUTO_MIGRATE: Setting = Setting {
    name: "auto-migrate",
    placeholder: None,
    default: Some("false"),
    help: "Apply pending migrations to a PostgreSQL database at start, instead of failing (SQLite is always migrated)",
};

/// The location of the database, for commands that do not migrate it.
#[derive(Clone, Debug)]
pub struct DatabaseLocation {
    pub connect: ConnectOptions,
}

impl Section for DatabaseLocation {
    fn settings() -> Vec<&'static Setting> {
        vec![&URL, &MAX_READ, &MAX_WRITE, &ACQUIRE_TIMEOUT, &IDLE_TIMEOUT, &SYNCHRONOUS]
    }

    fn read(reader: &mut SettingsReader<'_>) -> Self {
        let pool = PoolOptions {
            max_read_connections: reader.get(&MAX_READ),
            max_write_connections: reader.get(&MAX_WRITE),
            acquire_timeout: reader.get(&ACQUIRE_TIMEOUT),
            idle_timeout: reader.get(&IDLE_TIMEOUT),
        };
        if pool.max_write_connections < 2 {
            reader.reject(&MAX_WRITE, "must be at least 2: a migration needs one connection for its lock");
        }
        Self { connect: ConnectOptions { url: reader.get(&URL), pool, synchronous: reader.get(&SYNCHRONOUS) } }
    }
}

/// The database, for commands that need a current schema.
#[derive(Clone, Debug)]
pub struct DatabaseSettings {
    pub connect: ConnectOptions,
    pub auto_migrate: bool,
}

impl Section for DatabaseSettings {
    fn settings() -> Vec<&'static Setting> {
        [DatabaseLocation::settings(), vec![&AUTO_MIGRATE]].concat()
    }

    fn read(reader: &mut SettingsReader<'_>) -> Self {
        let DatabaseLocation { connect } = DatabaseLocation::read(reader);
        Self { connect, auto_migrate: reader.get(&AUTO_MIGRATE) }
    }
}

impl Value for Synchronous {
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "full" => Ok(Self::Full),
            "normal" => Ok(Self::Normal),
            _ => Err(format!("invalid value {text:?}: expected full or normal")),
        }
    }
}
