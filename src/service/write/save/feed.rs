//! The rows of the change feed for written changes. They are written last: whether a person or an organization is public
//! depends on items that refer to it.

use entity::change_event;
use entity::enums::ChangeAction;
use entity::kind::NodeKind;
use entity::timestamp::Timestamp;
use sea_orm::ActiveValue::{NotSet, Set};
use serde::{Deserialize, Serialize};

use super::visibility::PublicParties;
use super::{SaveError, rows};
use crate::db::{Engine, Transaction};
use crate::service::spool::{Queue, SpoolError};

/// The number of rows that are written at once.
const BATCH: usize = 2_000;

/// A row of the change feed.
#[derive(Debug, Serialize, Deserialize)]
pub struct FeedRow {
    pub kind: NodeKind,
    pub code: String,
    pub action: ChangeAction,
    pub revision: i32,
    pub path: Option<String>,
    pub merged_into: Option<String>,
    /// Whether the object was or is public. False for people and organizations until the row is written.
    pub was_visible: bool,
}

impl FeedRow {
    /// Converts the row.
    pub fn into_model(self, now: Timestamp) -> change_event::ActiveModel {
        change_event::ActiveModel {
            id: NotSet,
            occurred_at: Set(now),
            kind: Set(self.kind.name().to_owned()),
            code: Set(self.code),
            action: Set(self.action),
            revision: Set(self.revision),
            path: Set(self.path),
            merged_into: Set(self.merged_into),
            was_visible: Set(self.was_visible),
        }
    }
}

/// Rows of the change feed, in order.
#[derive(Default)]
pub struct Feed(Queue<FeedRow>);

impl Feed {
    /// Adds a row.
    pub fn push(&mut self, row: &FeedRow) -> Result<(), SpoolError> {
        self.0.push(row)
    }

    /// Writes all rows.
    pub async fn write(mut self, transaction: &Transaction, engine: Engine, now: Timestamp) -> Result<(), SaveError> {
        loop {
            let batch = self.0.take(BATCH)?;
            if batch.is_empty() {
                return Ok(());
            }
            let objects = batch.iter().map(|row| (row.kind, row.code.as_str()));
            let parties = PublicParties::of_codes(transaction, engine, objects, now).await?;
            let rows = batch.into_iter().map(|mut row| {
                row.was_visible |= parties.has(row.kind, &row.code);
                row.into_model(now)
            });
            rows::insert::<change_event::Entity>(transaction, engine, rows).await?;
        }
    }
}
