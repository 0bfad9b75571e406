//! People and organizations; careers, courses, books and topics.

use sea_orm_migration::prelude::*;

use crate::sql;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// The columns that every catalog item has.
///
/// `title_key` is the folded title that filters look in, `title_sort_key` is what the item sorts by. Both are computed in Rust, so
/// that the engines agree. `visible_from`
/// is the whole rule of visibility in one column: from that moment on the item is there for everybody; null is never.
const ITEM: &str = "
    id {id},
    code {text} NOT NULL UNIQUE CHECK (length(code) = 6 AND code = lower(code)),
    slug {text} NOT NULL UNIQUE CHECK (slug <> '' AND slug = lower(slug)),
    external_id {text} UNIQUE,
    title {text} NOT NULL CHECK (title <> ''),
    title_key {text} NOT NULL,
    title_sort_key {text} NOT NULL,
    summary {text},
    status {text} NOT NULL CHECK (status IN ('DRAFT', 'PUBLISHED', 'ARCHIVED')),
    published_at BIGINT,
    visible_from BIGINT,
    revised_at BIGINT,
    revision INTEGER NOT NULL DEFAULT 1 CHECK (revision >= 1),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
    CHECK (CASE WHEN status = 'PUBLISHED' THEN visible_from IS NOT NULL AND visible_from = published_at
                ELSE visible_from IS NULL END),
";

/// The columns that courses and books share.
const RESOURCE: &str = "
    description {text},
    level {text} CHECK (level IN ('INTRODUCTORY', 'INTERMEDIATE', 'ADVANCED')),
    language {text} CHECK (language <> ''),
    url {text},
    time_required BIGINT CHECK (time_required >= 0),
";

/// People and organizations.
const PARTY: &str = "
    id {id},
    code {text} NOT NULL UNIQUE CHECK (length(code) = 6 AND code = lower(code)),
    slug {text} NOT NULL UNIQUE CHECK (slug <> '' AND slug = lower(slug)),
    external_id {text} UNIQUE,
    name {text} NOT NULL CHECK (name <> ''),
    name_key {text} NOT NULL,
    name_sort_key {text} NOT NULL,
    url {text},
    revision INTEGER NOT NULL DEFAULT 1 CHECK (revision >= 1),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
";

/// `sort_key_state` is one row: the version of the rules by which the sort keys were computed, 0 before the first server starts, and
/// the language of titles that have none of their own.
const TABLES: &str = "
CREATE TABLE sort_key_state (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    version INTEGER NOT NULL,
    language {text} NOT NULL CHECK (language <> '')
);
INSERT INTO sort_key_state (id, version, language) VALUES (1, 0, 'en');

CREATE TABLE person ({party});
CREATE TABLE organization ({party});

CREATE TABLE career (
    {item}
    occupation_code {text},
    article {text}
);

CREATE INDEX career_occupation_code ON career (occupation_code);

CREATE TABLE topic (
    {item}
    parent_id BIGINT REFERENCES topic (id) ON DELETE RESTRICT,
    CHECK (parent_id <> id)
);
CREATE INDEX topic_parent ON topic (parent_id, title_sort_key, id);

CREATE TABLE course (
    {item}
    {resource}
    provider_id BIGINT REFERENCES organization (id) ON DELETE RESTRICT,
    institution_id BIGINT REFERENCES organization (id) ON DELETE RESTRICT,
    weekly_effort BIGINT CHECK (weekly_effort >= 0),
    is_free BOOLEAN CHECK (is_free = TRUE OR is_free = FALSE),
    price_minor BIGINT CHECK (price_minor >= 0),
    price_currency {text} CHECK (length(price_currency) = 3),
    CHECK ((price_minor IS NULL) = (price_currency IS NULL))
);
CREATE INDEX course_provider ON course (provider_id, title_sort_key, id);
CREATE INDEX course_is_free ON course (is_free, title_sort_key, id);
CREATE INDEX course_institution ON course (institution_id, title_sort_key, id);

CREATE TABLE book (
    {item}
    {resource}
    subtitle {text},
    publisher_id BIGINT REFERENCES organization (id) ON DELETE RESTRICT,
    publication_year INTEGER CHECK (publication_year BETWEEN -3000 AND 9999),
    edition {text},
    isbn13 {text} UNIQUE CHECK (length(isbn13) = 13 AND isbn13 BETWEEN '9780000000000' AND '9799999999999'),
    page_count INTEGER CHECK (page_count BETWEEN 1 AND 50000),
    cover_url {text}
);
CREATE INDEX book_publisher ON book (publisher_id, title_sort_key, id);
CREATE INDEX book_publication_year ON book (publication_year, id);
CREATE INDEX book_page_count ON book (page_count);
";

/// The tables whose rows can be filtered and sorted at the root of the API.
const ITEMS: [&str; 4] = ["career", "course", "book", "topic"];
const RESOURCES: [&str; 2] = ["course", "book"];
const PARTIES: [&str; 2] = ["person", "organization"];

fn indices() -> String {
    let mut indices = String::new();
    let mut index = |table: &str, name: &str, columns: &str| {
        indices.extend(["CREATE INDEX ", table, "_", name, " ON ", table, " (", columns, ");\n"]);
    };
    for table in ITEMS {
        index(table, "title_sort_key", "title_sort_key, id");
        index(table, "published_at", "published_at, id");
        index(table, "visible_from", "visible_from");
    }
    for table in ITEMS {
        index(table, "title", "title");
        index(table, "title_key", "title_key");
        index(table, "revised_at", "revised_at");
    }
    for table in PARTIES {
        index(table, "name_sort_key", "name_sort_key, id");
        index(table, "name_key", "name_key");
        index(table, "name", "name");
    }
    for table in ITEMS.into_iter().chain(PARTIES) {
        index(table, "created_at", "created_at, id");
        index(table, "updated_at", "updated_at, id");
    }
    for table in RESOURCES {
        index(table, "level", "level, title_sort_key, id");
        index(table, "language", "language, title_sort_key, id");
        index(table, "time_required", "time_required, id");
    }
    indices
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = TABLES.replace("{item}", ITEM).replace("{resource}", RESOURCE).replace("{party}", PARTY);
        sql::run(manager, &tables).await?;
        sql::run(manager, &indices()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(
            manager,
            "DROP TABLE book; DROP TABLE course; DROP TABLE topic; DROP TABLE career; DROP TABLE organization; DROP TABLE person; \
             DROP TABLE sort_key_state;",
        )
        .await
    }
}
