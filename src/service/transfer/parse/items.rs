//! Careers, courses, books and topics.

use entity::choice::ContributionRole;
use serde_json::{Number, Value};

use super::Target;
use super::fields::Fields;
use super::words;
use crate::domain::bounds;
use crate::domain::money::Money;
use crate::service::write::Field;
use crate::service::write::check::length;
use crate::service::write::patch::{BookPatch, CareerPatch, ContributorPatch, CoursePatch, TopicPatch};
use crate::service::write::record::{Price, Section};

pub fn career(fields: &mut Fields) -> CareerPatch<Target> {
    CareerPatch {
        item: fields.item(&["title"]),
        occupation_code: fields.token(&["occupationCode"]),
        article: fields.text(&["article"]),
        topics: fields.references(&["topics"]),
        related: fields.references(&["relatedCareers", "related"]),
    }
}

pub fn topic(fields: &mut Fields) -> TopicPatch<Target> {
    TopicPatch {
        item: fields.item(&["title", "name"]),
        parent: fields.reference("parent"),
        aliases: fields.texts(&["aliases"]),
        related: fields.references(&["relatedTopics", "related"]),
    }
}

pub fn course(fields: &mut Fields) -> CoursePatch<Target> {
    CoursePatch {
        item: fields.item(&["title"]),
        resource: fields.resource(),
        provider: fields.reference("provider"),
        institution: fields.reference("institution"),
        instructors: fields.list(&["instructors"], instructor),
        weekly_effort: fields.duration(&["weeklyEffort"]),
        is_free: fields.boolean(&["isFree", "free"]),
        price: fields.value(&["price"], price),
        syllabus: fields.list(&["syllabus"], section),
        topics: fields.references(&["topics"]),
        prerequisites: fields.references(&["prerequisites"]),
    }
}

/// A name, or an object with the slug of a person.
fn instructor(fields: &mut Fields, name: &str, value: Value) -> Option<Target> {
    if value.is_object() {
        return fields.object(name, value, |person| {
            let slug = person.token(&["slug"]);
            person.needed("slug", slug).map(Target::Slug)
        });
    }
    let known_as = fields.full_text(name, &value)?;
    // A person may be made of it, in whose record nobody would look for the fault.
    match length(name, Some(&known_as), bounds::NAME) {
        None => Some(Target::Name(known_as)),
        Some(fault) => {
            fields.faults.push(fault);
            None
        }
    }
}

fn price(fields: &mut Fields, name: &str, value: Value) -> Option<Price> {
    fields.object(name, value, |price| {
        let amount = price.value(&["amount"], |fields, name, value| match value {
            Value::Number(number) => amount(fields, name, &number),
            value => fields.full_token(name, &value),
        });
        let currency = price.token(&["currency"]);
        let (amount, currency) = (price.needed("amount", amount), price.needed("currency", currency));
        let (amount, currency) = (amount?, currency?);
        match Money::parse(&amount, &currency) {
            Ok(money) => Some(Price { minor: money.minor, currency: money.currency }),
            Err(error) => {
                price.invalid("amount", Some(&format!("{amount} {currency}")), error.to_string());
                None
            }
        }
    })
}

/// An amount that is a number. One with a point has been read as a binary fraction by now, from which so many digits come
/// back as they were written; where there are more, they may have been rounded.
fn amount(fields: &mut Fields, name: &str, number: &Number) -> Option<String> {
    const KEPT: usize = f64::DIGITS as usize;
    let text = number.to_string();
    let digits = text.trim_end_matches(".0").bytes().filter(u8::is_ascii_digit).count();
    if number.is_f64() && digits > KEPT {
        fields.invalid(name, Some(&text), "has more digits than a number keeps: write it as text");
        return None;
    }
    Some(text)
}

fn section(fields: &mut Fields, name: &str, value: Value) -> Option<Section> {
    fields.object(name, value, |section| {
        let title = section.text(&["title"]);
        let summary = section.text(&["summary"]).value().cloned();
        Some(Section { title: section.needed("title", title)?, summary })
    })
}

pub fn book(fields: &mut Fields) -> BookPatch<Target> {
    BookPatch {
        item: fields.item(&["title"]),
        subtitle: fields.text(&["subtitle"]),
        contributors: contributors(fields),
        publisher: fields.reference("publisher"),
        publication_year: fields.whole_number(&["publicationYear", "year"]),
        edition: fields.text(&["edition"]),
        isbn13: fields.isbn(),
        old_isbns: fields.old_isbns(),
        old_codes: fields.former("oldCodes"),
        page_count: fields.whole_number(&["pageCount", "pages"]),
        cover_url: fields.url("coverUrl"),
        resource: fields.resource(),
        topics: fields.references(&["topics"]),
    }
}

/// `authors` is the short form of `contributors` who are all authors; a record has the one or the other.
fn contributors(fields: &mut Fields) -> Field<Vec<ContributorPatch<Target>>> {
    let authors = fields.list(&["authors"], |fields, name, element| {
        let person = Target::Slug(fields.full_token(name, &element)?);
        Some(ContributorPatch { person, role: ContributionRole::Author })
    });
    let contributors = fields.list(&["contributors"], |fields, name, element| {
        fields.object(name, element, |contributor| {
            let person = contributor.token(&["person"]);
            let role = contributor.read(&["role"], words::contribution_role);
            let (person, role) = (contributor.needed("person", person), contributor.needed("role", role));
            // Without a role it goes on, refused as it is, so that the person is looked for too.
            Some(ContributorPatch { person: Target::Slug(person?), role: role.unwrap_or(ContributionRole::Author) })
        })
    });
    if let (Field::Set(_), Field::Keep | Field::Clear) = (&authors, &contributors) {
        fields.written.call("contributors", "authors");
    }
    match (authors, contributors) {
        (Field::Set(_), Field::Set(contributors)) => {
            let reason = "says the same as \"contributors\": only one of them may be given";
            fields.invalid("authors", None, reason);
            Field::Set(contributors)
        }
        (Field::Set(people), _) | (_, Field::Set(people)) => Field::Set(people),
        (Field::Clear, _) | (_, Field::Clear) => Field::Clear,
        (Field::Keep, Field::Keep) => Field::Keep,
    }
}
