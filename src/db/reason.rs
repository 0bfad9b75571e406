//! Why a database could not be opened, in words for whoever gave its URL: not those of a library.

use std::{fs, io};

use sea_orm::{DbErr, RuntimeErr};
use sqlx::error::DatabaseError;
use sqlx::postgres::PgDatabaseError;
use url::Url;

/// What the parameter that names the certificates to trust may be called.
const ROOT_CERTIFICATES: [&str; 3] = ["sslrootcert", "ssl-root-cert", "ssl-ca"];

/// Why a connection could not be made.
#[must_use]
pub fn unconnected(error: &sqlx::Error) -> String {
    match error {
        // What TLS found out comes as data that makes no sense.
        sqlx::Error::Io(error) if error.kind() == io::ErrorKind::InvalidData => {
            "its certificate is signed by nobody whom sslrootcert names, has expired, or is for another host".to_owned()
        }
        sqlx::Error::Io(error) => unread(error),
        sqlx::Error::Tls(error) if error.to_string().contains("does not support") => {
            "sslmode asks for an encrypted connection, and the server has none to offer".to_owned()
        }
        sqlx::Error::Tls(_) => "no encrypted connection can be made as sslcert, sslkey and sslrootcert ask".to_owned(),
        sqlx::Error::Database(error) => match error.try_downcast_ref::<PgDatabaseError>() {
            Some(error) => format!("the server says: {}", error.message()),
            None => of_sqlite(&**error),
        },
        sqlx::Error::Configuration(_) => "its parameters do not go together".to_owned(),
        sqlx::Error::PoolTimedOut => "no connection was free in time".to_owned(),
        _ => "it does not answer as such a database does".to_owned(),
    }
}

/// SQLite tells by a number, whose last eight bits are the sort of failure: <https://sqlite.org/rescode.html>.
fn of_sqlite(error: &dyn DatabaseError) -> String {
    let code = error.code().and_then(|code| code.parse::<u32>().ok()).map(|code| code & 0xFF);
    let reason = match code {
        Some(5 | 6) => "somebody else has been writing for too long",
        Some(8) => "it may only be read",
        Some(10 | 11) => "the file is damaged, or its disk is",
        Some(13) => "the disk is full",
        Some(14) => "the file cannot be opened or made",
        Some(26) => "it is no SQLite database",
        _ => return error.message().to_owned(),
    };
    reason.to_owned()
}

/// Why the database did not do what it was asked.
#[must_use]
pub fn failed(error: &DbErr) -> String {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error)) => unconnected(error),
        DbErr::ConnectionAcquire(_) => "no connection was free in time".to_owned(),
        // So speaks the migrator of a step that was run and that it does not know.
        DbErr::Custom(_) => "it has steps that this program does not know: a newer one made it".to_owned(),
        _ => "it holds what this program cannot read".to_owned(),
    }
}

/// What is wrong with the file of certificates that the URL of a PostgreSQL names, if it names one.
#[must_use]
pub fn root_certificates(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let (_, path) = url.query_pairs().find(|(name, _)| ROOT_CERTIFICATES.contains(&name.as_ref()))?;
    match fs::read(&*path) {
        Err(error) => Some(format!("sslrootcert, {path}, cannot be read: {}", unread(&error))),
        Ok(text) => {
            let mark = b"-----BEGIN CERTIFICATE-----";
            let is_there = text.windows(mark.len()).any(|bytes| bytes == mark);
            (!is_there).then(|| format!("sslrootcert, {path}, holds no certificate in PEM form"))
        }
    }
}

fn unread(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "permission is denied".to_owned(),
        io::ErrorKind::ConnectionRefused => "nobody listens there".to_owned(),
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset => "the server ended the connection".to_owned(),
        kind => kind.to_string(),
    }
}
