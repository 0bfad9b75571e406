//! API tokens, as administrators see them.

use entity::enums::Role;
use entity::timestamp::Timestamp;
use sea_orm::DbErr;

use super::parse_enum;
use crate::db::Columns;

/// An API token, without its secret and its hash.
#[derive(Clone, Debug)]
pub struct ApiToken {
    pub id: i64,
    pub code: String,
    pub name: String,
    pub role: Role,
    pub prefix: String,
    pub created_at: Timestamp,
    pub created_by: String,
    pub expires_at: Option<Timestamp>,
    pub last_used_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    pub revoked_by: Option<String>,
}

impl ApiToken {
    /// The columns that [`ApiToken::read`] reads.
    pub const COLUMNS: &'static str = "api_token.id, api_token.code, api_token.name, api_token.role, api_token.prefix, \
        api_token.created_at, api_token.created_by, api_token.expires_at, api_token.last_used_at, \
        api_token.revoked_at, api_token.revoked_by";

    /// Reads a token from the columns of a row.
    ///
    /// # Errors
    /// When a column has an unexpected value.
    pub fn read(columns: &mut Columns<'_>) -> Result<Self, DbErr> {
        Ok(Self {
            id: columns.read_next()?,
            code: columns.read_next()?,
            name: columns.read_next()?,
            role: parse_enum(columns.read_next()?, Role::from_text)?
                .ok_or_else(|| DbErr::Type("a token has no role".to_owned()))?,
            prefix: columns.read_next()?,
            created_at: columns.read_next()?,
            created_by: columns.read_next()?,
            expires_at: columns.read_next()?,
            last_used_at: columns.read_next()?,
            revoked_at: columns.read_next()?,
            revoked_by: columns.read_next()?,
        })
    }
}
