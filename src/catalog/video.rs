//! Videos.

use entity::enums::ContributionRole;
use entity::kind::NodeKind;

use super::Kind;
use super::shared::{
    IMAGE_URL, PUBLICATION, PUBLICATION_DATE, PUBLISHER, RESOURCE, SAME_AS, SUMMARY, TITLE, TOPICS, contributors,
};

pub static VIDEO: Kind = Kind {
    node: NodeKind::Video,
    aliases: &[],
    groups: &[
        PUBLICATION,
        &[
            TITLE,
            SUMMARY,
            IMAGE_URL,
            SAME_AS,
            contributors("creators", &[ContributionRole::Creator]),
            PUBLISHER,
            PUBLICATION_DATE,
        ],
        RESOURCE,
        &[TOPICS],
    ],
};
