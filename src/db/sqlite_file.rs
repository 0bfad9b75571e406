//! Inspects a SQLite file before it is opened: it can hold a catalog, no tables, or the data of another program.

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use migration::{Migrator, MigratorTrait};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rusqlite::{Connection, OpenFlags};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr};

use super::error_message;
use super::options::WRITE_LOCK_TIMEOUT;

/// The application id of our files: "Syll" in ASCII. Files of earlier versions have none, and are recognized by their
/// migrations.
pub const APPLICATION_ID: u32 = 0x5379_6c6c;
/// The file header, with the application id: <https://sqlite.org/fileformat2.html#the_database_header>.
const MAGIC: &[u8] = b"SQLite format 3\0";
const HEADER: usize = 100;
const ID_OFFSET: usize = 68;
/// How many tables of another program a message lists.
const NAMED: usize = 3;
/// The remedy if the database cannot be created in its directory.
pub const OTHER_DIRECTORY: &str = "set database.url to a file in another directory";
/// The suffix of a rollback journal.
const JOURNAL: &str = "-journal";
/// The suffix of a write-ahead log.
pub const LOG: &str = "-wal";
/// Characters that are not escaped in the path of a URI.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.');

/// The content of a file that we can use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// The file does not exist.
    Missing,
    /// The file has no tables.
    Empty,
    Catalog,
}

/// Inspects the file at a path without changing anything.
///
/// # Errors
/// Returns the reason if the file is neither empty nor a catalog.
pub fn inspect(path: &Path) -> Result<Content, String> {
    let metadata = match fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return without_log(path, Content::Missing),
        found => found.map_err(|error| error_message::describe_io(&error))?,
    };
    if metadata.is_dir() {
        return Err("it is a directory: name a file".to_owned());
    }
    if !metadata.is_file() {
        return Err("it is not a regular file: name another".to_owned());
    }
    let mut header = Vec::with_capacity(HEADER);
    let file = File::open(path).map_err(|error| error_message::describe_io(&error))?;
    file.take(HEADER as u64).read_to_end(&mut header).map_err(|error| error_message::describe_io(&error))?;
    if header.is_empty() {
        return without_log(path, Content::Empty);
    }
    if !header.starts_with(MAGIC) {
        return Err("it is not a SQLite database: name another file".to_owned());
    }
    let id = header.get(ID_OFFSET..ID_OFFSET + 4).and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_be_bytes);
    if id == APPLICATION_ID { Ok(Content::Catalog) } else { classify(tables(path)?, id) }
}

/// Checks that a file, if it exists, is writable. SQLite would open an unwritable file without an error, and create a
/// write-ahead log that the owner of the file cannot use.
///
/// # Errors
/// Returns the reason, with the remedy.
pub fn check_writable(path: &Path) -> Result<(), String> {
    match File::options().write(true).open(path) {
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            Err("permission denied: make the file writable for the user of this program".to_owned())
        }
        Err(error) if error.kind() == ErrorKind::ReadOnlyFilesystem => {
            Err("its file system is read-only: mount it writable, or name a file elsewhere".to_owned())
        }
        _ => Ok(()),
    }
}

/// SQLite deletes a log whose database is missing or empty, which may be the last copy of the data.
fn without_log(path: &Path, content: Content) -> Result<Content, String> {
    if has_log(path) {
        return Err(
            "it is missing or empty, and the -wal file beside it has changes: restore the file that the -wal file \
                    belongs to, or move the -wal file away"
                .to_owned(),
        );
    }
    Ok(content)
}

/// Returns whether changes of a database are in its write-ahead log.
pub fn has_log(path: &Path) -> bool {
    fs::metadata(beside(path, LOG)).is_ok_and(|log| log.len() > 0)
}

/// Returns whether the rollback journal of an interrupted transaction is beside a database.
pub fn has_journal(path: &Path) -> bool {
    fs::metadata(beside(path, JOURNAL)).is_ok_and(|journal| journal.len() > 0)
}

fn classify(tables: Tables, id: u32) -> Result<Content, String> {
    match tables {
        Tables::None if id == 0 => Ok(Content::Empty),
        Tables::None => {
            Err(format!("it belongs to another program, with the application id {id:#010x}: name another file"))
        }
        Tables::Catalog => Ok(Content::Catalog),
        Tables::Others(names) => {
            Err(format!("it belongs to another program, since it has {names} and no catalog: name another file"))
        }
    }
}

enum Tables {
    None,
    Catalog,
    /// Their names, for a message.
    Others(String),
}

/// Reads the main file first, without side effects, and the write-ahead log only if the file has no tables yet.
fn tables(path: &Path) -> Result<Tables, String> {
    match read_tables(path, OpenFlags::SQLITE_OPEN_READ_ONLY, "immutable=1") {
        Ok(Tables::None) | Err(_) if has_log(path) => tables_in_log(path),
        tables => tables.map_err(|error| error_message::describe_rusqlite(&error)),
    }
}

/// Reads a copy of the file and its log, since SQLite writes to the index of a log that it reads.
fn tables_in_log(path: &Path) -> Result<Tables, String> {
    let copies = || {
        let folder = tempfile::tempdir()?;
        let copy = folder.path().join("copy");
        // The log first: a checkpoint in between copies pages from the log to the file.
        fs::copy(beside(path, LOG), beside(&copy, LOG))?;
        fs::copy(path, &copy)?;
        Ok((folder, copy))
    };
    let (_folder, copy) = copies().map_err(|error| error_message::describe_io(&error))?;
    read_tables(&copy, OpenFlags::SQLITE_OPEN_READ_WRITE, "").map_err(|error| error_message::describe_rusqlite(&error))
}

fn read_tables(path: &Path, access: OpenFlags, parameter: &str) -> rusqlite::Result<Tables> {
    let flags = access | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let path = path.to_string_lossy();
    let connection =
        Connection::open_with_flags(format!("file:{}?{parameter}", utf8_percent_encode(&path, PATH)), flags)?;
    connection.busy_timeout(WRITE_LOCK_TIMEOUT)?;
    let mut query = connection.prepare("SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite|_%' ESCAPE '|'")?;
    let names: Vec<String> = query.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let record = Migrator::migration_table_name().to_string();
    if names.contains(&record) {
        // Other programs have a table of this name too.
        let first = Migrator::migrations().first().map_or(String::new(), |first| first.name().to_owned());
        let count = format!("SELECT COUNT(*) FROM {record} WHERE version = ?");
        if connection.query_row(&count, [first], |row| row.get::<_, i64>(0))? > 0 {
            return Ok(Tables::Catalog);
        }
        // All migrations were rolled back, or the first one is running.
        let is_empty =
            connection.query_row(&format!("SELECT COUNT(*) FROM {record}"), [], |row| row.get::<_, i64>(0))? == 0;
        if is_empty && names.len() == 1 {
            return Ok(Tables::Catalog);
        }
    }
    let others: Vec<String> = names.iter().filter(|name| **name != record).map(|name| format!("{name:?}")).collect();
    Ok(match others.len() {
        0 if names.is_empty() => Tables::None,
        0 => Tables::Others("its own migrations".to_owned()),
        count if count > NAMED => Tables::Others(format!("{} and {} more", others[..NAMED].join(", "), count - NAMED)),
        _ => Tables::Others(others.join(", ")),
    })
}

/// Describes why the database at a path could not be opened or created. SQLite does not state the reason.
pub fn describe_open_failure(error: &sqlx::Error, path: &Path) -> String {
    if error_message::lacks_file(error)
        && let Some(problem) = creation_problem(path, OTHER_DIRECTORY)
    {
        return problem;
    }
    error_message::describe_sqlx(error)
}

/// Returns why no file can be created in the directory of a path; `None` if one can. `remedy` ends the message.
pub fn creation_problem(path: &Path, remedy: &str) -> Option<String> {
    let folder = folder_of(path);
    let error = tempfile::tempfile_in(folder).err()?;
    let folder = folder.display();
    Some(match error.kind() {
        ErrorKind::NotFound => format!("there is no directory {folder}: create it, or {remedy}"),
        ErrorKind::NotADirectory => format!("{folder} is not a directory: {remedy}"),
        _ if path.exists() => format!(
            "cannot create a file in {folder}: {}: make the directory writable for the user of this program",
            error_message::describe_io(&error)
        ),
        _ => format!("cannot create a file in {folder}: {}: {remedy}", error_message::describe_io(&error)),
    })
}

/// Returns the directory of a file.
pub fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Returns the path of a file that SQLite creates next to a database. Follows symbolic links to the database.
pub fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()).into_os_string();
    name.push(suffix);
    name.into()
}

/// Sets the application id if the file has none.
///
/// # Errors
/// Errors of the database.
pub async fn mark(writer: &DatabaseConnection) -> Result<(), DbErr> {
    let query = sea_orm::Statement::from_string(sea_orm::DbBackend::Sqlite, "PRAGMA application_id");
    let id: Option<i64> = writer.query_one_raw(query).await?.map(|row| row.try_get_by_index(0)).transpose()?;
    if id == Some(0) {
        writer.execute_unprepared(&format!("PRAGMA application_id = {APPLICATION_ID}")).await?;
    }
    Ok(())
}
