//! The enumerations that are stored, each as the upper-case text that the API shows.

use sea_orm::entity::prelude::*;

use crate::enum_text::serde_as_text;

/// Writes the conversions that every stored enumeration needs.
macro_rules! enums {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, EnumIter, DeriveActiveEnum)]
        #[sea_orm(rs_type = "String", db_type = "Text")]
        pub enum $name {
            $($(#[$variant_meta])* #[sea_orm(string_value = $text)] $variant,)+
        }

        impl $name {
            /// All choices, in order.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The text that is stored and that the API shows.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// The choice of that text.
            #[must_use]
            pub fn from_text(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|variant| variant.as_str() == text)
            }
        }

        serde_as_text!($name, $name::as_str, $name::from_text);
    };
}

enums! {
    /// What an editor decided about an item. Whether it shows also depends on its `published_at`.
    Status { Draft = "DRAFT", Published = "PUBLISHED", Archived = "ARCHIVED" }
}

impl Default for Status {
    /// The status of a new item.
    fn default() -> Self {
        Self::Draft
    }
}

enums! {
    /// How much a learning resource expects one to know.
    Level { Introductory = "INTRODUCTORY", Intermediate = "INTERMEDIATE", Advanced = "ADVANCED" }
}

enums! {
    /// What an entry is for in its reading list.
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
    /// What happened to something in the catalog.
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
    /// What somebody may do, each role what those before it may as well.
    Role { Reader = "READER", Editor = "EDITOR", Admin = "ADMIN" }
}
