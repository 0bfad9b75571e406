//! Where a catalog is kept, as settings say it.

use std::fmt;
use std::str::FromStr;

use sqlx::postgres::PgConnectOptions;
use url::Url;

use super::Engine;

/// Where a catalog is kept: `sqlite:PATH`, `sqlite://PATH[?mode=rwc]`, `postgres://…`, `postgresql://…`.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(pub(super) Kind);

/// Which of them it is.
#[derive(Clone, PartialEq, Eq)]
pub enum Kind {
    SqliteFile(String),
    SqliteMemory(String),
    Postgres(String),
}

impl DatabaseUrl {
    /// A SQLite database in memory that all connections of this process share, and that goes with the last of them.
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

    /// What to write behind `--database-url` to name it, without its password.
    #[must_use]
    pub fn argument(&self) -> String {
        let Kind::Postgres(url) = &self.0 else { return quoted(&self.to_string()) };
        let Ok(mut shown) = Url::parse(url) else { return quoted(&self.to_string()) };
        // A URL that may not have a password has none.
        let _ = shown.set_password(None);
        let parameters: Vec<(String, String)> = shown
            .query_pairs()
            .filter(|(name, _)| name != "password")
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        shown.set_query(None);
        if !parameters.is_empty() {
            shown.query_pairs_mut().extend_pairs(parameters);
        }
        quoted(shown.as_str())
    }
}

/// In quotes where a shell would take it apart.
fn quoted(argument: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+,=".contains(c);
    if argument.chars().all(is_plain) { argument.to_owned() } else { format!("'{}'", argument.replace('\'', r"'\''")) }
}

impl FromStr for DatabaseUrl {
    type Err = String;

    fn from_str(url: &str) -> Result<Self, String> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return match PgConnectOptions::from_str(url) {
                Ok(_) => Ok(Self(Kind::Postgres(url.to_owned()))),
                Err(_) => Err("is no PostgreSQL URL: expected postgres://user:password@host:port/database".to_owned()),
            };
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
            return Err("must name a file: a database in memory is what --demo is for".to_owned());
        }
        match parameters {
            "" | "mode=rwc" => Ok(Self(Kind::SqliteFile(path.to_owned()))),
            _ => Err("takes no parameter but mode=rwc".to_owned()),
        }
    }
}

/// Without a password.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::SqliteFile(path) => write!(f, "sqlite:{path}"),
            Kind::SqliteMemory(_) => f.write_str("SQLite in memory"),
            Kind::Postgres(url) => match PgConnectOptions::from_str(url) {
                // Put together anew from what is no secret: a password may also stand among the parameters.
                Ok(options) => {
                    let database = options.get_database().unwrap_or_default();
                    write!(f, "postgres://{}:{}/{database}", options.get_host(), options.get_port())
                }
                Err(_) => f.write_str("postgres://…"),
            },
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
    fn an_argument_names_the_database_without_its_password() {
        for (url, argument) in [
            ("sqlite:catalog.db", "sqlite:catalog.db"),
            ("sqlite://a b's.db?mode=rwc", r"'sqlite:a b'\''s.db'"),
            ("postgres://syllabus@localhost/catalog", "postgres://syllabus@localhost/catalog"),
            ("postgresql://syllabus:secret@db.example:5433/catalog", "postgresql://syllabus@db.example:5433/catalog"),
            (
                "postgres:///catalog?password=secret&sslmode=verify-full&sslrootcert=/a b.pem",
                "'postgres:///catalog?sslmode=verify-full&sslrootcert=%2Fa+b.pem'",
            ),
        ] {
            let url: DatabaseUrl = url.parse().expect(url);
            assert_eq!(url.argument(), argument);
        }
    }
}
