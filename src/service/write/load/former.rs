//! The names that books had, or that others had which were merged into them.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, DbErr};

use super::relations::gather;
use crate::db::Engine;

const NAMES: &str = "
    SELECT book_id, sort, name FROM (
        SELECT book_id, 'slug' AS sort, slug AS name FROM retired_slug
        UNION ALL SELECT book_id, 'code', code FROM retired_code
        UNION ALL SELECT book_id, 'isbn', isbn13 FROM retired_isbn
    ) AS former WHERE book_id";

/// The former names of a book, each sort of them sorted.
#[derive(Default)]
pub struct FormerNames {
    pub slugs: Vec<String>,
    pub codes: Vec<String>,
    pub isbns: Vec<String>,
}

/// The former names of the books with these row ids, in one statement.
pub async fn former_names(
    connection: &impl ConnectionTrait,
    engine: Engine,
    ids: &[i64],
) -> Result<HashMap<i64, FormerNames>, DbErr> {
    let names = gather(connection, engine, NAMES, " ORDER BY book_id, name", ids, |columns| {
        let (sort, name): (String, String) = (columns.take()?, columns.take()?);
        Ok((sort, name))
    });
    Ok(names.await?.into_iter().map(|(book, names)| (book, sorted_out(names))).collect())
}

fn sorted_out(names: Vec<(String, String)>) -> FormerNames {
    let mut former = FormerNames::default();
    for (sort, name) in names {
        match sort.as_str() {
            "slug" => former.slugs.push(name),
            "code" => former.codes.push(name),
            _ => former.isbns.push(name),
        }
    }
    former
}
