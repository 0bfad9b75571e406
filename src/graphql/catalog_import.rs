//! Many records in one call.

mod input;
mod mutation;
mod payload;

pub use mutation::CatalogImportMutation;
