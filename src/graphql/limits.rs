//! The limits of requests, checked before the execution.
//!
//! A document is scanned, parsed and measured: each definition once, with the size of a fragment added wherever it is
//! spread. So a document with exponentially nested fragments is rejected by its expanded size, in linear time. Only
//! then it is validated and executed.

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

/// The factor by which editors can exceed the limits of documents, since they can send whole catalogs.
const EDITOR_FACTOR: usize = 100;

/// Checks requests against the limits.
pub struct RequestLimiter {
    limits: Limits,
    cost_model: CostModel,
}

impl RequestLimiter {
    /// Creates the limiter for a schema. The response of `_service` has `sdl_bytes` bytes.
    #[must_use]
    pub fn new(limits: Limits, schema: &Schema, sdl_bytes: usize) -> Self {
        Self { limits, cost_model: CostModel::new(schema, sdl_bytes) }
    }

    /// The response extension with the cost of an operation.
    #[must_use]
    pub fn cost_extension(&self, cost: usize) -> Value {
        value!({ "requested": cost, "limit": self.limits.cost })
    }

    /// Scans a document before it is parsed. Returns the number of its tokens.
    ///
    /// # Errors
    /// When the document is too long or nested too deep for a parser.
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

    /// Checks the length of a document, in bytes and in tokens.
    ///
    /// # Errors
    /// When the document is too long.
    pub fn check_length(&self, bytes: usize, tokens: usize, is_editor: bool) -> Result<(), ServerError> {
        check("bytes", limit_for(self.limits.document_size, is_editor), bytes)?;
        check("tokens", limit_for(self.limits.tokens, is_editor), tokens)
    }

    /// Returns the cost of a request.
    #[must_use]
    pub fn cost(&self, document: &ExecutableDocument, request: &Request) -> usize {
        self.cost_model.cost(document, request.operation_name.as_deref(), &request.variables)
    }

    /// Checks a cost, and returns it.
    ///
    /// # Errors
    /// When the cost exceeds the limit.
    pub fn check_cost(&self, cost: usize) -> Result<usize, ServerError> {
        check("cost", self.limits.cost, cost)?;
        Ok(cost)
    }

    /// Checks the size of a document, with all its operations together.
    ///
    /// # Errors
    /// When the document exceeds a limit.
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

/// Returns an error if `actual` exceeds `limit`.
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
