//! The kinds of objects that have pages.

use serde::{Deserialize, Deserializer, de};

/// A kind of object. It deserializes from the name of its type in the API.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Hash)]
pub enum Kind {
    Career,
    Topic,
    Course,
    Book,
    Video,
    Podcast,
    Tutorial,
    Person,
    Organization,
}

impl Kind {
    /// All kinds, in the order of the navigation.
    pub const ALL: [Self; 9] = [
        Self::Career,
        Self::Topic,
        Self::Course,
        Self::Book,
        Self::Video,
        Self::Podcast,
        Self::Tutorial,
        Self::Person,
        Self::Organization,
    ];

    /// The kinds of resources that reading lists recommend.
    pub const RESOURCES: [Self; 5] = [Self::Course, Self::Book, Self::Video, Self::Podcast, Self::Tutorial];

    /// The kinds that search finds, the values of the enum `CatalogKind`.
    pub const SEARCHABLE: [Self; 7] =
        [Self::Career, Self::Topic, Self::Course, Self::Book, Self::Video, Self::Podcast, Self::Tutorial];

    /// Returns the first segment of the address of an object: `career`.
    #[must_use]
    pub const fn segment(self) -> &'static str {
        match self {
            Self::Career => "career",
            Self::Topic => "topic",
            Self::Course => "course",
            Self::Book => "book",
            Self::Video => "video",
            Self::Podcast => "podcast",
            Self::Tutorial => "tutorial",
            Self::Person => "person",
            Self::Organization => "organization",
        }
    }

    /// Returns the segment of the address of the list of the kind, which is also the name of its field: `careers`.
    #[must_use]
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Career => "careers",
            Self::Topic => "topics",
            Self::Course => "courses",
            Self::Book => "books",
            Self::Video => "videos",
            Self::Podcast => "podcasts",
            Self::Tutorial => "tutorials",
            Self::Person => "people",
            Self::Organization => "organizations",
        }
    }

    /// Returns the value of the enums `CatalogKind` and `LearningResourceKind`: `CAREER`.
    #[must_use]
    pub fn constant(self) -> String {
        self.segment().to_uppercase()
    }

    /// Deserializes a value of the enums `CatalogKind` and `LearningResourceKind`.
    ///
    /// # Errors
    /// Returns an error if there is no such kind.
    pub fn deserialize_constant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let constant = String::deserialize(deserializer)?;
        let kind = Self::ALL.into_iter().find(|kind| kind.constant() == constant);
        kind.ok_or_else(|| de::Error::custom(format!("unknown kind {constant:?}")))
    }

    /// Returns whether objects of the kind have a reading list.
    #[must_use]
    pub const fn owns_list(self) -> bool {
        matches!(self, Self::Career | Self::Topic | Self::Course)
    }

    /// Returns whether objects of the kind are learning resources.
    #[must_use]
    pub fn is_resource(self) -> bool {
        Self::RESOURCES.contains(&self)
    }

    pub fn from_segment(segment: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.segment() == segment)
    }

    pub fn from_plural(segment: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.plural() == segment)
    }
}
