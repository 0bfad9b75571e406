//! The database of the catalog, and its connection pools.

use super::{Key, Reader, Section, Value};
use crate::db::{ConnectOptions, PoolOptions, Synchronous};

pub(super) const URL: Key = Key {
    name: "database.url",
    placeholder: Some("URL"),
    default: Some("sqlite://syllabus.db"),
    help: "The database: sqlite:PATH, sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE",
};

const MAX_READ: Key = Key {
    name: "database.max-read-connections",
    placeholder: Some("COUNT"),
    default: Some("18"),
    help: "The maximum number of PostgreSQL connections for reading, of which long reads such as exports use up to two",
};

const MAX_WRITE: Key = Key {
    name: "database.max-write-connections",
    placeholder: Some("COUNT"),
    default: Some("4"),
    help: "The maximum number of PostgreSQL connections for writing, at least 2; one writer works at a time",
};

const ACQUIRE_TIMEOUT: Key = Key {
    name: "database.acquire-timeout",
    placeholder: Some("DURATION"),
    default: Some("2s"),
    help: "How long a request waits for a free PostgreSQL connection, or for a server that is starting",
};

const IDLE_TIMEOUT: Key = Key {
    name: "database.idle-timeout",
    placeholder: Some("DURATION"),
    default: Some("10m"),
    help: "How long a PostgreSQL connection stays open while it is not used",
};

const SYNCHRONOUS: Key = Key {
    name: "database.synchronous",
    placeholder: Some("LEVEL"),
    default: Some("full"),
    help: "When SQLite waits for the disk: full, at each commit; normal, at checkpoints, so that a power failure can lose the latest writes",
};

const MIGRATE: Key = Key {
    name: "auto-migrate",
    placeholder: None,
    default: Some("false"),
    help: "Bring a PostgreSQL schema that is behind up to date first, instead of refusing it (SQLite always is)",
};

/// The database to open, for commands that do not migrate it.
#[derive(Clone, Debug)]
pub struct Location {
    pub connect: ConnectOptions,
}

impl Section for Location {
    fn keys() -> Vec<&'static Key> {
        vec![&URL, &MAX_READ, &MAX_WRITE, &ACQUIRE_TIMEOUT, &IDLE_TIMEOUT, &SYNCHRONOUS]
    }

    fn read(reader: &mut Reader<'_>) -> Self {
        let pool = PoolOptions {
            max_read_connections: reader.get(&MAX_READ),
            max_write_connections: reader.get(&MAX_WRITE),
            acquire_timeout: reader.get(&ACQUIRE_TIMEOUT),
            idle_timeout: reader.get(&IDLE_TIMEOUT),
        };
        if pool.max_write_connections < 2 {
            reader.refuse(&MAX_WRITE, "must be at least 2: a migration needs one connection for its lock");
        }
        Self { connect: ConnectOptions { url: reader.get(&URL), pool, synchronous: reader.get(&SYNCHRONOUS) } }
    }
}

/// The database, for commands that need its schema to be current.
#[derive(Clone, Debug)]
pub struct Database {
    pub connect: ConnectOptions,
    pub migrate: bool,
}

impl Section for Database {
    fn keys() -> Vec<&'static Key> {
        [Location::keys(), vec![&MIGRATE]].concat()
    }

    fn read(reader: &mut Reader<'_>) -> Self {
        let Location { connect } = Location::read(reader);
        Self { connect, migrate: reader.get(&MIGRATE) }
    }
}

impl Value for Synchronous {
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "full" => Ok(Self::Full),
            "normal" => Ok(Self::Normal),
            _ => Err(format!("is neither full nor normal: {text:?}")),
        }
    }
}
