//! The search documents of items, people and organizations, the index of their words, and the words that correct typos.

use sea_orm_migration::prelude::*;

use crate::sql;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// The id of a document is that of its item. That of a person or an organization is 256 times its id, plus the tag of the
/// kind. Fields contain words separated by spaces. `search_state` is one row: the version of the rules by which the documents were
/// made, 0 while there are none.
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

/// The index stores which words are in which document, and nothing else: fields, positions and texts are in the document.
/// Words are folded and separated by spaces, so only ASCII characters divide them.
///
/// `search_vocabulary` lists the words of the index in order. A prefix query of the index itself merges the documents of
/// all matching words on every call; a query that names the words does not.
const SQLITE_INDEX: &str = "
CREATE VIRTUAL TABLE search_index USING fts5 (
    words, content = '', contentless_delete = 1, detail = none, tokenize = \"ascii tokenchars '+#.'\"
);
CREATE VIRTUAL TABLE search_vocabulary USING fts5vocab (search_index, instance);
";

/// New entries go to a pending list that every search reads through. The writer of documents merges it once at the end:
/// merging after each entry takes ten times as long.
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
        let (words, index) = if sql::is_postgres(manager) {
            (",\n    words tsvector NOT NULL", POSTGRES_INDEX)
        } else {
            ("", SQLITE_INDEX)
        };
        sql::run(manager, &TABLES.replace("{words}", words)).await?;
        sql::run(manager, index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if !sql::is_postgres(manager) {
            sql::run(manager, "DROP TABLE search_vocabulary; DROP TABLE search_index;").await?;
        }
        sql::run(manager, DOWN).await
    }
}
