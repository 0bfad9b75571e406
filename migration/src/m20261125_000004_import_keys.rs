//! The keys that imports through the API were called with, each with its answer.

use sea_orm_migration::prelude::*;

use crate::sql;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Rows are kept for a day.
const TABLES: &str = "
CREATE TABLE import_key (
    id {id},
    actor {text} NOT NULL,
    idempotency_key {text} NOT NULL CHECK (idempotency_key <> ''),
    request {text} NOT NULL CHECK (length(request) = 64),
    result {text} NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (actor, idempotency_key)
);
CREATE INDEX import_key_created_at ON import_key (created_at);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(manager, TABLES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(manager, "DROP TABLE import_key;").await
    }
}
