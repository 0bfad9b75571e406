//! The log of changes for the search index.

use sea_orm_migration::prelude::*;

use crate::sql;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// The documents that writes affected, in commit order. The id of a document is that of its item; that of a person or
/// an organization is 256 times its row id, plus the tag of the kind; 0 stands for all documents. `with_neighbors` says
/// that documents which contain its name or its notes are affected too. The first row stands for all earlier writes.
/// Its time is a random negative number, by which an index recognizes its catalog.
const TABLE: &str = "
CREATE TABLE search_change (
    id {id},
    at BIGINT NOT NULL,
    document_id BIGINT NOT NULL,
    with_neighbors BOOLEAN NOT NULL
);
CREATE INDEX search_change_at ON search_change (at);
INSERT INTO search_change (at, document_id, with_neighbors) VALUES (-1 - {random}, 0, TRUE);
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
        sql::run(manager, "DROP TABLE search_change;").await
    }
}
