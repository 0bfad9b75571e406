//! What the catalog does: every change goes through [`write`], whole files come and go through [`transfer`].

pub mod api_token;
pub mod transfer;
pub mod write;
