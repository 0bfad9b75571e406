//! Documents in the database: their row, what the index has of them, and what prefixes they complete.

use std::collections::{BTreeMap, HashMap};

use sea_orm::{ConnectionTrait, DbErr};

use super::Made;
use crate::db::{self, Engine, Rows, Sql};
use crate::domain::search::document::Document;

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
/// Says how many there were to write.
pub async fn write(
    transaction: &impl ConnectionTrait,
    engine: Engine,
    before: &HashMap<i64, Made>,
    after: &BTreeMap<i64, Made>,
) -> Result<usize, DbErr> {
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
    if !differing.is_empty() {
        upsert(transaction, engine, &differing).await?;
    }
    if engine == Engine::Sqlite && !reworded.is_empty() {
        index(transaction, &reworded).await?;
    }
    complete(transaction, engine, &differing).await?;
    Ok(differing.len())
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
#[must_use]
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

/// What a number stands for that is none.
const NONE: i64 = i64::MIN + 1;

async fn upsert(
    transaction: &impl ConnectionTrait,
    engine: Engine,
    rows: &[(i64, &Made, Option<&Made>)],
) -> Result<(), DbErr> {
    const COLUMNS: [&str; 9] =
        ["visible_from", "recommendations", "exact", "title", "names", "topics", "spellings", "body", "article"];
    const VALUES: [&str; 10] = ["c0", "", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9"];
    let numbers = |of: fn(&Made) -> i64| Rows::Numbers(rows.iter().map(|(_, made, _)| of(made)).collect());
    let texts = |of: fn(&Document) -> &String| {
        Rows::Texts(rows.iter().map(|(_, made, _)| of(&made.document).clone()).collect())
    };
    let mut given = vec![
        Rows::Numbers(rows.iter().map(|(id, ..)| *id).collect()),
        numbers(|made| made.visible_from.unwrap_or(NONE)),
        numbers(|made| made.recommendations),
        texts(|document| &document.exact),
        texts(|document| &document.title),
        texts(|document| &document.names),
        texts(|document| &document.topics),
        texts(|document| &document.spellings),
        texts(|document| &document.body),
        texts(|document| &document.article),
    ];
    let mut columns = COLUMNS.to_vec();
    let shown = format!("NULLIF(c1, {NONE})");
    let mut values = VALUES.to_vec();
    values[1] = &shown;
    if engine == Engine::Postgres {
        columns.push("words");
        values.push("array_to_tsvector(string_to_array(c10, ' '))");
        given.push(texts(|document| &document.words));
    }
    let mut sql = Sql::new(engine, &format!("INSERT INTO search_document (id, {}) ", columns.join(", ")));
    sql.select_rows(&values.join(", "), given);
    let updated: Vec<String> = columns.iter().map(|column| format!("{column} = excluded.{column}")).collect();
    sql.push(" ON CONFLICT (id) DO UPDATE SET ").push(&updated.join(", "));
    transaction.execute_raw(sql.into()).await?;
    Ok(())
}

async fn index(transaction: &impl ConnectionTrait, rows: &[(i64, &Made)]) -> Result<(), DbErr> {
    let mut sql = Sql::new(Engine::Sqlite, "INSERT INTO search_index (rowid, words) ");
    let ids = rows.iter().map(|(id, _)| *id).collect();
    let words = rows.iter().map(|(_, made)| made.document.words.clone()).collect();
    sql.select_rows("c0, c1", vec![Rows::Numbers(ids), Rows::Texts(words)]);
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
                before.recommendations != made.recommendations || before.document.exact != made.document.exact
            })
        })
        .collect();
    let stale = others.iter().filter(|(.., before)| before.is_some()).map(|(id, ..)| *id).collect();
    delete(transaction, engine, "DELETE FROM search_completion WHERE document_id", stale).await?;
    let rows: Vec<(i64, i64, &str, i64)> = (others.iter())
        .flat_map(|(id, made, _)| {
            made.completions().map(|(position, completion)| (*id, position, completion, made.recommendations))
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    let into = "INSERT INTO search_completion (document_id, position, completion, recommendations) ";
    let mut sql = Sql::new(engine, into);
    let given = vec![
        Rows::Numbers(rows.iter().map(|row| row.0).collect()),
        Rows::Numbers(rows.iter().map(|row| row.1).collect()),
        Rows::Texts(rows.iter().map(|row| row.2.to_owned()).collect()),
        Rows::Numbers(rows.iter().map(|row| row.3).collect()),
    ];
    sql.select_rows("c0, CAST(c1 AS INTEGER), c2, c3", given);
    transaction.execute_raw(sql.into()).await?;
    Ok(())
}
