//! Topics.

use entity::item::Column;
use entity::kind::NodeKind;

use super::Kind;
use super::field::{At, Field, Link, Rule};
use super::shared::{ALIASES, IMAGE_URL, PUBLICATION, SAME_AS, SUMMARY};
use crate::domain::limits;

pub static TOPIC: Kind = Kind {
    node: NodeKind::Topic,
    aliases: &[],
    groups: &[
        PUBLICATION,
        &[
            Field::new(&["title", "name"], At::Column(Column::Title), Rule::Title { max: limits::TITLE }).not_merged(),
            SUMMARY,
            IMAGE_URL,
            ALIASES,
            SAME_AS,
            Field::new(&["parent"], At::Column(Column::ParentId), Rule::Reference(NodeKind::Topic)).input("parentId"),
            Field::new(
                &["relatedTopics", "related"],
                At::Link(Link::Related),
                Rule::References { to: NodeKind::Topic, max: limits::RELATED },
            )
            .input("relatedTopicIds"),
        ],
    ],
};
