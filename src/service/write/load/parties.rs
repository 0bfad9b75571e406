//! Loads people and organizations.

use entity::item::Column;
use entity::kind::NodeKind;
use entity::{organization, person};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use super::relations::old_slugs;
use crate::catalog::{Former, Kind, Value, Values};
use crate::db::Engine;
use crate::service::write::record::{Record, Routable, Stored};

/// Loads the rows of a table of people or organizations.
macro_rules! parties {
    ($table:ident, $kind:expr, $connection:expr, $engine:expr, $ids:expr) => {{
        let mut old = old_slugs($connection, $engine, $kind.node, $ids).await?;
        let condition = $table::Column::Id.is_in($ids.iter().copied());
        let models = $table::Entity::find().filter(condition).all($connection).await?;
        let stored = models.into_iter().map(|model| {
            let mut record = Routable {
                kind: $kind,
                slug: model.slug,
                code: model.code,
                external_id: model.external_id,
                values: Values::default(),
            };
            record.set(Column::Title, Some(Value::Text(model.name)));
            record.set(Column::Url, model.url.map(Value::Text));
            record.set(Former::Slugs, old.remove(&model.id).map(Value::Texts));
            Stored {
                id: model.id,
                revision: model.revision,
                created_at: model.created_at,
                record: Record::Routable(record),
            }
        });
        Ok(stored.collect())
    }};
}

/// Loads the people or organizations with these ids.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn parties(
    connection: &impl ConnectionTrait,
    engine: Engine,
    kind: &'static Kind,
    ids: &[i64],
) -> Result<Vec<Stored>, DbErr> {
    if kind.node == NodeKind::Person {
        parties!(person, kind, connection, engine, ids)
    } else {
        parties!(organization, kind, connection, engine, ids)
    }
}
