//! The columns that lists can be filtered and sorted by, under the names of the API.

use entity::kind::ResourceKind;

use super::Column;
use super::order::SortBy;

/// Defines the columns of every item.
macro_rules! item_columns {
    ($table:ident) => {
        pub const TITLE: Column = Column(concat!(stringify!($table), ".title"));
        pub const TITLE_FOLDED: Column = Column(concat!(stringify!($table), ".title_folded"));
        pub const SLUG: Column = Column(concat!(stringify!($table), ".slug"));
        /// The table, because the status depends on several columns.
        pub const STATUS: Column = Column(stringify!($table));
        /// Only learning resources have a language and a level; for other items both are null.
        pub const LANGUAGE: Column = Column(concat!(stringify!($table), ".language"));
        pub const LEVEL: Column = Column(concat!(stringify!($table), ".level"));
        pub const PUBLISHED_AT: Column = Column(concat!(stringify!($table), ".published_at"));
        pub const REVISED_AT: Column = Column(concat!(stringify!($table), ".revised_at"));
        pub const CREATED_AT: Column = Column(concat!(stringify!($table), ".created_at"));
        pub const UPDATED_AT: Column = Column(concat!(stringify!($table), ".updated_at"));
        pub const ID: &str = concat!(stringify!($table), ".id");
        pub const BY_TITLE: SortBy = SortBy::Text(concat!(stringify!($table), ".title_sort_key"));
        pub const BY_CREATED_AT: SortBy = SortBy::Number(CREATED_AT.0);
        pub const BY_UPDATED_AT: SortBy = SortBy::Number(UPDATED_AT.0);
        pub const BY_PUBLISHED_AT: SortBy = SortBy::NullableNumber(PUBLISHED_AT.0);
    };
}

/// Defines the columns of learning resources.
macro_rules! resource_columns {
    ($table:ident, $kind:expr) => {
        pub const TIME_REQUIRED: Column = Column(concat!(stringify!($table), ".time_required"));
        pub const BY_TIME_REQUIRED: SortBy = SortBy::NullableNumber(TIME_REQUIRED.0);
        pub const BY_RECOMMENDATIONS: SortBy = SortBy::AllRecommendations($kind);
    };
}

/// Defines the columns of people and organizations.
macro_rules! party_columns {
    ($table:ident) => {
        pub const NAME: Column = Column(concat!(stringify!($table), ".name"));
        pub const NAME_FOLDED: Column = Column(concat!(stringify!($table), ".name_folded"));
        pub const SLUG: Column = Column(concat!(stringify!($table), ".slug"));
        pub const ID: &str = concat!(stringify!($table), ".id");
        pub const BY_NAME: SortBy = SortBy::Text(concat!(stringify!($table), ".name_sort_key"));
        pub const BY_CREATED_AT: SortBy = SortBy::Number(concat!(stringify!($table), ".created_at"));
        pub const BY_UPDATED_AT: SortBy = SortBy::Number(concat!(stringify!($table), ".updated_at"));
    };
}

/// The columns of aliases.
pub mod alias {
    use super::Column;

    pub const NAME: Column = Column("item_alias.name");
    pub const NAME_FOLDED: Column = Column("item_alias.name_folded");
}

/// The columns of careers.
pub mod career {
    use super::{Column, SortBy};

    item_columns!(career);
    pub const OCCUPATION_CODE: Column = Column("career.occupation_code");
}

/// The columns of courses.
pub mod course {
    use super::{Column, ResourceKind, SortBy};

    item_columns!(course);
    resource_columns!(course, ResourceKind::Course);
    pub const IS_FREE: Column = Column("course.is_free");
}

/// The columns of books.
pub mod book {
    use super::{Column, ResourceKind, SortBy};

    item_columns!(book);
    resource_columns!(book, ResourceKind::Book);
    pub const PUBLICATION_YEAR: Column = Column("book.publication_year");
    pub const PAGE_COUNT: Column = Column("book.page_count");
    pub const ISBN: Column = Column("book.isbn13");
    pub const BY_PUBLICATION_YEAR: SortBy = SortBy::NullableNumber(PUBLICATION_YEAR.0);
}

/// The columns of videos.
pub mod video {
    use super::{Column, ResourceKind, SortBy};

    item_columns!(video);
    resource_columns!(video, ResourceKind::Video);
    pub const PUBLICATION_DATE: Column = Column("video.publication_date");
    pub const BY_PUBLICATION_DATE: SortBy = SortBy::NullableNumber(PUBLICATION_DATE.0);
}

/// The columns of podcasts.
pub mod podcast {
    use super::{Column, ResourceKind, SortBy};

    item_columns!(podcast);
    resource_columns!(podcast, ResourceKind::Podcast);
}

/// The columns of tutorials.
pub mod tutorial {
    use super::{Column, ResourceKind, SortBy};

    item_columns!(tutorial);
    resource_columns!(tutorial, ResourceKind::Tutorial);
    pub const PUBLICATION_DATE: Column = Column("tutorial.publication_date");
    pub const BY_PUBLICATION_DATE: SortBy = SortBy::NullableNumber(PUBLICATION_DATE.0);
}

/// The columns of topics.
pub mod topic {
    use super::{Column, SortBy};

    item_columns!(topic);
}

/// The columns of people.
pub mod person {
    use super::{Column, SortBy};

    party_columns!(person);
}

/// The columns of organizations.
pub mod organization {
    use super::{Column, SortBy};

    party_columns!(organization);
}
