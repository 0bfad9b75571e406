//! The words that SQLite's index of words has, in their order.
//!
//! Asked for the beginning of a word, the index puts together the documents of all words that begin so, each time, however few
//! words those are. Whoever knows the words can name them instead.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DatabaseBackend;

use crate::sql;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DatabaseBackend::Postgres {
            return Ok(());
        }
        // A row for each word of each document: so the first is found without counting how many documents have the word.
        sql::run(manager, "CREATE VIRTUAL TABLE search_vocabulary USING fts5vocab (search_index, instance);").await?;
        // Imports left it in many stretches, until they came to merge them.
        sql::run(manager, "INSERT INTO search_index (search_index) VALUES ('optimize');").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DatabaseBackend::Postgres {
            return Ok(());
        }
        sql::run(manager, "DROP TABLE search_vocabulary;").await
    }
}
