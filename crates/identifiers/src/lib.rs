//! The public identifiers of records: permanent [codes](code) and readable [slugs](slug).
//!
//! The server and the tools that write import files both use these rules, so this crate has no heavy dependencies.

pub mod code;
pub mod slug;
