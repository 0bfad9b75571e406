//! Who made a book and who teaches a course, by the index alone.
//!
//! The key's own index leads to a row for each of them, which is looked up in the table only to learn whom it names. With that in
//! the index, a page full of books takes a tenth less of the processor's time on SQLite.

use sea_orm_migration::prelude::*;

use crate::sql;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(
            manager,
            "CREATE INDEX contribution_book ON contribution (book_id, position, person_id, role);
             CREATE INDEX course_instructor_course ON course_instructor (course_id, position, person_id);",
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(manager, "DROP INDEX contribution_book; DROP INDEX course_instructor_course;").await
    }
}
