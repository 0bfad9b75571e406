//! The states of revisions.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use sea_orm::DbErr;

use super::{BatchLoader, DependencySet, PageRow, ReadError, RowDependencies};
use crate::db::{Columns, Sql};
use crate::model::{Revision, RevisionState};

/// Pages of revisions depend on everything.
impl RowDependencies for Revision {
    fn add_dependencies(&self, dependencies: &mut DependencySet) {
        dependencies.add_everything();
    }
}

impl PageRow for Revision {
    fn write_columns(sql: &mut Sql, _: &str) {
        sql.push(Self::COLUMNS);
    }

    fn read_row(columns: &mut Columns<'_>) -> Result<Self, DbErr> {
        Self::read(columns)
    }
}

/// The key of the state of a revision and of the state before it, by the primary key of the revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StateOf(pub i64);

impl Loader<StateOf> for BatchLoader {
    type Value = Arc<RevisionState>;
    type Error = ReadError;

    async fn load(&self, keys: &[StateOf]) -> Result<HashMap<StateOf, Self::Value>, ReadError> {
        let mut sql = self.reader.sql(
            "SELECT revision.id, revision.state, former.state FROM revision LEFT JOIN revision AS former \
             ON former.kind = revision.kind AND former.code = revision.code \
             AND former.revision = revision.revision - 1 WHERE revision.id",
        );
        sql.is_any_id(keys.iter().map(|key| key.0));
        let mut states = HashMap::with_capacity(keys.len());
        for row in self.reader.rows(sql).await? {
            let mut columns = row.columns();
            let key = StateOf(columns.read_next()?);
            states.insert(key, Arc::new(RevisionState { after: columns.read_next()?, before: columns.read_next()? }));
        }
        Ok(states)
    }
}
