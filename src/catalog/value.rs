//! Values of fields.

use entity::enums::{ContributionRole, Level, Status};
use entity::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

use super::{At, Field};
use crate::domain::money::Money;

/// The value of a field. `R` is a reference to a record, as a file or an input names it or as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<R> {
    Text(String),
    /// A number, or a duration in seconds.
    Integer(i64),
    Flag(bool),
    Level(Level),
    Status(Status),
    Timestamp(Timestamp),
    Price(Money),
    Reference(R),
    References(Vec<R>),
    Contributors(Vec<Contributor<R>>),
    Texts(Vec<String>),
    Sections(Vec<Section>),
}

/// A person who contributed to an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contributor<R> {
    pub person: R,
    pub role: ContributionRole,
}

/// A section of a syllabus.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    pub title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
}

impl<R> Value<R> {
    /// Returns whether it is an empty text or list, which is the same as no value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.is_empty(),
            Self::References(references) => references.is_empty(),
            Self::Contributors(contributors) => contributors.is_empty(),
            Self::Texts(texts) => texts.is_empty(),
            Self::Sections(sections) => sections.is_empty(),
            _ => false,
        }
    }

    /// Returns the references in the value, in order.
    pub fn references(&self) -> impl Iterator<Item = &R> {
        let (one, many, people): (Option<&R>, &[R], &[Contributor<R>]) = match self {
            Self::Reference(reference) => (Some(reference), &[], &[]),
            Self::References(references) => (None, references, &[]),
            Self::Contributors(contributors) => (None, &[], contributors),
            _ => (None, &[], &[]),
        };
        one.into_iter().chain(many).chain(people.iter().map(|contributor| &contributor.person))
    }

    /// Returns the references in the value, in order, to be changed.
    pub fn references_mut(&mut self) -> impl Iterator<Item = &mut R> {
        let (one, many, people): (Option<&mut R>, &mut [R], &mut [Contributor<R>]) = match self {
            Self::Reference(reference) => (Some(reference), &mut [], &mut []),
            Self::References(references) => (None, references, &mut []),
            Self::Contributors(contributors) => (None, &mut [], contributors),
            _ => (None, &mut [], &mut []),
        };
        one.into_iter().chain(many).chain(people.iter_mut().map(|contributor| &mut contributor.person))
    }

    /// Replaces each reference by what `find` returns for its index in the list and the reference; removes those for which
    /// it returns `None`. Returns `None` if a single reference is removed.
    pub fn resolve<S>(self, mut find: impl FnMut(Option<usize>, R) -> Option<S>) -> Option<Value<S>> {
        Some(match self {
            Self::Reference(reference) => Value::Reference(find(None, reference)?),
            Self::References(references) => {
                let found = references.into_iter().enumerate();
                Value::References(found.filter_map(|(index, reference)| find(Some(index), reference)).collect())
            }
            Self::Contributors(contributors) => {
                let found = contributors.into_iter().enumerate().filter_map(|(index, contributor)| {
                    Some(Contributor { person: find(Some(index), contributor.person)?, role: contributor.role })
                });
                Value::Contributors(found.collect())
            }
            Self::Text(text) => Value::Text(text),
            Self::Integer(number) => Value::Integer(number),
            Self::Flag(flag) => Value::Flag(flag),
            Self::Level(level) => Value::Level(level),
            Self::Status(status) => Value::Status(status),
            Self::Timestamp(timestamp) => Value::Timestamp(timestamp),
            Self::Price(price) => Value::Price(price),
            Self::Texts(texts) => Value::Texts(texts),
            Self::Sections(sections) => Value::Sections(sections),
        })
    }
}

/// The values of a record by field; a field without a value is absent.
#[derive(Clone, Debug)]
pub struct Values<R>(Vec<(&'static Field, Value<R>)>);

impl<R> Values<R> {
    /// Returns the value that is stored at a place.
    pub fn get(&self, at: impl Into<At>) -> Option<&Value<R>> {
        let at = at.into();
        self.0.iter().find(|(field, _)| field.at == at).map(|(_, value)| value)
    }

    /// Gives a field a value, or none.
    pub fn set(&mut self, field: &'static Field, value: Option<Value<R>>) {
        let place = self.0.iter().position(|(known, _)| *known == field);
        match (place, value.filter(|value| !value.is_empty())) {
            (Some(place), Some(value)) => self.0[place].1 = value,
            (Some(place), None) => drop(self.0.swap_remove(place)),
            (None, Some(value)) => self.0.push((field, value)),
            (None, None) => {}
        }
    }

    /// Adds the elements of a list to those that a field has; another value replaces the one that it has.
    pub fn append(&mut self, field: &'static Field, value: Value<R>) {
        match (self.0.iter_mut().find(|(known, _)| *known == field).map(|(_, known)| known), value) {
            (Some(Value::References(known)), Value::References(more)) => known.extend(more),
            (Some(Value::Contributors(known)), Value::Contributors(more)) => known.extend(more),
            (Some(Value::Texts(known)), Value::Texts(more)) => known.extend(more),
            (Some(Value::Sections(known)), Value::Sections(more)) => known.extend(more),
            (_, value) => self.set(field, Some(value)),
        }
    }

    /// Returns the fields that have a value, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = (&'static Field, &Value<R>)> {
        self.0.iter().map(|(field, value)| (*field, value))
    }

    /// Returns the fields that have a value, in no particular order, with the values to be changed. A value must not become
    /// empty.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&'static Field, &mut Value<R>)> {
        self.0.iter_mut().map(|(field, value)| (*field, value))
    }
}

impl<R> Default for Values<R> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<R: PartialEq> PartialEq for Values<R> {
    fn eq(&self, other: &Self) -> bool {
        self.0.len() == other.0.len() && self.iter().all(|(field, value)| other.get(field.at) == Some(value))
    }
}

impl<R: Eq> Eq for Values<R> {}
