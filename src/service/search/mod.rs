//! The documents that search looks in, kept in step with the catalog: whatever is written, in the transaction of the write.
//!
//! An item's document holds its own words, and those that everybody sees of who and what it is tied to: the names of people
//! and organizations, visible topics, notes on visible lists. [`touched`] tells which documents a change is in, [`refresh`]
//! makes them anew and writes those that came out different. The reading side is `loader::search`.

mod build;
mod rows;
mod spellings;
mod touched;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entity::kind::NodeKind;
use entity::timestamp::Timestamp;
use futures_util::future::join;
use sea_orm::{ConnectionTrait, DbErr};

use super::write;
use crate::db::{self, Database, Engine, Sql};
use crate::loader::Scope;
use crate::loader::search::{Sources, document_id, read_sources, write_sources};

pub use build::Made;
pub use rows::is_same;
pub use touched::Touched;

/// The way in which documents are made. It grows whenever the same texts would come out as other words: then all are made anew.
const VERSION: i32 = 2;
/// How many documents are made at a time.
const BATCH: usize = 500;

/// So many documents at once are a catalog that has grown, or has only just come.
const MANY: usize = 1_000;
/// Merges the stretches of SQLite's index, each of which a search would walk, as far as it does so in writing fewer pages of 4 KiB than
/// the number that is given, for one document each. The minus sign has it take all stretches, however large: measured, the words of a
/// person's name are found in half the time.
const MERGE_SQLITE: &str = "INSERT INTO search_index (search_index, rank) VALUES ('merge', -";
/// Merges the entries of PostgreSQL's index in that still wait for it. While there are many it does so by itself, whenever its list
/// is full: measured, a longer list saves no time, and leaves an index of five times the size behind.
const MERGE_POSTGRES: &str = "SELECT gin_clean_pending_list('search_document_words')";
/// PostgreSQL then knows nothing of the tables yet, and would read them whole for each document.
const ANALYZE: &str = "ANALYZE item, item_text, item_topic, item_alias, contribution, syllabus_section, person, organization, \
    reading_list, reading_list_entry";

/// Makes the documents of what was touched anew, and writes what differs. What is there no more loses its document.
///
/// # Errors
/// What the database answers; the transaction is then to be rolled back.
pub async fn refresh(
    transaction: &impl ConnectionTrait,
    engine: Engine,
    touched: Touched,
    now: Timestamp,
) -> Result<(), DbErr> {
    let all = touched.all(transaction, engine).await?;
    if engine == Engine::Postgres && all.values().map(BTreeSet::len).sum::<usize>() >= MANY {
        transaction.execute_unprepared(ANALYZE).await?;
    }
    let mut written = Written::default();
    for (kind, ids) in all {
        let ids: Vec<i64> = ids.into_iter().collect();
        let mut made = Batch::default();
        for batch in ids.chunks(BATCH) {
            let known: Vec<i64> = batch.iter().copied().filter(|id| !touched.is_created(kind, *id)).collect();
            let before = load(transaction, engine, kind, &known).await?;
            let sources = read(transaction, engine, kind, batch, now).await?;
            // While the database writes one batch, the words of the next are cut.
            let (done, after) =
                join(written.write(transaction, engine, made), async { build_all(kind, &sources) }).await;
            done?;
            made = Batch { before, after };
        }
        written.write(transaction, engine, made).await?;
    }
    written.finish(transaction, engine).await
}

/// Documents as they are stored, and as they are to be.
#[derive(Default)]
struct Batch {
    before: HashMap<i64, Made>,
    after: BTreeMap<i64, Made>,
}

/// What batches leave to be done once.
#[derive(Default)]
struct Written {
    spellings: spellings::Counts,
    documents: usize,
}

impl Written {
    async fn write(&mut self, transaction: &impl ConnectionTrait, engine: Engine, batch: Batch) -> Result<(), DbErr> {
        self.documents += rows::write(transaction, engine, &batch.before, &batch.after).await?;
        batch.before.values().flat_map(Made::spellings).for_each(|word| self.spellings.fewer(word));
        batch.after.values().flat_map(Made::spellings).for_each(|word| self.spellings.more(word));
        Ok(())
    }

    async fn finish(self, transaction: &impl ConnectionTrait, engine: Engine) -> Result<(), DbErr> {
        spellings::write(transaction, engine, &self.spellings).await?;
        match engine {
            Engine::Sqlite if self.documents >= MANY => {
                let merge = format!("{MERGE_SQLITE}{})", self.documents);
                transaction.execute_raw(Sql::new(engine, &merge).into()).await?;
            }
            Engine::Postgres if self.documents > 0 => {
                db::rows(transaction, Sql::new(engine, MERGE_POSTGRES)).await?;
            }
            Engine::Sqlite | Engine::Postgres => {}
        }
        Ok(())
    }
}

/// Makes all documents anew where they were made in another way, or not at all: after a step of the schema, or an upgrade.
/// Says how many there are then; nothing where all is well, which costs one statement.
///
/// # Errors
/// What the database answers; nothing is then left behind.
pub async fn keep_current(database: &Database, now: Timestamp) -> Result<Option<usize>, DbErr> {
    let engine = database.engine();
    if is_current(database.reader(), engine).await? {
        return Ok(None);
    }
    let transaction = write::begin(database).await?;
    // Whoever came first has done it.
    if is_current(&transaction, engine).await? {
        transaction.rollback().await?;
        return Ok(None);
    }
    let count = rebuild(&transaction, engine, now).await?;
    database.commit(transaction).await?;
    Ok(Some(count))
}

/// Makes all documents anew, whatever there are.
async fn rebuild(transaction: &impl ConnectionTrait, engine: Engine, now: Timestamp) -> Result<usize, DbErr> {
    rows::clear(transaction, engine).await?;
    let mut count = 0;
    let mut written = Written::default();
    let mut made = Batch::default();
    for kind in NodeKind::ROUTABLE {
        let mut behind = 0;
        loop {
            let mut sql = Sql::new(engine, &format!("SELECT id FROM {} AND id > ", kind.filtered_table_ref()));
            sql.bind(behind).push(&format!(" ORDER BY id LIMIT {BATCH}"));
            let mut ids: Vec<i64> = Vec::with_capacity(BATCH);
            for row in db::rows(transaction, sql).await? {
                ids.push(row.columns().take()?);
            }
            let Some(last) = ids.last() else { break };
            behind = *last;
            let sources = read(transaction, engine, kind, &ids, now).await?;
            let (done, after) =
                join(written.write(transaction, engine, made), async { build_all(kind, &sources) }).await;
            done?;
            count += after.len();
            made = Batch { before: HashMap::new(), after };
        }
    }
    written.write(transaction, engine, made).await?;
    written.finish(transaction, engine).await?;
    let mut sql = Sql::new(engine, "UPDATE search_state SET version = ");
    sql.bind(VERSION);
    transaction.execute_raw(sql.into()).await?;
    Ok(count)
}

/// Whether the documents were made in the present way.
///
/// # Errors
/// What the database answers.
pub async fn is_current(connection: &impl ConnectionTrait, engine: Engine) -> Result<bool, DbErr> {
    let rows = db::rows(connection, Sql::new(engine, "SELECT version FROM search_state")).await?;
    let version: i32 = rows.first().map_or(Ok(0), |row| row.columns().take())?;
    Ok(version == VERSION)
}

/// The stored documents of things of a kind, by their ids.
///
/// # Errors
/// What the database answers.
pub async fn load(
    connection: &impl ConnectionTrait,
    engine: Engine,
    kind: NodeKind,
    ids: &[i64],
) -> Result<HashMap<i64, Made>, DbErr> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    rows::load(connection, engine, ids.iter().map(|id| document_id(kind, *id))).await
}

/// Makes the documents of things of a kind, by their ids.
///
/// # Errors
/// What the database answers.
pub async fn make(
    connection: &impl ConnectionTrait,
    engine: Engine,
    kind: NodeKind,
    ids: &[i64],
    now: Timestamp,
) -> Result<BTreeMap<i64, Made>, DbErr> {
    Ok(build_all(kind, &read(connection, engine, kind, ids, now).await?))
}

/// The texts of things of a kind, as everybody sees them.
async fn read(
    connection: &impl ConnectionTrait,
    engine: Engine,
    kind: NodeKind,
    ids: &[i64],
    now: Timestamp,
) -> Result<Vec<(i64, Sources)>, DbErr> {
    let mut sql = Sql::new(engine, "");
    write_sources(&mut sql, Scope { now, drafts: false }, kind, ids.iter().copied());
    read_sources(&db::rows(connection, sql).await?)
}

fn build_all(kind: NodeKind, sources: &[(i64, Sources)]) -> BTreeMap<i64, Made> {
    sources.iter().map(|(id, sources)| (document_id(kind, *id), build::make(kind, sources))).collect()
}

/// The ids of things by their kind.
pub(super) type Ids = BTreeMap<NodeKind, BTreeSet<i64>>;
