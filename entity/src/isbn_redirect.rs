//! Former ISBNs, and the books that they lead to.

use sea_orm::entity::prelude::*;

use crate::timestamp::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "isbn_redirect")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub isbn13: String,
    pub item_id: i64,
    pub retired_at: Timestamp,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
