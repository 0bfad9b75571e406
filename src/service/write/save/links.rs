//! What hangs on things in an order: topics, people, prerequisites, aliases. A list that differs is written anew.

use entity::{
    book_topic, career_topic, contribution, course_instructor, course_prerequisite, course_topic, related_career,
    related_topic, syllabus_section, topic_alias,
};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, IntoActiveModel};

use super::{Change, Of, of_kind, rows};
use crate::db::Engine;
use crate::domain::fold;
use crate::service::write::record::{Book, Career, Course, Topic};

/// What differs in one list of one kind of thing: whose rows go, and the rows that come.
struct Rewritten<M> {
    owners: Vec<i64>,
    rows: Vec<M>,
}

/// Finds the things whose `list` differs, and makes a `row` of each of its elements: owner, position, element.
fn rewritten<'a, T, L: PartialEq + 'a, M>(
    changes: &[Of<'a, T>],
    list: impl Fn(&'a T) -> &'a Vec<L>,
    row: impl Fn(i64, i32, &'a L) -> M,
) -> Rewritten<M> {
    let mut rewritten = Rewritten { owners: Vec::new(), rows: Vec::new() };
    for of in changes {
        let before = of.before.map(&list);
        let after = list(of.after);
        if before == Some(after) {
            continue;
        }
        if before.is_some_and(|before| !before.is_empty()) {
            rewritten.owners.push(of.change.id);
        }
        rewritten.rows.extend((1..).zip(after).map(|(position, element)| row(of.change.id, position, element)));
    }
    rewritten
}

/// Writes the lists of all changes.
pub async fn write(transaction: &impl ConnectionTrait, engine: Engine, changes: &[Change]) -> Result<(), DbErr> {
    let writer = Writer { transaction, engine };
    writer.careers(&of_kind(changes)).await?;
    writer.topics(&of_kind(changes)).await?;
    writer.courses(&of_kind(changes)).await?;
    writer.books(&of_kind(changes)).await
}

struct Writer<'t, C> {
    transaction: &'t C,
    engine: Engine,
}

impl<C: ConnectionTrait> Writer<'_, C> {
    /// `gone` is the statement that takes the old rows away, up to the owners' ids.
    async fn replace<E>(&self, gone: &str, list: Rewritten<E::Model>) -> Result<(), DbErr>
    where
        E: EntityTrait,
        E::Model: IntoActiveModel<E::ActiveModel>,
    {
        rows::where_any(self.transaction, self.engine, gone, list.owners).await?;
        rows::insert::<E>(self.transaction, self.engine, list.rows).await
    }

    async fn careers(&self, careers: &[Of<'_, Career>]) -> Result<(), DbErr> {
        let topics = rewritten(
            careers,
            |career| &career.topics,
            |career_id, position, topic| career_topic::Model { career_id, position, topic_id: topic.id },
        );
        self.replace::<career_topic::Entity>("DELETE FROM career_topic WHERE career_id", topics).await?;
        let related = rewritten(
            careers,
            |career| &career.related,
            |career_id, position, other| related_career::Model { career_id, position, related_id: other.id },
        );
        self.replace::<related_career::Entity>("DELETE FROM related_career WHERE career_id", related).await
    }

    async fn topics(&self, topics: &[Of<'_, Topic>]) -> Result<(), DbErr> {
        let related = rewritten(
            topics,
            |topic| &topic.related,
            |topic_id, position, other| related_topic::Model { topic_id, position, related_id: other.id },
        );
        self.replace::<related_topic::Entity>("DELETE FROM related_topic WHERE topic_id", related).await?;
        let aliases = rewritten(
            topics,
            |topic| &topic.aliases,
            |topic_id, position, name| topic_alias::Model {
                topic_id,
                position,
                name: name.clone(),
                name_key: fold::stored(name),
            },
        );
        self.replace::<topic_alias::Entity>("DELETE FROM topic_alias WHERE topic_id", aliases).await
    }

    async fn courses(&self, courses: &[Of<'_, Course>]) -> Result<(), DbErr> {
        let topics = rewritten(
            courses,
            |course| &course.topics,
            |course_id, position, topic| course_topic::Model { course_id, position, topic_id: topic.id },
        );
        self.replace::<course_topic::Entity>("DELETE FROM course_topic WHERE course_id", topics).await?;
        let instructors = rewritten(
            courses,
            |course| &course.instructors,
            |course_id, position, instructor| course_instructor::Model {
                course_id,
                position,
                person_id: instructor.person.id,
            },
        );
        let gone = "DELETE FROM course_instructor WHERE course_id";
        self.replace::<course_instructor::Entity>(gone, instructors).await?;
        let prerequisites = rewritten(
            courses,
            |course| &course.prerequisites,
            |course_id, position, other| course_prerequisite::Model { course_id, position, prerequisite_id: other.id },
        );
        let gone = "DELETE FROM course_prerequisite WHERE course_id";
        self.replace::<course_prerequisite::Entity>(gone, prerequisites).await?;
        let syllabus = rewritten(
            courses,
            |course| &course.syllabus,
            |course_id, position, section| syllabus_section::Model {
                course_id,
                position,
                title: section.title.clone(),
                summary: section.summary.clone(),
            },
        );
        self.replace::<syllabus_section::Entity>("DELETE FROM syllabus_section WHERE course_id", syllabus).await
    }

    async fn books(&self, books: &[Of<'_, Book>]) -> Result<(), DbErr> {
        let topics = rewritten(
            books,
            |book| &book.topics,
            |book_id, position, topic| book_topic::Model { book_id, position, topic_id: topic.id },
        );
        self.replace::<book_topic::Entity>("DELETE FROM book_topic WHERE book_id", topics).await?;
        let contributors = rewritten(
            books,
            |book| &book.contributors,
            |book_id, position, contributor| contribution::Model {
                book_id,
                position,
                person_id: contributor.person.id,
                role: contributor.role,
            },
        );
        self.replace::<contribution::Entity>("DELETE FROM contribution WHERE book_id", contributors).await
    }
}
