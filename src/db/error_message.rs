//! Why a database could not be opened, in words for whoever gave its URL: not those of a library.

use std::{fs, io};

use sea_orm::{DbErr, RuntimeErr};
use sqlx::error::DatabaseError;
use sqlx::postgres::PgDatabaseError;

use super::error_class;
use super::url::PostgresUrl;

/// The reason why the data that was read can be wrong.
pub const FILE_CHANGED: &str = "another program changed the file while it was read: run the command again";
/// The prefix of a resolver error; the system's message follows.
const LOOKUP_PREFIX: &str = "failed to lookup address information: ";
/// What systems report for a name without an address.
const UNKNOWN_HOST_MESSAGES: [&str; 3] = [
    "Name or service not known",
    "nodename nor servname provided, or not known",
    "No address associated with hostname",
];

/// Why a connection could not be made.
#[must_use]
pub fn describe_sqlx(error: &sqlx::Error) -> String {
    match error {
        // What TLS found out comes as data that makes no sense.
        sqlx::Error::Io(error) if error.kind() == io::ErrorKind::InvalidData => {
            "its certificate is signed by nobody whom sslrootcert names, has expired, or is for another host".to_owned()
        }
        sqlx::Error::Io(error) => describe_io(error),
        sqlx::Error::Tls(error) if error.to_string().contains("does not support") => {
            "sslmode asks for an encrypted connection, and the server has none to offer".to_owned()
        }
        sqlx::Error::Tls(_) => "no encrypted connection can be made as sslcert, sslkey and sslrootcert ask".to_owned(),
        sqlx::Error::Database(error) => match error.try_downcast_ref::<PgDatabaseError>() {
            Some(error) => format!("the server says: {}", error.message()),
            None => describe_sqlite_code(sqlite_code(&**error)).unwrap_or_else(|| error.message().to_owned()),
        },
        sqlx::Error::Configuration(_) => "its parameters do not go together".to_owned(),
        sqlx::Error::PoolTimedOut => "no connection was free in time".to_owned(),
        _ => "it does not answer as such a database does".to_owned(),
    }
}

/// SQLite tells by a number, whose last eight bits are the sort of failure: <https://sqlite.org/rescode.html>.
fn describe_sqlite_code(code: Option<i32>) -> Option<String> {
    let reason = match code {
        Some(5 | 6) => "somebody else has been writing for too long",
        Some(8) => "it may only be read",
        Some(10 | 11) => "the file is damaged, or its disk is",
        Some(13) => "the disk is full",
        Some(14) => "the file cannot be opened or made",
        Some(26) => "it is not a SQLite database, or it is encrypted",
        _ => return None,
    };
    Some(reason.to_owned())
}

fn sqlite_code(error: &dyn DatabaseError) -> Option<i32> {
    error.code()?.parse::<i32>().ok().map(|code| code & 0xFF)
}

/// The reason for an error of SQLite on this thread.
pub fn describe_rusqlite(error: &rusqlite::Error) -> String {
    let code = error.sqlite_error().map(|error| error.extended_code & 0xFF);
    describe_sqlite_code(code).unwrap_or_else(|| "it holds what this program cannot read".to_owned())
}

/// Returns whether SQLite could not open, create or write a file that it needs.
pub fn lacks_file(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(error) = error else { return false };
    matches!(sqlite_code(&**error), Some(8 | 14))
}

/// Why the database did not do what it was asked.
#[must_use]
pub fn describe(error: &DbErr) -> String {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error)) => describe_sqlx(error),
        DbErr::ConnectionAcquire(_) => "no connection was free in time".to_owned(),
        // So speaks the migrator of a step that was run and that it does not know.
        DbErr::Custom(reason) if [FILE_CHANGED, error_class::UNKNOWN_OUTCOME].contains(&reason.as_str()) => {
            reason.clone()
        }
        DbErr::Custom(_) => {
            "it has migrations that this program does not know: use the version that created it, also to export it"
                .to_owned()
        }
        _ => "it holds what this program cannot read".to_owned(),
    }
}

/// What is wrong with the file of certificates that the URL of a PostgreSQL names, if it names one.
#[must_use]
pub fn root_certificate_problem(url: &PostgresUrl) -> Option<String> {
    let path = url.root_certificates()?;
    match fs::read(path) {
        Err(error) => Some(format!("sslrootcert, {path}, cannot be read: {}", describe_io(&error))),
        Ok(text) => {
            let mark = b"-----BEGIN CERTIFICATE-----";
            let is_there = text.windows(mark.len()).any(|bytes| bytes == mark);
            (!is_there).then(|| format!("sslrootcert, {path}, holds no certificate in PEM form"))
        }
    }
}

/// The reason for an I/O error.
pub fn describe_io(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "permission is denied".to_owned(),
        io::ErrorKind::ConnectionRefused => "nobody listens there".to_owned(),
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset => "the server ended the connection".to_owned(),
        kind => system_message(error).unwrap_or_else(|| kind.to_string()),
    }
}

/// The message of the system, such as `Network is unreachable (os error 101)`, without its number.
fn system_message(error: &io::Error) -> Option<String> {
    let message = error.to_string();
    match message.strip_prefix(LOOKUP_PREFIX) {
        Some(reason) if UNKNOWN_HOST_MESSAGES.contains(&reason) => Some("no such host".to_owned()),
        Some(reason) => Some(format!("the host's address cannot be looked up: {}", uncapitalized(reason))),
        // Any other message is a library's.
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
    fn errors_of_the_system_are_shown_in_its_words() {
        for (message, reason) in [
            ("failed to lookup address information: Name or service not known", "no such host"),
            (
                "failed to lookup address information: Temporary failure in name resolution",
                "the host's address cannot be looked up: temporary failure in name resolution",
            ),
        ] {
            assert_eq!(describe_io(&io::Error::other(message)), reason);
        }
        for (code, reason) in
            [(101, "network is unreachable"), (113, "no route to host"), (110, "connection timed out")]
        {
            assert_eq!(describe_io(&io::Error::from_raw_os_error(code)), reason);
        }
    }
}
