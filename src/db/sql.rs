//! SQL text that is built step by step, with its values.
//!
//! The engines differ in placeholders (`?`, `$1`) and in how a list of any length is passed as one value, an array on
//! PostgreSQL and a JSON text on SQLite. Passing lists as one value keeps the text of a statement the same for any
//! number of keys.

use sea_orm::Statement;
pub use sea_orm::Value;

use super::Engine;

/// A column of rows that are passed as values.
#[derive(Clone, Debug)]
pub enum Rows {
    Numbers(Vec<i64>),
    Texts(Vec<String>),
}

impl Rows {
    fn len(&self) -> usize {
        match self {
            Self::Numbers(numbers) => numbers.len(),
            Self::Texts(texts) => texts.len(),
        }
    }

    fn at(&self, row: usize) -> serde_json::Value {
        match self {
            Self::Numbers(numbers) => numbers.get(row).copied().into(),
            Self::Texts(texts) => texts.get(row).map(String::as_str).into(),
        }
    }
}

fn json_rows(columns: &[Rows]) -> String {
    let count = columns.iter().map(Rows::len).max().unwrap_or_default();
    let rows: Vec<Vec<serde_json::Value>> =
        (0..count).map(|row| columns.iter().map(|column| column.at(row)).collect()).collect();
    serde_json::json!(rows).to_string()
}

/// An SQL statement under construction.
#[derive(Clone, Debug)]
pub struct Sql {
    engine: Engine,
    text: String,
    values: Vec<Value>,
}

impl Sql {
    /// Creates a statement that begins with `text`.
    #[must_use]
    pub fn new(engine: Engine, text: &str) -> Self {
        Self { engine, text: text.to_owned(), values: Vec::new() }
    }

    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Adds text. Never pass user input: use [`Sql::bind`].
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

    /// Adds a condition: the expression before it is one of `ids`. A single id is compared with `=`, so that the
    /// database expects few rows, in the order of an index.
    pub fn is_any_id(&mut self, ids: impl IntoIterator<Item = i64>) -> &mut Self {
        let ids: Vec<i64> = ids.into_iter().collect();
        match (&ids[..], self.engine) {
            ([id], _) => self.push(" = ").bind(*id),
            (_, Engine::Postgres) => self.push(" = ANY(").bind(ids).push(")"),
            (_, Engine::Sqlite) => self.is_any_json(serde_json::json!(ids).to_string()),
        }
    }

    /// Adds a condition: the expression before it is one of `texts`.
    pub fn is_any_text<'a>(&mut self, texts: impl IntoIterator<Item = &'a str>) -> &mut Self {
        let texts: Vec<&str> = texts.into_iter().collect();
        match (&texts[..], self.engine) {
            ([text], _) => self.push(" = ").bind(*text),
            (_, Engine::Postgres) => {
                self.push(" = ANY(").bind(texts.into_iter().map(str::to_owned).collect::<Vec<String>>()).push(")")
            }
            (_, Engine::Sqlite) => self.is_any_json(serde_json::json!(texts).to_string()),
        }
    }

    /// Adds `SELECT … FROM …`: rows as a value, however many, given by column; `select` names the columns `c0`, `c1`, …
    pub fn select_rows(&mut self, select: &str, columns: Vec<Rows>) -> &mut Self {
        let names: Vec<String> = (0..columns.len()).map(|column| format!("c{column}")).collect();
        self.push("SELECT ").push(select).push(" FROM ");
        match self.engine {
            Engine::Postgres => {
                self.push("unnest(");
                for (number, column) in columns.into_iter().enumerate() {
                    self.push(if number > 0 { ", " } else { "" });
                    match column {
                        Rows::Numbers(numbers) => self.bind(numbers),
                        Rows::Texts(texts) => self.bind(texts),
                    };
                }
                self.push(") AS given (").push(&names.join(", ")).push(")");
            }
            Engine::Sqlite => {
                let fields = names.iter().enumerate().map(|(number, name)| format!("value ->> {number} AS {name}"));
                let fields = fields.collect::<Vec<_>>().join(", ");
                self.push(&format!("(SELECT {fields} FROM json_each(")).bind(json_rows(&columns)).push(")) AS given");
            }
        }
        // Without it, SQLite would parse the `ON` of a following `ON CONFLICT` as that of a join.
        self.push(" WHERE TRUE")
    }

    /// Adds `SELECT … AS id FROM …`: these ids, however many, as one value.
    pub fn select_ids(&mut self, ids: Vec<i64>) -> &mut Self {
        match self.engine {
            Engine::Postgres => self.push("SELECT given.id AS id FROM unnest(").bind(ids).push(") AS given (id)"),
            Engine::Sqlite => {
                self.push("SELECT value AS id FROM json_each(").bind(serde_json::json!(ids).to_string()).push(")")
            }
        }
    }

    fn is_any_json(&mut self, list: String) -> &mut Self {
        self.push(" IN (SELECT value FROM json_each(").bind(list).push("))")
    }
}

impl Sql {
    /// Returns its text and its values.
    pub(super) fn into_parts(self) -> (String, Vec<Value>) {
        (self.text, self.values)
    }
}

impl From<Sql> for Statement {
    fn from(sql: Sql) -> Self {
        Self::from_sql_and_values(sql.engine.backend(), sql.text, sql.values)
    }
}
