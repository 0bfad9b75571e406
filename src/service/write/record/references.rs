//! What a record refers to.

use entity::kind::NodeKind;

use super::{Record, Ref};

impl Record {
    /// Shows `see` everything the record refers to.
    pub fn each_reference(&mut self, see: &mut dyn FnMut(NodeKind, &mut Ref)) {
        match self {
            Self::Career(career) => {
                career.topics.iter_mut().for_each(|topic| see(NodeKind::Topic, topic));
                career.related.iter_mut().for_each(|other| see(NodeKind::Career, other));
            }
            Self::Course(course) => {
                let organizations = course.provider.iter_mut().chain(&mut course.institution);
                organizations.for_each(|organization| see(NodeKind::Organization, organization));
                course.instructors.iter_mut().for_each(|instructor| see(NodeKind::Person, &mut instructor.person));
                course.topics.iter_mut().for_each(|topic| see(NodeKind::Topic, topic));
                course.prerequisites.iter_mut().for_each(|other| see(NodeKind::Course, other));
            }
            Self::Book(book) => {
                book.contributors.iter_mut().for_each(|contributor| see(NodeKind::Person, &mut contributor.person));
                book.publisher.iter_mut().for_each(|publisher| see(NodeKind::Organization, publisher));
                book.topics.iter_mut().for_each(|topic| see(NodeKind::Topic, topic));
            }
            Self::Topic(topic) => {
                let topics = topic.parent.iter_mut().chain(&mut topic.related);
                topics.for_each(|other| see(NodeKind::Topic, other));
            }
            Self::Person(_) | Self::Organization(_) => {}
            Self::ReadingList(list) => {
                see(list.owner_kind, &mut list.owner);
                list.entries.iter_mut().for_each(|entry| see(entry.kind, &mut entry.target));
            }
        }
    }
}
