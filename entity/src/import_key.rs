//! The keys that imports were called with, each with what came of the call, so that a repeated one is answered alike.

use sea_orm::entity::prelude::*;

use crate::timestamp::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_key")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Whose key it is.
    pub actor: String,
    pub idempotency_key: String,
    /// SHA-256 of what was asked, in hexadecimal.
    pub request: String,
    /// What was answered, as JSON.
    pub result: String,
    pub created_at: Timestamp,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
