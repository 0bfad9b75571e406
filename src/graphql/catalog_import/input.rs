//! What an editor sends.

use async_graphql::{Enum, InputObject};

use crate::graphql::scalars::Json;
use crate::service::import_export::{ImportOptions, ImportRequest};

/// What to do when some records cannot be taken.
#[derive(Enum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ImportMode {
    /// Write all of them or nothing.
    #[default]
    AllOrNothing,
    /// Write those that can be taken. A reading list goes without the entries whose target was refused; any other record
    /// that needs something new that was refused is refused too.
    SkipFailed,
}

/// Records that are to be written.
#[derive(InputObject, Debug)]
pub struct CatalogImportInput {
    /// Objects as they are in a line of the import file, at most 10,000, each at most 1 MiB. A record is about what has its
    /// `externalId`, then its `code`, then its `slug`; it is new where nothing has. They may stand in any order.
    records: Vec<Json>,
    /// What to do when some of them cannot be taken.
    #[graphql(default)]
    mode: ImportMode,
    /// Whether to say what would change, and write nothing.
    #[graphql(default)]
    dry_run: bool,
    /// What you call this import, so that it is done once: a repeated call with the same key and the same records is answered
    /// as the first one was. Keys are yours alone, have 1 to 200 characters, and are kept for 24 hours. A refused import
    /// and a dry run use none up.
    idempotency_key: Option<String>,
}

impl CatalogImportInput {
    /// # Errors
    /// When a record is no JSON.
    pub fn read(self) -> async_graphql::Result<ImportRequest> {
        let records = self.records.into_iter().map(|record| record.0.into_json());
        Ok(ImportRequest {
            records: records.collect::<Result<_, _>>()?,
            options: ImportOptions { dry_run: self.dry_run, skip_invalid: self.mode == ImportMode::SkipFailed },
            idempotency_key: self.idempotency_key,
        })
    }
}
