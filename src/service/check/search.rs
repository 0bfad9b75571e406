//! What search looks in: each thing has the document that would be made of it now, nothing else has one, and words are counted
//! as often as documents spell them.

use std::collections::BTreeMap;

use entity::kind::{NodeKind, TAG_MASK};
use entity::timestamp::Timestamp;
use sea_orm::DbErr;

use super::{Check, Finding, Pages};
use crate::db::{Sql, rows};
use crate::domain::search::typo;
use crate::loader::search::{document_id, row_of_document};
use crate::service::search;

pub async fn check(check: &mut Check<impl FnMut(Finding) + Send>) -> Result<(), DbErr> {
    if !search::is_current(check.connection(), check.engine).await? {
        check
            .find_in("search_document", "they were made in another way, or not at all: the next start makes them anew");
        return Ok(());
    }
    let now = told(check).await?;
    let mut spelled: BTreeMap<String, i64> = BTreeMap::new();
    for kind in NodeKind::ROUTABLE {
        let mut pages = Pages::of(format!("SELECT id, code FROM {}", kind.filtered_table_ref()));
        let mut known = 0;
        while let Some(page) = check.page(&mut pages).await? {
            let mut codes: BTreeMap<i64, String> = BTreeMap::new();
            for row in page {
                let mut columns = row.columns();
                codes.insert(columns.take()?, columns.take()?);
            }
            known += codes.len();
            let ids: Vec<i64> = codes.keys().copied().collect();
            let stored = search::load(check.connection(), check.engine, kind, &ids).await?;
            for words in stored.values().map(search::Made::spellings) {
                words.for_each(|word| *spelled.entry(word.to_owned()).or_default() += 1);
            }
            let made = search::make(check.connection(), check.engine, kind, &ids, now).await?;
            for (id, code) in codes {
                let document = document_id(kind, id);
                let is_sound = match (stored.get(&document), made.get(&document)) {
                    (Some(stored), Some(made)) => search::is_same(stored, made),
                    (stored, made) => stored.is_none() && made.is_none(),
                };
                if !is_sound {
                    check.find(kind, &code, "search does not find it by its words");
                }
            }
        }
        strays(check, kind, known).await?;
    }
    let tags = NodeKind::ROUTABLE.map(|kind| kind.tag().to_string()).join(", ");
    let strays = format!("SELECT COUNT(*) FROM search_document WHERE (id & {TAG_MASK}) NOT IN ({tags})");
    let strays = count(check, &strays).await?;
    if strays > 0 {
        check.find_in("search_document", &format!("{strays} are of no kind of the catalog"));
    }
    words(check, spelled).await
}

async fn count(check: &Check<impl FnMut(Finding) + Send>, select: &str) -> Result<i64, DbErr> {
    let counted = rows(check.connection(), Sql::new(check.engine, select)).await?;
    counted.first().map_or(Ok(0), |row| row.columns().take())
}

/// The moment that the documents know of: what became due since is told to them when somebody searches, or writes.
async fn told(check: &Check<impl FnMut(Finding) + Send>) -> Result<Timestamp, DbErr> {
    let mut sql = Sql::new(check.engine, "SELECT MIN(due_at) FROM scheduled WHERE due_at <= ");
    sql.bind(check.now.0);
    let due = rows(check.connection(), sql).await?;
    let due: Option<i64> = due.first().map_or(Ok(None), |row| row.columns().take())?;
    Ok(due.map_or(check.now, |due| Timestamp(due - 1)))
}

/// Documents of things of a kind that are not there.
async fn strays(check: &mut Check<impl FnMut(Finding) + Send>, kind: NodeKind, known: usize) -> Result<(), DbErr> {
    let (tag, row) = (kind.tag(), row_of_document(kind, "id"));
    let strays = format!(
        "SELECT COUNT(*) FROM search_document WHERE (id & {TAG_MASK}) = {tag} AND {row} NOT IN (SELECT id FROM {})",
        kind.filtered_table_ref()
    );
    let strays = count(check, &strays).await?;
    if strays > 0 {
        check.find_in("search_document", &format!("{strays} are of no {kind}, of which there are {known}"));
    }
    Ok(())
}

async fn words(check: &mut Check<impl FnMut(Finding) + Send>, mut spelled: BTreeMap<String, i64>) -> Result<(), DbErr> {
    let counted = rows(check.connection(), Sql::new(check.engine, "SELECT word, documents FROM search_word")).await?;
    let (mut wrong, mut groups) = (0, 0);
    for row in counted {
        let mut columns = row.columns();
        let (word, documents): (String, i64) = (columns.take()?, columns.take()?);
        groups += typo::trigrams(&word).len();
        wrong += i64::from(spelled.remove(&word) != Some(documents));
    }
    wrong += i64::try_from(spelled.len()).unwrap_or(i64::MAX);
    if wrong > 0 {
        check.find_in("search_word", &format!("{wrong} words are not counted as documents spell them"));
    }
    let there = count(check, "SELECT COUNT(*) FROM search_trigram").await?;
    if usize::try_from(there) != Ok(groups) {
        check.find_in("search_trigram", &format!("the words have {groups} groups of letters, and {there} are there"));
    }
    Ok(())
}
