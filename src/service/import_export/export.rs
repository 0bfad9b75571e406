//! Exports the catalog as JSON Lines: one consistent snapshot, sorted by kind and slug, with one page of records in
//! memory.

use std::io::{self, Write};

use entity::kind::NodeKind;
use sea_orm::{ConnectionTrait, DbErr};

use super::report::kinds;
use crate::db::{Database, Engine, Sql, rows};
use crate::service::write::load;
use crate::service::write::record::Stored;

/// The number of records in memory at a time.
const PAGE: u64 = 500;

/// The number of records of each kind that were written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExportSummary {
    pub kinds: Vec<(NodeKind, u64)>,
}

/// An error of an export.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error("the output cannot be written")]
    Write(#[from] io::Error),
    #[error("the database failed")]
    Database(#[from] DbErr),
}

/// Writes every record of the catalog, drafts included.
///
/// # Errors
/// Returns an error if the output cannot be written or the database fails.
pub async fn export(database: &Database, out: &mut (impl Write + Send)) -> Result<ExportSummary, ExportError> {
    let snapshot = database.snapshot().await?;
    let mut exporter = Exporter { snapshot: &snapshot, engine: database.engine(), out };
    let mut summary = ExportSummary::default();
    for kind in kinds() {
        let count = match kind {
            NodeKind::ReadingList => {
                let mut count = 0;
                for owner in kinds().filter(|kind| kind.owns_list()) {
                    count += exporter.lists_of(owner).await?;
                }
                count
            }
            kind => exporter.kind(kind).await?,
        };
        summary.kinds.push((kind, count));
    }
    exporter.out.flush()?;
    snapshot.rollback().await?;
    Ok(summary)
}

struct Exporter<'a, C, W> {
    snapshot: &'a C,
    engine: Engine,
    out: &'a mut W,
}

impl<C: ConnectionTrait, W: Write> Exporter<'_, C, W> {
    async fn kind(&mut self, kind: NodeKind) -> Result<u64, ExportError> {
        self.pages(kind, &format!("SELECT slug, id FROM {} AND slug > ", kind.filtered_table_ref()), "slug").await
    }

    /// Writes the reading lists of one kind of owner, in the order of the owners' slugs.
    async fn lists_of(&mut self, owner: NodeKind) -> Result<u64, ExportError> {
        let select = format!(
            "SELECT o.slug, l.id FROM reading_list l JOIN item o ON o.id = l.owner_id WHERE o.kind = '{owner}' AND o.slug > "
        );
        self.pages(NodeKind::ReadingList, &select, "o.slug").await
    }

    /// Writes the records that `select` finds after a slug, page by page.
    async fn pages(&mut self, kind: NodeKind, select: &str, slug: &str) -> Result<u64, ExportError> {
        let mut after = String::new();
        let mut count = 0;
        loop {
            let mut sql = Sql::new(self.engine, select);
            sql.bind(after.as_str()).push(&format!(" ORDER BY {slug} LIMIT {PAGE}"));
            let mut ids: Vec<i64> = Vec::new();
            for row in rows(self.snapshot, sql).await? {
                let mut columns = row.columns();
                after = columns.read_next()?;
                ids.push(columns.read_next()?);
            }
            if ids.is_empty() {
                return Ok(count);
            }
            count += ids.len() as u64;
            let mut page = load::by_ids(self.snapshot, self.engine, kind, &ids).await?;
            let place = |stored: &Stored| ids.iter().position(|id| *id == stored.id);
            page.sort_by_cached_key(place);
            for stored in page {
                serde_json::to_writer(&mut *self.out, &stored.record.to_line()).map_err(io::Error::from)?;
                self.out.write_all(b"\n")?;
            }
        }
    }
}
