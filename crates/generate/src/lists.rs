//! Reading lists: of every career, of every second topic, of every tenth course.

use serde_json::{Value, json};

use crate::items::{Kind, slug};
use crate::rng::{SeededRng, Stream};
use crate::topics::Topic;
use crate::words::NOTES;
use crate::{Counts, text};

const ROLES: [&str; 4] = ["introductory", "core", "reference", "advanced"];

/// The number of books and courses of a list.
#[derive(Clone, Copy)]
struct Size {
    books: u32,
    courses: u32,
}

/// Returns all reading lists.
pub fn all(counts: Counts, topics: &[Topic]) -> impl Iterator<Item = Value> {
    let careers = (0..counts.careers).map(move |number| {
        let size = Size { books: 15, courses: 10 };
        list(number, Kind::Career.name(), &slug(Kind::Career, number, topics), size, counts, topics)
    });
    let of_topics = (0u32..).zip(topics).step_by(2).map(move |(number, topic)| {
        list((1 << 24) + number, "topic", &topic.slug, Size { books: 6, courses: 4 }, counts, topics)
    });
    let courses = (0..counts.courses).step_by(10).map(move |number| {
        let size = Size { books: 5, courses: 0 };
        list((1 << 25) + number, Kind::Course.name(), &slug(Kind::Course, number, topics), size, counts, topics)
    });
    careers.chain(of_topics).chain(courses)
}

fn list(number: u32, kind: &str, owner: &str, size: Size, counts: Counts, topics: &[Topic]) -> Value {
    let mut random = SeededRng::new(Stream::List, number);
    let books = random.distinct(size.books, counts.books).into_iter().map(|book| (Kind::Book, book));
    let mut courses = random.distinct(size.courses, counts.courses).into_iter().map(|course| (Kind::Course, course));
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
        entries.into_iter().map(|(kind, number)| entry(&mut random, kind, number, topics)).collect();
    json!({ "kind": "readingList", "owner": { "kind": kind, "slug": owner }, "entries": entries })
}

fn entry(random: &mut SeededRng, kind: Kind, number: u32, topics: &[Topic]) -> Value {
    let mut entry = json!({ "kind": kind.name(), "slug": slug(kind, number, topics) });
    if random.chance(80) {
        entry["note"] = text::fill(random, NOTES, "the subject").into();
    }
    if random.chance(70) {
        entry["role"] = (*random.choose(&ROLES)).into();
    }
    entry
}
