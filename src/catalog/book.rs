//! Books.

use entity::enums::ContributionRole;
use entity::item::Column;
use entity::kind::NodeKind;

use super::Kind;
use super::field::{At, Field, Former, Rule};
use super::shared::{PUBLICATION, PUBLISHER, RESOURCE, SAME_AS, SUMMARY, TITLE, TOPICS, contributors};
use crate::domain::limits;

pub static BOOK: Kind = Kind {
    node: NodeKind::Book,
    aliases: &[],
    groups: &[
        PUBLICATION,
        &[
            TITLE,
            Field::new(&["subtitle"], At::Column(Column::Subtitle), Rule::Text { max: limits::SUBTITLE }).title(),
            Field::new(&["originalTitle"], At::Column(Column::OriginalTitle), Rule::Text { max: limits::TITLE })
                .title(),
            SUMMARY,
            Field::new(&["imageUrl", "coverUrl"], At::Column(Column::ImageUrl), Rule::Url),
            SAME_AS,
            contributors("authors", ROLES),
            PUBLISHER,
            Field::new(&["publicationYear", "year"], At::Column(Column::PublicationYear), Rule::Year),
            Field::new(&["edition"], At::Column(Column::Edition), Rule::Text { max: limits::EDITION }),
            Field::new(&["isbn13"], At::Column(Column::Isbn13), Rule::Isbn),
            Field::new(&["oldIsbns"], At::Former(Former::Isbns), Rule::Former).no_input(),
            Field::new(&["oldCodes"], At::Former(Former::Codes), Rule::Former).no_input(),
            Field::new(&["pageCount", "pages"], At::Column(Column::PageCount), Rule::Count { max: limits::PAGES }),
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
