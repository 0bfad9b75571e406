//! Loads reading lists with their entries.

use entity::enums::EntryRole;
use entity::kind::NodeKind;
use entity::reading_list;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use super::relations::{by_rows, gather, reference};
use crate::db::{Columns, Engine};
use crate::service::write::record::{Entry, ReadingList, Record, Stored};

const ENTRIES: &str = "
    SELECT e.list_id, e.id, e.code, e.note, e.role, e.added_at, i.id, i.code, i.slug
    FROM reading_list_entry e JOIN item i ON i.id = e.item_id WHERE e.list_id";

pub async fn lists(connection: &impl ConnectionTrait, engine: Engine, ids: &[i64]) -> Result<Vec<Stored>, DbErr> {
    let mut entries = gather(connection, engine, ENTRIES, " ORDER BY e.list_id, e.position", ids, entry).await?;
    let models = reading_list::Entity::find()
        .filter(reading_list::Column::Id.is_in(ids.iter().copied()))
        .all(connection)
        .await?;
    let owners = by_rows(connection, engine, "item", models.iter().map(|list| list.owner_id).collect()).await?;
    let stored = models.into_iter().filter_map(|model| {
        Some(Stored {
            id: model.id,
            revision: model.revision,
            created_at: model.created_at,
            record: Record::ReadingList(ReadingList {
                code: model.code,
                owner_kind: NodeKind::of_item(model.owner_id)?,
                owner: owners.get(&model.owner_id)?.clone(),
                visible_from: model.visible_from,
                title: model.title,
                introduction: model.introduction,
                entries: entries.remove(&model.id).unwrap_or_default(),
            }),
        })
    });
    Ok(stored.collect())
}

fn entry(columns: &mut Columns<'_>) -> Result<Entry, DbErr> {
    let (id, code, note) = (columns.read_next()?, columns.read_next()?, columns.read_next()?);
    let role: Option<EntryRole> = columns.read_next()?;
    let added_at = columns.read_next()?;
    let resource = reference(columns)?;
    let kind = NodeKind::of_item(resource.id)
        .ok_or_else(|| DbErr::Type(format!("entry {id} recommends an item of no known kind")))?;
    Ok(Entry { id, code, kind, resource, note, role, added_at: Some(added_at) })
}
