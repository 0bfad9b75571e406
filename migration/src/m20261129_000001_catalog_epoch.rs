//! The epoch of the catalog, the first part of its version.

use sea_orm_migration::prelude::*;

use crate::sql;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// A new epoch begins when writes were lost that clients may have seen: after a restore, or a failover.
const EPOCH: &str = "
ALTER TABLE change_feed_watermark ADD COLUMN epoch BIGINT NOT NULL DEFAULT 0;
UPDATE change_feed_watermark SET epoch = {random};
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(manager, EPOCH).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(manager, "ALTER TABLE change_feed_watermark DROP COLUMN epoch;").await
    }
}
