//! A record as JSON: the fields of the import format, in their one order. What is empty is left out.

use entity::choice::ContributionRole;
use entity::timestamp::Timestamp;
use serde_json::{Map, Value, json};

use super::{
    Book, Career, Contributor, Course, Entry, Instructor, Item, Party, Price, ReadingList, Record, Ref, Resource, Topic,
};
use crate::domain::duration;
use crate::domain::money::Money;

/// An object in the making.
struct Line(Map<String, Value>);

impl Line {
    fn of(kind: &str) -> Self {
        let mut line = Self(Map::new());
        line.put("kind", kind);
        line
    }

    fn put(&mut self, name: &str, value: impl Into<Value>) {
        self.0.insert(name.to_owned(), value.into());
    }

    fn some(&mut self, name: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.put(name, value);
        }
    }

    fn list<T>(&mut self, name: &str, items: &[T], value: impl Fn(&T) -> Value) {
        if !items.is_empty() {
            self.put(name, items.iter().map(value).collect::<Vec<_>>());
        }
    }

    fn slugs(&mut self, name: &str, items: &[Ref]) {
        self.list(name, items, slug);
    }

    fn moment(&mut self, name: &str, moment: Option<Timestamp>) {
        self.some(name, moment.map(Timestamp::to_rfc3339));
    }

    fn item(&mut self, item: &Item) {
        self.put("slug", &*item.slug);
        self.put("code", &*item.code);
        self.some("externalId", item.external_id.as_deref());
        self.put("status", item.status.as_str().to_lowercase());
        self.moment("publishedAt", item.published_at);
        self.moment("revisedAt", item.revised_at);
        self.list("oldSlugs", &item.old_slugs, |slug| json!(slug));
        self.put("title", &*item.title);
    }

    fn resource(&mut self, resource: &Resource) {
        self.some("description", resource.description.as_deref());
        self.some("level", resource.level.map(|level| level.as_str().to_lowercase()));
        self.some("language", resource.language.as_deref());
        self.some("url", resource.url.as_deref());
        self.some("timeRequired", resource.time_required.map(duration::format));
    }
}

fn slug(reference: &Ref) -> Value {
    json!(*reference.slug)
}

impl Record {
    /// The record as the import format writes it, with slugs for all that it refers to.
    #[must_use]
    pub fn to_json(&self) -> Map<String, Value> {
        match self {
            Self::Career(career) => of_career(career),
            Self::Course(course) => of_course(course),
            Self::Book(book) => of_book(book),
            Self::Topic(topic) => of_topic(topic),
            Self::Person(party) => of_party("person", party),
            Self::Organization(party) => of_party("organization", party),
            Self::ReadingList(list) => of_list(list),
        }
        .0
    }

    /// The record as an export writes it: instructors by name, where the name leads to just this person.
    #[must_use]
    pub fn to_line(&self) -> Map<String, Value> {
        let mut line = self.to_json();
        if let Self::Course(course) = self
            && let Some(instructors) = line.get_mut("instructors")
        {
            *instructors = course.instructors.iter().map(by_name).collect();
        }
        line
    }
}

fn of_party(kind: &str, party: &Party) -> Line {
    let mut line = Line::of(kind);
    line.put("slug", &*party.slug);
    line.put("code", &*party.code);
    line.some("externalId", party.external_id.as_deref());
    line.list("oldSlugs", &party.old_slugs, |slug| json!(slug));
    line.put("name", &*party.name);
    line.some("url", party.url.as_deref());
    line
}

fn of_career(career: &Career) -> Line {
    let mut line = Line::of("career");
    line.item(&career.item);
    line.some("summary", career.item.summary.as_deref());
    line.some("occupationCode", career.occupation_code.as_deref());
    line.some("article", career.article.as_deref());
    line.slugs("topics", &career.topics);
    line.slugs("relatedCareers", &career.related);
    line
}

fn of_topic(topic: &Topic) -> Line {
    let mut line = Line::of("topic");
    line.item(&topic.item);
    line.some("summary", topic.item.summary.as_deref());
    line.list("aliases", &topic.aliases, |alias| json!(alias));
    line.some("parent", topic.parent.as_ref().map(slug));
    line.slugs("relatedTopics", &topic.related);
    line
}

fn of_course(course: &Course) -> Line {
    let mut line = Line::of("course");
    line.item(&course.item);
    line.some("summary", course.item.summary.as_deref());
    line.some("provider", course.provider.as_ref().map(slug));
    line.some("institution", course.institution.as_ref().map(slug));
    line.list("instructors", &course.instructors, |instructor| by_slug(&instructor.person));
    line.resource(&course.resource);
    line.some("weeklyEffort", course.weekly_effort.map(duration::format));
    line.some("isFree", course.is_free);
    line.some("price", course.price.as_ref().map(price));
    line.list("syllabus", &course.syllabus, |section| {
        let mut line = Line(Map::new());
        line.put("title", &*section.title);
        line.some("summary", section.summary.as_deref());
        Value::Object(line.0)
    });
    line.slugs("topics", &course.topics);
    line.slugs("prerequisites", &course.prerequisites);
    line
}

fn price(price: &Price) -> Value {
    let money = Money { minor: price.minor, currency: price.currency.clone() };
    json!({ "amount": money.amount(), "currency": price.currency })
}

fn by_slug(person: &Ref) -> Value {
    json!({ "slug": *person.slug })
}

fn by_name(instructor: &Instructor) -> Value {
    instructor.known_as.as_ref().map_or_else(|| by_slug(&instructor.person), |name| json!(name))
}

fn of_book(book: &Book) -> Line {
    let mut line = Line::of("book");
    line.item(&book.item);
    line.some("subtitle", book.subtitle.as_deref());
    line.some("summary", book.item.summary.as_deref());
    if book.contributors.iter().all(|contributor| contributor.role == ContributionRole::Author) {
        line.list("authors", &book.contributors, |contributor| slug(&contributor.person));
    } else {
        line.list("contributors", &book.contributors, contributor);
    }
    line.some("publisher", book.publisher.as_ref().map(slug));
    line.some("publicationYear", book.publication_year);
    line.some("edition", book.edition.as_deref());
    line.some("isbn13", book.isbn13.as_deref());
    line.list("oldIsbns", &book.old_isbns, |isbn| json!(isbn));
    line.list("oldCodes", &book.old_codes, |code| json!(code));
    line.some("pageCount", book.page_count);
    line.some("coverUrl", book.cover_url.as_deref());
    line.resource(&book.resource);
    line.slugs("topics", &book.topics);
    line
}

fn contributor(contributor: &Contributor) -> Value {
    json!({ "person": *contributor.person.slug, "role": contributor.role.as_str().to_lowercase() })
}

fn of_list(list: &ReadingList) -> Line {
    let mut line = Line::of("readingList");
    line.put("owner", json!({ "kind": list.owner_kind.name(), "slug": *list.owner.slug }));
    line.put("code", &*list.code);
    line.some("title", list.title.as_deref());
    line.some("introduction", list.introduction.as_deref());
    line.put("entries", list.entries.iter().map(entry).collect::<Vec<_>>());
    line
}

fn entry(entry: &Entry) -> Value {
    let mut line = Line::of(entry.kind.name());
    line.put("slug", &*entry.target.slug);
    if !entry.code.is_empty() {
        line.put("code", &*entry.code);
    }
    line.some("note", entry.note.as_deref());
    line.some("role", entry.role.map(|role| role.as_str().to_lowercase()));
    Value::Object(line.0)
}
