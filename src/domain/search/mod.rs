//! What search understands: how texts become words, what people type, what they may have meant.
//!
//! [`words`] cuts a text, [`stem`] takes endings off, [`document`] gathers the words of one item by field, [`query`]
//! reads what somebody typed and says what the index is asked, [`typo`] says which words are near, and [`highlight`] marks
//! what matched.

pub mod document;
pub mod fuzzy;
pub mod highlight;
pub mod query;
pub mod stem;
pub mod tokenizer;
