//! Opens and migrates a database.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, SqlxPostgresConnector, SqlxSqliteConnector};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection};

use super::options::{PREPARED, SPARE, SQLITE_CONNECTIONS, SQLITE_READERS, WRITE_LOCK_TIMEOUT};
use super::pooler::check_sessions;
use super::read_pool::{IDLE_TIMEOUT, ReadPool, StickyPool};
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
        Ok(Self::of(Engine::Sqlite, read, write, Some(place), &options))
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
        let (read, write) = postgres_pools(target, options).await.map_err(refused)?;
        let mut database = Self::of(Engine::Postgres, read, write, None, options);
        database.is_read_only = is_read_only;
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

    /// Creates the handle. With a `place`, short statements run on the calling thread.
    pub(super) fn of(
        engine: Engine,
        mut read: DatabaseConnection,
        mut write: DatabaseConnection,
        place: Option<DatabaseFile>,
        options: &ConnectOptions,
    ) -> Self {
        let (pool_options, pooler) = (&options.pool, options.pooler);
        let counter = StatementCounter::default();
        for connection in [&mut read, &mut write] {
            let counter = counter.clone();
            connection.set_metric_callback(move |sent| counter.count(&sent.statement.sql, sent.elapsed));
        }
        let read_pool = Arc::new(match engine {
            Engine::Sqlite => {
                let pool = read.get_sqlite_connection_pool().clone();
                let inline = place.map(|place| SqliteInline::new(place, counter.clone()));
                ReadPool::Sqlite(
                    StickyPool::new(pool, pooler, SQLITE_READERS, ACQUIRE_TIMEOUT, IDLE_TIMEOUT, counter.clone()),
                    inline,
                )
            }
            Engine::Postgres => {
                let pool = read.get_postgres_connection_pool().clone();
                let permits = pool_options.max_read_connections.saturating_sub(SPARE).max(1);
                let idle_timeout = pool_options.idle_timeout.min(IDLE_TIMEOUT);
                ReadPool::Postgres(StickyPool::new(
                    pool,
                    pooler,
                    permits,
                    pool_options.acquire_timeout,
                    idle_timeout,
                    counter.clone(),
                ))
            }
        });
        Self {
            engine,
            read,
            read_pool,
            write,
            counter,
            notifier: ChangeNotifier::default(),
            pooler,
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
            let done = self.locked(Migrator::up(&self.write, None)).await;
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
        if self.engine == Engine::Sqlite { sqlite_file::mark(&self.write).await } else { Ok(()) }
    }

    async fn pending(&self) -> Result<usize, DbErr> {
        Ok(Migrator::get_pending_migrations_read_only(&self.write).await?.len())
    }

    /// Rolls back the last `steps` migrations.
    ///
    /// # Errors
    /// Errors of the database.
    pub async fn migrate_down(&self, steps: u32) -> Result<(), DbErr> {
        self.locked(Migrator::down(&self.write, Some(steps))).await
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

/// Writers hold a connection while they wait for the lock. Their pool is separate, so that reads never wait for them.
async fn postgres_pools(
    target: PgConnectOptions,
    options: &ConnectOptions,
) -> Result<(DatabaseConnection, DatabaseConnection), String> {
    let (pool, pooler) = (&options.pool, options.pooler);
    let options = pooler.pooled(target).disable_statement_logging();
    let pools = PgPoolOptions::new().test_before_acquire(false).idle_timeout(pool.idle_timeout);
    let readers = pools.clone().acquire_timeout(pool.acquire_timeout).max_connections(pool.max_read_connections);
    let failed = |error| pooler.describe(&error);
    let read = readers.connect_with(options.clone()).await.map_err(failed)?;
    // Writers keep a connection while they wait for the lock.
    let writers =
        pools.acquire_timeout(WRITE_LOCK_TIMEOUT.max(pool.acquire_timeout)).max_connections(pool.max_write_connections);
    let writers = writers.after_release(|connection, _| is_idle(connection));
    let write = writers.connect_with(options).await.map_err(failed)?;
    if pooler == Pooler::None {
        check_sessions(&read, &write).await?;
    }
    Ok((SqlxPostgresConnector::from_sqlx_postgres_pool(read), SqlxPostgresConnector::from_sqlx_postgres_pool(write)))
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
