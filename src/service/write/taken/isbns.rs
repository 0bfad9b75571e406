//! An ISBN is of one book.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, DbErr};

use super::Conflict;
use crate::db::{Engine, Sql, rows};
use crate::service::write::check::{Fault, FaultCode};
use crate::service::write::load::BATCH;
use crate::service::write::record::{Book, Record, RecordOf, Ref};

pub async fn find(
    transaction: &impl ConnectionTrait,
    engine: Engine,
    records: &[(i64, &Record)],
    faults: &mut Vec<(usize, Fault)>,
) -> Result<(), DbErr> {
    let mut claims = Vec::new();
    let mut first: HashMap<&str, (i64, &str)> = HashMap::new();
    let mut after: HashMap<i64, Option<&str>> = HashMap::new();
    for (index, (id, record)) in records.iter().enumerate() {
        let Some(book) = Book::of(record) else { continue };
        after.insert(*id, book.isbn13.as_deref());
        if let Some(isbn) = book.isbn13.as_deref() {
            first.entry(isbn).or_insert((*id, &book.item.slug));
            claims.push((index, *id, isbn));
        }
    }
    let holders = holders(transaction, engine, claims.iter().map(|(_, _, isbn)| *isbn).collect()).await?;
    for (index, id, isbn) in claims {
        // A book that gives the number up in the same write holds it no more.
        let in_catalog = holders
            .get(isbn)
            .filter(|holder| holder.id != id && after.get(&holder.id).is_none_or(|after| *after == Some(isbn)))
            .map(|holder| &*holder.slug);
        let at_hand = first.get(isbn).filter(|(holder, _)| *holder != id).map(|(_, slug)| *slug);
        if let Some(slug) = in_catalog.or(at_hand) {
            let reason = format!("is the ISBN of another book, \"{slug}\"");
            faults.push((index, Fault::new("isbn13", FaultCode::Taken, Some(isbn), reason)));
        }
    }
    Ok(())
}

async fn holders(
    transaction: &impl ConnectionTrait,
    engine: Engine,
    isbns: Vec<&str>,
) -> Result<HashMap<String, Ref>, DbErr> {
    let mut holders = HashMap::new();
    for batch in isbns.chunks(BATCH) {
        let mut sql = Sql::new(engine, "SELECT isbn13, id, slug FROM book WHERE isbn13");
        sql.is_any_text(batch.iter().copied());
        for row in rows(transaction, sql).await? {
            let mut columns = row.columns();
            let isbn = columns.take()?;
            let (id, slug): (i64, String) = (columns.take()?, columns.take()?);
            holders.insert(isbn, Ref { id, slug: slug.into() });
        }
    }
}
