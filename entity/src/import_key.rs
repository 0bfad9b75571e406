//! The idempotency keys of imports, each with the result, which a repeated call returns.

use sea_orm::entity::prelude::*;

use crate::timestamp::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_key")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The actor that the key belongs to.
    pub actor: String,
    pub idempotency_key: String,
    /// The SHA-256 hash of the request, in hexadecimal.
    pub request: String,
    /// The response, as JSON.
    pub result: String,
    pub created_at: Timestamp,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
