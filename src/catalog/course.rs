//! Courses.

use entity::item::Column;
use entity::kind::NodeKind;

use super::Kind;
use super::field::{At, Field, Link, Rule};
use super::shared::{IMAGE_URL, PUBLICATION, RESOURCE, SAME_AS, SUMMARY, TITLE, TOPICS};
use crate::domain::limits;

pub static COURSE: Kind = Kind {
    node: NodeKind::Course,
    aliases: &[],
    groups: &[
        PUBLICATION,
        &[
            TITLE,
            SUMMARY,
            IMAGE_URL,
            SAME_AS,
            Field::new(&["provider"], At::Column(Column::ProviderId), Rule::Reference(NodeKind::Organization))
                .input("providerId"),
            Field::new(&["institution"], At::Column(Column::InstitutionId), Rule::Reference(NodeKind::Organization))
                .input("institutionId"),
            Field::new(&["instructors"], At::Link(Link::Instructors), Rule::People { max: limits::INSTRUCTORS })
                .input("instructorIds"),
        ],
        RESOURCE,
        &[
            Field::new(&["weeklyEffort"], At::Column(Column::WeeklyEffort), Rule::Duration),
            Field::new(&["isFree", "free"], At::Column(Column::IsFree), Rule::Flag),
            Field::new(&["price"], At::Price(Column::PriceMinor, Column::PriceCurrency), Rule::Price),
            Field::new(&["syllabus"], At::Link(Link::Syllabus), Rule::Sections { max: limits::SYLLABUS }),
            TOPICS,
            Field::new(
                &["prerequisites"],
                At::Link(Link::Prerequisites),
                Rule::References { to: NodeKind::Course, max: limits::PREREQUISITES },
            )
            .input("prerequisiteIds"),
        ],
    ],
};
