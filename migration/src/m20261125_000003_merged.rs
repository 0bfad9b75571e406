//! Codes and ISBNs that were given up, and what they still lead to.

use sea_orm_migration::prelude::*;

use crate::sql;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// A code outlives what it leads to, so that it is never drawn again: then it leads to nothing. An entry of a reading
/// list has no revision of its own, so this is all that remembers its code. An ISBN is given by others, and is free once
/// its book is gone.
const TABLES: &str = "
CREATE TABLE retired_code (
    kind {text} NOT NULL,
    code {text} NOT NULL CHECK (length(code) = 6),
    book_id BIGINT REFERENCES book (id) ON DELETE SET NULL,
    retired_at BIGINT NOT NULL,
    PRIMARY KEY (kind, code),
    CHECK (book_id IS NULL OR kind = 'book')
);
CREATE INDEX retired_code_book ON retired_code (book_id);

CREATE TABLE retired_isbn (
    isbn13 {text} NOT NULL PRIMARY KEY CHECK (length(isbn13) = 13),
    book_id BIGINT NOT NULL REFERENCES book (id) ON DELETE CASCADE,
    retired_at BIGINT NOT NULL
);
CREATE INDEX retired_isbn_book ON retired_isbn (book_id);
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
        sql::run(manager, "DROP TABLE retired_isbn; DROP TABLE retired_code;").await
    }
}
