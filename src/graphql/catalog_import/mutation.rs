//! The import.

use async_graphql::{Context, Object, Result};

use super::input::CatalogImportInput;
use super::payload::CatalogImportPayload;
use crate::graphql::context::{request_data, writing};
use crate::graphql::guard;
use crate::loader::ReadError;
use crate::service::import_export::import_records;

#[derive(Default)]
pub struct CatalogImportMutation;

#[Object]
impl CatalogImportMutation {
    /// Creates or updates many things in one transaction, from the records of the import file. Needs the role EDITOR.
    async fn catalog_import(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The records, and what to do with them.")] input: CatalogImportInput,
    ) -> Result<CatalogImportPayload> {
        let right = guard::editor(ctx)?;
        let context = writing(ctx, right.name())?;
        let database = &request_data(ctx)?.database;
        let imported =
            Box::pin(import_records(database, &right, input.read()?, context)).await.map_err(ReadError::from)?;
        Ok(imported.into())
    }
}
