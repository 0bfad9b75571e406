//! The list of API tokens, for administrators.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use futures_util::future::try_join_all;
use sea_orm::DbErr;

use super::order::{Order, SortBy, SortKey};
use super::page::{PageRow, cut, read_edges, write_columns};
use super::{BatchLoader, DependencySet, Page, ReadError, RowDependencies, Window};
use crate::auth::Administrator;
use crate::db::{Columns, Sql};
use crate::model::ApiToken;

/// The key of a page of API tokens.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PageOfTokens(Arc<Window>);

impl PageOfTokens {
    #[must_use]
    pub fn new(_: &Administrator, window: Arc<Window>) -> Self {
        Self(window)
    }

    /// Returns the order of the list: newest first.
    #[must_use]
    pub fn order() -> Order {
        const NEWEST: [SortKey; 1] = [SortKey::descending(SortBy::Number("api_token.created_at"))];
        Order { name: "tokens".into(), keys: (&NEWEST).into(), id: "api_token.id" }
    }
}

/// The key of the number of API tokens.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CountOfTokens(());

impl CountOfTokens {
    #[must_use]
    pub fn new(_: &Administrator) -> Self {
        Self(())
    }
}

/// Pages of API tokens depend on everything.
impl RowDependencies for ApiToken {
    fn add_dependencies(&self, dependencies: &mut DependencySet) {
        dependencies.add_everything();
    }
}

impl PageRow for ApiToken {
    fn write_columns(sql: &mut Sql, _: &str) {
        sql.push(Self::COLUMNS);
    }

    fn read_row(columns: &mut Columns<'_>) -> Result<Self, DbErr> {
        Self::read(columns)
    }
}

impl Loader<PageOfTokens> for BatchLoader {
    type Value = Arc<Page<ApiToken>>;
    type Error = ReadError;

    async fn load(&self, keys: &[PageOfTokens]) -> Result<HashMap<PageOfTokens, Self::Value>, ReadError> {
        let scope = self.reader.scope();
        let pages = try_join_all(keys.iter().map(async |key| {
            let window = &key.0;
            let mut sql = self.reader.sql("SELECT ");
            write_columns::<ApiToken>(&mut sql, &self.reader, &window.order);
            sql.push(" FROM api_token WHERE TRUE");
            window.write_bounds(&mut sql, scope);
            sql.push(" ORDER BY ");
            window.order.write(&mut sql, scope, window.backward);
            sql.push(" LIMIT ").bind(i64::from(window.limit) + 1);
            let rows = self.reader.on_primary().rows(sql).await?;
            Ok::<_, ReadError>((key.clone(), Arc::new(cut(read_edges(&rows, &window.order)?, window))))
        }))
        .await?;
        Ok(pages.into_iter().collect())
    }
}

impl Loader<CountOfTokens> for BatchLoader {
    type Value = i64;
    type Error = ReadError;

    async fn load(&self, keys: &[CountOfTokens]) -> Result<HashMap<CountOfTokens, i64>, ReadError> {
        let rows = self.reader.on_primary().rows(self.reader.sql("SELECT COUNT(*) FROM api_token")).await?;
        let count: i64 = rows.first().map_or(Ok(0), |row| row.columns().read_next())?;
        Ok(keys.iter().map(|key| (key.clone(), count)).collect())
    }
}
