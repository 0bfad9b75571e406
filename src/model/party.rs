//! People and organizations.

use entity::timestamp::Timestamp;
use sea_orm::DbErr;

use super::item::columns_of;
use super::{NodeKind, Record};
use crate::db::Columns;

/// The columns of people and organizations.
#[derive(Debug)]
pub struct Party {
    pub kind: NodeKind,
    pub id: i64,
    pub code: String,
    pub slug: String,
    pub name: String,
    pub url: Option<String>,
    pub revision: i32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// The columns of [`Party`] in the given table.
macro_rules! party_columns {
    ($table:literal) => {
        columns_of!($table: "id", "code", "slug", "name", "url", "revision", "created_at", "updated_at")
    };
}

impl Party {
    fn read(kind: NodeKind, columns: &mut Columns<'_>) -> Result<Self, DbErr> {
        Ok(Self {
            kind,
            id: columns.read_next()?,
            code: columns.read_next()?,
            slug: columns.read_next()?,
            name: columns.read_next()?,
            url: columns.read_next()?,
            revision: columns.read_next()?,
            created_at: columns.read_next()?,
            updated_at: columns.read_next()?,
        })
    }
}

/// A person.
#[derive(Debug)]
pub struct Person(pub Party);

/// An organization.
#[derive(Debug)]
pub struct Organization(pub Party);

impl Record for Person {
    const KIND: NodeKind = NodeKind::Person;
    const COLUMNS: &'static str = party_columns!("person");

    fn read(columns: &mut Columns<'_>) -> Result<Self, DbErr> {
        Ok(Self(Party::read(Self::KIND, columns)?))
    }

    fn id(&self) -> i64 {
        self.0.id
    }

    fn code(&self) -> &str {
        &self.0.code
    }

    fn revision(&self) -> i32 {
        self.0.revision
    }
}

impl Record for Organization {
    const KIND: NodeKind = NodeKind::Organization;
    const COLUMNS: &'static str = party_columns!("organization");

    fn read(columns: &mut Columns<'_>) -> Result<Self, DbErr> {
        Ok(Self(Party::read(Self::KIND, columns)?))
    }

    fn id(&self) -> i64 {
        self.0.id
    }

    fn code(&self) -> &str {
        &self.0.code
    }

    fn revision(&self) -> i32 {
        self.0.revision
    }
}
