//! Integrity beyond what the database can hold: the rules that span rows, and what is computed when it is written.
//!
//! One consistent view is read, however much is written meanwhile. Each file here knows one kind of damage; most are
//! conditions in SQL that find nothing in a sound catalog. What only our own code can judge is read a page at a time.

mod dangling_rows;
mod derived_columns;
mod feed;
mod hierarchies;
mod history;
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

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The id of the thing, or the name of a table where rows of it are nobody's.
    pub subject: String,
    /// What is wrong with it, to go on after that.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.subject, self.message)
    }
}

/// Looks at the whole catalog and hands each finding to `found`. `language` is what titles are to be sorted in that have no language
/// of their own.
///
/// # Errors
/// What the database answers.
pub async fn check(
    database: &Database,
    now: Timestamp,
    language: &str,
    found: impl FnMut(Problem) + Send,
) -> Result<(), DbErr> {
    let snapshot = database.snapshot().await?;
    let mut check = Check { snapshot, engine: database.engine(), now, found };
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

/// How many rows are in memory at a time.
const PAGE: usize = 1_000;

/// Rows that are read a page at a time.
struct Pages {
    /// The statement, with a condition.
    select: String,
    /// The id behind which the next page begins; nothing behind the last.
    behind: Option<i64>,
}

impl Pages {
    fn of(select: impl Into<String>) -> Self {
        Self { select: select.into(), behind: Some(0) }
    }
}

/// A check under way.
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

    /// Finds something about rows of a table that are nobody's in particular.
    fn report_table(&mut self, table: &str, message: &str) {
        (self.found)(Problem { subject: table.to_owned(), message: message.to_owned() });
    }

    /// Finds what a statement selects, which is sound where it selects nothing: the code of each thing of `kind`, and a
    /// text to put in for the `{}` in what is to be said.
    async fn report_selected(&mut self, kind: NodeKind, select: &str, message: &str) -> Result<(), DbErr> {
        let sql = Sql::new(self.engine, select);
        for row in rows(&self.snapshot, sql).await? {
            let mut columns = row.columns();
            let (code, detail): (String, String) = (columns.take()?, columns.take()?);
            self.report(kind, &code, message.replace("{}", &detail));
        }
        Ok(())
    }

    /// Reads the next page of what a statement selects, whose first column is an id; nothing behind the last page.
    async fn page(&self, pages: &mut Pages) -> Result<Option<Vec<Row>>, DbErr> {
        let Some(behind) = pages.behind else { return Ok(None) };
        let mut sql = Sql::new(self.engine, &format!("{} AND id > ", pages.select));
        sql.bind(behind).push(&format!(" ORDER BY id LIMIT {PAGE}"));
        let page = rows(&self.snapshot, sql).await?;
        pages.behind = match page.last() {
            Some(last) if page.len() == PAGE => Some(last.columns().take()?),
            _ => None,
        };
        Ok(Some(page))
    }

    fn connection(&self) -> &impl ConnectionTrait {
        &self.snapshot
    }
}
