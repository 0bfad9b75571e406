//! Finds the references to a record, which prevent its deletion.

use std::collections::BTreeSet;

use entity::kind::{NUMBER_MASK, NodeKind};
use sea_orm::DbErr;

use super::NodeKey;
use super::session::Session;
use crate::catalog::{KINDS, Kind, Place};
use crate::db::{Sql, rows};
use crate::service::write::record::Stored;

/// A reference to a record.
pub struct IncomingReference {
    /// The record to show to an editor: the list entry, course or book that refers to the record.
    pub referrer: NodeKey,
    /// The record that contains the reference: the list of the entry, or the referrer itself.
    pub holder: (NodeKind, i64),
}

/// Returns the tables and columns in which items refer to records of `kind`: the table, its column that refers to the record,
/// and its column of the item that holds the reference.
fn reference_columns(kind: NodeKind) -> BTreeSet<Place> {
    let fields = KINDS.into_iter().flat_map(Kind::fields).filter(|field| field.refers_to() == Some(kind));
    fields.filter_map(|field| field.at.place()).collect()
}

/// Finds all references to `thing`: list entries first, then items by kind, oldest first. Entries of its own reading
/// list are omitted, because they are deleted with it.
pub async fn find(session: &Session, thing: &Stored) -> Result<Vec<IncomingReference>, DbErr> {
    let kind = thing.record.kind();
    let mut references = if kind.is_catalog_item() { entries(session, thing.id).await? } else { Vec::new() };
    references.extend(holders(session, &reference_columns(kind), thing.id).await?);
    Ok(references)
}

async fn entries(session: &Session, item: i64) -> Result<Vec<IncomingReference>, DbErr> {
    let mut sql = Sql::new(session.engine, "SELECT e.code, e.list_id FROM reading_list_entry e ");
    sql.push("JOIN reading_list l ON l.id = e.list_id WHERE e.item_id = ").bind(item);
    sql.push(" AND l.owner_id <> e.item_id ORDER BY e.id");
    let rows = rows(&session.transaction, sql).await?;
    let read = |row: &crate::db::Row| {
        let mut columns = row.columns();
        let referrer = NodeKey { kind: NodeKind::ReadingListEntry, code: columns.read_next()? };
        Ok(IncomingReference { referrer, holder: (NodeKind::ReadingList, columns.read_next()?) })
    };
    rows.iter().map(read).collect()
}

/// Finds the items that refer to the record `id`, without duplicates.
async fn holders(session: &Session, columns: &BTreeSet<Place>, id: i64) -> Result<Vec<IncomingReference>, DbErr> {
    if columns.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(session.engine, "SELECT code, id FROM item WHERE id IN (");
    for (index, Place { table, column, item }) in columns.iter().enumerate() {
        sql.push(if index == 0 { "" } else { " UNION ALL " });
        sql.push(&format!("SELECT {item} FROM {table} WHERE {column} = ")).bind(id);
    }
    sql.push(&format!(") ORDER BY (id & {NUMBER_MASK}), id"));
    let mut references = Vec::new();
    for row in rows(&session.transaction, sql).await? {
        let mut columns = row.columns();
        let (code, id) = (columns.read_next()?, columns.read_next()?);
        let kind = NodeKind::of_item(id).ok_or_else(|| DbErr::Type(format!("item {id} is of no known kind")))?;
        references.push(IncomingReference { referrer: NodeKey { kind, code }, holder: (kind, id) });
    }
    Ok(references)
}
