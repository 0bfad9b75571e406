//! The cursor and the lease of the purger of the edge.

use sea_orm_migration::prelude::*;

use crate::sql;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// The row of the purger. `epoch` and `position` are the version of the catalog up to which every change was purged twice;
/// before the first purge the position is before the feed. The server `holder` purges until `expires_at`.
const TABLE: &str = "
CREATE TABLE edge_purger (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    epoch BIGINT NOT NULL,
    position BIGINT NOT NULL,
    holder {text} NOT NULL,
    expires_at BIGINT NOT NULL
);
INSERT INTO edge_purger (id, epoch, position, holder, expires_at) VALUES (1, 0, -1, '', 0);
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
        sql::run(manager, "DROP TABLE edge_purger;").await
    }
}
