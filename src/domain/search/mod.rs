//! What search understands: how texts become words, what people type, what they may have meant.
//!
//! Both engines are given the same words and asked the same questions, so that an answer does not depend on which of them is beneath.
//! [`words`] cuts a text, [`stem`] takes endings off, [`document`] gathers the words of one item by field, [`query`]
//! reads what somebody typed, [`expression`] is what an index is asked, [`typo`] says which words are near, and
//! [`highlight`] marks what matched.

pub mod document;
pub mod expression;
pub mod highlight;
pub mod query;
pub mod stem;
pub mod typo;
pub mod words;
