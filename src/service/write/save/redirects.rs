//! Writes the redirects of former codes and ISBNs. Those of merged books lead to the surviving book; the codes of removed
//! entries are stored so that they are never reused.

use std::collections::HashSet;

use entity::kind::NodeKind;
use entity::timestamp::Timestamp;
use entity::{code_redirect, isbn_redirect};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, DbErr};

use super::{Change, of_kind, rows};
use crate::db::{Engine, Sql};
use crate::service::write::record::{Book, ReadingList};

/// Keeps the codes and ISBNs that now lead to a book, and lets go of an ISBN that it took for its own again.
pub async fn of_books(
    transaction: &impl ConnectionTrait,
    engine: Engine,
    changes: &[Change],
    now: Timestamp,
) -> Result<(), DbErr> {
    let (mut codes, mut isbns, mut taken_back) = (Vec::new(), Vec::new(), Vec::new());
    for book in of_kind::<Book>(changes) {
        let before = |names: fn(&Book) -> &Vec<String>| book.before.map(names).into_iter().flatten();
        let known: HashSet<&String> = before(|book| &book.old_codes).chain(before(|book| &book.old_isbns)).collect();
        let new = |names: &'_ [String]| -> Vec<String> {
            names.iter().filter(|name| !known.contains(name)).cloned().collect()
        };
        codes.extend(
            new(&book.after.old_codes).into_iter().map(|code| row(NodeKind::Book, code, Some(book.change.id), now)),
        );
        let retired = |isbn13| isbn_redirect::Model { isbn13, item_id: book.change.id, retired_at: now };
        isbns.extend(new(&book.after.old_isbns).into_iter().map(retired));
        taken_back.extend(before(|book| &book.old_isbns).filter(|isbn| !book.after.old_isbns.contains(isbn)));
    }
    if !taken_back.is_empty() {
        let mut sql = Sql::new(engine, "DELETE FROM isbn_redirect WHERE isbn13");
        sql.is_any_text(taken_back.into_iter().map(String::as_str));
        transaction.execute_raw(sql.into()).await?;
    }
    keep(transaction, engine, codes).await?;
    rows::insert::<isbn_redirect::Entity>(transaction, engine, isbns).await
}

/// Remembers the codes of the entries that `changes` take off their lists.
pub async fn of_entries_that_left(
    transaction: &impl ConnectionTrait,
    engine: Engine,
    changes: &[Change],
    now: Timestamp,
) -> Result<(), DbErr> {
    let lists = of_kind::<ReadingList>(changes);
    let stay: HashSet<&str> = lists.iter().flat_map(|list| codes_of(list.after)).collect();
    let before = lists.iter().filter_map(|list| list.before).flat_map(codes_of);
    of_entries(transaction, engine, before.filter(|code| !stay.contains(code)), now).await
}

/// Remembers the codes of the entries of lists that go.
pub async fn of_entries(
    transaction: &impl ConnectionTrait,
    engine: Engine,
    codes: impl Iterator<Item = &str>,
    now: Timestamp,
) -> Result<(), DbErr> {
    let models = codes.map(|code| row(NodeKind::ReadingListEntry, code.to_owned(), None, now)).collect();
    keep(transaction, engine, models).await
}

/// The codes of a list's entries.
pub fn codes_of(list: &ReadingList) -> impl Iterator<Item = &str> {
    list.entries.iter().map(|entry| entry.code.as_str())
}

fn row(kind: NodeKind, code: String, item_id: Option<i64>, now: Timestamp) -> code_redirect::Model {
    code_redirect::Model { kind: kind.name().to_owned(), code, item_id, retired_at: now }
}

/// A code may have been retired before: then it leads to what it leads to now.
async fn keep(
    transaction: &impl ConnectionTrait,
    engine: Engine,
    models: Vec<code_redirect::Model>,
) -> Result<(), DbErr> {
    use code_redirect::Column::{Code, ItemId, Kind, RetiredAt};
    let conflict = OnConflict::columns([Kind, Code]).update_columns([ItemId, RetiredAt]).to_owned();
    rows::write::<code_redirect::Entity>(transaction, engine, models, Some(conflict)).await
}
