//! Careers.

use sea_orm::DbErr;

use super::item::item_columns;
use super::{Item, NodeKind, Record};
use crate::db::Columns;

/// A career. Its article, which can be long, is read separately.
#[derive(Debug)]
pub struct Career {
    pub item: Item,
    pub occupation_code: Option<String>,
}

impl Record for Career {
    const KIND: NodeKind = NodeKind::Career;
    const COLUMNS: &'static str = concat!(item_columns!("career"), ", career.occupation_code");

    fn read(columns: &mut Columns<'_>) -> Result<Self, DbErr> {
        Ok(Self { item: Item::read(Self::KIND, columns)?, occupation_code: columns.read_next()? })
    }

    fn id(&self) -> i64 {
        self.item.id
    }

    fn code(&self) -> &str {
        &self.item.code
    }

    fn revision(&self) -> i32 {
        self.item.revision
    }
}
