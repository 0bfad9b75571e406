//! The language of search: tokens, queries, corrections and highlights.
//!
//! [`tokenizer`] splits texts into tokens, [`stem`] stems them, [`document`] builds the search document of an item,
//! [`query`] parses queries and converts them for the index, [`fuzzy`] finds similar words, and [`highlight`] marks
//! matches.

pub mod document;
pub mod fuzzy;
pub mod highlight;
pub mod query;
pub mod stem;
pub mod tokenizer;
