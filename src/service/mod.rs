//! What the catalog does: every change goes through [`write`], editors change one thing at a time through [`change`], whole
//! files come and go through [`import_export`]. [`feed`] sees to it that the feed of changes tells of what became due.
//! [`check`] looks for what the database itself cannot keep from going wrong, and [`purge`] lets go of old history.

pub mod api_token;
pub mod change;
pub mod check;
pub mod feed;
pub mod import_export;
pub(crate) mod input;
pub mod purge;
pub mod search;
pub mod sort_keys;
pub mod write;
