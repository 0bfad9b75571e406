//! The access paths from a parent to its rows: the joins, the column of the parent, and the order.

use std::borrow::Cow;

use entity::enums::EntryRole;
use entity::kind::{NodeKind, OwnerKind, ResourceKind, TAG_MASK};

use super::order::SortBy;
use super::{Order, Scope, SortKey, Window};
use crate::catalog::Kind;
use crate::db::Sql;

/// Joins the items that entries recommend.
pub(super) const RESOURCE: &str = " JOIN item AS resource ON resource.id = reading_list_entry.item_id";

/// How the positions of entries in their list are determined. They are counted before any filter, so that an entry has
/// the same position everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PositionSource {
    /// Counted while the rows are read, because they are the first rows of the list.
    RowOrder,
    /// Not determined here; [`PositionOf`](super::PositionOf) loads it if needed.
    Unranked,
    /// Counted by a window function over the selected rows, because they are all rows of the list.
    Window,
    /// Counted in a subquery below the filters.
    Subquery,
}

impl PositionSource {
    /// Returns the SQL expression.
    pub(super) fn expression(self) -> &'static str {
        match self {
            Self::RowOrder | Self::Unranked => "CAST(NULL AS BIGINT)",
            Self::Window => {
                "ROW_NUMBER() OVER (PARTITION BY reading_list_entry.list_id ORDER BY reading_list_entry.position)"
            }
            Self::Subquery => "reading_list_entry.list_rank",
        }
    }
}

/// The parents whose rows are selected.
#[derive(Clone, Copy, Debug)]
pub(super) enum Parents<'a> {
    These(&'a [i64]),
    /// The parent `given.value` of the surrounding statement.
    Given,
}

impl Parents<'_> {
    /// Adds a condition: the expression before it is one of the parents.
    fn write(self, sql: &mut Sql) -> &mut Sql {
        match self {
            Self::These(ids) => sql.is_any_id(ids.iter().copied()),
            Self::Given => sql.push(" = given.value"),
        }
    }
}

/// A relation from a parent to several rows, with the arguments that change the set of rows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    /// The topics of an item of this kind, in the editor's order.
    TopicsOf(NodeKind),
    RelatedCareers,
    RelatedTopics,
    /// The children of a topic.
    Children,
    /// The items of this kind that have a topic, or one of its descendants.
    WithTopic {
        kind: NodeKind,
        descendants: bool,
    },
    /// The prerequisites of a course.
    Prerequisites,
    /// The courses that have a course as prerequisite.
    PrerequisiteFor,
    /// The items of this kind to which a person contributed.
    OfPerson(NodeKind),
    /// The items of this kind that name an organization as publisher, provider or institution.
    OfOrganization(NodeKind),
    /// The learning resources of these kinds that have a topic, or one of its descendants.
    ResourcesWithTopic {
        kinds: Vec<ResourceKind>,
        descendants: bool,
    },
    /// The learning resources of these kinds to which a person contributed.
    ResourcesOfPerson(Vec<ResourceKind>),
    /// The learning resources of these kinds that name an organization as publisher, provider or institution.
    ResourcesOfOrganization(Vec<ResourceKind>),
    /// The entries of a reading list.
    Entries {
        kinds: Option<Vec<ResourceKind>>,
        roles: Option<Vec<EntryRole>>,
    },
    /// The entries that recommend this kind of resource, on the list of this kind of owner.
    Recommended {
        owner: OwnerKind,
        resource: ResourceKind,
        roles: Option<Vec<EntryRole>>,
        /// Whether the positions in the list are needed.
        is_ranked: bool,
    },
    /// The entries of all lists that recommend a resource of this kind.
    ListedIn {
        resource: ResourceKind,
        owners: Option<Vec<OwnerKind>>,
    },
    /// The revisions of an object of this kind.
    Revisions(NodeKind),
}

const BY_POSITION: [SortKey; 1] = [SortKey::ascending(SortBy::Number("link.position"))];
const BY_ENTRY_POSITION: [SortKey; 1] = [SortKey::ascending(SortBy::Number("reading_list_entry.position"))];
const NEWEST: [SortKey; 1] = [SortKey::descending(SortBy::Number("revision.revision"))];
const BY_OWNER: [SortKey; 2] = [
    SortKey::ascending(SortBy::Number("(reading_list.owner_id & 63)")),
    SortKey::ascending(SortBy::Text("owner.title_sort_key")),
];

fn by_title(kind: NodeKind) -> Order {
    let keys = vec![SortKey::ascending(SortBy::Text(kind.title_sort_key()))];
    Order { name: Cow::Borrowed("title"), keys: Cow::Owned(keys), id: kind.primary_key() }
}

/// The most recommended first, then by title.
fn by_recommendations(kind: NodeKind) -> Order {
    let keys = vec![
        SortKey::descending(SortBy::Recommendations(kind.name())),
        SortKey::ascending(SortBy::Text(kind.title_sort_key())),
    ];
    Order { name: Cow::Borrowed("recommended"), keys: Cow::Owned(keys), id: kind.primary_key() }
}

/// The order of learning resources of any kind: by the `first` key, if any, then by title.
fn resources(first: Option<SortKey>) -> Order {
    let by_title = SortKey::ascending(SortBy::Text("resource.title_sort_key"));
    let name = if first.is_some() { "recommended resources" } else { "resources" };
    let keys = first.into_iter().chain([by_title]).collect();
    Order { name: Cow::Borrowed(name), keys: Cow::Owned(keys), id: "resource.id" }
}

impl Relation {
    /// Returns the order of the rows.
    #[must_use]
    pub fn order(&self) -> Order {
        let (name, keys, id): (&'static str, &'static [SortKey], &'static str) = match self {
            Self::TopicsOf(_) | Self::RelatedTopics => ("position", &BY_POSITION, "topic.id"),
            Self::RelatedCareers => ("position", &BY_POSITION, "career.id"),
            Self::Prerequisites => ("position", &BY_POSITION, "course.id"),
            Self::Children => return by_title(NodeKind::Topic),
            Self::PrerequisiteFor => return by_title(NodeKind::Course),
            Self::OfPerson(kind) | Self::OfOrganization(kind) => return by_title(*kind),
            Self::WithTopic { kind, .. } => {
                return if kind.is_listable() { by_recommendations(*kind) } else { by_title(*kind) };
            }
            Self::ResourcesWithTopic { .. } => {
                return resources(Some(SortKey::descending(SortBy::Recommendations("resource"))));
            }
            Self::ResourcesOfPerson(_) | Self::ResourcesOfOrganization(_) => return resources(None),
            Self::Entries { .. } | Self::Recommended { .. } => ("entry", &BY_ENTRY_POSITION, "reading_list_entry.id"),
            Self::ListedIn { .. } => ("owner", &BY_OWNER, "reading_list_entry.id"),
            Self::Revisions(_) => ("revisions", &NEWEST, "revision.id"),
        };
        Order { name: Cow::Borrowed(name), keys: Cow::Borrowed(keys), id }
    }

    /// Returns the SQL expression for the parent of a row.
    pub(super) fn parent(&self) -> &'static str {
        match self {
            Self::TopicsOf(_) | Self::RelatedCareers | Self::RelatedTopics | Self::Prerequisites => "link.item_id",
            Self::Children => "topic.parent_id",
            Self::PrerequisiteFor => "link.prerequisite_id",
            Self::WithTopic { .. }
            | Self::OfPerson(_)
            | Self::OfOrganization(_)
            | Self::ResourcesWithTopic { .. }
            | Self::ResourcesOfPerson(_)
            | Self::ResourcesOfOrganization(_) => "link.parent",
            Self::Entries { .. } => "reading_list_entry.list_id",
            Self::Recommended { .. } => "reading_list_entry.parent",
            Self::ListedIn { .. } => "reading_list_entry.item_id",
            Self::Revisions(kind) => kind.primary_key(),
        }
    }

    /// Returns how the positions of the rows of a window are determined.
    pub(super) fn position_source(&self, window: &Window) -> PositionSource {
        match self {
            Self::Entries { kinds: None, roles: None } if !window.is_bounded() && !window.backward => {
                PositionSource::RowOrder
            }
            Self::Entries { kinds: None, roles: None } if !window.is_bounded() => PositionSource::Window,
            Self::Recommended { is_ranked: false, .. } => PositionSource::Unranked,
            _ => PositionSource::Subquery,
        }
    }

    /// Returns the joins that a subquery of entries needs to become rows; `None` if joins are not enough.
    pub(super) fn joins(&self, source: PositionSource) -> Option<&'static str> {
        match (self, source) {
            (Self::Entries { .. }, PositionSource::RowOrder) => Some(RESOURCE),
            (Self::Recommended { resource: ResourceKind::Book, .. }, PositionSource::Unranked) => {
                Some(" JOIN item AS book ON book.id = reading_list_entry.item_id")
            }
            (Self::Recommended { resource: ResourceKind::Course, .. }, PositionSource::Unranked) => {
                Some(" JOIN item AS course ON course.id = reading_list_entry.item_id")
            }
            _ => None,
        }
    }

    /// Adds ` FROM … WHERE …` for the visible rows of `parents`.
    pub(super) fn write_from(&self, sql: &mut Sql, scope: Scope, parents: Parents<'_>, source: PositionSource) {
        match self {
            Self::TopicsOf(_) => linked(sql, scope, parents, "item_topic", ("item_id", "topic_id"), NodeKind::Topic),
            Self::RelatedCareers => {
                linked(sql, scope, parents, "related_item", ("item_id", "related_id"), NodeKind::Career);
            }
            Self::RelatedTopics => {
                linked(sql, scope, parents, "related_item", ("item_id", "related_id"), NodeKind::Topic);
            }
            Self::Prerequisites => {
                linked(sql, scope, parents, "prerequisite", ("item_id", "prerequisite_id"), NodeKind::Course);
            }
            Self::PrerequisiteFor => {
                linked(sql, scope, parents, "prerequisite", ("prerequisite_id", "item_id"), NodeKind::Course);
            }
            Self::Children => {
                parents.write(sql.push(" FROM item AS topic WHERE topic.parent_id"));
                and_published(sql, scope, "topic");
            }
            Self::WithTopic { kind, descendants } => {
                with_topic(sql, scope, &[*kind], *descendants, parents);
                join_item(sql, scope, kind.name());
            }
            Self::OfPerson(kind) => {
                of_person(sql, &[*kind], parents);
                join_item(sql, scope, kind.name());
            }
            Self::OfOrganization(kind) => {
                of_organization(sql, &[*kind], parents);
                join_item(sql, scope, kind.name());
            }
            Self::ResourcesWithTopic { kinds, descendants } => {
                with_topic(sql, scope, &nodes(kinds), *descendants, parents);
                join_item(sql, scope, "resource");
            }
            Self::ResourcesOfPerson(kinds) => {
                of_person(sql, &nodes(kinds), parents);
                join_item(sql, scope, "resource");
            }
            Self::ResourcesOfOrganization(kinds) => {
                of_organization(sql, &nodes(kinds), parents);
                join_item(sql, scope, "resource");
            }
            Self::Entries { kinds, roles } => {
                entries(sql, scope, parents, source);
                if let Some(kinds) = kinds {
                    and_kinds(sql, kinds);
                }
                and_roles(sql, roles.as_deref());
            }
            Self::Recommended { resource, roles, .. } => {
                recommended(sql, scope, parents, *resource, source);
                and_roles(sql, roles.as_deref());
            }
            Self::ListedIn { owners, .. } => listed_in(sql, scope, parents, owners.as_deref()),
            Self::Revisions(kind) => {
                sql.push(&format!(
                    " FROM {} JOIN revision ON revision.kind = '{kind}' AND revision.code = {kind}.code WHERE ",
                    kind.table_ref()
                ));
                parents.write(sql.push(self.parent()));
            }
        }
    }
}

/// Adds the entries of reading lists, with the resources that they recommend.
fn entries(sql: &mut Sql, scope: Scope, parents: Parents<'_>, source: PositionSource) {
    let of_lists = |sql: &mut Sql| {
        parents.write(sql.push("reading_list_entry.list_id"));
    };
    match source {
        PositionSource::RowOrder | PositionSource::Unranked | PositionSource::Window => {
            sql.push(" FROM reading_list_entry").push(RESOURCE).push(" WHERE ");
            of_lists(sql);
            and_published(sql, scope, "resource");
        }
        PositionSource::Subquery => {
            ranked(sql, scope, "reading_list_entry.*", "", of_lists);
            sql.push(RESOURCE).push(" WHERE TRUE");
        }
    }
}

/// Adds the entries that recommend a resource, by the owner of their list.
fn recommended(sql: &mut Sql, scope: Scope, parents: Parents<'_>, resource: ResourceKind, source: PositionSource) {
    let table = NodeKind::from(resource).name();
    let columns = "reading_list_entry.*, reading_list.owner_id AS parent";
    let lists = " JOIN reading_list ON reading_list.id = reading_list_entry.list_id";
    let of_owners = |sql: &mut Sql| {
        parents.write(sql.push("reading_list.owner_id"));
    };
    if source == PositionSource::Subquery {
        ranked(sql, scope, columns, lists, of_owners);
    } else {
        sql.push(&format!(" FROM (SELECT {columns} FROM reading_list_entry{lists} WHERE "));
        of_owners(sql);
        sql.push(") AS reading_list_entry");
    }
    sql.push(&format!(" JOIN item AS {table} ON {table}.id = reading_list_entry.item_id WHERE TRUE"));
    and_tags(sql, "reading_list_entry.item_id", [resource.into()]);
    and_published(sql, scope, table);
}

/// Adds the entries that recommend a resource, with their lists.
fn listed_in(sql: &mut Sql, scope: Scope, parents: Parents<'_>, owners: Option<&[OwnerKind]>) {
    sql.push(" FROM reading_list_entry JOIN reading_list ON reading_list.id = reading_list_entry.list_id");
    sql.push(" JOIN item AS owner ON owner.id = reading_list.owner_id");
    parents.write(sql.push(" WHERE reading_list_entry.item_id"));
    and_published(sql, scope, "reading_list");
    if let Some(owners) = owners {
        and_owners(sql, owners);
    }
}

fn and_published(sql: &mut Sql, scope: Scope, table: &str) {
    sql.push(" AND ");
    scope.published(sql, table);
}

/// Adds the items of `kind` that a table links to its parents, by the columns of the parent and of the item.
fn linked(
    sql: &mut Sql,
    scope: Scope,
    parents: Parents<'_>,
    table: &str,
    (parent, item): (&str, &str),
    kind: NodeKind,
) {
    sql.push(&format!(
        " FROM {table} AS link JOIN {} ON {kind}.id = link.{item} WHERE link.{parent}",
        kind.table_ref()
    ));
    parents.write(sql);
    and_published(sql, scope, kind.name());
}

fn nodes(kinds: &[ResourceKind]) -> Vec<NodeKind> {
    kinds.iter().copied().map(NodeKind::from).collect()
}

/// Joins the visible items of `link`, under an alias.
fn join_item(sql: &mut Sql, scope: Scope, alias: &str) {
    sql.push(&format!(" JOIN item AS {alias} ON {alias}.id = link.item_id WHERE TRUE"));
    and_published(sql, scope, alias);
}

/// Adds the items of `kinds` to which people contributed, each once.
fn of_person(sql: &mut Sql, kinds: &[NodeKind], people: Parents<'_>) {
    sql.push(" FROM (SELECT DISTINCT person_id AS parent, item_id FROM contribution WHERE person_id");
    people.write(sql);
    and_tags(sql, "item_id", kinds.iter().copied());
    sql.push(") AS link");
}

/// Adds the items of `kinds` that name an organization, each once.
fn of_organization(sql: &mut Sql, kinds: &[NodeKind], organizations: Parents<'_>) {
    let mut branches = kinds
        .iter()
        .flat_map(|kind| organization_columns(*kind).into_iter().map(move |column| (kind, column)))
        .peekable();
    if branches.peek().is_none() {
        sql.push(" FROM (SELECT id AS parent, id AS item_id FROM item WHERE FALSE) AS link");
        return;
    }
    for (index, (kind, column)) in branches.enumerate() {
        sql.push(if index == 0 { " FROM (" } else { " UNION " });
        sql.push(&format!("SELECT {column} AS parent, id AS item_id FROM item WHERE kind = '{kind}' AND {column}"));
        organizations.write(sql);
    }
    sql.push(") AS link");
}

/// Returns the columns in which items of `kind` name an organization.
fn organization_columns(kind: NodeKind) -> Vec<&'static str> {
    let fields = Kind::of(kind).into_iter().flat_map(Kind::fields);
    let organizations = fields.filter(|field| field.refers_to() == Some(NodeKind::Organization));
    organizations.filter_map(|field| Some(field.at.place()?.column)).collect()
}

/// Adds the items of `kinds` that have one of `topics`, or one of its descendants if all topics in between are visible.
fn with_topic(sql: &mut Sql, scope: Scope, kinds: &[NodeKind], descendants: bool, topics: Parents<'_>) {
    if descendants {
        sql.push(
            " FROM (WITH RECURSIVE tree (parent, id) AS (SELECT topic.id, topic.id FROM item AS topic WHERE topic.id",
        );
        topics.write(sql);
        sql.push(
            " UNION SELECT tree.parent, topic.id FROM tree JOIN item AS topic ON topic.parent_id = tree.id WHERE ",
        );
        scope.published(sql, "topic");
        sql.push(") SELECT DISTINCT tree.parent, item_topic.item_id FROM tree JOIN item_topic ON item_topic.topic_id = tree.id");
        and_tags(sql, "item_topic.item_id", kinds.iter().copied());
    } else {
        sql.push(" FROM (SELECT topic_id AS parent, item_id FROM item_topic WHERE topic_id");
        topics.write(sql);
        and_tags(sql, "item_id", kinds.iter().copied());
    }
    sql.push(") AS link");
}

/// Adds ` FROM` the visible entries with their position in the list, under the name of the table.
fn ranked(sql: &mut Sql, scope: Scope, columns: &str, joins: &str, parents: impl FnOnce(&mut Sql)) {
    let position = PositionSource::Window.expression();
    sql.push(&format!(
        " FROM (SELECT {columns}, {position} AS list_rank FROM reading_list_entry{joins}{RESOURCE} WHERE "
    ));
    parents(sql);
    and_published(sql, scope, "resource");
    sql.push(") AS reading_list_entry");
}

fn and_kinds(sql: &mut Sql, kinds: &[ResourceKind]) {
    and_tags(sql, "reading_list_entry.item_id", kinds.iter().map(|kind| NodeKind::from(*kind)));
}

fn and_owners(sql: &mut Sql, owners: &[OwnerKind]) {
    and_tags(sql, "reading_list.owner_id", owners.iter().map(|kind| NodeKind::from(*kind)));
}

/// Adds the condition that a column refers to an item of one of `kinds`.
fn and_tags(sql: &mut Sql, column: &str, kinds: impl IntoIterator<Item = NodeKind>) {
    let tags: Vec<String> = kinds.into_iter().map(|kind| kind.tag().to_string()).collect();
    if tags.is_empty() {
        sql.push(" AND FALSE");
    } else {
        sql.push(&format!(" AND ({column} & {TAG_MASK}) IN ({})", tags.join(", ")));
    }
}

fn and_roles(sql: &mut Sql, roles: Option<&[EntryRole]>) {
    if let Some(roles) = roles {
        sql.push(" AND reading_list_entry.role").is_any_text(roles.iter().map(|role| role.as_str()));
    }
}
