//! What was: addresses that were given up, former states, and the feed of changes.

use sea_orm_migration::prelude::*;

use crate::sql;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// `change.shown` says whether everybody could see the subject before the change or after it: once it is gone, nobody can
/// tell any more. A revision and a change name their subject by kind and code, not by a foreign key: they outlive it.
const TABLES: &str = "
CREATE TABLE retired_slug (
    kind {text} NOT NULL,
    slug {text} NOT NULL CHECK (slug <> ''),
    career_id BIGINT REFERENCES career (id) ON DELETE CASCADE,
    course_id BIGINT REFERENCES course (id) ON DELETE CASCADE,
    book_id BIGINT REFERENCES book (id) ON DELETE CASCADE,
    topic_id BIGINT REFERENCES topic (id) ON DELETE CASCADE,
    person_id BIGINT REFERENCES person (id) ON DELETE CASCADE,
    organization_id BIGINT REFERENCES organization (id) ON DELETE CASCADE,
    retired_at BIGINT NOT NULL,
    PRIMARY KEY (kind, slug),
    CHECK (kind IN ('career', 'course', 'book', 'topic', 'person', 'organization')),
    CHECK ((kind = 'career') = (career_id IS NOT NULL)),
    CHECK ((kind = 'course') = (course_id IS NOT NULL)),
    CHECK ((kind = 'book') = (book_id IS NOT NULL)),
    CHECK ((kind = 'topic') = (topic_id IS NOT NULL)),
    CHECK ((kind = 'person') = (person_id IS NOT NULL)),
    CHECK ((kind = 'organization') = (organization_id IS NOT NULL))
);
CREATE INDEX retired_slug_career ON retired_slug (career_id);
CREATE INDEX retired_slug_course ON retired_slug (course_id);
CREATE INDEX retired_slug_book ON retired_slug (book_id);
CREATE INDEX retired_slug_topic ON retired_slug (topic_id);
CREATE INDEX retired_slug_person ON retired_slug (person_id);
CREATE INDEX retired_slug_organization ON retired_slug (organization_id);

CREATE TABLE revision (
    id {id},
    kind {text} NOT NULL,
    code {text} NOT NULL,
    revision INTEGER NOT NULL CHECK (revision >= 1),
    at BIGINT NOT NULL,
    actor {text} NOT NULL,
    action {text} NOT NULL,
    state {text} NOT NULL,
    UNIQUE (kind, code, revision)
);
CREATE INDEX revision_at ON revision (at);

CREATE TABLE change (
    id {id},
    at BIGINT NOT NULL,
    kind {text} NOT NULL,
    code {text} NOT NULL,
    action {text} NOT NULL,
    revision INTEGER NOT NULL CHECK (revision >= 1),
    path {text},
    merged_into {text},
    shown BOOLEAN NOT NULL
);
CREATE INDEX change_at ON change (at);
CREATE INDEX change_subject ON change (kind, code, id);
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
        sql::run(manager, "DROP TABLE change; DROP TABLE revision; DROP TABLE retired_slug;").await
    }
}
