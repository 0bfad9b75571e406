//! The columns that all catalog items have, and those that all learning resources have.

use entity::enums::{Level, Status};
use entity::timestamp::Timestamp;
use sea_orm::DbErr;

use super::{NodeKind, parse_enum};
use crate::db::Columns;

/// The columns that all items have.
#[derive(Debug)]
pub struct Item {
    pub kind: NodeKind,
    pub id: i64,
    pub code: String,
    pub slug: String,
    pub external_id: Option<String>,
    pub title: String,
    pub summary: Option<String>,
    pub image_url: Option<String>,
    pub status: Status,
    pub published_at: Option<Timestamp>,
    pub revised_at: Option<Timestamp>,
    pub revision: i32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Joins the columns of a table.
macro_rules! columns_of {
    ($table:literal: $first:literal $(, $column:literal)*) => {
        concat!($table, ".", $first $(, ", ", $table, ".", $column)*)
    };
}
pub(super) use columns_of;

/// The columns of [`Item`] in the given table.
macro_rules! item_columns {
    ($table:literal) => {
        $crate::model::item::columns_of!(
            $table: "id", "code", "slug", "external_id", "title", "summary", "image_url", "status", "published_at", "revised_at",
            "revision", "created_at", "updated_at"
        )
    };
}
pub(super) use item_columns;

impl Item {
    pub(super) fn read(kind: NodeKind, columns: &mut Columns<'_>) -> Result<Self, DbErr> {
        Ok(Self {
            kind,
            id: columns.read_next()?,
            code: columns.read_next()?,
            slug: columns.read_next()?,
            external_id: columns.read_next()?,
            title: columns.read_next()?,
            summary: columns.read_next()?,
            image_url: columns.read_next()?,
            status: columns.read_next()?,
            published_at: columns.read_next()?,
            revised_at: columns.read_next()?,
            revision: columns.read_next()?,
            created_at: columns.read_next()?,
            updated_at: columns.read_next()?,
        })
    }
}

/// The columns that all learning resources have beyond those of other items. The description, which can be long, is
/// read separately.
#[derive(Debug)]
pub struct ResourceFields {
    pub level: Option<Level>,
    /// A BCP 47 language tag.
    pub language: Option<String>,
    pub url: Option<String>,
    /// In seconds.
    pub time_required: Option<i64>,
}

/// The columns of [`ResourceFields`] in the given table.
macro_rules! resource_columns {
    ($table:literal) => {
        $crate::model::item::columns_of!($table: "level", "language", "url", "time_required")
    };
}
pub(super) use resource_columns;

impl ResourceFields {
    pub(super) fn read(columns: &mut Columns<'_>) -> Result<Self, DbErr> {
        Ok(Self {
            level: parse_enum(columns.read_next()?, Level::from_text)?,
            language: columns.read_next()?,
            url: columns.read_next()?,
            time_required: columns.read_next()?,
        })
    }
}

/// The columns of all kinds of learning resources beyond those of [`Item`] and [`ResourceFields`], in the order in
/// which [`Resource`](super::Resource) reads them. Each kind has some of them, in this order.
pub(super) const OWN_COLUMNS: [&str; 16] = [
    "subtitle",
    "original_title",
    "publisher_id",
    "publication_date",
    "publication_year",
    "edition",
    "isbn13",
    "page_count",
    "feed_url",
    "episode_count",
    "provider_id",
    "institution_id",
    "weekly_effort",
    "is_free",
    "price_minor",
    "price_currency",
];

/// Returns how many of [`OWN_COLUMNS`] come before each column of a kind, and after the last.
///
/// # Panics
/// At compile time, if a column is missing or in another order.
pub(super) const fn gaps<const N: usize, const GAPS: usize>(columns: [&str; N]) -> [usize; GAPS] {
    let (mut gaps, mut column, mut place) = ([0; GAPS], 0, 0);
    while place < OWN_COLUMNS.len() {
        if column < N && same(columns[column].as_bytes(), OWN_COLUMNS[place].as_bytes()) {
            column += 1;
        } else {
            gaps[column] += 1;
        }
        place += 1;
    }
    assert!(column == N, "a column is missing in OWN_COLUMNS, or in another order");
    gaps
}

const fn same(one: &[u8], other: &[u8]) -> bool {
    let mut place = 0;
    while place < one.len() && place < other.len() && one[place] == other[place] {
        place += 1;
    }
    place == one.len() && place == other.len()
}

/// Defines a kind of learning resource with its own columns.
macro_rules! resource {
    (
        $(#[$meta:meta])*
        $name:ident $table:literal {
            $($(#[$field_meta:meta])* $field:ident $column:literal: $type:ty,)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug)]
        pub struct $name {
            pub item: $crate::model::Item,
            pub resource: $crate::model::ResourceFields,
            $($(#[$field_meta])* pub $field: $type,)+
        }

        impl $name {
            const OWN: [&'static str; [$($column),+].len()] = [$($column),+];
            const GAPS: [usize; Self::OWN.len() + 1] = $crate::model::item::gaps(Self::OWN);

            /// Reads a resource from [`OWN_COLUMNS`]($crate::model::item::OWN_COLUMNS), skipping the columns of other
            /// kinds.
            pub(super) fn read_among(
                item: $crate::model::Item,
                resource: $crate::model::ResourceFields,
                columns: &mut $crate::db::Columns<'_>,
            ) -> Result<Self, sea_orm::DbErr> {
                Self::read_own(item, resource, columns, &Self::GAPS)
            }

            fn read_own(
                item: $crate::model::Item,
                resource: $crate::model::ResourceFields,
                columns: &mut $crate::db::Columns<'_>,
                gaps: &[usize],
            ) -> Result<Self, sea_orm::DbErr> {
                let mut gaps = gaps.iter();
                let mut skip = |columns: &mut $crate::db::Columns<'_>| columns.skip(gaps.next().copied().unwrap_or(0));
                let read = Self {
                    item,
                    resource,
                    $($field: {
                        skip(columns);
                        columns.read_next()?
                    },)+
                };
                skip(columns);
                Ok(read)
            }
        }

        impl $crate::model::Record for $name {
            const KIND: $crate::model::NodeKind = $crate::model::NodeKind::$name;
            const COLUMNS: &'static str = concat!(
                $crate::model::item::item_columns!($table),
                ", ",
                $crate::model::item::resource_columns!($table),
                $(", ", $table, ".", $column),+
            );

            fn read(columns: &mut $crate::db::Columns<'_>) -> Result<Self, sea_orm::DbErr> {
                let item = $crate::model::Item::read(Self::KIND, columns)?;
                Self::read_own(item, $crate::model::ResourceFields::read(columns)?, columns, &[])
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

        impl $crate::model::HeapSize for $name {
            fn heap_size(&self) -> usize {
                [self.item.heap_size(), self.resource.heap_size(), $(self.$field.heap_size()),+].into_iter().sum()
            }
        }
    };
}
pub(super) use resource;
