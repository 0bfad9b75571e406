//! The oldest migration that a server must know to use the schema.

use sea_orm_migration::prelude::*;

use crate::sql;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// During a rolling upgrade, servers of the former version use a schema with migrations that they do not know. That works
/// if they know at least `oldest_migration`. A migration that only adds tables, indexes, and columns with defaults leaves
/// the row as it is; one that former servers cannot work with, sets its own name.
const TABLE: &str = "
CREATE TABLE schema_compatibility (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    oldest_migration {text} NOT NULL
);
INSERT INTO schema_compatibility (id, oldest_migration) VALUES (1, 'm20261129_000003_schema_compatibility');
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(manager, TABLE).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(manager, "DROP TABLE schema_compatibility;").await
    }
}
