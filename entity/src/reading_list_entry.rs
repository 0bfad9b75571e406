//! The entries of reading lists, each of which recommends one item.

use sea_orm::entity::prelude::*;

use crate::enums::EntryRole;
use crate::timestamp::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reading_list_entry")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub code: String,
    pub list_id: i64,
    pub position: i32,
    pub item_id: i64,
    pub note: Option<String>,
    pub role: Option<EntryRole>,
    pub added_at: Timestamp,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
