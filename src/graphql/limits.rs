//! What a request may ask, looked at before anything of it is done.
//!
//! A document is scanned, then parsed, then weighed: each of its definitions once, with what its fragments weigh put in
//! where they are spread. So a document whose fragments fan out is refused by what it would come to, in the time that it
//! takes to read it. Only then is it validated and executed.

mod batch;
mod cost;
mod introspection;
mod scan;
mod size;

use apollo_compiler::Schema;
use async_graphql::parser::types::ExecutableDocument;
use async_graphql::{Request, ServerError, Value, value};

use super::error::limit_exceeded;
use crate::config::Limits;
pub use batch::BatchBudget;
use cost::CostModel;
use scan::MAX_NESTING;

/// How many times as much as others an editor may send, who may write a whole catalog into a document.
const EDITOR_FACTOR: usize = 100;

/// Holds requests against the limits.
pub struct RequestLimiter {
    limits: Limits,
    cost_model: CostModel,
}

impl RequestLimiter {
    /// Reads the sizes of fields from a schema. `_service` answers with `sdl_bytes` bytes.
    #[must_use]
    pub fn new(limits: Limits, schema: &Schema, sdl_bytes: usize) -> Self {
        Self { limits, cost_model: CostModel::new(schema, sdl_bytes) }
    }

    /// What an operation costs, as its answer says it.
    #[must_use]
    pub fn cost_extension(&self, cost: usize) -> Value {
        value!({ "requested": cost, "limit": self.limits.cost })
    }

    /// Looks at a document that nobody has parsed yet; tells how many tokens it has.
    ///
    /// # Errors
    /// When it is longer, or nested deeper, than a parser should see.
    pub fn scan(&self, document: &str, is_editor: bool) -> Result<usize, ServerError> {
        self.check_length(document.len(), 0, is_editor)?;
        let found = scan::scan(document);
        if found.nesting > MAX_NESTING {
            let (limit, actual) = (MAX_NESTING, found.nesting);
            let message = format!(
                "The document has {actual} levels of nested brackets, but the limit is {limit}: nest fewer values and selections."
            );
            return Err(limit_exceeded(message, limit, actual));
        }
        self.check_length(document.len(), found.tokens, is_editor)?;
        Ok(found.tokens)
    }

    /// Holds the length of a document against the limits, in bytes and in tokens.
    ///
    /// # Errors
    /// When it is longer than the caller may send.
    pub fn check_length(&self, bytes: usize, tokens: usize, is_editor: bool) -> Result<(), ServerError> {
        check("bytes", limit_for(self.limits.document_size, is_editor), bytes)?;
        check("tokens", limit_for(self.limits.tokens, is_editor), tokens)
    }

    /// Holds what an operation costs against the limit, and tells it.
    ///
    /// # Errors
    /// When it costs more than it may.
    pub fn check_cost(&self, document: &ExecutableDocument, request: &Request) -> Result<usize, ServerError> {
        let cost = self.cost_model.cost(document, request.operation_name.as_deref(), &request.variables);
        check("cost", self.limits.cost, cost)?;
        Ok(cost)
    }

    /// Weighs a document that was scanned, all its operations together.
    ///
    /// # Errors
    /// When it asks for more than it may.
    pub fn check_size(&self, document: &ExecutableDocument) -> Result<(), ServerError> {
        let size = size::of(document);
        check("depth", self.limits.depth, size.depth)?;
        check("fields", self.limits.fields, size.fields)?;
        check("aliases", self.limits.aliases, size.aliases)?;
        check("directives", self.limits.directives, size.directives)
    }
}

fn limit_for(limit: usize, is_editor: bool) -> usize {
    if is_editor { limit.saturating_mul(EDITOR_FACTOR) } else { limit }
}

/// Refuses more than `limit` of something; what is more than can be counted is told as that.
fn check(limit_name: &str, limit: usize, actual: usize) -> Result<(), ServerError> {
    if actual <= limit {
        return Ok(());
    }
    let message = match limit_name {
        "cost" => format!(
            "The operation costs {actual}, but the limit is {limit}: request smaller pages or fewer nested fields."
        ),
        "bytes" => format!(
            "The document has {actual} bytes, but the limit is {limit}: remove whitespace and comments, or split the document."
        ),
        "depth" => format!("The fields are nested {actual} levels deep, but the limit is {limit}: split the query."),
        _ => format!(
            "The document has {actual} {limit_name}, with all fragment spreads expanded, but the limit is {limit}: split the document."
        ),
    };
    let mut error = limit_exceeded(message, limit, actual);
    error.extensions.get_or_insert_default().set("limitName", limit_name);
    Err(error)
}
