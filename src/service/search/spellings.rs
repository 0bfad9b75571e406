//! The words that typos are mended to, each with the number of documents that spell it so.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ConnectionTrait, DbErr};

use crate::db::{self, Engine, Rows, Sql};
use crate::domain::search::typo;

/// Counts the words of documents that are written: `before` are the words of each as it was, `after` as it is.
pub async fn write<'a>(
    transaction: &impl ConnectionTrait,
    engine: Engine,
    before: impl Iterator<Item = &'a str>,
    after: impl Iterator<Item = &'a str>,
) -> Result<(), DbErr> {
    let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
    for word in after {
        *counts.entry(word).or_default() += 1;
    }
    for word in before {
        *counts.entry(word).or_default() -= 1;
    }
    let (more, fewer): (Vec<_>, Vec<_>) =
        counts.into_iter().filter(|(_, count)| *count != 0).partition(|(_, count)| *count > 0);
    add(transaction, engine, &more).await?;
    take(transaction, engine, &fewer).await
}

async fn add(transaction: &impl ConnectionTrait, engine: Engine, words: &[(&str, i64)]) -> Result<(), DbErr> {
    if words.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new(engine, "SELECT word FROM search_word WHERE word");
    sql.is_any_text(words.iter().map(|(word, _)| *word));
    let mut known: BTreeSet<String> = BTreeSet::new();
    for row in db::rows(transaction, sql).await? {
        known.insert(row.columns().take()?);
    }
    let mut sql = Sql::new(engine, "INSERT INTO search_word (word, documents) ");
    let texts = words.iter().map(|(word, _)| (*word).to_owned()).collect();
    let counts = words.iter().map(|(_, count)| *count).collect();
    sql.select_rows("c0, c1", vec![Rows::Texts(texts), Rows::Numbers(counts)]);
    sql.push(" ON CONFLICT (word) DO UPDATE SET documents = search_word.documents + excluded.documents");
    transaction.execute_raw(sql.into()).await?;
    let new = words.iter().map(|(word, _)| *word).filter(|word| !known.contains(*word));
    let grams: Vec<(String, &str)> =
        new.flat_map(|word| typo::trigrams(word).into_iter().map(move |gram| (gram, word))).collect();
    if grams.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new(engine, "INSERT INTO search_trigram (trigram, word) ");
    let words = grams.iter().map(|(_, word)| (*word).to_owned()).collect();
    let grams = grams.into_iter().map(|(gram, _)| gram).collect();
    sql.select_rows("c0, c1", vec![Rows::Texts(grams), Rows::Texts(words)]);
    transaction.execute_raw(sql.into()).await?;
    Ok(())
}

/// Takes counts off, and with the last the word.
async fn take(transaction: &impl ConnectionTrait, engine: Engine, words: &[(&str, i64)]) -> Result<(), DbErr> {
    let mut by_count: BTreeMap<i64, Vec<&str>> = BTreeMap::new();
    for (word, count) in words {
        by_count.entry(*count).or_default().push(word);
    }
    for (count, words) in by_count {
        let mut sql = Sql::new(engine, "UPDATE search_word SET documents = documents + ");
        sql.bind(count).push(" WHERE word").is_any_text(words);
        transaction.execute_raw(sql.into()).await?;
    }
    if words.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new(engine, "DELETE FROM search_word WHERE documents <= 0 AND word");
    sql.is_any_text(words.iter().map(|(word, _)| *word)).push(" RETURNING word");
    let mut gone: Vec<String> = Vec::new();
    for row in db::rows(transaction, sql).await? {
        gone.push(row.columns().take()?);
    }
    if gone.is_empty() {
        return Ok(());
    }
    let grams: BTreeSet<String> = gone.iter().flat_map(|word| typo::trigrams(word)).collect();
    let mut sql = Sql::new(engine, "DELETE FROM search_trigram WHERE trigram");
    sql.is_any_text(grams.iter().map(String::as_str)).push(" AND word").is_any_text(gone.iter().map(String::as_str));
    transaction.execute_raw(sql.into()).await?;
    Ok(())
}
