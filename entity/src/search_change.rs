//! The search documents that writes touched, in the order of the commits: what an index of words follows.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "search_change")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    /// In microseconds since 1970.
    pub at: i64,
    /// The id of an item; that of a person or an organization is 256 times its row id, plus the tag of the kind. 0 stands for all
    /// documents.
    pub document_id: i64,
    /// Whether the documents of everything that shows its name or its notes are touched as well.
    pub with_neighbors: bool,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
