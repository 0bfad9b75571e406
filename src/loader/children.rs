//! Parts of an item that are always read completely: contributions, instructors, syllabus, aliases, ancestors, article.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::enums::ContributionRole;
use sea_orm::DbErr;

use super::{BatchLoader, ReadError};
use crate::db::{Columns, Sql};
use crate::domain::limits;
use crate::model::{Contribution, Person, Record, SyllabusSection, Topic};

/// Defines a loader key with the primary key of a parent.
macro_rules! parent_key {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {
        $(
            $(#[$meta])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
            pub struct $name(pub i64);
        )+
    };
}

parent_key! {
    /// The contributions to an item, in order.
    ContributionsOf,
    /// The instructors of a course, in order.
    InstructorsOf,
    /// The syllabus of a course, in order.
    SyllabusOf,
    /// The aliases of a career or topic, in order.
    AliasesOf,
    /// The URLs of other pages about an item, in order.
    SameAsOf,
    /// The visible ancestors of a topic, root first.
    AncestorsOf,
    /// The article of a career, in Markdown; `None` if it has none.
    ArticleOf,
    /// The description of a learning resource, in Markdown; `None` if it has none.
    DescriptionOf,
}

impl BatchLoader {
    /// Runs a statement whose first column is the parent, and groups the rows by parent, in order.
    async fn gather<K: Hash + Eq, T>(
        &self,
        sql: Sql,
        key: impl Fn(i64) -> K,
        read: impl Fn(&mut Columns<'_>) -> Result<T, DbErr>,
    ) -> Result<HashMap<K, Arc<Vec<T>>>, ReadError> {
        let mut found: HashMap<i64, Vec<T>> = HashMap::new();
        for row in self.reader.query_short(sql).await? {
            let mut columns = row.columns();
            let parent = columns.read_next()?;
            found.entry(parent).or_default().push(read(&mut columns)?);
        }
        Ok(found.into_iter().map(|(parent, children)| (key(parent), Arc::new(children))).collect())
    }
}

impl BatchLoader {
    /// Reads a long text of some items; items without the text are omitted.
    async fn texts(&self, column: &str, items: impl Iterator<Item = i64>) -> Result<Vec<(i64, Arc<str>)>, ReadError> {
        let select = format!("SELECT item_id, {column} FROM item_text WHERE {column} IS NOT NULL AND item_id");
        let mut sql = self.reader.sql(&select);
        sql.is_any_id(items);
        let rows = self.reader.query_short(sql).await?;
        let texts = rows.iter().map(|row| {
            let mut columns = row.columns();
            Ok((columns.read_next()?, Arc::from(columns.read_next::<String>()?)))
        });
        texts.collect()
    }
}

impl Loader<ContributionsOf> for BatchLoader {
    type Value = Arc<Vec<Contribution>>;
    type Error = ReadError;

    async fn load(&self, keys: &[ContributionsOf]) -> Result<HashMap<ContributionsOf, Self::Value>, ReadError> {
        let mut sql = self.reader.sql("SELECT contribution.item_id, contribution.role, contribution.position, ");
        sql.push(Person::COLUMNS)
            .push(" FROM contribution JOIN person ON person.id = contribution.person_id WHERE contribution.item_id");
        sql.is_any_id(keys.iter().map(|key| key.0)).push(" ORDER BY contribution.item_id, contribution.position");
        self.gather(sql, ContributionsOf, |columns| {
            let (role, position): (ContributionRole, i32) = (columns.read_next()?, columns.read_next()?);
            Ok(Contribution { role, position, person: Arc::new(Person::read(columns)?) })
        })
        .await
    }
}

impl Loader<InstructorsOf> for BatchLoader {
    type Value = Arc<Vec<Arc<Person>>>;
    type Error = ReadError;

    async fn load(&self, keys: &[InstructorsOf]) -> Result<HashMap<InstructorsOf, Self::Value>, ReadError> {
        let mut sql = self.reader.sql("SELECT contribution.item_id, ");
        sql.push(Person::COLUMNS)
            .push(" FROM contribution JOIN person ON person.id = contribution.person_id WHERE contribution.item_id");
        sql.is_any_id(keys.iter().map(|key| key.0)).push(" ORDER BY contribution.item_id, contribution.position");
        self.gather(sql, InstructorsOf, |columns| Ok(Arc::new(Person::read(columns)?))).await
    }
}

impl Loader<SyllabusOf> for BatchLoader {
    type Value = Arc<Vec<SyllabusSection>>;
    type Error = ReadError;

    async fn load(&self, keys: &[SyllabusOf]) -> Result<HashMap<SyllabusOf, Self::Value>, ReadError> {
        let mut sql = self.reader.sql("SELECT item_id, position, title, summary FROM syllabus_section WHERE item_id");
        sql.is_any_id(keys.iter().map(|key| key.0)).push(" ORDER BY item_id, position");
        self.gather(sql, SyllabusOf, |columns| {
            Ok(SyllabusSection {
                position: columns.read_next()?,
                title: columns.read_next()?,
                summary: columns.read_next()?,
            })
        })
        .await
    }
}

/// Reads the only column.
fn text(columns: &mut Columns<'_>) -> Result<String, DbErr> {
    columns.read_next()
}

impl Loader<AliasesOf> for BatchLoader {
    type Value = Arc<Vec<String>>;
    type Error = ReadError;

    async fn load(&self, keys: &[AliasesOf]) -> Result<HashMap<AliasesOf, Self::Value>, ReadError> {
        let mut sql = self.reader.sql("SELECT item_id, name FROM item_alias WHERE item_id");
        sql.is_any_id(keys.iter().map(|key| key.0)).push(" ORDER BY item_id, position");
        self.gather(sql, AliasesOf, text).await
    }
}

impl Loader<SameAsOf> for BatchLoader {
    type Value = Arc<Vec<String>>;
    type Error = ReadError;

    async fn load(&self, keys: &[SameAsOf]) -> Result<HashMap<SameAsOf, Self::Value>, ReadError> {
        let mut sql = self.reader.sql("SELECT item_id, url FROM item_same_as WHERE item_id");
        sql.is_any_id(keys.iter().map(|key| key.0)).push(" ORDER BY item_id, position");
        self.gather(sql, SameAsOf, text).await
    }
}

impl Loader<AncestorsOf> for BatchLoader {
    type Value = Arc<Vec<Arc<Topic>>>;
    type Error = ReadError;

    async fn load(&self, keys: &[AncestorsOf]) -> Result<HashMap<AncestorsOf, Self::Value>, ReadError> {
        let scope = self.reader.scope();
        let mut sql = self.reader.sql("WITH RECURSIVE above (start, id, distance) AS (SELECT topic.id, topic.parent_id, 1 FROM item AS topic WHERE topic.id");
        sql.is_any_id(keys.iter().map(|key| key.0));
        sql.push(" UNION ALL SELECT above.start, topic.parent_id, above.distance + 1 FROM above JOIN item AS topic ON topic.id = above.id WHERE above.distance < ");
        // The maximum depth of the tree. It also ends the recursion if somebody created a cycle by hand.
        sql.push(&limits::TREE_DEPTH.to_string()).push(" AND ");
        scope.published(&mut sql, "topic");
        sql.push(") SELECT above.start, ").push(Topic::COLUMNS);
        sql.push(" FROM above JOIN item AS topic ON topic.id = above.id WHERE ");
        scope.published(&mut sql, "topic");
        sql.push(" ORDER BY above.start, above.distance DESC");
        self.gather(sql, AncestorsOf, |columns| Ok(Arc::new(Topic::read(columns)?))).await
    }
}

impl Loader<DescriptionOf> for BatchLoader {
    type Value = Arc<str>;
    type Error = ReadError;

    async fn load(&self, keys: &[DescriptionOf]) -> Result<HashMap<DescriptionOf, Arc<str>>, ReadError> {
        let texts = self.texts("description", keys.iter().map(|key| key.0)).await?;
        Ok(texts.into_iter().map(|(item, text)| (DescriptionOf(item), text)).collect())
    }
}

impl Loader<ArticleOf> for BatchLoader {
    type Value = Arc<str>;
    type Error = ReadError;

    async fn load(&self, keys: &[ArticleOf]) -> Result<HashMap<ArticleOf, Arc<str>>, ReadError> {
        let texts = self.texts("article", keys.iter().map(|key| key.0)).await?;
        Ok(texts.into_iter().map(|(item, text)| (ArticleOf(item), text)).collect())
    }
}
