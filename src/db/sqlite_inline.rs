//! SQLite on the calling thread.
//!
//! Passing a short statement to another thread, and its rows back, takes longer than running it. So lookups by key run
//! on the calling thread, on connections of their own. A statement that takes longer is interrupted and then sent like
//! all others, so that no thread of the runtime is blocked for long.

use std::num::NonZero;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags};

use super::options::PREPARED;
use super::row_set::RowSet;
use super::{Row, StatementCounter, Value};

/// The maximum number of idle connections. No more are used at once than the runtime has threads.
const MAX_IDLE: usize = 8;
/// The page cache of all connections together, in KiB. A response of a few dozen items reads half a mebibyte; with a
/// cache of little more, the upper pages of the indexes would be evicted before they are needed again.
const TOTAL_CACHE_KIB: usize = 32 * 1024;
/// The number of SQLite virtual machine steps between two calls of the progress handler.
const PROGRESS_INTERVAL: i32 = 1_000;
/// The number of calls after which a statement is interrupted: some milliseconds.
const MAX_PROGRESS_CALLS: u32 = 50;

/// The database file.
pub struct DatabaseFile {
    pub path: PathBuf,
    /// The VFS, unless it is the default.
    pub vfs: Option<&'static str>,
}

/// Connections that one thread at a time uses.
pub struct SqliteInline {
    file: DatabaseFile,
    /// `None` after [`SqliteInline::close`].
    idle: Mutex<Option<Vec<InterruptibleConnection>>>,
    counter: StatementCounter,
}

/// A connection that interrupts statements that take too long.
struct InterruptibleConnection {
    connection: Connection,
    progress: Arc<AtomicU32>,
}

impl SqliteInline {
    pub fn new(file: DatabaseFile, counter: StatementCounter) -> Self {
        Self { file, idle: Mutex::new(Some(Vec::new())), counter }
    }

    /// Returns the rows of a statement; `None` if it failed or took too long, so that the caller must send it.
    pub fn rows(&self, text: &str, values: &[Value]) -> Option<Vec<Row>> {
        let connection = self.idle().as_mut()?.pop();
        let connection = match connection {
            Some(connection) => connection,
            None => self.file.open().ok()?,
        };
        let begin = Instant::now();
        connection.progress.store(0, Ordering::Relaxed);
        let rows = connection.rows(text, values).ok()??;
        self.counter.count(text, begin.elapsed());
        if let Some(idle) = self.idle().as_mut().filter(|idle| idle.len() < MAX_IDLE) {
            idle.push(connection);
        }
        Some(rows)
    }

    /// Closes all connections. No more are opened.
    pub fn close(&self) {
        let connections = self.idle().take();
        drop(connections);
    }

    fn idle(&self) -> MutexGuard<'_, Option<Vec<InterruptibleConnection>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl DatabaseFile {
    fn open(&self) -> rusqlite::Result<InterruptibleConnection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = match self.vfs {
            Some(vfs) => Connection::open_with_flags_and_vfs(&self.path, flags, vfs)?,
            None => Connection::open_with_flags(&self.path, flags)?,
        };
        // Statements that must wait for a lock are sent instead.
        connection.busy_timeout(Duration::ZERO)?;
        connection.pragma_update(None, "query_only", "on")?;
        connection.pragma_update(None, "temp_store", "memory")?;
        connection.pragma_update(None, "cache_size", cache_size())?;
        connection.set_prepared_statement_cache_capacity(PREPARED);
        let progress = Arc::new(AtomicU32::new(0));
        let seen = progress.clone();
        connection.progress_handler(
            PROGRESS_INTERVAL,
            Some(move || seen.fetch_add(1, Ordering::Relaxed) >= MAX_PROGRESS_CALLS),
        )?;
        Ok(InterruptibleConnection { connection, progress })
    }
}

/// Returns the page cache of one connection as SQLite expects it: negative, in KiB.
fn cache_size() -> i64 {
    let threads = available_parallelism().map_or(MAX_IDLE, NonZero::get).min(MAX_IDLE);
    -i64::try_from(TOTAL_CACHE_KIB / threads).unwrap_or_default()
}

impl InterruptibleConnection {
    /// Returns `None` if a value has an unsupported type.
    fn rows(&self, text: &str, values: &[Value]) -> rusqlite::Result<Option<Vec<Row>>> {
        let mut statement = self.connection.prepare_cached(text)?;
        for (number, value) in values.iter().enumerate() {
            let Some(value) = value_ref(value) else { return Ok(None) };
            statement.raw_bind_parameter(number + 1, ToSqlOutput::Borrowed(value))?;
        }
        let width = statement.column_count();
        let mut set = RowSet::new(width);
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            for column in 0..width {
                let is_supported = match row.get_ref(column)? {
                    ValueRef::Null => set.push_null(),
                    ValueRef::Integer(number) => set.push_integer(number),
                    ValueRef::Real(number) => set.push_real(number),
                    ValueRef::Text(text) => set.push_text(text),
                    ValueRef::Blob(_) => false,
                };
                if !is_supported {
                    return Ok(None);
                }
            }
        }
        Ok(Some(set.into_rows()))
    }
}

fn value_ref(value: &Value) -> Option<ValueRef<'_>> {
    Some(match value {
        Value::BigInt(Some(number)) => ValueRef::Integer(*number),
        Value::Int(Some(number)) => ValueRef::Integer((*number).into()),
        Value::Bool(Some(is)) => ValueRef::Integer((*is).into()),
        Value::String(Some(text)) => ValueRef::Text(text.as_bytes()),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inline() -> SqliteInline {
        let path = PathBuf::from("/inline_test");
        let inline =
            SqliteInline::new(DatabaseFile { path: path.clone(), vfs: Some("memdb") }, StatementCounter::default());
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let made = Connection::open_with_flags_and_vfs(path, flags, "memdb").expect("memory can be opened");
        let first = inline.file.open().expect("`made` keeps the database in memory");
        drop(made);
        inline.idle().as_mut().expect("`inline` creates an open pool").push(first);
        inline
    }

    #[test]
    fn short_statements_are_answered() {
        let rows = inline()
            .rows("SELECT ?, ?, NULL", &[7i64.into(), "ä".into()])
            .expect("the statement finishes within the limit");
        let mut columns = rows[0].columns();
        let read: (i64, String, Option<i64>) = (
            columns.read_next().expect("a number"),
            columns.read_next().expect("a text"),
            columns.read_next().expect("nothing"),
        );
        assert_eq!((read, rows.len()), ((7, "ä".to_owned(), None), 1));
    }

    #[test]
    fn long_and_failing_statements_are_not_answered() {
        let inline = inline();
        let endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT MAX(i) FROM n";
        assert!(inline.rows(endless, &[]).is_none());
        assert!(inline.rows("SELECT nothing FROM nowhere", &[]).is_none());
        inline.close();
        assert!(inline.rows("SELECT 1", &[]).is_none(), "it is closed");
    }
}
