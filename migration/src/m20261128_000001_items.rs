//! People and organizations, and the items of the catalog: careers, topics and learning resources.

use sea_orm_migration::prelude::*;

use crate::sql;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// The columns of people and organizations. `name_folded` is the folded name for filters, `name_sort_key` the sort key.
/// Both are computed in Rust, so that the engines agree.
const PARTY: &str = "
    id {id},
    code {text} NOT NULL UNIQUE CHECK (length(code) = 6 AND code = lower(code)),
    slug {text} NOT NULL UNIQUE CHECK (slug <> '' AND slug = lower(slug)),
    external_id {text} UNIQUE,
    name {text} NOT NULL CHECK (name <> ''),
    name_folded {text} NOT NULL,
    name_sort_key {text} NOT NULL,
    url {text},
    revision INTEGER NOT NULL DEFAULT 1 CHECK (revision >= 1),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
";

/// One table for all kinds of items; columns that a kind does not have are null. SQLite cannot change a check of a
/// table, so no constraint here lists kinds or the columns that a kind may have: the write path enforces those and
/// `syllabus check` verifies them.
///
/// The low byte of an id is the tag of the item's kind: six bits with its number (1 career, 2 course, 3 book, 4 topic),
/// the bit 64 if reading lists may recommend it, and the bit 128 if it owns a reading list. So a reference that accepts
/// only some kinds is a check on one column.
///
/// `visible_from` is the time from which the item is public; null means never. `sort_key_state` is one row: the version
/// of the rules by which the sort keys were computed, 0 before the first server starts, and the language of titles that
/// have no language of their own.
const TABLES: &str = "
CREATE TABLE sort_key_state (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    version INTEGER NOT NULL,
    language {text} NOT NULL CHECK (language <> '')
);
INSERT INTO sort_key_state (id, version, language) VALUES (1, 0, 'en');

CREATE TABLE person ({party});
CREATE TABLE organization ({party});

CREATE TABLE item (
    id {item_id},
    kind {text} NOT NULL,
    code {text} NOT NULL CHECK (length(code) = 6 AND code = lower(code)),
    slug {text} NOT NULL CHECK (slug <> '' AND slug = lower(slug)),
    external_id {text},
    title {text} NOT NULL CHECK (title <> ''),
    title_folded {text} NOT NULL,
    title_sort_key {text} NOT NULL,
    summary {text},
    image_url {text},
    status {text} NOT NULL CHECK (status IN ('DRAFT', 'PUBLISHED', 'ARCHIVED')),
    published_at BIGINT,
    visible_from BIGINT,
    revised_at BIGINT,
    revision INTEGER NOT NULL DEFAULT 1 CHECK (revision >= 1),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    level {text} CHECK (level IN ('INTRODUCTORY', 'INTERMEDIATE', 'ADVANCED')),
    language {text} CHECK (language <> ''),
    url {text},
    time_required BIGINT CHECK (time_required >= 0),
    is_free BOOLEAN CHECK (is_free = TRUE OR is_free = FALSE),
    price_minor BIGINT CHECK (price_minor >= 0),
    price_currency {text} CHECK (length(price_currency) = 3),
    weekly_effort BIGINT CHECK (weekly_effort >= 0),
    subtitle {text},
    original_title {text},
    edition {text},
    isbn13 {text} CHECK (length(isbn13) = 13 AND isbn13 BETWEEN '9780000000000' AND '9799999999999'),
    publication_date INTEGER CHECK (publication_date BETWEEN 10000 AND 99991231),
    publication_year INTEGER CHECK (publication_year BETWEEN -3000 AND 9999),
    page_count INTEGER CHECK (page_count BETWEEN 1 AND 50000),
    feed_url {text},
    episode_count INTEGER CHECK (episode_count >= 1),
    occupation_code {text},
    publisher_id BIGINT REFERENCES organization (id),
    provider_id BIGINT REFERENCES organization (id),
    institution_id BIGINT REFERENCES organization (id),
    parent_id BIGINT REFERENCES item (id) CHECK ((parent_id & 63) = 4),
    UNIQUE (code, kind),
    UNIQUE (slug, kind),
    CHECK (parent_id <> id),
    CHECK (CASE WHEN status = 'PUBLISHED' THEN visible_from IS NOT NULL AND visible_from = published_at
                ELSE visible_from IS NULL END),
    CHECK ((price_minor IS NULL) = (price_currency IS NULL))
);
CREATE UNIQUE INDEX item_external_id ON item (external_id, kind) WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX item_isbn13 ON item (isbn13) WHERE isbn13 IS NOT NULL;
CREATE INDEX item_occupation_code ON item (occupation_code) WHERE occupation_code IS NOT NULL;
CREATE INDEX item_publisher ON item (publisher_id, title_sort_key, id) WHERE publisher_id IS NOT NULL;
CREATE INDEX item_provider ON item (provider_id, title_sort_key, id) WHERE provider_id IS NOT NULL;
CREATE INDEX item_institution ON item (institution_id, title_sort_key, id) WHERE institution_id IS NOT NULL;
CREATE INDEX item_parent ON item (parent_id, title_sort_key, id) WHERE parent_id IS NOT NULL;

CREATE TABLE item_text (
    item_id BIGINT NOT NULL PRIMARY KEY REFERENCES item (id) ON DELETE CASCADE,
    description {text},
    article {text}
);
";

/// The name and the columns of an index.
type Index = (&'static str, &'static str);

/// The kinds, and the indices of their root lists beyond those of every kind.
const KINDS: [(&str, &[Index]); 7] = [
    ("career", &[]),
    (
        "course",
        &[
            ("level", "level, title_sort_key, id"),
            ("language", "language, title_sort_key, id"),
            ("time_required", "time_required, id"),
            ("is_free", "is_free, title_sort_key, id"),
        ],
    ),
    (
        "book",
        &[
            ("level", "level, title_sort_key, id"),
            ("language", "language, title_sort_key, id"),
            ("time_required", "time_required, id"),
            ("publication_year", "publication_year, id"),
            ("page_count", "page_count"),
        ],
    ),
    ("topic", &[]),
    (
        "video",
        &[
            ("level", "level, title_sort_key, id"),
            ("language", "language, title_sort_key, id"),
            ("time_required", "time_required, id"),
            ("publication_date", "publication_date, id"),
        ],
    ),
    (
        "podcast",
        &[
            ("level", "level, title_sort_key, id"),
            ("language", "language, title_sort_key, id"),
            ("time_required", "time_required, id"),
        ],
    ),
    (
        "tutorial",
        &[
            ("level", "level, title_sort_key, id"),
            ("language", "language, title_sort_key, id"),
            ("time_required", "time_required, id"),
            ("publication_date", "publication_date, id"),
        ],
    ),
];

/// The indices of the root lists of every kind.
const ITEM_INDICES: [Index; 8] = [
    ("title_sort_key", "title_sort_key, id"),
    ("published_at", "published_at, id"),
    ("visible_from", "visible_from"),
    ("title", "title"),
    ("title_folded", "title_folded"),
    ("revised_at", "revised_at"),
    ("created_at", "created_at, id"),
    ("updated_at", "updated_at, id"),
];

const PARTY_INDICES: [Index; 5] = [
    ("name_sort_key", "name_sort_key, id"),
    ("name_folded", "name_folded"),
    ("name", "name"),
    ("created_at", "created_at, id"),
    ("updated_at", "updated_at, id"),
];

/// Nullable columns by which root lists can be sorted in descending order with nulls last. PostgreSQL needs an index for
/// that: it walks an index in its own order or in the exact reverse, which has its nulls first. SQLite needs none.
const NULLABLE: [(&str, &str); 11] = [
    ("career", "published_at"),
    ("course", "published_at"),
    ("book", "published_at"),
    ("topic", "published_at"),
    ("course", "time_required"),
    ("book", "publication_year"),
    ("video", "published_at"),
    ("video", "publication_date"),
    ("podcast", "published_at"),
    ("tutorial", "published_at"),
    ("tutorial", "publication_date"),
];

/// The indices of a kind are partial, so that the planner uses the indices of the kind in the statement.
fn indices(is_postgres: bool) -> String {
    let mut indices = String::new();
    for party in ["person", "organization"] {
        for (name, columns) in PARTY_INDICES {
            indices += &format!("CREATE INDEX {party}_{name} ON {party} ({columns});\n");
        }
    }
    for (kind, own) in KINDS {
        for (name, columns) in ITEM_INDICES.iter().chain(own) {
            indices += &format!("CREATE INDEX {kind}_{name} ON item ({columns}) WHERE kind = '{kind}';\n");
        }
    }
    if is_postgres {
        for (kind, column) in NULLABLE {
            indices += &format!(
                "CREATE INDEX {kind}_{column}_descending ON item ({column} DESC NULLS LAST, id DESC) WHERE kind = '{kind}';\n"
            );
        }
    }
    indices
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let is_postgres = sql::is_postgres(manager);
        // The write path assigns ids: it takes the next number, and the tag of the kind.
        let (item_id, sequence) = if is_postgres {
            ("BIGINT NOT NULL PRIMARY KEY", "CREATE SEQUENCE item_number;")
        } else {
            ("INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT", "")
        };
        sql::run(manager, sequence).await?;
        sql::run(manager, &TABLES.replace("{party}", PARTY).replace("{item_id}", item_id)).await?;
        sql::run(manager, &indices(is_postgres)).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(
            manager,
            "DROP TABLE item_text; DROP TABLE item; DROP TABLE organization; DROP TABLE person; DROP TABLE sort_key_state;",
        )
        .await?;
        if sql::is_postgres(manager) {
            sql::run(manager, "DROP SEQUENCE item_number;").await?;
        }
        Ok(())
    }
}
