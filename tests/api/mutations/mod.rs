//! The mutations of items, people, organizations and reading lists through the real router, on SQLite and on PostgreSQL.

mod accepted;
mod book_fixture;
mod catalog_import;
mod concurrency;
mod concurrent_list_edits;
mod delete;
mod disconnects;
mod entries;
mod import_keys;
mod limits;
mod lists;
mod merge;
mod payloads;
mod publish;
mod random_list_edits;
mod random_restores;
mod readiness;
mod rejected;
mod restore;
mod restore_merged;
mod revisions;
