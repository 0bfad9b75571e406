//! Reading lists, each owned by one item, and their entries, each of which recommends one item.

use sea_orm_migration::prelude::*;

use crate::sql;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// `reading_list.visible_from` is a copy of the owner's, so that counting the visible lists of an item needs no join.
const TABLES: &str = "
CREATE TABLE reading_list (
    id {id},
    code {text} NOT NULL UNIQUE CHECK (length(code) = 6),
    owner_id BIGINT NOT NULL UNIQUE REFERENCES item (id) ON DELETE CASCADE CHECK ((owner_id & 128) <> 0),
    title {text},
    introduction {text},
    visible_from BIGINT,
    revision INTEGER NOT NULL DEFAULT 1 CHECK (revision >= 1),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE INDEX reading_list_updated_at ON reading_list (updated_at, id);

CREATE TABLE reading_list_entry (
    id {id},
    code {text} NOT NULL UNIQUE CHECK (length(code) = 6),
    list_id BIGINT NOT NULL REFERENCES reading_list (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    item_id BIGINT NOT NULL REFERENCES item (id) CHECK ((item_id & 64) <> 0),
    note {text},
    role {text} CHECK (role IN ('INTRODUCTORY', 'CORE', 'REFERENCE', 'ADVANCED')),
    added_at BIGINT NOT NULL,
    UNIQUE (list_id, position),
    UNIQUE (item_id, list_id)
);
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
        sql::run(manager, "DROP TABLE reading_list_entry; DROP TABLE reading_list;").await
    }
}
