//! The database of the catalog and its connection pools.

use super::{Section, Setting, SettingsReader, Value};
use crate::db::{ConnectOptions, DatabaseUrl, Engine, PoolOptions, Pooler, Synchronous};

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

const POOLER: Setting = Setting {
    name: "database.pooler",
    placeholder: Some("MODE"),
    default: Some("none"),
    help: "The connection pooler at database.url: none, also for one in session mode; or transaction, for one such as \
           PgBouncer that assigns a connection for each transaction",
};

const DIRECT_URL: Setting = Setting {
    name: "database.direct-url",
    placeholder: Some("URL"),
    default: None,
    help: "The URL of PostgreSQL itself, for migrations and for notifications of other servers' changes, if \
           database.url is a pooler; without it, servers poll for changes",
};

const READ_URLS: Setting = Setting {
    name: "database.read-urls",
    placeholder: Some("URLS"),
    default: Some(""),
    help: "The URLs of PostgreSQL's read replicas, separated by commas; queries without drafts read from those that have \
           everything that this server has shown",
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
        vec![
            &URL,
            &MAX_READ,
            &MAX_WRITE,
            &ACQUIRE_TIMEOUT,
            &IDLE_TIMEOUT,
            &SYNCHRONOUS,
            &POOLER,
            &DIRECT_URL,
            &READ_URLS,
        ]
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
        let url: DatabaseUrl = reader.get(&URL);
        let pooler = reader.get(&POOLER);
        let is_sqlite = url.engine() == Engine::Sqlite && !reader.is_rejected(&URL);
        if pooler == Pooler::Transaction && is_sqlite {
            reader.reject(&POOLER, "requires a PostgreSQL URL in database.url");
        }
        let direct_url = direct_url(reader, pooler);
        let read_urls = read_urls(reader, is_sqlite);
        let synchronous = reader.get(&SYNCHRONOUS);
        let connect = ConnectOptions {
            url,
            setting: URL.name,
            pool,
            synchronous,
            pooler,
            direct_url,
            read_urls,
            fails_when_unresponsive: true,
        };
        Self { connect }
    }
}

fn direct_url(reader: &mut SettingsReader<'_>, pooler: Pooler) -> Option<DatabaseUrl> {
    let url: Option<DatabaseUrl> = reader.optional(&DIRECT_URL);
    if url.as_ref().is_some_and(|url| url.engine() == Engine::Sqlite) {
        reader.reject(&DIRECT_URL, "must begin with postgres:// or postgresql://");
    } else if url.is_some() && pooler == Pooler::None && !reader.is_rejected(&POOLER) {
        reader.reject(&DIRECT_URL, "requires database.pooler = \"transaction\"");
    }
    url
}

fn read_urls(reader: &mut SettingsReader<'_>, is_sqlite: bool) -> Vec<DatabaseUrl> {
    let ReplicaUrls(urls) = reader.get(&READ_URLS);
    if !urls.is_empty() && is_sqlite {
        reader.reject(&READ_URLS, "requires a PostgreSQL URL in database.url");
    } else if !urls.iter().all(DatabaseUrl::is_one_server) {
        reader.reject(&READ_URLS, ONE_HOST_EACH);
    }
    urls
}

const ONE_HOST_EACH: &str = "must have a postgres:// URL with one host for each replica: \
                             write postgres://USER:PASSWORD@HOST1/DATABASE,postgres://USER:PASSWORD@HOST2/DATABASE";

/// The URLs of replicas, separated by commas.
struct ReplicaUrls(Vec<DatabaseUrl>);

impl Value for ReplicaUrls {
    fn parse(text: &str) -> Result<Self, String> {
        let urls = text.split(',').map(str::trim).filter(|url| !url.is_empty());
        // Splitting at commas breaks a URL with several hosts.
        let parse =
            |url: &str| if url.contains("://") { DatabaseUrl::parse(url) } else { Err(ONE_HOST_EACH.to_owned()) };
        urls.map(parse).collect::<Result<_, _>>().map(Self)
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

impl Value for Pooler {
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "none" => Ok(Self::None),
            "transaction" => Ok(Self::Transaction),
            _ => Err(format!("invalid value {text:?}: expected none or transaction")),
        }
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
