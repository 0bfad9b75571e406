//! The kinds of items: the database has one table for all of them and no constraint that lists them.

use entity::contribution::INSTRUCTOR;
use entity::enums::ContributionRole;
use entity::item::Column;
use entity::kind::{NodeKind, TAG_MASK};
use sea_orm::{DbErr, Iden, Iterable};

use super::{Check, Problem};
use crate::catalog::{At, Former, KINDS, Kind, Link, LongText, Rule};
use crate::db::{Sql, rows};

/// Finds items, redirects and history of unknown kinds, and items whose row does not fit their kind.
pub async fn check(check: &mut Check<impl FnMut(Problem) + Send>) -> Result<(), DbErr> {
    for described in KINDS.into_iter().filter(|kind| kind.node.is_catalog_item()) {
        let kind = described.node;
        let tag = kind.tag();
        let mistagged =
            format!("SELECT code, slug FROM item WHERE kind = '{kind}' AND (id & {TAG_MASK}) <> {tag} ORDER BY 1");
        let message = format!("the low byte of its row id is not {tag}, the tag of a {kind}");
        check.report_selected(kind, &mistagged, &message).await?;
        let foreign = Column::iter().filter(|column| !has_column(described, *column));
        let names: Vec<String> = foreign
            .map(|column| {
                let column = column.unquoted();
                format!("CASE WHEN {column} IS NOT NULL THEN '{column}' END")
            })
            .collect();
        let filled = format!(
            "SELECT code, COALESCE({}) FROM item WHERE kind = '{kind}' AND COALESCE({}) IS NOT NULL ORDER BY 1",
            names.join(", "),
            names.join(", ")
        );
        check.report_selected(kind, &filled, "it has a value in {}, a column of other kinds").await?;
    }
    let items = NodeKind::ITEMS.to_vec();
    let versioned = NodeKind::ROUTABLE.into_iter().chain([NodeKind::ReadingList]).collect();
    for (tables, kinds) in [
        (&["item", "scheduled_publication"][..], items),
        (&["slug_redirect"], NodeKind::ROUTABLE.to_vec()),
        (&["revision", "change_event"], versioned),
        (&["code_redirect"], NodeKind::ALL.to_vec()),
    ] {
        for table in tables {
            report_unknown_kinds(check, table, &kinds).await?;
        }
    }
    relations(check).await?;
    redirects(check).await
}

/// The rows that belong to items: the table, its column of the item, a condition on the rows, and where the kinds that have
/// such rows store a field.
const RELATIONS: [(&str, &str, &str, At); 12] = [
    ("item_topic", "item_id", "TRUE", At::Link(Link::Topics)),
    ("contribution", "item_id", "role = 'INSTRUCTOR'", At::Link(Link::Instructors)),
    ("contribution", "item_id", "role <> 'INSTRUCTOR'", At::Link(Link::Contributors)),
    ("prerequisite", "item_id", "TRUE", At::Link(Link::Prerequisites)),
    ("prerequisite", "prerequisite_id", "TRUE", At::Link(Link::Prerequisites)),
    ("related_item", "item_id", "TRUE", At::Link(Link::Related)),
    ("item_alias", "item_id", "TRUE", At::Link(Link::Aliases)),
    ("item_same_as", "item_id", "TRUE", At::Link(Link::SameAs)),
    ("syllabus_section", "item_id", "TRUE", At::Link(Link::Syllabus)),
    ("item_text", "item_id", "description IS NOT NULL", At::Long(LongText::Description)),
    ("item_text", "item_id", "article IS NOT NULL", At::Long(LongText::Article)),
    ("isbn_redirect", "item_id", "TRUE", At::Former(Former::Isbns)),
];

/// Finds rows that belong to items of a kind that has no such rows, and contributions in unknown roles.
async fn relations(check: &mut Check<impl FnMut(Problem) + Send>) -> Result<(), DbErr> {
    for (table, column, condition, at) in RELATIONS {
        let kinds: Vec<NodeKind> =
            KINDS.into_iter().filter(|kind| kind.field(at).is_some()).map(|kind| kind.node).collect();
        let tags: Vec<String> = kinds.iter().map(|kind| kind.tag().to_string()).collect();
        for kind in NodeKind::ITEMS.into_iter().filter(|kind| !kinds.contains(kind)) {
            let foreign = format!(
                "SELECT DISTINCT {kind}.code, {kind}.slug FROM {table} JOIN {} ON {kind}.id = {table}.{column} \
                 WHERE {condition} AND {kind}.kind = '{kind}' AND ({kind}.id & {TAG_MASK}) NOT IN ({}) ORDER BY 1",
                kind.table_ref(),
                tags.join(", ")
            );
            check
                .report_selected(
                    kind,
                    &foreign,
                    &format!("{table}.{column} refers to it, but items of its kind cannot have such rows"),
                )
                .await?;
        }
    }
    for kind in KINDS {
        let Some(Rule::Contributors { roles, .. }) = kind.field(Link::Contributors).map(|field| field.rule) else {
            continue;
        };
        let roles: Vec<String> = roles.iter().map(|role| format!("'{}'", role.as_str())).collect();
        let node = kind.node;
        let foreign = format!(
            "SELECT {node}.code, contribution.role FROM contribution JOIN {} ON {node}.id = contribution.item_id \
             WHERE {} AND contribution.role NOT IN ({}, '{INSTRUCTOR}') ORDER BY 1",
            node.table_ref(),
            node.condition(),
            roles.join(", ")
        );
        check
            .report_selected(node, &foreign, "it has a contribution in the role {}, which its kind does not allow")
            .await?;
    }
    let roles: Vec<&str> = ContributionRole::ALL.iter().map(|role| role.as_str()).chain([INSTRUCTOR]).collect();
    let mut sql = Sql::new(check.engine, "SELECT role, COUNT(*) FROM contribution WHERE NOT (role");
    sql.is_any_text(roles).push(") GROUP BY role ORDER BY role");
    for row in rows(check.connection(), sql).await? {
        let mut columns = row.columns();
        let (role, count): (String, i64) = (columns.read_next()?, columns.read_next()?);
        check.report_table("contribution", &format!("unknown role \"{role}\" in {count} rows"));
    }
    Ok(())
}

/// Finds redirects that lead to an item of another kind.
async fn redirects(check: &mut Check<impl FnMut(Problem) + Send>) -> Result<(), DbErr> {
    for (table, name) in [("slug_redirect", "slug"), ("code_redirect", "code")] {
        for kind in NodeKind::ITEMS {
            let foreign = format!(
                "SELECT item.code, {table}.{name} FROM {table} JOIN item ON item.id = {table}.item_id \
                 WHERE {table}.kind <> '{kind}' AND item.kind = '{kind}' ORDER BY 1"
            );
            check.report_selected(kind, &foreign, &format!("the {name} \"{{}}\" of another kind leads to it")).await?;
        }
    }
    Ok(())
}

/// Finds rows of a table whose kind is none of `kinds`.
async fn report_unknown_kinds(
    check: &mut Check<impl FnMut(Problem) + Send>,
    table: &str,
    kinds: &[NodeKind],
) -> Result<(), DbErr> {
    let mut sql = Sql::new(check.engine, &format!("SELECT kind, COUNT(*) FROM {table} WHERE NOT (kind"));
    sql.is_any_text(kinds.iter().map(|kind| kind.name())).push(") GROUP BY kind ORDER BY kind");
    for row in rows(check.connection(), sql).await? {
        let mut columns = row.columns();
        let (kind, count): (String, i64) = (columns.read_next()?, columns.read_next()?);
        check.report_table(table, &format!("unknown kind \"{kind}\" in {count} rows"));
    }
    Ok(())
}

/// The columns of every item that no field describes.
const COMMON: [Column; 11] = [
    Column::Id,
    Column::Kind,
    Column::Code,
    Column::Slug,
    Column::ExternalId,
    Column::TitleFolded,
    Column::TitleSortKey,
    Column::VisibleFrom,
    Column::Revision,
    Column::CreatedAt,
    Column::UpdatedAt,
];

/// Returns whether items of a kind have a column.
fn has_column(kind: &Kind, column: Column) -> bool {
    let is = |one: Column| one as usize == column as usize;
    let stores = |at: At| match at {
        At::Column(one) => is(one),
        At::Price(minor, currency) => is(minor) || is(currency),
        At::Long(_) | At::Link(_) | At::Former(_) => false,
    };
    COMMON.into_iter().any(is) || kind.fields().any(|field| stores(field.at))
}
