//! The relations between items, people and organizations.
//!
//! Tables that link two records have an index for each direction. `position` is the editor's order.

use sea_orm_migration::prelude::*;

use crate::sql;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// The primary keys of link tables cover all their columns: SQLite stores the rows in the key (`{clustered}`), PostgreSQL
/// adds the columns to its index (`{includes …}`).
const TABLES: &str = "
CREATE TABLE item_topic (
    item_id BIGINT NOT NULL REFERENCES item (id) ON DELETE CASCADE,
    position INTEGER NOT NULL CHECK (position >= 1),
    topic_id BIGINT NOT NULL REFERENCES item (id) CHECK ((topic_id & 63) = 4),
    PRIMARY KEY (item_id, position) {includes topic_id},
    UNIQUE (topic_id, item_id)
){clustered};

CREATE TABLE contribution (
    item_id BIGINT NOT NULL REFERENCES item (id) ON DELETE CASCADE,
    position INTEGER NOT NULL CHECK (position >= 1),
    person_id BIGINT NOT NULL REFERENCES person (id),
    role {text} NOT NULL,
    PRIMARY KEY (item_id, position) {includes person_id, role},
    UNIQUE (person_id, item_id, role)
){clustered};

CREATE TABLE prerequisite (
    item_id BIGINT NOT NULL REFERENCES item (id) ON DELETE CASCADE CHECK ((item_id & 64) <> 0),
    position INTEGER NOT NULL CHECK (position >= 1),
    prerequisite_id BIGINT NOT NULL REFERENCES item (id) CHECK ((prerequisite_id & 64) <> 0),
    PRIMARY KEY (item_id, position) {includes prerequisite_id},
    UNIQUE (prerequisite_id, item_id),
    CHECK (item_id <> prerequisite_id)
){clustered};

CREATE TABLE related_item (
    item_id BIGINT NOT NULL REFERENCES item (id) ON DELETE CASCADE,
    position INTEGER NOT NULL CHECK (position >= 1),
    related_id BIGINT NOT NULL REFERENCES item (id),
    PRIMARY KEY (item_id, position) {includes related_id},
    UNIQUE (related_id, item_id),
    CHECK (item_id <> related_id),
    CHECK ((item_id & 63) = (related_id & 63))
){clustered};

CREATE TABLE item_alias (
    item_id BIGINT NOT NULL REFERENCES item (id) ON DELETE CASCADE,
    position INTEGER NOT NULL CHECK (position >= 1),
    name {text} NOT NULL CHECK (name <> ''),
    name_folded {text} NOT NULL,
    PRIMARY KEY (item_id, position),
    UNIQUE (name, item_id)
){clustered};
CREATE INDEX item_alias_name_folded ON item_alias (name_folded);

CREATE TABLE item_same_as (
    item_id BIGINT NOT NULL REFERENCES item (id) ON DELETE CASCADE,
    position INTEGER NOT NULL CHECK (position >= 1),
    url {text} NOT NULL CHECK (url <> ''),
    PRIMARY KEY (item_id, position),
    UNIQUE (url, item_id)
){clustered};

CREATE TABLE syllabus_section (
    item_id BIGINT NOT NULL REFERENCES item (id) ON DELETE CASCADE,
    position INTEGER NOT NULL CHECK (position >= 1),
    title {text} NOT NULL CHECK (title <> ''),
    summary {text},
    PRIMARY KEY (item_id, position)
);
";

/// Inserts the columns of `{includes …}` if the engine has such indices.
fn with_includes(statements: &str, is_postgres: bool) -> String {
    let mut parts = statements.split("{includes ");
    let mut written = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (columns, rest) = part.split_once('}').unwrap_or((part, ""));
        if is_postgres {
            written += &format!("INCLUDE ({columns})");
        }
        written += rest;
    }
    written
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(manager, &with_includes(TABLES, sql::is_postgres(manager))).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(
            manager,
            "DROP TABLE syllabus_section; DROP TABLE item_same_as; DROP TABLE item_alias; DROP TABLE related_item; DROP TABLE prerequisite;
             DROP TABLE contribution; DROP TABLE item_topic;",
        )
        .await
    }
}
