//! The search documents that writes affected, in commit order. The search index applies these rows.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "search_change")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    /// In microseconds since 1970.
    pub at: i64,
    /// The id of an item, or that of a person or an organization, which is 256 times the row id plus the tag of the
    /// kind. 0 stands for all documents.
    pub document_id: i64,
    /// Whether the documents that contain its name or its notes are affected too.
    pub with_neighbors: bool,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
