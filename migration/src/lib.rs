//! The migrations of a Syllabus database, on SQLite and PostgreSQL.
//!
//! Append only: a released migration is never edited; changes go into new ones. A migration adds in one release, and
//! removes in the next, so that servers of both can run at the same time; see
//! [`m20261129_000003_schema_compatibility`]. Migrations are plain SQL, because they rely on constraints and partial
//! indices; [`sql`] substitutes the placeholders that differ between the engines.

pub use sea_orm_migration::prelude::*;

mod m20261128_000001_items;
mod m20261128_000002_relations;
mod m20261128_000003_reading_lists;
mod m20261128_000004_history;
mod m20261128_000005_search;
mod m20261128_000006_operations;
mod m20261129_000001_catalog_epoch;
mod m20261129_000002_edge_purger;
mod m20261129_000003_schema_compatibility;
mod sql;

/// Runs the migrations.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261128_000001_items::Migration),
            Box::new(m20261128_000002_relations::Migration),
            Box::new(m20261128_000003_reading_lists::Migration),
            Box::new(m20261128_000004_history::Migration),
            Box::new(m20261128_000005_search::Migration),
            Box::new(m20261128_000006_operations::Migration),
            Box::new(m20261129_000001_catalog_epoch::Migration),
            Box::new(m20261129_000002_edge_purger::Migration),
            Box::new(m20261129_000003_schema_compatibility::Migration),
        ]
    }
}
