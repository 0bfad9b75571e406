//! The mutation of imports.

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
    /// Creates and updates many objects in one transaction, from records in the format of import files. An invalid
    /// record is a user error whose path has its index; with `ALL_OR_NOTHING`, nothing is written then. More than
    /// 10,000 records fail with `TOO_MANY`. Requires the role `EDITOR`.
    async fn catalog_import(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The records, and how to import them.")] input: CatalogImportInput,
    ) -> Result<CatalogImportPayload> {
        let right = guard::editor(ctx)?;
        let context = writing(ctx, right.name())?;
        let database = &request_data(ctx)?.database;
        let imported =
            Box::pin(import_records(database, &right, input.read()?, context)).await.map_err(ReadError::from)?;
        Ok(imported.into())
    }
}
