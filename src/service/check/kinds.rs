//! The kinds of items: the database has one table for all of them and no constraint that lists them.

use entity::choice::ContributionRole;
use entity::contribution::INSTRUCTOR;
use entity::item::Column;
use entity::kind::{NodeKind, TAG_MASK};
use sea_orm::{DbErr, Iden, Iterable};

use super::{Check, Finding};
use crate::db::{Sql, rows};

/// Finds items, redirects and history of unknown kinds, and items whose row does not fit their kind.
pub async fn check(check: &mut Check<impl FnMut(Finding) + Send>) -> Result<(), DbErr> {
    for kind in NodeKind::ALL.into_iter().filter(|kind| kind.is_catalog_item()) {
        let tag = kind.tag();
        let mistagged =
            format!("SELECT code, slug FROM item WHERE kind = '{kind}' AND (id & {TAG_MASK}) <> {tag} ORDER BY 1");
        let says = format!("the low byte of its row id is not {tag}, the tag of a {kind}");
        check.none_of(kind, &mistagged, &says).await?;
        let foreign = Column::iter().filter(|column| !has_column(kind, *column));
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
        check.none_of(kind, &filled, "it has a value in {}, a column of other kinds").await?;
    }
    let items: Vec<NodeKind> = NodeKind::ALL.into_iter().filter(|kind| kind.is_catalog_item()).collect();
    let versioned = NodeKind::ROUTABLE.into_iter().chain([NodeKind::ReadingList]).collect();
    for (tables, kinds) in [
        (&["item", "scheduled"][..], items),
        (&["slug_redirect"], NodeKind::ROUTABLE.to_vec()),
        (&["revision", "change"], versioned),
        (&["code_redirect"], NodeKind::ALL.to_vec()),
    ] {
        for table in tables {
            find_unknown_kinds(check, table, &kinds).await?;
        }
    }
    relations(check).await?;
    redirects(check).await
}

const RESOURCES: &[NodeKind] = &[NodeKind::Course, NodeKind::Book];

/// The rows that belong to items: the table, its column of the item, a condition on the rows, and the kinds that have such rows.
const RELATIONS: [(&str, &str, &str, &[NodeKind]); 11] = [
    ("item_topic", "item_id", "TRUE", &[NodeKind::Career, NodeKind::Course, NodeKind::Book]),
    ("contribution", "item_id", "role = 'INSTRUCTOR'", &[NodeKind::Course]),
    (
        "contribution",
        "item_id",
        "role IN ('AUTHOR', 'EDITOR', 'TRANSLATOR', 'ILLUSTRATOR', 'FOREWORD')",
        &[NodeKind::Book],
    ),
    ("prerequisite", "item_id", "TRUE", &[NodeKind::Course]),
    ("prerequisite", "prerequisite_id", "TRUE", &[NodeKind::Course]),
    ("related_item", "item_id", "TRUE", &[NodeKind::Career, NodeKind::Topic]),
    ("item_alias", "item_id", "TRUE", &[NodeKind::Topic]),
    ("syllabus_section", "item_id", "TRUE", &[NodeKind::Course]),
    ("item_text", "item_id", "description IS NOT NULL", RESOURCES),
    ("item_text", "item_id", "article IS NOT NULL", &[NodeKind::Career]),
    ("isbn_redirect", "item_id", "TRUE", &[NodeKind::Book]),
];

/// Finds rows that belong to items of a kind that has no such rows, and contributions in unknown roles.
async fn relations(check: &mut Check<impl FnMut(Finding) + Send>) -> Result<(), DbErr> {
    for (table, column, condition, kinds) in RELATIONS {
        let tags: Vec<String> = kinds.iter().map(|kind| kind.tag().to_string()).collect();
        for kind in NodeKind::ALL.into_iter().filter(|kind| kind.is_catalog_item() && !kinds.contains(kind)) {
            let foreign = format!(
                "SELECT DISTINCT {kind}.code, {kind}.slug FROM {table} JOIN {} ON {kind}.id = {table}.{column} \
                 WHERE {condition} AND {kind}.kind = '{kind}' AND ({kind}.id & {TAG_MASK}) NOT IN ({}) ORDER BY 1",
                kind.table_ref(),
                tags.join(", ")
            );
            check.none_of(kind, &foreign, &format!("{table}.{column} names it, which is for other kinds")).await?;
        }
    }
    let roles: Vec<&str> = ContributionRole::ALL.iter().map(|role| role.as_str()).chain([INSTRUCTOR]).collect();
    let mut sql = Sql::new(check.engine, "SELECT role, COUNT(*) FROM contribution WHERE NOT (role");
    sql.is_any_text(roles).push(") GROUP BY role ORDER BY role");
    for row in rows(check.connection(), sql).await? {
        let mut columns = row.columns();
        let (role, count): (String, i64) = (columns.take()?, columns.take()?);
        check.find_in("contribution", &format!("unknown role \"{role}\" in {count} rows"));
    }
    Ok(())
}

/// Finds redirects that lead to an item of another kind.
async fn redirects(check: &mut Check<impl FnMut(Finding) + Send>) -> Result<(), DbErr> {
    for (table, name) in [("slug_redirect", "slug"), ("code_redirect", "code")] {
        for kind in NodeKind::ALL.into_iter().filter(|kind| kind.is_catalog_item()) {
            let foreign = format!(
                "SELECT item.code, {table}.{name} FROM {table} JOIN item ON item.id = {table}.item_id \
                 WHERE {table}.kind <> '{kind}' AND item.kind = '{kind}' ORDER BY 1"
            );
            check.none_of(kind, &foreign, &format!("the {name} \"{{}}\" of another kind leads to it")).await?;
        }
    }
    Ok(())
}

/// Finds rows of a table whose kind is none of `kinds`.
async fn find_unknown_kinds(
    check: &mut Check<impl FnMut(Finding) + Send>,
    table: &str,
    kinds: &[NodeKind],
) -> Result<(), DbErr> {
    let mut sql = Sql::new(check.engine, &format!("SELECT kind, COUNT(*) FROM {table} WHERE NOT (kind"));
    sql.is_any_text(kinds.iter().map(|kind| kind.name())).push(") GROUP BY kind ORDER BY kind");
    for row in rows(check.connection(), sql).await? {
        let mut columns = row.columns();
        let (kind, count): (String, i64) = (columns.take()?, columns.take()?);
        check.find_in(table, &format!("unknown kind \"{kind}\" in {count} rows"));
    }
    Ok(())
}

/// Whether items of a kind have a column.
const fn has_column(kind: NodeKind, column: Column) -> bool {
    let is_resource = matches!(kind, NodeKind::Course | NodeKind::Book);
    match column {
        Column::Id
        | Column::Kind
        | Column::Code
        | Column::Slug
        | Column::ExternalId
        | Column::Title
        | Column::TitleKey
        | Column::TitleSortKey
        | Column::Summary
        | Column::Status
        | Column::PublishedAt
        | Column::VisibleFrom
        | Column::RevisedAt
        | Column::Revision
        | Column::CreatedAt
        | Column::UpdatedAt => true,
        Column::Level | Column::Language | Column::Url | Column::TimeRequired => is_resource,
        Column::IsFree
        | Column::PriceMinor
        | Column::PriceCurrency
        | Column::WeeklyEffort
        | Column::ProviderId
        | Column::InstitutionId => matches!(kind, NodeKind::Course),
        Column::Subtitle
        | Column::Edition
        | Column::Isbn13
        | Column::PublicationYear
        | Column::PageCount
        | Column::CoverUrl
        | Column::PublisherId => matches!(kind, NodeKind::Book),
        Column::OccupationCode => matches!(kind, NodeKind::Career),
        Column::ParentId => matches!(kind, NodeKind::Topic),
    }
}
