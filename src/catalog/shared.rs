//! Fields that several kinds have in common.

use entity::enums::ContributionRole;
use entity::item::Column;
use entity::kind::NodeKind;

use super::field::{At, Field, Former, Link, LongText, Rule};
use crate::domain::limits;

/// The publication of an item, and its former slugs.
pub const PUBLICATION: &[Field] = &[
    Field::new(&["status"], At::Column(Column::Status), Rule::Status).no_input().not_merged(),
    Field::new(&["publishedAt"], At::Column(Column::PublishedAt), Rule::Timestamp).no_input().not_merged(),
    Field::new(&["revisedAt", "updatedAt"], At::Column(Column::RevisedAt), Rule::Timestamp).not_merged(),
    OLD_SLUGS,
];

pub const OLD_SLUGS: Field = Field::new(&["oldSlugs"], At::Former(Former::Slugs), Rule::Former).no_input();

pub const TITLE: Field =
    Field::new(&["title"], At::Column(Column::Title), Rule::Title { max: limits::TITLE }).not_merged();

pub const SUMMARY: Field = Field::new(&["summary"], At::Column(Column::Summary), Rule::Text { max: limits::SUMMARY });

pub const IMAGE_URL: Field = Field::new(&["imageUrl"], At::Column(Column::ImageUrl), Rule::Url);

pub const ALIASES: Field =
    Field::new(&["aliases"], At::Link(Link::Aliases), Rule::Texts { max: limits::ALIASES, length: limits::NAME });

pub const SAME_AS: Field = Field::new(&["sameAs"], At::Link(Link::SameAs), Rule::Urls { max: limits::SAME_AS });

pub const URL: Field = Field::new(&["url"], At::Column(Column::Url), Rule::Url);

pub const PUBLISHER: Field =
    Field::new(&["publisher"], At::Column(Column::PublisherId), Rule::Reference(NodeKind::Organization))
        .input("publisherId");

pub const PUBLICATION_DATE: Field = Field::new(&["publicationDate"], At::Column(Column::PublicationDate), Rule::Date);

/// Describes the people who contributed in one of `roles`. `short` is the name of the list of those in the first role.
pub const fn contributors(short: &'static str, roles: &'static [ContributionRole]) -> Field {
    Field::new(
        &["contributors"],
        At::Link(Link::Contributors),
        Rule::Contributors { short, roles, max: limits::CONTRIBUTORS },
    )
}

/// The fields of all learning resources.
pub const RESOURCE: &[Field] = &[
    Field::new(&["description"], At::Long(LongText::Description), Rule::Text { max: limits::DESCRIPTION }),
    Field::new(&["level"], At::Column(Column::Level), Rule::Level),
    Field::new(&["language"], At::Column(Column::Language), Rule::Language),
    URL,
    Field::new(&["timeRequired", "effort"], At::Column(Column::TimeRequired), Rule::Duration),
];

pub const TOPICS: Field =
    Field::new(&["topics"], At::Link(Link::Topics), Rule::References { to: NodeKind::Topic, max: limits::TOPICS })
        .input("topicIds");
