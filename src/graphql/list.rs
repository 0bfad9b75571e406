//! Lists of objects with complete error paths.
//!
//! If a field of an element fails, async-graphql 8.0.0-rc.5 truncates the path of the error to the element: clients get
//! `["books", "nodes", 0]` without the field. This type preserves the path that the field set.

use std::borrow::Cow;

use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{ContextSelectionSet, OutputType, Positioned, ServerResult, Value};
use futures_util::future::try_join_all;

/// A list of objects.
#[derive(Clone, Debug)]
pub struct List<T>(pub Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self(items.into_iter().collect())
    }
}

impl<T: OutputType> OutputType for List<T> {
    fn type_name() -> Cow<'static, str> {
        Vec::<T>::type_name()
    }

    fn qualified_type_name() -> String {
        Vec::<T>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        Vec::<T>::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        let elements = self.0.iter().enumerate().map(|(index, item)| {
            let ctx = ctx.with_index(index);
            async move {
                let resolved = item.resolve(&ctx, field).await;
                resolved.map_err(|error| if error.path.is_empty() { ctx.set_error_path(error) } else { error })
            }
        });
        Ok(Value::List(try_join_all(elements).await?))
    }
}
