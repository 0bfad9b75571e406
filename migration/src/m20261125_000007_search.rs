//! What search looks in: a document for each item, person and organization, and the words that typos are mended to.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DatabaseBackend;

use crate::sql;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Of many narrow rows the key is the row, where the engine can have it so: `{clustered}`. The id of a document is eight times the id of its thing, plus the number of its kind. Fields hold words between blanks.
/// `search_state` is one row: the number of the way in which the documents were made, 0 while there are none.
const TABLES: &str = "
CREATE TABLE search_document (
    id BIGINT NOT NULL PRIMARY KEY,
    visible_from BIGINT,
    recommendations BIGINT NOT NULL,
    exact {text} NOT NULL,
    title {text} NOT NULL,
    names {text} NOT NULL,
    topics {text} NOT NULL,
    spellings {text} NOT NULL,
    body {text} NOT NULL,
    article {text} NOT NULL{words}
);

CREATE TABLE search_completion (
    document_id BIGINT NOT NULL REFERENCES search_document (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    completion {text} NOT NULL,
    recommendations BIGINT NOT NULL,
    PRIMARY KEY (document_id, position)
){clustered};
CREATE INDEX search_completion_beginning
    ON search_completion (substr(completion, 1, 3), recommendations DESC, completion, document_id);

CREATE TABLE search_word (
    word {text} NOT NULL PRIMARY KEY,
    documents BIGINT NOT NULL
){clustered};

CREATE TABLE search_trigram (
    trigram {text} NOT NULL,
    word {text} NOT NULL,
    PRIMARY KEY (trigram, word)
){clustered};

CREATE TABLE search_state (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    version INTEGER NOT NULL
);
INSERT INTO search_state (id, version) VALUES (1, 0);
";

/// The index keeps which words are in which document and no more: fields, places and texts are the document's to tell.
/// Words come folded and separated by blanks, so nothing but ASCII signs divides them.
const SQLITE_INDEX: &str = "
CREATE VIRTUAL TABLE search_index USING fts5 (
    words, content = '', contentless_delete = 1, detail = none, tokenize = \"ascii tokenchars '+#.'\"
);
";

/// New entries wait in a list that each search would read through. Whoever writes documents has it merged in, at the end and at once:
/// one by one, they take ten times as long.
const POSTGRES_INDEX: &str =
    "CREATE INDEX search_document_words ON search_document USING GIN (words) WITH (fastupdate = on);";

const DOWN: &str = "
DROP TABLE search_state;
DROP TABLE search_trigram;
DROP TABLE search_word;
DROP TABLE search_completion;
DROP TABLE search_document;
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let (words, clustered, index) = match manager.get_database_backend() {
            DatabaseBackend::Postgres => (",\n    words tsvector NOT NULL", "", POSTGRES_INDEX),
            _ => ("", " WITHOUT ROWID", SQLITE_INDEX),
        };
        sql::run(manager, &TABLES.replace("{words}", words).replace("{clustered}", clustered)).await?;
        sql::run(manager, index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DatabaseBackend::Postgres {
            sql::run(manager, "DROP TABLE search_index;").await?;
        }
        sql::run(manager, DOWN).await
    }
}
