//! The orders of lists.

use std::borrow::Cow;

use async_graphql::Result;

use super::enums::OrderDirection;
use super::error::bad_input;
use crate::loader::{BY_FOUND_RECOMMENDATIONS, Order, SortBy, SortKey};

/// A field of an order enumeration.
pub trait OrderField: Copy + PartialEq {
    /// The default order without a search.
    const DEFAULT: Self;
    /// The default order of a search.
    const RELEVANCE: Self;
    /// The column that breaks ties.
    const ID: &'static str;

    fn name(self) -> &'static str;
    fn sort_by(self) -> SortBy;
}

/// Translates an `orderBy` argument. Cursors contain the name of the order, so that they cannot be used with another
/// order.
///
/// # Errors
/// When a field occurs twice, or `RELEVANCE` is used without a search or in ascending order.
pub fn order<F: OrderField>(
    requested: impl IntoIterator<Item = (F, OrderDirection)>,
    is_searched: bool,
) -> Result<Order> {
    let mut fields: Vec<(F, OrderDirection)> = Vec::new();
    for (field, direction) in requested {
        if fields.iter().any(|(other, _)| *other == field) {
            return Err(bad_input("orderBy", format!("contains the field {} twice", field.name())));
        }
        if field == F::RELEVANCE && !is_searched {
            return Err(bad_input("orderBy", "contains RELEVANCE, which requires a query with words"));
        }
        if field == F::RELEVANCE && direction == OrderDirection::Asc {
            return Err(bad_input("orderBy", "contains RELEVANCE with the direction ASC: use DESC"));
        }
        fields.push((field, direction));
    }
    if fields.is_empty() {
        fields.push(if is_searched { (F::RELEVANCE, OrderDirection::Desc) } else { (F::DEFAULT, OrderDirection::Asc) });
    }
    let name: Vec<String> = fields.iter().map(|(field, direction)| format!("{} {direction:?}", field.name())).collect();
    let mut keys: Vec<SortKey> = Vec::new();
    for (field, direction) in fields {
        keys.push(SortKey { by: field.sort_by(), descending: direction == OrderDirection::Desc });
        if field == F::RELEVANCE {
            keys.push(SortKey::descending(BY_FOUND_RECOMMENDATIONS));
        }
    }
    Ok(Order { name: Cow::Owned(format!("{} {}", F::ID, name.join(", "))), keys: Cow::Owned(keys), id: F::ID })
}

/// Defines an order input and the enum of its fields, with a column for each. The first field is the default.
/// `RELEVANCE` is added to every enum.
macro_rules! order_input {
    (
        $(#[$meta:meta])* $input:ident;
        $(#[$fields_meta:meta])* $fields:ident by $columns:path {
            $(#[$first_meta:meta])* $first:ident $first_name:literal = $first_by:ident
            $(, $(#[$field_meta:meta])* $field:ident $name:literal = $by:ident)* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(async_graphql::InputObject, Clone, Copy, Debug)]
        pub struct $input {
            /// The field whose values are compared.
            pub field: $fields,
            /// The direction of the order. Default: `ASC`.
            #[graphql(default)]
            pub direction: $crate::graphql::enums::OrderDirection,
        }

        $(#[$fields_meta])*
        #[derive(async_graphql::Enum, Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $fields {
            $(#[$first_meta])* $first,
            $($(#[$field_meta])* $field,)*
            /// The relevance to `query`, which must be given. The direction must be `DESC`. Equally relevant items are
            /// ordered by the number of reading lists that recommend them.
            Relevance,
        }

        impl $crate::graphql::order::OrderField for $fields {
            const DEFAULT: Self = Self::$first;
            const RELEVANCE: Self = Self::Relevance;
            const ID: &'static str = {
                use $columns as columns;
                columns::ID
            };

            fn name(self) -> &'static str {
                match self {
                    Self::$first => $first_name,
                    $(Self::$field => $name,)*
                    Self::Relevance => "RELEVANCE",
                }
            }

            fn sort_by(self) -> $crate::loader::SortBy {
                use $columns as columns;
                match self {
                    Self::$first => columns::$first_by,
                    $(Self::$field => columns::$by,)*
                    Self::Relevance => $crate::loader::BY_SCORE,
                }
            }
        }

        impl $input {
            /// Translates a list of order inputs.
            ///
            /// # Errors
            /// When a field occurs twice, or `RELEVANCE` is not allowed.
            pub fn order(requested: Option<Vec<Self>>, is_searched: bool) -> async_graphql::Result<$crate::loader::Order> {
                let fields = requested.into_iter().flatten().map(|order| (order.field, order.direction));
                $crate::graphql::order::order(fields, is_searched)
            }
        }
    };
}
pub(super) use order_input;
