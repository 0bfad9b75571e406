//! A single row that is written to test whether writes succeed, and that nobody reads.

use sea_orm_migration::prelude::*;

use crate::sql;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table =
            "CREATE TABLE write_probe (id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1), padding {text} NOT NULL);";
        sql::run(manager, table).await?;
        sql::run(manager, "INSERT INTO write_probe (id, padding) VALUES (1, '');").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(manager, "DROP TABLE write_probe;").await
    }
}
