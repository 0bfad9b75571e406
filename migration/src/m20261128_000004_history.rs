//! Redirects from former slugs, codes and ISBNs, the revisions, and the change feed.

use sea_orm_migration::prelude::*;

use crate::sql;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// A code is never reused: when its item is deleted, the row stays with a null `item_id`. An entry of a reading list
/// has no revisions, so only this table stores its former code. ISBNs are assigned externally, so an ISBN can be used
/// again once its book is deleted.
///
/// `change_event.was_visible` says whether the object was public before or after the change: once it is deleted, that
/// cannot be computed. Revisions and events refer to their object by kind and code instead of a foreign key, because
/// they outlive it. `scheduled_publication` has the event to publish for each item at its publication time.
/// `change_feed_watermark` has one row: the greatest id of a purged event.
const TABLES: &str = "
CREATE TABLE slug_redirect (
    kind {text} NOT NULL,
    slug {text} NOT NULL CHECK (slug <> ''),
    item_id BIGINT REFERENCES item (id) ON DELETE CASCADE,
    person_id BIGINT REFERENCES person (id) ON DELETE CASCADE,
    organization_id BIGINT REFERENCES organization (id) ON DELETE CASCADE,
    retired_at BIGINT NOT NULL,
    PRIMARY KEY (kind, slug),
    CHECK ((person_id IS NOT NULL) = (kind = 'person')),
    CHECK ((organization_id IS NOT NULL) = (kind = 'organization')),
    CHECK ((item_id IS NOT NULL) = (kind NOT IN ('person', 'organization')))
);
CREATE INDEX slug_redirect_item ON slug_redirect (item_id) WHERE item_id IS NOT NULL;
CREATE INDEX slug_redirect_person ON slug_redirect (person_id) WHERE person_id IS NOT NULL;
CREATE INDEX slug_redirect_organization ON slug_redirect (organization_id) WHERE organization_id IS NOT NULL;

CREATE TABLE code_redirect (
    kind {text} NOT NULL,
    code {text} NOT NULL CHECK (length(code) = 6),
    item_id BIGINT REFERENCES item (id) ON DELETE SET NULL,
    retired_at BIGINT NOT NULL,
    PRIMARY KEY (kind, code)
);
CREATE INDEX code_redirect_item ON code_redirect (item_id) WHERE item_id IS NOT NULL;

CREATE TABLE isbn_redirect (
    isbn13 {text} NOT NULL PRIMARY KEY CHECK (length(isbn13) = 13),
    item_id BIGINT NOT NULL REFERENCES item (id) ON DELETE CASCADE,
    retired_at BIGINT NOT NULL
);
CREATE INDEX isbn_redirect_item ON isbn_redirect (item_id);

CREATE TABLE revision (
    id {id},
    kind {text} NOT NULL,
    code {text} NOT NULL,
    revision INTEGER NOT NULL CHECK (revision >= 1),
    created_at BIGINT NOT NULL,
    actor {text} NOT NULL,
    action {text} NOT NULL {action},
    state {text} NOT NULL,
    UNIQUE (kind, code, revision)
);
CREATE INDEX revision_created_at ON revision (created_at);

CREATE TABLE change_event (
    id {id},
    occurred_at BIGINT NOT NULL,
    kind {text} NOT NULL,
    code {text} NOT NULL,
    action {text} NOT NULL {action},
    revision INTEGER NOT NULL CHECK (revision >= 1),
    path {text},
    merged_into {text},
    was_visible BOOLEAN NOT NULL
);
CREATE INDEX change_event_occurred_at ON change_event (occurred_at);
CREATE INDEX change_event_subject ON change_event (kind, code, id);

CREATE TABLE scheduled_publication (
    kind {text} NOT NULL,
    code {text} NOT NULL,
    due_at BIGINT NOT NULL,
    revision INTEGER NOT NULL CHECK (revision >= 1),
    path {text} NOT NULL,
    PRIMARY KEY (kind, code)
);
CREATE INDEX scheduled_publication_due_at ON scheduled_publication (due_at);

CREATE TABLE change_feed_watermark (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    last_purged_id BIGINT NOT NULL
);
INSERT INTO change_feed_watermark (id, last_purged_id) VALUES (1, 0);
";

const ACTION: &str =
    "CHECK (action IN ('CREATED', 'UPDATED', 'PUBLISHED', 'UNPUBLISHED', 'ARCHIVED', 'DELETED', 'MERGED'))";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(manager, &TABLES.replace("{action}", ACTION)).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(
            manager,
            "DROP TABLE change_feed_watermark; DROP TABLE scheduled_publication; DROP TABLE change_event; DROP TABLE revision;
             DROP TABLE isbn_redirect; DROP TABLE code_redirect; DROP TABLE slug_redirect;",
        )
        .await
    }
}
