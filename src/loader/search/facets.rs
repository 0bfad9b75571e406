//! Facets: counts of search results by level, language, topic and so on.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::enums::Level;
use entity::item::Column;
use entity::kind::NodeKind;
use sea_orm::IdenStatic;
use search_index::{Counts, FacetBy, Value};

use super::{Search, kind_tag};
use crate::catalog::{Kind, Link};
use crate::loader::{BatchLoader, Filter, FilterRelation, ReadError, Reader};
use crate::model::{Organization, Record, Topic};

/// A facet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Facet {
    /// The topics of items. Descendants count for their ancestors.
    Topics,
    Levels,
    Languages,
    /// The publisher of an item; for courses, the provider.
    Organizations,
    /// The decade in which books were published.
    Decades,
    Kinds,
}

/// The rows that facets count: the visible rows of each kind that match and pass its filter.
#[derive(Debug)]
pub struct FacetScope {
    pub search: Arc<Search>,
    pub filters: Vec<(NodeKind, Filter)>,
}

/// The key of a facet.
#[derive(Clone, Debug)]
pub struct FacetValuesOf {
    pub facet: Facet,
    pub within: Arc<FacetScope>,
    /// The maximum number of values; `None` returns all.
    pub limit: Option<u32>,
}

impl PartialEq for FacetValuesOf {
    fn eq(&self, other: &Self) -> bool {
        self.facet == other.facet && self.limit == other.limit && Arc::ptr_eq(&self.within, &other.within)
    }
}

impl Eq for FacetValuesOf {}

impl Hash for FacetValuesOf {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.facet.hash(state);
        Arc::as_ptr(&self.within).hash(state);
    }
}

/// A value of a facet. Facets count unknown values too.
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

impl Loader<FacetValuesOf> for BatchLoader {
    type Value = Arc<Vec<(FacetValue, i64)>>;
    type Error = ReadError;

    /// Counts all facets of a scope in one pass.
    async fn load(&self, keys: &[FacetValuesOf]) -> Result<HashMap<FacetValuesOf, Self::Value>, ReadError> {
        let mut searches: Vec<(&Arc<FacetScope>, Vec<&FacetValuesOf>)> = Vec::new();
        for key in keys {
            match searches.iter_mut().find(|(within, _)| Arc::ptr_eq(within, &key.within)) {
                Some((_, keys)) => keys.push(key),
                None => searches.push((&key.within, vec![key])),
            }
        }
        let mut values = Vec::with_capacity(keys.len());
        for (within, keys) in searches {
            let columns: Vec<_> = keys.iter().map(|key| key.facet.columns(&within.filters)).collect();
            let all = columns.iter().flatten().cloned().collect();
            let mut counts = within.search.facets(&self.reader, &within.filters, all).await?.into_iter();
            for (key, columns) in keys.into_iter().zip(columns) {
                let counts = counts.by_ref().take(columns.len()).reduce(merged).unwrap_or_default();
                values.push((key.clone(), Arc::new(key.values(&self.reader, counts).await?)));
            }
        }
        Ok(values.into_iter().collect())
    }
}

impl Facet {
    /// Returns the facet that a filter belongs to. The filter does not narrow it.
    pub(super) fn owner(filter: &Filter) -> Option<Self> {
        match filter {
            Filter::Is(column, _) => match column.name() {
                "level" => Some(Self::Levels),
                "language" => Some(Self::Languages),
                "publication_year" => Some(Self::Decades),
                _ => None,
            },
            Filter::Related(FilterRelation::HasTopic { .. }, _) => Some(Self::Topics),
            Filter::Related(FilterRelation::Publisher(_) | FilterRelation::Provider, _) => Some(Self::Organizations),
            _ => None,
        }
    }

    /// Its number in the index.
    pub(super) const fn number(self) -> u8 {
        self as u8
    }

    /// Returns the property by which it groups documents of a kind; `None` if the kind has no such field.
    fn by(self, kind: NodeKind) -> Option<FacetBy> {
        let described = Kind::of(kind).filter(|_| kind.is_catalog_item())?;
        let by = |column: Column| described.field(column).map(|_| FacetBy::Column(column.as_str()));
        match self {
            Self::Levels => by(Column::Level),
            Self::Languages => by(Column::Language),
            Self::Organizations => by(Column::ProviderId).or_else(|| by(Column::PublisherId)),
            Self::Decades => by(Column::PublicationYear),
            Self::Topics => described.field(Link::Topics).map(|_| FacetBy::Tree),
            Self::Kinds => Some(FacetBy::Kind),
        }
    }

    /// Returns a facet of the index for each column that the kinds store it in.
    fn columns(self, filters: &[(NodeKind, Filter)]) -> Vec<search_index::FacetRequest> {
        let mut columns: Vec<search_index::FacetRequest> = Vec::new();
        for (kind, by) in filters.iter().filter_map(|(kind, _)| Some((kind_tag(*kind), self.by(*kind)?))) {
            match columns.iter_mut().find(|facet| facet.by == by) {
                Some(facet) => facet.kinds.push(kind),
                None => columns.push(search_index::FacetRequest { number: self.number(), by, kinds: vec![kind] }),
            }
        }
        columns
    }
}

impl FacetValuesOf {
    /// Returns the values in order.
    async fn values(&self, reader: &Reader, counts: Counts) -> Result<Vec<(FacetValue, i64)>, ReadError> {
        let limit = self.limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
        let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let mut values: Vec<(FacetValue, i64)> = match self.facet {
            Facet::Topics => {
                let topics = most_counted::<Topic>(reader, counts, limit, "topic.title_sort_key").await?;
                topics.into_iter().map(|(topic, number)| (FacetValue::Topic(Arc::new(topic)), count(number))).collect()
            }
            Facet::Organizations => {
                let organizations =
                    most_counted::<Organization>(reader, counts, limit, "organization.name_sort_key").await?;
                let value = |organization| FacetValue::Organization(Arc::new(organization));
                organizations.into_iter().map(|(organization, number)| (value(organization), count(number))).collect()
            }
            Facet::Levels => {
                let level = |value| if let Value::Text(text) = value { Level::from_text(&text) } else { None };
                let mut levels: Vec<_> =
                    counts.into_iter().map(|(value, number)| (level(value), count(number))).collect();
                levels.sort_by_key(|(level, _)| Level::ALL.iter().position(|one| Some(*one) == *level).ok_or(()));
                levels.into_iter().map(|(level, number)| (FacetValue::Level(level), number)).collect()
            }
            Facet::Languages => {
                let language = |value| if let Value::Text(tag) = value { Some(tag) } else { None };
                let language = |(value, number)| (FacetValue::Language(language(value)), count(number));
                most_frequent(counts.into_iter().map(language).collect())
            }
            Facet::Decades => {
                let mut decades: BTreeMap<(bool, i32), u64> = BTreeMap::new();
                for (value, number) in counts {
                    let year = if let Value::Number(year) = value { i32::try_from(year).ok() } else { None };
                    // The Euclidean remainder rounds negative years down as well.
                    let decade = year.map(|year| year - year.rem_euclid(10));
                    *decades.entry((decade.is_none(), decade.unwrap_or_default())).or_default() += number;
                }
                let decade = |(is_unknown, decade): (bool, i32)| FacetValue::Decade((!is_unknown).then_some(decade));
                decades.into_iter().map(|(value, number)| (decade(value), count(number))).collect()
            }
            Facet::Kinds => {
                let kind = |value| match value {
                    Value::Number(tag) => NodeKind::ROUTABLE.into_iter().find(|kind| i64::from(kind_tag(*kind)) == tag),
                    _ => None,
                };
                let kinds = counts.into_iter().filter_map(|(value, number)| Some((kind(value)?, count(number))));
                let mut kinds: Vec<(NodeKind, i64)> = kinds.collect();
                kinds.sort_by_key(|(kind, number)| (Reverse(*number), kind.name()));
                kinds.into_iter().map(|(kind, number)| (FacetValue::Kind(kind), number)).collect()
            }
        };
        values.truncate(limit);
        Ok(values)
    }
}

/// Adds the counts of one column to those of another.
fn merged(one: Counts, other: Counts) -> Counts {
    let mut sums: BTreeMap<Value, u64> = one.into_iter().collect();
    for (value, count) in other {
        *sums.entry(value).or_default() += count;
    }
    sums.into_iter().collect()
}

/// Sorts values by count, highest first, and leaves ties in their order.
fn most_frequent<T>(mut values: Vec<(T, i64)>) -> Vec<(T, i64)> {
    values.sort_by_key(|(_, number)| Reverse(*number));
    values
}

/// Loads the rows with the highest counts; `sort_key` breaks ties.
async fn most_counted<T: Record>(
    reader: &Reader,
    counts: Counts,
    limit: usize,
    sort_key: &str,
) -> Result<Vec<(T, u64)>, ReadError> {
    let id = |value| if let Value::Number(id) = value { Some(id) } else { None };
    let mut counted: Vec<(i64, u64)> =
        counts.into_iter().filter_map(|(value, number)| Some((id(value)?, number))).collect();
    counted.sort_unstable_by_key(|(_, number)| Reverse(*number));
    // The sort key decides among the rows that tie for the last place.
    let Some((_, least)) = counted.get(limit.min(counted.len()).wrapping_sub(1)).copied() else {
        return Ok(Vec::new());
    };
    counted.truncate(counted.partition_point(|(_, number)| *number >= least));
    let counted: HashMap<i64, u64> = counted.into_iter().collect();
    let ids = counted.keys().copied();
    let (kind, columns) = (T::KIND, T::COLUMNS);
    let mut sql = reader.sql(&format!("SELECT {columns} FROM {} AND {kind}.id", kind.filtered_table_ref()));
    sql.is_any_id(ids).push(&format!(" ORDER BY {sort_key}, {kind}.id"));
    let mut rows = Vec::new();
    for row in reader.rows(sql).await? {
        let row = T::read(&mut row.columns())?;
        let number = counted.get(&row.id()).copied().unwrap_or_default();
        rows.push((row, number));
    }
    rows.sort_by_key(|(_, number)| Reverse(*number));
    rows.truncate(limit);
    Ok(rows)
}
