//! Validates a record by itself, regardless of the rest of the catalog: limits, formats and required fields.

use std::collections::HashSet;
use std::hash::Hash;

use chrono::{DateTime, Datelike, Utc};
use entity::enums::ContributionRole;
use entity::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

use super::record::{ReadingList, Record, Ref, Routable};
use crate::catalog::{At, Contributor, Field, Former, Link, Rule, Section, Value};
use crate::domain::{code, date, invisible, limits, occupation_code, slug, web_url};

/// A violation of a rule by a value of the input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Violation {
    /// The path of the field by its name in the API and the import file: `syllabus[3].title`. Inputs of mutations have
    /// ids for references: `topicIds` for `topics`.
    pub field: String,
    pub code: ViolationCode,
    /// The value, if it helps to find the error.
    pub value: Option<String>,
    pub reason: String,
}

/// The codes of violations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ViolationCode {
    Required,
    Invalid,
    TooLong,
    TooMany,
    Taken,
    NotFound,
    /// An id of another kind of object.
    WrongType,
    /// A resource that is already on the reading list.
    AlreadyListed,
    Cycle,
    /// A change of the publication that is not possible in the present state.
    InvalidTransition,
}

impl Violation {
    #[must_use]
    pub fn new(field: &str, code: ViolationCode, value: Option<&str>, reason: impl Into<String>) -> Self {
        Self { field: field.to_owned(), code, value: value.map(str::to_owned), reason: reason.into() }
    }
}

/// Adds later violations, except those of fields that already have one, because unreadable values are not missing, too.
#[must_use]
pub fn merged(mut violations: Vec<Violation>, found: Vec<Violation>) -> Vec<Violation> {
    let name = |violation: &Violation| violation.field.split(['[', '.']).next().unwrap_or_default().to_owned();
    let had: HashSet<String> = violations.iter().map(name).collect();
    violations.extend(found.into_iter().filter(|violation| !had.contains(&name(violation))));
    violations
}

/// Returns all violations of a record by itself.
#[must_use]
pub fn check(record: &Record, now: Timestamp) -> Vec<Violation> {
    let mut checker = Checker { violations: Vec::new(), now };
    match record {
        Record::Routable(record) => checker.routable(record),
        Record::ReadingList(list) => checker.list(list),
    }
    checker.violations
}

/// Returns the violation of a text with more than `bound` characters.
#[must_use]
pub fn length(field: &str, text: Option<&str>, bound: usize) -> Option<Violation> {
    // A text has at most as many characters as bytes.
    let is_longer = |text: &&str| text.len() > bound && text.chars().count() > bound;
    let text = text.filter(is_longer)?;
    Some(Violation::new(field, ViolationCode::TooLong, Some(text), format!("is longer than {bound} characters")))
}

struct Checker {
    violations: Vec<Violation>,
    now: Timestamp,
}

impl Checker {
    fn routable(&mut self, record: &Routable) {
        if record.slug.is_empty() {
            self.report("slug", ViolationCode::Required, None, "is missing: a new record needs one");
        }
        self.slug("slug", &record.slug);
        self.code("code", &record.code);
        self.length("externalId", record.external_id.as_deref(), limits::EXTERNAL_ID);
        for field in record.kind.fields() {
            match (record.values.get(field.at), field.rule) {
                (Some(value), _) => self.value(record, field, value),
                (None, Rule::Title { .. }) => self.report(field.name(), ViolationCode::Required, None, "is missing"),
                (None, _) => {}
            }
        }
    }

    fn value(&mut self, record: &Routable, field: &Field, value: &Value<Ref>) {
        let name = field.name();
        match (field.rule, value) {
            (Rule::Title { max }, Value::Text(text)) => self.required(name, text, max),
            (Rule::Text { max }, Value::Text(text)) => self.length(name, Some(text), max),
            (Rule::OccupationCode, Value::Text(text)) => self.occupation_code(name, text),
            (Rule::Url, Value::Text(text)) => self.url(name, text),
            (Rule::Date, Value::Integer(date)) if date / 10_000 > self.next_year() => {
                let shown = date::format(i32::try_from(*date).unwrap_or_default());
                let reason = format!("must not be after next year, {}", self.next_year());
                self.report(name, ViolationCode::Invalid, Some(&shown), reason);
            }
            (Rule::Year, Value::Integer(year)) => {
                let next_year = self.next_year();
                if !(i64::from(limits::FIRST_YEAR)..=next_year).contains(year) {
                    let reason = format!("must be between {} and next year, {next_year}", limits::FIRST_YEAR);
                    self.report(name, ViolationCode::Invalid, Some(&year.to_string()), reason);
                }
            }
            (Rule::Count { max }, Value::Integer(count)) if !(1..=i64::from(max)).contains(count) => {
                let reason = format!("must be between 1 and {max}");
                self.report(name, ViolationCode::Invalid, Some(&count.to_string()), reason);
            }
            (Rule::References { max, .. } | Rule::People { max }, Value::References(references)) => {
                self.count(name, references.len(), max);
                self.once(name, references.iter().map(|reference| (reference.id, &*reference.slug)));
                if field.at == At::Link(Link::Related) {
                    self.not_itself(name, &record.slug, references);
                }
            }
            (Rule::Contributors { roles, max, .. }, Value::Contributors(contributors)) => {
                self.contributors(record, name, contributors, roles, max);
            }
            (Rule::Texts { max, length }, Value::Texts(texts)) => {
                self.count(name, texts.len(), max);
                for (index, text) in texts.iter().enumerate() {
                    self.required(&format!("{name}[{index}]"), text, length);
                }
                self.once(name, texts.iter().map(|text| (text, text.as_str())));
            }
            (Rule::Urls { max }, Value::Texts(urls)) => {
                self.count(name, urls.len(), max);
                for (index, url) in urls.iter().enumerate() {
                    self.url(&format!("{name}[{index}]"), url);
                }
                self.once(name, urls.iter().map(|url| (url, url.as_str())));
            }
            (Rule::Sections { max }, Value::Sections(sections)) => self.sections(name, sections, max),
            (Rule::Former, Value::Texts(texts)) => {
                for text in texts {
                    match field.at {
                        At::Former(Former::Slugs) => self.slug(name, text),
                        At::Former(Former::Codes) => self.code(name, text),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }

    fn next_year(&self) -> i64 {
        i64::from(DateTime::<Utc>::from(self.now).year()) + 1
    }

    fn contributors(
        &mut self,
        record: &Routable,
        name: &str,
        contributors: &[Contributor<Ref>],
        roles: &[ContributionRole],
        max: usize,
    ) {
        self.count(name, contributors.len(), max);
        self.once(name, contributors.iter().map(|one| ((one.person.id, one.role), &*one.person.slug)));
        for (index, one) in contributors.iter().enumerate().filter(|(_, one)| !roles.contains(&one.role)) {
            let known: Vec<String> = roles.iter().map(|role| role.as_str().to_lowercase()).collect();
            let reason = format!("is not a role of a {}: use {}", record.kind.node, known.join(", "));
            let place = format!("{name}[{index}].role");
            self.report(&place, ViolationCode::Invalid, Some(&one.role.as_str().to_lowercase()), reason);
        }
    }

    fn sections(&mut self, name: &str, sections: &[Section], max: usize) {
        self.count(name, sections.len(), max);
        for (index, section) in sections.iter().enumerate() {
            self.required(&format!("{name}[{index}].title"), &section.title, limits::TITLE);
            self.length(&format!("{name}[{index}].summary"), section.summary.as_deref(), limits::SUMMARY);
        }
    }

    fn list(&mut self, list: &ReadingList) {
        self.code("code", &list.code);
        self.length("title", list.title.as_deref(), limits::TITLE);
        self.length("introduction", list.introduction.as_deref(), limits::INTRODUCTION);
        self.count("entries", list.entries.len(), limits::ENTRIES);
        self.once("entries", list.entries.iter().map(|entry| ((entry.kind, entry.resource.id), &*entry.resource.slug)));
        for (index, entry) in list.entries.iter().enumerate() {
            self.code(&format!("entries[{index}].code"), &entry.code);
            self.length(&format!("entries[{index}].note"), entry.note.as_deref(), limits::NOTE);
        }
    }

    fn report(&mut self, field: &str, code: ViolationCode, value: Option<&str>, reason: impl Into<String>) {
        self.violations.push(Violation::new(field, code, value, reason));
    }

    fn slug(&mut self, field: &str, text: &str) {
        if text.len() > slug::MAX_LENGTH {
            self.report(
                field,
                ViolationCode::TooLong,
                Some(text),
                format!("is longer than {} characters", slug::MAX_LENGTH),
            );
        } else if !text.is_empty() && !slug::is_slug(text) {
            let reason = "is not a slug: use lowercase letters a to z and digits, separated by single hyphens";
            self.report(field, ViolationCode::Invalid, Some(text), reason);
        }
    }

    fn code(&mut self, field: &str, text: &str) {
        if !text.is_empty() && !code::is_code(text) {
            let reason = "is not a code: use six of the characters 23456789abcdefghijkmnpqrstuvwxyz";
            self.report(field, ViolationCode::Invalid, Some(text), reason);
        }
    }

    fn required(&mut self, field: &str, text: &str, bound: usize) {
        if invisible::is_blank(text) {
            self.report(field, ViolationCode::Required, None, "is missing");
        }
        self.length(field, Some(text), bound);
    }

    fn length(&mut self, field: &str, text: Option<&str>, bound: usize) {
        self.violations.extend(length(field, text, bound));
    }

    fn count(&mut self, field: &str, count: usize, bound: usize) {
        if count > bound {
            self.report(
                field,
                ViolationCode::TooMany,
                None,
                format!("has {count} elements: at most {bound} are allowed"),
            );
        }
    }

    /// Reports duplicate elements.
    fn once<'a, K: Eq + Hash>(&mut self, field: &str, elements: impl Iterator<Item = (K, &'a str)>) {
        let mut seen = HashSet::new();
        for (index, (key, shown)) in elements.enumerate() {
            if !seen.insert(key) {
                self.report(&format!("{field}[{index}]"), ViolationCode::Invalid, Some(shown), "is listed twice");
            }
        }
    }

    fn not_itself(&mut self, field: &str, slug: &str, refs: &[Ref]) {
        if let Some(index) = refs.iter().position(|reference| *reference.slug == *slug) {
            self.report(
                &format!("{field}[{index}]"),
                ViolationCode::Invalid,
                Some(slug),
                "refers to the record itself",
            );
        }
    }

    fn url(&mut self, field: &str, url: &str) {
        if let Err(reason) = web_url::check(url) {
            self.report(field, ViolationCode::Invalid, Some(url), reason.to_string());
        }
    }

    fn occupation_code(&mut self, field: &str, code: &str) {
        if !occupation_code::is_code(code) {
            let reason = format!(
                "is not an occupation code such as 15-1254.00 or 2512: use at most {} ASCII letters and digits, \
                 separated by single dots, hyphens or spaces",
                limits::OCCUPATION_CODE
            );
            self.report(field, ViolationCode::Invalid, Some(code), reason);
        }
    }
}
