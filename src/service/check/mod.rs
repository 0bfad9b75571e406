//! Integrity beyond what the database can hold: the rules that span rows, and what is computed when it is written.
//!
//! One consistent view is read, however much is written meanwhile. Each file here knows one kind of damage; most are
//! conditions in SQL that find nothing in a sound catalog. What only our own code can judge is read a page at a time.

mod computed;
mod feed;
mod history;
mod kinds;
mod lists;
mod names;
mod orphans;
mod positions;
mod states;
mod trees;

use std::fmt;

use entity::kind::NodeKind;
use entity::timestamp::Timestamp;
use sea_orm::{ConnectionTrait, DbErr};

use crate::db::{Database, Engine, Row, Sql, Transaction, rows};
use crate::domain::node_id;

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The id of the thing, or the name of a table where rows of it are nobody's.
    pub subject: String,
    /// What is wrong with it, to go on after that.
    pub says: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.subject, self.says)
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
    found: impl FnMut(Finding) + Send,
) -> Result<(), DbErr> {
    let snapshot = database.snapshot().await?;
    let mut check = Check { snapshot, engine: database.engine(), now, found };
    orphans::check(&mut check).await?;
    kinds::check(&mut check).await?;
    positions::check(&mut check).await?;
    lists::check(&mut check).await?;
    names::check(&mut check).await?;
    trees::check(&mut check).await?;
    computed::check(&mut check, language).await?;
    history::check(&mut check).await?;
    states::check(&mut check).await?;
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

impl<F: FnMut(Finding) + Send> Check<F> {
    fn find(&mut self, kind: NodeKind, code: &str, says: impl Into<String>) {
        (self.found)(Finding { subject: node_id::format(kind, code), says: says.into() });
    }

    /// Finds something about rows of a table that are nobody's in particular.
    fn find_in(&mut self, table: &str, says: &str) {
        (self.found)(Finding { subject: table.to_owned(), says: says.to_owned() });
    }

    /// Finds what a statement selects, which is sound where it selects nothing: the code of each thing of `kind`, and a
    /// text to put in for the `{}` in what is to be said.
    async fn none_of(&mut self, kind: NodeKind, select: &str, says: &str) -> Result<(), DbErr> {
        let sql = Sql::new(self.engine, select);
        for row in rows(&self.snapshot, sql).await? {
            let mut columns = row.columns();
            let (code, detail): (String, String) = (columns.take()?, columns.take()?);
            self.find(kind, &code, says.replace("{}", &detail));
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
