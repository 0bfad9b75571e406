//! What ties items, people and organizations together.
//!
//! Each table has an index for either direction. `position` keeps the order in which an editor named things.

use sea_orm_migration::prelude::*;

use crate::sql;

#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &str = "
CREATE TABLE contribution (
    book_id BIGINT NOT NULL REFERENCES book (id) ON DELETE CASCADE,
    position INTEGER NOT NULL CHECK (position >= 1),
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    role {text} NOT NULL CHECK (role IN ('AUTHOR', 'EDITOR', 'TRANSLATOR', 'ILLUSTRATOR', 'FOREWORD')),
    PRIMARY KEY (book_id, position),
    UNIQUE (book_id, person_id, role)
);
CREATE INDEX contribution_person ON contribution (person_id, book_id);

CREATE TABLE course_instructor (
    course_id BIGINT NOT NULL REFERENCES course (id) ON DELETE CASCADE,
    position INTEGER NOT NULL CHECK (position >= 1),
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    PRIMARY KEY (course_id, position),
    UNIQUE (course_id, person_id)
);
CREATE INDEX course_instructor_person ON course_instructor (person_id, course_id);

CREATE TABLE course_prerequisite (
    course_id BIGINT NOT NULL REFERENCES course (id) ON DELETE CASCADE,
    position INTEGER NOT NULL CHECK (position >= 1),
    prerequisite_id BIGINT NOT NULL REFERENCES course (id) ON DELETE RESTRICT,
    PRIMARY KEY (course_id, position),
    UNIQUE (course_id, prerequisite_id),
    CHECK (course_id <> prerequisite_id)
);
CREATE INDEX course_prerequisite_of ON course_prerequisite (prerequisite_id, course_id);

CREATE TABLE syllabus_section (
    course_id BIGINT NOT NULL REFERENCES course (id) ON DELETE CASCADE,
    position INTEGER NOT NULL CHECK (position >= 1),
    title {text} NOT NULL CHECK (title <> ''),
    summary {text},
    PRIMARY KEY (course_id, position)
);

CREATE TABLE related_career (
    career_id BIGINT NOT NULL REFERENCES career (id) ON DELETE CASCADE,
    position INTEGER NOT NULL CHECK (position >= 1),
    related_id BIGINT NOT NULL REFERENCES career (id) ON DELETE RESTRICT,
    PRIMARY KEY (career_id, position),
    UNIQUE (career_id, related_id),
    CHECK (career_id <> related_id)
);
CREATE INDEX related_career_of ON related_career (related_id, career_id);

CREATE TABLE related_topic (
    topic_id BIGINT NOT NULL REFERENCES topic (id) ON DELETE CASCADE,
    position INTEGER NOT NULL CHECK (position >= 1),
    related_id BIGINT NOT NULL REFERENCES topic (id) ON DELETE RESTRICT,
    PRIMARY KEY (topic_id, position),
    UNIQUE (topic_id, related_id),
    CHECK (topic_id <> related_id)
);
CREATE INDEX related_topic_of ON related_topic (related_id, topic_id);

CREATE TABLE topic_alias (
    topic_id BIGINT NOT NULL REFERENCES topic (id) ON DELETE CASCADE,
    position INTEGER NOT NULL CHECK (position >= 1),
    name {text} NOT NULL CHECK (name <> ''),
    name_key {text} NOT NULL,
    PRIMARY KEY (topic_id, position),
    UNIQUE (topic_id, name)
);
CREATE INDEX topic_alias_name ON topic_alias (name);
CREATE INDEX topic_alias_name_key ON topic_alias (name_key);
";

/// Which topics an item carries, one table per kind of item.
const TOPICS_OF: &str = "
CREATE TABLE {item}_topic (
    {item}_id BIGINT NOT NULL REFERENCES {item} (id) ON DELETE CASCADE,
    position INTEGER NOT NULL CHECK (position >= 1),
    topic_id BIGINT NOT NULL REFERENCES topic (id) ON DELETE RESTRICT,
    PRIMARY KEY ({item}_id, position),
    UNIQUE ({item}_id, topic_id)
);
CREATE INDEX {item}_topic_topic ON {item}_topic (topic_id, {item}_id);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(manager, TABLES).await?;
        for item in ["career", "course", "book"] {
            sql::run(manager, &TOPICS_OF.replace("{item}", item)).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(
            manager,
            "DROP TABLE book_topic; DROP TABLE course_topic; DROP TABLE career_topic; DROP TABLE topic_alias;
             DROP TABLE related_topic; DROP TABLE related_career; DROP TABLE syllabus_section;
             DROP TABLE course_prerequisite; DROP TABLE course_instructor; DROP TABLE contribution;",
        )
        .await
    }
}
