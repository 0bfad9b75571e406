//! Opens and migrates a database.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, SqlxPostgresConnector, SqlxSqliteConnector};
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection};
use tokio_util::sync::CancellationToken;

use super::options::{PREPARED, SPARE, SQLITE_CONNECTIONS, SQLITE_READERS, WRITE_LOCK_TIMEOUT};
use super::pooler::check_sessions;
use super::pools::{Pools, Readers};
use super::primary::Primary;
use super::read_pool::{IDLE_TIMEOUT, ReadPool, StickyPool};
use super::replica::Replicas;
use super::schema::pending_migrations;
use super::server_selection::select_server;
use super::sqlite_file::{self, inspect};
use super::sqlite_inline::{DatabaseFile, SqliteInline};
use super::url::{Kind, PostgresUrl};
use super::{
    ChangeNotifier, ConnectOptions, Database, DatabaseUrl, Engine, Pooler, SchemaState, StatementCounter, Synchronous,
    WriteHealth, error_message,
};

/// How long a read on SQLite waits for a connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(2);
/// How long a read waits for a connection to a replica at most. Then the primary serves it.
const REPLICA_ACQUIRE_TIMEOUT: Duration = Duration::from_millis(500);
/// Replicas that start at the same time run migrations one after another under this advisory lock: "syllabus" in ASCII.
const MIGRATION_LOCK: i64 = 0x7379_6c6c_6162_7573;

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    #[error("cannot open {url}: {reason}")]
    Open { url: DatabaseUrl, reason: String },
    #[error("cannot migrate {url}: {reason}")]
    Migrate { url: DatabaseUrl, reason: String },
    #[error(
        "{url} has {steps} pending migration(s): run `syllabus migrate up --database-url {}`{remedy}",
        url.argument()
    )]
    PendingMigrations { url: DatabaseUrl, steps: usize, remedy: &'static str },
    #[error(
        "cannot migrate {url} through a connection pooler: set database.direct-url to the URL of PostgreSQL itself"
    )]
    NoDirectUrl { url: DatabaseUrl },
    #[error("database.direct-url: {0}")]
    Direct(Box<Self>),
    #[error("database.read-urls: {0}")]
    Replica(Box<Self>),
}

impl Database {
    /// Opens the database. Creates a missing SQLite file; does not run migrations.
    ///
    /// # Errors
    /// When the file cannot be opened or the server cannot be reached.
    pub async fn connect(options: impl Into<ConnectOptions>) -> Result<Self, ConnectError> {
        let options = options.into();
        let refused = |reason| ConnectError::Open { url: options.url.clone(), reason };
        let (file, place, journal) = match &options.url.0 {
            Kind::SqliteFile(path) => {
                inspect(Path::new(path)).map_err(refused)?;
                let file = SqliteConnectOptions::new().filename(path);
                (file, DatabaseFile { path: path.into(), vfs: None }, SqliteJournalMode::Wal)
            }
            Kind::SqliteMemory(name) => {
                let file = SqliteConnectOptions::new().filename(format!("/{name}")).vfs("memdb");
                (file, DatabaseFile { path: format!("/{name}").into(), vfs: Some("memdb") }, SqliteJournalMode::Memory)
            }
            Kind::Postgres(url) => return Self::connect_to_server(&options, url, false).await,
        };
        let pools = sqlite_pools(file, journal, options.synchronous).await;
        let (read, write) = pools.map_err(|error| refused(error_message::describe_sqlx(&error)))?;
        Ok(Self::of_file(read, write, Some(place), &options))
    }

    /// Opens the database without its pooler, if it has one, for migrations.
    ///
    /// # Errors
    /// Those of [`connect`](Self::connect), and if there is no URL without the pooler.
    pub async fn connect_directly(options: &ConnectOptions) -> Result<Self, ConnectError> {
        let connected = Self::connect(options.direct()?).await;
        if options.pooler == Pooler::None { connected } else { connected.map_err(direct_error) }
    }

    /// Connects to PostgreSQL, whose database must have the encoding UTF8. An existing catalog in another encoding can
    /// be read, so that it can be exported.
    pub(super) async fn connect_to_server(
        options: &ConnectOptions,
        url: &PostgresUrl,
        is_read_only: bool,
    ) -> Result<Self, ConnectError> {
        let refused = |reason| ConnectError::Open { url: options.url.clone(), reason };
        let server = select_server(url, options.pooler).await.map_err(refused)?;
        let checked = server.check_encoding().map_err(refused);
        let target = if is_read_only { options.pooler.read_only(server.target) } else { server.target };
        let counter = StatementCounter::default();
        let pools = server_pools(target, options, &counter, false).await.map_err(refused)?;
        let mut database = Self::of(Engine::Postgres, pools, counter, options);
        database.is_read_only = is_read_only;
        if !is_read_only {
            let replicas = Replicas::new(options, &database.counter);
            database.replicas = Arc::new(
                replicas
                    .map_err(|(url, reason)| ConnectError::Replica(Box::new(ConnectError::Open { url, reason })))?,
            );
        }
        if checked.is_ok() || (is_read_only && database.has_catalog().await) {
            return Ok(database);
        }
        checked.map(|()| database)
    }

    /// Returns whether any migration was run.
    async fn has_catalog(&self) -> bool {
        let all = Migrator::migrations().len();
        !matches!(self.schema_state().await, Ok(SchemaState::PendingMigrations(steps)) if steps == all)
    }

    /// Creates the handle of a SQLite file. With a `place`, short statements run on the calling thread.
    pub(super) fn of_file(
        mut read: DatabaseConnection,
        mut write: DatabaseConnection,
        place: Option<DatabaseFile>,
        options: &ConnectOptions,
    ) -> Self {
        let counter = StatementCounter::default();
        count_statements([&mut read, &mut write], &counter);
        let pool = read.get_sqlite_connection_pool().clone();
        let inline = place.map(|place| SqliteInline::new(place, counter.clone()));
        let statements = ReadPool::Sqlite(
            StickyPool::new(pool, options.pooler, SQLITE_READERS, ACQUIRE_TIMEOUT, IDLE_TIMEOUT, counter.clone()),
            inline,
        );
        let readers = Arc::new(Readers { connection: read, statements, lost: CancellationToken::new() });
        Self::of(Engine::Sqlite, Pools { readers, write }, counter, options)
    }

    fn of(engine: Engine, pools: Pools, counter: StatementCounter, options: &ConnectOptions) -> Self {
        Self {
            engine,
            primary: Arc::new(Primary::new(pools, options, &counter)),
            replicas: Arc::default(),
            pinned: None,
            may_substitute: true,
            counter,
            notifier: ChangeNotifier::default(),
            pooler: options.pooler,
            direct_url: options.direct_url.clone(),
            is_read_only: false,
            write_health: WriteHealth::default(),
            file: None,
        }
    }

    /// Opens the database. Migrates SQLite always, and PostgreSQL only if `migrate` is set. Migrations do not use a
    /// pooler.
    ///
    /// # Errors
    /// When it cannot be opened or migrated, or has pending migrations.
    pub async fn open(options: impl Into<ConnectOptions>, migrate: bool) -> Result<Self, ConnectError> {
        let options = options.into();
        let url = &options.url;
        let database = Self::connect(&options).await?;
        if database.engine == Engine::Sqlite || (migrate && options.pooler == Pooler::None) {
            database.migrate(url).await?;
            return Ok(database);
        }
        let mut state = database.schema_state().await;
        if migrate && matches!(state, Ok(SchemaState::PendingMigrations(_))) {
            let direct = migrate_directly(&options).await?;
            state = database.schema_state().await;
            if matches!(state, Ok(SchemaState::PendingMigrations(_))) {
                let reason = "it is a different database from that of database.url".to_owned();
                return Err(direct_error(ConnectError::Open { url: direct, reason }));
            }
        }
        match state {
            Ok(SchemaState::Current) => Ok(database),
            Ok(SchemaState::PendingMigrations(steps)) => {
                Err(options.pending_migrations(steps, ", or start with --auto-migrate"))
            }
            Err(error) => Err(ConnectError::Open { url: url.clone(), reason: error_message::describe(&error) }),
        }
    }

    async fn migrate(&self, url: &DatabaseUrl) -> Result<(), ConnectError> {
        let failed = |error| ConnectError::Migrate { url: url.clone(), reason: error_message::describe(&error) };
        self.migrate_up().await.map_err(failed)
    }

    /// Runs the pending migrations; several processes can do so at once.
    ///
    /// # Errors
    /// Errors of the database.
    pub async fn migrate_up(&self) -> Result<(), DbErr> {
        loop {
            let before = self.pending().await;
            if matches!(before, Ok(0)) {
                break;
            }
            let done = self.locked(Migrator::up(&self.writer(), None)).await;
            // SQLite has no lock between reading the pending migrations and running them: another process can run one
            // in between, so that ours fails. As long as their number decreases, this process continues with the rest.
            match (done, before, self.pending().await) {
                (Err(_), Ok(before), Ok(after)) if after < before && self.engine == Engine::Sqlite => {}
                (Err(_), Err(_), Ok(_)) if self.engine == Engine::Sqlite => {}
                (done, ..) => {
                    done?;
                    break;
                }
            }
        }
        if self.engine == Engine::Sqlite { sqlite_file::mark(&self.writer()).await } else { Ok(()) }
    }

    async fn pending(&self) -> Result<usize, DbErr> {
        Ok(pending_migrations(&self.writer(), self.engine).await?.len())
    }

    /// Rolls back the last `steps` migrations.
    ///
    /// # Errors
    /// Errors of the database.
    pub async fn migrate_down(&self, steps: u32) -> Result<(), DbErr> {
        self.locked(Migrator::down(&self.writer(), Some(steps))).await
    }

    /// Runs `work` while no other process migrates.
    async fn locked(&self, work: impl Future<Output = Result<(), DbErr>>) -> Result<(), DbErr> {
        if self.engine == Engine::Sqlite {
            return work.await;
        }
        // The transaction keeps one connection, and with it the lock, until it ends.
        let lock = self.begin().await?;
        lock.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")).await?;
        let done = work.await;
        lock.rollback().await?;
        done
    }
}

/// Migrates a database without its pooler. Returns its direct URL.
async fn migrate_directly(options: &ConnectOptions) -> Result<DatabaseUrl, ConnectError> {
    let url = options.direct()?.url;
    let database = Database::connect_directly(options).await?;
    let migrated = database.migrate(&url).await;
    // The first error is returned.
    let _ = database.close().await;
    migrated.map_err(direct_error).map(|()| url)
}

fn direct_error(error: ConnectError) -> ConnectError {
    ConnectError::Direct(Box::new(error))
}

async fn sqlite_pools(
    options: SqliteConnectOptions,
    journal: SqliteJournalMode,
    synchronous: Synchronous,
) -> Result<(DatabaseConnection, DatabaseConnection), sqlx::Error> {
    let options = options
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(journal)
        .synchronous(match synchronous {
            Synchronous::Full => SqliteSynchronous::Full,
            Synchronous::Normal => SqliteSynchronous::Normal,
        })
        .busy_timeout(WRITE_LOCK_TIMEOUT)
        .statement_cache_capacity(PREPARED)
        .pragma("temp_store", "memory")
        // sqlx would log whole statements; we log slow ones ourselves.
        .disable_statement_logging();
    // The writer comes first: it creates the file and sets the journal mode, which a read-only connection cannot.
    let pool = SqlitePoolOptions::new().test_before_acquire(false).idle_timeout(None).max_lifetime(None);
    let write = pool
        .clone()
        .acquire_timeout(WRITE_LOCK_TIMEOUT)
        .max_connections(1)
        .after_release(|connection, _| is_idle(connection));
    let write = write.connect_with(options.clone()).await?;
    let read = pool
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .max_connections(SQLITE_CONNECTIONS)
        .min_connections(1)
        .connect_with(options.pragma("query_only", "on"))
        .await?;
    Ok((SqlxSqliteConnector::from_sqlx_sqlite_pool(read), SqlxSqliteConnector::from_sqlx_sqlite_pool(write)))
}

/// Creates the pools of a PostgreSQL server. Writers hold a connection while they wait for the lock. Their pool is
/// separate, so that reads never wait for them.
///
/// # Errors
/// When the first connection cannot be opened, unless the pools are `lazy`.
pub(super) async fn server_pools(
    target: PgConnectOptions,
    options: &ConnectOptions,
    counter: &StatementCounter,
    lazy: bool,
) -> Result<Pools, String> {
    let pooler = options.pooler;
    let readers = reader_options(options).acquire_timeout(options.pool.acquire_timeout);
    let writers = pool_options(options)
        .acquire_timeout(WRITE_LOCK_TIMEOUT.max(options.pool.acquire_timeout))
        .max_connections(options.pool.max_write_connections)
        .after_release(|connection, _| is_idle(connection));
    let target = pooler.pooled(target).disable_statement_logging();
    let (read, write) = if lazy {
        (readers.connect_lazy_with(target.clone()), writers.connect_lazy_with(target))
    } else {
        let failed = |error| pooler.describe(&error);
        let read = readers.connect_with(target.clone()).await.map_err(failed)?;
        let write = writers.connect_with(target).await.map_err(failed)?;
        if pooler == Pooler::None {
            check_sessions(&read, &write).await?;
        }
        (read, write)
    };
    let mut write = SqlxPostgresConnector::from_sqlx_postgres_pool(write);
    count_statements([&mut write], counter);
    Ok(Pools { readers: Arc::new(readers_of(read, options, options.pool.acquire_timeout, counter)), write })
}

/// Creates the connections that read from a replica, without opening one. A replica that accepts no connection is
/// replaced by another server, so nobody waits for it.
pub(super) fn lazy_readers(target: &PgConnectOptions, options: &ConnectOptions, counter: &StatementCounter) -> Readers {
    let patience = options.pool.acquire_timeout.min(REPLICA_ACQUIRE_TIMEOUT);
    let target = options.pooler.pooled(target.clone()).disable_statement_logging();
    let pool = reader_options(options).acquire_timeout(patience).connect_lazy_with(target);
    readers_of(pool, options, patience, counter)
}

fn pool_options(options: &ConnectOptions) -> PgPoolOptions {
    PgPoolOptions::new().test_before_acquire(false).idle_timeout(options.pool.idle_timeout)
}

fn reader_options(options: &ConnectOptions) -> PgPoolOptions {
    pool_options(options).max_connections(options.pool.max_read_connections)
}

fn readers_of(pool: PgPool, options: &ConnectOptions, patience: Duration, counter: &StatementCounter) -> Readers {
    let permits = options.pool.max_read_connections.saturating_sub(SPARE).max(1);
    let idle_timeout = options.pool.idle_timeout.min(IDLE_TIMEOUT);
    let statements = StickyPool::new(pool.clone(), options.pooler, permits, patience, idle_timeout, counter.clone());
    let mut connection = SqlxPostgresConnector::from_sqlx_postgres_pool(pool);
    count_statements([&mut connection], counter);
    Readers { connection, statements: ReadPool::Postgres(statements), lost: CancellationToken::new() }
}

/// Counts the statements that sea-orm sends.
fn count_statements<const N: usize>(connections: [&mut DatabaseConnection; N], counter: &StatementCounter) {
    for connection in connections {
        let counter = counter.clone();
        connection.set_metric_callback(move |sent| counter.count(&sent.statement.sql, sent.elapsed));
    }
}

/// Returns whether a released connection has no open transaction; otherwise the pool closes it.
///
/// [`Transaction`](super::Transaction) checks its own connection. This is for migrations, which use sea-orm's
/// transactions: if the disk is full, SQLite rolls back by itself, the `ROLLBACK` fails, and sqlx counts the
/// transaction as open forever.
fn is_idle<C: Connection>(connection: &mut C) -> BoxFuture<'_, Result<bool, sqlx::Error>> {
    Box::pin(async move {
        if connection.is_in_transaction() {
            // A queued rollback runs first.
            connection.ping().await?;
        }
        Ok(!connection.is_in_transaction())
    })
}
