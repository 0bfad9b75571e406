//! The feed of changes, in the order in which they were committed.

use sea_orm::entity::prelude::*;

use crate::choice::ChangeAction;
use crate::timestamp::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "change")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub at: Timestamp,
    pub kind: String,
    pub code: String,
    pub action: ChangeAction,
    pub revision: i32,
    pub path: Option<String>,
    pub merged_into: Option<String>,
    /// Whether everybody could see the subject before the change or after it.
    pub shown: bool,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
