//! People and organizations.

use entity::kind::NodeKind;
use entity::{organization, person};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use super::relations::old_slugs;
use crate::db::Engine;
use crate::service::write::record::{Party, Record, Stored};

pub async fn people(connection: &impl ConnectionTrait, engine: Engine, ids: &[i64]) -> Result<Vec<Stored>, DbErr> {
    let mut old = old_slugs(connection, engine, NodeKind::Person, ids).await?;
    let models = person::Entity::find().filter(person::Column::Id.is_in(ids.iter().copied())).all(connection).await?;
    let stored = models.into_iter().map(|model| Stored {
        id: model.id,
        revision: model.revision,
        created_at: model.created_at,
        record: Record::Person(Party {
            old_slugs: old.remove(&model.id).unwrap_or_default(),
            slug: model.slug,
            code: model.code,
            external_id: model.external_id,
            name: model.name,
            url: model.url,
        }),
    });
    Ok(stored.collect())
}

pub async fn organizations(
    connection: &impl ConnectionTrait,
    engine: Engine,
    ids: &[i64],
) -> Result<Vec<Stored>, DbErr> {
    let mut old = old_slugs(connection, engine, NodeKind::Organization, ids).await?;
    let models = organization::Entity::find()
        .filter(organization::Column::Id.is_in(ids.iter().copied()))
        .all(connection)
        .await?;
    let stored = models.into_iter().map(|model| Stored {
        id: model.id,
        revision: model.revision,
        created_at: model.created_at,
        record: Record::Organization(Party {
            old_slugs: old.remove(&model.id).unwrap_or_default(),
            slug: model.slug,
            code: model.code,
            external_id: model.external_id,
            name: model.name,
            url: model.url,
        }),
    });
    Ok(stored.collect())
}
