//! What lists are ordered by.

use std::borrow::Cow;

use async_graphql::Result;

use super::enums::OrderDirection;
use super::error::bad_input;
use crate::loader::{Order, SortBy, SortKey};

/// A field of an order enumeration.
pub trait OrderField: Copy + PartialEq {
    /// The field that is the order where nobody says.
    const DEFAULT: Self;
    /// What breaks ties.
    const ID: &'static str;

    fn name(self) -> &'static str;
    fn sort_by(self) -> SortBy;
}

/// The order that an `orderBy` argument asks for. Cursors carry its name, so that one cannot be used with another order.
///
/// # Errors
/// When a field is named twice.
pub fn order<F: OrderField>(asked: impl IntoIterator<Item = (F, OrderDirection)>) -> Result<Order> {
    let mut fields: Vec<(F, OrderDirection)> = Vec::new();
    for (field, direction) in asked {
        if fields.iter().any(|(other, _)| *other == field) {
            return Err(bad_input("orderBy", format!("names {} twice", field.name())));
        }
        fields.push((field, direction));
    }
    if fields.is_empty() {
        fields.push((F::DEFAULT, OrderDirection::Asc));
    }
    let name: Vec<String> = fields.iter().map(|(field, direction)| format!("{} {direction:?}", field.name())).collect();
    let keys = fields
        .into_iter()
        .map(|(field, direction)| SortKey { by: field.sort_by(), descending: direction == OrderDirection::Desc })
        .collect();
    Ok(Order { name: Cow::Owned(format!("{} {}", F::ID, name.join(", "))), keys: Cow::Owned(keys), id: F::ID })
}

/// Writes an order input, the enumeration of its fields, and what each field is sorted by. The first field is the default.
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
            /// What to compare.
            pub field: $fields,
            /// Which end comes first.
            #[graphql(default)]
            pub direction: $crate::graphql::enums::OrderDirection,
        }

        $(#[$fields_meta])*
        #[derive(async_graphql::Enum, Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $fields {
            $(#[$first_meta])* $first,
            $($(#[$field_meta])* $field,)*
        }

        impl $crate::graphql::order::OrderField for $fields {
            const DEFAULT: Self = Self::$first;
            const ID: &'static str = {
                use $columns as columns;
                columns::ID
            };

            fn name(self) -> &'static str {
                match self {
                    Self::$first => $first_name,
                    $(Self::$field => $name,)*
                }
            }

            fn sort_by(self) -> $crate::loader::SortBy {
                use $columns as columns;
                match self {
                    Self::$first => columns::$first_by,
                    $(Self::$field => columns::$by,)*
                }
            }
        }

        impl $input {
            /// The order that a list of these asks for.
            ///
            /// # Errors
            /// When a field is named twice.
            pub fn order(asked: Option<Vec<Self>>) -> async_graphql::Result<$crate::loader::Order> {
                $crate::graphql::order::order(asked.into_iter().flatten().map(|order| (order.field, order.direction)))
            }
        }
    };
}
pub(super) use order_input;
