//! Topics: a tree of subjects that careers, courses and books carry.

use sea_orm::entity::prelude::*;

use crate::choice::Status;
use crate::timestamp::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "topic")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub code: String,
    pub slug: String,
    pub external_id: Option<String>,
    pub title: String,
    pub title_key: String,
    pub title_sort_key: String,
    pub summary: Option<String>,
    pub status: Status,
    pub published_at: Option<Timestamp>,
    pub visible_from: Option<Timestamp>,
    pub revised_at: Option<Timestamp>,
    pub revision: i32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub parent_id: Option<i64>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
