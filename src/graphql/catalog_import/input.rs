//! The input of an import.

use async_graphql::{Enum, InputObject};

use crate::graphql::scalars::Json;
use crate::service::import_export::{ImportOptions, ImportRequest};

/// The treatment of the valid records when others are invalid.
#[derive(Enum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ImportMode {
    /// Write all records, or nothing if one of them is invalid.
    #[default]
    AllOrNothing,
    /// Write the valid records. A reading list is written without the entries whose resource was rejected; any other
    /// record that refers to a rejected new object is rejected too.
    SkipInvalid,
}

/// The records to import, and how to import them.
#[derive(InputObject, Debug)]
pub struct CatalogImportInput {
    /// The records in any order, each an object as in a line of an import file: at most 10,000, each at most 1 MiB. A
    /// record updates the object with its `externalId`, or else its `code` or `slug`, and creates one if there is none.
    /// A new item without `status` is published.
    records: Vec<Json>,
    /// The treatment of the valid records when others are invalid. Default: `ALL_OR_NOTHING`.
    #[graphql(default)]
    mode: ImportMode,
    /// Whether to validate the records and to report the changes without writing them. Default: false.
    #[graphql(default)]
    dry_run: bool,
    /// A key of 1 to 200 characters that makes retries safe: for 24 hours, another call by the same caller with the key
    /// and the same records and mode returns the first result and writes nothing; with others it fails with `INVALID`.
    /// Rejected imports and dry runs do not store the key. Default: none.
    idempotency_key: Option<String>,
}

impl CatalogImportInput {
    /// # Errors
    /// When a record is no JSON.
    pub fn read(self) -> async_graphql::Result<ImportRequest> {
        let records = self.records.into_iter().map(|record| record.0.into_json());
        Ok(ImportRequest {
            records: records.collect::<Result<_, _>>()?,
            options: ImportOptions { dry_run: self.dry_run, skip_invalid: self.mode == ImportMode::SkipInvalid },
            idempotency_key: self.idempotency_key,
        })
    }
}
