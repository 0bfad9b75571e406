//! What the catalog does: every change goes through [`write`], editors change one thing at a time through [`change`], whole
//! files come and go through [`transfer`]. [`generate`] makes one up.

pub mod api_token;
pub mod change;
pub mod generate;
pub mod transfer;
pub mod write;
