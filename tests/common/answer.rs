//! A response over HTTP, and its cost.

use serde_json::Value;

/// A response to a GraphQL request.
#[derive(Clone, Debug)]
pub struct Answer {
    pub query: String,
    pub status: u16,
    pub body: Value,
    /// The number of SQL statements that the request sent.
    pub statements: u64,
}

impl Answer {
    /// Returns the data.
    ///
    /// # Panics
    /// If there are errors.
    #[track_caller]
    pub fn data(&self) -> Value {
        assert!(self.body.get("errors").is_none(), "{}\nanswers {:#}", self.query, self.body);
        assert_eq!(self.status, 200, "{}", self.query);
        self.body["data"].clone()
    }

    /// Returns the only error.
    ///
    /// # Panics
    /// If there is none, or more than one.
    #[track_caller]
    pub fn error(&self) -> Value {
        let errors = self.body["errors"].as_array().map_or(&[] as &[Value], Vec::as_slice);
        assert_eq!(errors.len(), 1, "{}\nanswers {:#}", self.query, self.body);
        errors[0].clone()
    }
}
