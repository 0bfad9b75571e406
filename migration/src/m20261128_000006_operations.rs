//! API tokens, the idempotency keys of imports, and the row that probes whether writes succeed.

use sea_orm_migration::prelude::*;

use crate::sql;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// The row of a token stays when the token is revoked, because the history names tokens. The result of an import is
/// stored with its idempotency key for a day. `write_probe` has one row, which is written to test whether writes
/// succeed and never read.
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

CREATE TABLE write_probe (id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1), padding {text} NOT NULL);
INSERT INTO write_probe (id, padding) VALUES (1, '');
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
        sql::run(manager, "DROP TABLE write_probe; DROP TABLE import_key; DROP TABLE api_token;").await
    }
}
