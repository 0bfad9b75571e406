//! Reading lists, each owned by one item.

use sea_orm::entity::prelude::*;

use crate::timestamp::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reading_list")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub code: String,
    pub owner_id: i64,
    pub title: Option<String>,
    pub introduction: Option<String>,
    pub visible_from: Option<Timestamp>,
    pub revision: i32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
