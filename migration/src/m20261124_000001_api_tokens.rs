//! The tokens that scripts and services sign in with: what is left of them once they have been shown.

use sea_orm_migration::prelude::*;

use crate::sql;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Rows stay when their token is revoked: the history of the catalog names tokens.
const TABLES: &str = "
CREATE TABLE api_token (
    id {id},
    code {text} NOT NULL UNIQUE CHECK (length(code) = 6),
    name {text} NOT NULL CHECK (name <> ''),
    role {text} NOT NULL CHECK (role IN ('READER', 'EDITOR', 'ADMIN')),
    hash {text} NOT NULL UNIQUE CHECK (length(hash) = 64),
    prefix {text} NOT NULL CHECK (length(prefix) = 8),
    created_at BIGINT NOT NULL,
    created_by {text} NOT NULL,
    expires_at BIGINT,
    last_used_at BIGINT,
    revoked_at BIGINT,
    revoked_by {text},
    CHECK ((revoked_at IS NULL) = (revoked_by IS NULL))
);
CREATE INDEX api_token_created_at ON api_token (created_at, id);
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
        sql::run(manager, "DROP TABLE api_token;").await
    }
}
