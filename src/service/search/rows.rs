//! Documents in the database: their row, what the index has of them, and what prefixes they complete.

use std::collections::{BTreeMap, HashMap};

use sea_orm::{ConnectionTrait, DbErr};

use super::Made;
use crate::db::{self, Engine, Sql};
use crate::domain::search::document::Document;

/// How many rows one statement carries.
const ROWS: usize = 500;
/// The characters that completions are kept by.
const BEGINNING: usize = 3;

/// The stored documents with these ids. Words and completions, which follow from the rest, are not among it.
pub async fn load(
    connection: &impl ConnectionTrait,
    engine: Engine,
    ids: impl IntoIterator<Item = i64>,
) -> Result<HashMap<i64, Made>, DbErr> {
    let mut sql = Sql::new(
        engine,
        "SELECT id, visible_from, recommendations, exact, title, names, topics, spellings, body, article \
         FROM search_document WHERE id",
    );
    sql.is_any_id(ids);
    let mut documents = HashMap::new();
    for row in db::rows(connection, sql).await? {
        let mut columns = row.columns();
        let id = columns.take()?;
        let made = Made {
            visible_from: columns.take()?,
            recommendations: columns.take()?,
            document: Document {
                exact: columns.take()?,
                title: columns.take()?,
                names: columns.take()?,
                topics: columns.take()?,
                spellings: columns.take()?,
                body: columns.take()?,
                article: columns.take()?,
                ..Document::default()
            },
        };
        documents.insert(id, made);
    }
    Ok(documents)
}

/// Writes the documents that differ from what was `before`, and takes out those that are there no more.
pub async fn write(
    transaction: &impl ConnectionTrait,
    engine: Engine,
    before: &HashMap<i64, Made>,
    after: &BTreeMap<i64, Made>,
) -> Result<(), DbErr> {
    let gone: Vec<i64> = before.keys().filter(|id| !after.contains_key(id)).copied().collect();
    let differing: Vec<(i64, &Made, Option<&Made>)> = (after.iter())
        .map(|(id, made)| (*id, made, before.get(id)))
        .filter(|(_, made, before)| before.is_none_or(|before| !is_same(before, made)))
        .collect();
    let has_other_words =
        |(_, made, before): &&(i64, &Made, Option<&Made>)| before.is_none_or(|before| !has_same_words(before, made));
    let reworded: Vec<(i64, &Made)> =
        differing.iter().filter(has_other_words).map(|(id, made, _)| (*id, *made)).collect();
    if engine == Engine::Sqlite {
        let stale = reworded.iter().map(|(id, _)| *id).filter(|id| before.contains_key(id)).chain(gone.iter().copied());
        delete(transaction, engine, "DELETE FROM search_index WHERE rowid", stale.collect()).await?;
    }
    delete(transaction, engine, "DELETE FROM search_document WHERE id", gone).await?;
    for rows in differing.chunks(ROWS) {
        upsert(transaction, engine, rows).await?;
    }
    if engine == Engine::Sqlite {
        for rows in reworded.chunks(ROWS) {
            index(transaction, rows).await?;
        }
    }
    complete(transaction, engine, &differing).await
}

/// Empties all that search looks in.
pub async fn clear(transaction: &impl ConnectionTrait, engine: Engine) -> Result<(), DbErr> {
    for table in ["search_completion", "search_document", "search_trigram", "search_word"] {
        transaction.execute_raw(Sql::new(engine, &format!("DELETE FROM {table}")).into()).await?;
    }
    if engine == Engine::Sqlite {
        let text = "INSERT INTO search_index (search_index) VALUES ('delete-all')";
        transaction.execute_raw(Sql::new(engine, text).into()).await?;
    }
    Ok(())
}

/// Whether a stored document is as it would be made now.
pub fn is_same(stored: &Made, made: &Made) -> bool {
    stored.visible_from == made.visible_from
        && stored.recommendations == made.recommendations
        && has_same_words(stored, made)
        && stored.document.spellings == made.document.spellings
}

fn has_same_words(stored: &Made, made: &Made) -> bool {
    let (stored, made) = (&stored.document, &made.document);
    stored.exact == made.exact
        && stored.title == made.title
        && stored.names == made.names
        && stored.topics == made.topics
        && stored.body == made.body
        && stored.article == made.article
}

async fn delete(transaction: &impl ConnectionTrait, engine: Engine, text: &str, ids: Vec<i64>) -> Result<(), DbErr> {
    if ids.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new(engine, text);
    sql.is_any_id(ids);
    transaction.execute_raw(sql.into()).await?;
    Ok(())
}

async fn upsert(
    transaction: &impl ConnectionTrait,
    engine: Engine,
    rows: &[(i64, &Made, Option<&Made>)],
) -> Result<(), DbErr> {
    const COLUMNS: [&str; 9] =
        ["visible_from", "recommendations", "exact", "title", "names", "topics", "spellings", "body", "article"];
    let mut columns = COLUMNS.to_vec();
    if engine == Engine::Postgres {
        columns.push("words");
    }
    let mut sql = Sql::new(engine, &format!("INSERT INTO search_document (id, {}) VALUES ", columns.join(", ")));
    for (number, (id, made, _)) in rows.iter().enumerate() {
        let document = &made.document;
        sql.push(if number > 0 { ", (" } else { "(" }).bind(*id).push(", ").bind(made.visible_from);
        sql.push(", ").bind(made.recommendations);
        for text in [
            &document.exact,
            &document.title,
            &document.names,
            &document.topics,
            &document.spellings,
            &document.body,
            &document.article,
        ] {
            sql.push(", ").bind(text.clone());
        }
        if engine == Engine::Postgres {
            sql.push(", array_to_tsvector(string_to_array(").bind(document.words.clone()).push(", ' '))");
        }
        sql.push(")");
    }
    let updated: Vec<String> = columns.iter().map(|column| format!("{column} = excluded.{column}")).collect();
    sql.push(" ON CONFLICT (id) DO UPDATE SET ").push(&updated.join(", "));
    transaction.execute_raw(sql.into()).await?;
    Ok(())
}

async fn index(transaction: &impl ConnectionTrait, rows: &[(i64, &Made)]) -> Result<(), DbErr> {
    let mut sql = Sql::new(Engine::Sqlite, "INSERT INTO search_index (rowid, words) VALUES ");
    for (number, (id, made)) in rows.iter().enumerate() {
        sql.push(if number > 0 { ", (" } else { "(" }).bind(*id).push(", ");
        sql.bind(made.document.words.clone()).push(")");
    }
    transaction.execute_raw(sql.into()).await?;
    Ok(())
}

/// Writes what the documents complete, where titles or recommendations differ.
async fn complete(
    transaction: &impl ConnectionTrait,
    engine: Engine,
    differing: &[(i64, &Made, Option<&Made>)],
) -> Result<(), DbErr> {
    let others: Vec<_> = (differing.iter())
        .filter(|(_, made, before)| {
            before.is_none_or(|before| {
                before.recommendations != made.recommendations
                    || before.document.title != made.document.title
                    || before.document.exact != made.document.exact
            })
        })
        .collect();
    let stale = others.iter().filter(|(.., before)| before.is_some()).map(|(id, ..)| *id).collect();
    delete(transaction, engine, "DELETE FROM search_completion WHERE document_id", stale).await?;
    let rows: Vec<(i64, i32, &str, i64)> = (others.iter())
        .flat_map(|(id, made, _)| {
            made.completions().map(|(position, completion)| (*id, position, completion, made.recommendations))
        })
        .collect();
    for rows in rows.chunks(ROWS) {
        let mut sql = Sql::new(
            engine,
            "INSERT INTO search_completion (document_id, position, beginning, completion, recommendations) VALUES ",
        );
        for (number, (id, position, completion, recommendations)) in rows.iter().enumerate() {
            let beginning: String = completion.chars().take(BEGINNING).collect();
            sql.push(if number > 0 { ", (" } else { "(" }).bind(*id).push(", ").bind(*position).push(", ");
            sql.bind(beginning).push(", ").bind((*completion).to_owned()).push(", ");
            sql.bind(*recommendations).push(")");
        }
        transaction.execute_raw(sql.into()).await?;
    }
    Ok(())
}
