//! Topics.

use sea_orm::DbErr;

use super::item::item_columns;
use super::{Item, NodeKind, Record};
use crate::db::Columns;

/// A topic.
#[derive(Debug)]
pub struct Topic {
    pub item: Item,
    pub parent_id: Option<i64>,
}

impl Record for Topic {
    const KIND: NodeKind = NodeKind::Topic;
    const COLUMNS: &'static str = concat!(item_columns!("topic"), ", topic.parent_id");

    fn read(columns: &mut Columns<'_>) -> Result<Self, DbErr> {
        Ok(Self { item: Item::read(Self::KIND, columns)?, parent_id: columns.read_next()? })
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
