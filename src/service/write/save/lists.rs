//! Writes entries of reading lists, and updates the visibility of lists.

use std::collections::HashMap;

use entity::reading_list_entry;
use entity::timestamp::Timestamp;
use sea_orm::{ConnectionTrait, DbErr};

use super::{Change, rows, visible_from};
use crate::db::{Engine, Sql, Transaction};
use crate::service::write::record::{Entry, Record};

/// Writes entries that changed or moved: deletes them, and inserts them with the same id and code, so that positions
/// are unique at any time.
pub async fn write_entries(
    transaction: &Transaction,
    engine: Engine,
    changes: &[Change],
    now: Timestamp,
) -> Result<(), DbErr> {
    let mut gone = Vec::new();
    let mut models = Vec::new();
    for change in changes {
        let Some(after) = change.after.list() else { continue };
        let before = change.before.as_ref().and_then(Record::list).map_or(&[][..], |before| &before.entries);
        let after = &after.entries[..];
        let differ = |one: &[Entry], other: &[Entry], at: usize| one.get(at) != other.get(at);
        gone.extend((0..before.len()).filter(|at| differ(before, after, *at)).map(|at| before[at].id));
        let written = (1..).zip(after).enumerate().filter(|(at, _)| differ(after, before, *at));
        models.extend(written.map(|(_, (position, entry))| model(change.id, position, entry, now)));
    }
    rows::execute_for_ids(transaction, engine, "DELETE FROM reading_list_entry WHERE id", gone).await?;
    rows::insert::<reading_list_entry::Entity>(transaction, engine, models).await
}

fn model(list_id: i64, position: i32, entry: &Entry, now: Timestamp) -> reading_list_entry::Model {
    reading_list_entry::Model {
        id: entry.id,
        code: entry.code.clone(),
        list_id,
        position,
        item_id: entry.resource.id,
        note: entry.note.clone(),
        role: entry.role,
        added_at: entry.added_at.unwrap_or(now),
    }
}

/// The visibility that lists get from their owners. It is written last, so that changes of lists see the former one.
#[derive(Default)]
pub struct ListVisibility(HashMap<Option<Timestamp>, Vec<i64>>);

impl ListVisibility {
    /// Adds the owners whose visibility changes.
    pub fn add(&mut self, changes: &[Change]) {
        for change in changes {
            let visible = visible_from(&change.after);
            if let Some(before) = &change.before
                && change.after.owns_list()
                && visible_from(before) != visible
            {
                self.0.entry(visible).or_default().push(change.id);
            }
        }
    }

    /// Writes the visibility of the lists.
    pub async fn write(self, transaction: &impl ConnectionTrait, engine: Engine) -> Result<(), DbErr> {
        for (visible, ids) in self.0 {
            let mut sql = Sql::new(engine, "UPDATE reading_list SET visible_from = ");
            sql.bind(visible.map(|timestamp| timestamp.0)).push(" WHERE owner_id").is_any_id(ids);
            transaction.execute_raw(sql.into()).await?;
        }
        Ok(())
    }
}
