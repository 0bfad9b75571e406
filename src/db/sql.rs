//! SQL text that is put together piece by piece, with its values beside it.
//!
//! The two engines differ in how a value is marked (`?`, `$1`) and how a list of any length is passed as one value, so
//! that a statement's text is the same whatever the number of keys: an array on PostgreSQL, a JSON text on SQLite.

pub use sea_orm::Value;
use sea_orm::{DbBackend, Statement};

use super::Engine;

/// A statement in the making.
#[derive(Clone, Debug)]
pub struct Sql {
    engine: Engine,
    text: String,
    values: Vec<Value>,
}

impl Sql {
    /// A statement that begins with `text`.
    #[must_use]
    pub fn new(engine: Engine, text: &str) -> Self {
        Self { engine, text: text.to_owned(), values: Vec::new() }
    }

    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Adds text. Never pass in what a user wrote: that is what [`Sql::bind`] is for.
    pub fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Adds a value.
    pub fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        match self.engine {
            Engine::Sqlite => self.text.push('?'),
            Engine::Postgres => {
                self.text.push('$');
                self.text.push_str(&self.values.len().to_string());
            }
        }
        self
    }

    /// Adds a condition: what was just pushed is one of `ids`.
    pub fn is_any_id(&mut self, ids: impl IntoIterator<Item = i64>) -> &mut Self {
        match self.engine {
            Engine::Postgres => self.push(" = ANY(").bind(ids.into_iter().collect::<Vec<i64>>()).push(")"),
            Engine::Sqlite => {
                let ids: Vec<i64> = ids.into_iter().collect();
                self.is_any_json(serde_json::json!(ids).to_string())
            }
        }
    }

    /// Adds a condition: what was just pushed is one of `texts`.
    pub fn is_any_text<'a>(&mut self, texts: impl IntoIterator<Item = &'a str>) -> &mut Self {
        match self.engine {
            Engine::Postgres => {
                self.push(" = ANY(").bind(texts.into_iter().map(str::to_owned).collect::<Vec<String>>()).push(")")
            }
            Engine::Sqlite => {
                let texts: Vec<&str> = texts.into_iter().collect();
                self.is_any_json(serde_json::json!(texts).to_string())
            }
        }
    }

    fn is_any_json(&mut self, list: String) -> &mut Self {
        self.push(" IN (SELECT value FROM json_each(").bind(list).push("))")
    }
}

impl From<Sql> for Statement {
    fn from(sql: Sql) -> Self {
        let backend = match sql.engine {
            Engine::Sqlite => DbBackend::Sqlite,
            Engine::Postgres => DbBackend::Postgres,
        };
        Self::from_sql_and_values(backend, sql.text, sql.values)
    }
}
