//! ISBNs that still lead to a book that has another, or none.

use sea_orm::entity::prelude::*;

use crate::timestamp::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "retired_isbn")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub isbn13: String,
    pub book_id: i64,
    pub retired_at: Timestamp,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
