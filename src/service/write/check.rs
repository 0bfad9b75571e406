//! What a record must be, whatever the rest of the catalog holds: its bounds, and what it cannot do without.

use std::collections::HashSet;
use std::hash::Hash;

use chrono::{DateTime, Datelike, Utc};
use entity::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

use super::record::{Book, Career, Course, Item, Party, ReadingList, Record, Ref, Resource, Topic};
use crate::domain::{bounds, code, invisible, occupation, slug, web_url};

/// Why a value cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The field by its name in the API and the import file, and the place in it: `syllabus[3].title`. An input of the API
    /// has ids for references: `topicIds` for `topics`.
    pub field: String,
    pub code: FaultCode,
    /// What was given, where that says more.
    pub value: Option<String>,
    pub reason: String,
}

/// The kinds of faults that a client can tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FaultCode {
    Required,
    Invalid,
    TooLong,
    TooMany,
    Taken,
    NotFound,
    /// An id that is of another kind of thing.
    WrongKind,
    /// Something that the reading list has already.
    AlreadyListed,
    Cycle,
    /// Something that cannot be published, withdrawn or archived as it is.
    InvalidTransition,
}

impl Fault {
    #[must_use]
    pub fn new(field: &str, code: FaultCode, value: Option<&str>, reason: impl Into<String>) -> Self {
        Self { field: field.to_owned(), code, value: value.map(str::to_owned), reason: reason.into() }
    }
}

/// Adds faults that were found later, but for fields that have one already: what could not be read is not also missing.
#[must_use]
pub fn merged(mut faults: Vec<Fault>, found: Vec<Fault>) -> Vec<Fault> {
    let name = |fault: &Fault| fault.field.split(['[', '.']).next().unwrap_or_default().to_owned();
    let had: HashSet<String> = faults.iter().map(name).collect();
    faults.extend(found.into_iter().filter(|fault| !had.contains(&name(fault))));
    faults
}

/// Finds all that is wrong with `record` in itself.
#[must_use]
pub fn check(record: &Record, now: Timestamp) -> Vec<Fault> {
    let mut checker = Checker { faults: Vec::new(), now };
    match record {
        Record::Career(career) => checker.career(career),
        Record::Course(course) => checker.course(course),
        Record::Book(book) => checker.book(book),
        Record::Topic(topic) => checker.topic(topic),
        Record::Person(party) | Record::Organization(party) => checker.party(party),
        Record::ReadingList(list) => checker.list(list),
    }
    checker.faults
}

/// What is wrong with a text that may have `bound` characters.
#[must_use]
pub fn length(field: &str, text: Option<&str>, bound: usize) -> Option<Fault> {
    // A text of no more bytes than that has no more characters either.
    let is_longer = |text: &&str| text.len() > bound && text.chars().count() > bound;
    let text = text.filter(is_longer)?;
    Some(Fault::new(field, FaultCode::TooLong, Some(text), format!("is longer than {bound} characters")))
}

struct Checker {
    faults: Vec<Fault>,
    now: Timestamp,
}

impl Checker {
    fn fault(&mut self, field: &str, code: FaultCode, value: Option<&str>, reason: impl Into<String>) {
        self.faults.push(Fault::new(field, code, value, reason));
    }

    fn identity(&mut self, slug: &str, code: &str, old_slugs: &[String]) {
        if slug.is_empty() {
            self.fault("slug", FaultCode::Required, None, "is missing: a new record needs one");
        }
        self.slug("slug", slug);
        for old in old_slugs {
            self.slug("oldSlugs", old);
        }
        self.code("code", code);
    }

    fn slug(&mut self, field: &str, text: &str) {
        if text.len() > slug::MAX_LENGTH {
            self.fault(
                field,
                FaultCode::TooLong,
                Some(text),
                format!("is longer than {} characters", slug::MAX_LENGTH),
            );
        } else if !text.is_empty() && !slug::is_slug(text) {
            let reason = "is no slug: lower-case letters a to z, digits and single hyphens between them";
            self.fault(field, FaultCode::Invalid, Some(text), reason);
        }
    }

    fn code(&mut self, field: &str, text: &str) {
        if !text.is_empty() && !code::is_code(text) {
            let reason = "is no code: six of the characters 23456789abcdefghijkmnpqrstuvwxyz";
            self.fault(field, FaultCode::Invalid, Some(text), reason);
        }
    }

    fn required(&mut self, field: &str, text: &str) {
        if invisible::is_blank(text) {
            self.fault(field, FaultCode::Required, None, "is missing");
        }
        self.length(field, Some(text), bounds::TITLE);
    }

    fn length(&mut self, field: &str, text: Option<&str>, bound: usize) {
        self.faults.extend(length(field, text, bound));
    }

    fn count(&mut self, field: &str, count: usize, bound: usize) {
        if count > bound {
            self.fault(field, FaultCode::TooMany, None, format!("has {count} elements, {bound} are allowed"));
        }
    }

    /// Notes each element that is there already.
    fn once<'a, K: Eq + Hash>(&mut self, field: &str, elements: impl Iterator<Item = (K, &'a str)>) {
        let mut seen = HashSet::new();
        for (index, (key, shown)) in elements.enumerate() {
            if !seen.insert(key) {
                self.fault(&format!("{field}[{index}]"), FaultCode::Invalid, Some(shown), "is named twice");
            }
        }
    }

    fn refs(&mut self, field: &str, refs: &[Ref], bound: usize) {
        self.count(field, refs.len(), bound);
        self.once(field, refs.iter().map(|reference| (reference.id, &*reference.slug)));
    }

    fn not_itself(&mut self, field: &str, slug: &str, refs: &[Ref]) {
        if let Some(index) = refs.iter().position(|reference| *reference.slug == *slug) {
            self.fault(&format!("{field}[{index}]"), FaultCode::Invalid, Some(slug), "is the record itself");
        }
    }

    fn url(&mut self, field: &str, url: Option<&str>) {
        if let Some(url) = url
            && let Err(reason) = web_url::check(url)
        {
            self.fault(field, FaultCode::Invalid, Some(url), reason.to_string());
        }
    }

    fn item(&mut self, item: &Item) {
        self.identity(&item.slug, &item.code, &item.old_slugs);
        self.external_id(item.external_id.as_deref());
        self.required("title", &item.title);
        self.length("summary", item.summary.as_deref(), bounds::SUMMARY);
    }

    fn external_id(&mut self, external_id: Option<&str>) {
        self.length("externalId", external_id, bounds::EXTERNAL_ID);
    }

    fn party(&mut self, party: &Party) {
        self.identity(&party.slug, &party.code, &party.old_slugs);
        self.external_id(party.external_id.as_deref());
        self.required("name", &party.name);
        self.url("url", party.url.as_deref());
    }

    fn occupation_code(&mut self, code: Option<&str>) {
        if let Some(code) = code.filter(|code| !occupation::is_code(code)) {
            let reason = format!(
                "is no code of an occupation such as 15-1254.00 or 2512: at most {} letters without accents and digits, \
                 with single points, hyphens or blanks between them",
                bounds::OCCUPATION_CODE
            );
            self.fault("occupationCode", FaultCode::Invalid, Some(code), reason);
        }
    }

    fn career(&mut self, career: &Career) {
        self.item(&career.item);
        self.occupation_code(career.occupation_code.as_deref());
        self.length("article", career.article.as_deref(), bounds::ARTICLE);
        self.refs("topics", &career.topics, bounds::TOPICS);
        self.refs("relatedCareers", &career.related, bounds::RELATED);
        self.not_itself("relatedCareers", &career.item.slug, &career.related);
    }

    fn topic(&mut self, topic: &Topic) {
        self.item(&topic.item);
        self.count("aliases", topic.aliases.len(), bounds::ALIASES);
        for (index, alias) in topic.aliases.iter().enumerate() {
            self.required(&format!("aliases[{index}]"), alias);
        }
        self.once("aliases", topic.aliases.iter().map(|alias| (alias, alias.as_str())));
        self.refs("relatedTopics", &topic.related, bounds::RELATED);
        self.not_itself("relatedTopics", &topic.item.slug, &topic.related);
    }

    fn resource(&mut self, resource: &Resource) {
        self.length("description", resource.description.as_deref(), bounds::DESCRIPTION);
        self.url("url", resource.url.as_deref());
    }

    fn course(&mut self, course: &Course) {
        self.item(&course.item);
        self.resource(&course.resource);
        self.count("instructors", course.instructors.len(), bounds::INSTRUCTORS);
        let people = course.instructors.iter().map(|instructor| &instructor.person);
        self.once("instructors", people.map(|person| (person.id, &*person.slug)));
        self.count("syllabus", course.syllabus.len(), bounds::SYLLABUS);
        for (index, section) in course.syllabus.iter().enumerate() {
            self.required(&format!("syllabus[{index}].title"), &section.title);
            self.length(&format!("syllabus[{index}].summary"), section.summary.as_deref(), bounds::SUMMARY);
        }
        self.refs("topics", &course.topics, bounds::TOPICS);
        self.refs("prerequisites", &course.prerequisites, bounds::PREREQUISITES);
    }

    fn book(&mut self, book: &Book) {
        self.item(&book.item);
        self.resource(&book.resource);
        self.length("subtitle", book.subtitle.as_deref(), bounds::TITLE);
        self.length("edition", book.edition.as_deref(), bounds::EDITION);
        self.count("contributors", book.contributors.len(), bounds::CONTRIBUTORS);
        let people = book.contributors.iter();
        self.once("contributors", people.map(|one| ((one.person.id, one.role), &*one.person.slug)));
        for old in &book.old_codes {
            self.code("oldCodes", old);
        }
        self.url("coverUrl", book.cover_url.as_deref());
        let next_year = DateTime::<Utc>::from(self.now).year() + 1;
        if let Some(year) = book.publication_year
            && !(bounds::FIRST_YEAR..=next_year).contains(&year)
        {
            let reason = format!("is not between {} and next year, {next_year}", bounds::FIRST_YEAR);
            self.fault("publicationYear", FaultCode::Invalid, Some(&year.to_string()), reason);
        }
        if let Some(pages) = book.page_count
            && !bounds::PAGES.contains(&pages)
        {
            let reason = format!("is not between {} and {}", bounds::PAGES.start(), bounds::PAGES.end());
            self.fault("pageCount", FaultCode::Invalid, Some(&pages.to_string()), reason);
        }
        self.refs("topics", &book.topics, bounds::TOPICS);
    }

    fn list(&mut self, list: &ReadingList) {
        self.code("code", &list.code);
        self.length("title", list.title.as_deref(), bounds::TITLE);
        self.length("introduction", list.introduction.as_deref(), bounds::INTRODUCTION);
        self.count("entries", list.entries.len(), bounds::ENTRIES);
        self.once("entries", list.entries.iter().map(|entry| ((entry.kind, entry.target.id), &*entry.target.slug)));
        for (index, entry) in list.entries.iter().enumerate() {
            self.code(&format!("entries[{index}].code"), &entry.code);
            self.length(&format!("entries[{index}].note"), entry.note.as_deref(), bounds::NOTE);
        }
    }
}
