//! Revisions: the states of objects, with actor and time.

use sea_orm::entity::prelude::*;

use crate::enums::ChangeAction;
use crate::timestamp::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "revision")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub kind: String,
    pub code: String,
    pub revision: i32,
    pub created_at: Timestamp,
    pub actor: String,
    pub action: ChangeAction,
    pub state: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
