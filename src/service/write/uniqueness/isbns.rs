//! ISBNs are unique, including those of merged books.

use std::collections::HashMap;

use entity::item::Column;
use sea_orm::{ConnectionTrait, DbErr};

use super::Conflict;
use crate::catalog::Former;
use crate::db::{Engine, Sql, rows};
use crate::service::write::check::{Violation, ViolationCode};
use crate::service::write::load::{BATCH, reference};
use crate::service::write::record::{Record, Ref, Routable};

/// The books of the catalog by ISBN.
pub struct ExistingIsbns {
    present: HashMap<String, Ref>,
    retired: HashMap<String, Ref>,
}

/// An ISBN with the id and the index of its record, and its field.
struct KeyClaim<'a> {
    isbn: &'a str,
    id: i64,
    index: usize,
    field: &'static str,
}

/// The ISBNs that the records will have.
#[derive(Default)]
struct KeyClaims<'a> {
    /// The first record with the ISBN, and its slug.
    first: HashMap<&'a str, (usize, &'a str)>,
    /// The future states of books, by id.
    after: HashMap<i64, &'a Routable>,
}

impl ExistingIsbns {
    pub async fn load(
        transaction: &impl ConnectionTrait,
        engine: Engine,
        records: &[(i64, &Record)],
    ) -> Result<Self, DbErr> {
        let isbns: Vec<&str> = records.iter().filter_map(|(_, record)| record.routable()).flat_map(isbns_of).collect();
        let mut holders = Self { present: HashMap::new(), retired: HashMap::new() };
        for batch in isbns.chunks(BATCH) {
            let mut sql = Sql::new(engine, "SELECT isbn13, FALSE, id, code, slug FROM item WHERE isbn13");
            sql.is_any_text(batch.iter().copied());
            sql.push(
                " UNION ALL SELECT r.isbn13, TRUE, b.id, b.code, b.slug \
                 FROM isbn_redirect r JOIN item b ON b.id = r.item_id WHERE r.isbn13",
            );
            sql.is_any_text(batch.iter().copied());
            for row in rows(transaction, sql).await? {
                let mut columns = row.columns();
                let isbn = columns.read_next()?;
                let of = if columns.read_next()? { &mut holders.retired } else { &mut holders.present };
                of.insert(isbn, reference(&mut columns)?);
            }
        }
        Ok(holders)
    }

    /// Returns the ids of the books with the ISBNs of a record.
    pub fn holders(&self, record: &Routable) -> impl Iterator<Item = i64> {
        isbns_of(record).flat_map(|isbn| [self.present.get(isbn), self.retired.get(isbn)]).flatten().map(|book| book.id)
    }

    pub fn conflicts(&self, records: &[(i64, &Record)], conflicts: &mut Vec<Conflict>) {
        let mut claims = Vec::new();
        let mut claimed = KeyClaims::default();
        for (index, (id, record)) in records.iter().enumerate() {
            let Some(book) = record.routable() else { continue };
            claimed.after.insert(*id, book);
            for isbn in isbns_of(book) {
                claimed.first.entry(isbn).or_insert((index, &book.slug));
            }
            let claim = |isbn, field| KeyClaim { isbn, id: *id, index, field };
            claims.extend(book.text(Column::Isbn13).map(|isbn| claim(isbn, "isbn13")));
            claims.extend(book.former_keys(Former::Isbns).iter().map(|isbn| claim(isbn, "oldIsbns")));
        }
        conflicts.extend(claims.iter().filter_map(|claim| self.conflict(claim, &claimed)));
    }

    fn conflict(&self, claim: &KeyClaim<'_>, claimed: &KeyClaims<'_>) -> Option<Conflict> {
        let (present, retired) = (self.present.get(claim.isbn), self.retired.get(claim.isbn));
        if present.or(retired).is_some_and(|holder| holder.id == claim.id) {
            return None;
        }
        // A book that changes its ISBN in the same write releases it.
        let keeps = |holder: &&Ref| {
            claimed.after.get(&holder.id).is_none_or(|after| isbns_of(after).any(|isbn| isbn == claim.isbn))
        };
        let first = claimed.first.get(claim.isbn).filter(|(first, _)| *first < claim.index);
        let (earlier, reason) = if let Some(holder) = present.filter(keeps) {
            (None, format!("is the ISBN of another book, \"{}\"", holder.slug))
        } else if let Some(holder) = retired.filter(keeps) {
            (None, format!("is the ISBN of a book that was merged into \"{}\"", holder.slug))
        } else {
            let (first, slug) = first?;
            (Some(*first), format!("is the ISBN of another book, \"{slug}\""))
        };
        let violation = Violation::new(claim.field, ViolationCode::Taken, Some(claim.isbn), reason);
        Some(Conflict { index: claim.index, violation, earlier })
    }
}

/// Returns all ISBNs of a book.
fn isbns_of(book: &Routable) -> impl Iterator<Item = &str> {
    book.text(Column::Isbn13).into_iter().chain(book.former_keys(Former::Isbns).iter().map(String::as_str))
}
