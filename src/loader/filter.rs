//! Filters as SQL conditions. They are two-valued: unknown values do not match, and a negation matches exactly the rows
//! that do not match.

use entity::enums::ContributionRole;
use entity::kind::{NodeKind, OwnerKind, ResourceKind};

use super::{Scope, SortValue};
use crate::db::{Engine, Sql};

/// A condition on the rows of one kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Not(Box<Filter>),
    /// A condition on one column.
    Is(Column, Predicate),
    /// A related row matches the filter.
    Related(FilterRelation, Box<Filter>),
}

/// A qualified SQL column of the filtered kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column(pub &'static str);

impl Column {
    /// Returns the name without the table.
    pub(super) fn name(self) -> &'static str {
        self.0.rsplit('.').next().unwrap_or_default()
    }
}

/// A condition on a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Predicate {
    Equal(SortValue),
    InNumbers(Vec<i64>),
    InTexts(Vec<String>),
    Greater(SortValue),
    GreaterOrEqual(SortValue),
    Less(SortValue),
    LessOrEqual(SortValue),
    /// The column contains the text.
    Contains(String),
    /// The column starts with the text.
    StartsWith(String),
    /// The column is a language tag in this range: "en" includes en-GB.
    InLanguage(String),
    IsNull(bool),
    /// The column is true, or false.
    Is(bool),
    /// The stored status and the publication time yield one of these statuses.
    Status(Vec<StatusPredicate>),
}

/// A publication status, as it follows from the columns of `item`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusPredicate {
    Draft,
    Scheduled,
    Published,
    Archived,
}

/// The relation of a filtered row to another row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilterRelation {
    /// The topics of an item of this kind, and their descendants.
    HasTopic {
        of: NodeKind,
        descendants: bool,
    },
    /// The parent of a topic.
    Parent,
    /// The aliases of an item of this kind; the filter is on `item_alias`.
    Alias(NodeKind),
    /// The people who contributed to an item of this kind, in this role or in any.
    Contributor {
        to: NodeKind,
        role: Option<ContributionRole>,
    },
    /// The instructors of a course.
    Instructor,
    /// The publisher of an item of this kind.
    Publisher(NodeKind),
    Provider,
    Institution,
    /// The lists that recommend a learning resource; the filter is on `reading_list`.
    ListedIn(ResourceKind),
    /// The owner of a reading list, of this kind.
    Owner(OwnerKind),
    /// The entries of a reading list; the filter is on `reading_list_entry`.
    Entry,
}

impl Filter {
    /// Returns the filter that every row passes.
    #[must_use]
    pub fn everything() -> Self {
        Self::All(Vec::new())
    }

    #[must_use]
    pub fn is_everything(&self) -> bool {
        matches!(self, Self::All(filters) if filters.iter().all(Self::is_everything))
    }

    /// Returns the number of conditions.
    #[must_use]
    pub fn size(&self) -> usize {
        match self {
            Self::All(filters) | Self::Any(filters) => filters.iter().map(Self::size).sum::<usize>() + 1,
            Self::Not(filter) | Self::Related(_, filter) => filter.size() + 1,
            Self::Is(..) => 1,
        }
    }

    /// Adds the condition.
    pub(super) fn write(&self, sql: &mut Sql, scope: Scope) {
        match self {
            Self::All(filters) => join(sql, scope, filters, " AND ", "TRUE"),
            Self::Any(filters) => join(sql, scope, filters, " OR ", "FALSE"),
            Self::Not(filter) => {
                // Unknown counts as false before the negation. Only negations need this.
                sql.push("NOT COALESCE(");
                filter.write(sql, scope);
                sql.push(", FALSE)");
            }
            Self::Is(column, test) => test.write(sql, scope, column.0),
            Self::Related(relation, filter) => relation.write(sql, scope, filter),
        }
    }
}

fn join(sql: &mut Sql, scope: Scope, filters: &[Filter], between: &str, none: &str) {
    let Some((first, rest)) = filters.split_first() else {
        sql.push(none);
        return;
    };
    sql.push("(");
    first.write(sql, scope);
    for filter in rest {
        sql.push(between);
        filter.write(sql, scope);
    }
    sql.push(")");
}

impl Predicate {
    fn write(&self, sql: &mut Sql, scope: Scope, column: &str) {
        match self {
            Self::Equal(value) => compare(sql, column, " = ", value),
            Self::Greater(value) => compare(sql, column, " > ", value),
            Self::GreaterOrEqual(value) => compare(sql, column, " >= ", value),
            Self::Less(value) => compare(sql, column, " < ", value),
            Self::LessOrEqual(value) => compare(sql, column, " <= ", value),
            Self::InNumbers(numbers) => {
                sql.push(column).is_any_id(numbers.iter().copied());
            }
            Self::InTexts(texts) => {
                sql.push(column).is_any_text(texts.iter().map(String::as_str));
            }
            Self::Contains(text) => {
                // Not LIKE, which folds the case of ASCII letters on SQLite.
                let function = if sql.engine() == Engine::Sqlite { "instr(" } else { "strpos(" };
                sql.push(function).push(column).push(", ").bind(text.clone()).push(") > 0");
            }
            Self::StartsWith(text) => starts_with(sql, column, text),
            Self::InLanguage(range) => {
                sql.push("(").push(column).push(" = ").bind(range.clone()).push(" OR ");
                starts_with(sql, column, &format!("{range}-"));
                sql.push(")");
            }
            Self::IsNull(is_null) => {
                sql.push(column).push(if *is_null { " IS NULL" } else { " IS NOT NULL" });
            }
            Self::Is(wanted) => {
                sql.push(column).push(if *wanted { " = TRUE" } else { " = FALSE" });
            }
            Self::Status(wanted) => {
                sql.push("(FALSE");
                for status in wanted {
                    sql.push(" OR ");
                    status.write(sql, scope, column);
                }
                sql.push(")");
            }
        }
    }
}

fn compare(sql: &mut Sql, column: &str, operator: &str, value: &SortValue) {
    sql.push(column).push(operator);
    value.bind(sql);
}

/// A range, which an index on the column serves on both engines.
fn starts_with(sql: &mut Sql, column: &str, text: &str) {
    if text.is_empty() {
        sql.push(column).push(" IS NOT NULL");
        return;
    }
    sql.push("(").push(column).push(" >= ").bind(text.to_owned()).push(" AND ");
    sql.push(column).push(" < ").bind(format!("{text}\u{10ffff}")).push(")");
}

impl StatusPredicate {
    /// `table` is the table of the columns.
    fn write(self, sql: &mut Sql, scope: Scope, table: &str) {
        match self {
            Self::Draft => sql.push(table).push(".status = 'DRAFT'"),
            Self::Archived => sql.push(table).push(".status = 'ARCHIVED'"),
            Self::Published => sql.push(table).push(".visible_from <= ").bind(scope.now.0),
            Self::Scheduled => sql.push(table).push(".visible_from > ").bind(scope.now.0),
        };
    }
}

impl FilterRelation {
    /// Adds the condition as `column IN (SELECT …)`. The inner rows do not refer to the outer ones, except an entry to its
    /// own list, so a filter can use the same table at several depths.
    fn write(self, sql: &mut Sql, scope: Scope, filter: &Filter) {
        match self {
            Self::HasTopic { of, descendants } => {
                sql.push(&format!(
                    "{of}.id IN (SELECT item_topic.item_id FROM item_topic WHERE item_topic.topic_id IN ("
                ));
                write_ids(sql, scope, NodeKind::Topic, descendants, filter);
                sql.push("))");
            }
            Self::Parent => within(sql, scope, "topic.parent_id", NodeKind::Topic, filter),
            Self::Alias(kind) => {
                sql.push(&format!("{kind}.id IN (SELECT item_alias.item_id FROM item_alias WHERE "));
                filter.write(sql, scope);
                sql.push(")");
            }
            Self::Contributor { to, role } => {
                sql.push(&format!("{to}.id IN (SELECT contribution.item_id FROM contribution WHERE "));
                if let Some(role) = role {
                    sql.push(&format!("contribution.role = '{}' AND ", role.as_str()));
                }
                within(sql, scope, "contribution.person_id", NodeKind::Person, filter);
                sql.push(")");
            }
            Self::Instructor => {
                sql.push("course.id IN (SELECT contribution.item_id FROM contribution WHERE ");
                within(sql, scope, "contribution.person_id", NodeKind::Person, filter);
                sql.push(")");
            }
            Self::Publisher(kind) => {
                within(sql, scope, &format!("{kind}.publisher_id"), NodeKind::Organization, filter);
            }
            Self::Provider => within(sql, scope, "course.provider_id", NodeKind::Organization, filter),
            Self::Institution => within(sql, scope, "course.institution_id", NodeKind::Organization, filter),
            Self::ListedIn(kind) => {
                let kind = NodeKind::from(kind);
                sql.push(&format!("{kind}.id IN (SELECT reading_list_entry.item_id FROM reading_list_entry WHERE "));
                within(sql, scope, "reading_list_entry.list_id", NodeKind::ReadingList, filter);
                sql.push(")");
            }
            Self::Owner(kind) => within(sql, scope, "reading_list.owner_id", kind.into(), filter),
            // Most lists have entries, so a check per list is cheaper than collecting the ids of all of them.
            Self::Entry => {
                sql.push(
                    "EXISTS (SELECT 1 FROM reading_list_entry WHERE reading_list_entry.list_id = reading_list.id AND ",
                );
                scope.visible(sql, NodeKind::ReadingListEntry);
                sql.push(" AND ");
                filter.write(sql, scope);
                sql.push(")");
            }
        }
    }
}

/// Adds `column IN (SELECT …)` with the ids of the visible rows of `kind` that match.
fn within(sql: &mut Sql, scope: Scope, column: &str, kind: NodeKind, filter: &Filter) {
    sql.push(column).push(" IN (");
    matching(sql, scope, kind, filter);
    sql.push(")");
}

/// Adds the statement that selects the ids of the visible rows of a kind that match and, with `descendants`, of the
/// visible topics below them.
pub(super) fn write_ids(sql: &mut Sql, scope: Scope, kind: NodeKind, descendants: bool, filter: &Filter) {
    if !descendants {
        matching(sql, scope, kind, filter);
        return;
    }
    sql.push("WITH RECURSIVE tree (id) AS (");
    matching(sql, scope, kind, filter);
    sql.push(" UNION SELECT topic.id FROM tree JOIN item AS topic ON topic.parent_id = tree.id WHERE ");
    scope.published(sql, "topic");
    sql.push(") SELECT id FROM tree");
}

fn matching(sql: &mut Sql, scope: Scope, kind: NodeKind, filter: &Filter) {
    sql.push(&format!("SELECT {kind}.id FROM {} AND ", kind.filtered_table_ref()));
    scope.visible(sql, kind);
    sql.push(" AND ");
    filter.write(sql, scope);
}
