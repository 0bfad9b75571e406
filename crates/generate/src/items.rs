//! Books, courses and careers.

use chrono::{Duration, NaiveDate};
use identifiers::slug::slugify;
use serde_json::{Map, Value, json};

use crate::rng::{SeededRng, Stream};
use crate::topics::Topic;
use crate::words::{ABROAD, BOOKS, CAREERS, COURSES};
use crate::{Counts, code, parties, text};

/// A kind of item.
#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    Book,
    Course,
    Career,
}

impl Kind {
    /// Returns the name of the kind in a record.
    pub fn name(self) -> &'static str {
        match self {
            Self::Book => "book",
            Self::Course => "course",
            Self::Career => "career",
        }
    }

    fn stream(self) -> Stream {
        match self {
            Self::Book => Stream::Book,
            Self::Course => Stream::Course,
            Self::Career => Stream::Career,
        }
    }

    fn titles(self) -> &'static [&'static str] {
        match self {
            Self::Book => BOOKS,
            Self::Course => COURSES,
            Self::Career => CAREERS,
        }
    }
}

/// An item whose record is being written.
struct Item<'a> {
    random: SeededRng,
    record: Map<String, Value>,
    topic: &'a Topic,
}

impl<'a> Item<'a> {
    /// Starts a record with the fields that every item has.
    fn new(kind: Kind, number: u32, topics: &'a [Topic]) -> Self {
        let mut random = SeededRng::new(kind.stream(), number);
        let topic = random.choose(topics);
        let is_abroad = kind != Kind::Career && random.chance(6);
        let (language, pattern) =
            if is_abroad { *random.choose(ABROAD) } else { ("en", *random.choose(kind.titles())) };
        let title = pattern.replace("{}", if random.chance(50) { &topic.subject } else { &topic.name });
        let first_day = NaiveDate::from_ymd_opt(2016, 1, 1).unwrap_or_default();
        let published = first_day + Duration::days(i64::from(random.below(3_500)));
        let mut item = Self { random, record: Map::new(), topic };
        item.put("kind", kind.name());
        item.put("slug", slug_on(topic, kind, number));
        item.put("code", code(number));
        item.put("publishedAt", format!("{published}T00:00:00Z"));
        item.put("title", title);
        item.put_sentences("summary", 1);
        if kind != Kind::Career {
            item.put("language", language);
            if item.random.chance(70) {
                item.put_choice("level", &["introductory", "intermediate", "advanced"]);
            }
            if item.random.chance(60) {
                item.put_sentences("description", 3);
            }
            item.put("url", format!("https://{}s.example/{number}", kind.name()));
        }
        let mut carried = vec![topic.slug.as_str()];
        let another = &item.random.choose_popular(topics).slug;
        if item.random.chance(60) && another != &topic.slug {
            carried.push(another);
        }
        item.put("topics", carried);
        item
    }

    fn put(&mut self, name: &str, value: impl Into<Value>) {
        self.record.insert(name.to_owned(), value.into());
    }

    fn put_choice(&mut self, name: &str, choices: &[&str]) {
        let choice = *self.random.choose(choices);
        self.put(name, choice);
    }

    fn put_sentences(&mut self, name: &str, count: u32) {
        let sentences = text::sentences(&mut self.random, count, &self.topic.subject);
        self.put(name, sentences);
    }
}

fn slug_on(topic: &Topic, kind: Kind, number: u32) -> String {
    format!("{}-{}-{number}", slugify(&topic.subject), kind.name())
}

/// Returns the slug of an item, as in its own record.
pub fn slug(kind: Kind, number: u32, topics: &[Topic]) -> String {
    // The topic is the first value that a record draws.
    let topic = SeededRng::new(kind.stream(), number).choose(topics);
    slug_on(topic, kind, number)
}

pub fn book(number: u32, counts: Counts, topics: &[Topic]) -> Value {
    let mut book = Item::new(Kind::Book, number, topics);
    let authors = 1 + book.random.below(10) / 6 + book.random.below(10) / 9;
    let authors = book.random.distinct(authors, counts.people).into_iter().map(parties::person_slug);
    book.put("authors", authors.collect::<Vec<_>>());
    if book.random.chance(80) {
        let publisher = book.random.popular(counts.publishers);
        book.put("publisher", parties::publisher_slug(publisher));
    }
    if book.random.chance(90) {
        let year = 2026 - book.random.popular(60);
        book.put("publicationYear", year);
    }
    if book.random.chance(75) {
        book.put("isbn13", isbn(number));
    }
    let pages = 80 + book.random.below(900);
    book.put("pageCount", pages);
    Value::Object(book.record)
}

/// Returns a valid ISBN from a range that no agency has assigned yet.
fn isbn(number: u32) -> String {
    let digits = format!("97965{number:07}");
    let weighted = |(index, digit): (usize, char)| digit.to_digit(10).unwrap_or(0) * if index % 2 == 0 { 1 } else { 3 };
    let sum: u32 = digits.chars().enumerate().map(weighted).sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

pub fn course(number: u32, counts: Counts, topics: &[Topic]) -> Value {
    let mut course = Item::new(Kind::Course, number, topics);
    let provider = course.random.popular(counts.providers);
    course.put("provider", parties::provider_slug(provider));
    let instructors = 1 + course.random.below(2);
    let instructors = course.random.distinct(instructors, counts.people).into_iter();
    let instructors = instructors.map(|person| json!({ "slug": parties::person_slug(person) }));
    course.put("instructors", instructors.collect::<Vec<_>>());
    let hours = 4 + course.random.below(120);
    course.put("timeRequired", format!("PT{hours}H"));
    let is_free = course.random.chance(40);
    course.put("isFree", is_free);
    if number > 0 && course.random.chance(25) {
        // Only courses with smaller numbers, so that there is no cycle.
        let required = course.random.distinct(2, number).into_iter().map(|other| slug(Kind::Course, other, topics));
        course.put("prerequisites", required.collect::<Vec<_>>());
    }
    Value::Object(course.record)
}

pub fn career(number: u32, counts: Counts, topics: &[Topic]) -> Value {
    let mut career = Item::new(Kind::Career, number, topics);
    let embedded = career.random.distinct(2, counts.courses).into_iter();
    let embeds: Vec<String> =
        embedded.map(|course| format!("/course/{}/{}", code(course), slug(Kind::Course, course, topics))).collect();
    let article = text::article(&mut career.random, &career.topic.subject, &embeds);
    career.put("article", article);
    let others = career.random.distinct(5, counts.careers).into_iter().filter(|other| *other != number);
    career.put("relatedCareers", others.map(|other| slug(Kind::Career, other, topics)).collect::<Vec<_>>());
    Value::Object(career.record)
}
