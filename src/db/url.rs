//! The URL of a database, as settings give it.

mod postgres;

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use super::Engine;

pub use postgres::{PostgresUrl, create_command, location};

/// The URL of a database: `sqlite:PATH`, `sqlite://PATH[?mode=rwc]`, `postgres://…`, `postgresql://…`.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(pub(super) Kind);

/// The kind of database.
#[derive(Clone, PartialEq, Eq)]
pub enum Kind {
    SqliteFile(String),
    SqliteMemory(String),
    Postgres(Box<PostgresUrl>),
}

impl DatabaseUrl {
    /// Returns the URL of an in-memory SQLite database, which all connections of this process use. It is deleted with
    /// the last of them.
    #[must_use]
    pub fn memory(name: &str) -> Self {
        Self(Kind::SqliteMemory(name.to_owned()))
    }

    #[must_use]
    pub fn engine(&self) -> Engine {
        match self.0 {
            Kind::SqliteFile(_) | Kind::SqliteMemory(_) => Engine::Sqlite,
            Kind::Postgres(_) => Engine::Postgres,
        }
    }

    /// Returns the file of a SQLite database, unless it is in memory.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match &self.0 {
            Kind::SqliteFile(path) => Some(Path::new(path)),
            Kind::SqliteMemory(_) | Kind::Postgres(_) => None,
        }
    }

    /// Returns whether it is the URL of one PostgreSQL server.
    #[must_use]
    pub fn is_one_server(&self) -> bool {
        match &self.0 {
            Kind::Postgres(url) => url.has_one_host(),
            Kind::SqliteFile(_) | Kind::SqliteMemory(_) => false,
        }
    }
}

/// Quotes an argument for a shell if needed.
fn quoted(argument: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+,=".contains(c);
    if argument.chars().all(is_plain) { argument.to_owned() } else { format!("'{}'", argument.replace('\'', r"'\''")) }
}

/// Returns whether the text has the form `host=… dbname=…`.
fn is_keyword_form(text: &str) -> bool {
    let keyword = text.split_once('=').map(|(keyword, _)| keyword.trim());
    keyword
        .is_some_and(|keyword| ["host", "hostaddr", "port", "dbname", "user", "password", "service"].contains(&keyword))
}

impl FromStr for DatabaseUrl {
    type Err = String;

    fn from_str(url: &str) -> Result<Self, String> {
        // Environment files that were edited on Windows can have carriage returns or a byte order mark.
        let url = url.trim_start_matches('\u{feff}').trim();
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return url.parse().map(|url| Self(Kind::Postgres(Box::new(url))));
        }
        if is_keyword_form(url) {
            return Err("is in libpq's keyword/value form, which is not supported: \
                        write postgres://USER:PASSWORD@HOST:PORT/DATABASE"
                .to_owned());
        }
        let Some(rest) = url.strip_prefix("sqlite:") else {
            return Err("must begin with sqlite:, postgres:// or postgresql://".to_owned());
        };
        let (path, parameters) = rest
            .strip_prefix("//")
            .unwrap_or(rest)
            .split_once('?')
            .unwrap_or((rest.strip_prefix("//").unwrap_or(rest), ""));
        if path.is_empty() || path == ":memory:" {
            return Err("must name a file; use --demo for a database in memory".to_owned());
        }
        if path.contains(char::is_control) {
            return Err("has a control character in its path: remove it".to_owned());
        }
        // SQLite would interpret it as a URI and open a file other than the one that was inspected.
        if path.starts_with("file:") {
            return Err("takes a path, not a URI: leave out file:".to_owned());
        }
        match parameters {
            "" | "mode=rwc" => Ok(Self(Kind::SqliteFile(path.to_owned()))),
            _ => Err("takes no parameter but mode=rwc".to_owned()),
        }
    }
}

/// Shows no password.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::SqliteFile(path) => write!(f, "sqlite:{path}"),
            Kind::SqliteMemory(_) => f.write_str("SQLite in memory"),
            Kind::Postgres(url) => fmt::Display::fmt(url, f),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::DatabaseUrl;

    #[test]
    fn the_keyword_form_of_libpq_is_rejected_with_the_form_to_use() {
        for text in ["host=localhost dbname=catalog password=hunter2", "password = hunter2", "dbname=catalog"] {
            let reason = text.parse::<DatabaseUrl>().expect_err(text);
            assert!(reason.starts_with("is in libpq's keyword/value form"), "{reason}");
            assert!(!reason.contains("hunter2"), "{reason}");
        }
    }

    #[test]
    fn whitespace_around_urls_is_ignored() {
        for (text, shown) in [
            ("sqlite:c.db\r", "sqlite:c.db"),
            ("\u{feff} sqlite:c.db \n", "sqlite:c.db"),
            (" postgres://u@h/db\r\n", "postgres://h:5432/db"),
        ] {
            assert_eq!(text.parse::<DatabaseUrl>().expect(text).to_string(), shown);
        }
    }

    #[test]
    fn control_characters_in_paths_are_rejected() {
        let reason = "sqlite:c\r.db".parse::<DatabaseUrl>().expect_err("no file has this name on purpose");
        assert_eq!(reason, "has a control character in its path: remove it");
    }

    #[test]
    fn sqlite_uris_are_rejected() {
        for text in ["sqlite:file:catalog.db", "sqlite://file:catalog.db?mode=rwc", "sqlite:file:///catalog.db"] {
            assert_eq!(
                text.parse::<DatabaseUrl>(),
                Err("takes a path, not a URI: leave out file:".to_owned()),
                "{text}"
            );
        }
    }

    #[test]
    fn displayed_urls_have_no_password() {
        for (url, shown) in [
            ("postgres://u:hunter2@h/db", "postgres://h:5432/db"),
            ("postgres://u@h:5433/db?password=hunter2", "postgres://h:5433/db"),
            ("postgres://u:hunter2@/db?host=/run/postgresql", "postgres:///db?host=/run/postgresql"),
            ("postgres://u:hunter2@%2Frun/db?port=5433&pass%77ord=hunter2", "postgres:///db?host=/run&port=5433"),
            ("postgres://u:hunter2@[::1],h2:5433?target_session_attrs=primary", "postgres://[::1]:5432,h2:5433/u"),
        ] {
            let url: DatabaseUrl = url.parse().expect(url);
            assert_eq!((url.to_string().as_str(), format!("{url:?}").as_str()), (shown, shown));
        }
    }
}
