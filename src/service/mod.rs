//! The operations on the catalog. All changes go through [`write`]; [`change`] edits single records, and
//! [`import_export`] processes whole files. [`feed`] maintains the change feed, [`check`] finds damage that database
//! constraints do not prevent, and [`purge`] deletes old history.

pub mod api_token;
pub mod change;
pub mod check;
pub mod feed;
pub mod import_export;
pub(crate) mod input;
pub mod purge;
pub mod search;
pub mod sort_keys;
mod spool;
pub mod write;
