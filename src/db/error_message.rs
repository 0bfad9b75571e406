//! Error messages of the database for operators, without the texts of libraries.

use std::{fs, io};

use sea_orm::{DbErr, RuntimeErr};
use sqlx::error::DatabaseError;
use sqlx::postgres::PgDatabaseError;

use super::pools::ServerLost;
use super::url::PostgresUrl;
use super::{error_class, options, pooler};

/// The file was modified while it was read.
pub const FILE_CHANGED: &str = "another program changed the file while it was read: run the command again";
/// SQLite: the file that its processes have in common cannot grow (`SQLITE_IOERR_SHMSIZE`).
const SHARED_MEMORY_SIZE: i32 = 4874;
/// The prefix of a resolver error; the system's message follows.
const LOOKUP_PREFIX: &str = "failed to lookup address information: ";
/// The messages of operating systems for a name without an address.
const UNKNOWN_HOST_MESSAGES: [&str; 3] = [
    "Name or service not known",
    "nodename nor servname provided, or not known",
    "No address associated with hostname",
];

/// Describes why a connection failed.
#[must_use]
pub fn describe_sqlx(error: &sqlx::Error) -> String {
    match error {
        // TLS reports certificate problems as invalid data.
        sqlx::Error::Io(error) if error.kind() == io::ErrorKind::InvalidData => {
            "the server's certificate is not signed by a CA in sslrootcert, has expired, or is for another host"
                .to_owned()
        }
        sqlx::Error::Io(error) if ServerLost::is_cause_of(error) => ServerLost.to_string(),
        sqlx::Error::Io(error) => describe_io(error),
        sqlx::Error::Tls(error) if error.to_string().contains("does not support") => {
            "sslmode requires encryption, but the server does not support it: enable ssl on the server, or choose \
             another sslmode"
                .to_owned()
        }
        sqlx::Error::Tls(_) => "the TLS connection failed: check sslcert, sslkey and sslrootcert".to_owned(),
        sqlx::Error::Database(error) => match error.try_downcast_ref::<PgDatabaseError>() {
            Some(error) if pooler::is_statement_lost(error.code()) => pooler::not_configured(options::URL),
            Some(error) => format!("the server says: {}{}", error.message(), remedy(error.code())),
            None => describe_sqlite_code(sqlite_code(&**error)).unwrap_or_else(|| error.message().to_owned()),
        },
        sqlx::Error::Configuration(_) => "its parameters contradict each other".to_owned(),
        sqlx::Error::PoolTimedOut => "timed out waiting for a connection".to_owned(),
        _ => "unexpected response from the database".to_owned(),
    }
}

/// Returns the remedy for an error of PostgreSQL, which follows its message.
fn remedy(code: &str) -> &'static str {
    match code {
        "25006" => ": the URL must lead to a server that accepts writes, not to a standby",
        "3D000" => ": create it, or correct its name in the URL",
        "42501" => {
            ": use a role that owns the database and its tables, or grant this role CREATE on the schema and all \
             privileges on the tables"
        }
        _ => "",
    }
}

/// Describes an extended error code of SQLite. Its last eight bits are the class: <https://sqlite.org/rescode.html>.
fn describe_sqlite_code(code: Option<i32>) -> Option<String> {
    let reason = match code.map(class) {
        _ if code == Some(SHARED_MEMORY_SIZE) => "the disk is full",
        Some(5 | 6) => "another process has locked it for too long",
        Some(8) => "it is read-only",
        Some(10 | 11) => "the file or its disk is damaged",
        Some(13) => "the disk is full",
        Some(14) => "the file cannot be opened or created",
        Some(26) => "it is not a SQLite database, or it is encrypted",
        _ => return None,
    };
    Some(reason.to_owned())
}

fn sqlite_code(error: &dyn DatabaseError) -> Option<i32> {
    error.code()?.parse().ok()
}

fn class(code: i32) -> i32 {
    code & 0xFF
}

/// Describes an error of SQLite on this thread.
pub fn describe_rusqlite(error: &rusqlite::Error) -> String {
    let code = error.sqlite_error().map(|error| error.extended_code);
    describe_sqlite_code(code).unwrap_or_else(|| "it contains data that this program cannot read".to_owned())
}

/// Returns whether SQLite could not open, create or write a file that it needs.
pub fn lacks_file(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(error) = error else { return false };
    matches!(sqlite_code(&**error).map(class), Some(8 | 14))
}

/// Describes why a statement failed.
#[must_use]
pub fn describe(error: &DbErr) -> String {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error)) => describe_sqlx(error),
        DbErr::ConnectionAcquire(_) => "timed out waiting for a connection".to_owned(),
        DbErr::Custom(reason) if [FILE_CHANGED, error_class::UNKNOWN_OUTCOME].contains(&reason.as_str()) => {
            reason.clone()
        }
        error if error_class::is_schema_too_new(error) => {
            "it has migrations that this program does not know: use the version that created it, also to export it"
                .to_owned()
        }
        _ => "it contains data that this program cannot read".to_owned(),
    }
}

/// Returns the problem of the certificate file of a PostgreSQL URL, if it has one.
#[must_use]
pub fn root_certificate_problem(url: &PostgresUrl) -> Option<String> {
    let path = url.root_certificates()?;
    match fs::read(path) {
        Err(error) => Some(format!("cannot read sslrootcert {path}: {}", describe_io(&error))),
        Ok(text) => {
            let mark = b"-----BEGIN CERTIFICATE-----";
            let is_there = text.windows(mark.len()).any(|bytes| bytes == mark);
            (!is_there).then(|| format!("sslrootcert {path} contains no PEM certificate"))
        }
    }
}

/// Describes an I/O error.
#[must_use]
pub fn describe_io(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or directory".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::ConnectionRefused => "connection refused".to_owned(),
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset => "the server closed the connection".to_owned(),
        kind => system_message(error).unwrap_or_else(|| kind.to_string()),
    }
}

/// Returns the message of the system, such as `Network is unreachable (os error 101)`, without its number.
fn system_message(error: &io::Error) -> Option<String> {
    let message = error.to_string();
    match message.strip_prefix(LOOKUP_PREFIX) {
        Some(reason) if UNKNOWN_HOST_MESSAGES.contains(&reason) => Some("no such host".to_owned()),
        Some(reason) => Some(format!("cannot resolve the host name: {}", uncapitalized(reason))),
        // Other messages come from libraries.
        None => error.raw_os_error().and_then(|_| message.split(" (os error").next()).map(uncapitalized),
    }
}

fn uncapitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_lowercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_sqlite_are_described_by_their_class() {
        for (code, reason) in
            [(8, "it is read-only"), (778, "the file or its disk is damaged"), (4874, "the disk is full")]
        {
            assert_eq!(describe_sqlite_code(Some(code)).as_deref(), Some(reason), "{code}");
        }
    }

    #[test]
    fn system_errors_keep_the_message_of_the_system() {
        for (message, reason) in [
            ("failed to lookup address information: Name or service not known", "no such host"),
            (
                "failed to lookup address information: Temporary failure in name resolution",
                "cannot resolve the host name: temporary failure in name resolution",
            ),
        ] {
            assert_eq!(describe_io(&io::Error::other(message)), reason);
        }
        for (code, reason) in [
            (2, "no such file or directory"),
            (13, "permission denied"),
            (98, "address already in use"),
            (101, "network is unreachable"),
            (110, "connection timed out"),
            (113, "no route to host"),
        ] {
            assert_eq!(describe_io(&io::Error::from_raw_os_error(code)), reason);
        }
    }
}
