//! The words that typos are mended to, each with the number of documents that spell it so.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sea_orm::{ConnectionTrait, DbErr};

use crate::db::{self, Engine, Rows, Sql};
use crate::domain::search::typo;

/// How many words are written at a time.
const BATCH: usize = 5_000;

/// In how many documents more, or fewer, words are spelled.
#[derive(Default)]
pub struct Counts(HashMap<String, i64>);

impl Counts {
    /// Counts a word of a document as it is.
    pub fn more(&mut self, word: &str) {
        self.count(word, 1);
    }

    /// Counts a word of a document as it was.
    pub fn fewer(&mut self, word: &str) {
        self.count(word, -1);
    }

    fn count(&mut self, word: &str, by: i64) {
        // The entry API would copy each word, also the many that are known.
        match self.0.get_mut(word) {
            Some(count) => *count += by,
            None => {
                self.0.insert(word.to_owned(), by);
            }
        }
    }
}

/// Writes what differs in the counts.
pub async fn write(transaction: &impl ConnectionTrait, engine: Engine, counts: &Counts) -> Result<(), DbErr> {
    let counts = counts.0.iter().map(|(word, count)| (word.as_str(), *count)).filter(|(_, count)| *count != 0);
    let (mut more, mut fewer): (Vec<_>, Vec<_>) = counts.partition(|(_, count)| *count > 0);
    // In order the rows come beside each other, and writers after each other.
    more.sort_unstable();
    fewer.sort_unstable();
    for batch in more.chunks(BATCH) {
        add(transaction, engine, batch).await?;
    }
    for batch in fewer.chunks(BATCH) {
        take(transaction, engine, batch).await?;
    }
    Ok(())
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
