//! Entries of reading lists, and lists that follow their owner.

use std::collections::HashMap;

use entity::kind::NodeKind;
use entity::reading_list_entry;
use entity::timestamp::Timestamp;
use sea_orm::{ConnectionTrait, DbErr};

use super::{Change, of_kind, rows, visible_from};
use crate::db::{Engine, Sql};
use crate::service::write::record::ReadingList;

/// Writes the entries of each list whose entries differ, all of them anew: each keeps its row id and its code.
pub async fn write_entries(
    transaction: &impl ConnectionTrait,
    engine: Engine,
    changes: &[Change],
) -> Result<(), DbErr> {
    let mut gone = Vec::new();
    let mut models = Vec::new();
    for of in of_kind::<ReadingList>(changes) {
        if of.before.is_some_and(|before| before.entries == of.after.entries) {
            continue;
        }
        if of.before.is_some() {
            gone.push(of.change.id);
        }
        models.extend((1..).zip(&of.after.entries).map(|(position, entry)| reading_list_entry::Model {
            id: entry.id,
            code: entry.code.clone(),
            list_id: of.change.id,
            position,
            course_id: (entry.kind == NodeKind::Course).then_some(entry.target.id),
            book_id: (entry.kind == NodeKind::Book).then_some(entry.target.id),
            note: entry.note.clone(),
            role: entry.role,
        }));
    }
    rows::where_any(transaction, engine, "DELETE FROM reading_list_entry WHERE list_id", gone).await?;
    rows::insert::<reading_list_entry::Entity>(transaction, engine, models).await
}

/// A list shows from when on its owner does.
pub async fn follow_owners(
    transaction: &impl ConnectionTrait,
    engine: Engine,
    changes: &[Change],
) -> Result<(), DbErr> {
    let mut owners: HashMap<(NodeKind, Option<Timestamp>), Vec<i64>> = HashMap::new();
    for change in changes {
        let visible = visible_from(&change.after);
        if let Some(before) = &change.before
            && change.after.owns_list()
            && visible_from(before) != visible
        {
            owners.entry((change.after.kind(), visible)).or_default().push(change.id);
        }
    }
    for ((kind, visible), ids) in owners {
        let mut sql = Sql::new(engine, "UPDATE reading_list SET visible_from = ");
        sql.bind(visible.map(|moment| moment.0)).push(&format!(" WHERE {kind}_id")).is_any_id(ids);
        transaction.execute_raw(sql.into()).await?;
    }
    Ok(())
}
