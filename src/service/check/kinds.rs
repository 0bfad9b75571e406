//! The kinds of items: the database has one table for all of them and no constraint that lists them.

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
    let items: &[&str] = &["item", "scheduled"];
    let routable: &[&str] = &["slug_redirect"];
    let all: &[&str] = &["revision", "change", "code_redirect"];
    for (tables, kinds) in [
        (items, NodeKind::ALL.into_iter().filter(|kind| kind.is_catalog_item()).collect::<Vec<_>>()),
        (routable, NodeKind::ROUTABLE.to_vec()),
        (all, NodeKind::ALL.to_vec()),
    ] {
        for table in tables {
            find_unknown_kinds(check, table, &kinds).await?;
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
