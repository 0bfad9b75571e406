//! Writes the long texts of items. Replaces each row that differs.

use entity::item_text;
use sea_orm::DbErr;

use super::{Change, rows};
use crate::catalog::LongText;
use crate::db::{Engine, Transaction};
use crate::service::write::record::Record;

/// Writes the long texts of all changes.
pub async fn write(transaction: &Transaction, engine: Engine, changes: &[Change]) -> Result<(), DbErr> {
    let (mut stale, mut written) = (Vec::new(), Vec::new());
    for change in changes {
        let before = change.before.as_ref().and_then(|before| row(change.id, before));
        let after = row(change.id, &change.after);
        if before == after {
            continue;
        }
        stale.extend(before.map(|before| before.item_id));
        written.extend(after);
    }
    rows::execute_for_ids(transaction, engine, "DELETE FROM item_text WHERE item_id", stale).await?;
    rows::insert::<item_text::Entity>(transaction, engine, written).await
}

/// Returns the row of a record, if it has a long text.
fn row(item_id: i64, record: &Record) -> Option<item_text::Model> {
    let record = record.routable()?;
    let [description, article] =
        [LongText::Description, LongText::Article].map(|text| record.text(text).map(str::to_owned));
    (description.is_some() || article.is_some()).then_some(item_text::Model { item_id, description, article })
}
