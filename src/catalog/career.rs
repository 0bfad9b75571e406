//! Careers.

use entity::item::Column;
use entity::kind::NodeKind;

use super::Kind;
use super::field::{At, Field, Link, LongText, Rule};
use super::shared::{ALIASES, IMAGE_URL, PUBLICATION, SAME_AS, SUMMARY, TITLE, TOPICS};
use crate::domain::limits;

pub static CAREER: Kind = Kind {
    node: NodeKind::Career,
    aliases: &[],
    groups: &[
        PUBLICATION,
        &[
            TITLE,
            SUMMARY,
            IMAGE_URL,
            ALIASES,
            SAME_AS,
            Field::new(&["occupationCode"], At::Column(Column::OccupationCode), Rule::OccupationCode),
            Field::new(&["article"], At::Long(LongText::Article), Rule::Text { max: limits::ARTICLE }),
            TOPICS,
            Field::new(
                &["relatedCareers", "related"],
                At::Link(Link::Related),
                Rule::References { to: NodeKind::Career, max: limits::RELATED },
            )
            .input("relatedCareerIds"),
        ],
    ],
};
