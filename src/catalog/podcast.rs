//! Podcasts.

use entity::enums::ContributionRole;
use entity::item::Column;
use entity::kind::NodeKind;

use super::Kind;
use super::field::{At, Field, Rule};
use super::shared::{IMAGE_URL, PUBLICATION, PUBLISHER, RESOURCE, SAME_AS, SUMMARY, TITLE, TOPICS, contributors};
use crate::domain::limits;

pub static PODCAST: Kind = Kind {
    node: NodeKind::Podcast,
    aliases: &[],
    groups: &[
        PUBLICATION,
        &[
            TITLE,
            SUMMARY,
            IMAGE_URL,
            SAME_AS,
            contributors("hosts", &[ContributionRole::Host]),
            PUBLISHER,
            Field::new(&["feedUrl"], At::Column(Column::FeedUrl), Rule::Url),
            Field::new(&["episodeCount"], At::Column(Column::EpisodeCount), Rule::Count { max: limits::EPISODES }),
        ],
        RESOURCE,
        &[TOPICS],
    ],
};
