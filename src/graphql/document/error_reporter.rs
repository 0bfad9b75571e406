//! Asks async-graphql what is wrong with a document, without a chance that it executes any.

use std::sync::Arc;

use async_graphql::async_trait::async_trait;
use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextValidation};
use async_graphql::{Request, ServerError, ValidationResult};

use crate::graphql::schema::{CatalogSchema, CatalogSchemaBuilder};

/// A schema that validates, and stops there.
#[derive(Clone)]
pub struct ErrorReporter(CatalogSchema);

impl ErrorReporter {
    /// Knows the schema that is built here.
    #[must_use]
    pub fn new(builder: CatalogSchemaBuilder) -> Self {
        Self(builder.extension(StopAfterValidation).finish())
    }

    /// What async-graphql finds wrong with a request; nothing where it finds it good.
    pub async fn errors(&self, request: Request) -> Vec<ServerError> {
        let errors = self.0.execute(request).await.errors;
        errors.into_iter().filter(|error| error.message != VALID).collect()
    }
}

/// What the judge says instead of an answer.
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
