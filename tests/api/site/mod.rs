//! The public site, through the real router, on SQLite and on PostgreSQL.

mod addresses;
mod api;
mod caching;
mod catalog;
mod documents;
mod errors;
mod escaping;
mod pages;
mod paging;
mod public_site;
mod search_index;
mod settings;
