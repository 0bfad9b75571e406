//! Books, courses and careers.

use chrono::{Duration, NaiveDate};
use serde_json::{Map, Value, json};

use super::draw::{Draw, Of};
use super::topics::Topic;
use super::words::{ABROAD, BOOKS, CAREERS, COURSES};
use super::{Counts, code_of, parties, prose};
use crate::domain::slug::slugify;

/// What every item has, and what it is on.
struct Begun<'a> {
    record: Map<String, Value>,
    topic: &'a Topic,
}

impl Begun<'_> {
    fn put(&mut self, name: &str, value: impl Into<Value>) {
        self.record.insert(name.to_owned(), value.into());
    }
}

fn begin<'a>(draw: &mut Draw, kind: &str, number: u32, topics: &'a [Topic], titles: &[&str]) -> Begun<'a> {
    let topic = &topics[draw.below(u32::try_from(topics.len()).unwrap_or(u32::MAX)) as usize];
    let is_abroad = kind != "career" && draw.chance(6);
    let (language, pattern) = if is_abroad {
        ABROAD[draw.below(u32::try_from(ABROAD.len()).unwrap_or(u32::MAX)) as usize]
    } else {
        ("en", draw.one(titles))
    };
    let title = pattern.replace("{}", if draw.chance(50) { &topic.subject } else { &topic.name });
    let first_day = NaiveDate::from_ymd_opt(2016, 1, 1).unwrap_or_default();
    let published = first_day + Duration::days(i64::from(draw.below(3_500)));
    let mut begun = Begun { record: Map::new(), topic };
    begun.put("kind", kind);
    begun.put("slug", slug(kind, number, &topic.subject));
    begun.put("code", code_of(number));
    begun.put("publishedAt", format!("{published}T00:00:00Z"));
    begun.put("title", title);
    begun.put("summary", prose::sentences(draw, 1, &topic.subject));
    if kind != "career" {
        begun.put("language", language);
        if draw.chance(70) {
            begun.put("level", draw.one(&["beginner", "intermediate", "advanced"]));
        }
        if draw.chance(60) {
            begun.put("description", prose::sentences(draw, 3, &topic.subject));
        }
        begun.put("url", format!("https://{kind}s.example/{number}"));
    }
    let mut carried = vec![topic.slug.as_str()];
    let another = &topics[draw.popular(u32::try_from(topics.len()).unwrap_or(u32::MAX)) as usize].slug;
    if draw.chance(60) && another != &topic.slug {
        carried.push(another);
    }
    begun.put("topics", carried);
    begun
}

fn slug(kind: &str, number: u32, subject: &str) -> String {
    format!("{}-{kind}-{number}", slugify(subject))
}

/// The slug of the item of this number, as its own record has it.
pub fn slug_of(kind: &str, number: u32, topics: &[Topic]) -> String {
    let mut draw = Draw::of(of(kind), number);
    let topic = &topics[draw.below(u32::try_from(topics.len()).unwrap_or(u32::MAX)) as usize];
    slug(kind, number, &topic.subject)
}

fn of(kind: &str) -> Of {
    match kind {
        "book" => Of::Book,
        "course" => Of::Course,
        _ => Of::Career,
    }
}

pub fn book(number: u32, counts: Counts, topics: &[Topic]) -> Value {
    let mut draw = Draw::of(Of::Book, number);
    let mut book = begin(&mut draw, "book", number, topics, BOOKS);
    let authors = 1 + draw.below(10) / 6 + draw.below(10) / 9;
    let authors: Vec<String> = draw.several(authors, counts.people).into_iter().map(parties::person_slug).collect();
    book.put("authors", authors);
    if draw.chance(80) {
        book.put("publisher", parties::publisher_slug(draw.popular(counts.publishers)));
    }
    if draw.chance(90) {
        book.put("year", 2026 - draw.popular(60));
    }
    if draw.chance(75) {
        book.put("isbn13", isbn(number));
    }
    book.put("pages", 80 + draw.below(900));
    Value::Object(book.record)
}

/// A number of the right form, from a range that no agency has given out yet.
fn isbn(number: u32) -> String {
    let digits = format!("97965{number:07}");
    let weighted = |(index, digit): (usize, char)| digit.to_digit(10).unwrap_or(0) * if index % 2 == 0 { 1 } else { 3 };
    let sum: u32 = digits.chars().enumerate().map(weighted).sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

pub fn course(number: u32, counts: Counts, topics: &[Topic]) -> Value {
    let mut draw = Draw::of(Of::Course, number);
    let mut course = begin(&mut draw, "course", number, topics, COURSES);
    course.put("provider", parties::provider_slug(draw.popular(counts.providers)));
    let teachers = 1 + draw.below(2);
    let teachers: Vec<Value> = draw
        .several(teachers, counts.people)
        .into_iter()
        .map(|person| json!({ "slug": parties::person_slug(person) }))
        .collect();
    course.put("instructors", teachers);
    course.put("effort", format!("PT{}H", 4 + draw.below(120)));
    course.put("free", draw.chance(40));
    if number > 0 && draw.chance(25) {
        // Only courses that came before: so there is no circle.
        let required: Vec<String> =
            draw.several(2, number).into_iter().map(|other| slug_of("course", other, topics)).collect();
        course.put("prerequisites", required);
    }
    Value::Object(course.record)
}

pub fn career(number: u32, counts: Counts, topics: &[Topic]) -> Value {
    let mut draw = Draw::of(Of::Career, number);
    let mut career = begin(&mut draw, "career", number, topics, CAREERS);
    let embedded = draw.several(2, counts.courses).into_iter();
    let cards: Vec<String> =
        embedded.map(|course| format!("/course/{}/{}", code_of(course), slug_of("course", course, topics))).collect();
    let article = prose::article(&mut draw, &career.topic.subject, &cards);
    career.put("article", article);
    let others = draw.several(5, counts.careers).into_iter().filter(|other| *other != number);
    career.put("related", others.map(|other| slug_of("career", other, topics)).collect::<Vec<_>>());
    Value::Object(career.record)
}
