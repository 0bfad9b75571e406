//! What points at a thing, and so keeps it from being deleted.

use entity::kind::NodeKind;
use sea_orm::DbErr;

use super::NodeRef;
use super::session::Session;
use crate::db::{Sql, rows};
use crate::service::write::record::Stored;

/// One place that points at a thing.
pub struct Use {
    /// What an editor would look at: the entry of a list, the course that requires it, the book that names it.
    pub shown: NodeRef,
    /// The record that holds the reference: the entry's list, or what is shown itself.
    pub holder: (NodeKind, i64),
}

/// A table, its column that points at the thing, and the one that says whose the row is.
type Tie = (&'static str, &'static str, &'static str);

/// The kinds of things that point at things of `kind`, each with where they do.
fn ties(kind: NodeKind) -> &'static [(NodeKind, Tie)] {
    use NodeKind::{Book, Career, Course, Topic};
    match kind {
        Career => &[(Career, ("related_career", "related_id", "career_id"))],
        Course => &[(Course, ("course_prerequisite", "prerequisite_id", "course_id"))],
        Topic => &[
            (Topic, ("topic", "parent_id", "id")),
            (Topic, ("related_topic", "related_id", "topic_id")),
            (Career, ("career_topic", "topic_id", "career_id")),
            (Course, ("course_topic", "topic_id", "course_id")),
            (Book, ("book_topic", "topic_id", "book_id")),
        ],
        NodeKind::Person => &[
            (Book, ("contribution", "person_id", "book_id")),
            (Course, ("course_instructor", "person_id", "course_id")),
        ],
        NodeKind::Organization => &[
            (Book, ("book", "publisher_id", "id")),
            (Course, ("course", "provider_id", "id")),
            (Course, ("course", "institution_id", "id")),
        ],
        Book | NodeKind::ReadingList | NodeKind::ReadingListEntry => &[],
    }
}

/// Finds everything that points at `thing`: entries of lists first, then the rest by kind, oldest first. The entries of
/// its own reading list go with it, and do not count.
pub async fn of(session: &Session, thing: &Stored) -> Result<Vec<Use>, DbErr> {
    let kind = thing.record.kind();
    let mut uses = entries(session, kind, thing.id).await?;
    let mut ties = ties(kind).to_vec();
    ties.sort_by_key(|(holder, _)| *holder);
    for of_kind in ties.chunk_by(|(one, _), (other, _)| one == other) {
        uses.extend(holders(session, of_kind, thing.id).await?);
    }
    Ok(uses)
}

async fn entries(session: &Session, kind: NodeKind, id: i64) -> Result<Vec<Use>, DbErr> {
    let own = match kind {
        NodeKind::Course => " AND (l.course_id IS NULL OR l.course_id <> e.course_id)",
        NodeKind::Book => "",
        _ => return Ok(Vec::new()),
    };
    let mut sql = Sql::new(session.engine, "SELECT e.code, e.list_id FROM reading_list_entry e ");
    sql.push(&format!("JOIN reading_list l ON l.id = e.list_id WHERE e.{kind}_id = "));
    sql.bind(id).push(own).push(" ORDER BY e.id");
    let rows = rows(&session.transaction, sql).await?;
    let read = |row: &crate::db::Row| {
        let mut columns = row.columns();
        let shown = NodeRef { kind: NodeKind::ReadingListEntry, code: columns.take()? };
        Ok(Use { shown, holder: (NodeKind::ReadingList, columns.take()?) })
    };
    rows.iter().map(read).collect()
}

/// The things of one kind that point at row `id`, each once.
async fn holders(session: &Session, ties: &[(NodeKind, Tie)], id: i64) -> Result<Vec<Use>, DbErr> {
    let Some((kind, _)) = ties.first() else { return Ok(Vec::new()) };
    let mut sql = Sql::new(session.engine, &format!("SELECT code, id FROM {kind} WHERE "));
    for (index, (_, (table, column, owner))) in ties.iter().enumerate() {
        let or = if index == 0 { "" } else { " OR " };
        sql.push(&format!("{or}id IN (SELECT {owner} FROM {table} WHERE {column} = ")).bind(id).push(")");
    }
    sql.push(" ORDER BY id");
    let rows = rows(&session.transaction, sql).await?;
    let read = |row: &crate::db::Row| {
        let mut columns = row.columns();
        let shown = NodeRef { kind: *kind, code: columns.take()? };
        Ok(Use { shown, holder: (*kind, columns.take()?) })
    };
    rows.iter().map(read).collect()
}
