//! Tutorials.

use entity::enums::ContributionRole;
use entity::kind::NodeKind;

use super::Kind;
use super::shared::{
    IMAGE_URL, PUBLICATION, PUBLICATION_DATE, PUBLISHER, RESOURCE, SAME_AS, SUMMARY, TITLE, TOPICS, contributors,
};

pub static TUTORIAL: Kind = Kind {
    node: NodeKind::Tutorial,
    aliases: &[],
    groups: &[
        PUBLICATION,
        &[
            TITLE,
            SUMMARY,
            IMAGE_URL,
            SAME_AS,
            contributors("authors", &[ContributionRole::Author]),
            PUBLISHER,
            PUBLICATION_DATE,
        ],
        RESOURCE,
        &[TOPICS],
    ],
};
