//! Facets: how many of what was found are of which level, in which language, about what.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::choice::Level;
use entity::item::Column;
use entity::kind::NodeKind;
use futures_util::future::try_join_all;
use sea_orm::{DbErr, IdenStatic};

use super::Search;
use crate::catalog::{Kind, Link};
use crate::db::{Columns, Sql};
use crate::loader::{Catalog, Filter, FilterRelation, ReadError, Scope};
use crate::model::{Organization, Record, Topic};

/// By what is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Facet {
    /// The topics that items carry; what is below a topic counts for it.
    Topics,
    Levels,
    Languages,
    /// The publisher of an item; for courses, the provider.
    Organizations,
    /// The decade in which books were published.
    Decades,
    Kinds,
}

/// What is counted: the visible rows of each kind that pass its filter and match.
#[derive(Debug)]
pub struct Within {
    pub search: Option<Arc<Search>>,
    pub parts: Vec<(NodeKind, Filter)>,
}

/// The key of a facet.
#[derive(Clone, Debug)]
pub struct FacetOf {
    pub facet: Facet,
    pub within: Arc<Within>,
    /// How many values at most, the most frequent first; all where there is none.
    pub limit: Option<u32>,
}

impl PartialEq for FacetOf {
    fn eq(&self, other: &Self) -> bool {
        self.facet == other.facet && self.limit == other.limit && Arc::ptr_eq(&self.within, &other.within)
    }
}

impl Eq for FacetOf {}

impl Hash for FacetOf {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.facet.hash(state);
        Arc::as_ptr(&self.within).hash(state);
    }
}

/// A value of a facet. What is not known counts as well.
#[derive(Clone, Debug)]
pub enum FacetValue {
    Topic(Arc<Topic>),
    Level(Option<Level>),
    Language(Option<String>),
    Organization(Arc<Organization>),
    /// The first year of the decade.
    Decade(Option<i32>),
    Kind(NodeKind),
}

impl Loader<FacetOf> for Catalog {
    type Value = Arc<Vec<(FacetValue, i64)>>;
    type Error = ReadError;

    /// A statement for each facet.
    async fn load(&self, keys: &[FacetOf]) -> Result<HashMap<FacetOf, Self::Value>, ReadError> {
        let facets = try_join_all(keys.iter().map(async |key| {
            let mut sql = self.reader.sql("");
            key.write(&mut sql, self.reader.scope()).await?;
            let rows = self.reader.rows(sql).await?;
            let read = rows.iter().map(|row| {
                let mut columns = row.columns();
                let count = columns.take()?;
                Ok((key.facet.read(&mut columns)?, count))
            });
            let values = read.collect::<Result<Vec<_>, DbErr>>()?;
            Ok::<_, ReadError>((key.clone(), Arc::new(values)))
        }));
        Ok(facets.await?.into_iter().collect())
    }
}

impl Facet {
    /// Whether a condition is this facet's own, by which it is not narrowed.
    fn owns(self, filter: &Filter) -> bool {
        match (self, filter) {
            (Self::Levels, Filter::Is(column, _)) => column.name() == "level",
            (Self::Languages, Filter::Is(column, _)) => column.name() == "language",
            (Self::Decades, Filter::Is(column, _)) => column.name() == "publication_year",
            (Self::Topics, Filter::Related(FilterRelation::HasTopic { .. }, _))
            | (Self::Organizations, Filter::Related(FilterRelation::Publisher(_) | FilterRelation::Provider, _)) => {
                true
            }
            _ => false,
        }
    }

    /// What of the rows of a kind is counted, where there is such a thing.
    fn value(self, kind: NodeKind) -> Option<String> {
        let described = Kind::of(kind).filter(|_| kind.is_catalog_item())?;
        let column = |column: Column| described.field(column).map(|_| format!("{kind}.{}", column.as_str()));
        match self {
            Self::Levels => column(Column::Level),
            Self::Languages => column(Column::Language),
            Self::Organizations => column(Column::ProviderId).or_else(|| column(Column::PublisherId)),
            // Before our era, too, a decade begins with the lower year.
            Self::Decades => column(Column::PublicationYear).map(|year| format!("{year} - (({year} % 10) + 10) % 10")),
            Self::Topics => described.field(Link::Topics).map(|_| "item_topic.topic_id".to_owned()),
            Self::Kinds => Some(format!("'{kind}'")),
        }
    }

    fn read(self, columns: &mut Columns<'_>) -> Result<FacetValue, DbErr> {
        Ok(match self {
            Self::Topics => FacetValue::Topic(Arc::new(Topic::read(columns)?)),
            Self::Organizations => FacetValue::Organization(Arc::new(Organization::read(columns)?)),
            Self::Levels => FacetValue::Level(columns.take()?),
            Self::Languages => FacetValue::Language(columns.take()?),
            Self::Decades => FacetValue::Decade(columns.take()?),
            Self::Kinds => FacetValue::Kind(
                NodeKind::from_name(&columns.take::<String>()?)
                    .ok_or_else(|| DbErr::Type("no kind of this catalog".to_owned()))?,
            ),
        })
    }
}

impl FacetOf {
    async fn write(&self, sql: &mut Sql, scope: Scope) -> Result<(), ReadError> {
        match self.facet {
            Facet::Topics => self.write_topics(sql, scope).await?,
            Facet::Organizations => {
                sql.push("SELECT counted.number, ").push(Organization::COLUMNS).push(" FROM (");
                sql.push("SELECT value, COUNT(*) AS number FROM (");
                self.write_values(sql, scope).await?;
                sql.push(") AS found GROUP BY value) AS counted JOIN organization ON organization.id = counted.value");
                sql.push(" ORDER BY counted.number DESC, organization.name_sort_key, organization.id");
            }
            Facet::Levels => {
                self.write_plain(sql, scope).await?;
                sql.push(
                    " ORDER BY CASE value WHEN 'INTRODUCTORY' THEN 1 WHEN 'INTERMEDIATE' THEN 2 WHEN 'ADVANCED' THEN 3 ELSE 4 END",
                );
            }
            Facet::Languages => {
                self.write_plain(sql, scope).await?;
                sql.push(" ORDER BY COUNT(*) DESC, value NULLS LAST");
            }
            Facet::Decades => {
                self.write_plain(sql, scope).await?;
                sql.push(" ORDER BY value NULLS LAST");
            }
            Facet::Kinds => {
                self.write_plain(sql, scope).await?;
                sql.push(" ORDER BY COUNT(*) DESC, value");
            }
        }
        if let Some(limit) = self.limit {
            sql.push(&format!(" LIMIT {limit}"));
        }
        Ok(())
    }

    async fn write_plain(&self, sql: &mut Sql, scope: Scope) -> Result<(), ReadError> {
        sql.push("SELECT COUNT(*), value FROM (");
        self.write_values(sql, scope).await?;
        sql.push(") AS found GROUP BY value");
        Ok(())
    }

    /// Adds `SELECT … AS value`: a row for each item that was found.
    async fn write_values(&self, sql: &mut Sql, scope: Scope) -> Result<(), ReadError> {
        let mut is_first = true;
        for (kind, filter) in &self.within.parts {
            let Some(value) = self.facet.value(*kind) else { continue };
            sql.push(if is_first { "SELECT " } else { " UNION ALL SELECT " }).push(&value).push(" AS value");
            self.write_from(sql, scope, *kind, filter, "").await?;
            is_first = false;
        }
        if is_first {
            sql.push("SELECT NULL AS value WHERE FALSE");
        }
        Ok(())
    }

    async fn write_from(
        &self,
        sql: &mut Sql,
        scope: Scope,
        kind: NodeKind,
        filter: &Filter,
        joined: &str,
    ) -> Result<(), ReadError> {
        sql.push(" FROM ");
        if let Some(search) = &self.within.search {
            let kinds: Vec<NodeKind> = self.within.parts.iter().map(|(kind, _)| *kind).collect();
            search.write_matches(sql, scope, &kinds, kind, false).await?;
            sql.push(&format!(" JOIN {} ON {kind}.id = hit.id", kind.table_ref()));
        } else {
            sql.push(kind.table_ref());
        }
        sql.push(joined).push(" WHERE ");
        sql.push(kind.condition()).push(" AND ");
        scope.visible(sql, kind);
        let Filter::All(conditions) = filter else {
            sql.push(" AND ");
            filter.write(sql, scope);
            return Ok(());
        };
        for condition in conditions.iter().filter(|condition| !self.facet.owns(condition)) {
            sql.push(" AND ");
            condition.write(sql, scope);
        }
        Ok(())
    }

    /// An item counts once for each of its topics and for all that are above them, as far up as each is visible.
    async fn write_topics(&self, sql: &mut Sql, scope: Scope) -> Result<(), ReadError> {
        sql.push("SELECT counted.number, ")
            .push(Topic::COLUMNS)
            .push(" FROM (WITH RECURSIVE above (id, ancestor) AS (");
        sql.push("SELECT topic.id, topic.id FROM item AS topic WHERE topic.kind = 'topic' AND ");
        scope.published(sql, "topic");
        sql.push(" UNION SELECT above.id, topic.id FROM above JOIN item AS child ON child.id = above.ancestor ");
        sql.push("JOIN item AS topic ON topic.id = child.parent_id WHERE ");
        scope.published(sql, "topic");
        sql.push("), found (value, item) AS (");
        let mut is_first = true;
        for (kind, filter) in &self.within.parts {
            let Some(value) = Facet::Topics.value(*kind) else { continue };
            sql.push(if is_first { "SELECT " } else { " UNION ALL SELECT " }).push(&value);
            sql.push(&format!(", {kind}.id"));
            let joined = format!(" JOIN item_topic ON item_topic.item_id = {kind}.id");
            self.write_from(sql, scope, *kind, filter, &joined).await?;
            is_first = false;
        }
        sql.push(if is_first { "SELECT 0, 0 WHERE FALSE" } else { "" });
        sql.push(
            ") SELECT above.ancestor AS id, COUNT(DISTINCT found.item) AS number FROM found \
             JOIN above ON above.id = found.value GROUP BY above.ancestor) AS counted JOIN item AS topic ON topic.id = counted.id \
             ORDER BY counted.number DESC, topic.title_sort_key, topic.id",
        );
        Ok(())
    }
}
