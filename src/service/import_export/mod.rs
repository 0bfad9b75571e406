//! Whole files in and out: JSON Lines, one record a line, the format of `docs/reference/import-format.md`.
//!
//! An import is read to its end first, with all that is wrong in each line; then it is planned against the catalog
//! (which record is which thing, what refers to what, what would differ), and only then written, all of it or nothing,
//! through [`write`](super::write). Records that come through the API take the same walk, and may bring a key that keeps
//! a repeated call from importing them again. An export is one consistent view, written as it is read.

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
