//! The start of the change feed, and the epoch of its positions: a single row.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "change_feed_watermark")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// The greatest id of a purged change event; 0 if none was purged.
    pub last_purged_id: i64,
    /// A random number, renewed when writes were lost that clients may have seen.
    pub epoch: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
