//! Columns of timestamps and enumerations.

use entity::enums::{ChangeAction, ContributionRole, EntryRole, Level, Role, Status};
use entity::timestamp::Timestamp;

use crate::db::{Column, FromColumn};

impl FromColumn for Timestamp {
    fn from_column(column: Column<'_>) -> Option<Self> {
        i64::from_column(column).map(Self)
    }
}

/// Implements reading for enumerations.
macro_rules! enums {
    ($($enum:ty),+ $(,)?) => {
        $(impl FromColumn for $enum {
            fn from_column(column: Column<'_>) -> Option<Self> {
                if let Column::Text(text) = column { Self::from_text(text) } else { None }
            }
        })+
    };
}

enums!(ChangeAction, ContributionRole, EntryRole, Level, Role, Status);
