//! The steps that bring a Syllabus database from empty to current, on SQLite and on PostgreSQL alike.
//!
//! Append only: a step that has been released is never edited, a new one is added behind it. Steps are plain SQL,
//! because constraints and partial indices are the point of them; [`sql`] puts in the few words that differ between the engines.

pub use sea_orm_migration::prelude::*;

mod m20261123_000001_parties_and_items;
mod m20261123_000002_relations;
mod m20261123_000003_reading_lists;
mod m20261123_000004_history;
mod m20261124_000001_api_tokens;
mod m20261125_000002_scheduled;
mod m20261125_000003_merged;
mod m20261125_000004_import_keys;
mod m20261125_000005_order_indices;
mod m20261125_000006_history_checks;
mod m20261125_000007_search;
mod m20261127_000001_covering_indices;
mod m20261127_000002_search_vocabulary;
mod m20261128_000001_write_probe;
mod sql;

/// Runs the steps.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261123_000001_parties_and_items::Migration),
            Box::new(m20261123_000002_relations::Migration),
            Box::new(m20261123_000003_reading_lists::Migration),
            Box::new(m20261123_000004_history::Migration),
            Box::new(m20261124_000001_api_tokens::Migration),
            Box::new(m20261125_000002_scheduled::Migration),
            Box::new(m20261125_000003_merged::Migration),
            Box::new(m20261125_000004_import_keys::Migration),
            Box::new(m20261125_000005_order_indices::Migration),
            Box::new(m20261125_000006_history_checks::Migration),
            Box::new(m20261125_000007_search::Migration),
            Box::new(m20261127_000001_covering_indices::Migration),
            Box::new(m20261127_000002_search_vocabulary::Migration),
            Box::new(m20261128_000001_write_probe::Migration),
        ]
    }
}
