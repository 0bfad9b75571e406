//! Damaged pages and indexes of a SQLite file. PostgreSQL has no such check.

use sea_orm::DbErr;

use super::{Check, Problem};
use crate::db::{Engine, Sql, rows};

/// The checks of SQLite: first that pages have the right form, then that indexes match their tables. The second one
/// fails without a result if a page is damaged.
const CHECKS: [&str; 2] =
    ["SELECT quick_check FROM pragma_quick_check", "SELECT integrity_check FROM pragma_integrity_check"];
/// The beginning of a heading, which says nothing but the name of the database.
const HEADING: &str = "***";

/// Returns whether the file is intact. If it is not, the results of other statements are not reliable.
pub async fn check(check: &mut Check<impl FnMut(Problem) + Send>) -> Result<bool, DbErr> {
    if check.engine != Engine::Sqlite {
        return Ok(true);
    }
    for statement in CHECKS {
        let mut is_intact = true;
        for row in rows(check.connection(), Sql::new(check.engine, statement)).await? {
            let messages: String = row.columns().read_next()?;
            for message in messages.lines().filter(|message| *message != "ok" && !message.starts_with(HEADING)) {
                is_intact = false;
                check.report_table("database file", message);
            }
        }
        if !is_intact {
            return Ok(false);
        }
    }
    Ok(true)
}
