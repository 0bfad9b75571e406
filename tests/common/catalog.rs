//! Records to import: the demo catalog, and records that a test writes.

use serde_json::Value;

/// Records, one per line.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    text: String,
    count: u64,
}

impl Lines {
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the seed for codes, which depends on the records.
    pub fn seed(&self) -> u64 {
        self.count
    }

    /// Concatenates the records of several catalogs.
    pub fn joined(parts: impl IntoIterator<Item = Self>) -> Self {
        parts
            .into_iter()
            .fold(Self::default(), |all, part| Self { text: all.text + &part.text, count: all.count + part.count })
    }

    pub fn push(&mut self, record: &Value) {
        self.text.push_str(&record.to_string());
        self.text.push('\n');
        self.count += 1;
    }
}

impl From<&str> for Lines {
    fn from(text: &str) -> Self {
        Self { text: text.to_owned(), count: text.lines().count() as u64 }
    }
}

impl<const N: usize> From<[Value; N]> for Lines {
    fn from(records: [Value; N]) -> Self {
        records.into_iter().collect()
    }
}

impl FromIterator<Value> for Lines {
    fn from_iter<I: IntoIterator<Item = Value>>(records: I) -> Self {
        let mut lines = Self::default();
        for record in records {
            lines.push(&record);
        }
        lines
    }
}

/// Returns the demo catalog.
pub fn demo() -> Lines {
    Lines::from(syllabus::cli::DEMO_CATALOG)
}
