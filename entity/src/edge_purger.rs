//! How far the purger has purged the edge, and which server runs it: a single row.

use sea_orm::entity::prelude::*;

use crate::timestamp::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "edge_purger")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// The epoch of `position`.
    pub epoch: i64,
    /// The position of the change feed up to which everything was purged twice; -1 before the first purge.
    pub position: i64,
    /// Identifies the server that holds the lease; empty if none does.
    pub holder: String,
    /// The end of the lease, unless the holder renews it.
    pub expires_at: Timestamp,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
