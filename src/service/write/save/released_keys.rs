//! Unique columns that records change.

use std::collections::BTreeSet;

use entity::item::Column;
use entity::kind::NodeKind;
use sea_orm::{ConnectionTrait, DbErr};

use super::rows;
use crate::db::Engine;
use crate::service::write::record::Record;

/// The records that change a unique column. It is cleared before any of them is written, so that they can swap values.
#[derive(Debug, Default)]
pub struct ReleasedKeys {
    external_ids: BTreeSet<(NodeKind, i64)>,
    isbns: BTreeSet<(NodeKind, i64)>,
}

impl ReleasedKeys {
    /// Adds a record, if it changes a unique column.
    pub fn add(&mut self, id: i64, before: &Record, after: &Record) {
        let (Some(before), Some(after)) = (before.routable(), after.routable()) else { return };
        let kind = before.kind.node;
        if before.external_id.is_some() && before.external_id != after.external_id {
            self.external_ids.insert((kind, id));
        }
        let isbn = before.text(Column::Isbn13);
        if isbn.is_some() && isbn != after.text(Column::Isbn13) {
            self.isbns.insert((kind, id));
        }
    }

    /// Clears the columns.
    ///
    /// # Errors
    /// Returns the error of the database. The caller must roll the transaction back.
    pub async fn clear(self, transaction: &impl ConnectionTrait, engine: Engine) -> Result<(), DbErr> {
        let tables: BTreeSet<&str> = self.external_ids.iter().map(|(kind, _)| kind.table()).collect();
        for table in tables {
            let ids = self.external_ids.iter().filter(|(kind, _)| kind.table() == table).map(|(_, id)| *id).collect();
            let text = format!("UPDATE {table} SET external_id = NULL WHERE id");
            rows::execute_for_ids(transaction, engine, &text, ids).await?;
        }
        let isbns = self.isbns.into_iter().map(|(_, id)| id).collect();
        rows::execute_for_ids(transaction, engine, "UPDATE item SET isbn13 = NULL WHERE id", isbns).await
    }
}
