//! The import of records by mutation.

mod input;
mod mutation;
mod payload;

pub use mutation::CatalogImportMutation;
