//! Reading lists with their entries.

use entity::choice::EntryRole;
use entity::kind::NodeKind;
use entity::reading_list;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use super::relations::{by_rows, gather};
use crate::db::{Columns, Engine};
use crate::service::write::record::{Entry, ReadingList, Record, Ref, Stored};

const ENTRIES: &str = "
    SELECT e.list_id, e.id, e.code, e.note, e.role, c.id, c.code, c.slug, b.id, b.code, b.slug
    FROM reading_list_entry e LEFT JOIN course c ON c.id = e.course_id LEFT JOIN book b ON b.id = e.book_id
    WHERE e.list_id";

pub async fn lists(connection: &impl ConnectionTrait, engine: Engine, ids: &[i64]) -> Result<Vec<Stored>, DbErr> {
    let mut entries = gather(connection, engine, ENTRIES, " ORDER BY e.list_id, e.position", ids, entry).await?;
    let models = reading_list::Entity::find()
        .filter(reading_list::Column::Id.is_in(ids.iter().copied()))
        .all(connection)
        .await?;
    let owners = |owner: fn(&reading_list::Model) -> Option<i64>| models.iter().filter_map(owner).collect();
    let careers = by_rows(connection, engine, "career", owners(|list| list.career_id)).await?;
    let courses = by_rows(connection, engine, "course", owners(|list| list.course_id)).await?;
    let topics = by_rows(connection, engine, "topic", owners(|list| list.topic_id)).await?;
    let stored = models.into_iter().filter_map(|model| {
        let of =
            |kind, id: Option<i64>, found: &std::collections::HashMap<i64, Ref>| Some((kind, found.get(&id?)?.clone()));
        let (owner_kind, owner) = of(NodeKind::Career, model.career_id, &careers)
            .or_else(|| of(NodeKind::Course, model.course_id, &courses))
            .or_else(|| of(NodeKind::Topic, model.topic_id, &topics))?;
        Some(Stored {
            id: model.id,
            revision: model.revision,
            created_at: model.created_at,
            record: Record::ReadingList(ReadingList {
                code: model.code,
                owner_kind,
                owner,
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
    let (id, code, note) = (columns.take()?, columns.take()?, columns.take()?);
    let role: Option<EntryRole> = columns.take()?;
    let course = target(columns)?;
    let book = target(columns)?;
    let (kind, target) = match (course, book) {
        (Some(course), _) => (NodeKind::Course, course),
        (None, Some(book)) => (NodeKind::Book, book),
        (None, None) => return Err(DbErr::Type("an entry without a target".to_owned())),
    };
    Ok(Entry { id, code, kind, target, note, role })
}

fn target(columns: &mut Columns<'_>) -> Result<Option<Ref>, DbErr> {
    let (id, code, slug): (Option<i64>, Option<String>, Option<String>) =
        (columns.take()?, columns.take()?, columns.take()?);
    Ok(id.zip(code).zip(slug).map(|((id, code), slug)| Ref { id, code: code.into(), slug: slug.into() }))
}
