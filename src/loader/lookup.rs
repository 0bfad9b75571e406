//! Lookups of one object by primary key, code, slug (also a former one) or ISBN.

use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::kind::NodeKind;

use super::{BatchLoader, ReadError};
use crate::db::Sql;
use crate::model::{Book, Record};

/// Defines a loader key with one value and the type of the object.
macro_rules! lookup_key {
    ($(#[$meta:meta])* $name:ident($value:ty)) => {
        $(#[$meta])*
        pub struct $name<T>(pub $value, PhantomData<fn() -> T>);

        impl<T> $name<T> {
            #[must_use]
            pub fn new(value: impl Into<$value>) -> Self {
                Self(value.into(), PhantomData)
            }
        }

        impl<T> Clone for $name<T> {
            fn clone(&self) -> Self {
                Self(self.0.clone(), PhantomData)
            }
        }

        impl<T> PartialEq for $name<T> {
            fn eq(&self, other: &Self) -> bool {
                self.0 == other.0
            }
        }

        impl<T> Eq for $name<T> {}

        impl<T> Hash for $name<T> {
            fn hash<H: Hasher>(&self, state: &mut H) {
                self.0.hash(state);
            }
        }
    };
}

lookup_key! {
    /// By primary key. For people and organizations, the caller has the key from a visible item.
    ById(i64)
}

lookup_key! {
    /// By code.
    ByCode(String)
}

lookup_key! {
    /// By slug, current or former.
    BySlug(String)
}

/// A book by its ISBN-13, current or former.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ByIsbn(pub String);

/// A book by the code of a book that was merged into it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ByRetiredCode(pub String);

impl BatchLoader {
    /// Runs a statement whose first columns are those of `T`.
    async fn records<T: Record>(&self, sql: Sql) -> Result<Vec<Arc<T>>, ReadError> {
        let rows = self.reader.query_short(sql).await?;
        rows.iter().map(|row| Ok(Arc::new(T::read(&mut row.columns())?))).collect()
    }

    /// Looks up objects by a name that several `places` can store. A place is the text after `FROM`, up to a condition
    /// on the column of the name. Each place is searched only for the names that no earlier one has: most names are in
    /// the first.
    async fn by_name<T: Record, K: Hash + Eq>(
        &self,
        places: &[&str],
        mut names: HashSet<&str>,
        key: impl Fn(String) -> K,
    ) -> Result<HashMap<K, Arc<T>>, ReadError> {
        let mut found = HashMap::with_capacity(names.len());
        for place in places {
            if names.is_empty() {
                break;
            }
            let column = place.rsplit(' ').next().unwrap_or_default();
            let mut sql = self.reader.sql(&format!("SELECT {column}, {} FROM {place}", T::COLUMNS));
            sql.is_any_text(names.iter().copied()).push(" AND ");
            self.reader.scope().visible(&mut sql, T::KIND);
            for row in self.reader.query_short(sql).await? {
                let mut columns = row.columns();
                let name: String = columns.read_next()?;
                names.remove(name.as_str());
                found.insert(key(name), Arc::new(T::read(&mut columns)?));
            }
        }
        Ok(found)
    }

    /// Returns the start of a statement for the rows of `T`, up to a condition on `column`.
    fn select<T: Record>(&self, column: &str) -> Sql {
        let kind = T::KIND;
        self.reader.sql(&format!("SELECT {} FROM {} AND {kind}.{column}", T::COLUMNS, kind.filtered_table_ref()))
    }
}

impl<T: Record> Loader<ById<T>> for BatchLoader {
    type Value = Arc<T>;
    type Error = ReadError;

    async fn load(&self, keys: &[ById<T>]) -> Result<HashMap<ById<T>, Arc<T>>, ReadError> {
        let mut sql = self.select::<T>("id");
        sql.is_any_id(keys.iter().map(|key| key.0));
        if T::KIND.is_catalog_item() {
            sql.push(" AND ");
            self.reader.scope().visible(&mut sql, T::KIND);
        }
        let found = self.records::<T>(sql).await?;
        Ok(found.into_iter().map(|record| (ById::new(record.id()), record)).collect())
    }
}

impl<T: Record> Loader<ByCode<T>> for BatchLoader {
    type Value = Arc<T>;
    type Error = ReadError;

    async fn load(&self, keys: &[ByCode<T>]) -> Result<HashMap<ByCode<T>, Arc<T>>, ReadError> {
        let mut sql = self.select::<T>("code");
        sql.is_any_text(keys.iter().map(|key| key.0.as_str())).push(" AND ");
        self.reader.scope().visible(&mut sql, T::KIND);
        let found = self.records::<T>(sql).await?;
        Ok(found.into_iter().map(|record| (ByCode::new(record.code()), record)).collect())
    }
}

/// Returns the column of `slug_redirect` that refers to a row of `kind`.
#[must_use]
pub const fn redirect_target(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Person => "person_id",
        NodeKind::Organization => "organization_id",
        _ => "item_id",
    }
}

impl<T: Record> Loader<BySlug<T>> for BatchLoader {
    type Value = Arc<T>;
    type Error = ReadError;

    /// A slug is never both current and former, so each has at most one row.
    async fn load(&self, keys: &[BySlug<T>]) -> Result<HashMap<BySlug<T>, Arc<T>>, ReadError> {
        let (kind, source, target) = (T::KIND, T::KIND.table_ref(), redirect_target(T::KIND));
        let present = format!("{} AND {kind}.slug", kind.filtered_table_ref());
        let retired = format!(
            "slug_redirect JOIN {source} ON {kind}.id = slug_redirect.{target} \
             WHERE {} AND slug_redirect.kind = '{kind}' AND slug_redirect.slug",
            kind.condition()
        );
        let slugs = keys.iter().map(|key| key.0.as_str()).collect();
        self.by_name(&[&present, &retired], slugs, BySlug::new).await
    }
}

impl Loader<ByIsbn> for BatchLoader {
    type Value = Arc<Book>;
    type Error = ReadError;

    async fn load(&self, keys: &[ByIsbn]) -> Result<HashMap<ByIsbn, Arc<Book>>, ReadError> {
        let isbns = keys.iter().map(|key| key.0.as_str()).collect();
        let retired = "isbn_redirect JOIN item AS book ON book.id = isbn_redirect.item_id WHERE isbn_redirect.isbn13";
        self.by_name(&["item AS book WHERE book.isbn13", retired], isbns, ByIsbn).await
    }
}

/// An object by its kind and code, which exists or existed. The value is present if readers have ever seen it, as far
/// back as the change feed reaches.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct WasPublic {
    pub kind: NodeKind,
    pub code: String,
}

impl Loader<WasPublic> for BatchLoader {
    type Value = ();
    type Error = ReadError;

    async fn load(&self, keys: &[WasPublic]) -> Result<HashMap<WasPublic, ()>, ReadError> {
        let mut found = HashMap::new();
        for kind in NodeKind::ROUTABLE {
            let codes = keys.iter().filter(|key| key.kind == kind).map(|key| key.code.as_str());
            let codes: HashSet<&str> = codes.collect();
            if codes.is_empty() {
                continue;
            }
            let mut sql = self.reader.sql("SELECT DISTINCT code FROM change_event WHERE kind = ");
            sql.bind(kind.name()).push(" AND was_visible = TRUE AND code");
            sql.is_any_text(codes);
            for row in self.reader.query_short(sql).await? {
                found.insert(WasPublic { kind, code: row.columns().read_next()? }, ());
            }
        }
        Ok(found)
    }
}

impl Loader<ByRetiredCode> for BatchLoader {
    type Value = Arc<Book>;
    type Error = ReadError;

    async fn load(&self, keys: &[ByRetiredCode]) -> Result<HashMap<ByRetiredCode, Arc<Book>>, ReadError> {
        let codes = keys.iter().map(|key| key.0.as_str()).collect();
        let retired = "code_redirect JOIN item AS book ON book.id = code_redirect.item_id \
            WHERE code_redirect.kind = 'book' AND code_redirect.code";
        self.by_name(&[retired], codes, ByRetiredCode).await
    }
}
