//! Imports and exports catalogs as JSON Lines, one record per line, in the format of `docs/reference/import-format.md`.
//!
//! An import first reads the whole input into a temporary file. It then matches the keys of all records with the
//! catalog, and validates the records batch by batch. Finally it writes all changes or none, again batch by batch,
//! through [`write`](super::write). Imports through the API take the same steps, and can have an idempotency key.
//! An export is one consistent snapshot, written while it is read.

mod encoding;
mod error;
mod export;
mod file;
mod idempotency_key;
mod import;
mod line_reader;
mod options;
mod parse;
mod plan;
mod record_labels;
mod records;
mod report;

pub use error::ImportError;
pub use export::{ExportError, ExportSummary, export};
pub use import::{Progress, import};
pub use options::ImportOptions;
pub use records::{ImportRequest, Imported, import_records};
pub use report::{Action, Counts, Difference, ImportReport, LineViolation, RecordReport, SkippedEntry};
