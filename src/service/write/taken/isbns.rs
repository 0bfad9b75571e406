//! An ISBN is of one book.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, DbErr};

use super::Conflict;
use crate::db::{Engine, Sql, rows};
use crate::service::write::check::{Fault, FaultCode};
use crate::service::write::load::{BATCH, reference};
use crate::service::write::record::{Book, Record, RecordOf, Ref};

/// Which books of the catalog have which ISBNs.
pub struct Holders(HashMap<String, Ref>);

impl Holders {
    pub async fn load(
        transaction: &impl ConnectionTrait,
        engine: Engine,
        records: &[(i64, &Record)],
    ) -> Result<Self, DbErr> {
        let isbns: Vec<&str> = records.iter().filter_map(|(_, record)| Book::of(record)?.isbn13.as_deref()).collect();
        let mut holders = HashMap::new();
        for batch in isbns.chunks(BATCH) {
            let mut sql = Sql::new(engine, "SELECT isbn13, id, code, slug FROM book WHERE isbn13");
            sql.is_any_text(batch.iter().copied());
            for row in rows(transaction, sql).await? {
                let mut columns = row.columns();
                let isbn = columns.take()?;
                holders.insert(isbn, reference(&mut columns)?);
            }
        }
        Ok(Self(holders))
    }

    pub fn conflicts(&self, records: &[(i64, &Record)], conflicts: &mut Vec<Conflict>) {
        let mut claims = Vec::new();
        let mut first: HashMap<&str, (usize, &str)> = HashMap::new();
        let mut after: HashMap<i64, Option<&str>> = HashMap::new();
        for (index, (id, record)) in records.iter().enumerate() {
            let Some(book) = Book::of(record) else { continue };
            after.insert(*id, book.isbn13.as_deref());
            if let Some(isbn) = book.isbn13.as_deref() {
                first.entry(isbn).or_insert((index, &book.item.slug));
                claims.push((index, *id, isbn));
            }
        }
        for (index, id, isbn) in claims {
            let holder = self.0.get(isbn);
            if holder.is_some_and(|holder| holder.id == id) {
                continue;
            }
            // A book that gives the number up in the same write holds it no more.
            let in_catalog = holder
                .filter(|holder| after.get(&holder.id).is_none_or(|after| *after == Some(isbn)))
                .map(|holder| (None, &*holder.slug));
            let at_hand = first.get(isbn).filter(|(first, _)| *first < index);
            if let Some((winner, slug)) = in_catalog.or(at_hand.map(|(first, slug)| (Some(*first), *slug))) {
                let reason = format!("is the ISBN of another book, \"{slug}\"");
                let fault = Fault::new("isbn13", FaultCode::Taken, Some(isbn), reason);
                conflicts.push(Conflict { index, fault, winner });
            }
        }
    }
}
