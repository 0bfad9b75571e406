//! Scheduled publications: an item that becomes public later has a row in `scheduled`, which becomes a row of the
//! change feed when it is due. The next writer, or the next reader of the feed, moves due rows.

use std::collections::{BTreeMap, HashSet};

use entity::enums::ChangeAction;
use entity::kind::NodeKind;
use entity::timestamp::Timestamp;
use entity::{change_event, scheduled_publication};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait};

use super::{Change, Removal, rows, visible_from};
use crate::db::{self, Engine, Sql, Transaction};
use crate::domain::path::path_of;
use crate::service::search::AffectedDocuments;
use crate::service::write::Record;

/// The number of rows of the change feed per statement: nine values each.
const ROWS: usize = 500;

/// Moves due publications to the change feed, ordered by time.
///
/// Writers are serialized, so each row is moved once.
///
/// # Errors
/// Returns the error of the database. The caller must roll the transaction back.
pub async fn apply_due_publications(
    transaction: &impl ConnectionTrait,
    engine: Engine,
    now: Timestamp,
) -> Result<(), DbErr> {
    let mut sql = Sql::new(engine, "DELETE FROM scheduled_publication WHERE due_at <= ");
    sql.bind(now.0).push(" RETURNING due_at, kind, code, revision, path");
    let mut due = Vec::new();
    for row in db::rows(transaction, sql).await? {
        let mut columns = row.columns();
        due.push(scheduled_publication::Model {
            due_at: columns.read_next()?,
            kind: columns.read_next()?,
            code: columns.read_next()?,
            revision: columns.read_next()?,
            path: columns.read_next()?,
        });
    }
    due.sort_by(|one, other| (one.due_at, &one.kind, &one.code).cmp(&(other.due_at, &other.kind, &other.code)));
    for batch in due.chunks(ROWS) {
        change_event::Entity::insert_many(batch.iter().map(feed_row)).exec_without_returning(transaction).await?;
    }
    refresh_documents(transaction, engine, &due, now).await
}

/// Published records become searchable, and so do topics and notes in the documents of other records.
async fn refresh_documents(
    transaction: &impl ConnectionTrait,
    engine: Engine,
    due: &[scheduled_publication::Model],
    now: Timestamp,
) -> Result<(), DbErr> {
    let mut affected = AffectedDocuments::default();
    for kind in NodeKind::ROUTABLE {
        let codes: Vec<&str> = due.iter().filter(|due| due.kind == kind.name()).map(|due| due.code.as_str()).collect();
        if codes.is_empty() {
            continue;
        }
        let mut sql = Sql::new(engine, &format!("SELECT id FROM {} AND code", kind.filtered_table_ref()));
        sql.is_any_text(codes);
        for row in db::rows(transaction, sql).await? {
            affected.add_published(kind, row.columns().read_next()?);
        }
    }
    affected.record(transaction, engine, now).await
}

fn feed_row(due: &scheduled_publication::Model) -> change_event::ActiveModel {
    change_event::ActiveModel {
        id: NotSet,
        occurred_at: Set(due.due_at),
        kind: Set(due.kind.clone()),
        code: Set(due.code.clone()),
        action: Set(ChangeAction::Published),
        revision: Set(due.revision),
        path: Set(Some(due.path.clone())),
        merged_into: Set(None),
        was_visible: Set(true),
    }
}

/// Updates the scheduled publications of changed items. Executes no statement if there are none.
pub async fn update(
    transaction: &Transaction,
    engine: Engine,
    changes: &[Change],
    now: Timestamp,
) -> Result<(), DbErr> {
    let due_before = |change: &Change| change.before.as_ref().and_then(|before| due(before, now));
    let affected = changes.iter().filter(|change| due_before(change).is_some() || due(&change.after, now).is_some());
    let affected: Vec<&Change> = affected.collect();
    let waited = delete_rows(transaction, engine, affected.iter().map(|change| &change.after)).await?;
    let waits = affected.into_iter().filter_map(|change| {
        let due_at = due(&change.after, now)?;
        // If the time did not change but the row is gone, a server with a faster clock has already published the item.
        let goes_on = due_before(change) != Some(due_at) || waited.contains(&key(&change.after));
        goes_on.then(|| row(change, due_at)).flatten()
    });
    rows::insert::<scheduled_publication::Entity>(transaction, engine, waits).await
}

/// Deletes the scheduled publications of deleted items.
pub async fn remove(
    transaction: &impl ConnectionTrait,
    engine: Engine,
    removals: &[Removal],
    now: Timestamp,
) -> Result<(), DbErr> {
    let waited = removals.iter().map(|removal| &removal.record).filter(|record| due(record, now).is_some());
    delete_rows(transaction, engine, waited).await.map(drop)
}

/// Returns the time at which a record becomes public, if it is in the future.
fn due(record: &Record, now: Timestamp) -> Option<Timestamp> {
    visible_from(record).filter(|from| *from > now)
}

fn key(record: &Record) -> (NodeKind, String) {
    (record.kind(), record.code().to_owned())
}

fn row(change: &Change, due_at: Timestamp) -> Option<scheduled_publication::Model> {
    let (kind, code) = key(&change.after);
    let path = path_of(kind, &code, change.after.slug()?);
    Some(scheduled_publication::Model { kind: kind.name().to_owned(), code, due_at, revision: change.revision, path })
}

/// Deletes the rows of `records`, and returns those that existed.
async fn delete_rows<'a>(
    transaction: &impl ConnectionTrait,
    engine: Engine,
    records: impl Iterator<Item = &'a Record>,
) -> Result<HashSet<(NodeKind, String)>, DbErr> {
    let mut codes: BTreeMap<NodeKind, Vec<&str>> = BTreeMap::new();
    for record in records {
        codes.entry(record.kind()).or_default().push(record.code());
    }
    let mut taken = HashSet::new();
    for (kind, codes) in codes {
        let mut sql = Sql::new(engine, &format!("DELETE FROM scheduled_publication WHERE kind = '{kind}' AND code"));
        sql.is_any_text(codes).push(" RETURNING code");
        for row in db::rows(transaction, sql).await? {
            taken.insert((kind, row.columns().read_next()?));
        }
    }
    Ok(taken)
}
