//! Writes the redirects of former codes and ISBNs. Those of merged books lead to the surviving book; the codes of removed
//! entries are stored so that they are never reused.

use std::collections::HashSet;

use entity::kind::NodeKind;
use entity::timestamp::Timestamp;
use entity::{code_redirect, isbn_redirect};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, DbErr};

use super::{Change, rows};
use crate::catalog::Former;
use crate::db::{Engine, Sql, Transaction};
use crate::service::write::record::{ReadingList, Record};

/// Writes the codes and ISBNs that now lead to a record, and deletes those of its former ISBNs that it no longer has.
pub async fn write_merge_redirects(
    transaction: &Transaction,
    engine: Engine,
    changes: &[Change],
    now: Timestamp,
) -> Result<(), DbErr> {
    let (mut codes, mut isbns, mut reclaimed) = (Vec::new(), Vec::new(), Vec::new());
    for change in changes {
        let Some(after) = change.after.routable() else { continue };
        let before =
            |former| change.before.as_ref().and_then(Record::routable).map_or(&[][..], |one| one.former_keys(former));
        let new = |former| after.former_keys(former).iter().filter(move |name| !before(former).contains(name)).cloned();
        codes.extend(new(Former::Codes).map(|code| row(after.kind.node, code, Some(change.id), now)));
        let retired = |isbn13| isbn_redirect::Model { isbn13, item_id: change.id, retired_at: now };
        isbns.extend(new(Former::Isbns).map(retired));
        let stays = |isbn: &&String| after.former_keys(Former::Isbns).contains(isbn);
        reclaimed.extend(before(Former::Isbns).iter().filter(|isbn| !stays(isbn)));
    }
    if !reclaimed.is_empty() {
        let mut sql = Sql::new(engine, "DELETE FROM isbn_redirect WHERE isbn13");
        sql.is_any_text(reclaimed.into_iter().map(String::as_str));
        transaction.execute_raw(sql.into()).await?;
    }
    upsert_code_redirects(transaction, engine, codes).await?;
    rows::insert::<isbn_redirect::Entity>(transaction, engine, isbns).await
}

/// Writes the codes of entries that `changes` remove from their lists.
pub async fn retire_removed_entry_codes(
    transaction: &Transaction,
    engine: Engine,
    changes: &[Change],
    now: Timestamp,
) -> Result<(), DbErr> {
    let stay: HashSet<&str> = changes.iter().filter_map(|change| change.after.list()).flat_map(codes_of).collect();
    let before = changes.iter().filter_map(|change| change.before.as_ref()?.list()).flat_map(codes_of);
    retire_entry_codes(transaction, engine, before.filter(|code| !stay.contains(code)), now).await
}

/// Writes the codes of entries of deleted lists.
pub async fn retire_entry_codes(
    transaction: &Transaction,
    engine: Engine,
    codes: impl Iterator<Item = &str>,
    now: Timestamp,
) -> Result<(), DbErr> {
    let models = codes.map(|code| row(NodeKind::ReadingListEntry, code.to_owned(), None, now)).collect();
    upsert_code_redirects(transaction, engine, models).await
}

/// Returns the codes of a list's entries.
pub fn codes_of(list: &ReadingList) -> impl Iterator<Item = &str> {
    list.entries.iter().map(|entry| entry.code.as_str())
}

fn row(kind: NodeKind, code: String, item_id: Option<i64>, now: Timestamp) -> code_redirect::Model {
    code_redirect::Model { kind: kind.name().to_owned(), code, item_id, retired_at: now }
}

/// Redirects of codes that were retired before get the new target.
async fn upsert_code_redirects(
    transaction: &Transaction,
    engine: Engine,
    models: Vec<code_redirect::Model>,
) -> Result<(), DbErr> {
    use code_redirect::Column::{Code, ItemId, Kind, RetiredAt};
    let conflict = OnConflict::columns([Kind, Code]).update_columns([ItemId, RetiredAt]).to_owned();
    rows::write::<code_redirect::Entity>(transaction, engine, models, Some(conflict)).await
}
