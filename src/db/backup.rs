//! Backups of a SQLite file: copies of the whole database, made while servers use it, and their restoration.
//!
//! A copy is written beside its destination and renamed when it is complete and on disk, so the destination never has a
//! part of it.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use tempfile::NamedTempFile;

use super::sqlite_file::{Content, OTHER_DIRECTORY, creation_problem, folder_of, has_journal, has_log, inspect};
use super::url::Kind;
use super::{ConnectError, ConnectOptions, Database, DatabaseUrl, error_message};

/// Why a backup or a restoration failed. The contents of both files are unchanged.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error(transparent)]
    Connect(#[from] ConnectError),
    #[error("{0} is not a SQLite file: back up and restore PostgreSQL with pg_dump and pg_restore")]
    NotAFile(DatabaseUrl),
    #[error("cannot use {path}: {reason}", path = path.display())]
    File { path: PathBuf, reason: String },
    #[error("{path} exists: name a new file", path = .0.display())]
    Exists(PathBuf),
    #[error("{path} has a catalog: stop its servers, and replace it with --replace", path = .0.display())]
    NotReplaced(PathBuf),
    #[error("{path} is in use: stop its servers", path = .0.display())]
    InUse(PathBuf),
    #[error("cannot write {path}: {reason}", path = path.display())]
    Write { path: PathBuf, reason: String },
}

/// Copies the database to a new file, in its state at one moment.
///
/// # Errors
/// Returns an error if the database cannot be read, or the file exists or cannot be written.
pub async fn back_up(options: &ConnectOptions, to: &Path) -> Result<(), BackupError> {
    file_of(&options.url)?;
    if to.exists() {
        return Err(BackupError::Exists(to.to_owned()));
    }
    check_no_leftover_log(to)?;
    let database = Database::open_read_only(options).await?;
    let failed = |reason| BackupError::Write { path: to.to_owned(), reason };
    let copied = async {
        let copy = beside(to).map_err(|error| failed(describe(&error, to, "name a file in another directory")))?;
        let path = copy.path().to_string_lossy().into_owned();
        let statement = Statement::from_sql_and_values(DbBackend::Sqlite, "VACUUM INTO ?", [path.into()]);
        database
            .primary
            .pools()
            .readers
            .connection
            .execute_raw(statement)
            .await
            .map_err(|error| failed(error_message::describe(&error)))?;
        Ok::<_, BackupError>(copy)
    }
    .await;
    let closed = database.close().await;
    let copy = copied?;
    closed.map_err(|error| failed(error_message::describe(&error)))?;
    let persisted = copy.as_file().sync_all().and_then(|()| Ok(copy.persist_noclobber(to)?));
    persisted.and_then(|_| sync_folder(to)).map_err(|error| failed(error_message::describe_io(&error)))
}

/// Replaces the database by a backup. With `replace`, it may have a catalog, which is lost. Its user and group remain;
/// those of a new file are those of its directory.
///
/// # Errors
/// Returns an error if the backup is not a complete catalog of this version or an older one, or the database is in use or
/// cannot be written.
pub async fn restore(options: &ConnectOptions, from: &Path, replace: bool) -> Result<(), BackupError> {
    // A symbolic link remains one.
    let named = file_of(&options.url)?;
    let to = &*fs::canonicalize(named).unwrap_or_else(|_| named.to_owned());
    check(from).await?;
    let unusable = |reason| BackupError::File { path: to.to_owned(), reason };
    let owner = match inspect(to).map_err(unusable)? {
        Content::Catalog if !replace => return Err(BackupError::NotReplaced(to.to_owned())),
        Content::Missing => {
            check_no_leftover_log(to)?;
            folder_of(to)
        }
        Content::Catalog | Content::Empty => {
            fold_log(to)?;
            to
        }
    };
    let owner = fs::metadata(owner).map_err(|error| unusable(describe(&error, to, OTHER_DIRECTORY)))?;
    let copied = || -> io::Result<()> {
        let mut copy = beside(to)?;
        io::copy(&mut File::open(from)?, &mut copy)?;
        let own = copy.as_file().metadata()?;
        if (own.uid(), own.gid()) != (owner.uid(), owner.gid()) {
            chown(copy.path(), Some(owner.uid()), Some(owner.gid()))?;
        }
        begin_epoch(copy.path()).map_err(io::Error::other)?;
        copy.as_file().sync_all()?;
        copy.persist(to)?;
        sync_folder(to)
    };
    copied().map_err(|error| BackupError::Write { path: to.to_owned(), reason: error_message::describe_io(&error) })
}

/// Begins a new epoch, because clients may have seen writes that are not in the backup. A backup of an earlier version
/// has no epoch; its migration begins one.
fn begin_epoch(file: &Path) -> rusqlite::Result<()> {
    let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let column = "SELECT COUNT(*) FROM pragma_table_info('change_feed_watermark') WHERE name = 'epoch'";
    if connection.query_row(column, [], |row| row.get::<_, i64>(0))? > 0 {
        connection.execute("UPDATE change_feed_watermark SET epoch = abs(random() / 2)", [])?;
    }
    connection.close().map_err(|(_, error)| error)
}

/// Returns the file of a database.
fn file_of(url: &DatabaseUrl) -> Result<&Path, BackupError> {
    match &url.0 {
        Kind::SqliteFile(path) => Ok(Path::new(path)),
        Kind::SqliteMemory(_) | Kind::Postgres(_) => Err(BackupError::NotAFile(url.clone())),
    }
}

/// Checks that a backup is a catalog without damaged pages, whose migrations this program knows.
async fn check(from: &Path) -> Result<(), BackupError> {
    let unusable = |reason| BackupError::File { path: from.to_owned(), reason };
    if has_log(from) {
        return Err(unusable("the -wal file beside it has changes: copy it with syllabus backup first".to_owned()));
    }
    let database = match inspect(from).map_err(unusable)? {
        Content::Catalog => {
            Database::open_for_inspection(DatabaseUrl(Kind::SqliteFile(from.display().to_string()))).await?
        }
        Content::Missing | Content::Empty => None,
    };
    let Some(database) = database else {
        return Err(unusable("it is missing or empty: name a backup".to_owned()));
    };
    let checked = async {
        database.schema_state().await?;
        let damage = Statement::from_string(DbBackend::Sqlite, "SELECT quick_check FROM pragma_quick_check");
        database
            .primary
            .pools()
            .readers
            .connection
            .query_one_raw(damage)
            .await?
            .map(|row| row.try_get_by_index::<String>(0))
            .transpose()
    }
    .await;
    let closed = database.close().await;
    match checked.and_then(|found| closed.map(|()| found)) {
        Ok(found) if found.as_deref() == Some("ok") => Ok(()),
        Ok(_) => Err(unusable("it is damaged: name another backup".to_owned())),
        Err(error) => Err(unusable(error_message::describe(&error))),
    }
}

/// Rejects the path of a new database if a `-wal` or `-journal` file is beside it: SQLite would apply that file to the
/// new database.
fn check_no_leftover_log(path: &Path) -> Result<(), BackupError> {
    let unusable = |reason| BackupError::File { path: path.to_owned(), reason };
    inspect(path).map_err(unusable)?;
    if has_journal(path) {
        return Err(unusable(
            "it does not exist, but a -journal file is beside it, which SQLite would apply to the new file: move the \
             -journal file away"
                .to_owned(),
        ));
    }
    Ok(())
}

/// Moves the changes in the write-ahead log to the file, which fails while another program has it open.
fn fold_log(path: &Path) -> Result<(), BackupError> {
    let mode = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
        .and_then(|connection| connection.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get::<_, String>(0)));
    match mode {
        Ok(mode) if mode == "delete" => Ok(()),
        Ok(_) => Err(BackupError::InUse(path.to_owned())),
        Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy) => {
            Err(BackupError::InUse(path.to_owned()))
        }
        Err(error) => {
            Err(BackupError::File { path: path.to_owned(), reason: error_message::describe_rusqlite(&error) })
        }
    }
}

/// Creates a temporary file beside a file, which the owner alone can read.
fn beside(path: &Path) -> io::Result<NamedTempFile> {
    NamedTempFile::new_in(folder_of(path))
}

/// Describes why a file could not be created, with the remedy if the reason is its directory.
fn describe(error: &io::Error, path: &Path, remedy: &str) -> String {
    creation_problem(path, remedy).unwrap_or_else(|| error_message::describe_io(error))
}

/// Makes the name of a file in its directory durable.
fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(folder_of(path))?.sync_all()
}
