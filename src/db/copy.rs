//! Rows for PostgreSQL's `COPY`, which inserts many rows faster than `INSERT`.

use sea_orm::DbErr;

use super::Value;

/// Rows of one table, in the text format of `COPY`.
pub struct CopyRows {
    statement: String,
    text: String,
}

impl CopyRows {
    /// Creates an empty set of rows with values for `columns` of `table`.
    #[must_use]
    pub fn new(table: &str, columns: &[&str]) -> Self {
        Self { statement: format!("COPY {table} ({}) FROM STDIN", columns.join(", ")), text: String::new() }
    }

    /// Adds a row: a value for each column.
    ///
    /// # Errors
    /// When a value has an unsupported type.
    pub fn push(&mut self, values: impl IntoIterator<Item = Value>) -> Result<(), DbErr> {
        for (column, value) in values.into_iter().enumerate() {
            if column > 0 {
                self.text.push('\t');
            }
            self.push_value(&value)?;
        }
        self.text.push('\n');
        Ok(())
    }

    fn push_value(&mut self, value: &Value) -> Result<(), DbErr> {
        match value {
            Value::Bool(Some(is)) => self.text.push(if *is { 't' } else { 'f' }),
            Value::Int(Some(number)) => self.text.push_str(&number.to_string()),
            Value::BigInt(Some(number)) => self.text.push_str(&number.to_string()),
            Value::String(Some(text)) => self.push_text(text),
            Value::Bool(None) | Value::Int(None) | Value::BigInt(None) | Value::String(None) => {
                self.text.push_str("\\N");
            }
            _ => return Err(DbErr::Type("COPY of a value of an unsupported type".to_owned())),
        }
        Ok(())
    }

    fn push_text(&mut self, text: &str) {
        let mut rest = text;
        while let Some(special) = rest.find(['\\', '\n', '\r', '\t']) {
            let (plain, tail) = rest.split_at(special);
            self.text.push_str(plain);
            self.text.push_str(match tail.as_bytes()[0] {
                b'\n' => "\\n",
                b'\r' => "\\r",
                b'\t' => "\\t",
                _ => "\\\\",
            });
            rest = &tail[1..];
        }
        self.text.push_str(rest);
    }

    /// Returns the statement and its data.
    pub(super) fn into_parts(self) -> (String, String) {
        (self.statement, self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::CopyRows;
    use crate::db::Value;

    #[test]
    fn values_are_escaped() {
        let mut rows = CopyRows::new("item", &["id", "title", "is_free", "summary"]);
        let null: Option<String> = None;
        let values: [Value; 4] = [7_i64.into(), "a\tb\\N\r\n\u{e9}".into(), true.into(), null.into()];
        rows.push(values).expect("supported types");
        let (statement, text) = rows.into_parts();
        assert_eq!(statement, "COPY item (id, title, is_free, summary) FROM STDIN");
        assert_eq!(text, "7\ta\\tb\\\\N\\r\\n\u{e9}\tt\t\\N\n");
    }
}
