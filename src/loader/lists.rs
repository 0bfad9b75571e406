//! Reading lists by owner, and entries by code.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;

use super::entries::read_with_resource;
use super::relation::RESOURCE;
use super::{BatchLoader, ReadError};
use crate::model::{Entry, OwnerRef, ReadingList, Record, Resource};

/// The reading list of a visible career, course or topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ListOf(pub OwnerRef);

impl Loader<ListOf> for BatchLoader {
    type Value = Arc<ReadingList>;
    type Error = ReadError;

    async fn load(&self, keys: &[ListOf]) -> Result<HashMap<ListOf, Arc<ReadingList>>, ReadError> {
        let mut sql = self.reader.sql("SELECT ");
        sql.push(ReadingList::COLUMNS).push(" FROM reading_list WHERE reading_list.owner_id");
        sql.is_any_id(keys.iter().map(|key| key.0.id));
        let mut found = HashMap::with_capacity(keys.len());
        for row in self.reader.query_short(sql).await? {
            let list = ReadingList::read(&mut row.columns())?;
            found.insert(ListOf(list.owner), Arc::new(list));
        }
        Ok(found)
    }
}

/// An entry by its code.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EntryByCode(pub String);

impl Loader<EntryByCode> for BatchLoader {
    type Value = Arc<Entry>;
    type Error = ReadError;

    /// An entry is visible if its list and its resource are.
    async fn load(&self, keys: &[EntryByCode]) -> Result<HashMap<EntryByCode, Arc<Entry>>, ReadError> {
        let scope = self.reader.scope();
        let mut sql = self.reader.sql("SELECT ");
        sql.push(Entry::COLUMNS).push(", ").push(Resource::columns());
        sql.push(" FROM reading_list_entry JOIN reading_list ON reading_list.id = reading_list_entry.list_id")
            .push(RESOURCE);
        sql.push(" WHERE reading_list_entry.code").is_any_text(keys.iter().map(|key| key.0.as_str())).push(" AND ");
        scope.published(&mut sql, "reading_list");
        sql.push(" AND ");
        scope.published(&mut sql, "resource");
        let mut found = HashMap::with_capacity(keys.len());
        for row in self.reader.query_short(sql).await? {
            let entry = read_with_resource(&mut row.columns())?;
            found.insert(EntryByCode(entry.code.clone()), Arc::new(entry));
        }
        Ok(found)
    }
}
