//! Filters learning resources by the reading lists that they are on.

use async_graphql::{InputObject, Result};

use crate::graphql::career::CareerWhere;
use crate::graphql::course::CourseWhere;
use crate::graphql::filter::{Where, combine, related};
use crate::graphql::topic::TopicWhere;
use crate::loader::{Filter, FilterRelation};
use crate::model::OwnerKind;

/// Which reading lists, by whose they are. All conditions that are given must hold.
#[derive(InputObject, Debug, Default)]
pub struct ReadingListWhere {
    /// All of these hold.
    and: Option<Vec<ReadingListWhere>>,
    /// At least one of these holds.
    or: Option<Vec<ReadingListWhere>>,
    /// This does not hold.
    not: Option<Box<ReadingListWhere>>,
    /// It belongs to such a career.
    career: Option<Box<CareerWhere>>,
    /// It belongs to such a course.
    course: Option<Box<CourseWhere>>,
    /// It belongs to such a topic.
    topic: Option<Box<TopicWhere>>,
}

impl Where for ReadingListWhere {
    fn conditions(self, depth: u32, all: &mut Vec<Filter>) -> Result<()> {
        combine(self.and, self.or, self.not, depth, all)?;
        related(FilterRelation::Owner(OwnerKind::Career), self.career.map(|boxed| *boxed), depth, all)?;
        related(FilterRelation::Owner(OwnerKind::Course), self.course.map(|boxed| *boxed), depth, all)?;
        related(FilterRelation::Owner(OwnerKind::Topic), self.topic.map(|boxed| *boxed), depth, all)
    }
}
