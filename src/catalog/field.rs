//! Fields of records: names, storage and rules.

use entity::enums::ContributionRole;
use entity::item::Column;
use entity::item_text;
use entity::kind::NodeKind;
use sea_orm::IdenStatic;

/// A field of a kind of record.
#[derive(Debug)]
pub struct Field {
    /// The name in the API, in import files and in revisions, followed by its aliases in import files.
    pub names: &'static [&'static str],
    /// The name in the inputs of mutations, which take ids for references: `topicIds`. `None` if no input has the field.
    pub input: Option<&'static str>,
    pub at: At,
    pub rule: Rule,
    /// Whether a record that is merged with another takes the field over from it.
    pub is_merged: bool,
    /// Whether it is a further title, which search weighs like the names of people.
    pub is_title: bool,
}

/// The storage location of a field.
#[derive(Clone, Copy, Debug)]
pub enum At {
    /// A column of `item`. People and organizations store the title as `name`.
    Column(Column),
    /// Two columns of `item`: the amount in the smallest unit, and the currency.
    Price(Column, Column),
    Long(LongText),
    /// Rows of a table that belong to the item.
    Link(Link),
    /// Redirects to the record.
    Former(Former),
}

/// A column of `item_text`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LongText {
    Description,
    Article,
}

/// A table with rows that belong to an item, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    Topics,
    Related,
    Prerequisites,
    Contributors,
    /// Contributions in the role of an instructor.
    Instructors,
    Aliases,
    SameAs,
    Syllabus,
}

/// A table of redirects. Its rows are added, and never removed by an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Former {
    Slugs,
    Codes,
    Isbns,
}

/// The values that a field can have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule {
    /// A text that every record has, of at most `max` characters.
    Title {
        max: usize,
    },
    /// Prose of at most `max` characters.
    Text {
        max: usize,
    },
    OccupationCode,
    /// An ISBN; stored as ISBN-13.
    Isbn,
    /// A URL.
    Url,
    /// A BCP 47 language tag.
    Language,
    Level,
    Status,
    Timestamp,
    /// A [date](crate::domain::date) of which the day or the month may be unknown; stored as a number.
    Date,
    Flag,
    /// From [`FIRST_YEAR`](crate::domain::limits::FIRST_YEAR) to next year.
    Year,
    /// A number from 1 to `max`.
    Count {
        max: i32,
    },
    /// An ISO 8601 duration; stored in seconds.
    Duration,
    Price,
    Reference(NodeKind),
    /// References to at most `max` records of a kind, each once.
    References {
        to: NodeKind,
        max: usize,
    },
    /// References to people, whom an import can name as well.
    People {
        max: usize,
    },
    /// People in roles. `short` is the name of the list of those in the first role, for records with no other.
    Contributors {
        short: &'static str,
        roles: &'static [ContributionRole],
        max: usize,
    },
    /// At most `max` texts of at most `length` characters, each once.
    Texts {
        max: usize,
        length: usize,
    },
    /// At most `max` URLs, each once.
    Urls {
        max: usize,
    },
    /// Sections with a title and a summary.
    Sections {
        max: usize,
    },
    /// Former slugs, codes or ISBNs of the record.
    Former,
}

impl Field {
    /// Describes a field that the inputs of mutations call by its first name.
    #[must_use]
    pub const fn new(names: &'static [&'static str], at: At, rule: Rule) -> Self {
        Self { names, input: Some(names[0]), at, rule, is_merged: true, is_title: false }
    }

    /// Names the field in the inputs of mutations.
    #[must_use]
    pub const fn input(mut self, name: &'static str) -> Self {
        self.input = Some(name);
        self
    }

    /// Leaves the field out of the inputs of mutations.
    #[must_use]
    pub const fn no_input(mut self) -> Self {
        self.input = None;
        self
    }

    /// Leaves the field as it is when other records are merged into a record.
    #[must_use]
    pub const fn not_merged(mut self) -> Self {
        self.is_merged = false;
        self
    }

    /// Makes the field a further title of the record.
    #[must_use]
    pub const fn title(mut self) -> Self {
        self.is_title = true;
        self
    }

    /// Returns the name in the API, in import files and in revisions.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.names[0]
    }

    /// Returns the kind of the records that the field refers to, if it refers to any.
    #[must_use]
    pub const fn refers_to(&self) -> Option<NodeKind> {
        match self.rule {
            Rule::Reference(to) | Rule::References { to, .. } => Some(to),
            Rule::People { .. } | Rule::Contributors { .. } => Some(NodeKind::Person),
            _ => None,
        }
    }
}

impl At {
    /// Returns where references are stored. `None` if the place stores none.
    #[must_use]
    pub fn place(self) -> Option<Place> {
        let (table, column, item) = match self {
            Self::Column(column) => ("item", column.as_str(), "id"),
            Self::Link(link @ Link::Topics) => (link.table(), "topic_id", "item_id"),
            Self::Link(link @ Link::Related) => (link.table(), "related_id", "item_id"),
            Self::Link(link @ Link::Prerequisites) => (link.table(), "prerequisite_id", "item_id"),
            Self::Link(link @ (Link::Contributors | Link::Instructors)) => (link.table(), "person_id", "item_id"),
            Self::Price(..)
            | Self::Long(_)
            | Self::Former(_)
            | Self::Link(Link::Aliases | Link::SameAs | Link::Syllabus) => {
                return None;
            }
        };
        Some(Place { table, column, item })
    }
}

/// A column that refers to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub table: &'static str,
    pub column: &'static str,
    /// The column of the table with the item that the reference belongs to.
    pub item: &'static str,
}

impl PartialEq for Field {
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at
    }
}

impl PartialEq for At {
    fn eq(&self, other: &Self) -> bool {
        let same = |one: Column, other: Column| one as usize == other as usize;
        match (*self, *other) {
            (Self::Column(one), Self::Column(other)) => same(one, other),
            (Self::Price(minor, currency), Self::Price(other_minor, other_currency)) => {
                same(minor, other_minor) && same(currency, other_currency)
            }
            (Self::Long(one), Self::Long(other)) => one == other,
            (Self::Link(one), Self::Link(other)) => one == other,
            (Self::Former(one), Self::Former(other)) => one == other,
            _ => false,
        }
    }
}

impl From<Column> for At {
    fn from(column: Column) -> Self {
        Self::Column(column)
    }
}

impl Link {
    /// Returns the table. Its rows name the item in `item_id` and have a `position`.
    #[must_use]
    pub const fn table(self) -> &'static str {
        match self {
            Self::Topics => "item_topic",
            Self::Related => "related_item",
            Self::Prerequisites => "prerequisite",
            Self::Contributors | Self::Instructors => "contribution",
            Self::Aliases => "item_alias",
            Self::SameAs => "item_same_as",
            Self::Syllabus => "syllabus_section",
        }
    }
}

impl LongText {
    /// Returns the column that stores the text.
    #[must_use]
    pub const fn column(self) -> item_text::Column {
        match self {
            Self::Description => item_text::Column::Description,
            Self::Article => item_text::Column::Article,
        }
    }
}

impl From<LongText> for At {
    fn from(text: LongText) -> Self {
        Self::Long(text)
    }
}

impl From<Link> for At {
    fn from(link: Link) -> Self {
        Self::Link(link)
    }
}

impl From<Former> for At {
    fn from(former: Former) -> Self {
        Self::Former(former)
    }
}
