//! Reading lists, each of one career, course or topic, and their entries, each one course or book.

use sea_orm_migration::prelude::*;

use crate::sql;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// `reading_list.visible_from` is its owner's, kept in step by the write of the owner: "on how many visible lists is
/// this book" must not join three tables for each entry.
const TABLES: &str = "
CREATE TABLE reading_list (
    id {id},
    code {text} NOT NULL UNIQUE CHECK (length(code) = 6),
    career_id BIGINT UNIQUE REFERENCES career (id) ON DELETE CASCADE,
    course_id BIGINT UNIQUE REFERENCES course (id) ON DELETE CASCADE,
    topic_id BIGINT UNIQUE REFERENCES topic (id) ON DELETE CASCADE,
    title {text},
    introduction {text},
    visible_from BIGINT,
    revision INTEGER NOT NULL DEFAULT 1 CHECK (revision >= 1),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CHECK ((CASE WHEN career_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN course_id IS NULL THEN 0 ELSE 1 END)
         + (CASE WHEN topic_id IS NULL THEN 0 ELSE 1 END) = 1)
);

CREATE TABLE reading_list_entry (
    id {id},
    code {text} NOT NULL UNIQUE CHECK (length(code) = 6),
    list_id BIGINT NOT NULL REFERENCES reading_list (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    course_id BIGINT REFERENCES course (id) ON DELETE RESTRICT,
    book_id BIGINT REFERENCES book (id) ON DELETE RESTRICT,
    note {text},
    role {text} CHECK (role IN ('INTRODUCTORY', 'CORE', 'REFERENCE', 'ADVANCED')),
    UNIQUE (list_id, position),
    UNIQUE (list_id, course_id),
    UNIQUE (list_id, book_id),
    CHECK ((course_id IS NULL) <> (book_id IS NULL))
);
CREATE INDEX reading_list_entry_course ON reading_list_entry (course_id, list_id);
CREATE INDEX reading_list_entry_book ON reading_list_entry (book_id, list_id);
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
