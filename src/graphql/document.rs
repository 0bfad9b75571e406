//! Documents: each is scanned, parsed, measured and validated once. The result is cached.
//!
//! apollo-compiler validates a document against the published SDL, and async-graphql executes it without validating it
//! again: its own validation accepts invalid documents and never visits `__typename`. For an invalid document, the
//! error messages are those of async-graphql if it has any, because they name arguments and make suggestions.

mod error_reporter;
mod input_types;
mod literals;
mod syntax;
mod value_path;
mod values;
mod variables;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument as Compiled, Name, Schema};
use async_graphql::parser::types::{ExecutableDocument, OperationType, Selection};
use async_graphql::{Request, ServerError};
use moka::sync::Cache;
use sha2::{Digest, Sha256};

use super::limits::RequestLimiter;
use super::operation;
pub use error_reporter::ErrorReporter;
use input_types::InputTypes;
use literals::Uses;

/// An upper bound of the memory of a parsed document, in bytes per byte of its text.
const BYTES_PER_BYTE: usize = 60;
/// The memory of a cache entry beside that, in bytes.
const BYTES_EACH: usize = 2_000;

/// A valid document.
#[derive(Debug)]
pub struct Document {
    hash: Hash,
    parsed: ExecutableDocument,
    compiled: Valid<Compiled>,
    /// The uses of variables, by the name of the operation.
    uses: HashMap<Option<Name>, Uses>,
}

/// The error of an invalid document.
#[derive(Clone, Debug)]
pub enum DocumentError {
    /// The document exceeds a limit.
    Limit(ServerError),
    /// The document cannot be parsed.
    Syntax(Vec<ServerError>),
    /// The document is invalid. The errors of async-graphql, if it has any, replace these.
    Invalid(Box<ExecutableDocument>, Vec<ServerError>),
}

/// The SHA-256 of the text of a document.
pub type Hash = [u8; 32];

/// A cached result, valid or not.
#[derive(Clone)]
struct CachedDocument {
    tokens: usize,
    result: Result<Arc<Document>, Arc<DocumentError>>,
    bytes: u32,
}

/// The cache of documents.
pub struct DocumentCache {
    cache: Cache<Hash, CachedDocument>,
    schema: Arc<Valid<Schema>>,
    types: InputTypes,
    limiter: Arc<RequestLimiter>,
    hits: AtomicU64,
    misses: AtomicU64,
}

impl DocumentCache {
    /// Creates a cache of up to `bytes` bytes. If `suggests` is true, messages about variables list names from the
    /// schema.
    #[must_use]
    pub fn new(bytes: usize, schema: Arc<Valid<Schema>>, suggests: bool, limiter: Arc<RequestLimiter>) -> Self {
        let cache = Cache::builder()
            .max_capacity(bytes as u64)
            .weigher(|_: &Hash, cached: &CachedDocument| cached.bytes)
            .build();
        let types = InputTypes::new(schema.clone(), suggests);
        Self { cache, schema, types, limiter, hits: AtomicU64::new(0), misses: AtomicU64::new(0) }
    }

    /// Returns the document with this text. Editors have higher limits.
    ///
    /// # Errors
    /// Returns the error of an invalid document.
    pub fn get(&self, text: &str, is_editor: bool) -> Result<Arc<Document>, Arc<DocumentError>> {
        let hash: Hash = Sha256::digest(text).into();
        if let Some(cached) = self.cache.get(&hash) {
            self.hits.fetch_add(1, Ordering::Relaxed);
            self.limiter
                .check_length(text.len(), cached.tokens, is_editor)
                .map_err(|error| Arc::new(DocumentError::Limit(error)))?;
            return cached.result;
        }
        let tokens = self.limiter.scan(text, is_editor).map_err(|error| Arc::new(DocumentError::Limit(error)))?;
        self.misses.fetch_add(1, Ordering::Relaxed);
        let result = self.analyze(text, hash).map(Arc::new).map_err(Arc::new);
        let bytes = u32::try_from(text.len().saturating_mul(BYTES_PER_BYTE) + BYTES_EACH).unwrap_or(u32::MAX);
        self.cache.insert(hash, CachedDocument { tokens, result: result.clone(), bytes });
        result
    }

    /// The hits and the misses of the cache.
    #[must_use]
    pub fn hits_and_misses(&self) -> (u64, u64) {
        (self.hits.load(Ordering::Relaxed), self.misses.load(Ordering::Relaxed))
    }

    fn analyze(&self, text: &str, hash: Hash) -> Result<Document, DocumentError> {
        let (parsed, tree) = syntax::parse(text)?;
        self.limiter.check_size(&parsed).map_err(DocumentError::Limit)?;
        let mut errors = values::duplicate_fields(&tree);
        let compiled = tree.to_executable_validate(&self.schema).map_err(|broken| syntax::errors(&broken, Some(&tree)));
        let checked = compiled.and_then(|compiled| Ok((literals::check(&compiled, &self.types)?, compiled)));
        let (uses, compiled) = match checked {
            Ok(checked) if errors.is_empty() => checked,
            others => {
                errors.extend(others.err().unwrap_or_default());
                return Err(DocumentError::Invalid(Box::new(parsed), errors));
            }
        };
        Ok(Document { hash, parsed, compiled, uses })
    }

    /// Checks the values of a request's variables against their types, so that nothing is executed unless all of them can be coerced.
    ///
    /// # Errors
    /// Returns an error for each invalid value.
    pub fn check_variables(&self, document: &Document, request: &Request) -> Result<(), Vec<ServerError>> {
        let Document { compiled, uses, .. } = document;
        // An unknown operation name is rejected elsewhere.
        let Ok(operation) = compiled.operations.get(request.operation_name.as_deref()) else { return Ok(()) };
        let Some(uses) = uses.get(&operation.name) else { return Ok(()) };
        variables::check(&self.types, uses, &compiled.sources, operation, &request.variables)
    }
}

impl Document {
    /// The SHA-256 of the text.
    #[must_use]
    pub fn hash(&self) -> &Hash {
        &self.hash
    }

    /// The document for async-graphql, which executes it.
    #[must_use]
    pub fn parsed(&self) -> &ExecutableDocument {
        &self.parsed
    }

    /// The document for apollo-compiler.
    #[must_use]
    pub fn compiled(&self) -> &Valid<Compiled> {
        &self.compiled
    }

    /// Returns the type of the operation with this name, or of the only one.
    ///
    /// # Errors
    /// When there is no such operation, or `name` is missing and there are several.
    pub fn operation_type(&self, name: Option<&str>) -> Result<OperationType, ServerError> {
        operation::of(&self.parsed, name).map(|operation| operation.node.ty)
    }

    /// Returns whether the operation with this name, or the only one, selects exactly one field.
    #[must_use]
    pub fn has_one_field(&self, name: Option<&str>) -> bool {
        operation::of(&self.parsed, name)
            .is_ok_and(|operation| matches!(&operation.node.selection_set.node.items[..], [one] if matches!(one.node, Selection::Field(_))))
    }

    /// Adds the default values of variables that a request omits, since async-graphql ignores them in `@include` and
    /// `@skip`.
    pub fn apply_variable_defaults(&self, request: &mut Request) {
        let Ok(operation) = operation::of(&self.parsed, request.operation_name.as_deref()) else { return };
        for definition in &operation.node.variable_definitions {
            let name = &definition.node.name.node;
            if let Some(default) = &definition.node.default_value
                && !request.variables.contains_key(name)
            {
                request.variables.insert(name.clone(), default.node.clone());
            }
        }
    }
}
