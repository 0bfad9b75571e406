//! Integrity checks beyond database constraints: damage of a SQLite file, rules that span rows, and derived columns.
//!
//! The check reads one consistent snapshot. Each module covers one kind of damage. Most checks are SQL statements that
//! select nothing in a valid catalog; those that need our own code read the rows page by page.

mod dangling_rows;
mod derived_columns;
mod feed;
mod hierarchies;
mod history;
mod integrity;
mod keys;
mod kinds;
mod lists;
mod positions;
mod revision_states;

use std::fmt;

use entity::kind::NodeKind;
use entity::timestamp::Timestamp;
use sea_orm::{ConnectionTrait, DbErr};

use crate::db::{Database, Engine, Row, Sql, Transaction, rows};
use crate::domain::node_id;

/// A problem that a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The id of the record, or the name of a table if the rows belong to no record.
    pub subject: String,
    /// The message, which follows the subject.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.subject, self.message)
    }
}

/// Checks the whole catalog and passes each problem to `found`. `language` is that of titles without a language of
/// their own. If the SQLite file is damaged, the rest is not checked.
///
/// # Errors
/// Returns the error of the database.
pub async fn check(
    database: &Database,
    now: Timestamp,
    language: &str,
    found: impl FnMut(Problem) + Send,
) -> Result<(), DbErr> {
    let snapshot = database.snapshot().await?;
    let mut check = Check { snapshot, engine: database.engine(), now, found };
    if !integrity::check(&mut check).await? {
        return check.snapshot.rollback().await;
    }
    dangling_rows::check(&mut check).await?;
    kinds::check(&mut check).await?;
    positions::check(&mut check).await?;
    lists::check(&mut check).await?;
    keys::check(&mut check).await?;
    hierarchies::check(&mut check).await?;
    derived_columns::check(&mut check, language).await?;
    history::check(&mut check).await?;
    revision_states::check(&mut check).await?;
    feed::check(&mut check).await?;
    check.snapshot.rollback().await
}

/// The number of rows per page.
const PAGE: usize = 1_000;

/// A paginated statement.
struct Pages {
    /// The statement, which ends in a condition.
    select: String,
    /// The id after which the next page starts. `None` after the last page.
    behind: Option<i64>,
}

impl Pages {
    fn of(select: impl Into<String>) -> Self {
        Self { select: select.into(), behind: Some(0) }
    }
}

/// A running check.
struct Check<F> {
    snapshot: Transaction,
    engine: Engine,
    now: Timestamp,
    found: F,
}

impl<F: FnMut(Problem) + Send> Check<F> {
    fn report(&mut self, kind: NodeKind, code: &str, message: impl Into<String>) {
        (self.found)(Problem { subject: node_id::format(kind, code), message: message.into() });
    }

    /// Reports a problem of a table.
    fn report_table(&mut self, table: &str, message: &str) {
        (self.found)(Problem { subject: table.to_owned(), message: message.to_owned() });
    }

    /// Reports the rows that a statement selects. The first column is the code of a record of `kind`; the second
    /// replaces `{}` in the message.
    async fn report_selected(&mut self, kind: NodeKind, select: &str, message: &str) -> Result<(), DbErr> {
        let sql = Sql::new(self.engine, select);
        for row in rows(&self.snapshot, sql).await? {
            let mut columns = row.columns();
            let (code, detail): (String, String) = (columns.read_next()?, columns.read_next()?);
            self.report(kind, &code, message.replace("{}", &detail));
        }
        Ok(())
    }

    /// Reads the next page of a statement whose first column is an id. `None` after the last page.
    async fn page(&self, pages: &mut Pages) -> Result<Option<Vec<Row>>, DbErr> {
        let Some(behind) = pages.behind else { return Ok(None) };
        let mut sql = Sql::new(self.engine, &format!("{} AND id > ", pages.select));
        sql.bind(behind).push(&format!(" ORDER BY id LIMIT {PAGE}"));
        let page = rows(&self.snapshot, sql).await?;
        pages.behind = match page.last() {
            Some(last) if page.len() == PAGE => Some(last.columns().read_next()?),
            _ => None,
        };
        Ok(Some(page))
    }

    fn connection(&self) -> &impl ConnectionTrait {
        &self.snapshot
    }
}
