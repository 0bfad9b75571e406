//! Loads items in two statements: their rows and their links.

use entity::{item, item_text};
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ModelTrait, QueryFilter};

use super::links::links;
use crate::catalog::{At, Kind, LongText, Value, Values};
use crate::db::Engine;
use crate::domain::money::Money;
use crate::service::write::columns;
use crate::service::write::record::{Record, Ref, Routable, Stored};

/// Loads the items of `kind` that match a condition.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn items(
    connection: &impl ConnectionTrait,
    engine: Engine,
    kind: &'static Kind,
    condition: SimpleExpr,
) -> Result<Vec<Stored>, DbErr> {
    let found = item::Entity::find()
        .find_also_related(item_text::Entity)
        .filter(item::Column::Kind.eq(kind.node.name()))
        .filter(condition)
        .all(connection)
        .await?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<i64> = found.iter().map(|(row, _)| row.id).collect();
    let mut links = links(connection, engine, kind, &ids).await?;
    let stored = found.into_iter().map(|(row, text)| {
        let mut values = links.remove(&row.id).unwrap_or_default();
        read_columns(kind, &row, text, &mut values)?;
        let (id, revision, created_at) = (row.id, row.revision, row.created_at);
        let item::Model { slug, code, external_id, .. } = row;
        let record = Record::Routable(Routable { kind, slug, code, external_id, values });
        Ok(Stored { id, revision, created_at, record })
    });
    stored.collect()
}

/// Adds the values of the columns of a row.
fn read_columns(
    kind: &'static Kind,
    row: &item::Model,
    text: Option<item_text::Model>,
    values: &mut Values<Ref>,
) -> Result<(), DbErr> {
    let (mut description, mut article) = text.map(|text| (text.description, text.article)).unwrap_or_default();
    for field in kind.fields() {
        let value = match field.at {
            At::Column(column) => columns::read(field.rule, row, column)?,
            At::Price(minor, currency) => price(row, minor, currency)?,
            At::Long(LongText::Description) => description.take().map(Value::Text),
            At::Long(LongText::Article) => article.take().map(Value::Text),
            At::Link(_) | At::Former(_) => None,
        };
        if value.is_some() {
            values.set(field, value);
        }
    }
    Ok(())
}

fn price(row: &item::Model, minor: item::Column, currency: item::Column) -> Result<Option<Value<Ref>>, DbErr> {
    let (minor, currency) = (columns::option(row.get(minor))?, columns::option(row.get(currency))?);
    Ok(minor.zip(currency).map(|(minor, currency)| Value::Price(Money { minor, currency })))
}
