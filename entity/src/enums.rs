//! The stored enumerations. Each value is stored as the name that the API shows.

use sea_orm::entity::prelude::*;

use crate::enum_text::serde_as_text;

/// Defines an enumeration with its conversions.
macro_rules! enums {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, EnumIter, DeriveActiveEnum)]
        #[sea_orm(rs_type = "String", db_type = "Text")]
        pub enum $name {
            $($(#[$variant_meta])* #[sea_orm(string_value = $text)] $variant,)+
        }

        impl $name {
            /// All values, in order.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Returns the text that is stored and that the API shows.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// Returns the value with that text.
            #[must_use]
            pub fn from_text(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|variant| variant.as_str() == text)
            }
        }

        serde_as_text!($name, $name::as_str, $name::from_text);
    };
}

enums! {
    /// The status of an item, as editors set it. Its visibility also depends on `published_at`.
    Status { Draft = "DRAFT", Published = "PUBLISHED", Archived = "ARCHIVED" }
}

impl Default for Status {
    /// Returns the status of a new item.
    fn default() -> Self {
        Self::Draft
    }
}

enums! {
    /// The level of a learning resource.
    Level { Introductory = "INTRODUCTORY", Intermediate = "INTERMEDIATE", Advanced = "ADVANCED" }
}

enums! {
    /// The role of an entry in its reading list.
    EntryRole { Introductory = "INTRODUCTORY", Core = "CORE", Reference = "REFERENCE", Advanced = "ADVANCED" }
}

enums! {
    /// The role of a contributor. Each kind of item has some of these roles.
    ContributionRole {
        Author = "AUTHOR",
        Editor = "EDITOR",
        Translator = "TRANSLATOR",
        Illustrator = "ILLUSTRATOR",
        Foreword = "FOREWORD",
        Creator = "CREATOR",
        Host = "HOST",
    }
}

enums! {
    /// The action of a change.
    ChangeAction {
        Created = "CREATED",
        Updated = "UPDATED",
        Published = "PUBLISHED",
        Unpublished = "UNPUBLISHED",
        Archived = "ARCHIVED",
        Deleted = "DELETED",
        Merged = "MERGED",
    }
}

enums! {
    /// The role of a caller. Each role includes the permissions of the roles before it.
    Role { Reader = "READER", Editor = "EDITOR", Admin = "ADMIN" }
}
