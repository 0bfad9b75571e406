//! Filters reading lists, and learning resources by the reading lists that they are on.

use async_graphql::{InputObject, Result};

use crate::graphql::career::CareerWhere;
use crate::graphql::course::CourseWhere;
use crate::graphql::filter::{Where, combine, related};
use crate::graphql::topic::TopicWhere;
use crate::loader::{Filter, FilterRelation};
use crate::model::OwnerKind;

/// A filter for reading lists. All fields that are set must match.
#[derive(InputObject, Debug, Default)]
pub struct ReadingListWhere {
    /// All of these filters must match. An empty list matches everything.
    and: Option<Vec<ReadingListWhere>>,
    /// At least one of these filters must match. An empty list matches nothing.
    or: Option<Vec<ReadingListWhere>>,
    /// This filter must not match. Comparisons with unknown values do not match, so their negation does.
    not: Option<Box<ReadingListWhere>>,
    /// If true, matches lists without visible entries; if false, lists with at least one.
    is_empty: Option<bool>,
    /// Matches lists that belong to a matching career.
    career: Option<Box<CareerWhere>>,
    /// Matches lists that belong to a matching course.
    course: Option<Box<CourseWhere>>,
    /// Matches lists that belong to a matching topic.
    topic: Option<Box<TopicWhere>>,
}

impl Where for ReadingListWhere {
    fn conditions(self, depth: u32, all: &mut Vec<Filter>) -> Result<()> {
        combine(self.and, self.or, self.not, depth, all)?;
        if let Some(is_empty) = self.is_empty {
            let has_entry = Filter::Related(FilterRelation::Entry, Box::new(Filter::everything()));
            all.push(if is_empty { Filter::Not(Box::new(has_entry)) } else { has_entry });
        }
        related(FilterRelation::Owner(OwnerKind::Career), self.career.map(|boxed| *boxed), depth, all)?;
        related(FilterRelation::Owner(OwnerKind::Course), self.course.map(|boxed| *boxed), depth, all)?;
        related(FilterRelation::Owner(OwnerKind::Topic), self.topic.map(|boxed| *boxed), depth, all)
    }
}
