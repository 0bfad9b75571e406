//! Opens a database read-only: nothing is written, no migration is run, and no file is created.

use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rusqlite::{Connection, OpenFlags};
use sea_orm::{DatabaseConnection, DbErr, SqlxSqliteConnector};
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};

use super::options::{PREPARED, SQLITE_CONNECTIONS, WRITE_LOCK_TIMEOUT};
use super::sqlite_file::{Content, LOG, beside, has_journal, inspect};
use super::url::Kind;
use super::{ConnectError, ConnectOptions, Database, SchemaState, error_message};

/// A SQLite file that is open read-only, and the cleanup after it is closed.
#[derive(Clone)]
pub struct ReadOnlyFile {
    path: PathBuf,
    clean_up: CleanUp,
}

#[derive(Clone, Copy)]
enum CleanUp {
    Nothing,
    /// SQLite created its log and index beside the file, which only a writer removes.
    RemoveLog,
    /// The file was read without locks: it must not have changed.
    Compare(FileState),
}

/// The modification time and the length of a file.
type FileState = (Option<SystemTime>, u64);

impl ReadOnlyFile {
    /// Cleans up after all connections are closed.
    ///
    /// # Errors
    /// When another program wrote to it although its directory is read-only for us.
    pub fn clean_up(&self) -> Result<(), DbErr> {
        match self.clean_up {
            CleanUp::Nothing => Ok(()),
            CleanUp::RemoveLog => {
                // Without permission to write, the log stays; it is harmless.
                let _ = remove_log(&self.path);
                Ok(())
            }
            CleanUp::Compare(before) if file_state(&self.path) == before => Ok(()),
            CleanUp::Compare(_) => Err(DbErr::Custom(error_message::FILE_CHANGED.to_owned())),
        }
    }
}

const MISSING: &str = "there is no such file: set database.url to the file of a catalog";

impl ConnectOptions {
    /// Checks that a SQLite file exists, for commands that make no sense with a new catalog.
    ///
    /// # Errors
    /// When the file does not exist, or belongs to another program.
    pub fn require_file(&self) -> Result<(), ConnectError> {
        let Kind::SqliteFile(path) = &self.url.0 else { return Ok(()) };
        let refused = |reason| ConnectError::Open { url: self.url.clone(), reason };
        match inspect(Path::new(path)).map_err(refused)? {
            Content::Missing => Err(refused(MISSING.to_owned())),
            _ => Ok(()),
        }
    }
}

/// Opens the file as a writer: SQLite's last writer removes the log when it closes the file.
fn remove_log(path: &Path) -> rusqlite::Result<()> {
    if fs::metadata(beside(path, LOG)).is_ok_and(|log| log.len() == 0) {
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.query_row("PRAGMA schema_version", [], |_| Ok(()))?;
    }
    Ok(())
}

fn file_state(path: &Path) -> FileState {
    fs::metadata(path).map_or((None, 0), |metadata| (metadata.modified().ok(), metadata.len()))
}

impl Database {
    /// Opens the database to inspect it, without writing or creating a file. `None` if the file does not exist.
    ///
    /// # Errors
    /// When the file cannot be opened or the server cannot be reached.
    pub async fn open_for_inspection(options: impl Into<ConnectOptions>) -> Result<Option<Self>, ConnectError> {
        let options = options.into();
        let refused = |reason| ConnectError::Open { url: options.url.clone(), reason };
        let path = match &options.url.0 {
            Kind::SqliteFile(path) => Path::new(path),
            Kind::SqliteMemory(_) => return Self::connect(&options).await.map(Some),
            Kind::Postgres(url) => return Self::connect_to_server(&options, url, true).await.map(Some),
        };
        if inspect(path).map_err(refused)? == Content::Missing {
            return Ok(None);
        }
        let (pool, clean_up) = open(path).await.map_err(refused)?;
        let connection: DatabaseConnection = SqlxSqliteConnector::from_sqlx_sqlite_pool(pool);
        let mut database = Self::of_file(connection.clone(), connection, None, &options);
        database.file = Some(ReadOnlyFile { path: path.to_owned(), clean_up });
        Ok(Some(database))
    }

    /// Opens a catalog read-only. Its schema must be current, since no migration is run.
    ///
    /// # Errors
    /// When it does not exist, cannot be opened, or has a schema of another version.
    pub async fn open_read_only(options: impl Into<ConnectOptions>) -> Result<Self, ConnectError> {
        let options = options.into();
        let refused = |reason| ConnectError::Open { url: options.url.clone(), reason };
        let Some(database) = Self::open_for_inspection(&options).await? else {
            return Err(refused(MISSING.to_owned()));
        };
        let state = database.schema_state().await;
        let error = match state {
            Ok(SchemaState::Current) => return Ok(database),
            Ok(SchemaState::PendingMigrations(steps)) => options.pending_migrations(steps, ""),
            Err(error) => refused(error_message::describe(&error)),
        };
        // The first error is returned.
        let _ = database.close().await;
        Err(error)
    }
}

/// SQLite creates an index to read a file in WAL mode. If it cannot, the file is read as immutable, provided that the
/// log is empty.
async fn open(path: &Path) -> Result<(SqlitePool, CleanUp), String> {
    let log = beside(path, LOG);
    let (has_log, has_index) = (log.exists(), beside(path, "-shm").exists());
    let options = SqliteConnectOptions::new().filename(path).read_only(true);
    // An index that we create belongs to us. If the file does not, its owner could not write to the index.
    let may_create = has_index || OpenOptions::new().write(true).open(path).is_ok();
    if may_create {
        match pool(options.clone()).await {
            Ok(pool) if has_log || has_index => return Ok((pool, CleanUp::Nothing)),
            Ok(pool) => return Ok((pool, CleanUp::RemoveLog)),
            Err(error) if !error_message::lacks_file(&error) => return Err(error_message::describe_sqlx(&error)),
            Err(_) => {}
        }
    }
    if has_journal(path) {
        return Err(
            "a transaction was interrupted, and its -journal file must be rolled back first: run a command that \
                    writes, such as `syllabus migrate up`, as a user who may write to the file"
                .to_owned(),
        );
    }
    if has_index || fs::metadata(&log).is_ok_and(|log| log.len() > 0) {
        return Err("changes are still in its -wal file, and no -shm file can be read or created beside it to read them: \
                    let the program that has it open stop, or copy the file and its -wal file to a directory that can be \
                    written and read the copy"
            .to_owned());
    }
    let before = file_state(path);
    let pool = pool(options.immutable(true)).await.map_err(|error| error_message::describe_sqlx(&error))?;
    Ok((pool, CleanUp::Compare(before)))
}

/// Creates a pool and reads through its first connection.
async fn pool(options: SqliteConnectOptions) -> Result<SqlitePool, sqlx::Error> {
    use sqlx::ConnectOptions as _;
    let options = options
        .busy_timeout(WRITE_LOCK_TIMEOUT)
        .statement_cache_capacity(PREPARED)
        .pragma("temp_store", "memory")
        .disable_statement_logging();
    let pool = SqlitePoolOptions::new().test_before_acquire(false).idle_timeout(None).max_lifetime(None);
    let pool = pool.max_connections(SQLITE_CONNECTIONS).connect_with(options).await?;
    match sqlx::query("SELECT COUNT(*) FROM sqlite_schema").fetch_one(&pool).await {
        Ok(_) => Ok(pool),
        Err(error) => {
            pool.close().await;
            Err(error)
        }
    }
}
