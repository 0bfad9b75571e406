//! Of what a revision and a change may be, and what may have been done, held by the database itself.
//!
//! PostgreSQL adds a check to a table that is there. SQLite cannot: the table is made anew, and keeps its rows and the
//! memory of the greatest id that was ever handed out, which is the place of a row in the feed.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DatabaseBackend;

use crate::sql;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// The checks, as they stand behind the columns of both tables.
const CHECKS: [(&str, &str); 2] = [
    ("kind", "kind IN ('career', 'course', 'book', 'topic', 'person', 'organization', 'reading_list')"),
    ("action", "action IN ('CREATED', 'UPDATED', 'PUBLISHED', 'UNPUBLISHED', 'ARCHIVED', 'DELETED', 'MERGED')"),
];

/// A table of the history, as the step that made it has it.
struct Table {
    name: &'static str,
    columns: &'static str,
    names: &'static str,
    indices: &'static str,
}

const TABLES: [Table; 2] = [
    Table {
        name: "revision",
        columns: "
            id {id},
            kind {text} NOT NULL,
            code {text} NOT NULL,
            revision INTEGER NOT NULL CHECK (revision >= 1),
            at BIGINT NOT NULL,
            actor {text} NOT NULL,
            action {text} NOT NULL,
            state {text} NOT NULL,
            UNIQUE (kind, code, revision)",
        names: "id, kind, code, revision, at, actor, action, state",
        indices: "CREATE INDEX revision_at ON revision (at);",
    },
    Table {
        name: "change",
        columns: "
            id {id},
            at BIGINT NOT NULL,
            kind {text} NOT NULL,
            code {text} NOT NULL,
            action {text} NOT NULL,
            revision INTEGER NOT NULL CHECK (revision >= 1),
            path {text},
            merged_into {text},
            shown BOOLEAN NOT NULL",
        names: "id, at, kind, code, action, revision, path, merged_into, shown",
        indices: "CREATE INDEX change_at ON change (at); CREATE INDEX change_subject ON change (kind, code, id);",
    },
];

/// Makes a table anew, with `checks` behind its columns.
fn made_anew(table: &Table, checks: &str) -> String {
    let Table { name, columns, names, indices } = table;
    format!(
        "CREATE TABLE {name}_anew ({columns}{checks});
         INSERT INTO {name}_anew ({names}) SELECT {names} FROM {name};
         DELETE FROM sqlite_sequence WHERE name = '{name}_anew';
         INSERT INTO sqlite_sequence (name, seq) SELECT '{name}_anew', seq FROM sqlite_sequence WHERE name = '{name}';
         DROP TABLE {name};
         ALTER TABLE {name}_anew RENAME TO {name};
         {indices}"
    )
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut statements = String::new();
        for table in &TABLES {
            if manager.get_database_backend() == DatabaseBackend::Postgres {
                for (column, check) in CHECKS {
                    let name = table.name;
                    statements +=
                        &format!("ALTER TABLE {name} ADD CONSTRAINT {name}_{column}_known CHECK ({check});\n");
                }
            } else {
                let checks: String = CHECKS.iter().map(|(_, check)| format!(", CHECK ({check})")).collect();
                statements += &made_anew(table, &checks);
            }
        }
        sql::run(manager, &statements).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut statements = String::new();
        for table in &TABLES {
            if manager.get_database_backend() == DatabaseBackend::Postgres {
                for (column, _) in CHECKS {
                    let name = table.name;
                    statements += &format!("ALTER TABLE {name} DROP CONSTRAINT {name}_{column}_known;\n");
                }
            } else {
                statements += &made_anew(table, "");
            }
        }
        sql::run(manager, &statements).await
    }
}
