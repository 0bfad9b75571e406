//! Reading lists: of every career, of every second topic, of every tenth course.

use serde_json::{Value, json};

use super::draw::{Draw, Of};
use super::items::slug_of;
use super::topics::Topic;
use super::words::NOTES;
use super::{Counts, prose};

const ROLES: [&str; 4] = ["introductory", "core", "reference", "advanced"];

/// How many books and courses a list has.
#[derive(Clone, Copy)]
struct Size {
    books: u32,
    courses: u32,
}

/// All reading lists.
pub fn all(counts: Counts, topics: &[Topic]) -> impl Iterator<Item = Value> {
    let careers = (0..counts.careers).map(move |number| {
        list(number, "career", &slug_of("career", number, topics), Size { books: 15, courses: 10 }, counts, topics)
    });
    let of_topics = (0u32..).zip(topics).step_by(2).map(move |(number, topic)| {
        list((1 << 24) + number, "topic", &topic.slug, Size { books: 6, courses: 4 }, counts, topics)
    });
    let courses = (0..counts.courses).step_by(10).map(move |number| {
        let size = Size { books: 5, courses: 0 };
        list((1 << 25) + number, "course", &slug_of("course", number, topics), size, counts, topics)
    });
    careers.chain(of_topics).chain(courses)
}

fn list(number: u32, kind: &str, owner: &str, size: Size, counts: Counts, topics: &[Topic]) -> Value {
    let mut draw = Draw::of(Of::List, number);
    let books = draw.several(size.books, counts.books).into_iter().map(|book| ("book", book));
    let mut courses = draw.several(size.courses, counts.courses).into_iter().map(|course| ("course", course));
    let mut entries = Vec::with_capacity((size.books + size.courses) as usize);
    for (index, book) in books.enumerate() {
        entries.push(book);
        // Two courses after every third book.
        if index % 3 == 0 {
            entries.extend(courses.by_ref().take(2));
        }
    }
    entries.extend(courses);
    let entries: Vec<Value> =
        entries.into_iter().map(|(kind, number)| entry(&mut draw, kind, number, topics)).collect();
    json!({ "kind": "readingList", "of": { "kind": kind, "slug": owner }, "entries": entries })
}

fn entry(draw: &mut Draw, kind: &str, number: u32, topics: &[Topic]) -> Value {
    let mut entry = json!({ "kind": kind, "slug": slug_of(kind, number, topics) });
    if draw.chance(80) {
        entry["note"] = prose::fill(draw, NOTES, "the subject").into();
    }
    if draw.chance(70) {
        entry["role"] = draw.one(&ROLES).into();
    }
    entry
}
