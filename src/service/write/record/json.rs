//! Converts records to JSON with a fixed order of fields, for the import format and for stored revisions. Empty fields
//! are omitted.

use entity::enums::ContributionRole;
use serde_json::{Map, Value as Json, json};

use super::{Entry, ReadingList, Record, Ref, Routable};
use crate::catalog::{Contributor, Field, Rule, Section, Value};
use crate::domain::money::Money;
use crate::domain::{date, duration};

/// The format of a record.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Import files: references are slugs.
    File,
    /// Exports: like import files, but with the names of instructors that identify one person.
    Export,
    /// Stored revisions: references have codes, which are permanent.
    State,
}

impl Record {
    /// Returns the record in the import format, with slugs as references.
    #[must_use]
    pub fn to_json(&self) -> Map<String, Json> {
        self.write(Form::File)
    }

    /// Returns the record as exports write it, with the names of instructors that identify one person.
    #[must_use]
    pub fn to_line(&self) -> Map<String, Json> {
        self.write(Form::Export)
    }

    fn write(&self, form: Form) -> Map<String, Json> {
        match self {
            Self::Routable(record) => record.write(form),
            Self::ReadingList(list) => of_list(list),
        }
    }

    /// Returns the names of the fields that differ from `other`. References are compared by id, so that renamed records
    /// do not differ.
    #[must_use]
    pub fn differing_fields(&self, other: &Self) -> Vec<String> {
        match (self, other) {
            (Self::Routable(one), Self::Routable(other)) => one.differing_fields(other),
            (Self::ReadingList(one), Self::ReadingList(other)) => {
                let fields = [
                    ("owner", one.owner != other.owner),
                    ("code", one.code != other.code),
                    ("title", one.title != other.title),
                    ("introduction", one.introduction != other.introduction),
                    ("entries", one.entries != other.entries),
                ];
                fields.into_iter().filter(|(_, differ)| *differ).map(|(name, _)| name.to_owned()).collect()
            }
            _ => vec!["kind".to_owned()],
        }
    }
}

impl Routable {
    /// Converts the record to a format.
    pub(super) fn write(&self, form: Form) -> Map<String, Json> {
        let mut line = Map::new();
        let mut put = |name: &str, value: Json| line.insert(name.to_owned(), value);
        put("kind", json!(self.kind.node.name()));
        put("slug", json!(self.slug));
        put("code", json!(self.code));
        self.external_id.iter().for_each(|id| drop(put("externalId", json!(id))));
        for field in self.kind.fields() {
            if let Some(value) = self.values.get(field.at) {
                let (name, value) = write(field, value, form);
                put(name, value);
            }
        }
        line
    }

    fn differing_fields(&self, other: &Self) -> Vec<String> {
        let identity = [
            ("slug", self.slug != other.slug),
            ("code", self.code != other.code),
            ("externalId", self.external_id != other.external_id),
        ];
        let mut names: Vec<&str> = identity.into_iter().filter(|(_, differ)| *differ).map(|(name, _)| name).collect();
        for field in self.kind.fields() {
            let (own, others) = (self.values.get(field.at), other.values.get(field.at));
            if own != others {
                names.extend(own.map(|value| name(field, value, Form::File)));
                names.extend(others.map(|value| name(field, value, Form::File)));
            }
        }
        names.dedup();
        names.into_iter().map(str::to_owned).collect()
    }
}

/// Returns the name of a field for a value.
fn name(field: &Field, value: &Value<Ref>, form: Form) -> &'static str {
    match (field.rule, value) {
        (Rule::Contributors { short, roles, .. }, Value::Contributors(contributors)) if form != Form::State => {
            let is_first = |one: &Contributor<Ref>| roles.first() == Some(&one.role);
            if contributors.iter().all(is_first) { short } else { field.name() }
        }
        _ => field.name(),
    }
}

/// Converts a field to its name and its value.
fn write(field: &Field, value: &Value<Ref>, form: Form) -> (&'static str, Json) {
    let name = name(field, value, form);
    let is_short = name != field.name();
    let reference = |reference: &Ref| match form {
        Form::State => json!({ "code": &*reference.code, "slug": &*reference.slug }),
        Form::File | Form::Export => json!(&*reference.slug),
    };
    let choice = |text: &str| if form == Form::State { json!(text) } else { json!(text.to_lowercase()) };
    let value = match value {
        Value::Text(text) => json!(text),
        Value::Integer(seconds) if matches!(field.rule, Rule::Duration) => json!(duration::format(*seconds)),
        Value::Integer(number) if matches!(field.rule, Rule::Date) => {
            json!(date::format(i32::try_from(*number).unwrap_or_default()))
        }
        Value::Integer(number) => json!(number),
        Value::Flag(flag) => json!(flag),
        Value::Level(level) => choice(level.as_str()),
        Value::Status(status) => choice(status.as_str()),
        Value::Timestamp(timestamp) => json!(timestamp.to_rfc3339()),
        Value::Price(price) => of_price(price),
        Value::Reference(one) => reference(one),
        Value::References(people) if form != Form::State && matches!(field.rule, Rule::People { .. }) => {
            people.iter().map(|person| of_person(person, form)).collect()
        }
        Value::References(references) => references.iter().map(reference).collect(),
        Value::Contributors(people) if is_short => people.iter().map(|one| reference(&one.person)).collect(),
        Value::Contributors(people) => {
            let contributor = |one: &Contributor<Ref>| json!({ "person": reference(&one.person), "role": choice(ContributionRole::as_str(one.role)) });
            people.iter().map(contributor).collect()
        }
        Value::Texts(texts) => json!(texts),
        Value::Sections(sections) => sections.iter().map(of_section).collect(),
    };
    (name, value)
}

fn of_price(price: &Money) -> Json {
    json!({ "amount": price.amount(), "currency": price.currency })
}

fn of_section(section: &Section) -> Json {
    match &section.summary {
        Some(summary) => json!({ "title": section.title, "summary": summary }),
        None => json!({ "title": section.title }),
    }
}

fn of_person(person: &Ref, form: Form) -> Json {
    match &person.known_as {
        Some(name) if form == Form::Export => json!(&**name),
        _ => json!({ "slug": &*person.slug }),
    }
}

fn of_list(list: &ReadingList) -> Map<String, Json> {
    let mut line = Map::new();
    let mut put = |name: &str, value: Json| line.insert(name.to_owned(), value);
    put("kind", json!("readingList"));
    put("owner", json!({ "kind": list.owner_kind.name(), "slug": &*list.owner.slug }));
    put("code", json!(list.code));
    list.title.iter().for_each(|title| drop(put("title", json!(title))));
    list.introduction.iter().for_each(|introduction| drop(put("introduction", json!(introduction))));
    put("entries", list.entries.iter().map(of_entry).collect());
    line
}

fn of_entry(entry: &Entry) -> Json {
    let mut line = Map::new();
    let mut put = |name: &str, value: Json| line.insert(name.to_owned(), value);
    put("kind", json!(entry.kind.name()));
    put("slug", json!(&*entry.resource.slug));
    if !entry.code.is_empty() {
        put("code", json!(entry.code));
    }
    entry.note.iter().for_each(|note| drop(put("note", json!(note))));
    entry.role.iter().for_each(|role| drop(put("role", json!(role.as_str().to_lowercase()))));
    entry.added_at.iter().for_each(|added_at| drop(put("addedAt", json!(added_at.to_rfc3339()))));
    Json::Object(line)
}
