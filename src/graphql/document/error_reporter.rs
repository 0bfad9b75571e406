//! Gets the validation errors of async-graphql without executing the document.

use std::sync::Arc;

use async_graphql::async_trait::async_trait;
use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextValidation};
use async_graphql::{Request, ServerError, ValidationResult};

use crate::graphql::schema::{CatalogSchema, CatalogSchemaBuilder};

/// A schema that only validates.
#[derive(Clone)]
pub struct ErrorReporter(CatalogSchema);

impl ErrorReporter {
    /// Creates a reporter for a schema.
    #[must_use]
    pub fn new(builder: CatalogSchemaBuilder) -> Self {
        Self(builder.extension(StopAfterValidation).finish())
    }

    /// Returns the validation errors of async-graphql, none if it considers the request valid.
    pub async fn errors(&self, request: Request) -> Vec<ServerError> {
        let errors = self.0.execute(request).await.errors;
        errors.into_iter().filter(|error| error.message != VALID).collect()
    }
}

/// The error that replaces the response of a valid request.
const VALID: &str = "valid";

struct StopAfterValidation;

impl ExtensionFactory for StopAfterValidation {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_trait]
impl Extension for StopAfterValidation {
    async fn validation(
        &self,
        ctx: &ExtensionContext<'_>,
        next: NextValidation<'_>,
    ) -> Result<ValidationResult, Vec<ServerError>> {
        next.run(ctx).await?;
        Err(vec![ServerError::new(VALID, None)])
    }
}
