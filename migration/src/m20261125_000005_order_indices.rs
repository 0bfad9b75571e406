//! Orders from the greatest down in which nulls come last, on PostgreSQL.
//!
//! There an index is walked in its own order or in the exact reverse, and the reverse of "ascending, nulls last" has its
//! nulls first. SQLite walks the index that it has in either direction, and puts the nulls where they belong.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DatabaseBackend;

use crate::sql;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// What lists at the root can be ordered by and may be null.
const NULLABLE: [(&str, &str); 6] = [
    ("career", "published_at"),
    ("course", "published_at"),
    ("book", "published_at"),
    ("topic", "published_at"),
    ("course", "time_required"),
    ("book", "publication_year"),
];

fn for_each(statement: impl Fn(&str, &str) -> String) -> String {
    NULLABLE.iter().map(|(table, column)| statement(table, column)).collect()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DatabaseBackend::Postgres {
            return Ok(());
        }
        let create = |table: &str, column: &str| {
            format!("CREATE INDEX {table}_{column}_down ON {table} ({column} DESC NULLS LAST, id DESC);\n")
        };
        sql::run(manager, &for_each(create)).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DatabaseBackend::Postgres {
            return Ok(());
        }
        sql::run(manager, &for_each(|table, column| format!("DROP INDEX {table}_{column}_down;\n"))).await
    }
}
