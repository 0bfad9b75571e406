//! Resolves filters to conditions on the columns of the index.
//!
//! The database resolves filters on topics and organizations to ids. It also evaluates the filters for which the index has no column,
//! such as letters within a title or contributors, among the matching documents.

use std::pin::Pin;
use std::sync::Arc;

use entity::kind::NodeKind;
use sea_orm::DbErr;
use search_index::{Condition, ID, KindFilter, NEVER, NumberSet, NumberTest, TextTest, VISIBLE_FROM};

use super::facets::Facet;
use super::hits::Search;
use super::layout::{NUMBERS, STATUS, TEXTS, TOPICS};
use super::{document_id, kind_tag, row_of_document};
use crate::db::Row;
use crate::loader::filter::{self, FilterRelation};
use crate::loader::{Column, Filter, Predicate, ReadError, Reader, Scope, SortValue, StatusPredicate};

impl Search {
    /// Resolves a filter on a kind.
    pub(super) async fn kind_filter(
        &self,
        resolver: &mut Resolver<'_>,
        kind: NodeKind,
        filter: &Filter,
    ) -> Result<KindFilter, ReadError> {
        let mut limits = KindFilter::all(kind_tag(kind));
        let (mut conditions, mut others) = (Vec::new(), Vec::new());
        for filter in conjuncts(filter) {
            if !has_columns(filter) {
                others.push(filter.clone());
                continue;
            }
            let condition = resolver.condition(filter).await?;
            match Facet::owner(filter) {
                Some(facet) => limits.facets.push((facet.number(), condition)),
                None => conditions.push(condition),
            }
        }
        limits.condition = Condition::All(conditions.clone());
        if !others.is_empty() {
            let passing = self.passing(resolver.reader, kind, &limits, Filter::All(others)).await?;
            conditions.push(Condition::Number(ID, NumberTest::OneOf(Arc::new(passing))));
            limits.condition = Condition::All(conditions);
        }
        Ok(limits)
    }

    /// Returns the documents that pass a filter, among those that match the query and `limits`.
    async fn passing(
        &self,
        reader: &Reader,
        kind: NodeKind,
        limits: &KindFilter,
        filter: Filter,
    ) -> Result<NumberSet, ReadError> {
        let mut sql = reader.sql("SELECT ");
        let table = kind.table_ref();
        if self.query.clauses.is_empty() {
            sql.push(&format!("{kind}.id FROM {table} WHERE {} AND ", kind.condition()));
        } else {
            // Facets also count documents that fail the conditions of their own.
            let candidates = KindFilter { facets: Vec::new(), ..limits.clone() };
            sql.push(&format!("{kind}.id FROM (")).select_ids(self.all(reader.scope(), vec![candidates]).await?);
            sql.push(&format!(") AS hit JOIN {table} ON {kind}.id = {} WHERE ", row_of_document(kind, "hit.id")));
        }
        filter.write(&mut sql, reader.scope());
        let rows = reader.rows(sql).await?;
        let document = |row: &Row| Ok(document_id(kind, row.columns().read_next()?));
        Ok(rows.iter().map(document).collect::<Result<_, DbErr>>()?)
    }
}

/// Splits a filter into the filters that must all pass.
fn conjuncts(filter: &Filter) -> &[Filter] {
    match filter {
        Filter::All(filters) => filters,
        one => std::slice::from_ref(one),
    }
}

/// Whether the index has all columns of a filter.
fn has_columns(filter: &Filter) -> bool {
    match filter {
        Filter::All(filters) | Filter::Any(filters) => filters.iter().all(has_columns),
        Filter::Not(filter) => has_columns(filter),
        Filter::Is(_, Predicate::Status(_)) => true,
        Filter::Is(column, test) => match test {
            Predicate::Contains(_) | Predicate::StartsWith(_) => false,
            _ => NUMBERS.contains(&column.name()) || TEXTS.contains(&column.name()),
        },
        Filter::Related(relation, _) => target_of(*relation).is_some(),
    }
}

/// The target of a relation whose ids are in a column of the index.
struct Target {
    column: &'static str,
    kind: NodeKind,
    /// Whether descendants of a matching topic count too.
    descendants: bool,
}

fn target_of(relation: FilterRelation) -> Option<Target> {
    let (column, kind) = match relation {
        FilterRelation::HasTopic { .. } => (TOPICS, NodeKind::Topic),
        FilterRelation::Parent => ("parent_id", NodeKind::Topic),
        FilterRelation::Publisher(_) => ("publisher_id", NodeKind::Organization),
        FilterRelation::Provider => ("provider_id", NodeKind::Organization),
        FilterRelation::Institution => ("institution_id", NodeKind::Organization),
        FilterRelation::Alias(_)
        | FilterRelation::Contributor { .. }
        | FilterRelation::Instructor
        | FilterRelation::ListedIn(_)
        | FilterRelation::Owner(_)
        | FilterRelation::Entry => return None,
    };
    Some(Target { column, kind, descendants: matches!(relation, FilterRelation::HasTopic { descendants: true, .. }) })
}

/// Resolves filters that [have columns](has_columns). Looks up the ids of equal targets once.
pub(super) struct Resolver<'r> {
    reader: &'r Reader,
    targets: Vec<(NodeKind, bool, Filter, Arc<NumberSet>)>,
}

impl<'r> Resolver<'r> {
    pub fn new(reader: &'r Reader) -> Self {
        Self { reader, targets: Vec::new() }
    }

    fn condition<'f>(
        &'f mut self,
        filter: &'f Filter,
    ) -> Pin<Box<dyn Future<Output = Result<Condition, ReadError>> + Send + 'f>> {
        Box::pin(async move {
            Ok(match filter {
                Filter::All(filters) => Condition::All(self.conditions(filters).await?),
                Filter::Any(filters) => Condition::Any(self.conditions(filters).await?),
                Filter::Not(filter) => Condition::Not(Box::new(self.condition(filter).await?)),
                Filter::Is(column, test) => of_test(*column, test, self.reader.scope()),
                Filter::Related(relation, filter) => match target_of(*relation) {
                    Some(target) => {
                        Condition::Number(target.column, NumberTest::OneOf(self.ids(&target, filter).await?))
                    }
                    None => Condition::Any(Vec::new()),
                },
            })
        })
    }

    async fn conditions(&mut self, filters: &[Filter]) -> Result<Vec<Condition>, ReadError> {
        let mut conditions = Vec::with_capacity(filters.len());
        for filter in filters {
            conditions.push(self.condition(filter).await?);
        }
        Ok(conditions)
    }

    /// Returns the ids of the targets that pass a filter.
    async fn ids(&mut self, target: &Target, filter: &Filter) -> Result<Arc<NumberSet>, ReadError> {
        let Target { kind, descendants, .. } = *target;
        let known = self.targets.iter().find(|(of, below, by, _)| (*of, *below, by) == (kind, descendants, filter));
        if let Some((.., ids)) = known {
            return Ok(ids.clone());
        }
        let mut sql = self.reader.sql("");
        filter::write_ids(&mut sql, self.reader.scope(), kind, descendants, filter);
        let rows = self.reader.rows(sql).await?;
        let ids: NumberSet = rows.iter().map(|row| row.columns().read_next()).collect::<Result<_, _>>()?;
        let ids = Arc::new(ids);
        self.targets.push((kind, descendants, filter.clone(), ids.clone()));
        Ok(ids)
    }
}

fn of_test(column: Column, test: &Predicate, scope: Scope) -> Condition {
    let name = column.name();
    let in_number = |test| Condition::Number(name, test);
    let in_text = |test| Condition::Text(name, test);
    let has_text = TEXTS.contains(&name);
    let from = |least: i64| in_number(NumberTest::Between(least, i64::MAX));
    let to = |most: i64| in_number(NumberTest::Between(i64::MIN, most));
    match test {
        Predicate::Equal(SortValue::Number(equal)) => in_number(NumberTest::Between(*equal, *equal)),
        Predicate::Equal(SortValue::Text(equal)) => in_text(TextTest::OneOf([equal.clone()].into())),
        Predicate::InNumbers(numbers) => in_number(NumberTest::OneOf(Arc::new(numbers.iter().copied().collect()))),
        Predicate::InTexts(texts) => in_text(TextTest::OneOf(texts.iter().cloned().collect())),
        Predicate::Greater(SortValue::Number(bound)) => bound.checked_add(1).map_or(Condition::Any(Vec::new()), from),
        Predicate::GreaterOrEqual(SortValue::Number(bound)) => from(*bound),
        Predicate::Less(SortValue::Number(bound)) => bound.checked_sub(1).map_or(Condition::Any(Vec::new()), to),
        Predicate::LessOrEqual(SortValue::Number(bound)) => to(*bound),
        Predicate::InLanguage(range) => Condition::Any(vec![
            in_text(TextTest::OneOf([range.clone()].into())),
            in_text(TextTest::StartsWith(format!("{range}-"))),
        ]),
        Predicate::IsNull(is_null) => {
            let is_known = if has_text { in_text(TextTest::IsKnown) } else { in_number(NumberTest::IsKnown) };
            if *is_null { Condition::Not(Box::new(is_known)) } else { is_known }
        }
        Predicate::Is(wanted) => in_number(NumberTest::Between(i64::from(*wanted), i64::from(*wanted))),
        Predicate::Status(statuses) => {
            Condition::Any(statuses.iter().map(|status| of_status(*status, scope)).collect())
        }
        // The database evaluates conditions on letters. Nothing equals an unknown value.
        Predicate::Equal(SortValue::Null)
        | Predicate::Greater(_)
        | Predicate::GreaterOrEqual(_)
        | Predicate::Less(_)
        | Predicate::LessOrEqual(_)
        | Predicate::Contains(_)
        | Predicate::StartsWith(_) => Condition::Any(Vec::new()),
    }
}

fn of_status(status: StatusPredicate, scope: Scope) -> Condition {
    let stored = |status: &str| Condition::Text(STATUS, TextTest::OneOf([status.to_owned()].into()));
    let visible = |first, last| Condition::Number(VISIBLE_FROM, NumberTest::Between(first, last));
    match status {
        StatusPredicate::Draft => stored("DRAFT"),
        StatusPredicate::Archived => stored("ARCHIVED"),
        StatusPredicate::Published => visible(i64::MIN, scope.now.0),
        StatusPredicate::Scheduled => visible(scope.now.0.saturating_add(1), NEVER - 1),
    }
}
