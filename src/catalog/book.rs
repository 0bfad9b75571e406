//! Books.

use entity::choice::ContributionRole;
use entity::item::Column;
use entity::kind::NodeKind;

use super::Kind;
use super::field::{At, Field, Former, Link, Rule};
use super::shared::{PUBLICATION, RESOURCE, SUMMARY, TITLE, TOPICS};
use crate::domain::bounds;

pub static BOOK: Kind = Kind {
    node: NodeKind::Book,
    aliases: &[],
    groups: &[
        PUBLICATION,
        &[
            TITLE,
            Field::new(&["subtitle"], At::Column(Column::Subtitle), Rule::Text { max: bounds::SUBTITLE }).title(),
            Field::new(&["originalTitle"], At::Column(Column::OriginalTitle), Rule::Text { max: bounds::TITLE })
                .title(),
            SUMMARY,
            Field::new(
                &["contributors"],
                At::Link(Link::Contributors),
                Rule::Contributors { short: "authors", roles: ROLES, max: bounds::CONTRIBUTORS },
            ),
            Field::new(&["publisher"], At::Column(Column::PublisherId), Rule::Reference(NodeKind::Organization))
                .input("publisherId"),
            Field::new(&["publicationYear", "year"], At::Column(Column::PublicationYear), Rule::Year),
            Field::new(&["edition"], At::Column(Column::Edition), Rule::Text { max: bounds::EDITION }),
            Field::new(&["isbn13"], At::Column(Column::Isbn13), Rule::Isbn),
            Field::new(&["oldIsbns"], At::Former(Former::Isbns), Rule::Former).no_input(),
            Field::new(&["oldCodes"], At::Former(Former::Codes), Rule::Former).no_input(),
            Field::new(&["pageCount", "pages"], At::Column(Column::PageCount), Rule::Count { max: bounds::PAGES }),
            Field::new(&["coverUrl"], At::Column(Column::CoverUrl), Rule::Url),
        ],
        RESOURCE,
        &[TOPICS],
    ],
};

const ROLES: &[ContributionRole] = &[
    ContributionRole::Author,
    ContributionRole::Editor,
    ContributionRole::Translator,
    ContributionRole::Illustrator,
    ContributionRole::Foreword,
];
