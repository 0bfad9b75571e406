//! The access paths from a parent to its rows: what is joined, which column names the parent, and the order.

use std::borrow::Cow;

use entity::choice::EntryRole;
use entity::kind::{NodeKind, OwnerKind, ResourceKind};

use super::order::SortBy;
use super::{Order, Scope, SortKey, Window};
use crate::db::Sql;

/// Joins what entries point at, one of them all nulls.
pub(super) const EITHER: &str = " LEFT JOIN book ON book.id = reading_list_entry.book_id \
    LEFT JOIN course ON course.id = reading_list_entry.course_id";

/// Where entries get their rank in their list from: it is counted before anything is filtered out, so that an entry has the same
/// position wherever it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rank {
    /// Counted as the rows are read: these are the first of all that a list has.
    Read,
    /// Not at all: whoever wants to know one looks for it.
    Unknown,
    /// Counted among the rows that are selected: these are all that a list has.
    Selected,
    /// Counted beneath what filters.
    Beneath,
}

impl Rank {
    /// The expression for it.
    pub(super) fn expression(self) -> &'static str {
        match self {
            Self::Read | Self::Unknown => "CAST(NULL AS BIGINT)",
            Self::Selected => {
                "ROW_NUMBER() OVER (PARTITION BY reading_list_entry.list_id ORDER BY reading_list_entry.position)"
            }
            Self::Beneath => "reading_list_entry.list_rank",
        }
    }
}

/// Whose rows are selected.
#[derive(Clone, Copy, Debug)]
pub(super) enum Parents<'a> {
    These(&'a [i64]),
    /// The one that `given.value` is, in the statement around.
    Given,
}

impl Parents<'_> {
    /// Adds a condition: what was just pushed is one of them.
    fn write(self, sql: &mut Sql) -> &mut Sql {
        match self {
            Self::These(ids) => sql.is_any_id(ids.iter().copied()),
            Self::Given => sql.push(" = given.value"),
        }
    }
}

/// A way from a parent to many rows. Arguments that change the set are part of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    /// The topics that an item of this kind carries, in the editor's order.
    TopicsOf(NodeKind),
    RelatedCareers,
    RelatedTopics,
    /// Of a topic.
    Children,
    /// The items of this kind that carry a topic, or one below it.
    WithTopic {
        kind: NodeKind,
        descendants: bool,
    },
    /// What a course asks for.
    Prerequisites,
    /// The courses that ask for a course.
    PrerequisiteFor,
    /// The items of this kind that a person worked on.
    OfPerson(NodeKind),
    /// The items of this kind that an organization published, provides or gives.
    OfOrganization(NodeKind),
    /// The entries of a reading list.
    Entries {
        kinds: Option<Vec<ResourceKind>>,
        roles: Option<Vec<EntryRole>>,
    },
    /// The entries that point at this kind of resource, on the list of this kind of owner.
    Recommended {
        owner: OwnerKind,
        resource: ResourceKind,
        roles: Option<Vec<EntryRole>>,
        /// Whether somebody asks where in their list they stand.
        is_ranked: bool,
    },
    /// The entries of all lists that point at a resource of this kind.
    ListedIn {
        resource: ResourceKind,
        owners: Option<Vec<OwnerKind>>,
    },
    /// What was written of a thing of this kind.
    Revisions(NodeKind),
}

const BY_TITLE_CAREER: [SortKey; 1] = [SortKey::ascending(SortBy::Text("career.title_sort_key"))];
const BY_TITLE_COURSE: [SortKey; 1] = [SortKey::ascending(SortBy::Text("course.title_sort_key"))];
const BY_TITLE_BOOK: [SortKey; 1] = [SortKey::ascending(SortBy::Text("book.title_sort_key"))];
const BY_TITLE_TOPIC: [SortKey; 1] = [SortKey::ascending(SortBy::Text("topic.title_sort_key"))];
const BY_RECOMMENDATIONS_COURSE: [SortKey; 2] =
    [SortKey::descending(SortBy::Recommendations(ResourceKind::Course)), BY_TITLE_COURSE[0]];
const BY_RECOMMENDATIONS_BOOK: [SortKey; 2] =
    [SortKey::descending(SortBy::Recommendations(ResourceKind::Book)), BY_TITLE_BOOK[0]];
const BY_POSITION: [SortKey; 1] = [SortKey::ascending(SortBy::Number("link.position"))];
const BY_ENTRY_POSITION: [SortKey; 1] = [SortKey::ascending(SortBy::Number("reading_list_entry.position"))];
const NEWEST: [SortKey; 1] = [SortKey::descending(SortBy::Number("revision.revision"))];
const BY_OWNER: [SortKey; 2] = [
    SortKey::ascending(SortBy::Number(
        "CASE WHEN reading_list.career_id IS NOT NULL THEN 1 WHEN reading_list.course_id IS NOT NULL THEN 2 ELSE 3 END",
    )),
    SortKey::ascending(SortBy::Text(
        "COALESCE(career.title_sort_key, owner_course.title_sort_key, topic.title_sort_key)",
    )),
];

/// The table of the links between an item of `kind` and its topics.
fn topic_table(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Career => "career_topic",
        NodeKind::Course => "course_topic",
        NodeKind::Book => "book_topic",
        NodeKind::Topic
        | NodeKind::Person
        | NodeKind::Organization
        | NodeKind::ReadingList
        | NodeKind::ReadingListEntry => "",
    }
}

/// The column that refers to a row of `kind`.
pub(super) fn reference(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Career => "career_id",
        NodeKind::Course => "course_id",
        NodeKind::Book => "book_id",
        NodeKind::Topic => "topic_id",
        NodeKind::Person => "person_id",
        NodeKind::Organization => "organization_id",
        NodeKind::ReadingList => "list_id",
        NodeKind::ReadingListEntry => "entry_id",
    }
}

fn by_title(kind: NodeKind) -> &'static [SortKey] {
    match kind {
        NodeKind::Career => &BY_TITLE_CAREER,
        NodeKind::Course => &BY_TITLE_COURSE,
        NodeKind::Topic => &BY_TITLE_TOPIC,
        NodeKind::Book => &BY_TITLE_BOOK,
        NodeKind::Person | NodeKind::Organization | NodeKind::ReadingList | NodeKind::ReadingListEntry => &[],
    }
}

impl Relation {
    /// The order of the rows.
    #[must_use]
    pub fn order(&self) -> Order {
        let (name, keys, id): (&'static str, &'static [SortKey], &'static str) = match self {
            Self::TopicsOf(_) | Self::RelatedTopics => ("position", &BY_POSITION, "topic.id"),
            Self::RelatedCareers => ("position", &BY_POSITION, "career.id"),
            Self::Prerequisites => ("position", &BY_POSITION, "course.id"),
            Self::Children => ("title", by_title(NodeKind::Topic), "topic.id"),
            Self::PrerequisiteFor => ("title", by_title(NodeKind::Course), "course.id"),
            Self::OfPerson(kind) | Self::OfOrganization(kind) => ("title", by_title(*kind), primary_key(*kind)),
            Self::WithTopic { kind: NodeKind::Career, .. } => ("title", by_title(NodeKind::Career), "career.id"),
            Self::WithTopic { kind: NodeKind::Course, .. } => ("recommended", &BY_RECOMMENDATIONS_COURSE, "course.id"),
            Self::WithTopic { .. } => ("recommended", &BY_RECOMMENDATIONS_BOOK, "book.id"),
            Self::Entries { .. } | Self::Recommended { .. } => ("entry", &BY_ENTRY_POSITION, "reading_list_entry.id"),
            Self::ListedIn { .. } => ("owner", &BY_OWNER, "reading_list_entry.id"),
            Self::Revisions(_) => ("revisions", &NEWEST, "revision.id"),
        };
        Order { name: Cow::Borrowed(name), keys: Cow::Borrowed(keys), id }
    }

    /// The expression that names a row's parent.
    pub(super) fn parent(&self) -> &'static str {
        match self {
            Self::TopicsOf(NodeKind::Career) | Self::RelatedCareers => "link.career_id",
            Self::TopicsOf(NodeKind::Course) | Self::Prerequisites => "link.course_id",
            Self::TopicsOf(_) => "link.book_id",
            Self::RelatedTopics => "link.topic_id",
            Self::Children => "topic.parent_id",
            Self::PrerequisiteFor => "link.prerequisite_id",
            Self::WithTopic { .. } | Self::OfPerson(_) | Self::OfOrganization(_) => "link.parent",
            Self::Entries { .. } => "reading_list_entry.list_id",
            Self::Recommended { .. } => "reading_list_entry.parent",
            Self::ListedIn { resource: ResourceKind::Course, .. } => "reading_list_entry.course_id",
            Self::ListedIn { resource: ResourceKind::Book, .. } => "reading_list_entry.book_id",
            Self::Revisions(kind) => primary_key(*kind),
        }
    }

    /// Where the rows of a window get their rank from.
    pub(super) fn rank(&self, window: &Window) -> Rank {
        match self {
            Self::Entries { kinds: None, roles: None } if !window.is_bounded() && !window.backward => Rank::Read,
            Self::Entries { kinds: None, roles: None } if !window.is_bounded() => Rank::Selected,
            Self::Recommended { is_ranked: false, .. } => Rank::Unknown,
            _ => Rank::Beneath,
        }
    }

    /// What entries that are found already are joined with, where that is all that their rows still need.
    pub(super) fn joins(&self, rank: Rank) -> Option<&'static str> {
        match (self, rank) {
            (Self::Entries { .. }, Rank::Read) => Some(EITHER),
            (Self::Recommended { resource: ResourceKind::Book, .. }, Rank::Unknown) => {
                Some(" JOIN book ON book.id = reading_list_entry.book_id")
            }
            (Self::Recommended { resource: ResourceKind::Course, .. }, Rank::Unknown) => {
                Some(" JOIN course ON course.id = reading_list_entry.course_id")
            }
            _ => None,
        }
    }

    /// Adds ` FROM … WHERE …`: the rows of `parents` that the caller may see.
    pub(super) fn write_from(&self, sql: &mut Sql, scope: Scope, parents: Parents<'_>, rank: Rank) {
        match self {
            Self::TopicsOf(kind) => {
                sql.push(" FROM ")
                    .push(topic_table(*kind))
                    .push(" AS link JOIN topic ON topic.id = link.topic_id WHERE ");
                parents.write(sql.push(self.parent()));
                and_published(sql, scope, "topic");
            }
            Self::RelatedCareers => {
                sql.push(
                    " FROM related_career AS link JOIN career ON career.id = link.related_id WHERE link.career_id",
                );
                parents.write(sql);
                and_published(sql, scope, "career");
            }
            Self::RelatedTopics => {
                sql.push(" FROM related_topic AS link JOIN topic ON topic.id = link.related_id WHERE link.topic_id");
                parents.write(sql);
                and_published(sql, scope, "topic");
            }
            Self::Children => {
                parents.write(sql.push(" FROM topic WHERE topic.parent_id"));
                and_published(sql, scope, "topic");
            }
            Self::Prerequisites => {
                sql.push(" FROM course_prerequisite AS link JOIN course ON course.id = link.prerequisite_id WHERE link.course_id");
                parents.write(sql);
                and_published(sql, scope, "course");
            }
            Self::PrerequisiteFor => {
                sql.push(" FROM course_prerequisite AS link JOIN course ON course.id = link.course_id WHERE link.prerequisite_id");
                parents.write(sql);
                and_published(sql, scope, "course");
            }
            Self::WithTopic { kind, descendants } => {
                with_topic(sql, scope, *kind, *descendants, parents);
                and_published(sql, scope, kind.name());
            }
            Self::OfPerson(kind) => {
                let table = if *kind == NodeKind::Book { "contribution" } else { "course_instructor" };
                let reference = reference(*kind);
                sql.push(&format!(
                    " FROM (SELECT DISTINCT person_id AS parent, {reference} FROM {table} WHERE person_id"
                ));
                parents.write(sql).push(") AS link");
                join_item(sql, *kind);
                sql.push(" WHERE TRUE");
                and_published(sql, scope, kind.name());
            }
            Self::OfOrganization(NodeKind::Book) => {
                sql.push(" FROM (SELECT publisher_id AS parent, id AS book_id FROM book WHERE publisher_id");
                parents.write(sql).push(") AS link");
                join_item(sql, NodeKind::Book);
                sql.push(" WHERE TRUE");
                and_published(sql, scope, "book");
            }
            Self::OfOrganization(_) => {
                parents.write(
                    sql.push(" FROM (SELECT provider_id AS parent, id AS course_id FROM course WHERE provider_id"),
                );
                parents.write(sql.push(" UNION SELECT institution_id, id FROM course WHERE institution_id"));
                sql.push(") AS link");
                join_item(sql, NodeKind::Course);
                sql.push(" WHERE TRUE");
                and_published(sql, scope, "course");
            }
            Self::Entries { kinds, roles } => {
                entries(sql, scope, parents, rank);
                if let Some(kinds) = kinds {
                    and_kinds(sql, kinds);
                }
                and_roles(sql, roles.as_deref());
            }
            Self::Recommended { owner, resource, roles, .. } => {
                recommended(sql, scope, parents, (*owner, *resource), rank);
                and_roles(sql, roles.as_deref());
            }
            Self::ListedIn { owners, .. } => listed_in(sql, scope, parents, self.parent(), owners.as_deref()),
            Self::Revisions(kind) => {
                sql.push(&format!(
                    " FROM {kind} JOIN revision ON revision.kind = '{kind}' AND revision.code = {kind}.code WHERE "
                ));
                parents.write(sql.push(self.parent()));
            }
        }
    }
}

/// Adds the entries of reading lists, with what they point at.
fn entries(sql: &mut Sql, scope: Scope, parents: Parents<'_>, rank: Rank) {
    let of_lists = |sql: &mut Sql| {
        parents.write(sql.push("reading_list_entry.list_id"));
    };
    match rank {
        Rank::Read | Rank::Unknown | Rank::Selected => {
            sql.push(" FROM reading_list_entry").push(EITHER).push(" WHERE ");
            of_lists(sql);
            and_either_published(sql, scope);
        }
        Rank::Beneath => {
            ranked(sql, scope, "reading_list_entry.*", "", of_lists);
            sql.push(EITHER).push(" WHERE TRUE");
        }
    }
}

/// Adds the entries that recommend a resource, by the owner of their list.
fn recommended(
    sql: &mut Sql,
    scope: Scope,
    parents: Parents<'_>,
    (owner, resource): (OwnerKind, ResourceKind),
    rank: Rank,
) {
    let (owner, table) = (reference(owner.into()), NodeKind::from(resource).name());
    let columns = format!("reading_list_entry.*, reading_list.{owner} AS parent");
    let lists = " JOIN reading_list ON reading_list.id = reading_list_entry.list_id";
    let of_owners = |sql: &mut Sql| {
        parents.write(sql.push("reading_list.").push(owner));
    };
    if rank == Rank::Beneath {
        ranked(sql, scope, &columns, lists, of_owners);
    } else {
        sql.push(&format!(" FROM (SELECT {columns} FROM reading_list_entry{lists} WHERE "));
        of_owners(sql);
        sql.push(") AS reading_list_entry");
    }
    sql.push(&format!(" JOIN {table} ON {table}.id = reading_list_entry.{} WHERE ", reference(resource.into())));
    scope.published(sql, table);
}

/// Adds the entries that point at a resource, with their lists.
fn listed_in(sql: &mut Sql, scope: Scope, parents: Parents<'_>, parent: &str, owners: Option<&[OwnerKind]>) {
    sql.push(" FROM reading_list_entry JOIN reading_list ON reading_list.id = reading_list_entry.list_id");
    sql.push(" LEFT JOIN career ON career.id = reading_list.career_id");
    sql.push(" LEFT JOIN course AS owner_course ON owner_course.id = reading_list.course_id");
    sql.push(" LEFT JOIN topic ON topic.id = reading_list.topic_id");
    sql.push(" JOIN ").push(if parent == "reading_list_entry.book_id" {
        "book ON book.id = reading_list_entry.book_id"
    } else {
        "course ON course.id = reading_list_entry.course_id"
    });
    parents.write(sql.push(" WHERE ").push(parent));
    and_published(sql, scope, "reading_list");
    if let Some(owners) = owners {
        and_owners(sql, owners);
    }
}

/// The primary key of a kind's table.
fn primary_key(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Career => "career.id",
        NodeKind::Course => "course.id",
        NodeKind::Book => "book.id",
        NodeKind::Topic => "topic.id",
        NodeKind::Person => "person.id",
        NodeKind::Organization => "organization.id",
        NodeKind::ReadingList => "reading_list.id",
        NodeKind::ReadingListEntry => "reading_list_entry.id",
    }
}

fn and_published(sql: &mut Sql, scope: Scope, table: &str) {
    sql.push(" AND ");
    scope.published(sql, table);
}

fn join_item(sql: &mut Sql, kind: NodeKind) {
    let (table, reference) = (kind.name(), reference(kind));
    sql.push(&format!(" JOIN {table} ON {table}.id = link.{reference}"));
}

/// Adds the items that carry one of `topics`. Topics below count too, as far down as every topic on the way is visible.
fn with_topic(sql: &mut Sql, scope: Scope, kind: NodeKind, descendants: bool, topics: Parents<'_>) {
    let (links, reference) = (topic_table(kind), reference(kind));
    if descendants {
        sql.push(" FROM (WITH RECURSIVE tree (parent, id) AS (SELECT topic.id, topic.id FROM topic WHERE topic.id");
        topics.write(sql);
        sql.push(" UNION SELECT tree.parent, topic.id FROM tree JOIN topic ON topic.parent_id = tree.id WHERE ");
        scope.published(sql, "topic");
        sql.push(&format!(
            ") SELECT DISTINCT tree.parent, {links}.{reference} FROM tree JOIN {links} ON {links}.topic_id = tree.id) AS link"
        ));
    } else {
        sql.push(&format!(" FROM (SELECT topic_id AS parent, {reference} FROM {links} WHERE topic_id"));
        topics.write(sql).push(") AS link");
    }
    join_item(sql, kind);
    sql.push(" WHERE TRUE");
}

/// Adds ` FROM` the visible entries with their rank in their list, under the name of the table.
fn ranked(sql: &mut Sql, scope: Scope, columns: &str, joins: &str, parents: impl FnOnce(&mut Sql)) {
    let rank = Rank::Selected.expression();
    sql.push(&format!(" FROM (SELECT {columns}, {rank} AS list_rank FROM reading_list_entry{joins}{EITHER} WHERE "));
    parents(sql);
    and_either_published(sql, scope);
    sql.push(") AS reading_list_entry");
}

/// Adds the condition that the book or the course of an entry is published.
pub(super) fn and_either_published(sql: &mut Sql, scope: Scope) {
    sql.push(" AND (");
    scope.published(sql, "book");
    sql.push(" OR ");
    scope.published(sql, "course");
    sql.push(")");
}

fn and_kinds(sql: &mut Sql, kinds: &[ResourceKind]) {
    sql.push(" AND (FALSE");
    for kind in kinds {
        sql.push(" OR reading_list_entry.").push(reference((*kind).into())).push(" IS NOT NULL");
    }
    sql.push(")");
}

fn and_owners(sql: &mut Sql, owners: &[OwnerKind]) {
    sql.push(" AND (FALSE");
    for kind in owners {
        sql.push(" OR reading_list.").push(reference((*kind).into())).push(" IS NOT NULL");
    }
    sql.push(")");
}

fn and_roles(sql: &mut Sql, roles: Option<&[EntryRole]>) {
    if let Some(roles) = roles {
        sql.push(" AND reading_list_entry.role").is_any_text(roles.iter().map(|role| role.as_str()));
    }
}
