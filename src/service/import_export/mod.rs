//! Imports and exports catalogs as JSON Lines, one record per line, in the format of `docs/reference/import-format.md`.
//!
//! An import first reads the whole input and collects the violations of each line. It then plans the changes: it
//! matches records with the catalog, resolves references and computes differences. Finally it writes all changes or
//! none through [`write`](super::write). Imports through the API take the same steps, and can have an idempotency key.
//! An export is one consistent snapshot, written while it is read.

mod encoding;
mod export;
mod idempotency_key;
mod import;
mod line_reader;
mod options;
mod parse;
mod plan;
mod record_labels;
mod records;
mod report;

pub use export::{ExportError, ExportSummary, export};
pub use import::{ImportError, Progress, import};
pub use options::ImportOptions;
pub use records::{ImportRequest, Imported, import_records};
pub use report::{Action, Counts, Difference, ImportReport, LineViolation, RecordReport, SkippedEntry};
