//! Topics.

use entity::item::Column;
use entity::kind::NodeKind;

use super::Kind;
use super::field::{At, Field, Link, Rule};
use super::shared::{PUBLICATION, SUMMARY};
use crate::domain::bounds;

pub static TOPIC: Kind = Kind {
    node: NodeKind::Topic,
    aliases: &[],
    groups: &[
        PUBLICATION,
        &[
            Field::new(&["title", "name"], At::Column(Column::Title), Rule::Title { max: bounds::TITLE }).not_merged(),
            SUMMARY,
            Field::new(
                &["aliases"],
                At::Link(Link::Aliases),
                Rule::Texts { max: bounds::ALIASES, length: bounds::NAME },
            ),
            Field::new(&["parent"], At::Column(Column::ParentId), Rule::Reference(NodeKind::Topic)).input("parentId"),
            Field::new(
                &["relatedTopics", "related"],
                At::Link(Link::Related),
                Rule::References { to: NodeKind::Topic, max: bounds::RELATED },
            )
            .input("relatedTopicIds"),
        ],
    ],
};
