//! The change feed: one row for each change of the catalog, in commit order.

use sea_orm::entity::prelude::*;

use crate::enums::ChangeAction;
use crate::timestamp::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "change_event")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub occurred_at: Timestamp,
    pub kind: String,
    pub code: String,
    pub action: ChangeAction,
    pub revision: i32,
    pub path: Option<String>,
    pub merged_into: Option<String>,
    /// Whether the object was public before the change or after it.
    pub was_visible: bool,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
