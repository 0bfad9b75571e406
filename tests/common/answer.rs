//! What came back over HTTP, and what it cost.

use serde_json::Value;

/// An answer to a GraphQL request.
#[derive(Clone, Debug)]
pub struct Answer {
    pub query: String,
    pub status: u16,
    pub body: Value,
    /// How many statements were sent to the database for it.
    pub statements: u64,
}

impl Answer {
    /// The data.
    ///
    /// # Panics
    /// When there are errors.
    #[track_caller]
    pub fn data(&self) -> Value {
        assert!(self.body.get("errors").is_none(), "{}\nanswers {:#}", self.query, self.body);
        assert_eq!(self.status, 200, "{}", self.query);
        self.body["data"].clone()
    }

    /// The only error.
    ///
    /// # Panics
    /// When there is none, or more than one.
    #[track_caller]
    pub fn error(&self) -> Value {
        let errors = self.body["errors"].as_array().map_or(&[] as &[Value], Vec::as_slice);
        assert_eq!(errors.len(), 1, "{}\nanswers {:#}", self.query, self.body);
        errors[0].clone()
    }
}
