//! Opens and migrates a database.

use std::path::Path;
use std::sync::Arc;

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, RuntimeErr};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::options::SQLITE_READERS;
use super::pools::{ACQUIRE_TIMEOUT, Pools, Readers, count_statements, server_lost, server_pools, sqlite_pools};
use super::primary::Primary;
use super::read_pool::{IDLE_TIMEOUT, ReadPool, StickyPool};
use super::replica::Replicas;
use super::schema::pending_migrations;
use super::server_selection::{DATABASE_IDENTITY, OTHER_DATABASE, select_server};
use super::sqlite_file::{self, check_writable, describe_open_failure, inspect};
use super::sqlite_inline::{DatabaseFile, SqliteInline};
use super::unresponsive_server::{fail_when_unresponsive, responding_process};
use super::url::{Kind, PostgresUrl};
use super::{
    ChangeNotifier, ConnectOptions, Database, DatabaseUrl, Engine, Pooler, QUEUED_WRITERS, SchemaState, Sql,
    StatementCounter, WriteHealth, error_message,
};

/// Replicas that start at the same time run migrations one after another under this advisory lock: "syllabus" in ASCII.
const MIGRATION_LOCK: i64 = 0x7379_6c6c_6162_7573;

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    #[error("cannot open {url}: {reason}")]
    Open { url: DatabaseUrl, reason: String },
    #[error("cannot migrate {url}: {reason}")]
    Migrate { url: DatabaseUrl, reason: String },
    #[error("{url} has {steps} pending migration(s): run `syllabus migrate up` with the same settings{remedy}")]
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
                check_writable(Path::new(path)).map_err(refused)?;
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
        let (read, write) = pools.map_err(|error| refused(describe_open_failure(&error, &place.path)))?;
        Ok(Self::of_file(read, write, Some(place), &options))
    }

    /// Opens the database without its pooler, if it has one, for migrations.
    ///
    /// # Errors
    /// Those of [`connect`](Self::connect), and if there is no URL without the pooler or it leads to
    /// another database.
    pub async fn connect_directly(options: &ConnectOptions) -> Result<Self, ConnectError> {
        let connected = Self::connect(&options.direct()?).await;
        if options.pooler == Pooler::None {
            return connected;
        }
        connected.map_err(direct_error)?.that_of_the_pooler(options).await
    }

    /// Opens the database to [inspect](Self::open_for_inspection) it, without the pooler.
    ///
    /// # Errors
    /// Those of [`open_for_inspection`](Self::open_for_inspection), and if there is no URL without the pooler or it
    /// leads to another database.
    pub async fn inspect_directly(options: &ConnectOptions) -> Result<Option<Self>, ConnectError> {
        let opened = Self::open_for_inspection(options.direct()?).await;
        if options.pooler == Pooler::None {
            return opened;
        }
        match opened.map_err(direct_error)? {
            Some(database) => database.that_of_the_pooler(options).await.map(Some),
            None => Ok(None),
        }
    }

    /// Returns this database of `database.direct-url`.
    ///
    /// # Errors
    /// When it is another database than that of `database.url`.
    async fn that_of_the_pooler(self, options: &ConnectOptions) -> Result<Self, ConnectError> {
        // The pooler may not run yet.
        let Ok(pooled) = Self::connect(options).await else { return Ok(self) };
        let identities = self.identity().await.zip(pooled.identity().await);
        // The database was read already.
        let _ = pooled.close().await;
        if identities.is_some_and(|(direct, pooled)| direct != pooled) {
            let reason = OTHER_DATABASE.to_owned();
            return Err(direct_error(ConnectError::Open { url: options.direct()?.url, reason }));
        }
        Ok(self)
    }

    /// Returns the identity of the database, or `None` if it cannot be read.
    async fn identity(&self) -> Option<String> {
        let rows = self.rows(Sql::new(Engine::Postgres, DATABASE_IDENTITY)).await.ok()?;
        rows.first()?.columns().read_next().ok()
    }

    /// Connects to PostgreSQL, whose database must have the encoding UTF8. An existing catalog in another encoding can
    /// be read, so that it can be exported.
    pub(super) async fn connect_to_server(
        options: &ConnectOptions,
        url: &PostgresUrl,
        is_read_only: bool,
    ) -> Result<Self, ConnectError> {
        let refused = |reason| ConnectError::Open { url: options.url.clone(), reason };
        let server = select_server(url, options.pooler, options.setting).await.map_err(refused)?;
        let checked = server.check_encoding().map_err(refused);
        let target = if is_read_only { options.pooler.read_only(server.target) } else { server.target };
        let counter = StatementCounter::default();
        let pools = server_pools(target.clone(), options, &counter).await.map_err(refused)?;
        let probe = if options.fails_when_unresponsive {
            let first = Box::pin(responding_process(&target, options.pooler)).await;
            let readers = Arc::downgrade(&pools.readers);
            Some(tokio::spawn(fail_when_unresponsive(target, options.pooler, first, readers)))
        } else {
            None
        };
        let mut database = Self::of(Engine::Postgres, pools, counter, options);
        database.is_read_only = is_read_only;
        if let Some(probe) = probe {
            database.primary.set_probe(probe.abort_handle());
        }
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
            writers: Arc::new(Semaphore::new(QUEUED_WRITERS)),
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
            migrate_directly(&options).await?;
            state = database.schema_state().await;
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
        self.until_lost(self.apply_migrations()).await
    }

    async fn apply_migrations(&self) -> Result<(), DbErr> {
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
        self.until_lost(self.locked(Migrator::down(&self.writer(), Some(steps)))).await
    }

    /// Runs `work`. It fails if the server stops responding or was restarted.
    async fn until_lost(&self, work: impl Future<Output = Result<(), DbErr>>) -> Result<(), DbErr> {
        let lost = self.primary.pools().readers.lost.clone();
        let done = lost.run_until_cancelled(work).await;
        done.unwrap_or_else(|| Err(DbErr::Exec(RuntimeErr::SqlxError(Arc::new(server_lost())))))
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

/// Migrates a database without its pooler.
async fn migrate_directly(options: &ConnectOptions) -> Result<(), ConnectError> {
    let url = options.direct()?.url;
    let database = Database::connect_directly(options).await?;
    let migrated = database.migrate(&url).await;
    // The first error is returned.
    let _ = database.close().await;
    migrated.map_err(direct_error)
}

fn direct_error(error: ConnectError) -> ConnectError {
    ConnectError::Direct(Box::new(error))
}
