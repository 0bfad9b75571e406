//! Whole files in and out: JSON Lines, one record a line, the format of `docs/import-format.md`.
//!
//! An import is read to its end first, with all that is wrong in each line; then it is planned against the catalog
//! (which record is which thing, what refers to what, what would differ), and only then written, all of it or nothing,
//! through [`write`](super::write). An export is one consistent view, written as it is read.

mod export;
mod import;
mod lines;
mod nearest;
mod parse;
mod plan;
mod report;

pub use export::{ExportError, ExportSummary, export};
pub use import::{ImportError, ImportOptions, Progress, import};
pub use report::{Action, Counts, Dropped, ImportReport, LineFault, Planned};
