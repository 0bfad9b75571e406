//! What waits to be published, and how far back the feed goes.

use sea_orm_migration::prelude::*;

use crate::sql;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// `scheduled` holds the row that the feed gets for each item when it is due. `feed_horizon` is one row: the greatest
/// number of a row of the feed that was purged.
const TABLES: &str = "
CREATE TABLE scheduled (
    kind {text} NOT NULL CHECK (kind IN ('career', 'course', 'book', 'topic')),
    code {text} NOT NULL,
    due_at BIGINT NOT NULL,
    revision INTEGER NOT NULL CHECK (revision >= 1),
    path {text} NOT NULL,
    PRIMARY KEY (kind, code)
);
CREATE INDEX scheduled_due_at ON scheduled (due_at);

CREATE TABLE feed_horizon (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    purged BIGINT NOT NULL
);
INSERT INTO feed_horizon (id, purged) VALUES (1, 0);
";

/// An item that was last written before it was to show has had no row in the feed for that, be it due by now or not.
const WAITING: &str = "
INSERT INTO scheduled (kind, code, due_at, revision, path)
SELECT '{kind}', code, visible_from, revision, '/{kind}/' || code || '/' || slug FROM {kind} WHERE visible_from > updated_at;
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(manager, TABLES).await?;
        for kind in ["career", "course", "book", "topic"] {
            sql::run(manager, &WAITING.replace("{kind}", kind)).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(manager, "DROP TABLE feed_horizon; DROP TABLE scheduled;").await
    }
}
